//! Time of a history page of 50 sessions × 3 orders, at growing sizes. The promise: p50 at most 0.3 ms at any size.
//! `cargo bench --bench history -- 10000 1000000` takes the numbers of orders to store; without any it stores 10,000.

use std::path::Path;
use std::time::{Duration, Instant};

use tableorder::domain::access::{Principal, Role};
use tableorder::domain::command::{
    Command, Envelope, NewCategory, NewMenuItem, NewOrder, NewOrderItem, NewStore, NewTable, NewUser,
};
use tableorder::domain::decide::execute;
use tableorder::domain::event::CompletedSession;
use tableorder::domain::ids::{CategoryId, MenuItemId, TableId, TableNumber, UserId};
use tableorder::domain::menu::Translations;
use tableorder::domain::money::Money;
use tableorder::domain::order::Order;
use tableorder::domain::state::StoreState;
use tableorder::domain::text::{CategoryName, KeyText, Label, MenuName, Note, StoreName, StoreSlug, Username};
use tableorder::domain::time::{BusinessDay, Timestamp};
use tableorder::journal::{self, JournalSettings};
use tableorder::trees::{Encoders, HistoryQuery, TreesHandle, TreesStatus, TreesWriter};

const TABLES: u64 = 30;
const ORDERS_PER_SESSION: u64 = 3;
const SESSIONS_PER_DAY: u64 = 150;
const PAGE_SESSIONS: usize = 50;
const PAGES_TIMED: usize = 500;
/// The promise, in microseconds.
const PAGE_P50_MAX_US: f64 = 300.0;

fn main() {
    let mut sizes: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes.push(10_000);
    }
    let mut first_p50 = None;
    for size in sizes {
        let p50 = measure(size);
        let ratio = p50 / *first_p50.get_or_insert(p50);
        println!("  newest page p50 is {:.2} × the limit, {ratio:.2} × that of the first size", p50 / PAGE_P50_MAX_US);
    }
}

/// Stores that many orders, builds the view and times its pages; p50 of the newest page in microseconds.
fn measure(orders: u64) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = fill_journal(&folder.path().join("journal"), orders);
    let began = Instant::now();
    let encoders = Encoders { order: encode_order, session: encode_session };
    let spawn = || TreesWriter::spawn(folder.path().join("trees"), opened.reader.clone(), encoders).expect("a thread");
    let trees = spawn();
    wait_until_ready(&trees);
    let built = began.elapsed();
    let began = Instant::now();
    trees.stop();
    let stopped = began.elapsed();
    let began = Instant::now();
    let trees = spawn();
    wait_until_ready(&trees);
    let reopened = began.elapsed();
    println!(
        "{orders} orders: built in {:.1} s ({:.0} orders/s), stopped in {:.2} s, opened again in {:.2} s, {} MiB",
        built.as_secs_f64(),
        f64::from(u32::try_from(orders).expect("fits")) / built.as_secs_f64(),
        stopped.as_secs_f64(),
        reopened.as_secs_f64(),
        folder_mib(&folder.path().join("trees")),
    );
    let p50 = time_pages("newest page", || {
        page(&trees, None, "0001-01-01", "9999-12-31");
    });
    time_pages("newest page of one table", || {
        page(&trees, Some(TableId::new(7)), "0001-01-01", "9999-12-31");
    });
    let mut query = query(None, "0001-01-01", "9999-12-31");
    time_pages("page after page", || {
        query.after = trees.history(&query).expect("a page").next;
    });
    trees.stop();
    p50
}

fn query(table: Option<TableId>, from: &str, to: &str) -> HistoryQuery {
    let day = |text| BusinessDay::parse(text).expect("a date");
    HistoryQuery { table, from: day(from), to: day(to), after: None, limit: PAGE_SESSIONS }
}

fn page(trees: &TreesHandle, table: Option<TableId>, from: &str, to: &str) {
    let page = trees.history(&query(table, from, to)).expect("a page");
    assert!(page.sessions_json.len() > PAGE_SESSIONS * 100);
}

fn time_pages(name: &str, mut ask: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..PAGES_TIMED)
        .map(|_| {
            let began = Instant::now();
            ask();
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    let first = times[0];
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times[(PAGES_TIMED * part / 100).min(PAGES_TIMED - 1)];
    println!("  {name}: p50 {:.0} µs, p99 {:.0} µs, first {first:.0} µs", at(50), at(99));
    at(50)
}

fn wait_until_ready(trees: &TreesHandle) {
    while trees.status() != TreesStatus::Ready {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn folder_mib(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("reads").flatten();
    files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum::<u64>() >> 20
}

fn encode_order(order: &Order) -> Vec<u8> {
    serde_json::to_vec(order).expect("an order is JSON")
}

fn encode_session(session: &CompletedSession) -> Vec<u8> {
    serde_json::to_vec(session).expect("a session is JSON")
}

/// A journal of finished sessions at tables in turn, written in large batches.
fn fill_journal(folder: &Path, orders: u64) -> journal::Opened {
    let slug = StoreSlug::parse("bench").expect("a slug");
    let mut opened = journal::open(folder, &slug, JournalSettings::default()).expect("opens");
    let mut state = StoreState::default();
    let mut commands = set_up(&slug);
    let day = |session: u64| {
        let days = session / SESSIONS_PER_DAY;
        let part = |number: u64| u8::try_from(number).expect("fits");
        let year = 2000 + u16::try_from(days / (28 * 12)).expect("fits");
        BusinessDay::new(year, part(days / 28 % 12 + 1), part(days % 28 + 1)).expect("a date")
    };
    for session in 0..orders.div_ceil(ORDERS_PER_SESSION) {
        let table = TableId::new(session % TABLES + 1);
        commands.extend((0..ORDERS_PER_SESSION).map(|_| Command::CreateOrder(new_order(table))));
        commands.push(Command::CompleteSession { table, force: true });
        for command in commands.drain(..) {
            let envelope = Envelope {
                principal: Principal::Staff { user: UserId::new(1), role: Role::Owner },
                at: Timestamp::from_ms(1_700_000_000_000),
                business_day: day(session),
                key: None,
                command,
            };
            let commit = execute(&mut state, &envelope).expect("is taken").expect("changes something");
            opened.journal.add(&commit).expect("follows");
        }
        if opened.journal.batch_bytes() > 1 << 20 {
            opened.journal.write_batch().expect("durable");
        }
    }
    opened.journal.write_batch().expect("durable");
    opened
}

fn set_up(slug: &StoreSlug) -> Vec<Command> {
    let owner =
        NewUser { username: Username::parse("사장").expect("a name"), role: Role::Owner, password_hash: "".into() };
    let mut commands = vec![
        Command::CreateStore(NewStore {
            slug: slug.clone(),
            name: StoreName::parse("둥근달").expect("a name"),
            owner,
            currency: Label::parse("KRW").expect("a code"),
            time_zone: Label::parse("Asia/Seoul").expect("a zone"),
            day_cutoff_hour: 5,
        }),
        Command::AddCategory(NewCategory {
            name: CategoryName::parse("찌개").expect("a name"),
            names: Translations::default(),
        }),
        Command::AddMenuItem(Box::new(NewMenuItem {
            category_id: CategoryId::new(1),
            name: MenuName::parse("김치찌개").expect("a name"),
            names: Translations::default(),
            description: None,
            descriptions: Translations::default(),
            price: Money::new(9_000),
            drawing: None,
            badges: vec![],
            origin: None,
            allergens: None,
            alcohol: false,
            option_groups: vec![],
        })),
    ];
    commands.extend((1..=TABLES).map(|number| {
        Command::AddTable(NewTable {
            number: TableNumber::parse(number).expect("a number"),
            label: None,
            seats: None,
            password_hash: "".into(),
        })
    }));
    commands
}

fn new_order(table: TableId) -> NewOrder {
    let line = |quantity| NewOrderItem {
        menu_id: MenuItemId::new(1),
        quantity,
        options: vec![],
        note: Note::parse("덜 맵게").ok(),
    };
    NewOrder {
        table,
        session: None,
        items: vec![line(1), line(2), line(3)],
        note: None,
        key: KeyText::parse("7f3a0c52-9d1e-4b7a-8c11-5e0f6a2b9d34").expect("a key"),
    }
}
