//! TreesWriter: the thread that keeps one store's view up with its journal, flushes it, and rebuilds it when it cannot
//! be trusted. It reads the journal and never writes it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Encoders;
use super::error::TreesError;
use super::handle::{Shared, TreesHandle, TreesNote, TreesStatus};
use super::inbox::GROUP_COMMITS_MAX;
use super::opening::{self, JournalPosition, guarded};
use super::projection::Projection;
use super::renewal;
use super::view::wait_until_closed;
use crate::domain::event::Commit;
use crate::journal::JournalReader;
use crate::priority;

/// Events read from the journal and written to the trees in one go.
const GROUP_EVENTS_MAX: usize = 1_000;
/// How long rows stay in sled's memory before they are flushed.
const FLUSH_INTERVAL: Duration = Duration::from_secs(1);
/// Rows are flushed earlier once they are this many bytes, since unflushed rows are what sled's memory grows by.
const FLUSH_BYTES: usize = 4 * 1024 * 1024;
/// How long rows stay flushed but not safe from a power cut. A cut costs a rebuild at worst, never an order.
const CHECKPOINT_INTERVAL: Duration = Duration::from_mins(1);
/// Pause before a folder or journal that cannot be used now is tried again.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// Least pause between two moves aside; doubled each time, so that a view that keeps breaking does not fill the disk.
const ASIDE_PAUSE: Duration = Duration::from_mins(1);

/// Keeps a view up with its journal, on a thread of its own.
pub struct TreesWriter {
    folder: PathBuf,
    reader: JournalReader,
    encoders: Encoders,
    shared: Arc<Shared>,
    flushing: Flushing,
    moved_aside: Option<(Instant, u32)>,
}

/// What waits to be flushed, and since when.
struct Flushing {
    bytes: usize,
    /// Time of the oldest row that is not flushed.
    unflushed: Option<Instant>,
    /// Time of the oldest row that is not safe from a power cut.
    unsynced: Option<Instant>,
}

impl TreesWriter {
    /// Starts the thread and answers at once; the view opens meanwhile.
    ///
    /// # Errors
    /// [`TreesError::Blocked`] when the system gives no thread.
    pub fn spawn(folder: PathBuf, reader: JournalReader, encoders: Encoders) -> Result<TreesHandle, TreesError> {
        let shared = Arc::new(Shared::new());
        let flushing = Flushing { bytes: 0, unflushed: None, unsynced: None };
        let writer = Self { folder, reader, encoders, shared: Arc::clone(&shared), flushing, moved_aside: None };
        let thread = std::thread::Builder::new().name("trees".to_owned()).spawn(move || writer.run())?;
        Ok(TreesHandle::new(shared, thread, encoders))
    }

    fn run(mut self) {
        // The threads that sled starts from here take it over.
        priority::stand_back();
        while !self.shared.is_stopping() {
            // Held outside what may panic, so that sled is never closed while a panic unwinds.
            let mut held = None;
            let outcome = guarded(|| self.serve(&mut held));
            self.shared.withdraw();
            let was_open = held.is_some();
            let closed = guarded(|| {
                drop(held);
                Ok(())
            });
            if was_open {
                wait_until_closed(&self.folder);
            }
            match outcome.and(closed) {
                Ok(()) => {}
                Err(TreesError::Outgrown { .. }) => {
                    if let Err(error) = renewal::make_way(&self.folder) {
                        self.shared.note(TreesNote::Waiting { why: error.to_string() });
                        self.pause(RETRY_PAUSE);
                    }
                }
                Err(error) if error.is_passing() => {
                    self.shared.note(TreesNote::Waiting { why: error.to_string() });
                    self.pause(RETRY_PAUSE);
                }
                Err(error) => self.move_aside(&error),
            }
        }
    }

    /// Opens the view, brings it up and keeps it up. Ends well only when it is to stop.
    fn serve(&mut self, held: &mut Option<Projection>) -> Result<(), TreesError> {
        self.flushing = Flushing { bytes: 0, unflushed: None, unsynced: None };
        let journal = JournalPosition { lineage: self.reader.lineage().get(), durable: self.reader.durable_seq() };
        let projection = held.insert(opening::open(&self.folder, journal, self.encoders)?);
        self.catch_up(projection)?;
        while !self.shared.is_stopping() {
            if !self.shared.is_presented() {
                self.shared.present(&projection.view, projection.applied());
                for note in renewal::clear_needless(&self.folder, &projection.view)? {
                    self.shared.note(note);
                }
            }
            if let Some(renewal) = self.shared.take_renewal()
                && let Some((bytes, fresh)) = renewal::outgrown(&self.folder, &projection.view, renewal)?
            {
                return Err(TreesError::Outgrown { bytes, fresh });
            }
            if let Some(doubt) = self.shared.take_doubt() {
                return Err(doubt);
            }
            self.shared.inbox.wait(projection.applied(), self.patience());
            self.take(projection)?;
            self.flush_if_due(projection)?;
        }
        while !self.take(projection)? {}
        projection.write_marks()?;
        projection.view.checkpoint()
    }

    /// How long there is nothing to do unless something comes in.
    fn patience(&self) -> Duration {
        let until = |since: Option<Instant>, interval: Duration| {
            since.map_or(CHECKPOINT_INTERVAL, |since| interval.saturating_sub(since.elapsed()))
        };
        until(self.flushing.unflushed, FLUSH_INTERVAL).min(until(self.flushing.unsynced, CHECKPOINT_INTERVAL))
    }

    /// Applies what waits in the queue; what the queue lost is read from the journal. False when more may wait.
    fn take(&mut self, projection: &mut Projection) -> Result<bool, TreesError> {
        let mut group = self.shared.inbox.take();
        let all_taken = group.len() < GROUP_COMMITS_MAX;
        let mut next = projection.applied().next();
        group.retain(|commit| {
            let follows = commit.seq == next;
            if follows {
                next = commit.last_seq().next();
            }
            follows
        });
        self.apply(projection, &group)?;
        if all_taken && self.shared.inbox.published() > projection.applied() {
            self.catch_up(projection)?;
        }
        Ok(all_taken)
    }

    /// Reads from the journal what the view lacks.
    fn catch_up(&mut self, projection: &mut Projection) -> Result<(), TreesError> {
        while !self.shared.is_stopping() {
            let (applied, target) = (projection.applied(), self.reader.durable_seq());
            if applied >= target {
                break;
            }
            if !self.shared.is_presented() {
                self.shared.set_status(TreesStatus::Rebuilding { applied, target });
            }
            let commits = self
                .reader
                .read_after(applied, GROUP_EVENTS_MAX)
                .map_err(|error| TreesError::Journal(error.to_string()))?;
            if commits.is_empty() {
                // The journal lost what lies between and has said so; nothing more will come up to here.
                projection.pass_over(target);
            }
            self.apply(projection, &commits)?;
            self.flush_if_due(projection)?;
        }
        Ok(())
    }

    fn apply(&mut self, projection: &mut Projection, commits: &[Arc<Commit>]) -> Result<(), TreesError> {
        let bytes = projection.apply(commits)?;
        if !commits.is_empty() {
            let now = Instant::now();
            self.flushing.bytes += bytes;
            self.flushing.unflushed.get_or_insert(now);
            self.flushing.unsynced.get_or_insert(now);
        }
        if self.shared.is_presented() {
            self.shared.set_applied(projection.applied());
        }
        Ok(())
    }

    fn flush_if_due(&mut self, projection: &mut Projection) -> Result<(), TreesError> {
        let is_over = |since: Option<Instant>, interval| since.is_some_and(|since| since.elapsed() >= interval);
        let flush_is_due = self.flushing.bytes >= FLUSH_BYTES || is_over(self.flushing.unflushed, FLUSH_INTERVAL);
        let checkpoint_is_due = is_over(self.flushing.unsynced, CHECKPOINT_INTERVAL);
        if !flush_is_due && !checkpoint_is_due {
            return Ok(());
        }
        projection.write_marks()?;
        if checkpoint_is_due {
            projection.view.checkpoint()?;
            self.flushing.unsynced = None;
        } else {
            projection.view.flush()?;
        }
        (self.flushing.bytes, self.flushing.unflushed) = (0, None);
        Ok(())
    }

    /// Moves the folder aside; the next round builds a new one.
    fn move_aside(&mut self, why: &TreesError) {
        let times = self.moved_aside.map_or(0, |(last, times)| {
            let least = ASIDE_PAUSE.saturating_mul(1 << (times - 1).min(6));
            self.pause(least.saturating_sub(last.elapsed()));
            times
        });
        if self.shared.is_stopping() {
            return;
        }
        match opening::move_aside(&self.folder) {
            Ok(folder) => {
                self.moved_aside = Some((Instant::now(), times + 1));
                self.shared.note(TreesNote::MovedAside { folder, why: why.to_string() });
            }
            Err(error) => {
                self.shared.note(TreesNote::Waiting { why: format!("{why}, and it cannot be moved aside: {error}") });
                self.pause(RETRY_PAUSE);
            }
        }
    }

    /// Waits, but not longer than until it is to stop. Commits that come in meanwhile are read from the journal later.
    fn pause(&self, pause: Duration) {
        let end = Instant::now() + pause;
        while !self.shared.is_stopping() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            self.shared.inbox.pause(left);
        }
    }
}
