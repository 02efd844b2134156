//! Guests who order without pause. An order without an answer is sent again with its key until it has one, as the pages
//! do; its first answer is what must hold for ever.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

use super::server::Server;

/// Between two orders of one guest: enough load that many are always under way, not more than a debug build can check.
const PAUSE: Duration = Duration::from_millis(3);

/// Answers by key.
pub type Acknowledged = BTreeMap<String, Value>;

pub struct Guests {
    acknowledged: Arc<Mutex<Acknowledged>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Guests {
    pub fn start(server: &Server, count: usize) -> Self {
        let acknowledged = Arc::new(Mutex::new(Acknowledged::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..count)
            .map(|guest| {
                let token = server.table_token(guest % 4);
                let item = plain_item(&server.url("/api/menus"), &token);
                let (url, acknowledged, stop) =
                    (server.url("/api/orders"), Arc::clone(&acknowledged), Arc::clone(&stop));
                std::thread::spawn(move || order_on(guest, &url, &token, item, &acknowledged, &stop))
            })
            .collect();
        Self { acknowledged, stop, threads }
    }

    /// What was acknowledged since this was last asked.
    pub fn take_acknowledged(&self) -> Acknowledged {
        std::mem::take(&mut self.acknowledged.lock().expect("no guest panics"))
    }

    /// Ends the guests; gives what was acknowledged since the last time.
    pub fn stop(self) -> Acknowledged {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("a guest ends well");
        }
        std::mem::take(&mut self.acknowledged.lock().expect("no guest panics"))
    }
}

fn order_on(guest: usize, url: &str, token: &str, item: u64, acknowledged: &Mutex<Acknowledged>, stop: &AtomicBool) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(5)))
        .http_status_as_error(false)
        .build()
        .into();
    for n in 0.. {
        let key = format!("guest-{guest}-{n}");
        let body = json!({"items": [{"menu_id": item, "quantity": n % 5 + 1, "options": []}]});
        loop {
            let answer = agent
                .post(url)
                .header("authorization", format!("Bearer {token}"))
                .header("idempotency-key", &key)
                .send_json(&body);
            if let Ok(mut answer) = answer
                && let Ok(order) = answer.body_mut().read_json::<Value>()
            {
                let status = answer.status().as_u16();
                assert!(matches!(status, 200 | 201 | 503), "{status}: {order}");
                if status != 503 {
                    acknowledged.lock().expect("no guest panics").insert(key, order);
                    break;
                }
            }
            if stop.load(Ordering::Relaxed) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        if stop.load(Ordering::Relaxed) {
            return;
        }
        std::thread::sleep(PAUSE);
    }
}

fn plain_item(url: &str, token: &str) -> u64 {
    let mut answer = ureq::get(url).header("authorization", format!("Bearer {token}")).call().expect("a menu");
    let menu: Value = answer.body_mut().read_json().expect("JSON");
    let items = menu["categories"]
        .as_array()
        .expect("categories")
        .iter()
        .flat_map(|category| category["items"].as_array().expect("items"));
    let plain = |item: &&Value| {
        item["available"] == true
            && item["remaining"].is_null()
            && item["option_groups"].as_array().is_some_and(|groups| groups.iter().all(|group| group["min"] == 0))
    };
    items.filter(plain).find_map(|item| item["id"].as_u64()).expect("an item without required options")
}
