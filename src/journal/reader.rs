//! Reads durable commits back: for pages that catch up, for the trees, for the answer to a repeated key. Any number of
//! readers, none of which the writer ever waits for.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::cursor::LineCursor;
use super::disk::Disk;
use super::error::JournalError;
use super::line;
use super::lineage::Lineage;
use super::notes::LostRange;
use super::segment::Segment;
use crate::domain::event::Commit;
use crate::domain::ids::Seq;

/// Bytes of lines read for one answer: a page of many large commits ends here.
const READ_BYTES_MAX: usize = 4 << 20;

/// What the writer tells the readers.
pub(super) struct Shared {
    pub(super) disk: Disk,
    pub(super) folder: PathBuf,
    pub(super) lineage: Lineage,
    pub(super) lost: Vec<LostRange>,
    pub(super) durable: AtomicU64,
    /// Segments that count, in seq order; the last one may still grow.
    pub(super) segments: RwLock<Vec<Arc<Segment>>>,
    /// Held while the file of a closed segment is replaced.
    pub(super) replacing: Mutex<()>,
    /// Bytes left in the segment being written.
    pub(super) active_left: AtomicU64,
    /// Bytes it began with.
    pub(super) active_capacity: AtomicU64,
    /// Kept by the thread that prepares segments.
    pub(super) preparation: Arc<Preparation>,
}

/// How the next segment is coming on.
#[derive(Debug, Default)]
pub(super) struct Preparation {
    /// It is there.
    pub(super) is_ready: AtomicBool,
    /// The last try to make it failed.
    pub(super) is_failing: AtomicBool,
}

impl Shared {
    pub(super) fn durable(&self) -> Seq {
        Seq::new(self.durable.load(Ordering::Acquire))
    }

    /// From its first seq on only this segment counts.
    pub(super) fn begin_segment(&self, segment: Arc<Segment>) {
        let mut segments = self.segments.write().unwrap_or_else(PoisonError::into_inner);
        segments.retain(|before| before.name.first < segment.name.first);
        if let Some(before) = segments.last() {
            before.end_before(segment.name.first);
        }
        segments.push(segment);
    }

    /// The segment that holds `seq`, or the first one after it where that seq is lost.
    fn segment_from(&self, seq: Seq) -> Option<Arc<Segment>> {
        let segments = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        let after = segments.partition_point(|segment| segment.name.first <= seq);
        let holding = after.checked_sub(1).map(|place| &segments[place]).filter(|segment| seq < segment.limit());
        holding.or_else(|| segments.get(after)).cloned()
    }
}

/// Whether there is room for another commit. Who decides commands asks first: a commit that finds no room ends the
/// process, since it was decided already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// There is.
    Ready,
    /// It is being allocated; a matter of milliseconds.
    Coming,
    /// It cannot be allocated at present, most often because the disk is full.
    None,
}

/// Room that is kept in the segment being written for what was decided already, when the next one cannot be allocated;
/// at most a quarter of the segment.
const ROOM_KEPT_BYTES: u64 = 1 << 20;

/// Reads durable commits. Cheap to clone; every answer costs what it returns, not what the journal holds.
#[derive(Clone)]
pub struct JournalReader {
    pub(super) shared: Arc<Shared>,
}

impl std::fmt::Debug for JournalReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JournalReader").field("folder", &self.shared.folder).finish_non_exhaustive()
    }
}

impl JournalReader {
    /// Last seq that is durable; 0 before the first.
    #[must_use]
    pub fn durable_seq(&self) -> Seq {
        self.shared.durable()
    }

    /// First seq the journal still holds; one more than [`JournalReader::durable_seq`] while it holds none.
    #[must_use]
    pub fn first_seq(&self) -> Seq {
        let segments = self.shared.segments.read().unwrap_or_else(PoisonError::into_inner);
        segments.first().map_or_else(|| self.durable_seq().next(), |segment| segment.name.first)
    }

    /// The history the seqs belong to.
    #[must_use]
    pub fn lineage(&self) -> Lineage {
        self.shared.lineage
    }

    /// Acknowledged seqs known to be lost, by this start or an earlier one. No commit is given out for them.
    #[must_use]
    pub fn lost(&self) -> &[LostRange] {
        &self.shared.lost
    }

    /// Whether there is room for another commit.
    #[must_use]
    pub fn room(&self) -> Room {
        let shared = &self.shared;
        let kept = ROOM_KEPT_BYTES.min(shared.active_capacity.load(Ordering::Relaxed) / 4);
        let left = shared.active_left.load(Ordering::Relaxed);
        if shared.preparation.is_ready.load(Ordering::Acquire) || (left > 0 && left >= kept) {
            Room::Ready
        } else if shared.preparation.is_failing.load(Ordering::Acquire) {
            Room::None
        } else {
            Room::Coming
        }
    }

    /// Durable commits that end after `seq`, oldest first: whole ones, until they hold at least `events_max` events. The
    /// first may begin at or before `seq` when that seq stands inside it. Nothing means that `seq` is the end.
    ///
    /// Lost commits are left out, so that a commit may begin later than the one before it ended. Who must not miss any
    /// (a page that catches up) checks that and begins anew.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub fn read_after(&self, seq: Seq, events_max: usize) -> Result<Vec<Arc<Commit>>, JournalError> {
        let durable = self.durable_seq();
        let mut commits = Vec::new();
        let (mut events, mut bytes, mut next) = (0, 0, seq);
        while next < durable && events < events_max && bytes < READ_BYTES_MAX {
            let Some((segment, lines)) = self.lines_from(next.next())? else { break };
            let limit = segment.limit().min(durable.next());
            each_line(lines, |position, json| {
                if position.seq >= limit {
                    return false;
                }
                if position.seq <= next && line::last_seq(json, position.seq) <= next {
                    return true;
                }
                if let Some(commit) = self.readable(json, position.seq) {
                    events += commit.events.len();
                    bytes += json.len();
                    next = commit.last_seq();
                    commits.push(Arc::new(commit));
                }
                events < events_max && bytes < READ_BYTES_MAX
            })?;
            if events < events_max && bytes < READ_BYTES_MAX {
                // This segment has nothing more to give; what it should have held up to its end is lost.
                next = next.max(Seq::new(limit.get() - 1));
            }
        }
        Ok(commits)
    }

    /// The durable commit that begins at `first`; nothing when none begins there, or it is lost.
    ///
    /// # Errors
    /// When the segment cannot be read.
    pub fn read_commit(&self, first: Seq) -> Result<Option<Arc<Commit>>, JournalError> {
        if first > self.durable_seq() {
            return Ok(None);
        }
        let Some((segment, lines)) = self.lines_from(first)? else { return Ok(None) };
        let mut found = None;
        if first < segment.limit() {
            each_line(lines, |position, json| {
                if position.seq == first {
                    found = self.readable(json, first);
                }
                position.seq < first
            })?;
        }
        Ok(found.map(Arc::new))
    }

    /// The segment that holds `seq`, and its lines from shortly before that seq on. Its file may have got its compressed
    /// form a moment ago: then that one is opened.
    fn lines_from(&self, seq: Seq) -> Result<Option<(Arc<Segment>, LineCursor)>, JournalError> {
        let disk = &self.shared.disk;
        let Some(mut segment) = self.shared.segment_from(seq) else { return Ok(None) };
        loop {
            match segment.place_of(disk, seq).and_then(|place| segment.lines(disk, place)) {
                Err(error) if error.is_damage() => {
                    let present = self.shared.segment_from(seq);
                    match present.filter(|present| present.path != segment.path) {
                        Some(present) => segment = present,
                        None => return Err(error),
                    }
                }
                lines => return Ok(Some((segment, lines?))),
            }
        }
    }

    fn readable(&self, json: &[u8], seq: Seq) -> Option<Commit> {
        let lost = self.shared.lost.iter().any(|range| range.contains(seq));
        if lost { None } else { line::commit(json).ok() }
    }
}

/// Calls `take` with intact lines until it says false.
fn each_line(mut lines: LineCursor, mut take: impl FnMut(line::Position, &[u8]) -> bool) -> Result<(), JournalError> {
    while let Some((_, line)) = lines.next_line()? {
        let Some(json) = line::checked(line) else { continue };
        let Some(position) = line::position(json) else { continue };
        if !take(position, json) {
            break;
        }
    }
    Ok(())
}
