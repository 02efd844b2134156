//! A small shop for the tests: a store's state, its journal on disk and its view beside it, plus an independent record
//! of what the history must show.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::domain::access::{Principal, Role};
use crate::domain::command::{
    Command, Envelope, NewCategory, NewMenuItem, NewOrder, NewOrderItem, NewStore, NewTable, NewUser,
};
use crate::domain::decide::execute;
use crate::domain::event::{Commit, CompletedSession, Event};
use crate::domain::ids::{CategoryId, MenuItemId, OrderId, Seq, SessionId, TableId, TableNumber, UserId};
use crate::domain::menu::Translations;
use crate::domain::money::Money;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::state::StoreState;
use crate::domain::text::{CategoryName, KeyText, Label, MenuName, Note, StoreName, StoreSlug, Username};
use crate::domain::time::{BusinessDay, Timestamp};
use crate::journal::{self, Journal, JournalReader, JournalSettings};
use crate::trees::{Encoders, HistoryQuery, TreesError, TreesHandle, TreesReport, TreesWriter, verify};

pub(super) const ENCODERS: Encoders = Encoders { order: encode_order, session: encode_session };

fn encode_order(order: &Order) -> Vec<u8> {
    serde_json::to_vec(order).expect("an order is JSON")
}

fn encode_session(session: &CompletedSession) -> Vec<u8> {
    let value = json!({ "id": session.session_id.get(), "table": session.table_id.get(), "day": session.business_day });
    serde_json::to_vec(&value).expect("a session is JSON")
}

/// A finished session as the history must show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finished {
    pub(super) day: BusinessDay,
    pub(super) session: u64,
    pub(super) table: u64,
    pub(super) orders: Vec<Value>,
}

pub(super) struct Shop {
    pub(super) folder: TempDir,
    pub(super) state: StoreState,
    pub(super) reader: JournalReader,
    journal: Journal,
    pub(super) day: BusinessDay,
    now_ms: i64,
    pub(super) commits: Vec<Arc<Commit>>,
    /// In the order they were finished.
    pub(super) finished: Vec<Finished>,
}

pub(super) fn day(text: &str) -> BusinessDay {
    BusinessDay::parse(text).expect("a date")
}

pub(super) fn table(id: u64) -> TableId {
    TableId::new(id)
}

impl Shop {
    /// A shop with that many tables, ids and numbers from 1, and a menu of three items.
    pub(super) fn new(tables: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let opened = open_journal(&folder);
        let mut shop = Self {
            folder,
            state: opened.state,
            reader: opened.reader,
            journal: opened.journal,
            day: day("2026-11-20"),
            now_ms: 1_795_000_000_000,
            commits: Vec::new(),
            finished: Vec::new(),
        };
        let owner = NewUser {
            username: Username::parse("사장").expect("a name"),
            role: Role::Owner,
            password_hash: "hash".into(),
        };
        shop.run(Command::CreateStore(NewStore {
            slug: slug(),
            name: StoreName::parse("둥근달").expect("a name"),
            owner,
            currency: Label::parse("KRW").expect("a code"),
            time_zone: Label::parse("Asia/Seoul").expect("a zone"),
            day_cutoff_hour: 5,
        }));
        shop.run(Command::AddCategory(NewCategory {
            name: CategoryName::parse("찌개").expect("a name"),
            names: Translations::default(),
        }));
        for (name, price) in [("김치찌개", 9_000), ("된장찌개", 8_500), ("공기밥", 1_000)] {
            shop.run(Command::AddMenuItem(Box::new(menu_item(name, price))));
        }
        for number in 1..=tables {
            shop.run(Command::AddTable(NewTable {
                number: TableNumber::parse(number).expect("a number"),
                label: None,
                seats: Some(4),
                password_hash: "hash".into(),
            }));
        }
        shop
    }

    /// Closes the journal and opens it again, as a restart does.
    pub(super) fn restart(self) -> Self {
        let Self { folder, journal, day, now_ms, commits, finished, .. } = self;
        journal.finish().expect("closes");
        let opened = open_journal(&folder);
        Self {
            folder,
            state: opened.state,
            reader: opened.reader,
            journal: opened.journal,
            day,
            now_ms,
            commits,
            finished,
        }
    }

    /// Runs a command that changes something and makes it durable.
    pub(super) fn run(&mut self, command: Command) -> Arc<Commit> {
        self.try_run(command).expect("changes something")
    }

    /// Runs a command; nothing when it is refused or changes nothing.
    pub(super) fn try_run(&mut self, command: Command) -> Option<Arc<Commit>> {
        self.now_ms += 1_000;
        let before = self.state.clone();
        let envelope = Envelope {
            principal: Principal::Staff { user: UserId::new(1), role: Role::Owner },
            at: Timestamp::from_ms(self.now_ms),
            business_day: self.day,
            key: None,
            command,
        };
        let commit = Arc::new(execute(&mut self.state, &envelope).ok().flatten()?);
        self.journal.append(commit.seq, std::slice::from_ref(&commit)).expect("durable");
        for event in &commit.events {
            if let Event::SessionCompleted(completed) = event
                && completed.ordered
            {
                let orders = before.orders_of(completed.session_id);
                let orders = orders.map(|order| serde_json::to_value(order).expect("an order is JSON")).collect();
                self.finished.push(Finished {
                    day: completed.business_day,
                    session: completed.session_id.get(),
                    table: completed.table_id.get(),
                    orders,
                });
            }
        }
        self.commits.push(Arc::clone(&commit));
        Some(commit)
    }

    pub(super) fn order(&mut self, at: u64) -> OrderId {
        let id = self.state.next.order;
        self.run(Command::CreateOrder(new_order(at, 1)));
        id
    }

    pub(super) fn set_status(&mut self, order: OrderId, status: OrderStatus) {
        let reason = (status == OrderStatus::Cancelled).then(|| Note::parse("재료 없음").expect("a reason"));
        self.run(Command::ChangeOrderStatus { order, status, reason });
    }

    /// Finishes a table, open orders or not.
    pub(super) fn finish(&mut self, at: u64) -> SessionId {
        let session = self.state.session_at(table(at)).expect("runs").id;
        self.run(Command::CompleteSession { table: table(at), force: true });
        session
    }

    /// One order at a table, which is then finished.
    pub(super) fn visit(&mut self, at: u64) -> SessionId {
        self.order(at);
        self.finish(at)
    }

    pub(super) fn trees_folder(&self) -> PathBuf {
        self.folder.path().join("trees")
    }

    /// Folders that were moved aside.
    pub(super) fn moved_aside(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder").flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().contains(".broken-")).count()
    }

    /// Starts the view without waiting for it.
    pub(super) fn spawn(&self) -> TreesHandle {
        TreesWriter::spawn(self.trees_folder(), self.reader.clone(), ENCODERS).expect("a thread")
    }

    /// Starts the view and waits until it is complete.
    pub(super) fn start(&self) -> TreesHandle {
        let trees = self.spawn();
        self.wait(&trees);
        trees
    }

    pub(super) fn wait(&self, trees: &TreesHandle) {
        assert!(wait(trees, self.state.seq), "{:?} {:?}", trees.status(), trees.notes());
    }

    pub(super) fn verify(&self) -> TreesReport {
        verify(&self.trees_folder(), self.reader.lineage(), &self.state, ENCODERS).expect("opens").expect("exists")
    }

    /// The view must show exactly the record's history, page by page, and agree with the state.
    pub(super) fn check(&self, trees: &TreesHandle) {
        self.wait(trees);
        assert_eq!(trees.disagreements(&self.state), Ok(vec![]));
        assert_eq!(shown(trees, None, 7), self.expected(None));
    }

    /// What the history must show, newest first.
    pub(super) fn expected(&self, at: Option<u64>) -> Vec<Finished> {
        let mut finished: Vec<_> =
            self.finished.iter().filter(|finished| at.is_none_or(|at| finished.table == at)).cloned().collect();
        finished.sort_by_key(|finished| std::cmp::Reverse((finished.day, finished.session)));
        finished
    }
}

/// Blocks until the view is complete to `seq`, at most 60 s.
pub(super) fn wait(trees: &TreesHandle, seq: Seq) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(trees.wait_applied(seq, Duration::from_mins(1)))
}

/// Every finished session that the view shows, page by page.
pub(super) fn shown(trees: &TreesHandle, at: Option<u64>, limit: usize) -> Vec<Finished> {
    try_shown(trees, at, limit).expect("pages")
}

/// As [`shown`], where damage may be met.
pub(super) fn try_shown(trees: &TreesHandle, at: Option<u64>, limit: usize) -> Result<Vec<Finished>, TreesError> {
    let mut query = query(at, limit);
    let mut all = Vec::new();
    loop {
        let page = trees.history(&query)?;
        let sessions = parse(&page.sessions_json);
        assert!(sessions.len() <= limit);
        all.extend(sessions);
        match page.next {
            Some(next) => query.after = Some(next.to_string().parse().expect("a cursor")),
            None => return Ok(all),
        }
    }
}

/// A query over all days.
pub(super) fn query(at: Option<u64>, limit: usize) -> HistoryQuery {
    HistoryQuery { table: at.map(table), from: day("0001-01-01"), to: day("9999-12-31"), after: None, limit }
}

/// Reads a page.
pub(super) fn parse(sessions_json: &[u8]) -> Vec<Finished> {
    let sessions: Vec<Value> = serde_json::from_slice(sessions_json).expect("a page is JSON");
    let finished = sessions.into_iter().map(|session| Finished {
        day: session["day"].as_str().and_then(BusinessDay::parse).expect("a day"),
        session: session["id"].as_u64().expect("an id"),
        table: session["table"].as_u64().expect("a table"),
        orders: session["orders"].as_array().expect("orders").clone(),
    });
    finished.collect()
}

pub(super) fn new_order(at: u64, lines: usize) -> NewOrder {
    let line =
        NewOrderItem {
            menu_id: MenuItemId::new(1), quantity: 2, options: vec![], note: Note::parse("덜 맵게").ok()
        };
    NewOrder {
        table: table(at),
        session: None,
        items: vec![line; lines],
        note: None,
        key: KeyText::parse("key-1").expect("a key"),
    }
}

pub(super) fn menu_item(name: &str, price: i64) -> NewMenuItem {
    NewMenuItem {
        category_id: CategoryId::new(1),
        name: MenuName::parse(name).expect("a name"),
        names: Translations::default(),
        description: None,
        descriptions: Translations::default(),
        price: Money::new(price),
        drawing: None,
        badges: vec![],
        origin: None,
        allergens: None,
        alcohol: false,
        option_groups: vec![],
    }
}

fn slug() -> StoreSlug {
    StoreSlug::parse("round-moon").expect("a slug")
}

fn open_journal(folder: &TempDir) -> journal::Opened {
    let settings = JournalSettings { segment_bytes: 1024 * 1024 };
    journal::open(&folder.path().join("journal"), &slug(), settings).expect("opens")
}
