//! The check from outside, after each fault: what was told and shown since the last one is compared with what the program
//! has now. It asks only over HTTP, as anybody could.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::book::{Book, ask};
use super::client::Client;
use super::dashboard::{Dashboard, Shown};
use super::floor::{Floor, without_key};
use super::record::{Record, Told};
use super::run::Figures;

/// Sessions asked for at once; a page ends earlier where they are large.
const HISTORY_PAGE: usize = 50;

pub struct Check {
    client: Client,
    record: Arc<Record>,
    pub dashboards: Vec<Arc<Dashboard>>,
    book: Book,
    floor: Floor,
    figures: Figures,
}

impl Check {
    pub fn new(client: Client, record: Arc<Record>) -> Self {
        let (book, floor) = (Book::default(), Floor::default());
        Self { client, record, dashboards: Vec::new(), book, floor, figures: Figures::default() }
    }

    pub fn figures(&self) -> Figures {
        self.figures
    }

    pub fn head(&self) -> u64 {
        self.book.head()
    }

    /// Reads on and compares with what was told and shown since the last check; panics with what is wrong.
    pub fn since_last(&mut self, moment: &str) {
        self.look().unwrap_or_else(|wrong| self.fail(moment, &wrong));
    }

    /// Everything once more from the beginning, with the whole history; nothing may have changed since it was read.
    pub fn everything(&mut self, moment: &str) {
        self.since_last(moment);
        self.look_at_all().unwrap_or_else(|wrong| self.fail(moment, &wrong));
    }

    /// Nothing that was acknowledged is missing in the program's own eyes either.
    pub fn nothing_is_degraded(&mut self, moment: &str) {
        let health = self.client.get("/health");
        let is_ok = health.as_ref().is_some_and(|(status, health)| *status == 200 && health["status"] == "ok");
        assert!(is_ok, "{moment}: health says {health:?}");
    }

    fn fail(&self, moment: &str, wrong: &str) -> ! {
        panic!("{moment}: {wrong}\nthe record of every answer: {}", self.record.path.display())
    }

    fn look(&mut self) -> Result<(), String> {
        // Taken before the store is read: what was told by then must be found.
        let told = self.record.take();
        let shown: Vec<_> = self.dashboards.iter().map(|screen| (Arc::clone(screen), screen.take())).collect();
        let now = ask(&mut self.client, "/api/sync?as=staff")?["snapshot"].take();
        self.book.read_on(&mut self.client)?;
        self.compare_told(&told)?;
        for (screen, connections) in &shown {
            for connection in connections {
                let compared = match screen.table {
                    None => self.compare_staff(connection),
                    Some(table) => self.compare_table(table, connection),
                };
                compared.map_err(|wrong| format!("screen {}: {wrong}", screen.name))?;
            }
        }
        let snapshots =
            shown.iter().flat_map(|(_, connections)| connections).filter_map(|shown| shown.snapshot.as_ref());
        let mut snapshots: Vec<_> = snapshots.chain([&now]).collect();
        snapshots.sort_by_key(|snapshot| snapshot["seq"].as_u64());
        for snapshot in snapshots {
            self.compare_snapshot(snapshot)?;
        }
        self.compare_history(1)
    }

    fn look_at_all(&mut self) -> Result<(), String> {
        let mut anew = Book::default();
        anew.read_on(&mut self.client)?;
        let changed = (1..=self.book.head()).find(|seq| anew.event(*seq) != self.book.event(*seq));
        if let Some(seq) = changed {
            return Err(format!("event {seq} was {:?} and is {:?}", self.book.event(seq), anew.event(seq)));
        }
        self.compare_history(usize::MAX)
    }

    fn compare_told(&mut self, told: &[Told]) -> Result<(), String> {
        for told in told {
            match told {
                Told::Order { key, order } => {
                    let kept =
                        self.book.order(key).ok_or_else(|| format!("acknowledged order {key} is lost: {order}"))?;
                    if without_key(kept) != *order {
                        return Err(format!("order {key} was {order} and is {kept}"));
                    }
                    self.figures.orders += 1;
                }
                Told::Changed { order } if !self.book.had_version(order) => {
                    return Err(format!("an acknowledged change is lost: {order}"));
                }
                Told::Deleted { order_id } if !self.book.deleted.contains(order_id) => {
                    return Err(format!("order {order_id} was deleted and is back"));
                }
                Told::Seated { session } => {
                    let seq = session["id"].as_u64().and_then(|id| self.book.started.get(&id));
                    let event = seq.and_then(|seq| self.book.event(*seq));
                    if event.is_none_or(|event| event["table_id"] != session["table_id"]) {
                        return Err(format!("seated session {session} is {event:?}"));
                    }
                }
                Told::Finished { session } => {
                    let seq = session["id"].as_u64().and_then(|id| self.book.completed.get(&id));
                    let event = seq.and_then(|seq| self.book.event(*seq)).map(|event| &event["data"]);
                    let same = event.is_some_and(|event| {
                        event["total"] == session["total"] && event["order_count"] == session["order_count"]
                    });
                    if !same {
                        return Err(format!("finished session {session} is {event:?}"));
                    }
                }
                Told::Changed { .. } | Told::Deleted { .. } => {}
            }
        }
        Ok(())
    }

    /// A staff screen sees every event, in order, without a hole, and none that is not on disk.
    fn compare_staff(&mut self, shown: &Shown) -> Result<(), String> {
        let Some(mut last) = begin(shown)? else { return Ok(()) };
        for (seq, event) in &shown.events {
            if *seq != last + 1 {
                return Err(format!("{seq} follows {last}"));
            }
            last = *seq;
            if self.book.event(*seq) != Some(event) {
                return Err(format!("it showed {event}, there is {:?}", self.book.event(*seq)));
            }
            self.figures.shown += 1;
        }
        Ok(())
    }

    /// A table's screen sees its own orders, in order; of a session that ended before it came back only the bare end.
    fn compare_table(&mut self, table: u64, shown: &Shown) -> Result<(), String> {
        let Some(first) = begin(shown)? else { return Ok(()) };
        let mut last = first;
        let mut seen = BTreeSet::new();
        for (seq, event) in &shown.events {
            if *seq <= last && !(*seq == last && event["type"].is_null()) {
                return Err(format!("{seq} follows {last}"));
            }
            last = *seq;
            if event["type"].is_null() {
                // A position: complete to here, nothing shown.
                continue;
            }
            seen.insert(*seq);
            let kept = self.book.event(*seq).ok_or_else(|| format!("it showed {event}, there is none"))?;
            let (data, kept_data) = (&event["data"], &kept["data"]);
            let same_order = data["order"].is_null() || data["order"] == without_key(&kept_data["order"]);
            let own = kept["table_id"].is_null() || kept["table_id"] == table;
            if event["type"] != kept["type"] || !same_order || !own || data["session_id"] != kept_data["session_id"] {
                return Err(format!("table {table} was shown {event}, there is {kept}"));
            }
            self.figures.shown += 1;
        }
        for event in self.book.between(first, last) {
            let is_order = event["type"].as_str().is_some_and(|kind| kind.starts_with("order_"));
            if !is_order || event["table_id"] != table || seen.contains(&event["seq"].as_u64().expect("a seq")) {
                continue;
            }
            let data = &event["data"];
            let session = data["session_id"].as_u64().or_else(|| data["order"]["session_id"].as_u64());
            let ended = session.and_then(|session| self.book.completed.get(&session));
            if !ended.is_some_and(|seq| seen.contains(seq)) {
                return Err(format!("between {first} and {last} it was not shown {event}"));
            }
        }
        Ok(())
    }

    fn compare_snapshot(&mut self, snapshot: &Value) -> Result<(), String> {
        let seq = snapshot["seq"].as_u64().expect("a seq");
        if seq > self.book.head() {
            return Err(format!("a snapshot at {seq}, the journal ends at {}", self.book.head()));
        }
        if seq < self.floor.seq {
            self.floor = Floor::default();
        }
        for event in self.book.between(self.floor.seq, seq) {
            self.floor.take(event)?;
        }
        self.floor.compare(snapshot).map_err(|wrong| format!("the snapshot at {seq}: {wrong}"))
    }

    /// The newest pages of the history: they tell of finished sessions what is right, each once, and of all that were
    /// finished by now when they reach to the end.
    fn compare_history(&mut self, pages: usize) -> Result<(), String> {
        let mut found = BTreeMap::new();
        let (mut cursor, mut complete) = (String::new(), false);
        for _ in 0..pages {
            let path =
                format!("/api/admin/history?date_from=2000-01-01&date_to=2200-01-01&limit={HISTORY_PAGE}{cursor}");
            let page = ask(&mut self.client, &path)?;
            for session in page["sessions"].as_array().expect("sessions") {
                let id = session["id"].as_u64().expect("an id");
                if found.insert(id, session.clone()).is_some() {
                    return Err(format!("session {id} stands in the history twice"));
                }
            }
            complete = page["next_cursor"].is_null();
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        for party in self.floor.finished.values() {
            let Some(session) = found.get(&party.session) else {
                if complete {
                    return Err(format!("session {} is not in the history", party.session));
                }
                continue;
            };
            let orders = session["orders"].as_array().expect("orders");
            let same = orders.len() == party.orders.len()
                && orders.iter().all(|order| order["id"].as_u64().and_then(|id| party.orders.get(&id)) == Some(order));
            if !same || session["total"] != party.total() || session["table"]["id"] != party.table {
                return Err(format!("the history tells {session} of {party:?}"));
            }
        }
        Ok(())
    }
}

/// Seq after which a connection is to be shown everything; nothing when it was shown nothing at all.
fn begin(shown: &Shown) -> Result<Option<u64>, String> {
    if let Some(reason) = &shown.resync {
        return Err(format!("it was told to begin anew after {:?}: {reason}", shown.after));
    }
    let snapshot = shown.snapshot.as_ref().and_then(|snapshot| snapshot["seq"].as_u64());
    if shown.after.is_none() && snapshot.is_none() && !shown.events.is_empty() {
        return Err("events came before the snapshot".to_owned());
    }
    Ok(shown.after.or(snapshot))
}
