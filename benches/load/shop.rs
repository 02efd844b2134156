//! A shop's past: the commands of many finished table sessions, decided by the real domain and written by the real
//! journal.

use std::path::Path;
use std::sync::Arc;

use tableorder::domain::access::{Principal, Role};
use tableorder::domain::command::{
    Command, Envelope, NewCategory, NewMenuItem, NewOrder, NewOrderItem, NewStore, NewTable, NewUser,
};
use tableorder::domain::decide::execute;
use tableorder::domain::event::Commit;
use tableorder::domain::ids::{CategoryId, MenuItemId, TableId, TableNumber, UserId};
use tableorder::domain::menu::Translations;
use tableorder::domain::money::Money;
use tableorder::domain::state::StoreState;
use tableorder::domain::text::{CategoryName, KeyText, Label, MenuName, StoreName, StoreSlug, Username};
use tableorder::domain::time::{BusinessDay, Timestamp};
use tableorder::journal::{self, CommitWriter, JournalSettings, Queued};

const SESSION_ORDERS: usize = 20;
const TABLES: u64 = 20;
const DISHES: usize = 60;
/// Password of every table's tablet.
pub const TABLE_PASSWORD: &str = "table1234";
/// The store's short name.
pub const SLUG: &str = "shop";

/// Set-up and `orders` orders in finished sessions of up to 20.
fn envelopes(orders: usize) -> impl Iterator<Item = Envelope> {
    setup().into_iter().chain(sessions(orders))
}

fn envelope(minute: usize, principal: Principal, command: Command) -> Envelope {
    let minute_ms = i64::try_from(minute).expect("few minutes") * 60_000;
    let day = minute / 1_440;
    let (year, month) = (2020 + day / 336, day / 28 % 12 + 1);
    let date = BusinessDay::new(
        u16::try_from(year).expect("a year"),
        u8::try_from(month).expect("a month"),
        u8::try_from(day % 28 + 1).expect("a day"),
    );
    let at = Timestamp::from_ms(1_600_000_000_000 + minute_ms);
    Envelope { principal, at, business_day: date.expect("a date"), key: None, command }
}

fn setup() -> Vec<Envelope> {
    let table_hash = tableorder::http::hash_password(TABLE_PASSWORD).expect("a hash");
    let mut commands = vec![Command::CreateStore(NewStore {
        slug: StoreSlug::parse(SLUG).expect("a slug"),
        name: StoreName::parse("오래된 식당").expect("a name"),
        owner: NewUser {
            username: Username::parse("owner").expect("a name"),
            role: Role::Owner,
            password_hash: "no login".into(),
        },
        currency: Label::parse("KRW").expect("a currency"),
        time_zone: Label::parse("Asia/Seoul").expect("a zone"),
        day_cutoff_hour: 5,
    })];
    commands.extend((1..=TABLES).map(|number| {
        let number = TableNumber::parse(number).expect("a number");
        Command::AddTable(NewTable { number, label: None, seats: None, password_hash: table_hash.clone() })
    }));
    let name = CategoryName::parse("식사").expect("a name");
    commands.push(Command::AddCategory(NewCategory { name, names: Translations::default() }));
    commands.extend((1..=DISHES).map(|number| {
        Command::AddMenuItem(Box::new(NewMenuItem {
            category_id: CategoryId::new(1),
            name: MenuName::parse(&format!("차돌 된장찌개 {number}")).expect("a name"),
            names: Translations::default(),
            description: None,
            descriptions: Translations::default(),
            price: Money::new(9_500),
            drawing: None,
            badges: Vec::new(),
            origin: None,
            allergens: None,
            alcohol: false,
            option_groups: Vec::new(),
        }))
    }));
    commands.into_iter().map(|command| envelope(0, Principal::System, command)).collect()
}

fn sessions(orders: usize) -> impl Iterator<Item = Envelope> {
    let owner = Principal::Staff { user: UserId::new(1), role: Role::Owner };
    (0..orders).flat_map(move |n| {
        let session = n / SESSION_ORDERS;
        let table = TableId::new(session as u64 % TABLES + 1);
        let line = |quantity| NewOrderItem { menu_id: MenuItemId::new(1), quantity, options: Vec::new(), note: None };
        let order = Command::CreateOrder(NewOrder {
            table,
            session: None,
            items: vec![line(1), line(2)],
            note: None,
            key: KeyText::parse(&format!("key-{n}")).expect("a key"),
        });
        let finish = (n % SESSION_ORDERS == SESSION_ORDERS - 1 || n == orders - 1)
            .then(|| envelope(n, owner, Command::CompleteSession { table, force: true }));
        std::iter::once(envelope(n, owner, order)).chain(finish)
    })
}

/// Writes a store's journal below a data folder as a long-running shop would have: finished sessions of up to 20 orders.
pub fn prepare(data: &Path, orders: usize) {
    let mut state = StoreState::default();
    let mut commits = Vec::new();
    for envelope in envelopes(orders) {
        if let Some(commit) = execute(&mut state, &envelope).expect("a shop's day") {
            commits.push(Arc::new(commit));
        }
    }
    write(data, commits);
}

/// Many commits to a sync.
fn write(data: &Path, commits: Vec<Arc<Commit>>) {
    let folder = data.join("stores").join(SLUG).join("journal");
    std::fs::create_dir_all(&folder).expect("a folder");
    let slug = StoreSlug::parse(SLUG).expect("a slug");
    let opened = journal::open(&folder, &slug, JournalSettings { segment_bytes: 16 << 20 }).expect("a journal");
    let (done, finished) = std::sync::mpsc::channel();
    let queue = CommitWriter::spawn(
        opened.journal,
        move |durable: journal::Durable<()>| {
            let _ = done.send(durable.durable_seq);
        },
        |error| panic!("{error}"),
    )
    .expect("a thread");
    let mut durable = 0;
    for commit in commits {
        let seq = commit.seq.get();
        queue.push(Queued { commit: Some(commit), release: () }).expect("the writer takes it");
        while seq > durable + 1_000 {
            durable = finished.recv().expect("the writer lives").get();
        }
    }
    queue.finish().expect("the journal is closed");
}
