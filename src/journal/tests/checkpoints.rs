//! Checkpoints: when they get their name, how many are kept, and what a broken one costs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::domain::ids::Seq;
use crate::domain::state::StoreState;
use crate::journal::disk::{Disk, Operation};
use crate::journal::fixtures::{Folder, Shop, append, assert_state, state_of, store};
use crate::journal::{CheckpointWriter, JournalSettings, RecoveryNote};

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_checkpoint_gets_its_name_only_once_its_seq_is_durable() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let commits = shop.open_with_orders(2);
    let mut opened = folder.open();
    append(&mut opened, &commits[..4]);
    let checkpoints = CheckpointWriter::spawn(opened.reader.clone(), store()).expect("spawns");
    checkpoints.offer(shop.state.clone());
    until("it is written", || {
        folder.files("checkpoint.tmp").len() == 1 && folder.bytes("checkpoint.tmp").ends_with(b"}\n")
    });
    // It stands ready and must wait now; a writer that does not wait would rename it at once.
    for _ in 0..50 {
        std::thread::yield_now();
        assert!(folder.files(".checkpoint").is_empty(), "named before it is durable");
        std::thread::sleep(Duration::from_millis(1));
    }
    append(&mut opened, &commits[4..]);
    until("it is named", || checkpoints.written() == Some(shop.state.seq));
    assert_eq!(folder.files(".checkpoint"), [format!("{:020}.checkpoint", shop.state.seq.get())]);
    assert_eq!(checkpoints.finish().expect("ends"), Some(shop.state.seq));
}

#[test]
fn a_state_that_never_becomes_durable_is_dropped_at_the_end() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    shop.open_with_orders(2);
    let opened = folder.open();
    let checkpoints = CheckpointWriter::spawn(opened.reader.clone(), store()).expect("spawns");
    checkpoints.offer(shop.state.clone());
    assert_eq!(checkpoints.finish().expect("ends"), None);
    assert!(folder.files(".checkpoint").is_empty());
    drop(opened);
    assert_eq!(folder.open().state, StoreState::default());
}

#[test]
fn the_newest_two_are_kept_and_an_older_state_is_not_written() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let mut opened = folder.open();
    append(&mut opened, &shop.open());
    let checkpoints = CheckpointWriter::spawn(opened.reader.clone(), store()).expect("spawns");
    let early = shop.state.clone();
    let mut seqs = Vec::new();
    for _ in 0..4 {
        let commit = shop.order();
        append(&mut opened, &[commit]);
        checkpoints.offer(shop.state.clone());
        seqs.push(shop.state.seq);
        until("it is written", || checkpoints.written() == Some(shop.state.seq));
    }
    checkpoints.offer(early);
    assert_eq!(checkpoints.finish().expect("ends"), Some(shop.state.seq));
    let names: Vec<_> = seqs[2..].iter().map(|seq| format!("{:020}.checkpoint", seq.get())).collect();
    assert_eq!(folder.files(".checkpoint"), names);
    assert!(folder.files(".tmp").iter().all(|name| name == "segment.tmp"));
}

#[test]
fn a_state_that_breaks_an_invariant_never_becomes_a_checkpoint() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let mut opened = folder.open();
    append(&mut opened, &shop.open_with_orders(1));
    let checkpoints = CheckpointWriter::spawn(opened.reader.clone(), store()).expect("spawns");
    let mut broken = shop.state.clone();
    broken.sessions.clear();
    checkpoints.offer(broken);
    until("it is refused", || checkpoints.failure().is_some());
    assert_eq!(checkpoints.finish().expect("ends"), None);
    assert!(folder.files(".checkpoint").is_empty());
}

#[test]
fn a_broken_newest_checkpoint_falls_back_to_the_older_one_and_never_comes_back() {
    let mut shop = Shop::new();
    let commits = shop.open_with_orders(20);
    for (way, breaking) in [
        ("a flipped bit", (|bytes: &mut Vec<u8>| bytes[300] ^= 1) as fn(&mut Vec<u8>)),
        ("cut short", |bytes| bytes.truncate(400)),
        ("emptied", Vec::clear),
        ("a wrong header", |bytes| bytes[12] = b'x'),
    ] {
        let folder = Folder::new();
        let mut opened = folder.open();
        append(&mut opened, &commits);
        drop(opened);
        folder.checkpoint(&state_of(&commits[..10]));
        folder.checkpoint(&state_of(&commits[..15]));
        let newest = folder.files(".checkpoint").remove(1);
        let mut bytes = folder.bytes(&newest);
        breaking(&mut bytes);
        folder.put(&newest, &bytes);
        let opened = folder.open();
        assert_state(&opened.state, &shop.state, way);
        assert_eq!(opened.lost, None, "{way}");
        let told = |note: &RecoveryNote| matches!(note, RecoveryNote::CheckpointBroken { file, .. } if *file == newest);
        assert!(opened.notes.iter().any(told), "{way}: {:?}", opened.notes);
        let from = RecoveryNote::FromCheckpoint { seq: commits[9].last_seq() };
        assert!(opened.notes.contains(&from), "{way}: {:?}", opened.notes);
        assert_eq!(folder.bytes(&format!("{newest}.damaged")), bytes, "{way}: it is kept");
        drop(opened);
        let opened = folder.open();
        assert!(!opened.notes.iter().any(told), "{way}");
        assert_state(&opened.state, &shop.state, way);
    }
}

#[test]
fn the_name_of_a_broken_checkpoint_still_tells_what_was_durable() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let commits = shop.open_with_orders(20);
    let mut opened = folder.open();
    append(&mut opened, &commits[..10]);
    append(&mut opened, &commits[10..]);
    let lineage = opened.lineage;
    drop(opened);
    folder.checkpoint(&shop.state);
    let name = folder.files(".checkpoint").remove(0);
    folder.put(&name, b"");
    let segment = folder.segments().remove(0);
    let bytes = folder.bytes(&segment);
    let needle = format!(r#"{{"seq":{},"#, commits[15].seq);
    let cut = bytes.windows(needle.len()).position(|window| window == needle.as_bytes()).expect("a line");
    folder.put(&segment, &bytes[..cut]);

    let opened = folder.open();
    let lost = opened.lost.clone().expect("lost");
    assert_eq!((lost.ranges[0].first, lost.ranges[0].last), (commits[15].seq, shop.state.seq));
    assert!(!lost.ranges[0].in_checkpoint);
    assert_ne!(opened.lineage, lineage);
    assert_eq!(opened.reader.durable_seq(), shop.state.seq, "no seq is given out twice");
    let mut expected = state_of(&commits[..15]);
    expected.skip_to(shop.state.seq);
    assert_state(&opened.state, &expected, "what is left");
    drop(opened.journal);
    let again = folder.open();
    assert_state(&again.state, &expected, "again");
    assert_eq!(again.lost.map(|lost| lost.found_now), Some(false));
}

#[test]
fn only_what_follows_the_checkpoint_is_replayed() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let mut opened = folder.open_small();
    let mut commits = shop.open();
    append(&mut opened, &commits);
    for _ in 0..20 {
        let batch: Vec<_> = (0..10).map(|_| shop.order()).collect();
        append(&mut opened, &batch);
        commits.extend(batch);
    }
    drop(opened);
    for place in [3, 60, 128, commits.len() - 2, commits.len() - 1] {
        let state = state_of(&commits[..=place]);
        folder.checkpoint(&state);
        let opened = folder.open_small();
        assert_state(&opened.state, &shop.state, "replayed");
        let replayed = commits.len() - place - 1;
        let told = opened.notes.iter().find_map(|note| match note {
            RecoveryNote::Replayed { commits } => Some(usize::try_from(*commits).expect("fits")),
            _ => None,
        });
        assert_eq!(told.unwrap_or(0), replayed);
        let read = opened.reader.read_after(commits[60].last_seq(), usize::MAX).expect("reads");
        assert!(read.iter().map(Arc::as_ref).eq(commits[61..].iter().map(Arc::as_ref)));
    }
}

#[test]
fn a_segment_that_could_not_be_opened_at_the_start_is_not_taken_for_empty() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let first = shop.open_with_orders(3);
    append(&mut folder.open(), &first);
    let second = vec![shop.order(), shop.order()];
    append(&mut folder.open(), &second);
    folder.checkpoint(&shop.state);
    let older = folder.path.join(&folder.segments()[0]);
    let mut failures = 0;
    for failing in 1.. {
        let met = Arc::new(AtomicUsize::new(0));
        let (counted, path) = (Arc::clone(&met), older.clone());
        let disk = Disk::with_hook(move |operation| match operation {
            Operation::Open(open) if *open == path && counted.fetch_add(1, Ordering::Relaxed) + 1 == failing => {
                Err(std::io::Error::from_raw_os_error(5))
            }
            _ => Ok(()),
        });
        let opened = folder.try_open(disk, JournalSettings::default()).expect("opens");
        if met.load(Ordering::Relaxed) < failing {
            break;
        }
        failures += 1;
        assert_eq!(opened.lost, None, "opening {failing} failed once");
        let read = opened.reader.read_after(Seq::new(0), usize::MAX).expect("reads");
        assert_eq!(read.len(), first.len() + second.len(), "opening {failing} failed once");
    }
    assert!(failures > 0, "the start opens it");
}
