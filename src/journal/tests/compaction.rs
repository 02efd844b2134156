//! Compressed segments: nothing is lost on the way there, nothing but a damaged member afterwards.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::basic::read_all;
use super::crash::SharedDrive;
use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::journal::compaction::{Compaction, Compactor, Looked, UNFINISHED_NAME};
use crate::journal::disk::{Disk, Operation};
use crate::journal::fixtures::{Folder, Shop, append, assert_state, state_of};
use crate::journal::verify::verify_on;
use crate::journal::{JournalError, JournalReader, JournalSettings, LossReason, Opened, RecoveryNote, verify};

const SETTINGS: JournalSettings = JournalSettings { segment_bytes: 256 << 10 };

fn compact(reader: &JournalReader) -> Result<Looked, JournalError> {
    Compaction::new(Arc::clone(&reader.shared), |_| false).look()
}

/// Some segments of several members each, the last ones after the newest checkpoint.
fn written() -> (Folder, Vec<Arc<Commit>>) {
    written_as(SETTINGS, 5)
}

fn written_as(settings: JournalSettings, segments: usize) -> (Folder, Vec<Arc<Commit>>) {
    let folder = Folder::in_memory();
    let opened = folder.try_open(Disk::default(), settings).expect("opens");
    let (commits, _) = fill(&folder, opened, segments);
    (folder, commits)
}

fn fill(folder: &Folder, mut opened: Opened, segments: usize) -> (Vec<Arc<Commit>>, JournalReader) {
    let mut shop = Shop::new();
    let mut commits = shop.open_with_orders(10);
    append(&mut opened, &commits);
    while folder.segments().len() < segments {
        let mut batch: Vec<_> = (0..9).map(|_| shop.order()).collect();
        batch.extend(shop.complete());
        append(&mut opened, &batch);
        commits.extend(batch);
    }
    folder.checkpoint(&shop.state);
    let reader = opened.reader.clone();
    opened.journal.finish().expect("closes");
    (commits, reader)
}

#[test]
fn closed_segments_are_compressed_and_everything_reads_the_same() {
    let (folder, commits) = written();
    let plain: Vec<_> = folder.segments().iter().map(|name| folder.bytes(name)).collect();
    let names = folder.segments();
    let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    assert_eq!(compact(&opened.reader).expect("compresses"), Looked::Done);
    assert_eq!(folder.segments(), names[names.len() - 2..], "the newest two stay plain");
    assert!(!folder.files("").contains(&UNFINISHED_NAME.to_owned()));
    let mut expected = 0;
    for (name, plain) in names.iter().zip(&plain).take(names.len() - 2) {
        let file = folder.bytes(&format!("{name}.gz"));
        let mut text = Vec::new();
        flate2::read::MultiGzDecoder::new(&file[..]).read_to_end(&mut text).expect("any gzip reads it");
        assert!(text == *plain, "{name}");
        assert!(file.len() * 4 < plain.len(), "{} of {}", file.len(), plain.len());
        expected += file.len();
    }
    assert!(expected > 0);
    // A reader that was there before, and one after a start; by pages, one by one, and from inside a member.
    let check = |reader: &JournalReader| {
        assert!(read_all(reader) == commits);
        for commit in commits.iter().step_by(17) {
            assert_eq!(reader.read_commit(commit.seq).expect("reads").as_ref(), Some(commit));
        }
    };
    check(&opened.reader);
    drop(opened);
    let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    assert_eq!(opened.lost, None);
    assert_state(&opened.state, &state_of(&commits), "after compaction");
    check(&opened.reader);
    drop(opened);
    let verified = verify(&folder.path).expect("reads");
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!((verified.segments, verified.superseded), (names.len() as u64, 0));
    // Without a checkpoint everything is replayed from them.
    for name in folder.files(".checkpoint") {
        std::fs::remove_file(folder.path.join(name)).expect("removes");
    }
    let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    assert_eq!((opened.checkpoint, &opened.lost), (Seq::new(0), &None));
    assert_state(&opened.state, &state_of(&commits), "replayed");
}

#[test]
fn the_thread_compresses_by_itself_and_ends_when_it_is_dropped() {
    let (folder, commits) = written();
    let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    let compactor = Compactor::looking_every(std::time::Duration::from_millis(1), &opened.reader).expect("a thread");
    while folder.segments().len() > 2 {
        std::thread::yield_now();
    }
    let shared = Arc::downgrade(&opened.reader.shared);
    assert!(read_all(&opened.reader) == commits);
    drop(compactor);
    drop(opened);
    while shared.strong_count() > 0 {
        std::thread::yield_now();
    }
}

#[test]
fn what_no_checkpoint_covers_is_damaged_or_newest_stays_as_it_is() {
    let (folder, commits) = written();
    let names = folder.segments();
    let checkpoint = folder.files(".checkpoint").remove(0);
    std::fs::rename(folder.path.join(&checkpoint), folder.path.join("aside")).expect("renames");
    let mut bytes = folder.bytes(&names[1]);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    compact(&opened.reader).expect("nothing to do");
    assert_eq!(folder.segments(), names, "no checkpoint");
    // A checkpoint inside the second segment covers the first alone.
    let second: Seq = Seq::new(names[1][..20].parse().expect("a seq"));
    let inside = commits.iter().position(|commit| commit.seq > second).expect("a commit");
    folder.checkpoint(&state_of(&commits[..inside]));
    compact(&opened.reader).expect("compresses");
    assert_eq!(folder.segments(), names[1..]);
    std::fs::rename(folder.path.join("aside"), folder.path.join(&checkpoint)).expect("renames");
    folder.put(&names[1], &bytes);
    compact(&opened.reader).expect("compresses");
    assert_eq!(folder.segments(), [&names[1..2], &names[3..]].concat(), "a damaged one is kept");
    assert_eq!(folder.bytes(&names[1]), bytes);
}

#[test]
fn a_copy_that_does_not_read_back_as_the_original_never_replaces_it() {
    let (folder, commits) = written();
    let names = folder.segments();
    let lies = Arc::new(AtomicBool::new(true));
    let lying = Arc::clone(&lies);
    // A drive that changes a byte of what it was given to keep.
    let disk = Disk::with_hook(move |operation| {
        if let Operation::Sync(path) = operation
            && path.ends_with(UNFINISHED_NAME)
            && lying.load(Ordering::SeqCst)
        {
            let mut bytes = std::fs::read(path)?;
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(path, bytes)?;
        }
        Ok(())
    });
    let opened = folder.try_open(disk, SETTINGS).expect("opens");
    assert!(matches!(compact(&opened.reader), Err(JournalError::CopyDiffers { .. })));
    assert_eq!(folder.segments(), names);
    assert!(folder.files(".gz").is_empty() && !folder.files("").contains(&UNFINISHED_NAME.to_owned()));
    assert!(read_all(&opened.reader) == commits);
    lies.store(false, Ordering::SeqCst);
    compact(&opened.reader).expect("compresses");
    assert_eq!(folder.segments().len(), 2);
}

#[test]
fn a_damaged_member_costs_its_lines_and_is_told() {
    let (folder, commits) = written();
    let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    compact(&opened.reader).expect("compresses");
    drop(opened);
    for name in folder.files(".checkpoint") {
        std::fs::remove_file(folder.path.join(name)).expect("removes");
    }
    let name = folder.files(".gz").remove(1);
    let whole = folder.bytes(&name);
    let before: HashSet<_> = folder.files("").into_iter().collect();
    for place in [whole.len() / 2, whole.len() - 3, 4] {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        folder.put(&name, &bytes);
        let verified = verify(&folder.path).expect("reads");
        assert!(!verified.is_sound(), "byte {place}");
        let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
        assert_eq!(opened.state.seq, commits[commits.len() - 1].last_seq());
        let read: HashSet<Seq> = read_all(&opened.reader).iter().map(|commit| commit.seq).collect();
        let ranges = opened.lost.as_ref().map(|lost| lost.ranges.clone()).unwrap_or_default();
        for commit in &commits {
            let told = ranges.iter().any(|range| range.contains(commit.seq));
            assert_eq!(read.contains(&commit.seq), !told, "commit {} after damage at {place}", commit.seq);
        }
        let damaged = ranges.iter().filter(|range| range.why == LossReason::Damaged);
        let lost = damaged.map(|range| range.last.get() + 1 - range.first.get()).sum::<u64>();
        assert!(lost < 200, "{lost} of {} seqs for one member, {ranges:?}", commits.len());
        let is_told = |note: &RecoveryNote| match note {
            RecoveryNote::Damage { segment, .. } | RecoveryNote::HeaderDamaged { segment } => *segment == name,
            _ => false,
        };
        assert!(opened.notes.iter().any(is_told), "byte {place}: {:?}", opened.notes);
        drop(opened);
        assert_eq!(folder.bytes(&name), bytes, "it is kept");
        folder.put(&name, &whole);
        for other in folder.files("").iter().filter(|other| !before.contains(*other)) {
            std::fs::remove_file(folder.path.join(other)).expect("back to the beginning");
        }
    }
    for (way, bytes) in [("removed", None), ("emptied", Some(vec![])), ("zeroed", Some(vec![0; whole.len()]))] {
        match &bytes {
            None => std::fs::remove_file(folder.path.join(&name)).expect("removes"),
            Some(bytes) => folder.put(&name, bytes),
        }
        let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
        assert!(opened.lost.is_some(), "{way}");
        assert_eq!(opened.state.seq, commits[commits.len() - 1].last_seq(), "{way}");
        drop(opened);
        for other in folder.files("").iter().filter(|other| !before.contains(*other)) {
            std::fs::remove_file(folder.path.join(other)).expect("back to the beginning");
        }
        folder.put(&name, &whole);
    }
}

#[test]
fn a_cut_at_every_operation_of_a_compaction_loses_nothing() {
    const SMALL: JournalSettings = JournalSettings { segment_bytes: 1 };
    let (template, commits) = written_as(SMALL, 3);
    let files: Vec<_> = template.files("").into_iter().map(|name| (template.bytes(&name), name)).collect();
    let fresh = || {
        let folder = Folder::in_memory();
        std::fs::create_dir_all(&folder.path).expect("a folder");
        for (bytes, name) in &files {
            folder.put(name, bytes);
        }
        folder
    };
    let run = |folder: &Folder, drive: &SharedDrive| {
        let opened = folder.try_open(drive.disk(), SMALL).expect("opens");
        let begun = drive.operations();
        drop(compact(&opened.reader));
        drive.cut_now();
        begun
    };
    let whole = SharedDrive::default();
    let begun = run(&fresh(), &whole);
    let operations = whole.operations();
    assert!(operations - begun >= 6, "{begun} to {operations}");
    for cut in begun + 1..=operations {
        for (only_once, way) in [(true, 0), (false, 1), (false, 2)] {
            let what = format!("cut at {cut} of {operations}, once {only_once}, way {way}");
            let folder = fresh();
            let drive = SharedDrive::cutting_at(cut, only_once);
            run(&folder, &drive);
            let mut turn = cut;
            drive.settle(|| {
                turn += 1;
                match way {
                    1 => turn.is_multiple_of(2),
                    2 => turn * 7 % 5 % 3 == 0,
                    _ => false,
                }
            });
            let verified = verify(&folder.path).expect("reads");
            assert!(verified.lost.is_empty() && verified.last_seq == commits[commits.len() - 1].last_seq(), "{what}");
            let opened = folder.try_open(Disk::default(), SMALL).expect("opens");
            assert_eq!(opened.lost, None, "{what}: {:?}", opened.notes);
            assert!(read_all(&opened.reader) == commits, "{what}");
            // The next look finishes what this one began.
            compact(&opened.reader).expect("compresses");
            assert_eq!(folder.segments().len(), 2, "{what}");
            assert!(read_all(&opened.reader) == commits, "{what}");
            assert!(!folder.files("").contains(&UNFINISHED_NAME.to_owned()), "{what}");
        }
    }
}

#[test]
fn readers_go_on_while_segments_are_swapped_under_them() {
    let folder = Folder::in_memory();
    // Each reader stops once right before it opens a plain segment, until that one is gone.
    let (held, swapped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (hold, gone) = (Arc::clone(&held), Arc::clone(&swapped));
    let disk = Disk::with_hook(move |operation| {
        let is_reader = std::thread::current().name() == Some("held-reader");
        if let Operation::Open(path) = operation
            && is_reader
            && path.extension().is_some_and(|ending| ending == "journal")
            && !gone.load(Ordering::SeqCst)
        {
            hold.fetch_add(1, Ordering::SeqCst);
            while !gone.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
        }
        Ok(())
    });
    let opened = folder.try_open(disk, SETTINGS).expect("opens");
    let (commits, reader) = fill(&folder, opened, 6);
    std::thread::scope(|scope| {
        let read = || read_all(&reader);
        let readers: Vec<_> = (0..3)
            .map(|_| {
                std::thread::Builder::new().name("held-reader".to_owned()).spawn_scoped(scope, read).expect("starts")
            })
            .collect();
        while held.load(Ordering::SeqCst) < 3 {
            std::thread::yield_now();
        }
        compact(&reader).expect("compresses");
        assert_eq!(folder.segments().len(), 2);
        swapped.store(true, Ordering::SeqCst);
        for thread in readers {
            assert!(thread.join().expect("reads") == commits);
        }
    });
}

#[test]
fn a_check_beside_a_compaction_takes_nothing_for_lost() {
    let (folder, commits) = written();
    let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    let (reader, name) = (opened.reader.clone(), folder.segments().remove(1));
    // All is listed, then compressed, then read.
    let disk = Disk::with_hook(move |operation| {
        if matches!(operation, Operation::Read(path) if path.ends_with(&name))
            && reader.shared.folder.join(&name).exists()
        {
            compact(&reader).expect("compresses");
        }
        Ok(())
    });
    let verified = verify_on(&disk, &folder.path).expect("reads");
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!((verified.commits, folder.segments().len()), (commits.len() as u64, 2));
}

#[test]
fn a_read_from_a_compressed_segment_costs_what_it_returns() {
    let (folder, commits) = written();
    let opened = folder.try_open(Disk::default(), SETTINGS).expect("opens");
    compact(&opened.reader).expect("compresses");
    drop(opened);
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&reads);
    let disk = Disk::with_hook(move |operation| {
        if let Operation::Read(path) = operation
            && path.extension().is_some_and(|ending| ending == "gz")
        {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    });
    let opened = folder.try_open(disk, SETTINGS).expect("opens");
    let wanted = &commits[commits.len() / 2];
    // The first read makes the index.
    opened.reader.read_commit(wanted.seq).expect("reads");
    let before = reads.load(Ordering::SeqCst);
    assert_eq!(opened.reader.read_commit(wanted.seq).expect("reads").as_ref(), Some(wanted));
    assert!(reads.load(Ordering::SeqCst) - before <= 2);
}
