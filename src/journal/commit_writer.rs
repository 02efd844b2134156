//! Group commit: one thread per store takes everything that waits, writes it with one write and one sync, and only then
//! lets go what waited for it. Nothing leaves a store by another way.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use super::append::Journal;
use super::error::JournalError;
use super::reader::{JournalReader, Room};
use crate::domain::event::Commit;
use crate::domain::ids::Seq;

/// Items that may wait: twice the commands that callers may have under way.
pub const QUEUE_MAX: usize = 2_048;
/// Items of one batch.
const BATCH_ITEMS_MAX: usize = 1_024;
/// A batch takes no more commits once it has this many bytes.
const BATCH_BYTES_MAX: usize = 1 << 20;

/// Something to let go once everything pushed up to it is durable.
#[derive(Debug)]
pub struct Queued<R> {
    /// What must be durable first; nothing for a read or a refusal, which only wait for what was pushed before them.
    pub commit: Option<Arc<Commit>>,
    /// What is let go.
    pub release: R,
}

/// What became durable with one sync.
#[derive(Debug)]
pub struct Durable<R> {
    /// Last durable seq.
    pub durable_seq: Seq,
    /// In the order they were pushed.
    pub items: Vec<Queued<R>>,
}

/// Why an item was not taken; it comes back.
#[derive(Debug)]
pub enum PushError<R> {
    /// [`QUEUE_MAX`] items wait already.
    Full(Queued<R>),
    /// The writer has ended.
    Stopped(Queued<R>),
}

/// The way to the writer. Dropping it lets the writer end after everything pushed is durable.
#[derive(Debug)]
pub struct CommitQueue<R> {
    sender: SyncSender<Queued<R>>,
    thread: JoinHandle<()>,
    reader: JournalReader,
}

impl<R> CommitQueue<R> {
    /// Hands an item over. Never waits.
    ///
    /// # Errors
    /// [`PushError`] gives the item back.
    pub fn push(&self, item: Queued<R>) -> Result<(), PushError<R>> {
        self.sender.try_send(item).map_err(|error| match error {
            TrySendError::Full(item) => PushError::Full(item),
            TrySendError::Disconnected(item) => PushError::Stopped(item),
        })
    }

    /// Whether there is room for another commit.
    #[must_use]
    pub fn room(&self) -> Room {
        self.reader.room()
    }

    /// Clean stop: waits until everything pushed is durable and let go, and the journal is closed.
    ///
    /// # Errors
    /// When the writer panicked.
    pub fn finish(self) -> Result<(), JournalError> {
        drop(self.sender);
        self.thread.join().map_err(|_| JournalError::Panicked)
    }
}

/// The thread that writes a store's journal.
#[derive(Debug)]
pub struct CommitWriter;

impl CommitWriter {
    /// Begins it. `on_durable` is called on its thread, after the sync, in the order of pushes. `on_failure` is called at
    /// most once, when a write or sync failed or the thread panics; it must end the process: nothing more is written and
    /// nothing that waits is let go.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn spawn<R: Send + 'static>(
        journal: Journal,
        on_durable: impl FnMut(Durable<R>) + Send + 'static,
        on_failure: impl FnOnce(JournalError) + Send + 'static,
    ) -> Result<CommitQueue<R>, JournalError> {
        let (sender, waiting) = sync_channel(QUEUE_MAX);
        let reader = journal.reader();
        let folder = journal.folder.clone();
        let thread = std::thread::Builder::new()
            .name("journal-commit".to_owned())
            .spawn(move || {
                let mut group = Group { journal, waiting, on_durable, held: Vec::new() };
                // Declared after what holds the waiting items, so that it is told before they are dropped.
                let mut guard = PanicGuard(Some(on_failure));
                let end = group.run();
                if let (Err(error), Some(on_failure)) = (end, guard.0.take()) {
                    // Called while everything that waits is still held: no answer may leave now.
                    on_failure(error);
                    return;
                }
                guard.0 = None;
                if let Err(error) = group.journal.finish() {
                    tracing::warn!(%error, "the journal was not closed cleanly; everything in it is durable");
                }
            })
            .map_err(|source| JournalError::disk("start a thread for", &folder, source))?;
        Ok(CommitQueue { sender, thread, reader })
    }
}

struct PanicGuard<F: FnOnce(JournalError)>(Option<F>);

impl<F: FnOnce(JournalError)> Drop for PanicGuard<F> {
    fn drop(&mut self) {
        if let Some(on_failure) = self.0.take().filter(|_| std::thread::panicking()) {
            on_failure(JournalError::Panicked);
        }
    }
}

struct Group<R, D> {
    journal: Journal,
    waiting: Receiver<Queued<R>>,
    on_durable: D,
    /// Items of a batch that failed: they must not be dropped, which their waiters would see, before the failure is told.
    held: Vec<Queued<R>>,
}

impl<R, D: FnMut(Durable<R>)> Group<R, D> {
    /// Until the queue is dropped and empty.
    fn run(&mut self) -> Result<(), JournalError> {
        while let Ok(first) = self.waiting.recv() {
            self.write_waiting(first)?;
        }
        Ok(())
    }

    /// One batch.
    fn write_waiting(&mut self, first: Queued<R>) -> Result<(), JournalError> {
        let mut items = Vec::with_capacity(64);
        let mut next = Some(first);
        while let Some(item) = next {
            if let Some(commit) = &item.commit {
                if self.journal.batch_bytes() == 0 {
                    // Everything pushed before the first commit is durable already and need not wait for its sync.
                    self.release(&mut items);
                }
                if let Err(error) = self.journal.add(commit) {
                    items.push(item);
                    self.held = items;
                    return Err(error);
                }
            }
            items.push(item);
            if items.len() >= BATCH_ITEMS_MAX || self.journal.batch_bytes() >= BATCH_BYTES_MAX {
                break;
            }
            next = self.waiting.try_recv().ok();
        }
        if let Err(error) = self.journal.write_batch() {
            self.held = items;
            return Err(error);
        }
        self.release(&mut items);
        Ok(())
    }

    fn release(&mut self, items: &mut Vec<Queued<R>>) {
        if !items.is_empty() {
            let durable_seq = self.journal.durable_seq();
            (self.on_durable)(Durable { durable_seq, items: std::mem::take(items) });
        }
    }
}
