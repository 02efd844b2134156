//! How many commits a second the journal makes durable, beside the disk's own limit: plain append + fdatasync of as many
//! bytes, in the same run. Every figure is a median of rounds. `cargo bench --bench journal [-- SECONDS_PER_ROUND]`

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tableorder::domain::access::{Principal, Role};
use tableorder::domain::command::{IdempotencyKey, KeyKind};
use tableorder::domain::event::{Commit, Event};
use tableorder::domain::ids::{
    BodyHash, KeyHash, MenuItemId, OrderId, OrderItemId, OrderNumber, Seq, SessionId, TableId, TableNumber, UserId,
};
use tableorder::domain::money::Money;
use tableorder::domain::order::{Order, OrderItem, OrderStatus};
use tableorder::domain::text::{KeyText, MenuName, StoreSlug};
use tableorder::domain::time::{BusinessDay, Timestamp};
use tableorder::journal::{self, CommitQueue, CommitWriter, Durable, JournalSettings, Queued};

const WAITING: [u64; 4] = [1, 8, 64, 256];
const ROUNDS: usize = 5;

/// An order of two lines, as the journal writes it.
fn commit(seq: u64) -> Arc<Commit> {
    let name = |text| MenuName::parse(text).expect("a name");
    let line = |place: u64, text| OrderItem {
        id: OrderItemId::new(seq * 2 + place),
        menu_id: MenuItemId::new(place + 3),
        menu_name: name(text),
        options: Vec::new(),
        unit_price: Money::new(9_000),
        quantity: 2,
        subtotal: Money::new(18_000),
        note: None,
        status: OrderStatus::Pending,
        identity_check: None,
    };
    let table_number = TableNumber::parse(7).expect("a number");
    let at = Timestamp::from_ms(1_790_000_000_000);
    let order = Order {
        id: OrderId::new(seq),
        number: OrderNumber { table: table_number, n: u32::try_from(seq).unwrap_or(u32::MAX) },
        table_id: TableId::new(3),
        table_number,
        session_id: SessionId::new(9),
        status: OrderStatus::Pending,
        cancel_reason: None,
        items: vec![line(0, "김치찌개"), line(1, "된장찌개")],
        total: Money::new(36_000),
        note: None,
        key: KeyText::parse("0192f0c4-7e1a-7c3e-9f40-5a1d2b3c4d5e").expect("a key"),
        business_day: BusinessDay::new(2026, 11, 20).expect("a day"),
        created_at: at,
        updated_at: at,
    };
    let hash = u128::from(seq) << 64;
    Arc::new(Commit {
        seq: Seq::new(seq),
        at,
        principal: Principal::Staff { user: UserId::new(1), role: Role::Staff },
        key: Some(IdempotencyKey { hash: KeyHash(hash), body: BodyHash(hash), kind: KeyKind::Order }),
        events: vec![Event::OrderCreated { order: Arc::new(order), table_total: Money::new(36_000) }],
    })
}

/// Appends of `bytes` to a growing file, each followed by fdatasync. Appends a second.
fn plain(folder: &Path, bytes: usize, time: Duration) -> f64 {
    let path = folder.join("plain");
    let mut file = File::create(&path).expect("a file");
    let line = vec![b'x'; bytes];
    let began = Instant::now();
    let mut count = 0.0;
    while began.elapsed() < time {
        file.write_all(&line).expect("writes");
        file.sync_data().expect("syncs");
        count += 1.0;
    }
    let rate = count / began.elapsed().as_secs_f64();
    std::fs::remove_file(path).expect("removes");
    rate
}

struct Writer {
    queue: CommitQueue<()>,
    done: Receiver<u64>,
    next: u64,
}

impl Writer {
    fn open(folder: &Path) -> Self {
        let slug = StoreSlug::parse("bench").expect("a slug");
        let opened = journal::open(folder, &slug, JournalSettings::default()).expect("opens");
        let (tell, done) = channel();
        let released = move |durable: Durable<()>| tell.send(durable.items.len() as u64).unwrap_or_default();
        let queue = CommitWriter::spawn(opened.journal, released, |error| panic!("{error}")).expect("spawns");
        Self { queue, done, next: 1 }
    }

    /// Keeps `waiting` commits under way. Commits a second, and commits per sync.
    fn run(&mut self, waiting: u64, time: Duration) -> (f64, f64) {
        // Made beforehand: what is measured is the journal, not the making of orders.
        let mut ready: Vec<_> = (self.next..self.next + 400_000).map(commit).collect();
        ready.reverse();
        let began = Instant::now();
        let (mut under_way, mut count, mut syncs) = (0, 0, 0);
        loop {
            let is_over = began.elapsed() >= time || ready.is_empty();
            while under_way < waiting && !is_over {
                let Some(commit) = ready.pop() else { break };
                self.next = commit.seq.get() + 1;
                assert!(self.queue.push(Queued { commit: Some(commit), release: () }).is_ok(), "the queue has room");
                under_way += 1;
            }
            if under_way == 0 {
                break;
            }
            let released = self.done.recv().expect("the writer lives");
            under_way -= released;
            count += released;
            syncs += 1;
        }
        let seconds = began.elapsed().as_secs_f64();
        (figure(count) / seconds, figure(count) / figure(syncs.max(1)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
fn figure(count: u64) -> f64 {
    count as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let seconds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1.0);
    let time = Duration::from_secs_f64(seconds);
    let folder = tempfile::tempdir_in(".").expect("a folder on this disk");
    let mut writer = Writer::open(&folder.path().join("journal"));
    let bytes = serde_json::to_vec(&*commit(1_000_000)).expect("encodes").len();
    println!("commits of about {bytes} bytes; {ROUNDS} rounds of {seconds} s; medians");
    println!("{:>8} {:>12} {:>10} {:>16} {:>8}", "waiting", "commits/s", "per sync", "plain appends/s", "ratio");
    for waiting in WAITING {
        let rounds: Vec<_> =
            (0..ROUNDS).map(|_| (plain(folder.path(), bytes, time / 2), writer.run(waiting, time))).collect();
        let plain = median(rounds.iter().map(|round| round.0).collect());
        let rate = median(rounds.iter().map(|round| round.1.0).collect());
        let per_sync = median(rounds.iter().map(|round| round.1.1).collect());
        println!("{waiting:>8} {rate:>12.0} {per_sync:>10.1} {plain:>16.0} {:>7.2}x", rate / plain);
    }
    writer.queue.finish().expect("ends");
}
