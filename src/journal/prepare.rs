//! Allocates the next segment and closes full ones on a thread of its own, so that no order waits for either.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::disk::{Disk, DiskFile};
use super::error::JournalError;
use super::reader::Preparation;

/// Name of a segment that is not in use yet.
pub(super) const PREPARED_NAME: &str = "segment.tmp";
/// Bytes written between two syncs, so that an order's own sync never waits behind a whole segment of zeros.
const STEP_BYTES: usize = 128 << 10;
/// Time until a segment that could not be prepared, most often on a full disk, is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// A file full of zeros under a temporary name.
pub(super) struct Prepared {
    pub(super) file: DiskFile,
    pub(super) bytes: u64,
}

/// The thread that prepares segments.
pub(super) struct Preparer {
    board: Arc<Board>,
    thread: Option<JoinHandle<()>>,
}

struct Board {
    todo: Mutex<Todo>,
    changed: Condvar,
    preparation: Arc<Preparation>,
}

#[derive(Default)]
struct Todo {
    /// Bytes of the segment that is asked for.
    wanted: Option<u64>,
    /// Somebody waits for it: try at once, and tell if it fails.
    urgent: bool,
    failure: Option<JournalError>,
    prepared: Option<Prepared>,
    /// Segments to cut to their used length.
    full: VecDeque<(DiskFile, u64)>,
    ending: bool,
}

impl Board {
    fn todo(&self) -> MutexGuard<'_, Todo> {
        self.todo.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Preparer {
    /// Begins the thread, which keeps `preparation` true to what it does.
    pub(super) fn spawn(disk: Disk, folder: &Path, preparation: Arc<Preparation>) -> Result<Self, JournalError> {
        let shared = Board { todo: Mutex::default(), changed: Condvar::new(), preparation };
        let board = Arc::new(shared);
        let worker = Worker { disk, path: folder.join(PREPARED_NAME), board: Arc::clone(&board) };
        let thread = std::thread::Builder::new()
            .name("journal-segments".to_owned())
            .spawn(move || worker.run())
            .map_err(|source| JournalError::disk("start a thread for", folder, source))?;
        Ok(Self { board, thread: Some(thread) })
    }

    /// Asks for a segment of `bytes` some time soon.
    pub(super) fn request(&self, bytes: u64) {
        let mut todo = self.board.todo();
        if todo.prepared.is_none() {
            todo.wanted = Some(bytes);
            self.board.changed.notify_all();
        }
    }

    /// The prepared segment; waits for one of `bytes` if there is none.
    pub(super) fn take(&self, bytes: u64) -> Result<Prepared, JournalError> {
        let mut todo = self.board.todo();
        todo.failure = None;
        loop {
            if let Some(prepared) = todo.prepared.take() {
                self.board.preparation.is_ready.store(false, Ordering::Release);
                return Ok(prepared);
            }
            if let Some(error) = todo.failure.take() {
                return Err(error);
            }
            if todo.ending {
                return Err(JournalError::Panicked);
            }
            todo.wanted.get_or_insert(bytes);
            todo.urgent = true;
            self.board.changed.notify_all();
            todo = self.board.changed.wait(todo).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Cuts a segment to its used length some time soon.
    pub(super) fn close(&self, file: DiskFile, used: u64) {
        self.board.todo().full.push_back((file, used));
        self.board.changed.notify_all();
    }

    /// Ends the thread after it closed what is full. Gives what was prepared and not used.
    pub(super) fn end(&mut self) -> Option<Prepared> {
        self.board.todo().ending = true;
        self.board.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It can only have failed by a panic; nothing that it does concerns what is durable.
            drop(thread.join());
        }
        self.board.todo().prepared.take()
    }
}

impl Drop for Preparer {
    fn drop(&mut self) {
        self.end();
    }
}

struct Worker {
    disk: Disk,
    path: PathBuf,
    board: Arc<Board>,
}

/// Wakes who waits if the thread ends by a panic.
impl Drop for Worker {
    fn drop(&mut self) {
        self.board.todo().ending = true;
        self.board.changed.notify_all();
    }
}

impl Worker {
    fn run(self) {
        let mut failed = false;
        loop {
            let mut todo = self.board.todo();
            if let Some((file, used)) = todo.full.pop_front() {
                drop(todo);
                close(&file, used);
            } else if todo.ending {
                return;
            } else if let Some(bytes) = todo.wanted.filter(|_| !failed || todo.urgent) {
                drop(todo);
                let result = self.prepare(bytes);
                failed = result.is_err();
                self.tell(result);
            } else if todo.wanted.is_some() {
                let waited = self.board.changed.wait_timeout(todo, RETRY).unwrap_or_else(PoisonError::into_inner);
                failed = !waited.1.timed_out();
            } else {
                drop(self.board.changed.wait(todo).unwrap_or_else(PoisonError::into_inner));
            }
        }
    }

    fn tell(&self, result: Result<Prepared, JournalError>) {
        let mut todo = self.board.todo();
        match result {
            Ok(prepared) => {
                todo.wanted = None;
                todo.urgent = false;
                todo.prepared = Some(prepared);
                self.board.preparation.is_ready.store(true, Ordering::Release);
                self.board.preparation.is_failing.store(false, Ordering::Release);
            }
            Err(_) if todo.ending => {}
            Err(error) => {
                if !self.board.preparation.is_failing.swap(true, Ordering::AcqRel) {
                    tracing::warn!(%error, "the next journal segment could not be prepared; tried again until it can");
                }
                if std::mem::take(&mut todo.urgent) {
                    todo.failure = Some(error);
                }
            }
        }
        self.board.changed.notify_all();
    }

    fn prepare(&self, bytes: u64) -> Result<Prepared, JournalError> {
        let file = self.disk.create(&self.path)?;
        // Real zeros: space that is only reserved needs its metadata changed at the first write, and so a slower sync.
        let zeros = vec![0; STEP_BYTES];
        let mut offset = 0;
        while offset < bytes && !self.board.todo().ending {
            let step = usize::try_from(bytes - offset).map_or(STEP_BYTES, |left| left.min(STEP_BYTES));
            file.write_at(&zeros[..step], offset)?;
            file.sync()?;
            offset += step as u64;
        }
        Ok(Prepared { file, bytes: offset })
    }
}

/// Cuts a segment to its used length. Everything in it is durable already, so that a failure costs only space.
fn close(file: &DiskFile, used: u64) {
    if let Err(error) = file.set_length(used).and_then(|()| file.sync()) {
        tracing::warn!(%error, "a closed journal segment keeps its unused space");
    }
}
