//! Somebody of the staff who cooks, cancels, deletes and finishes tables without end, so that changed things are checked
//! too. What is not answered is sent again with its key; what the program refuses, somebody else has done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::Client;
use super::dice::Dice;
use super::record::{Record, Told};
use super::shop::Shop;

const RETRY: Duration = Duration::from_millis(8);
/// Orders looked at in one go.
const LOOKED_AT: u64 = 12;

pub struct StaffMember {
    name: String,
    client: Client,
    table_ids: Vec<u64>,
    record: Arc<Record>,
    dice: Dice,
    writes: u64,
}

impl StaffMember {
    pub fn new(name: String, client: Client, shop: &Shop, record: Arc<Record>, dice: Dice) -> Self {
        Self { name, client, table_ids: shop.table_ids.clone(), record, dice, writes: 0 }
    }

    /// Works until told to stop; `pause` lies between two pieces of work.
    pub fn work_on(mut self, pause: Duration, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            self.work(pause, stop);
            std::thread::sleep(pause);
        }
    }

    /// One look at a table's open orders, something done with each, and now and then the table is finished or a party is
    /// seated there.
    pub fn work(&mut self, pause: Duration, stop: &AtomicBool) {
        let table = *self.dice.pick(&self.table_ids);
        let status = *self.dice.pick(&["pending", "pending", "preparing"]);
        let path = format!("/api/admin/orders?table_id={table}&status={status}&limit={LOOKED_AT}");
        let Some((200, page)) = self.client.get(&path) else { return };
        for order in page["orders"].as_array().expect("orders") {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            self.handle(order, stop);
            std::thread::sleep(pause);
        }
        if self.dice.chance(30) {
            self.finish(table, stop);
        }
        if self.dice.chance(15) {
            self.seat(table, stop);
        }
    }

    /// Checks the identity for its alcohol, moves an order on, cancels it, deletes it, or leaves it.
    pub fn handle(&mut self, order: &Value, stop: &AtomicBool) {
        let id = order["id"].as_u64().expect("an id");
        let waits = order["items"].as_array().expect("items").iter().any(|item| item["identity_check"] == "waiting");
        if waits && self.dice.chance(80) {
            let passed = self.dice.chance(50);
            return self.change(&format!("/api/admin/orders/{id}/identity"), &json!({"passed": passed}), stop);
        }
        let next = if order["status"] == "pending" { "preparing" } else { "completed" };
        let body = match self.dice.roll(10) {
            0 => json!({"status": "cancelled", "reason": "재료 소진"}),
            1 => return self.delete(id, stop),
            2 => return,
            _ => json!({"status": next}),
        };
        self.change(&format!("/api/admin/orders/{id}/status"), &body, stop);
    }

    fn change(&mut self, path: &str, body: &Value, stop: &AtomicBool) {
        if let Some((200, order)) = self.write("PATCH", path, Some(body), stop) {
            self.record.write(&self.name, Told::Changed { order });
        }
    }

    fn delete(&mut self, order_id: u64, stop: &AtomicBool) {
        if let Some((204, _)) = self.write("DELETE", &format!("/api/admin/orders/{order_id}"), None, stop) {
            self.record.write(&self.name, Told::Deleted { order_id });
        }
    }

    fn seat(&mut self, table: u64, stop: &AtomicBool) {
        let path = format!("/api/admin/tables/{table}/seat");
        if let Some((200, answer)) = self.write("POST", &path, Some(&json!({})), stop) {
            self.record.write(&self.name, Told::Seated { session: answer["session"].clone() });
        }
    }

    /// Finishes a table, whatever is open on it.
    pub fn finish(&mut self, table: u64, stop: &AtomicBool) {
        let path = format!("/api/admin/tables/{table}/complete");
        if let Some((200, answer)) = self.write("POST", &path, Some(&json!({"force": true})), stop) {
            self.record.write(&self.name, Told::Finished { session: answer["session"].clone() });
        }
    }

    /// Sends a write until it is answered; nothing when told to stop before that.
    fn write(&mut self, method: &str, path: &str, body: Option<&Value>, stop: &AtomicBool) -> Option<(u16, Value)> {
        self.writes += 1;
        let key = format!("{}-{}", self.name, self.writes);
        loop {
            match self.client.ask(method, path, Some(&key), body) {
                None | Some((401 | 503, _)) => {}
                Some((status @ (200 | 204 | 404 | 409), answer)) => return Some((status, answer)),
                Some((status, problem)) => panic!("{} got {status} for {path}: {problem}", self.name),
            }
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            std::thread::sleep(RETRY);
        }
    }
}
