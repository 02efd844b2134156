//! Copies of a journal that changes meanwhile: whole, durable, and the same when they are read back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::ids::Seq;
use crate::journal::compaction::Compaction;
use crate::journal::disk::Disk;
use crate::journal::fixtures::{Folder, Shop, append, store};
use crate::journal::{CopyBegin, CopyEnd, JournalCopy, JournalError, JournalReader, JournalSettings, begin_lineage};
use crate::journal::{check_copy, commits_of};

const SETTINGS: JournalSettings = JournalSettings { segment_bytes: 256 << 10 };

/// A copy in memory.
struct Copied {
    begin: CopyBegin,
    files: Vec<(String, Vec<u8>)>,
    end: CopyEnd,
}

fn copied(copy: JournalCopy) -> Copied {
    let begin = copy.beginning().clone();
    let mut files: Vec<_> =
        copy.checkpoint().map(|(name, bytes)| (name.to_owned(), bytes.to_owned())).into_iter().collect();
    let take = |name: &str, bytes: &[u8]| {
        files.push((name.to_owned(), bytes.to_owned()));
        Ok::<(), JournalError>(())
    };
    let end = copy.segments(take, |error| error).expect("copied");
    Copied { begin, files, end }
}

fn begin(folder: &Folder) -> JournalCopy {
    JournalCopy::begin(&folder.path, &store()).expect("reads").expect("there is a journal")
}

/// Reads it back, and gives the seqs of its commits.
fn check(copied: &Copied) -> Vec<Seq> {
    let mut files = copied.files.iter().cloned();
    let found = check_copy(&copied.begin, || files.next().ok_or_else(|| "too few files".to_owned()), |why| why);
    assert_eq!(found.expect("sound"), copied.end);
    let segments = copied.files.iter().filter(|(name, _)| name.ends_with(".journal"));
    segments.flat_map(|(_, bytes)| commits_of(bytes).map(|(seq, _)| seq).collect::<Vec<_>>()).collect()
}

/// Tells the other threads to end, also when this one panics.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn compact(reader: &JournalReader) {
    Compaction::new(Arc::clone(&reader.shared), |_| false).look().expect("compresses");
}

#[test]
fn whatever_is_written_begun_and_compressed_meanwhile_a_copy_holds_everything_durable_before_it_began() {
    let folder = Folder::in_memory();
    let mut opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    let reader = opened.reader.clone();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut shop = Shop::new();
            let commits = shop.open_with_orders(10);
            append(&mut opened, &commits);
            for round in 0.. {
                let mut batch: Vec<_> = (0..9).map(|_| shop.order()).collect();
                batch.extend(shop.complete());
                append(&mut opened, &batch);
                if round % 20 == 0 {
                    folder.checkpoint(&shop.state);
                }
                if stop.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                compact(&reader);
            }
        });
        let _stop = Stop(&stop);
        let mut compressed = false;
        let mut before = Seq::new(0);
        while !compressed || before < Seq::new(2_000) {
            before = reader.durable_seq();
            if before < Seq::new(20) {
                std::thread::yield_now();
                continue;
            }
            let copied = copied(begin(&folder));
            assert!(copied.end.last_seq >= before && copied.end.missing.is_empty(), "{:?}", copied.end);
            let seqs = check(&copied);
            assert!(seqs.is_sorted() && seqs.first() == Some(&Seq::new(1)));
            // They are compressed while this goes on.
            compressed |= !folder.files(".journal.gz").is_empty();
        }
    });
}

#[test]
fn a_segment_that_is_compressed_between_looking_and_reading_is_found_again() {
    let folder = Folder::in_memory();
    let mut opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    let mut shop = Shop::new();
    append(&mut opened, &shop.open_with_orders(10));
    while folder.segments().len() < 5 {
        append(&mut opened, &[shop.order(), shop.order()]);
    }
    folder.checkpoint(&shop.state);
    let expected = check(&copied(begin(&folder)));
    let copy = begin(&folder);
    compact(&opened.reader);
    assert!(folder.segments().len() < 5);
    let copied = copied(copy);
    assert!(copied.end.missing.is_empty());
    assert_eq!(check(&copied), expected);
    assert_eq!(copied.end.last_seq, shop.state.seq);
}

#[test]
fn a_new_lineage_begins_on_top_of_the_same_state() {
    let folder = Folder::new();
    let mut opened = folder.open();
    let old = opened.lineage;
    let mut shop = Shop::new();
    append(&mut opened, &shop.open_with_orders(10));
    opened.journal.finish().expect("closes");
    let lineage = begin_lineage(&folder.path, &store(), &[]).expect("begun");
    assert_ne!(lineage, old);
    let opened = folder.open();
    assert_eq!((opened.lineage, opened.state.seq), (lineage, shop.state.seq));
    assert!(opened.lost.is_none());
}
