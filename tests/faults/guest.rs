//! A guest who orders without end. An order without an answer is sent again with its key until it has one, as the pages
//! do; its first answer is what must hold for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::Client;
use super::dice::Dice;
use super::record::{Record, Told};
use super::shop::Shop;

/// Before an order is sent again.
const RETRY: Duration = Duration::from_millis(8);
/// Percent of orders that are sent once more although they were answered.
const REPEATED: u64 = 8;

pub struct Guest {
    name: String,
    client: Client,
    menu: Vec<u64>,
    with_options: (u64, Vec<u64>),
    record: Arc<Record>,
    dice: Dice,
    /// Of the last order, as pages send it.
    session: Option<u64>,
    orders: u64,
}

impl Guest {
    pub fn new(name: String, client: Client, shop: &Shop, record: Arc<Record>, dice: Dice) -> Self {
        let (menu, with_options) = (shop.menu.clone(), shop.with_options.clone());
        Self { name, client, menu, with_options, record, dice, session: None, orders: 0 }
    }

    /// Orders until told to stop; `pause` lies between two orders.
    pub fn order_on(mut self, pause: Duration, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            self.order(stop);
            std::thread::sleep(pause);
        }
    }

    /// Orders once and waits for the answer, or until told to stop; tells the answer.
    pub fn order(&mut self, stop: &AtomicBool) -> Option<Value> {
        let body = self.basket();
        self.send(&body, || !stop.load(Ordering::Relaxed))
    }

    /// Orders so much that a few dozen of it fill a segment of the journal, and gives up after some tries.
    pub fn order_a_lot(&mut self, tries: u32) -> Option<Value> {
        let mut body = self.basket();
        let line = json!({"menu_id": self.menu[0], "quantity": 1, "options": [], "note": "🍚".repeat(200)});
        body["items"] = vec![line; 28].into();
        let mut left = tries;
        self.send(&body, || {
            left -= 1;
            left > 0
        })
    }

    /// Orders by the same key until there is an answer or `goes_on` says no.
    fn send(&mut self, body: &Value, mut goes_on: impl FnMut() -> bool) -> Option<Value> {
        self.orders += 1;
        let key = format!("{}-{}", self.name, self.orders);
        loop {
            match self.client.ask("POST", "/api/orders", Some(&key), Some(body)) {
                Some((200 | 201, order)) => {
                    self.session = order["session_id"].as_u64();
                    self.record.write(&self.name, Told::Order { key: key.clone(), order: order.clone() });
                    self.repeat_perhaps(&key, body, &order);
                    return Some(order);
                }
                Some((409, problem)) if problem["error_code"] == "SESSION_ENDED" => {
                    self.session = None;
                    return None;
                }
                None | Some((401 | 503, _)) => {}
                Some((status, problem)) => panic!("{} got {status} for {key}: {problem}", self.name),
            }
            if !goes_on() {
                return None;
            }
            std::thread::sleep(RETRY);
        }
    }

    /// A repeated key is answered with the first answer's order.
    fn repeat_perhaps(&mut self, key: &str, body: &Value, first: &Value) {
        if !self.dice.chance(REPEATED) {
            return;
        }
        if let Some((status @ (200 | 201), order)) = self.client.ask("POST", "/api/orders", Some(key), Some(body)) {
            assert_eq!((status, &order), (200, first), "{} sent {key} again", self.name);
        }
    }

    fn basket(&mut self) -> Value {
        let mut items = vec![json!({
            "menu_id": self.dice.pick(&self.menu), "quantity": self.dice.within(1..6), "options": []})];
        if self.dice.chance(30) {
            let (menu_id, options) = &self.with_options;
            let taken = usize::try_from(self.dice.roll(options.len() as u64 + 1)).expect("a count");
            items.push(json!({"menu_id": menu_id, "quantity": 1, "options": &options[..taken], "note": "덜 맵게"}));
        }
        let mut body = json!({"items": items});
        if let Some(session) = self.session.filter(|_| self.dice.chance(50)) {
            body["session_id"] = session.into();
        }
        body
    }
}
