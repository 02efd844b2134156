//! The store's whole sequence as it is read from outside, and what must hold in it: no hole, no order made twice, no
//! number given twice or left out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::Client;

/// The history may be rebuilt after a start.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

#[derive(Default)]
pub struct Book {
    /// The event with seq n at n - 1.
    events: Vec<Value>,
    /// Seq of the order with a key.
    created: BTreeMap<String, u64>,
    /// Seqs of all versions of an order.
    versions: BTreeMap<u64, Vec<u64>>,
    pub deleted: BTreeSet<u64>,
    /// Seq at which a session was finished.
    pub completed: BTreeMap<u64, u64>,
    /// The seq at which each session started.
    pub started: BTreeMap<u64, u64>,
    /// Last number of a table and business day.
    numbers: BTreeMap<(u64, String), u64>,
}

impl Book {
    pub fn head(&self) -> u64 {
        self.events.len() as u64
    }

    pub fn event(&self, seq: u64) -> Option<&Value> {
        self.events.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    /// Events after one seq up to another.
    pub fn between(&self, after: u64, last: u64) -> impl Iterator<Item = &Value> {
        (after + 1..=last).map_while(|seq| self.event(seq))
    }

    /// The order with that key, as it was made.
    pub fn order(&self, key: &str) -> Option<&Value> {
        Some(&self.event(*self.created.get(key)?)?["data"]["order"])
    }

    /// Whether an order ever stood like this.
    pub fn had_version(&self, order: &Value) -> bool {
        let seqs = order["id"].as_u64().and_then(|id| self.versions.get(&id));
        seqs.is_some_and(|seqs| {
            seqs.iter().any(|seq| self.event(*seq).is_some_and(|event| event["data"]["order"] == *order))
        })
    }

    /// Reads on to where the store stands now.
    pub fn read_on(&mut self, client: &mut Client) -> Result<(), String> {
        loop {
            let head = self.head();
            let page = ask(client, &format!("/api/sync?as=staff&after={head}"))?;
            if !page["snapshot"].is_null() {
                return Err(format!("the past cannot be read on from {head}"));
            }
            for event in page["events"].as_array().expect("events") {
                self.take(event)?;
            }
            if page["more"] == false {
                return Ok(());
            }
        }
    }

    fn take(&mut self, event: &Value) -> Result<(), String> {
        let seq = event["seq"].as_u64().expect("a seq");
        if seq != self.head() + 1 {
            return Err(format!("a hole in the sequence: {seq} follows {}", self.head()));
        }
        let (data, order) = (&event["data"], &event["data"]["order"]);
        match event["type"].as_str().expect("a type") {
            "order_created" => {
                let key = order["key"].as_str().expect("staff see the key");
                if let Some(first) = self.created.insert(key.to_owned(), seq) {
                    return Err(format!("order {key} was made twice, at {first} and at {seq}"));
                }
                self.take_number(order)?;
                self.versions.entry(order["id"].as_u64().expect("an id")).or_default().push(seq);
            }
            "order_status_changed" | "identity_checked" => {
                self.versions.entry(order["id"].as_u64().expect("an id")).or_default().push(seq);
            }
            "order_deleted" => drop(self.deleted.insert(data["order_id"].as_u64().expect("an id"))),
            "session_started" => drop(self.started.insert(data["session_id"].as_u64().expect("an id"), seq)),
            "session_completed" => drop(self.completed.insert(data["session_id"].as_u64().expect("an id"), seq)),
            _ => {}
        }
        self.events.push(event.clone());
        Ok(())
    }

    /// A table's numbers of a business day are 1, 2, 3, …
    fn take_number(&mut self, order: &Value) -> Result<(), String> {
        let text = order["number"].as_str().expect("a number");
        let parts = text.strip_prefix('T').and_then(|rest| rest.split_once('-'));
        let parts = parts.and_then(|(table, number)| Some((table.parse().ok()?, number.parse::<u64>().ok()?)));
        let (table, number): (u64, u64) = parts.ok_or_else(|| format!("{text} is no number"))?;
        let day = order["business_day"].as_str().expect("a day").to_owned();
        let last = self.numbers.entry((table, day.clone())).or_default();
        if order["table"]["number"] != table || number != *last + 1 {
            return Err(format!("number {text} of {day} follows {last}"));
        }
        *last = number;
        Ok(())
    }
}

/// An answer that must come: 503 is waited out for a while.
pub fn ask(client: &mut Client, path: &str) -> Result<Value, String> {
    let begin = Instant::now();
    loop {
        match client.get(path) {
            Some((200, answer)) => return Ok(answer),
            other if begin.elapsed() > ANSWER_LIMIT => return Err(format!("{path} is not answered: {other:?}")),
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
