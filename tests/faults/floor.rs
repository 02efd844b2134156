//! The restaurant as it follows from the events alone, reckoned anew from outside: who sits where, what they ordered,
//! what it comes to. Every sum that an event tells is compared with what the orders come to.

use std::collections::BTreeMap;

use serde_json::Value;

/// Orders in the newest of which a staff's and a table's snapshot tell.
const STAFF_ORDERS_MAX: usize = 500;
const TABLE_ORDERS_MAX: usize = 100;

#[derive(Debug, Default)]
pub struct Floor {
    pub seq: u64,
    /// Running sessions, by table.
    running: BTreeMap<u64, Party>,
    /// Finished sessions, by id.
    pub finished: BTreeMap<u64, Party>,
}

/// A table's session with its orders that are not deleted.
#[derive(Debug, Default)]
pub struct Party {
    pub session: u64,
    pub table: u64,
    pub orders: BTreeMap<u64, Value>,
    /// A party that was only seated is in no history.
    ordered: bool,
}

impl Party {
    pub fn total(&self) -> i64 {
        let counted = self.orders.values().filter(|order| order["status"] != "cancelled");
        counted.map(|order| order["total"].as_i64().expect("a total")).sum()
    }

    fn open_orders(&self) -> usize {
        self.orders.values().filter(|order| order["status"] == "pending" || order["status"] == "preparing").count()
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("a number: {value}"))
}

impl Floor {
    /// Takes the next event in; tells what is wrong with it.
    pub fn take(&mut self, event: &Value) -> Result<(), String> {
        self.seq = number(&event["seq"]);
        let data = &event["data"];
        match event["type"].as_str().expect("a type") {
            "session_started" => {
                let party = Party {
                    session: number(&data["session_id"]),
                    table: number(&data["table_id"]),
                    ..Party::default()
                };
                if let Some(before) = self.running.insert(party.table, party) {
                    return Err(format!("session {} was running: {event}", before.session));
                }
            }
            "order_created" | "order_status_changed" | "identity_checked" => {
                let order = &data["order"];
                check_sums(order)?;
                let party = self.party(&order["table"]["id"], &order["session_id"])?;
                let before = party.orders.insert(number(&order["id"]), order.clone());
                if before.is_some() == (event["type"] == "order_created") {
                    return Err(format!("the order before it was {before:?}: {event}"));
                }
                let moved = event["type"] == "order_status_changed";
                if before.is_some_and(|before| moved && before["status"] != data["from"]) {
                    return Err(format!("it was not {} before: {event}", data["from"]));
                }
                party.ordered = true;
                check_total(party, event)?;
            }
            "order_deleted" => {
                let party = self.party(&data["table_id"], &data["session_id"])?;
                if party.orders.remove(&number(&data["order_id"])).is_none() {
                    return Err(format!("there is no such order: {event}"));
                }
                check_total(party, event)?;
            }
            "session_completed" => {
                let party = self.party(&data["table_id"], &data["session_id"])?;
                let (count, total) = (party.orders.len() as u64, party.total());
                if data["order_count"] != count || data["total"] != total {
                    return Err(format!("{count} orders come to {total}: {event}"));
                }
                let party = self.running.remove(&number(&data["table_id"])).expect("it runs");
                if party.ordered {
                    self.finished.insert(party.session, party);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn party(&mut self, table: &Value, session: &Value) -> Result<&mut Party, String> {
        let party = self.running.get_mut(&number(table)).filter(|party| *session == party.session);
        party.ok_or_else(|| format!("session {session} does not run at table {table}"))
    }

    /// Tells what is wrong with a snapshot that was taken at this seq.
    pub fn compare(&self, snapshot: &Value) -> Result<(), String> {
        assert_eq!(snapshot["seq"], self.seq);
        let told = snapshot["orders"].as_array().expect("orders");
        if let Some(tables) = snapshot["tables"].as_array() {
            for table in tables {
                let empty = Party::default();
                let party = self.running.get(&number(&table["id"])).unwrap_or(&empty);
                let session = table["session"]["id"].as_u64().unwrap_or(0);
                let expected = (party.session, party.total(), party.open_orders() as u64);
                let shown = (session, table["total"].as_i64().expect("a total"), number(&table["open_orders"]));
                if shown != expected {
                    return Err(format!("session, total, open orders are {expected:?}, shown is {table}"));
                }
            }
            let mut orders: Vec<_> = self.running.values().flat_map(|party| &party.orders).collect();
            orders.sort_by_key(|(id, _)| std::cmp::Reverse(**id));
            return same_orders(told, orders.iter().take(STAFF_ORDERS_MAX).map(|(_, order)| (*order).clone()));
        }
        let table = number(&snapshot["table"]["id"]);
        let Some(party) = self.running.get(&table) else {
            let is_empty = told.is_empty() && snapshot["session"].is_null();
            return if is_empty { Ok(()) } else { Err(format!("nobody sits at table {table}: {snapshot}")) };
        };
        if snapshot["session"]["id"] != party.session || snapshot["total"] != party.total() {
            return Err(format!("session {} comes to {}: {snapshot}", party.session, party.total()));
        }
        same_orders(told, party.orders.values().rev().take(TABLE_ORDERS_MAX).map(without_key))
    }
}

/// An order as guests see it.
pub fn without_key(order: &Value) -> Value {
    let mut order = order.clone();
    if let Some(fields) = order.as_object_mut() {
        fields.remove("key");
    }
    order
}

fn same_orders(told: &[Value], expected: impl Iterator<Item = Value>) -> Result<(), String> {
    let expected: Vec<_> = expected.collect();
    let wrong = told.iter().zip(&expected).find(|(told, expected)| told != expected);
    match wrong {
        Some((told, expected)) => Err(format!("an order should be {expected}, shown is {told}")),
        None if told.len() != expected.len() => {
            Err(format!("{} orders shown, there are {}", told.len(), expected.len()))
        }
        None => Ok(()),
    }
}

fn check_total(party: &Party, event: &Value) -> Result<(), String> {
    let total = party.total();
    if event["data"]["table_total"] == total {
        Ok(())
    } else {
        Err(format!("the table's orders come to {total}: {event}"))
    }
}

/// Lines and total of an order, reckoned from its prices. What was refused is left out.
fn check_sums(order: &Value) -> Result<(), String> {
    let money = |value: &Value| value.as_i64().expect("money");
    let mut total = 0;
    for item in order["items"].as_array().expect("items") {
        let options: i64 =
            item["options"].as_array().expect("options").iter().map(|option| money(&option["price_delta"])).sum();
        let subtotal = (money(&item["unit_price"]) + options) * money(&item["quantity"]);
        if item["subtotal"] != subtotal {
            return Err(format!("a line comes to {subtotal}: {order}"));
        }
        if item["identity_check"] == "waiting" && (item["status"] != "pending" || order["status"] == "completed") {
            return Err(format!("a line went on before its identity check: {order}"));
        }
        if item["identity_check"] != "refused" {
            total += subtotal;
        }
    }
    if order["total"] == total { Ok(()) } else { Err(format!("the order comes to {total}: {order}")) }
}
