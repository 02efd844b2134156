//! The end of the journal: lines gathered into a batch, one write and one sync per batch, the next segment when the
//! present one is full. After a failed write or sync it refuses everything: what reached the disk is unknown.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::disk::{Disk, DiskFile};
use super::error::JournalError;
use super::header::{FORMAT, Header};
use super::line;
use super::prepare::Preparer;
use super::reader::{JournalReader, Shared};
use super::segment::{INDEX_STEP_BYTES, Segment, SegmentName};
use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::domain::text::StoreSlug;

/// Size of the first segment after a start, so that it is ready within milliseconds.
const FIRST_SEGMENT_BYTES: u64 = 1 << 20;
/// The line buffer is given back when one huge batch made it grow above this.
const BUFFER_BYTES_MAX: usize = 4 << 20;

/// The end of a store's journal; the only place that appends to it.
pub struct Journal {
    pub(super) disk: Disk,
    pub(super) folder: PathBuf,
    pub(super) store: StoreSlug,
    pub(super) generation: u32,
    pub(super) segment_bytes: u64,
    pub(super) shared: Arc<Shared>,
    pub(super) tail: Tail,
    pub(super) _lock: File,
}

/// What changes while the journal is written.
pub(super) struct Tail {
    /// Seq that the next commit must have.
    next: Seq,
    batch: Vec<u8>,
    batch_first: Seq,
    /// Places in the batch for the index.
    marks: Vec<(Seq, u64)>,
    active: Option<Active>,
    preparer: Preparer,
    failed: bool,
}

struct Active {
    file: DiskFile,
    segment: Arc<Segment>,
    used: u64,
    capacity: u64,
    last_mark: Option<u64>,
    asked_next: bool,
}

impl Tail {
    /// Begins after `durable`; the first segment is being prepared meanwhile.
    pub(super) fn new(durable: Seq, preparer: Preparer, segment_bytes: u64) -> Self {
        preparer.request(FIRST_SEGMENT_BYTES.min(segment_bytes));
        Self {
            next: durable.next(),
            batch: Vec::with_capacity(64 << 10),
            batch_first: durable.next(),
            marks: Vec::new(),
            active: None,
            preparer,
            failed: false,
        }
    }
}

impl Journal {
    /// A reader of it.
    #[must_use]
    pub fn reader(&self) -> JournalReader {
        JournalReader { shared: Arc::clone(&self.shared) }
    }

    /// Last seq that is durable.
    #[must_use]
    pub fn durable_seq(&self) -> Seq {
        self.shared.durable()
    }

    /// Bytes gathered for the next batch.
    #[must_use]
    pub fn batch_bytes(&self) -> usize {
        self.tail.batch.len()
    }

    /// Adds a commit to the next batch. Nothing is on disk until [`Journal::write_batch`].
    ///
    /// # Errors
    /// When it does not follow the commit before it or has no events.
    pub fn add(&mut self, commit: &Commit) -> Result<(), JournalError> {
        let tail = &mut self.tail;
        if tail.failed {
            return Err(JournalError::Failed);
        }
        if commit.seq != tail.next || commit.events.is_empty() {
            return Err(JournalError::OutOfOrder { expected: tail.next, found: commit.seq });
        }
        if tail.batch.is_empty() {
            tail.batch_first = commit.seq;
        }
        let place = tail.batch.len() as u64;
        line::encode(&mut tail.batch, tail.batch_first, commit)?;
        if tail.marks.last().is_none_or(|(_, mark)| place - mark >= INDEX_STEP_BYTES) {
            tail.marks.push((commit.seq, place));
        }
        tail.next = commit.last_seq().next();
        Ok(())
    }

    /// Writes and syncs what was added, at once: one write, one sync. Gives the last durable seq.
    ///
    /// # Errors
    /// When the disk refuses. The journal then refuses everything; what reached the disk, the next start finds out.
    pub fn write_batch(&mut self) -> Result<Seq, JournalError> {
        if self.tail.failed {
            return Err(JournalError::Failed);
        }
        if self.tail.batch.is_empty() {
            return Ok(self.durable_seq());
        }
        self.tail.failed = true;
        self.write_gathered()?;
        self.tail.failed = false;
        let durable = Seq::new(self.tail.next.get() - 1);
        self.shared.durable.store(durable.get(), Ordering::Release);
        self.keep_next_prepared();
        Ok(durable)
    }

    /// Appends commits as one batch, the first of which must be `expected`.
    ///
    /// # Errors
    /// As [`Journal::add`] and [`Journal::write_batch`].
    pub fn append(&mut self, expected: Seq, commits: &[Arc<Commit>]) -> Result<Seq, JournalError> {
        if expected != self.tail.next {
            return Err(JournalError::OutOfOrder { expected: self.tail.next, found: expected });
        }
        for commit in commits {
            self.add(commit)?;
        }
        self.write_batch()
    }

    /// Ends writing cleanly: the last segment is cut to its used length, what was prepared is removed.
    ///
    /// # Errors
    /// When the disk refuses; everything written before is durable nevertheless.
    pub fn finish(mut self) -> Result<(), JournalError> {
        let cut = self.tail.active.take().map_or(Ok(()), |active| {
            active.file.set_length(active.used)?;
            active.file.sync()
        });
        if let Some(prepared) = self.tail.preparer.end() {
            self.disk.remove(prepared.file.path())?;
        }
        cut
    }

    fn write_gathered(&mut self) -> Result<(), JournalError> {
        let length = self.tail.batch.len() as u64;
        match &mut self.tail.active {
            Some(active) if active.used + length <= active.capacity => {
                active.file.write_at(&self.tail.batch, active.used)?;
                active.file.sync()?;
            }
            _ => self.begin_segment()?,
        }
        let tail = &mut self.tail;
        if let Some(active) = &mut tail.active {
            let places = tail.marks.drain(..).map(|(seq, mark)| (seq, active.used + mark));
            let last_mark = &mut active.last_mark;
            let due = places.filter(|(_, place)| {
                let due = last_mark.is_none_or(|last| place - last >= INDEX_STEP_BYTES);
                if due {
                    *last_mark = Some(*place);
                }
                due
            });
            active.segment.grew(active.used + length, due);
            active.used += length;
            self.shared.active_capacity.store(active.capacity, Ordering::Relaxed);
            self.shared.active_left.store(active.capacity.saturating_sub(active.used), Ordering::Relaxed);
        }
        tail.batch.clear();
        tail.batch.shrink_to(BUFFER_BYTES_MAX);
        Ok(())
    }

    /// Puts the batch into a new segment: it gets its name only when the header and the batch are durable in it, so that
    /// a batch never crosses segments and a segment is never without a header.
    fn begin_segment(&mut self) -> Result<(), JournalError> {
        let mut prepared = self.tail.preparer.take(self.segment_bytes)?;
        let name = SegmentName::plain(self.tail.batch_first, self.generation);
        let header = Header {
            journal: FORMAT,
            store: self.store.clone(),
            lineage: self.shared.lineage,
            first: name.first,
            generation: name.generation,
            durable: Seq::new(self.tail.next.get() - 1),
            lost: Vec::new(),
        }
        .encode()?;
        let used = header.len() as u64;
        prepared.file.write_at(&header, 0)?;
        prepared.file.write_at(&self.tail.batch, used)?;
        prepared.file.sync()?;
        let segment = Arc::new(Segment::begun(&self.folder, name));
        prepared.file.rename(&segment.path)?;
        self.disk.sync_folder(&self.folder)?;

        self.shared.begin_segment(Arc::clone(&segment));
        let active =
            Active { file: prepared.file, segment, used, capacity: prepared.bytes, last_mark: None, asked_next: false };
        if let Some(full) = self.tail.active.replace(active) {
            self.tail.preparer.close(full.file, full.used);
        }
        Ok(())
    }

    /// Asks for the next segment once a quarter of this one is used: early enough for a burst, late enough that a start
    /// with few orders writes little.
    fn keep_next_prepared(&mut self) {
        if let Some(active) = &mut self.tail.active
            && !active.asked_next
            && active.used >= active.capacity / 4
        {
            active.asked_next = true;
            self.tail.preparer.request(self.segment_bytes);
        }
    }
}
