//! The end of the journal after a cut: which part of the last batch counts, at every byte.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::basic::read_all;
use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::journal::disk::{Disk, Operation};
use crate::journal::fixtures::{Folder, Shop, append, assert_state, state_of, store};
use crate::journal::recover::recover_on;
use crate::journal::{JournalError, JournalReader, JournalSettings, Recovered, RecoveryNote, Room};

/// A journal whose process died: a first batch, a second one, and a last one of three commits.
struct Cut {
    folder: Folder,
    segment: String,
    /// The segment without its zeros.
    bytes: Vec<u8>,
    /// Where each line of the last batch begins, and where the last one ends.
    edges: Vec<usize>,
    durable: Vec<Arc<Commit>>,
    last_batch: Vec<Arc<Commit>>,
}

impl Cut {
    fn new() -> Self {
        let folder = Folder::new();
        let mut shop = Shop::new();
        let durable = shop.open_with_orders(4);
        let last_batch = vec![shop.order(), shop.move_newest().expect("an order"), shop.order()];
        let mut opened = folder.open();
        append(&mut opened, &durable[..6]);
        append(&mut opened, &durable[6..]);
        append(&mut opened, &last_batch);
        drop(opened);
        let segment = folder.segments().remove(0);
        let mut bytes = folder.bytes(&segment);
        bytes.truncate(crate::journal::scan::used_length(&bytes));
        let ends: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place] == b'\n').map(|place| place + 1).collect();
        let edges = ends[ends.len() - 4..].to_vec();
        Self { folder, segment, bytes, edges, durable, last_batch }
    }

    fn recover(&self) -> Recovered {
        recover_on(Disk::default(), &self.folder.path, &store(), JournalSettings::default()).expect("recovers")
    }

    /// Commits of the last batch whose lines end at or before `place`.
    fn whole_before(&self, place: usize) -> usize {
        self.edges[1..].iter().filter(|end| **end <= place).count()
    }

    fn expect(&self, survivors: usize, what: &str) -> Recovered {
        let recovered = self.recover();
        let commits: Vec<_> = self.durable.iter().chain(&self.last_batch[..survivors]).cloned().collect();
        assert_state(&recovered.state, &state_of(&commits), what);
        assert!(recovered.lost_now.is_empty() && !recovered.lineage_is_new, "{what}: {:?}", recovered.notes);
        let is_torn = recovered.notes.iter().any(|note| matches!(note, RecoveryNote::TornBatch { .. }));
        let is_damage = recovered.notes.iter().any(|note| matches!(note, RecoveryNote::Damage { .. }));
        assert!(!is_damage, "{what}: {:?}", recovered.notes);
        assert_eq!(is_torn, self.folder.bytes(&self.segment) != self.bytes[..self.edges[survivors]], "{what}");
        recovered
    }
}

#[test]
fn a_cut_at_every_byte_of_the_last_batch_keeps_its_whole_lines() {
    let cut = Cut::new();
    let length = cut.bytes.len();
    for place in cut.edges[0]..=length {
        cut.folder.put(&cut.segment, &cut.bytes[..place]);
        cut.expect(cut.whole_before(place), &format!("cut at {place}"));
    }
}

#[test]
fn a_tail_that_reads_as_zeros_or_garbage_is_set_aside() {
    let cut = Cut::new();
    let length = cut.bytes.len();
    for place in (cut.edges[0]..length).step_by(3) {
        for (name, fill) in [("zeros", 0), ("letters", b'x'), ("line ends", b'\n')] {
            let mut bytes = cut.bytes.clone();
            bytes[place..].fill(fill);
            if bytes == cut.bytes {
                continue;
            }
            cut.folder.put(&cut.segment, &bytes);
            let recovered = cut.recover();
            let whole = cut.edges[1..].iter().filter(|edge| bytes[..**edge] == cut.bytes[..**edge]).count();
            let commits: Vec<_> = cut.durable.iter().chain(&cut.last_batch[..whole]).cloned().collect();
            assert_state(&recovered.state, &state_of(&commits), &format!("{name} from {place}"));
            assert!(recovered.lost_now.is_empty(), "{name} from {place}: {:?}", recovered.notes);
        }
    }
}

#[test]
fn a_hole_in_the_last_batch_sets_aside_what_follows_it() {
    let cut = Cut::new();
    for hole in 0..3 {
        let mut bytes = cut.bytes.clone();
        bytes[cut.edges[hole] + 20..cut.edges[hole + 1] - 5].fill(0);
        cut.folder.put(&cut.segment, &bytes);
        let recovered = cut.expect(hole, &format!("hole in line {hole}"));
        let told = recovered.notes.iter().find_map(|note| match note {
            RecoveryNote::TornBatch { offset, first, .. } => Some((*offset, *first)),
            _ => None,
        });
        assert_eq!(told, Some((cut.edges[hole] as u64, cut.last_batch[hole].seq)));
    }
}

#[test]
fn survivors_are_copied_once_and_what_was_set_aside_never_comes_back() {
    let cut = Cut::new();
    let mut bytes = cut.bytes.clone();
    let hole = cut.edges[1] + 30;
    bytes[hole] ^= 0x20;
    cut.folder.put(&cut.segment, &bytes);
    let commits: Vec<_> = cut.durable.iter().chain(&cut.last_batch[..1]).cloned().collect();

    let opened = cut.folder.open();
    let (first, last) = (cut.last_batch[0].seq, cut.last_batch[0].last_seq());
    assert!(opened.notes.contains(&RecoveryNote::SurvivorsCopied { first, last }), "{:?}", opened.notes);
    assert_eq!(opened.state, state_of(&commits));
    assert_eq!(read_all(&opened.reader), commits);
    drop(opened);
    let segments = cut.folder.segments();
    assert_eq!(segments, [cut.segment.clone(), format!("{:020}.1.journal", first.get())]);
    assert_eq!(cut.folder.bytes(&cut.segment), bytes, "the torn file is kept as it is");

    // Another start copies nothing, also when the hole heals.
    cut.folder.put(&cut.segment, &cut.bytes);
    let mut opened = cut.folder.open();
    assert_eq!(opened.state, state_of(&commits));
    assert!(opened.notes.iter().all(|note| matches!(note, RecoveryNote::Replayed { .. })), "{:?}", opened.notes);
    assert_eq!(cut.folder.segments(), segments);

    // Seqs that were set aside are given out again.
    let mut shop = Shop::at(opened.state.clone(), 100);
    let next = shop.order();
    assert_eq!(next.seq, last.next());
    append(&mut opened, std::slice::from_ref(&next));
    let all: Vec<_> = commits.iter().cloned().chain([next]).collect();
    assert_eq!(read_all(&opened.reader), all);
    let lineage = opened.lineage;
    drop(opened);
    let opened = cut.folder.open();
    assert_eq!((opened.state.clone(), opened.lineage), (state_of(&all), lineage));
    assert_eq!(read_all(&opened.reader), all);
}

#[test]
fn an_unfinished_copy_of_survivors_is_made_anew() {
    let cut = Cut::new();
    cut.folder.put("recovered.tmp", b"half a li");
    cut.folder.put("segment.tmp", &vec![0; 70_000]);
    let opened = cut.folder.open();
    let commits: Vec<_> = cut.durable.iter().chain(&cut.last_batch).cloned().collect();
    assert_eq!(opened.state, state_of(&commits));
    opened.journal.finish().expect("closes");
    assert!(cut.folder.files(".tmp").is_empty());
}

#[test]
fn many_starts_without_an_order_leave_nothing_behind() {
    let cut = Cut::new();
    let lineage = cut.folder.open().lineage;
    let files = cut.folder.segments();
    for _ in 0..5 {
        let opened = cut.folder.open();
        assert_eq!((opened.lineage, opened.state.seq), (lineage, cut.last_batch[2].last_seq()));
    }
    assert_eq!(cut.folder.segments(), files);
}

#[test]
fn a_checkpoint_that_knows_a_higher_seq_makes_the_torn_end_damage() {
    let cut = Cut::new();
    let commits: Vec<_> = cut.durable.iter().chain(&cut.last_batch).cloned().collect();
    let state = state_of(&commits);
    cut.folder.checkpoint(&state);
    let lineage = cut.recover().reader().lineage();
    cut.folder.put(&cut.segment, &cut.bytes[..cut.edges[1]]);

    let opened = cut.folder.open();
    assert_eq!(opened.state, state, "the checkpoint holds what the journal lost");
    assert_ne!(opened.lineage, lineage);
    let ahead = RecoveryNote::CheckpointAhead { checkpoint: state.seq, journal: cut.last_batch[0].last_seq() };
    assert!(opened.notes.contains(&ahead), "{:?}", opened.notes);
    let lost = opened.lost.expect("lost");
    assert!(lost.found_now && lost.ranges.iter().all(|range| range.in_checkpoint));
    assert_eq!((lost.ranges[0].first, lost.ranges[0].last), (cut.last_batch[1].seq, state.seq));
    let lineage = opened.lineage;
    drop(opened.journal);

    // The next start knows it already: the same lineage, nothing new lost, still told.
    let opened = cut.folder.open();
    assert_eq!((opened.state, opened.lineage), (state.clone(), lineage));
    assert_eq!(opened.lost.map(|lost| (lost.found_now, lost.ranges.len())), Some((false, 1)));
    assert_eq!(opened.journal.durable_seq(), state.seq);
    assert_eq!(opened.reader.read_after(cut.last_batch[0].last_seq(), 9).expect("reads"), []);
    assert_eq!(opened.reader.read_after(Seq::new(0), 1_000).expect("reads").len(), commits.len() - 2);
}

#[test]
fn a_start_that_cannot_write_still_tells_the_state_and_may_be_tried_again() {
    let cut = Cut::new();
    let is_full = Arc::new(AtomicBool::new(true));
    let full = Arc::clone(&is_full);
    let disk = Disk::with_hook(move |operation| match operation {
        Operation::Create(_) | Operation::Write { .. } if full.load(Ordering::SeqCst) => {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        }
        _ => Ok(()),
    });
    let commits: Vec<_> = cut.durable.iter().chain(&cut.last_batch).cloned().collect();
    let mut recovered = recover_on(disk, &cut.folder.path, &store(), JournalSettings::default()).expect("reads");
    for _ in 0..3 {
        assert_state(&recovered.state, &state_of(&commits), "read-only");
        assert_eq!(read_all(&recovered.reader()), cut.durable, "what survives is not durable yet");
        let failed = recovered.start().err().expect("the disk is full");
        assert!(matches!(failed.error, JournalError::Disk { .. }));
        recovered = *failed.recovered;
        assert_eq!(cut.folder.segments(), std::slice::from_ref(&cut.segment));
    }
    is_full.store(false, Ordering::SeqCst);
    let opened = recovered.start().map_err(|failed| failed.error).expect("starts");
    assert_state(&opened.state, &state_of(&commits), "started");
    assert_eq!(read_all(&opened.reader), commits);
    assert_eq!(cut.folder.segments().len(), 2);
}

#[test]
fn a_journal_without_room_for_the_next_segment_says_so_before_anything_is_lost() {
    let folder = Folder::new();
    let is_full = Arc::new(AtomicBool::new(true));
    let full = Arc::clone(&is_full);
    let disk = Disk::with_hook(move |operation| match operation {
        Operation::Write { path, .. } if path.ends_with("segment.tmp") && full.load(Ordering::SeqCst) => {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        }
        _ => Ok(()),
    });
    let mut shop = Shop::new();
    let mut opened = folder.try_open(disk, JournalSettings::default()).expect("opens");
    wait_until_known(&opened.reader, Room::None);
    is_full.store(false, Ordering::SeqCst);
    append(&mut opened, &shop.open());
    assert_eq!(opened.reader.room(), Room::Ready, "who needs room need not wait for the next try");
    is_full.store(true, Ordering::SeqCst);
    while opened.reader.room() == Room::Ready {
        let batch: Vec<_> = (0..40).map(|_| shop.order()).collect();
        append(&mut opened, &batch);
    }
    wait_until_known(&opened.reader, Room::None);
    // What was decided before it was known still fits.
    let batch: Vec<_> = (0..40).map(|_| shop.order()).collect();
    append(&mut opened, &batch);
    // The write that needs the next segment fails: nothing more is taken, and a start finds all that was durable.
    let too_many: Vec<_> = (0..1_000).map(|_| shop.order()).collect();
    let durable = opened.journal.durable_seq();
    assert!(opened.journal.append(too_many[0].seq, &too_many).is_err());
    assert!(matches!(opened.journal.write_batch(), Err(JournalError::Failed)));
    assert_eq!(opened.reader.durable_seq(), durable);
    drop(opened);
    assert_eq!(folder.open().state.seq, durable);
}

fn wait_until_known(reader: &JournalReader, room: Room) {
    while reader.room() != room {
        std::thread::yield_now();
    }
}
