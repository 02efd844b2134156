//! Durable orders per second and their latency at 1, 8, 64 and 256 clients, beside plain append + fdatasync.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::client::{Client, request};
use super::server::Server;
use super::{quantile, yardstick};

const ROUND: Duration = Duration::from_secs(4);
const LINE_BYTES: usize = 900;

pub async fn run() {
    println!("durable orders (one HTTP request each, acknowledged after fdatasync)");
    println!(
        "{:>8} {:>10} {:>8} {:>8} {:>10} {:>14} {:>8} {:>8} {:>8} {:>10}",
        "clients",
        "orders/s",
        "p50 ms",
        "p99 ms",
        "p99 limit",
        "append+sync/s",
        "p50 ms",
        "p99 ms",
        "ratio",
        "p50 ratio"
    );
    let server = Server::demo();
    let mut tokens = Vec::new();
    for index in 0..12 {
        tokens.push(server.table_login(index).await.0);
    }
    let tokens = Rc::new(tokens);
    let item = plain_item(&server.address, &tokens[0]).await;
    for clients in [1, 8, 64, 256] {
        // The view catches up after a burst; the yardstick must not pay for it.
        server.wait_until_quiet().await;
        let plain = yardstick::append_and_sync(LINE_BYTES, Duration::from_secs(2));
        let (rate, samples) = round(&server.address, &tokens, item, clients).await;
        let (p50, p99) = (quantile(&samples, 0.5), quantile(&samples, 0.99));
        #[expect(clippy::cast_precision_loss, reason = "few clients")]
        let p99_limit = 2.0 * clients as f64 / rate;
        println!(
            "{clients:>8} {rate:>10.0} {:>8.3} {:>8.3} {:>10.3} {:>14.0} {:>8.3} {:>8.3} {:>8.2} {:>10.2}",
            p50 * 1e3,
            p99 * 1e3,
            p99_limit * 1e3,
            plain.rate,
            plain.p50 * 1e3,
            plain.p99 * 1e3,
            rate / plain.rate,
            p50 / plain.p50
        );
    }
}

/// A menu item that needs no choice.
pub async fn plain_item(address: &str, token: &str) -> u64 {
    let answer = Client::connect(address).await.send(&request("GET", "/api/menus", token, "", "")).await;
    let menu: serde_json::Value = serde_json::from_str(&answer.body).expect("a menu");
    let items = menu["categories"]
        .as_array()
        .expect("categories")
        .iter()
        .flat_map(|category| category["items"].as_array().expect("items"));
    let plain = |item: &&serde_json::Value| {
        item["available"] == true
            && item["remaining"].is_null()
            && item["option_groups"].as_array().is_some_and(|groups| groups.iter().all(|group| group["min"] == 0))
    };
    items.filter(plain).find_map(|item| item["id"].as_u64()).expect("an item without required options")
}

/// Orders of that many clients for a while: orders a second, and sorted latencies in seconds.
pub async fn round(address: &str, tokens: &Rc<Vec<String>>, item: u64, clients: usize) -> (f64, Vec<f64>) {
    let local = tokio::task::LocalSet::new();
    let begin = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let (address, tokens) = (address.to_owned(), Rc::clone(tokens));
            local.spawn_local(async move {
                let mut connection = Client::connect(&address).await;
                let token = &tokens[client % tokens.len()];
                let body = format!(r#"{{"items":[{{"menu_id":{item},"quantity":1,"options":[]}},{{"menu_id":{item},"quantity":2,"options":[]}}]}}"#);
                let mut samples = Vec::new();
                while begin.elapsed() < ROUND {
                    let key = format!("Idempotency-Key: {clients}-{client}-{}\r\n", samples.len());
                    let bytes = request("POST", "/api/orders", token, &key, &body);
                    let before = Instant::now();
                    let status = connection.send_fast(&bytes).await;
                    assert_eq!(status, 201);
                    samples.push(before.elapsed().as_secs_f64());
                }
                samples
            })
        })
        .collect();
    let mut all = local
        .run_until(async move {
            let mut all = Vec::new();
            for task in tasks {
                all.extend(task.await.expect("a client ends"));
            }
            all
        })
        .await;
    #[expect(clippy::cast_precision_loss, reason = "few samples")]
    let rate = all.len() as f64 / begin.elapsed().as_secs_f64();
    all.sort_by(f64::total_cmp);
    (rate, all)
}
