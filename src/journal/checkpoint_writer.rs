//! Writes checkpoints on a thread of its own. A checkpoint gets its name only once its seq is durable in the journal;
//! one that cannot be written is told and costs nothing but a longer replay.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::checkpoint;
use super::error::JournalError;
use super::reader::JournalReader;
use crate::domain::ids::Seq;
use crate::domain::invariants;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;
use crate::priority;

/// Time between two looks at the durable seq; it is milliseconds away when a state is offered.
const DURABLE_POLL: Duration = Duration::from_millis(5);

/// The thread that writes a store's checkpoints. Dropping it ends the thread as [`CheckpointWriter::finish`] does,
/// without waiting.
#[derive(Debug)]
pub struct CheckpointWriter {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Desk {
    slot: Mutex<Slot>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Slot {
    offered: Option<StoreState>,
    ending: bool,
    written: Option<Seq>,
    failure: Option<String>,
}

impl Desk {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CheckpointWriter {
    /// Begins it.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn spawn(reader: JournalReader, store: StoreSlug) -> Result<Self, JournalError> {
        let desk: Arc<Desk> = Arc::default();
        let folder = reader.shared.folder.clone();
        let writing = Writing { reader, store, desk: Arc::clone(&desk) };
        let thread = std::thread::Builder::new()
            .name("journal-checkpoint".to_owned())
            .spawn(move || writing.run())
            .map_err(|source| JournalError::disk("start a thread for", &folder, source))?;
        Ok(Self { desk, thread: Some(thread) })
    }

    /// Offers a state; a newer one replaces it while it waits. Never waits itself. The state may be ahead of what is
    /// durable.
    pub fn offer(&self, state: StoreState) {
        self.desk.slot().offered = Some(state);
        self.desk.changed.notify_all();
    }

    /// Seq of the newest checkpoint written by this writer.
    #[must_use]
    pub fn written(&self) -> Option<Seq> {
        self.desk.slot().written
    }

    /// Why the newest checkpoint could not be written; nothing once one was.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.desk.slot().failure.clone()
    }

    /// Clean stop, after the commit queue's: waits until the newest offered state is written. A state that is not
    /// durable by then never will be, and is dropped. Gives the seq of the newest checkpoint written.
    ///
    /// # Errors
    /// When the thread panicked.
    pub fn finish(mut self) -> Result<Option<Seq>, JournalError> {
        self.end();
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(_)) => Err(JournalError::Panicked),
            _ => Ok(self.written()),
        }
    }

    fn end(&self) {
        self.desk.slot().ending = true;
        self.desk.changed.notify_all();
    }
}

impl Drop for CheckpointWriter {
    fn drop(&mut self) {
        self.end();
    }
}

struct Writing {
    reader: JournalReader,
    store: StoreSlug,
    desk: Arc<Desk>,
}

impl Writing {
    fn run(self) {
        priority::stand_back();
        while let Some(state) = self.next() {
            let result = self.write(&state);
            let mut slot = self.desk.slot();
            match result {
                Ok(true) => {
                    slot.written = Some(state.seq);
                    slot.failure = None;
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "a checkpoint could not be written");
                    slot.failure = Some(error.to_string());
                }
            }
        }
    }

    /// The newest offered state; nothing at the end.
    fn next(&self) -> Option<StoreState> {
        let waiting = |slot: &mut Slot| slot.offered.is_none() && !slot.ending;
        let slot = self.desk.changed.wait_while(self.desk.slot(), waiting);
        slot.unwrap_or_else(PoisonError::into_inner).offered.take()
    }

    /// Whether it was written: not when a checkpoint at least as new is there, or its seq never becomes durable.
    fn write(&self, state: &StoreState) -> Result<bool, JournalError> {
        let shared = &self.reader.shared;
        let (disk, folder) = (&shared.disk, &shared.folder);
        let newest = disk.list(folder)?.iter().filter_map(|name| checkpoint::seq_of(name)).max().unwrap_or_default();
        if state.seq <= newest {
            return Ok(false);
        }
        invariants::check_all(state).map_err(|violation| JournalError::Invariant { seq: state.seq, violation })?;
        let unfinished = checkpoint::write(disk, folder, &self.store, shared.lineage, state)?;
        while self.reader.durable_seq() < state.seq {
            if self.desk.slot().ending {
                return Ok(false);
            }
            std::thread::sleep(DURABLE_POLL);
        }
        checkpoint::finish(disk, folder, &unfinished)?;
        Ok(true)
    }
}
