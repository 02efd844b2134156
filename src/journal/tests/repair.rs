//! What a mirror repairs: every kind of damage to every file, with nothing lost and the history kept.

use std::sync::Arc;

use super::basic::read_all;
use super::crash::SharedDrive;
use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::journal::disk::Disk;
use crate::journal::fixtures::{Folder, MirrorPlace, Shop, append, assert_state, state_of};
use crate::journal::repair::Patch;
use crate::journal::segment::SegmentName;
use crate::journal::{Lineage, Opened, RecoveryNote, verify};

/// Many batches in small segments with two checkpoints, all of it mirrored.
struct Written {
    folder: Folder,
    mirror: MirrorPlace,
    commits: Vec<Arc<Commit>>,
    lineage: Lineage,
    shop: Shop,
}

fn written() -> Written {
    let (folder, mirror, mut shop) = (Folder::in_memory(), MirrorPlace::new(), Shop::new());
    let mut commits = shop.open_with_orders(10);
    let mut opened = folder.open_small();
    append(&mut opened, &commits);
    for _ in 0..20 {
        let mut batch: Vec<_> = (0..12).map(|_| shop.order()).collect();
        batch.extend(shop.complete());
        append(&mut opened, &batch);
        commits.extend(batch);
    }
    let lineage = opened.lineage;
    folder.checkpoint_of(&state_of(&commits[..70]), lineage);
    folder.checkpoint_of(&state_of(&commits[..140]), lineage);
    drop(opened);
    // The second start made the last batch durable once more.
    let opened = folder.open_small();
    assert_eq!(mirror.copy(&opened.reader).mirrored, shop.state.seq);
    drop(opened);
    Written { folder, mirror, commits, lineage, shop }
}

impl Written {
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let names = self.folder.files("").into_iter().filter(|name| name != "lock" && name != "segment.tmp");
        names.map(|name| (name.clone(), self.folder.bytes(&name))).collect()
    }

    fn put_back(&self, files: &[(String, Vec<u8>)]) {
        for name in self.folder.files("") {
            std::fs::remove_file(self.folder.path.join(name)).expect("removes");
        }
        for (name, bytes) in files {
            self.folder.put(name, bytes);
        }
    }

    /// Nothing is lost, the history goes on, and after the mirror's next round the journal is whole.
    fn expect_whole(&self, opened: &Opened, what: &str) {
        assert_eq!(opened.lost, None, "{what}: {:?}", opened.notes);
        assert_eq!(opened.lineage, self.lineage, "{what}");
        assert_state(&opened.state, &state_of(&self.commits), what);
        self.mirror.copy(&opened.reader);
        assert!(read_all(&opened.reader) == self.commits, "{what}");
    }
}

fn damaged(way: &str, whole: &[u8]) -> Option<Vec<u8>> {
    match way {
        "removed" => None,
        "emptied" => Some(Vec::new()),
        "cut" => Some(whole[..whole.len() / 2].to_vec()),
        "zeroed" => Some(vec![0; whole.len()]),
        "overwritten" => Some(b"no journal\n".repeat(whole.len() / 11)),
        "header" => Some([&b"x"[..], &whole[1..]].concat()),
        _ => {
            let mut bytes = whole.to_vec();
            let used = crate::journal::scan::used_length(whole);
            for place in [used / 3, used / 2, used - 20] {
                bytes[place] ^= 1;
            }
            Some(bytes)
        }
    }
}

#[test]
fn every_damage_to_every_file_is_repaired_and_told() {
    let written = written();
    let files = written.files();
    assert!(files.len() >= 5);
    for (name, whole) in &files {
        for way in ["removed", "emptied", "cut", "zeroed", "overwritten", "header", "flipped"] {
            let what = format!("{name} {way}");
            let bytes = damaged(way, whole);
            match &bytes {
                None => std::fs::remove_file(written.folder.path.join(name)).expect("removes"),
                Some(bytes) => written.folder.put(name, bytes),
            }
            let opened = written.folder.open_mirrored(&written.mirror);
            written.expect_whole(&opened, &what);
            let is_segment = name.ends_with(".journal");
            let was_told = |note: &RecoveryNote| matches!(note, RecoveryNote::RepairedFromMirror { segment, .. } if segment == name);
            if is_segment && way != "flipped" {
                assert!(opened.notes.iter().any(was_told), "{what}: {:?}", opened.notes);
            }
            drop(opened);
            if let Some(bytes) = bytes.filter(|_| is_segment) {
                assert!(written.folder.bytes(&format!("{name}.damaged-1")) == bytes, "{what}: the damaged one is kept");
            }
            let verified = verify(&written.folder.path).expect("reads");
            assert!(verified.lost.is_empty(), "{what}: {verified:?}");
            // Without the mirror it goes on from there.
            let opened = written.folder.open_small();
            assert_eq!((&opened.lost, opened.lineage), (&None, written.lineage), "{what}");
            drop(opened);
            written.put_back(&files);
        }
    }
}

#[test]
fn an_empty_journal_is_restored_as_a_whole() {
    let written = written();
    for keeps_checkpoints in [true, false] {
        for name in written.folder.files("") {
            if !(keeps_checkpoints && name.ends_with(".checkpoint")) {
                std::fs::remove_file(written.folder.path.join(name)).expect("removes");
            }
        }
        let opened = written.folder.open_mirrored(&written.mirror);
        written.expect_whole(&opened, &format!("restored, checkpoints kept: {keeps_checkpoints}"));
        drop(opened);
        assert!(verify(&written.folder.path).expect("reads").is_sound());
    }
    std::fs::remove_dir_all(&written.folder.path).expect("removes");
    let opened = written.folder.open_mirrored(&written.mirror);
    written.expect_whole(&opened, "without its folder");
}

#[test]
fn what_only_the_journal_has_stays_when_the_rest_is_repaired() {
    let mut written = written();
    let mut opened = written.folder.open_small();
    for is_mirrored in [true, false] {
        let more: Vec<_> = (0..9).map(|_| written.shop.order()).collect();
        append(&mut opened, &more);
        written.commits.extend(more);
        if is_mirrored {
            written.mirror.copy(&opened.reader);
        }
    }
    drop(opened);
    // The first half of the newest segment is damaged; the mirror knows nothing of its second half.
    let name = written.folder.segments().pop().expect("a segment");
    let mut bytes = written.folder.bytes(&name);
    bytes[600] ^= 1;
    bytes[2_000] ^= 1;
    written.folder.put(&name, &bytes);
    let opened = written.folder.open_mirrored(&written.mirror);
    assert!(
        opened.notes.iter().any(|note| matches!(note, RecoveryNote::RepairedFromMirror { .. })),
        "{:?}",
        opened.notes
    );
    written.expect_whole(&opened, "with newer lines");
}

#[test]
fn a_torn_end_that_the_mirror_has_whole_was_durable() {
    let written = written();
    let name = written.folder.segments().pop().expect("a segment");
    let whole = written.folder.bytes(&name);
    let used = crate::journal::scan::used_length(&whole);
    for cut in [used - 1, used - 300, used / 2] {
        written.folder.put(&name, &whole[..cut]);
        let opened = written.folder.open_mirrored(&written.mirror);
        written.expect_whole(&opened, &format!("cut at {cut}"));
        drop(opened);
        written.folder.put(&name, &whole);
    }
}

#[test]
fn a_cut_at_every_operation_of_a_repair_loses_nothing() {
    let written = written();
    let files = written.files();
    let names = written.folder.segments();
    for victims in [vec![&names[names.len() - 1]], vec![&names[0], &names[names.len() - 1]]] {
        let damage = || {
            written.put_back(&files);
            for (name, way) in victims.iter().zip(["flipped", "removed", "cut", "removed"].iter().cycle()) {
                match damaged(way, &written.folder.bytes(name)) {
                    None => std::fs::remove_file(written.folder.path.join(name)).expect("removes"),
                    Some(bytes) => written.folder.put(name, &bytes),
                }
            }
        };
        damage();
        let whole = SharedDrive::default();
        drop(written.folder.try_open_mirrored(whole.disk(), &written.mirror).expect("opens"));
        let operations = whole.operations();
        for cut in 1..=operations {
            for (only_once, way) in [(true, 0), (false, 1)] {
                let what = format!("cut at {cut} of {operations}, once {only_once}, way {way}, {victims:?}");
                damage();
                let drive = SharedDrive::cutting_at(cut, only_once);
                let opened = written.folder.try_open_mirrored(drive.disk(), &written.mirror);
                drive.cut_now();
                drop(opened);
                let mut turn = cut;
                drive.settle(|| {
                    turn += 1;
                    way == 1 && turn.is_multiple_of(2)
                });
                let opened = written.folder.open_mirrored(&written.mirror);
                written.expect_whole(&opened, &what);
            }
        }
    }
}

#[test]
fn a_finished_repair_outlives_a_power_cut_without_the_mirror() {
    let written = written();
    let drive = SharedDrive::default();
    for (name, way) in written.folder.segments().iter().zip(["cut", "removed", "zeroed", "flipped"].iter().cycle()) {
        match damaged(way, &written.folder.bytes(name)) {
            None => std::fs::remove_file(written.folder.path.join(name)).expect("removes"),
            Some(bytes) => written.folder.put(name, &bytes),
        }
    }
    let opened = written.folder.try_open_mirrored(drive.disk(), &written.mirror).expect("opens");
    assert_eq!(opened.lost, None);
    drive.cut_now();
    drop(opened);
    drive.settle(|| false);
    let opened = written.folder.open_small();
    assert_eq!((&opened.lost, opened.lineage), (&None, written.lineage), "{:?}", opened.notes);
    assert_state(&opened.state, &state_of(&written.commits), "after the cut");
}

#[test]
fn a_mirror_that_contradicts_the_journal_or_tells_what_does_not_count_is_not_taken() {
    let written = written();
    let name = SegmentName::parse(&written.folder.segments()[0]).expect("a name");
    let own = written.folder.bytes(&name.to_string());
    let lines: Vec<_> = own.split_inclusive(|byte| *byte == b'\n').collect();
    let (path, end) = (written.folder.path.join(name.to_string()), Seq::new(u64::MAX));
    let without = |gone: usize| {
        let kept = lines.iter().enumerate().filter(|(number, _)| *number != gone);
        kept.map(|(_, line)| *line).collect::<Vec<_>>().concat()
    };
    let merged = |own: &[u8], mirrored: &[u8], limit| Patch::merged((name, own), mirrored, limit, &path);
    assert!(merged(&without(5), &own, end).is_some());
    assert!(merged(&own, &without(5), end).is_none(), "the journal has it all");
    let place =
        crate::journal::line::position(crate::journal::line::checked(&lines[5][..lines[5].len() - 1]).expect("whole"));
    assert!(merged(&without(5), &own, place.expect("a commit").seq).is_none(), "it does not count any more");
    // Another commit under the seq of one that the journal has: this is not its mirror.
    let mut shop = Shop::new();
    let mut other = lines[0].to_vec();
    for commit in shop.open().iter().take(2) {
        let mut commit = Commit::clone(commit);
        commit.at = commit.at.plus_ms(1);
        crate::journal::line::encode(&mut other, Seq::new(1), &commit).expect("encodes");
    }
    let foreign = [&other[..], &own[lines[..4].concat().len()..]].concat();
    assert!(merged(&without(5), &foreign, end).is_none());
}

#[test]
fn a_start_that_cannot_write_its_repair_may_be_tried_again() {
    let written = written();
    let name = written.folder.segments().pop().expect("a segment");
    written.folder.put(&name, b"");
    let drive = SharedDrive::cutting_at(1, false);
    let settings = crate::journal::JournalSettings { segment_bytes: 1 };
    let mirror = Some(written.mirror.path.as_path());
    let mut recovered = crate::journal::recover::recover_with(
        drive.disk(),
        &written.folder.path,
        &crate::journal::fixtures::store(),
        settings,
        mirror,
    )
    .expect("reads");
    for _ in 0..3 {
        assert_state(&recovered.state, &state_of(&written.commits), "read-only");
        recovered = *recovered.start().err().expect("the disk takes nothing").recovered;
    }
    drive.restart();
    let opened = recovered.start().map_err(|failed| failed.error).expect("the disk takes it again");
    written.expect_whole(&opened, "after three tries");
    assert_eq!(written.folder.files(".damaged-1").len(), 1);
    assert!(opened.notes.iter().any(|note| matches!(note, RecoveryNote::RepairedFromMirror { .. })));
}

#[test]
fn a_mirror_of_another_history_or_store_is_never_mixed_in() {
    let written = written();
    let name = written.folder.segments().pop().expect("a segment");
    let whole = written.folder.bytes(&name);
    let other = Folder::in_memory();
    let mut opened = other.open_small();
    append(&mut opened, &Shop::new().open_with_orders(80));
    let foreign = MirrorPlace::new();
    foreign.copy(&opened.reader);
    let half = &whole[..whole.len() / 2];
    // Another lineage under its own name, and under the name of ours.
    let renamed = foreign.history(written.lineage);
    for is_renamed in [false, true] {
        if is_renamed {
            std::fs::rename(foreign.history(opened.lineage), &renamed).expect("renames");
        }
        let damaged = Folder::in_memory();
        std::fs::create_dir_all(&damaged.path).expect("a folder");
        damaged.put(&name, half);
        let alone = damaged.open_small();
        let (state, lost) = (alone.state.clone(), alone.lost.clone());
        drop(alone);
        for file in damaged.files("") {
            std::fs::remove_file(damaged.path.join(file)).expect("removes");
        }
        damaged.put(&name, half);
        let beside = damaged.open_mirrored(&foreign);
        assert_state(&beside.state, &state, "beside a foreign mirror");
        assert_eq!(beside.lost, lost);
        assert!(state.seq > Seq::new(0) && lost.is_some());
    }
}

#[test]
fn a_damaged_mirror_never_harms() {
    let written = written();
    let files = written.files();
    let folder = written.mirror.history(written.lineage);
    let mirrored: Vec<_> =
        std::fs::read_dir(&folder).expect("a mirror").map(|entry| entry.expect("entry").path()).collect();
    for path in &mirrored {
        let whole = std::fs::read(path).expect("reads");
        for way in ["removed", "emptied", "cut", "zeroed", "overwritten", "header", "flipped"] {
            match damaged(way, &whole) {
                None => std::fs::remove_file(path).expect("removes"),
                Some(bytes) => std::fs::write(path, bytes).expect("writes"),
            }
            let what = format!("{} {way}", path.display());
            let opened = written.folder.open_mirrored(&written.mirror);
            let is_repaired = |note: &RecoveryNote| matches!(note, RecoveryNote::RepairedFromMirror { .. });
            assert!(!opened.notes.iter().any(is_repaired), "{what}: {:?}", opened.notes);
            // The copying puts the mirror right again, and keeps what it found.
            written.expect_whole(&opened, &what);
            drop(opened);
            assert!(std::fs::read(path).expect("reads") == whole, "{what}");
            for entry in std::fs::read_dir(&folder).expect("a mirror").map(|entry| entry.expect("entry").path()) {
                if !mirrored.contains(&entry) {
                    std::fs::remove_file(entry).expect("removes");
                }
            }
            written.put_back(&files);
        }
    }
}

#[test]
fn a_mirror_without_its_mark_is_not_read() {
    let written = written();
    let name = written.folder.segments().remove(0);
    std::fs::remove_file(written.folder.path.join(&name)).expect("removes");
    std::fs::remove_file(written.mirror.path.join("tableorder-mirror")).expect("removes");
    let opened = written.folder.try_open_mirrored(Disk::default(), &written.mirror).expect("opens");
    assert_ne!((opened.lost, opened.lineage), (None, written.lineage));
}
