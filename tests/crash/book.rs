//! The independent record: reads the store's whole sequence from outside, keeps it, and compares it with what was told.
//! What an earlier round read must still be there in the end, unchanged: the last check reads everything anew.

use std::collections::BTreeMap;

use serde_json::Value;

use super::guest::Acknowledged;
use super::server::Server;
use super::watcher::Seen;

const FIELDS: [&str; 8] = ["id", "number", "total", "items", "session_id", "created_at", "business_day", "table"];

pub struct Book {
    token: String,
    events: BTreeMap<u64, Value>,
    /// Order by key.
    orders: BTreeMap<String, Value>,
    /// Key by number and business day.
    numbers: BTreeMap<(String, String), String>,
    acknowledged: usize,
    seen: usize,
}

impl Book {
    pub fn new(token: &str) -> Self {
        Self {
            token: token.to_owned(),
            events: BTreeMap::new(),
            orders: BTreeMap::new(),
            numbers: BTreeMap::new(),
            acknowledged: 0,
            seen: 0,
        }
    }

    /// How many acknowledged orders and shown events were found again.
    pub fn counts(&self) -> (usize, usize) {
        (self.acknowledged, self.seen)
    }

    /// Reads on and compares with what was told since the last check.
    pub fn check(&mut self, server: &Server, acknowledged: &Acknowledged, seen: &Seen, moment: &str) {
        self.read_on(server, moment);
        for (key, answer) in acknowledged {
            let order = self.orders.get(key);
            let order = order.unwrap_or_else(|| panic!("{moment}: acknowledged order {key} is lost: {answer}"));
            for field in FIELDS {
                assert_eq!(order[field], answer[field], "{moment}: {field} of {key} changed");
            }
        }
        for (seq, event) in seen {
            assert_eq!(self.events.get(seq), Some(event), "{moment}: a screen showed what is gone: {event}");
        }
        self.acknowledged += acknowledged.len();
        self.seen += seen.len();
    }

    /// Reads everything anew: nothing that any round found is gone or changed.
    pub fn check_all(&self, server: &Server) {
        let mut anew = Self::new(&self.token);
        anew.read_on(server, "read anew");
        assert!(anew.events == self.events, "what an earlier round read has changed");
    }

    fn read_on(&mut self, server: &Server, moment: &str) {
        loop {
            let after = self.events.last_key_value().map_or(0, |(seq, _)| *seq);
            let page = self.get(&server.url(&format!("/api/sync?as=staff&after={after}")));
            assert!(page["snapshot"].is_null(), "{moment}: the past cannot be read on from {after}");
            for event in page["events"].as_array().expect("events") {
                self.book(event, moment);
            }
            if page["more"] == false {
                return;
            }
        }
    }

    fn book(&mut self, event: &Value, moment: &str) {
        let seq = event["seq"].as_u64().expect("a seq");
        let expected = self.events.last_key_value().map_or(0, |(seq, _)| *seq) + 1;
        assert_eq!(seq, expected, "{moment}: a hole in the sequence");
        self.events.insert(seq, event.clone());
        if event["type"] != "order_created" {
            return;
        }
        let order = &event["data"]["order"];
        let key = order["key"].as_str().expect("staff see the key").to_owned();
        let number = (order["number"].to_string(), order["business_day"].to_string());
        if let Some(other) = self.numbers.insert(number, key.clone()) {
            panic!("{moment}: number {} was given to {key} and to {other}", order["number"]);
        }
        if let Some(first) = self.orders.insert(key.clone(), order.clone()) {
            panic!("{moment}: order {key} was made twice: {first} and {order}");
        }
    }

    fn get(&self, url: &str) -> Value {
        let mut answer =
            ureq::get(url).header("authorization", format!("Bearer {}", self.token)).call().expect("an answer");
        answer.body_mut().with_config().limit(64 << 20).read_json().expect("JSON")
    }
}
