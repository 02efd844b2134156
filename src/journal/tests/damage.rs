//! Damage to what was acknowledged: it never keeps a store from opening, and never goes unsaid.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::basic::read_all;
use crate::domain::event::Commit;
use crate::domain::state::StoreState;
use crate::journal::disk::{Disk, Operation};
use crate::journal::fixtures::{Folder, Shop, append, assert_state, state_of};
use crate::journal::{JournalError, JournalSettings, LossReason, Opened, RecoveryNote};

/// Ten batches in small segments, closed cleanly.
fn written() -> (Folder, Vec<Arc<Commit>>) {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let mut commits = shop.open_with_orders(10);
    let mut opened = folder.open_small();
    append(&mut opened, &commits);
    for _ in 0..9 {
        let mut batch: Vec<_> = (0..12).map(|_| shop.order()).collect();
        batch.extend(shop.complete());
        append(&mut opened, &batch);
        commits.extend(batch);
    }
    opened.journal.finish().expect("closes");
    (folder, commits)
}

/// What replay must come to when the lines of some commits are gone.
fn without(commits: &[Arc<Commit>], gone: impl Fn(&Commit) -> bool) -> (StoreState, Vec<Arc<Commit>>) {
    let mut state = StoreState::default();
    let mut taken = Vec::new();
    for commit in commits {
        if !gone(commit) && state.accept(commit).is_ok() {
            taken.push(Arc::clone(commit));
        }
        state.skip_to(commit.last_seq());
    }
    (state, taken)
}

/// Where the line of a commit begins in its segment, and how long it is.
fn place_of(folder: &Folder, commit: &Commit) -> (String, usize, usize) {
    let needle = format!(r#"{{"seq":{},"batch":"#, commit.seq.get());
    for name in folder.segments() {
        let bytes = folder.bytes(&name);
        if let Some(place) = bytes.windows(needle.len()).position(|window| window == needle.as_bytes()) {
            let end = bytes[place..].iter().position(|byte| *byte == b'\n').expect("a line end");
            return (name, place - 9, end + 10);
        }
    }
    panic!("commit {} is nowhere", commit.seq);
}

fn lost_seqs(opened: &Opened) -> Vec<u64> {
    let ranges = opened.lost.iter().flat_map(|lost| &lost.ranges);
    ranges.flat_map(|range| range.first.get()..=range.last.get()).collect()
}

#[test]
fn a_damaged_line_before_the_last_batch_is_skipped_told_and_kept() {
    let (folder, commits) = written();
    for victim in [0, 8, commits.len() / 2, commits.len() - 14] {
        let victim = &commits[victim];
        let (name, offset, length) = place_of(&folder, victim);
        let whole = folder.bytes(&name);
        let mut bytes = whole.clone();
        bytes[offset + length / 2] ^= 4;
        folder.put(&name, &bytes);
        let before = folder.segments();

        let opened = folder.open_small();
        let (state, taken) = without(&commits, |commit| commit.seq == victim.seq);
        assert_state(&opened.state, &state, &format!("without {}", victim.seq));
        assert_eq!(read_all(&opened.reader), taken);
        let missing: Vec<u64> = commits
            .iter()
            .filter(|commit| !taken.contains(commit))
            .flat_map(|commit| commit.seq.get()..=commit.last_seq().get())
            .collect();
        assert_eq!(lost_seqs(&opened), missing);
        let told = RecoveryNote::Damage { segment: name.clone(), offset: offset as u64, bytes: length as u64 };
        assert!(opened.notes.contains(&told), "{:?}", opened.notes);
        assert!(opened.notes.contains(&RecoveryNote::LineageRenewed { lineage: opened.lineage }));
        let lineage = opened.lineage;
        drop(opened);
        assert_eq!(folder.bytes(&name), bytes);

        // A second start comes to the same, with the same lineage; also when the line can be read again, because
        // everything after it was decided without it.
        folder.put(&name, &whole);
        let opened = folder.open_small();
        assert_eq!((&opened.state, opened.lineage), (&state, lineage));
        assert_eq!(opened.lost.as_ref().map(|lost| lost.found_now), Some(false));
        assert_eq!(read_all(&opened.reader), taken);
        drop(opened);
        for name in folder.segments().iter().filter(|name| !before.contains(name)) {
            std::fs::remove_file(folder.path.join(name)).expect("back to the beginning");
        }
    }
}

#[test]
fn a_bad_line_in_the_batch_before_the_highest_is_damage_not_a_torn_end() {
    let (folder, commits) = written();
    // The last commit of the batch before the last one, with everything after it intact.
    let victim = &commits[commits.len() - 14];
    let (name, offset, _) = place_of(&folder, victim);
    let mut bytes = folder.bytes(&name);
    bytes[offset + 3] = b'g';
    folder.put(&name, &bytes);
    let opened = folder.open_small();
    assert_eq!(opened.state.seq, commits[commits.len() - 1].last_seq());
    assert_eq!(lost_seqs(&opened).first(), Some(&victim.seq.get()));
    assert!(!opened.notes.iter().any(|note| matches!(note, RecoveryNote::TornBatch { .. })), "{:?}", opened.notes);
}

#[test]
fn a_checkpoint_after_the_damage_keeps_the_state_right() {
    let (folder, commits) = written();
    let cut = commits.len() - 30;
    folder.checkpoint(&state_of(&commits[..cut]));
    let victim = &commits[cut - 1];
    let (name, offset, _) = place_of(&folder, victim);
    let mut bytes = folder.bytes(&name);
    bytes[offset + 40] ^= 1;
    folder.put(&name, &bytes);
    let opened = folder.open_small();
    assert_eq!(opened.state, state_of(&commits));
    for range in opened.lost.iter().flat_map(|lost| &lost.ranges) {
        assert!(range.in_checkpoint && range.why == LossReason::Damaged);
        assert_eq!((range.first, range.last), (victim.seq, victim.last_seq()));
    }
}

#[test]
fn every_file_may_be_emptied_removed_cut_or_overwritten() {
    let (folder, commits) = written();
    folder.checkpoint(&state_of(&commits[..50]));
    folder.checkpoint(&state_of(&commits[..100]));
    let names: Vec<_> = folder.files("").into_iter().filter(|name| name != "lock").collect();
    assert!(names.len() >= 4, "{names:?}");
    for name in &names {
        let whole = folder.bytes(name);
        for way in ["removed", "emptied", "cut", "zeroed", "overwritten"] {
            match way {
                "removed" => std::fs::remove_file(folder.path.join(name)).expect("removes"),
                "emptied" => folder.put(name, b""),
                "cut" => folder.put(name, &whole[..whole.len() / 2]),
                "zeroed" => folder.put(name, &vec![0; whole.len()]),
                _ => folder.put(name, &b"no journal\n".repeat(whole.len() / 11)),
            }
            let mut opened = folder.open_small();
            let mut shop = Shop::at(opened.state.clone(), 9_000);
            let mut more = vec![shop.order()];
            append(&mut opened, &more);
            more.push(shop.order());
            append(&mut opened, &more[1..]);
            let seq = shop.state.seq;
            assert!(opened.state.seq >= commits[99].last_seq(), "{name} {way}: state at {}", opened.state.seq);
            let lineage = opened.lineage;
            drop(opened);
            let opened = folder.open_small();
            assert_eq!((opened.state.seq, opened.lineage), (seq, lineage), "{name} {way}: {:?}", opened.notes);
            assert_state(&opened.state, &shop.state, &format!("{name} {way}"));
            drop(opened);
            for other in folder.files("").iter().filter(|other| !names.contains(other)) {
                std::fs::remove_file(folder.path.join(other)).expect("back to the beginning");
            }
            folder.put(name, &whole);
        }
    }
    assert_eq!(folder.open_small().state, state_of(&commits));
}

#[test]
fn a_line_this_version_cannot_read_is_skipped_and_counted() {
    let (folder, commits) = written();
    let victim = commits.iter().find(|commit| commit.events.len() == 2).expect("two events");
    let (name, offset, length) = place_of(&folder, victim);
    let mut bytes = folder.bytes(&name);
    let line = serde_json::json!({"seq": victim.seq, "batch": 1, "at": 5, "principal": "system",
        "events": [{"table_removed": 7}, {"order_teleported": {}}]});
    let mut replaced = Vec::new();
    crate::journal::line::encode_json(&mut replaced, &line).expect("encodes");
    bytes.splice(offset..offset + length, replaced);
    folder.put(&name, &bytes);
    let opened = folder.open_small();
    let (state, _) = without(&commits, |commit| commit.seq == victim.seq);
    assert_eq!(opened.state, state);
    let range = &opened.lost.as_ref().expect("lost").ranges[0];
    assert_eq!((range.first, range.last, range.why), (victim.seq, victim.last_seq(), LossReason::Unreadable));
}

#[test]
fn a_journal_of_another_store_a_newer_version_or_in_use_is_left_alone() {
    let (folder, _) = written();
    let held = folder.open_small();
    let again = folder.try_open(crate::journal::disk::Disk::default(), JournalSettings::default());
    assert!(matches!(again.err(), Some(JournalError::InUse { .. })));
    drop(held);
    let name = folder.segments().remove(0);
    let whole = folder.bytes(&name);
    let body = whole.iter().position(|byte| *byte == b'\n').expect("a header") + 1;
    for (field, value) in [("store", serde_json::json!("other")), ("journal", serde_json::json!(2))] {
        let mut header: serde_json::Value = serde_json::from_slice(&whole[9..body - 1]).expect("JSON");
        header[field] = value;
        let mut bytes = Vec::new();
        crate::journal::line::encode_json(&mut bytes, &header).expect("encodes");
        bytes.extend_from_slice(&whole[body..]);
        folder.put(&name, &bytes);
        let before = folder.files("");
        let refused = folder.try_open(crate::journal::disk::Disk::default(), JournalSettings::default()).err();
        match field {
            "store" => assert!(matches!(refused, Some(JournalError::OtherStore { .. }))),
            _ => assert!(matches!(refused, Some(JournalError::NewerFormat { version: 2, .. }))),
        }
        assert_eq!(folder.files(""), before);
    }
}

#[test]
fn a_disk_that_gives_nothing_back_is_not_taken_for_a_damaged_one() {
    let (folder, commits) = written();
    let is_loose = Arc::new(AtomicBool::new(true));
    let loose = Arc::clone(&is_loose);
    let disk = Disk::with_hook(move |operation| match operation {
        Operation::Read(_) if loose.load(Ordering::SeqCst) => Err(std::io::Error::from_raw_os_error(5)),
        _ => Ok(()),
    });
    let files = folder.files("");
    for _ in 0..2 {
        let failed = folder.try_open(disk.clone(), JournalSettings::default()).err().expect("nothing can be read");
        assert!(matches!(failed, JournalError::Disk { .. }), "{failed}");
        assert_eq!(folder.files(""), files, "nothing is recorded as lost");
    }
    is_loose.store(false, Ordering::SeqCst);
    let opened = folder.try_open(disk, JournalSettings::default()).expect("opens");
    assert_eq!(opened.lost, None);
    assert_state(&opened.state, &state_of(&commits), "the cable is back");
}
