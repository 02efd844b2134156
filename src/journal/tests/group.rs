//! Group commit: what leaves when.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::domain::ids::Seq;
use crate::journal::disk::{Disk, Operation};
use crate::journal::fixtures::{Folder, Shop};
use crate::journal::{
    CommitQueue, CommitWriter, Durable, JournalError, JournalReader, JournalSettings, PushError, Queued,
};

const SOON: Duration = Duration::from_secs(20);

/// A journal whose commit syncs stop at a gate.
struct Gated {
    _folder: Folder,
    queue: CommitQueue<Tag>,
    reader: JournalReader,
    /// One message each time a sync of a batch begins.
    arrived: Receiver<()>,
    /// One message lets it through; `false` fails it.
    gate: Sender<bool>,
    released: Receiver<(Seq, Vec<&'static str>)>,
    failed: Receiver<JournalError>,
    writes: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
}

/// Counts its drops, so that a test sees when a waiter would notice.
struct Tag(&'static str, Arc<AtomicUsize>);

impl Drop for Tag {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }
}

impl Gated {
    fn new() -> Self {
        let folder = Folder::new();
        let (at_gate, arrived) = channel();
        let (gate, pass) = channel();
        let (tell, released) = channel();
        let (tell_failure, failed) = channel();
        let writes = Arc::new(AtomicUsize::new(0));
        let dropped = Arc::new(AtomicUsize::new(0));
        let pass = Mutex::new(pass);
        let counted = Arc::clone(&writes);
        let disk = Disk::with_hook(move |operation| {
            // Only the writer's own thread; segments are prepared beside it.
            if std::thread::current().name() != Some("journal-commit") {
                return Ok(());
            }
            match operation {
                Operation::Write { .. } => drop(counted.fetch_add(1, Ordering::SeqCst)),
                Operation::Sync(_) => {
                    at_gate.send(()).ok();
                    // A gate that is gone stands open.
                    if pass.lock().expect("gate").recv() == Ok(false) {
                        return Err(io::Error::from_raw_os_error(5));
                    }
                }
                _ => {}
            }
            Ok(())
        });
        let opened = folder.try_open(disk, JournalSettings::default()).expect("opens");
        let reader = opened.reader.clone();
        let seen = Arc::clone(&dropped);
        let queue = CommitWriter::spawn(
            opened.journal,
            move |durable: Durable<Tag>| {
                drop(tell.send((durable.durable_seq, durable.items.iter().map(|item| item.release.0).collect())));
            },
            move |error| {
                assert_eq!(seen.load(Ordering::SeqCst), 0, "a waiter noticed before the failure was told");
                drop(tell_failure.send(error));
            },
        )
        .expect("spawns");
        Self { _folder: folder, queue, reader, arrived, gate, released, failed, writes, dropped }
    }

    fn push(&self, commit: Option<Arc<crate::domain::event::Commit>>, name: &'static str) {
        let release = Tag(name, Arc::clone(&self.dropped));
        assert!(self.queue.push(Queued { commit, release }).is_ok());
    }

    fn heard(&self) -> (Seq, Vec<&'static str>) {
        self.released.recv_timeout(SOON).expect("released")
    }
}

#[test]
fn nothing_leaves_before_its_sync_and_then_all_of_it_in_order() {
    let gated = Gated::new();
    let mut shop = Shop::new();
    let commits = shop.open();
    // With nothing under way a read leaves at once, without any sync.
    gated.push(None, "first read");
    assert_eq!(gated.heard(), (Seq::new(0), vec!["first read"]));
    assert!(gated.arrived.try_recv().is_err());

    gated.push(Some(Arc::clone(&commits[0])), "a");
    gated.arrived.recv_timeout(SOON).expect("a sync begins");
    let names = ["read of a", "b", "read of b", "c", "d", "read of d"];
    for (name, commit) in names.into_iter().zip([None, Some(1), None, Some(2), Some(3), None]) {
        gated.push(commit.map(|place: usize| Arc::clone(&commits[place])), name);
    }
    assert!(gated.released.try_recv().is_err(), "released before the sync");
    assert_eq!(gated.reader.durable_seq(), Seq::new(0));
    gated.gate.send(true).expect("opens");
    assert_eq!(gated.heard(), (commits[0].last_seq(), vec!["a"]));

    // What was pushed meanwhile is one batch: one write, one sync. The read that only saw `a` does not wait for it.
    gated.arrived.recv_timeout(SOON).expect("a sync begins");
    assert_eq!(gated.heard(), (commits[0].last_seq(), vec!["read of a"]));
    assert!(gated.released.try_recv().is_err(), "released before the sync");
    assert_eq!(gated.reader.durable_seq(), commits[0].last_seq());
    assert_eq!(gated.reader.read_after(Seq::new(0), 99).expect("reads").len(), 1);
    gated.gate.send(true).expect("opens");
    assert_eq!(gated.heard(), (commits[3].last_seq(), vec!["b", "read of b", "c", "d", "read of d"]));
    assert_eq!(gated.writes.load(Ordering::SeqCst), 3, "a header and two batches");
    assert_eq!(gated.reader.read_after(Seq::new(0), 99).expect("reads"), commits[..4]);

    drop(gated.gate);
    gated.queue.finish().expect("ends");
}

#[test]
fn a_failed_sync_is_told_before_anything_is_let_go_and_nothing_is_written_again() {
    let gated = Gated::new();
    let mut shop = Shop::new();
    let commits = shop.open();
    gated.push(Some(Arc::clone(&commits[0])), "a");
    gated.arrived.recv_timeout(SOON).expect("a sync begins");
    gated.push(Some(Arc::clone(&commits[1])), "b");
    gated.push(None, "read");
    let writes = gated.writes.load(Ordering::SeqCst);
    gated.gate.send(false).expect("fails");
    let error = gated.failed.recv_timeout(SOON).expect("told");
    assert!(matches!(error, JournalError::Disk { doing: "sync", .. }), "{error}");
    drop(gated.gate);
    gated.queue.finish().expect("ends");
    assert!(gated.released.try_recv().is_err(), "released after a failure");
    assert_eq!(gated.writes.load(Ordering::SeqCst), writes, "written after a failure");
    assert!(gated.arrived.try_recv().is_err(), "synced after a failure");
    assert_eq!(gated.reader.durable_seq(), Seq::new(0));
}

#[test]
fn dropping_the_queue_makes_durable_and_lets_go_what_waits() {
    let gated = Gated::new();
    let mut shop = Shop::new();
    let commits = shop.open_with_orders(30);
    for commit in &commits {
        gated.push(Some(Arc::clone(commit)), "order");
    }
    drop(gated.gate);
    gated.queue.finish().expect("ends");
    assert_eq!(gated.released.iter().map(|(_, names)| names.len()).sum::<usize>(), commits.len());
    assert_eq!(gated.reader.durable_seq(), shop.state.seq);
}

#[test]
fn a_panic_while_letting_go_is_told_and_ends_the_queue() {
    let folder = Folder::new();
    let (tell, told) = channel();
    let queue = CommitWriter::spawn(
        folder.open().journal,
        |_: Durable<()>| panic!("expected by this test"),
        move |error| drop(tell.send(error)),
    )
    .expect("spawns");
    queue.push(Queued { commit: None, release: () }).expect("room");
    assert!(matches!(told.recv_timeout(SOON), Ok(JournalError::Panicked)));
    while !matches!(queue.push(Queued { commit: None, release: () }), Err(PushError::Stopped(_))) {
        std::thread::yield_now();
    }
    assert!(queue.finish().is_err());
}

#[test]
fn a_full_queue_gives_the_item_back() {
    let folder = Folder::new();
    let open = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&open);
    let queue = CommitWriter::spawn(
        folder.open().journal,
        move |_: Durable<usize>| {
            while !waits.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
        },
        |error| panic!("{error}"),
    )
    .expect("spawns");
    let full = (0..10 * crate::journal::QUEUE_MAX)
        .find_map(|release| queue.push(Queued { commit: None, release }).err().map(|error| (release, error)));
    let (at, error) = full.expect("the queue is bounded");
    assert!(matches!(error, PushError::Full(Queued { release, .. }) if release == at));
    open.store(true, Ordering::SeqCst);
    queue.finish().expect("ends");
}

#[test]
fn a_commit_out_of_order_ends_the_writer() {
    let folder = Folder::new();
    let (tell, told) = channel();
    let queue = CommitWriter::spawn(folder.open().journal, |_: Durable<()>| {}, move |error| drop(tell.send(error)))
        .expect("spawns");
    let second = Shop::new().open().swap_remove(1);
    queue.push(Queued { commit: Some(second), release: () }).expect("room");
    assert!(matches!(told.recv_timeout(SOON), Ok(JournalError::OutOfOrder { .. })));
    queue.finish().expect("ends");
}
