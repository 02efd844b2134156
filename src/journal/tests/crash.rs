//! Power cuts: at every operation, with every part of what was not synced surviving or not.

use std::collections::{HashMap, HashSet};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use proptest::prelude::*;

use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;
use crate::journal::disk::{Disk, Operation};
use crate::journal::fixtures::{Folder, Shop, append, assert_state, state_of, store};
use crate::journal::{JournalSettings, Opened, checkpoint};

const SECTOR_BYTES: u64 = 512;

/// A drive that remembers what was not synced. From the operation of the cut on, every change fails.
#[derive(Default)]
struct Drive {
    operations: usize,
    cut_at: Option<usize>,
    /// Only this operation fails; the drive works on after it.
    only_once: bool,
    is_dead: bool,
    unsynced: HashMap<PathBuf, Vec<(u64, Vec<u8>)>>,
    renames: Vec<(PathBuf, PathBuf)>,
    removed: Vec<(PathBuf, Vec<u8>)>,
}

#[derive(Clone, Default)]
pub(super) struct SharedDrive(Arc<Mutex<Drive>>);

impl SharedDrive {
    pub(super) fn cutting_at(operation: usize, only_once: bool) -> Self {
        Self(Arc::new(Mutex::new(Drive { cut_at: Some(operation), only_once, ..Drive::default() })))
    }

    pub(super) fn disk(&self) -> Disk {
        let drive = Arc::clone(&self.0);
        Disk::with_hook(move |operation| drive.lock().unwrap_or_else(PoisonError::into_inner).meet(operation))
    }

    pub(super) fn operations(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).operations
    }

    pub(super) fn cut_now(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_dead = true;
    }

    /// The process is gone but not the power: what was not synced is still in the page cache.
    pub(super) fn restart(&self) {
        let mut drive = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (drive.is_dead, drive.cut_at) = (false, None);
    }

    /// What the disk holds after the power is back: each unsynced sector and name survives or not.
    pub(super) fn settle(&self, mut survives: impl FnMut() -> bool) {
        let mut drive = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (from, to) in std::mem::take(&mut drive.renames).into_iter().rev() {
            if !survives() && to.exists() {
                std::fs::rename(&to, &from).expect("renames back");
                if let Some(writes) = drive.unsynced.remove(&to) {
                    drive.unsynced.insert(from, writes);
                }
            }
        }
        for (path, bytes) in std::mem::take(&mut drive.removed) {
            if !survives() {
                std::fs::write(path, bytes).expect("comes back");
            }
        }
        for (path, writes) in drive.unsynced.drain() {
            let Ok(file) = std::fs::OpenOptions::new().write(true).open(&path) else { continue };
            let mut kept: HashMap<u64, bool> = HashMap::new();
            for (offset, before) in writes.into_iter().rev() {
                for (place, byte) in (offset..).zip(before) {
                    if !*kept.entry(place / SECTOR_BYTES).or_insert_with(&mut survives) {
                        file.write_all_at(&[byte], place).expect("restores");
                    }
                }
            }
        }
    }
}

impl Drive {
    fn meet(&mut self, operation: &Operation<'_>) -> io::Result<()> {
        let is_change = match operation {
            Operation::Read(_) | Operation::Open(_) | Operation::List(_) => false,
            Operation::Create(path) => !path.ends_with("lock"),
            _ => true,
        };
        if is_change {
            self.operations += 1;
            if self.cut_at == Some(self.operations) {
                self.is_dead = !self.only_once;
                return Err(io::Error::from_raw_os_error(5));
            }
        }
        if self.is_dead && is_change {
            return Err(io::Error::from_raw_os_error(30));
        }
        match operation {
            Operation::Write { path, offset, bytes } => self.remember(path, *offset, bytes.len())?,
            Operation::Sync(path) | Operation::Create(path) => drop(self.unsynced.remove(*path)),
            Operation::Rename { from, to } => {
                if let Some(writes) = self.unsynced.remove(*from) {
                    self.unsynced.insert(to.to_path_buf(), writes);
                }
                self.renames.push((from.to_path_buf(), to.to_path_buf()));
            }
            Operation::Remove(path) => {
                self.unsynced.remove(*path);
                self.removed.push((path.to_path_buf(), std::fs::read(path)?));
            }
            Operation::SyncFolder(_) => {
                self.renames.clear();
                self.removed.clear();
            }
            _ => {}
        }
        Ok(())
    }

    fn remember(&mut self, path: &Path, offset: u64, length: usize) -> io::Result<()> {
        let file = std::fs::File::open(path)?;
        let mut before = vec![0; length];
        let mut filled = 0;
        while filled < length {
            match file.read_at(&mut before[filled..], offset + filled as u64)? {
                0 => break,
                count => filled += count,
            }
        }
        self.unsynced.entry(path.to_owned()).or_default().push((offset, before));
        Ok(())
    }
}

/// Commits that every test here writes from the first on, and the state after each.
fn script() -> &'static [(Arc<Commit>, StoreState)] {
    static SCRIPT: OnceLock<Vec<(Arc<Commit>, StoreState)>> = OnceLock::new();
    SCRIPT.get_or_init(|| {
        let mut shop = Shop::new();
        let mut state = StoreState::default();
        let mut commits = shop.open();
        for step in 0..400 {
            match step % 11 {
                4 | 7 => commits.extend(shop.move_newest()),
                9 if step % 3 == 0 => commits.extend(shop.complete()),
                10 => {
                    let oldest = shop.state.orders.first_key_value().map(|(id, _)| *id);
                    commits.extend(oldest.map(|id| shop.delete(id)));
                }
                _ => commits.push(shop.order()),
            }
        }
        let after = |commit: Arc<Commit>| {
            state.accept(&commit).expect("applies");
            (commit, state.clone())
        };
        commits.into_iter().map(after).collect()
    })
}

/// How many commits of the script a state holds; fails when it is no prefix of it.
fn prefix_of(state: &StoreState, what: &str) -> usize {
    if state.seq == Seq::new(0) {
        assert_state(state, &StoreState::default(), what);
        return 0;
    }
    let place = script().iter().position(|(commit, _)| commit.last_seq() == state.seq);
    let place = place.unwrap_or_else(|| panic!("{what}: the state ends inside a commit"));
    assert_state(state, &script()[place].1, what);
    place + 1
}

const SMALL: JournalSettings = JournalSettings { segment_bytes: 1 };

/// Writes batches until the disk fails; gives how many commits were released.
fn write_until_cut(opened: &mut Opened, from: usize, batches: &[usize], folder: &Folder, disk: &Disk) -> usize {
    let mut released = from;
    for (turn, batch) in batches.iter().enumerate() {
        let commits: Vec<_> = script()[released..].iter().take(*batch).map(|(commit, _)| Arc::clone(commit)).collect();
        if commits.is_empty() || opened.journal.append(commits[0].seq, &commits).is_err() {
            break;
        }
        released += commits.len();
        if turn % 3 == 2 {
            let state = &script()[released - 1].1;
            let lineage = opened.lineage;
            // A checkpoint that cannot be written costs nothing.
            drop(
                checkpoint::write(disk, &folder.path, &store(), lineage, state)
                    .and_then(|unfinished| checkpoint::finish(disk, &folder.path, &unfinished)),
            );
        }
    }
    released
}

/// One life of the process: starts, writes, ends by the cut. Gives what it released (everything it served included).
fn live(folder: &Folder, drive: &SharedDrive, known: usize, batches: &[usize], what: &str) -> usize {
    let disk = drive.disk();
    let Ok(mut opened) = folder.try_open(disk.clone(), SMALL) else { return known };
    let served = prefix_of(&opened.state, what);
    assert!(served >= known, "{what}: {known} commits were released, {served} are left; {:?}", opened.notes);
    assert_eq!(opened.lost, None, "{what}: {:?}", opened.notes);
    assert_eq!(opened.reader.durable_seq(), opened.state.seq);
    let read = opened.reader.read_after(Seq::new(0), usize::MAX).expect("reads");
    assert!(read.iter().eq(script()[..served].iter().map(|(commit, _)| commit)), "{what}: the reader differs");
    let released = write_until_cut(&mut opened, served, batches, folder, &disk);
    drive.cut_now();
    released
}

#[test]
fn a_cut_at_every_operation_loses_nothing_that_was_released() {
    const BATCHES: [usize; 9] = [6, 1, 20, 3, 25, 30, 2, 28, 9];
    let whole = SharedDrive::default();
    live(&Folder::in_memory(), &whole, 0, &BATCHES, "whole");
    let operations = whole.operations();
    assert!(operations > 40, "{operations}");
    for cut in 1..=operations + 1 {
        for way in ["nothing", "half", "a third"] {
            let folder = Folder::in_memory();
            let mut turn = cut;
            let mut survives = || {
                turn += 1;
                match way {
                    "nothing" => false,
                    "half" => turn % 2 == 0,
                    _ => turn * 7 % 5 % 3 == 0,
                }
            };
            let what = format!("cut at {cut}, {way} unsynced survives");
            let drive = SharedDrive::cutting_at(cut, false);
            let mut released = live(&folder, &drive, 0, &BATCHES, &what);
            if way == "nothing" {
                // First only the process is gone: the next one serves what stands in the page cache, and then the
                // power goes as well.
                drive.restart();
                released = live(&folder, &drive, released, &[], &what);
            }
            drive.settle(&mut survives);
            let drive = SharedDrive::default();
            assert!(live(&folder, &drive, released, &[3, 2], &what) >= 5, "{what}");
        }
    }
}

#[test]
fn a_single_failure_of_every_operation_is_never_taken_for_success() {
    const BATCHES: [usize; 7] = [6, 1, 40, 25, 30, 2, 28];
    let whole = SharedDrive::default();
    live(&Folder::in_memory(), &whole, 0, &BATCHES, "whole");
    let mut failed_starts = 0;
    for failing in 1..=whole.operations() {
        let folder = Folder::in_memory();
        let drive = SharedDrive::cutting_at(failing, true);
        let what = format!("operation {failing} fails once");
        let released = live(&folder, &drive, 0, &BATCHES, &what);
        failed_starts += usize::from(released == 0);
        drive.settle(|| false);
        live(&folder, &SharedDrive::default(), released, &[1, 1], &what);
    }
    assert!(failed_starts < whole.operations() / 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_lives_with_random_cuts_keep_a_prefix_with_everything_released(
        lives in prop::collection::vec((prop::collection::vec(1_usize..40, 0..8), 1_usize..60, 0_u32..=100), 1..6),
        seed in any::<u64>(),
    ) {
        let folder = Folder::in_memory();
        let mut random = seed | 1;
        let mut known = 0;
        for (place, (batches, cut, percent)) in lives.iter().enumerate() {
            let drive = SharedDrive::cutting_at(*cut, false);
            known = live(&folder, &drive, known, batches, &format!("life {place}"));
            if seed >> place & 1 == 1 {
                drive.restart();
                known = live(&folder, &drive, known, &[], &format!("life {place} after a kill"));
            }
            drive.settle(|| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 33) % 100 < u64::from(*percent)
            });
        }
        let opened = folder.open_small();
        let left = prefix_of(&opened.state, "at the end");
        prop_assert!(left >= known);
        prop_assert_eq!(opened.lost, None);
        let names: HashSet<_> = folder.segments().into_iter().collect();
        drop(opened.journal);
        prop_assert!(names.is_subset(&folder.segments().into_iter().collect()));
    }
}

#[test]
fn the_script_is_long_enough_to_cross_segments() {
    let folder = Folder::in_memory();
    let mut opened = folder.open_small();
    let commits: Vec<_> = script().iter().map(|(commit, _)| Arc::clone(commit)).collect();
    for batch in commits.chunks(15) {
        append(&mut opened, batch);
    }
    assert!(folder.segments().len() >= 3);
    drop(opened);
    assert_state(&folder.open_small().state, &state_of(&commits), "whole script");
}
