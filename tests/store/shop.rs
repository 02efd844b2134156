//! A small shop for these tests: three tables, one dish.

use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_core::Stream;
use serde_json::Value;
use tableorder::domain::access::{Principal, Role};
use tableorder::domain::command::{
    Command, IdempotencyKey, KeyKind, NewCategory, NewMenuItem, NewOrder, NewOrderItem, NewStore, NewTable, NewUser,
};
use tableorder::domain::event::Event;
use tableorder::domain::ids::{BodyHash, CategoryId, KeyHash, MenuItemId, TableId, TableNumber, TabletId, UserId};
use tableorder::domain::menu::Translations;
use tableorder::domain::money::Money;
use tableorder::domain::order::Order;
use tableorder::domain::text::{CategoryName, KeyText, Label, MenuName, StoreName, StoreSlug, Username};
use tableorder::domain::time::BusinessDay;
use tableorder::store::{
    ExecuteError, From, OrderGate, OutboxBody, Outcome, Reader, StoreDirectory, StoreHandle, StoreSettings,
    StreamIdentity, StreamSettings,
};
use tableorder::trees::HistoryQuery;
use tempfile::TempDir;

pub struct Shop {
    pub folder: TempDir,
    life: Duration,
    pub orders: OrderGate,
    pub directory: Arc<StoreDirectory>,
    pub store: StoreHandle,
}

pub fn table(n: u64) -> TableId {
    TableId::new(n)
}

pub fn label(text: &str) -> Label {
    Label::parse(text).expect("a label")
}

fn directory(folder: &Path, life: Duration, orders: OrderGate) -> Arc<StoreDirectory> {
    let stream = StreamSettings { ping: Duration::from_secs(15), life, retry_ms: 2_000 };
    let uploads = folder.join(".uploads");
    let settings = StoreSettings { segment_bytes: 4 << 20, mirror: None, stream, uploads, orders };
    Arc::new(StoreDirectory::open(folder, settings).expect("opens"))
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with_life(Duration::from_mins(5)).await
    }

    pub async fn open_with_life(life: Duration) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let orders = OrderGate::default();
        let directory = directory(folder.path(), life, orders.clone());
        let owner = NewUser {
            username: Username::parse("owner").expect("a name"),
            role: Role::Owner,
            password_hash: "hash".into(),
        };
        let new = NewStore {
            slug: StoreSlug::parse("shop").expect("a slug"),
            name: StoreName::parse("시험 식당").expect("a name"),
            owner,
            currency: label("KRW"),
            time_zone: label("Asia/Seoul"),
            day_cutoff_hour: 5,
        };
        let store = directory.create(new).await.expect("is made");
        let shop = Self { folder, life, orders, directory, store };
        for number in 1..=3 {
            let number = TableNumber::parse(number).expect("a number");
            shop.run(Command::AddTable(NewTable { number, label: None, seats: None, password_hash: "hash".into() }))
                .await;
        }
        let name = CategoryName::parse("식사").expect("a name");
        shop.run(Command::AddCategory(NewCategory { name, names: Translations::default() })).await;
        shop.run(Command::AddMenuItem(Box::new(dish()))).await;
        shop
    }

    /// Stops everything and opens it again from disk.
    pub async fn restart(self) -> Self {
        self.restart_after(|_| {}).await
    }

    /// As [`Shop::restart`]; `meanwhile` gets the journal's folder.
    pub async fn restart_after(self, meanwhile: impl FnOnce(&Path)) -> Self {
        let Self { folder, life, orders, directory: old, store } = self;
        old.stop().await;
        drop((old, store));
        meanwhile(&folder.path().join("shop").join("journal"));
        let directory = directory(folder.path(), life, orders.clone());
        let store = directory.get("shop").expect("the store is there");
        Self { folder, life, orders, directory, store }
    }

    /// The journal's folder.
    pub fn journal(&self) -> PathBuf {
        self.folder.path().join("shop").join("journal")
    }

    /// Files of the store's checkpoints.
    pub fn checkpoints(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.journal()).expect("a folder").map(|entry| entry.expect("a file").path());
        files.filter(|path| path.extension().is_some_and(|ending| ending == "checkpoint")).collect()
    }

    pub async fn run(&self, command: Command) -> Outcome {
        let owner = Principal::Staff { user: UserId::new(1), role: Role::Owner };
        self.store.execute(owner, None, command).await.expect("is taken")
    }

    pub async fn order(&self, table: u64, key: &str, quantity: u32) -> Result<Outcome, ExecuteError> {
        let hash =
            key.bytes().fold(u128::from(table), |hash, byte| hash.wrapping_mul(257).wrapping_add(u128::from(byte)));
        let remembered =
            IdempotencyKey { hash: KeyHash(hash), body: BodyHash(u128::from(quantity)), kind: KeyKind::Order };
        let new = NewOrder {
            table: TableId::new(table),
            session: None,
            items: vec![NewOrderItem { menu_id: MenuItemId::new(1), quantity, options: Vec::new(), note: None }],
            note: None,
            key: KeyText::parse(key).expect("a key"),
        };
        let tablet = Principal::Tablet { table: TableId::new(table), tablet: TabletId::new(1) };
        self.store.execute(tablet, Some(remembered), Command::CreateOrder(new)).await
    }

    pub async fn stream(&self, reader: Reader, from: From) -> OutboxBody {
        self.store.stream(reader, from, StreamIdentity::default(), Box::new(())).await.expect("opens")
    }

    pub async fn history(&self) -> Value {
        let day = |text| BusinessDay::parse(text).expect("a date");
        let query =
            HistoryQuery { table: None, from: day("2000-01-01"), to: day("9999-01-01"), after: None, limit: 50 };
        let page = self.store.history(&query).await.expect("history");
        serde_json::from_slice(&page.sessions_json).expect("JSON")
    }
}

pub fn dish() -> NewMenuItem {
    NewMenuItem {
        category_id: CategoryId::new(1),
        name: MenuName::parse("김치찌개").expect("a name"),
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
    }
}

pub fn created(outcome: &Outcome) -> &Order {
    let events = &outcome.commit.as_ref().expect("a commit").events;
    events
        .iter()
        .find_map(|event| if let Event::OrderCreated { order, .. } = event { Some(&**order) } else { None })
        .expect("an order")
}

pub fn paired(outcome: &Outcome) -> TabletId {
    let events = &outcome.commit.as_ref().expect("a commit").events;
    events
        .iter()
        .find_map(|event| if let Event::TabletPaired(tablet) = event { Some(tablet.id) } else { None })
        .expect("a tablet")
}

/// One frame as a browser would read it.
pub struct Frame {
    pub id: Option<u64>,
    pub kind: String,
    pub data: Value,
}

/// The next piece of a stream as text; nothing at its end.
pub async fn frames(stream: &mut OutboxBody) -> Option<String> {
    let next = poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
    let piece: Option<Result<Bytes, _>> =
        tokio::time::timeout(Duration::from_secs(20), next).await.expect("the stream moves");
    piece.map(|piece| String::from_utf8(piece.expect("never fails").to_vec()).expect("UTF-8"))
}

/// The next frames, heart-beats left out.
pub async fn next_frames(stream: &mut OutboxBody, count: usize) -> Vec<Frame> {
    let mut found = Vec::new();
    while found.len() < count {
        let mut text = frames(stream).await.expect("the stream goes on");
        // A long frame comes in pieces.
        while !text.ends_with("\n\n") {
            text.push_str(&frames(stream).await.expect("the frame goes on"));
        }
        found.extend(
            text.split("\n\n").filter(|frame| frame.contains("data: ")).map(parse).filter(|frame| frame.kind != "ping"),
        );
    }
    assert_eq!(found.len(), count, "no more frames than expected");
    found
}

fn parse(text: &str) -> Frame {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    Frame {
        id: field("id:").and_then(|id| id.parse().ok()),
        kind: field("event:").expect("a type").to_owned(),
        data: serde_json::from_str(field("data:").expect("data")).expect("JSON"),
    }
}
