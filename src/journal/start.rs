//! The writing part of a start: what was only in the page cache is written and synced once more before it counts, and
//! losses are recorded. Nothing that a store ever wrote is removed.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::append::{Journal, Tail};
use super::checkpoint;
use super::disk::Disk;
use super::error::JournalError;
use super::header::{FORMAT, Header};
use super::lineage::Lineage;
use super::notes::{LostRange, RecoveryNote};
use super::prepare::Preparer;
use super::reader::JournalReader;
use super::recover::{Recovered, recover};
use super::segment::{Segment, SegmentName};
use super::{JournalSettings, SEGMENT_BYTES_MIN};
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;

/// Name of the segment of a start until it is complete.
pub(super) const UNFINISHED_NAME: &str = "recovered.tmp";
/// A segment takes at most this part of the file system.
const FILE_SYSTEM_PARTS: u64 = 20;

/// A journal that can be written.
pub struct Opened {
    /// The state at the last durable seq.
    pub state: StoreState,
    /// Seq of the checkpoint that the start began with, 0 without one: what follows was replayed.
    pub checkpoint: Seq,
    /// The end of the journal.
    pub journal: Journal,
    /// Reads durable commits.
    pub reader: JournalReader,
    /// The history the seqs belong to.
    pub lineage: Lineage,
    /// What was found and done.
    pub notes: Vec<RecoveryNote>,
    /// Acknowledged seqs that are lost, if any ever were: told until the owner has confirmed it.
    pub lost: Option<Lost>,
}

/// Acknowledged seqs that are lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// All of them, found now or at an earlier start.
    pub ranges: Vec<LostRange>,
    /// Whether this start found some of them; the lineage is then new.
    pub found_now: bool,
}

/// Opens a store's journal, or begins it: [`recover`], then [`Recovered::start`].
///
/// # Errors
/// When the folder cannot be read or written, is in use, or belongs to another store or a newer version. Damage is no
/// error: it is skipped and told in the notes.
pub fn open(folder: &Path, store: &StoreSlug, settings: JournalSettings) -> Result<Opened, JournalError> {
    recover(folder, store, settings)?.start().map_err(|failed| failed.error)
}

/// Begins a new history on top of what a journal holds, as after a restore: a page that saw the history before never
/// goes on silently in this one. `missing` are acknowledged seqs that are known to be gone from it; they are told at each
/// start until somebody confirms to know it.
///
/// # Errors
/// As [`open`].
pub fn begin_lineage(folder: &Path, store: &StoreSlug, missing: &[LostRange]) -> Result<Lineage, JournalError> {
    let mut recovered = recover(folder, store, JournalSettings::default())?;
    let lineage = Lineage::random()?;
    // Nobody reads from it yet.
    let shared = Arc::get_mut(&mut recovered.shared).ok_or(JournalError::Failed)?;
    shared.lineage = lineage;
    for range in missing {
        if !shared.lost.iter().any(|known| known.seqs().holds(range.seqs())) {
            shared.lost.push(*range);
            recovered.lost_now.push(*range);
        }
    }
    recovered.lineage_is_new = true;
    let opened = recovered.start().map_err(|failed| failed.error)?;
    opened.journal.finish()?;
    Ok(lineage)
}

/// A start that could not write. The state may be served read-only meanwhile; nothing else may.
pub struct StartFailed {
    /// What was read, to try again with.
    pub recovered: Box<Recovered>,
    /// Why.
    pub error: JournalError,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "acknowledged events are lost:")?;
        for range in &self.ranges {
            write!(f, " {} to {} ({:?});", range.first, range.last, range.why)?;
        }
        write!(f, " the damaged files are kept")
    }
}

impl Recovered {
    /// Writes what must be durable before anything is served, and begins the end of the journal.
    ///
    /// # Errors
    /// When the disk refuses. It may be tried again: every try writes new files.
    pub fn start(mut self) -> Result<Opened, Box<StartFailed>> {
        match self.begin() {
            Ok((journal, notes)) => Ok(self.opened(journal, notes)),
            Err(error) => Err(Box::new(StartFailed { recovered: Box::new(self), error })),
        }
    }

    fn opened(self, journal: Journal, notes: Vec<RecoveryNote>) -> Opened {
        let lost = self.lost();
        let reader = journal.reader();
        let mut all = self.notes;
        all.extend(notes);
        Opened {
            state: self.state,
            checkpoint: self.checkpoint,
            journal,
            lineage: reader.lineage(),
            reader,
            notes: all,
            lost,
        }
    }

    fn begin(&mut self) -> Result<(Journal, Vec<RecoveryNote>), JournalError> {
        self.disk.create_folder(&self.folder)?;
        if self.lock.is_none() {
            self.lock = Some(self.disk.lock(&self.folder)?);
        }
        for path in &self.unfinished {
            match self.disk.remove(path) {
                Err(error) if !error.is_damage() => return Err(error),
                _ => {}
            }
        }
        let repaired = self.repairs.write(&self.disk, &self.folder)?;
        self.notes.extend(repaired);
        let mut notes = Vec::new();
        for seq in &self.broken_checkpoints {
            checkpoint::set_aside(&self.disk, &self.folder, *seq)?;
        }
        let mut recovered_segment = None;
        let mut generation = self.highest_generation.map_or(0, |highest| highest + 1);
        if !self.survivors.is_empty() || self.lineage_is_new || !self.lost_now.is_empty() {
            let segment = self.write_segment(generation)?;
            if !self.survivors.is_empty() {
                notes.push(RecoveryNote::SurvivorsCopied { first: segment.name.first, last: self.state.seq });
            }
            recovered_segment = Some(Arc::new(segment));
            generation += 1;
        }
        // Also when nothing was written: the process before this one may have died between a rename and its sync.
        self.disk.sync_folder(&self.folder)?;
        let preparer = Preparer::spawn(self.disk.clone(), &self.folder, Arc::clone(&self.shared.preparation))?;
        if let Some((path, used)) = self.open_segment.take() {
            preparer.close(self.disk.open(&path, true)?, used);
        }
        let lock = self.lock.take().ok_or(JournalError::Failed)?;
        if let Some(segment) = recovered_segment {
            self.shared.begin_segment(segment);
        }
        self.shared.durable.store(self.state.seq.get(), Ordering::Release);
        Ok((self.journal(generation, preparer, lock), notes))
    }

    fn journal(&self, generation: u32, preparer: Preparer, lock: File) -> Journal {
        let part = Disk::capacity(&self.folder).map_or(u64::MAX, |bytes| bytes / FILE_SYSTEM_PARTS);
        let segment_bytes = self.settings.segment_bytes.min(part).max(SEGMENT_BYTES_MIN);
        Journal {
            disk: self.disk.clone(),
            folder: self.folder.clone(),
            store: self.store.clone(),
            generation,
            segment_bytes,
            shared: Arc::clone(&self.shared),
            tail: Tail::new(self.state.seq, preparer, segment_bytes),
            _lock: lock,
        }
    }

    /// Writes the segment of this start: the surviving lines, and what is lost. It gets its name only when all of it is
    /// durable, and is never appended to.
    fn write_segment(&self, generation: u32) -> Result<Segment, JournalError> {
        let first = if self.survivors.is_empty() { self.state.seq.next() } else { self.survivors_first };
        let name = SegmentName::plain(first, generation);
        let header = Header {
            journal: FORMAT,
            store: self.store.clone(),
            lineage: self.shared.lineage,
            first,
            generation,
            durable: self.state.seq,
            lost: self.lost_now.clone(),
        };
        let mut bytes = header.encode()?;
        bytes.extend_from_slice(&self.survivors);
        let mut file = self.disk.create(&self.folder.join(UNFINISHED_NAME))?;
        file.write_at(&bytes, 0)?;
        file.sync()?;
        let segment = Segment::found(&self.folder, name, Seq::new(u64::MAX), bytes.len() as u64);
        file.rename(&segment.path)?;
        Ok(segment)
    }
}
