//! The second copy: shortly after each commit, through everything that may happen to its folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::basic::read_all;
use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::journal::compaction::Compaction;
use crate::journal::disk::{Disk, Operation};
use crate::journal::fixtures::{Folder, MirrorPlace, Shop, append, state_of, store};
use crate::journal::{JournalSettings, Mirror, MirrorStatus, Opened, verify};

/// A shop that writes, and the thread that mirrors it.
struct Running {
    folder: Folder,
    place: MirrorPlace,
    shop: Shop,
    opened: Opened,
    mirror: Mirror,
    commits: Vec<Arc<Commit>>,
}

impl Running {
    fn begin(place: MirrorPlace) -> Self {
        Self::begin_on(Disk::default(), place)
    }

    fn begin_on(disk: Disk, place: MirrorPlace) -> Self {
        let folder = Folder::in_memory();
        let mut shop = Shop::new();
        let mut opened = folder.try_open(disk, JournalSettings { segment_bytes: 1 }).expect("opens");
        let commits = shop.open_with_orders(5);
        append(&mut opened, &commits);
        let hang_deadline = Duration::from_secs(1);
        let mirror = Mirror::spawn_with(hang_deadline, &opened.reader, store(), place.path.clone()).expect("a thread");
        Self { folder, place, shop, opened, mirror, commits }
    }

    fn order(&mut self, batches: usize) {
        for _ in 0..batches {
            let mut batch: Vec<_> = (0..10).map(|_| self.shop.order()).collect();
            batch.extend(self.shop.complete());
            append(&mut self.opened, &batch);
            self.commits.extend(batch);
        }
    }

    /// Waits until the status is so.
    fn wait_until(&self, is_so: impl Fn(&MirrorStatus) -> bool) -> MirrorStatus {
        let begun = Instant::now();
        loop {
            let status = self.mirror.status();
            if is_so(&status) {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(40), "{status:?}");
            std::thread::yield_now();
        }
    }

    fn wait_until_complete(&self) {
        let durable = self.opened.reader.durable_seq();
        self.wait_until(|status| status.mirrored >= durable && status.failing.is_none());
        self.expect_copy();
    }

    fn expect_copy(&self) {
        let history = self.place.history(self.opened.lineage);
        for name in self.folder.segments() {
            let mut bytes = self.folder.bytes(&name);
            bytes.truncate(crate::journal::scan::used_length(&bytes));
            assert!(fs::read(history.join(&name)).expect("a copy") == bytes, "{name}");
        }
        let verified = verify(&history).expect("reads");
        assert!(verified.is_sound() && verified.last_seq == self.opened.reader.durable_seq(), "{verified:?}");
    }
}

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("entry").file_name());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}

#[test]
fn what_is_committed_is_in_the_mirror_soon_and_is_a_journal_itself() {
    let mut running = Running::begin(MirrorPlace::new());
    running.wait_until_complete();
    for _ in 0..3 {
        running.order(8);
        running.wait_until_complete();
    }
    assert!(running.folder.segments().len() > 2);
    // A stop takes the last lines along.
    running.order(1);
    running.mirror.finish();
    running.expect_copy();
}

#[test]
fn a_folder_that_is_missing_or_has_no_mark_is_told_never_made_and_used_once_it_is_there() {
    let place = MirrorPlace::new();
    let away = place.path.with_extension("away");
    fs::rename(&place.path, &away).expect("unplugged");
    let mut running = Running::begin(place);
    let status = running.wait_until(|status| status.failing.is_some());
    assert!(status.failing.expect("why").1.contains("tableorder-mirror"));
    assert!(!running.place.path.exists(), "a missing stick must not become a folder on the system's disk");
    // The mount point alone.
    fs::create_dir(&running.place.path).expect("a folder");
    running.order(1);
    running.wait_until(|status| status.failing.is_some());
    assert_eq!(files(&running.place.path), Vec::<String>::new());
    fs::remove_dir(&running.place.path).expect("removes");
    fs::rename(&away, &running.place.path).expect("plugged in");
    running.wait_until_complete();
    // It goes away and comes back later, without some of what it had.
    fs::rename(&running.place.path, &away).expect("unplugged");
    running.order(2);
    running.wait_until(|status| status.failing.is_some());
    let history = away.join("round-moon").join(running.opened.lineage.to_string());
    fs::remove_file(history.join(&running.folder.segments()[0])).expect("removes");
    fs::rename(&away, &running.place.path).expect("plugged in");
    running.wait_until_complete();
    assert_eq!(running.mirror.status().set_aside, 0);
}

#[test]
fn a_folder_that_takes_nothing_is_told_and_no_order_waits() {
    let place = MirrorPlace::new();
    let is_full = Arc::new(AtomicBool::new(true));
    let (full, mirror) = (Arc::clone(&is_full), place.path.clone());
    let disk = Disk::with_hook(move |operation| match operation {
        Operation::Write { path, .. } | Operation::CreateFolder(path) | Operation::Create(path)
            if path.starts_with(&mirror) && full.load(Ordering::SeqCst) =>
        {
            Err(std::io::Error::from_raw_os_error(30))
        }
        _ => Ok(()),
    });
    let mut running = Running::begin_on(disk, place);
    running.wait_until(|status| status.failing.is_some());
    running.order(3);
    assert_eq!(running.opened.reader.durable_seq(), running.shop.state.seq);
    is_full.store(false, Ordering::SeqCst);
    running.wait_until_complete();
}

#[test]
fn a_mirror_that_hangs_is_told_and_nothing_else_hangs() {
    let place = MirrorPlace::new();
    let hangs = Arc::new(AtomicBool::new(true));
    let (hanging, mirror) = (Arc::clone(&hangs), place.path.clone());
    let disk = Disk::with_hook(move |operation| {
        if let Operation::Write { path, .. } | Operation::Create(path) = operation
            && path.starts_with(&mirror)
        {
            while hanging.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
        }
        Ok(())
    });
    let mut running = Running::begin_on(disk, place);
    running.order(3);
    assert!(read_all(&running.opened.reader) == running.commits);
    let status = running.wait_until(|status| status.failing.is_some());
    assert!(status.failing.expect("why").1.contains("no answer"));
    assert_eq!(status.mirrored, Seq::new(0));
    let begun = Instant::now();
    running.mirror.finish();
    assert!(begun.elapsed() < Duration::from_secs(5), "a stop does not wait for it");
    hangs.store(false, Ordering::SeqCst);
}

#[test]
fn other_content_under_a_name_is_moved_aside_and_copied_anew() {
    let mut running = Running::begin(MirrorPlace::new());
    running.order(20);
    running.wait_until_complete();
    let history = running.place.history(running.opened.lineage);
    let names = running.folder.segments();
    for (name, way) in names.iter().zip(["other", "longer", "shorter"]) {
        let path = history.join(name);
        let mut bytes = fs::read(&path).expect("a copy");
        match way {
            "other" => bytes[40] ^= 1,
            "longer" => bytes.extend_from_slice(b"more\n"),
            _ => bytes.truncate(bytes.len() / 2),
        }
        fs::write(&path, &bytes).expect("writes");
        let round = running.place.copy(&running.opened.reader);
        assert_eq!(round.set_aside, u32::from(way != "shorter"), "{way}");
        running.expect_copy();
        if way != "shorter" {
            let aside = history.join(format!("{name}.differs-1"));
            assert!(fs::read(&aside).expect("kept") == bytes);
            fs::remove_file(aside).expect("removes");
        }
    }
    // A start without changes finds everything as it is.
    assert_eq!(running.place.copy(&running.opened.reader).set_aside, 0);
}

#[test]
fn the_torn_end_of_an_earlier_run_is_not_mirrored_and_compressed_segments_are_copied_plain() {
    let (folder, place, mut shop) = (Folder::in_memory(), MirrorPlace::new(), Shop::new());
    let mut opened = folder.open_small();
    let mut commits = shop.open_with_orders(5);
    append(&mut opened, &commits);
    for _ in 0..30 {
        let batch: Vec<_> = (0..10).map(|_| shop.order()).collect();
        append(&mut opened, &batch);
        commits.extend(batch);
    }
    drop(opened);
    let name = folder.segments().pop().expect("a segment");
    let mut bytes = folder.bytes(&name);
    // The last line but one is torn: the last one is intact and does not count either.
    let used = crate::journal::scan::used_length(&bytes);
    let torn_end = bytes[..used - 1].iter().rposition(|byte| *byte == b'\n').expect("a line");
    bytes[torn_end - 40] ^= 1;
    let last_line = bytes[torn_end + 1..used].to_vec();
    folder.put(&name, &bytes);
    commits.truncate(commits.len() - 2);
    folder.checkpoint(&state_of(&commits));
    let opened = folder.open_small();
    let plain: Vec<_> = folder.segments().iter().map(|name| (name.clone(), folder.bytes(name))).collect();
    Compaction::new(Arc::clone(&opened.reader.shared), |_| false).look().expect("compresses");
    assert!(!folder.files(".gz").is_empty());
    assert_eq!(place.copy(&opened.reader).mirrored, opened.state.seq);
    let history = place.history(opened.lineage);
    for (name, bytes) in &plain[..folder.files(".gz").len()] {
        assert!(fs::read(history.join(name)).expect("a copy") == *bytes, "{name}");
    }
    let copy = fs::read(history.join(&name)).expect("a copy");
    assert!(!copy.ends_with(&last_line) && copy.len() < torn_end);
    let verified = verify(&history).expect("reads");
    assert!(verified.is_sound() && verified.commits == commits.len() as u64, "{verified:?}");
    // Damage to a compressed segment is repaired from there while the shop runs.
    let damaged = folder.files(".gz").remove(0);
    let mut bytes = folder.bytes(&damaged);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    folder.put(&damaged, &bytes);
    assert!(read_all(&opened.reader) != commits);
    assert_eq!(place.copy(&opened.reader).repaired, 1);
    assert!(read_all(&opened.reader) == commits);
    assert!(folder.bytes(&format!("{damaged}.damaged-1")) == bytes);
    assert!(verify(&folder.path).expect("reads").is_sound());
}

#[test]
fn what_is_mirrored_is_for_its_owner_alone() {
    let running = Running::begin(MirrorPlace::new());
    running.wait_until_complete();
    let history = running.place.history(running.opened.lineage);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&history), mode(&history.join(&running.folder.segments()[0]))), (0o700, 0o600));
}
