//! Watches free disk space: closes the gate for new orders before a write could fail, keeps some space in reserve that is
//! given up when even a start would lack it, and opens everything again by itself. It reads and writes no store.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::fs::FallocateFlags;

use super::durable_file::FILE_MODE;
use crate::config::DiskSettings;
use crate::store::OrderGate;

/// Name of the space in reserve.
pub(super) const BALLAST_FILE: &str = "ballast";
/// Between two looks. Orders in this time must fit between the line where they are refused and a full disk.
const PAUSE: Duration = Duration::from_secs(1);
/// The same while space is low.
const PAUSE_WHEN_LOW: Duration = Duration::from_millis(100);
/// Each limit is at most this part of the file system.
const FILE_SYSTEM_PARTS: u64 = 20;
/// Below this part of the line where orders are refused, the reserve is given up for everything else.
const RESERVE_PART: u64 = 4;
/// So much above that line orders are taken again, so that it does not flicker.
const REOPEN_PART: u64 = 8;
/// Bytes written at once where space cannot be taken otherwise.
const ZEROS_BYTES: usize = 64 << 10;

/// How much space is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskSpace {
    /// Enough.
    Enough,
    /// Less than the owner should let it come to; the free bytes.
    Low(u64),
    /// So little that new orders are refused; the free bytes.
    Full(u64),
    /// The file system does not say.
    Unknown,
}

/// What is free on a file system, and how large it is, in bytes.
#[derive(Debug, Clone, Copy)]
struct Measure {
    free: u64,
    size: u64,
}

/// The limits that count on a file system, in bytes.
#[derive(Debug, Clone, Copy)]
struct Lines {
    warn: u64,
    refuse: u64,
    ballast: u64,
}

impl Lines {
    fn on(size: u64, limits: DiskSettings) -> Self {
        let part = size / FILE_SYSTEM_PARTS;
        let bytes = |mib: u64| part.min(mib.saturating_mul(1 << 20));
        Self { warn: bytes(limits.warn_mib), refuse: bytes(limits.refuse_mib), ballast: bytes(limits.ballast_mib) }
    }
}

/// The guard of one data folder.
#[derive(Debug)]
pub struct DiskGuard {
    folder: PathBuf,
    limits: DiskSettings,
    gate: OrderGate,
    found: Mutex<DiskSpace>,
}

impl DiskGuard {
    /// Takes a first look, so that a start on a full disk has the reserve to itself.
    #[must_use]
    pub fn new(folder: &Path, limits: DiskSettings, gate: OrderGate) -> Self {
        let guard = Self { folder: folder.to_owned(), limits, gate, found: Mutex::new(DiskSpace::Unknown) };
        // What makes the reserve may wait until the shop is open.
        guard.look(false);
        guard
    }

    /// Watches on a thread of its own for as long as the process runs.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn watch(self: &Arc<Self>) -> io::Result<()> {
        let guard = Arc::clone(self);
        let watch = move || {
            loop {
                std::thread::sleep(if guard.found() == DiskSpace::Enough { PAUSE } else { PAUSE_WHEN_LOW });
                guard.look(true);
            }
        };
        std::thread::Builder::new().name("disk-guard".to_owned()).spawn(watch).map(drop)
    }

    /// What the last look found. Never touches the disk, which may hang.
    #[must_use]
    pub fn found(&self) -> DiskSpace {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, may_make_reserve: bool) {
        let Some(Measure { free, size }) = measure(&self.folder) else { return self.note(DiskSpace::Unknown) };
        let lines = Lines::on(size, self.limits);
        let free = self.keep_reserve(free, lines, may_make_reserve);
        let was_full = matches!(self.found(), DiskSpace::Full(_));
        self.note(judge(free, lines, was_full));
    }

    fn note(&self, found: DiskSpace) {
        let before = std::mem::replace(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner), found);
        let is_full = matches!(found, DiskSpace::Full(_));
        if is_full {
            self.gate.close();
        } else {
            self.gate.open();
        }
        match (matches!(before, DiskSpace::Full(_)), found) {
            (false, DiskSpace::Full(free)) => {
                tracing::error!(free_mib = free >> 20, "too little disk space: new orders are refused");
            }
            (true, _) if !is_full => tracing::info!("there is disk space again: new orders are taken"),
            _ => {}
        }
    }

    /// Gives the reserve up or makes it; gives what is free then.
    fn keep_reserve(&self, free: u64, lines: Lines, may_make: bool) -> u64 {
        let file = self.folder.join(BALLAST_FILE);
        let held = fs::metadata(&file).map_or(0, |metadata| metadata.len());
        let is_needed = free < lines.refuse / RESERVE_PART;
        let fits = may_make && free >= lines.refuse.saturating_add(lines.ballast.saturating_mul(2));
        let outcome = if held > 0 && (is_needed || lines.ballast == 0) {
            tracing::warn!("the disk is full: the space in reserve is given up");
            fs::remove_file(&file)
        } else if held < lines.ballast && lines.ballast > 0 && fits {
            allocate(&file, lines.ballast)
        } else {
            return free;
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, file = %file.display(), "the space in reserve cannot be kept");
        }
        measure(&self.folder).map_or(free, |measure| measure.free)
    }
}

fn judge(free: u64, lines: Lines, was_full: bool) -> DiskSpace {
    let refuse = if was_full { lines.refuse + lines.refuse / REOPEN_PART } else { lines.refuse };
    if free < refuse {
        DiskSpace::Full(free)
    } else if free < lines.warn {
        DiskSpace::Low(free)
    } else {
        DiskSpace::Enough
    }
}

/// Bytes that may still be written to the file system of a folder; nothing when it does not say.
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    measure(folder).map(|measure| measure.free)
}

/// Free bytes of the file system of a folder below which new orders are refused; nothing else may take from them.
#[must_use]
pub fn refuse_bytes(folder: &Path, limits: DiskSettings) -> u64 {
    measure(folder).map_or(0, |measure| Lines::on(measure.size, limits).refuse)
}

fn measure(folder: &Path) -> Option<Measure> {
    let numbers = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(numbers.f_frsize);
    Some(Measure { free: bytes(numbers.f_bavail), size: bytes(numbers.f_blocks) })
}

/// Takes real space. What could not be taken whole is given back.
fn allocate(file: &Path, bytes: u64) -> io::Result<()> {
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).open(file)?;
    let taken = match rustix::fs::fallocate(&open, FallocateFlags::empty(), 0, bytes) {
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => write_zeros(&open, bytes),
        taken => taken.map_err(io::Error::from),
    };
    taken.and_then(|()| open.sync_all()).inspect_err(|_| {
        // It is only a reserve: without it there is more room for everything else.
        let _ = fs::remove_file(file);
    })
}

fn write_zeros(mut file: &File, bytes: u64) -> io::Result<()> {
    let zeros = vec![0; ZEROS_BYTES];
    let mut left = bytes;
    while left > 0 {
        let step = usize::try_from(left).map_or(ZEROS_BYTES, |left| left.min(ZEROS_BYTES));
        file.write_all(&zeros[..step])?;
        left -= step as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const LIMITS: DiskSettings = DiskSettings { warn_mib: 1_024, refuse_mib: 150, ballast_mib: 64 };

    #[test]
    fn no_limit_takes_more_than_a_twentieth_of_the_file_system() {
        let large = Lines::on(100 << 30, LIMITS);
        assert_eq!((large.warn, large.refuse, large.ballast), (1_024 * MIB, 150 * MIB, 64 * MIB));
        let small = Lines::on(400 * MIB, LIMITS);
        assert_eq!((small.warn, small.refuse, small.ballast), (20 * MIB, 20 * MIB, 20 * MIB));
    }

    #[test]
    fn orders_are_refused_below_the_line_and_taken_again_somewhat_above_it() {
        let lines = Lines::on(100 << 30, LIMITS);
        assert_eq!(judge(1_024 * MIB, lines, false), DiskSpace::Enough);
        assert_eq!(judge(1_023 * MIB, lines, false), DiskSpace::Low(1_023 * MIB));
        assert_eq!(judge(150 * MIB, lines, false), DiskSpace::Low(150 * MIB));
        assert_eq!(judge(149 * MIB, lines, false), DiskSpace::Full(149 * MIB));
        assert_eq!(judge(160 * MIB, lines, true), DiskSpace::Full(160 * MIB));
        assert_eq!(judge(169 * MIB, lines, true), DiskSpace::Low(169 * MIB));
    }

    #[test]
    fn the_reserve_is_made_where_there_is_room_and_given_up_where_there_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let guard = DiskGuard::new(folder.path(), DiskSettings { ballast_mib: 0, ..LIMITS }, OrderGate::default());
        let lines = Lines { warn: 40 * MIB, refuse: 20 * MIB, ballast: 2 * MIB };
        let ballast = folder.path().join(BALLAST_FILE);
        guard.keep_reserve(23 * MIB, lines, true);
        assert!(!ballast.exists(), "it would bring the shop near the line");
        guard.keep_reserve(24 * MIB, lines, false);
        assert!(!ballast.exists(), "a start does not wait for it");
        guard.keep_reserve(24 * MIB, lines, true);
        assert_eq!(fs::metadata(&ballast).expect("there").len(), 2 * MIB);
        guard.keep_reserve(5 * MIB, lines, true);
        assert!(ballast.exists(), "orders are refused already, everything else goes on");
        guard.keep_reserve(5 * MIB - 1, lines, true);
        assert!(!ballast.exists());
    }

    #[test]
    fn a_reserve_that_is_not_wanted_any_more_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(BALLAST_FILE), b"reserve").expect("writes");
        let guard = DiskGuard::new(folder.path(), DiskSettings { ballast_mib: 0, ..LIMITS }, OrderGate::default());
        assert!(!folder.path().join(BALLAST_FILE).exists());
        assert_ne!(guard.found(), DiskSpace::Unknown);
    }
}
