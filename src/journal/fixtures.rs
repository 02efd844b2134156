//! A small shop whose commits the tests of this folder write and read.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use super::checkpoint;
use super::disk::Disk;
use super::mirror_copy::{MirrorCopy, Round};
use super::mirror_folder::MARK_NAME;
use super::recover::{recover_on, recover_with};
use super::{JournalError, JournalReader, JournalSettings, Lineage, Opened};
use crate::domain::access::{Principal, Role};
use crate::domain::command::{
    Command, Envelope, IdempotencyKey, KeyKind, NewCategory, NewMenuItem, NewOrder, NewOrderItem, NewStore, NewTable,
    NewUser,
};
use crate::domain::decide::execute;
use crate::domain::event::Commit;
use crate::domain::ids::{BodyHash, CategoryId, KeyHash, MenuItemId, OrderId, Seq, TableId, TableNumber, UserId};
use crate::domain::menu::Translations;
use crate::domain::money::Money;
use crate::domain::order::OrderStatus;
use crate::domain::state::StoreState;
use crate::domain::text::{CategoryName, KeyText, Label, MenuName, Note, StoreName, StoreSlug, Username};
use crate::domain::time::{BusinessDay, Timestamp};

pub(super) fn store() -> StoreSlug {
    StoreSlug::parse("round-moon").expect("a slug")
}

/// Decides commands and keeps the state they lead to.
pub(super) struct Shop {
    pub(super) state: StoreState,
    asked: u32,
}

impl Shop {
    pub(super) fn new() -> Self {
        Self { state: StoreState::default(), asked: 0 }
    }

    /// Goes on from a state.
    pub(super) fn at(state: StoreState, asked: u32) -> Self {
        Self { state, asked }
    }

    pub(super) fn run(&mut self, command: Command) -> Arc<Commit> {
        self.asked += 1;
        let principal = Principal::Staff { user: UserId::new(1), role: Role::Owner };
        let hash = u128::from(self.asked) << 64 | 7;
        let key = matches!(command, Command::CreateOrder(_)).then_some(IdempotencyKey {
            hash: KeyHash(hash),
            body: BodyHash(hash + 1),
            kind: KeyKind::Order,
        });
        let envelope = Envelope {
            principal,
            at: Timestamp::from_ms(1_790_000_000_000 + i64::from(self.asked) * 1_000),
            business_day: BusinessDay::parse("2026-11-20").expect("a day"),
            key,
            command,
        };
        Arc::new(execute(&mut self.state, &envelope).expect("decided").expect("something to do"))
    }

    /// Names the store, and adds two tables and a menu: six commits.
    pub(super) fn open(&mut self) -> Vec<Arc<Commit>> {
        let owner = NewUser {
            username: Username::parse("owner").expect("a name"),
            role: Role::Owner,
            password_hash: "$argon2id$x".into(),
        };
        let mut commits = vec![self.run(Command::CreateStore(NewStore {
            slug: store(),
            name: StoreName::parse("둥근달").expect("a name"),
            owner,
            currency: Label::parse("KRW").expect("a code"),
            time_zone: Label::parse("Asia/Seoul").expect("a zone"),
            day_cutoff_hour: 5,
        }))];
        for number in [7, 8] {
            commits.push(self.run(Command::AddTable(NewTable {
                number: TableNumber::parse(number).expect("a number"),
                label: None,
                seats: Some(4),
                password_hash: "$argon2id$y".into(),
            })));
        }
        commits.push(self.run(Command::AddCategory(NewCategory {
            name: CategoryName::parse("찌개").expect("a name"),
            names: Translations::default(),
        })));
        for name in ["김치찌개", "된장찌개"] {
            commits.push(self.run(Command::AddMenuItem(Box::new(NewMenuItem {
                category_id: CategoryId::new(1),
                name: MenuName::parse(name).expect("a name"),
                names: Translations::default(),
                description: None,
                descriptions: Translations::default(),
                price: Money::new(9_000),
                drawing: None,
                badges: Vec::new(),
                origin: None,
                allergens: None,
                alcohol: false,
                option_groups: Vec::new(),
            }))));
        }
        commits
    }

    pub(super) fn order(&mut self) -> Arc<Commit> {
        let line = |id, quantity| NewOrderItem {
            menu_id: MenuItemId::new(id),
            quantity,
            options: Vec::new(),
            note: Some(Note::parse("덜 맵게").expect("a note")),
        };
        let key = KeyText::parse(&format!("key-{}", self.asked)).expect("a key");
        let table = TableId::new(1 + u64::from(self.asked % 2));
        self.run(Command::CreateOrder(NewOrder {
            table,
            session: None,
            items: vec![line(1, 2), line(2, 1)],
            note: None,
            key,
        }))
    }

    /// Moves the newest order on, or back.
    pub(super) fn move_newest(&mut self) -> Option<Arc<Commit>> {
        let (id, status) = self.state.orders.last_key_value().map(|(id, order)| (*id, order.status))?;
        let status = match status {
            OrderStatus::Preparing => OrderStatus::Completed,
            _ => OrderStatus::Preparing,
        };
        Some(self.run(Command::ChangeOrderStatus { order: id, status, reason: None }))
    }

    /// Finishes the table of the oldest running session.
    pub(super) fn complete(&mut self) -> Option<Arc<Commit>> {
        let table = self.state.sessions.values().next()?.table_id;
        Some(self.run(Command::CompleteSession { table, force: true }))
    }

    pub(super) fn delete(&mut self, order: OrderId) -> Arc<Commit> {
        self.run(Command::DeleteOrder(order))
    }

    /// Opens the shop and takes so many orders.
    pub(super) fn open_with_orders(&mut self, orders: usize) -> Vec<Arc<Commit>> {
        let mut commits = self.open();
        commits.extend((0..orders).map(|_| self.order()));
        commits
    }
}

/// The state that commits lead to.
pub(super) fn state_of(commits: &[Arc<Commit>]) -> StoreState {
    let mut state = StoreState::default();
    for commit in commits {
        state.accept(commit).expect("applies");
    }
    state
}

/// Compares states without printing them whole.
pub(super) fn assert_state(found: &StoreState, expected: &StoreState, what: &str) {
    assert!(found == expected, "{what}: state at {} is not the one expected at {}", found.seq, expected.seq);
}

/// A journal folder that cleans up after itself.
pub(super) struct Folder {
    _keep: TempDir,
    pub(super) path: PathBuf,
}

impl Folder {
    pub(super) fn new() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let path = keep.path().join("stores/round-moon/journal");
        Self { _keep: keep, path }
    }

    /// In memory where the system has such a place: for tests that simulate what a disk keeps, and sync often.
    pub(super) fn in_memory() -> Self {
        let keep = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
        let path = keep.path().join("stores/round-moon/journal");
        Self { _keep: keep, path }
    }

    pub(super) fn open(&self) -> Opened {
        self.try_open(Disk::default(), JournalSettings::default()).expect("opens")
    }

    pub(super) fn open_small(&self) -> Opened {
        self.try_open(Disk::default(), JournalSettings { segment_bytes: 1 }).expect("opens")
    }

    pub(super) fn try_open(&self, disk: Disk, settings: JournalSettings) -> Result<Opened, JournalError> {
        recover_on(disk, &self.path, &store(), settings)?.start().map_err(|failed| failed.error)
    }

    pub(super) fn try_open_mirrored(&self, disk: Disk, mirror: &MirrorPlace) -> Result<Opened, JournalError> {
        let settings = JournalSettings { segment_bytes: 1 };
        let recovered = recover_with(disk, &self.path, &store(), settings, Some(&mirror.path))?;
        recovered.start().map_err(|failed| failed.error)
    }

    pub(super) fn open_mirrored(&self, mirror: &MirrorPlace) -> Opened {
        self.try_open_mirrored(Disk::default(), mirror).expect("opens")
    }

    /// Names of segments, in order of name.
    pub(super) fn segments(&self) -> Vec<String> {
        self.files(".journal")
    }

    pub(super) fn files(&self, ending: &str) -> Vec<String> {
        let names = std::fs::read_dir(&self.path).expect("folder").map(|entry| entry.expect("entry").file_name());
        let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| name.ends_with(ending));
        names.sort();
        names
    }

    pub(super) fn bytes(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.path.join(file)).expect("reads")
    }

    /// Writes a checkpoint of a durable state.
    pub(super) fn checkpoint(&self, state: &StoreState) {
        self.checkpoint_of(state, Lineage::new(1));
    }

    pub(super) fn checkpoint_of(&self, state: &StoreState, lineage: Lineage) {
        let disk = Disk::default();
        let unfinished = checkpoint::write(&disk, &self.path, &store(), lineage, state).expect("writes");
        checkpoint::finish(&disk, &self.path, &unfinished).expect("finishes");
    }

    pub(super) fn put(&self, file: &str, bytes: &[u8]) {
        std::fs::write(self.path.join(file), bytes).expect("writes");
    }
}

/// A folder for a mirror, with its mark.
pub(super) struct MirrorPlace {
    _keep: TempDir,
    pub(super) path: PathBuf,
}

impl MirrorPlace {
    pub(super) fn new() -> Self {
        let keep = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
        let path = keep.path().join("stick");
        std::fs::create_dir(&path).expect("a folder");
        let place = Self { _keep: keep, path };
        place.mark();
        place
    }

    pub(super) fn mark(&self) {
        std::fs::write(self.path.join(MARK_NAME), b"").expect("a mark");
    }

    /// Where the segments of a history are.
    pub(super) fn history(&self, lineage: Lineage) -> PathBuf {
        self.path.join("round-moon").join(lineage.to_string())
    }

    /// Copies everything that is durable.
    pub(super) fn copy(&self, reader: &JournalReader) -> Round {
        let mut copy = MirrorCopy::new(Arc::clone(&reader.shared), store(), self.path.clone(), || ());
        copy.round().expect("copies")
    }
}

/// Appends commits as one batch.
pub(super) fn append(opened: &mut Opened, commits: &[Arc<Commit>]) -> Seq {
    opened.journal.append(commits[0].seq, commits).expect("appends")
}
