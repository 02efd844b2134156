//! What the store holds of its view: publishing, waiting, asking. Publishing never blocks; asking reads sled on the
//! caller's thread and catches its panics.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::watch;

use super::Encoders;
use super::agreement::{self, Disagreement};
use super::error::TreesError;
use super::history::{self, HistoryPage, HistoryQuery};
use super::inbox::Inbox;
use super::opening::guarded;
use super::renewal::Renewal;
use super::view::View;
use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;

/// Notes kept, newest last.
const NOTES_MAX: usize = 20;

/// Whether the view can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreesStatus {
    /// Not open yet, or waiting to be opened again; the notes say why.
    Opening,
    /// Being brought up to the journal.
    Rebuilding {
        /// Events up to this one are in it.
        applied: Seq,
        /// Where the journal stands.
        target: Seq,
    },
    /// Open; it lags by what [`TreesHandle::applied_seq`] lacks.
    Ready,
}

/// What the owner may want to know about the view. None of it touches what the journal holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreesNote {
    /// The trees could not be trusted and are rebuilt.
    MovedAside {
        /// Where the old ones are now.
        folder: PathBuf,
        /// Why.
        why: String,
    },
    /// The trees took far more space than they need and were built anew.
    Renewed {
        /// Bytes they took.
        from: u64,
        /// Bytes they take now.
        to: u64,
    },
    /// Broken trees of earlier days were removed; the newest of them is kept.
    Cleared {
        /// How many.
        folders: usize,
    },
    /// The trees cannot be opened or written now; tried again until it works.
    Waiting {
        /// Why.
        why: String,
    },
}

impl std::fmt::Display for TreesNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::MovedAside { folder, why } => {
                write!(f, "the history view was rebuilt ({why}); the old one is kept in {}", folder.display())
            }
            Self::Renewed { from, to } => {
                write!(f, "the history view was built anew and takes {to} bytes instead of {from}")
            }
            Self::Cleared { folders } => {
                write!(f, "{folders} broken history views of earlier days were removed; the newest one is kept")
            }
            Self::Waiting { why } => write!(f, "the history view has to wait: {why}"),
        }
    }
}

/// What the writer's thread and the handles share.
pub(super) struct Shared {
    pub(super) inbox: Inbox,
    status: Mutex<TreesStatus>,
    notes: Mutex<VecDeque<TreesNote>>,
    /// Set by a reader that met damage.
    doubt: Mutex<Option<TreesError>>,
    /// Asked for: look whether it takes too much space.
    renewal: Mutex<Option<Renewal>>,
    /// Present only while it is complete enough to be asked.
    view: ArcSwapOption<View>,
    applied: watch::Sender<Seq>,
    stopping: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new() -> Self {
        Self {
            inbox: Inbox::default(),
            status: Mutex::new(TreesStatus::Opening),
            notes: Mutex::default(),
            doubt: Mutex::default(),
            renewal: Mutex::default(),
            view: ArcSwapOption::empty(),
            applied: watch::Sender::new(Seq::default()),
            stopping: AtomicBool::new(false),
        }
    }

    pub(super) fn set_status(&self, status: TreesStatus) {
        *lock(&self.status) = status;
    }

    pub(super) fn note(&self, note: TreesNote) {
        let mut notes = lock(&self.notes);
        if notes.contains(&note) {
            return;
        }
        tracing::warn!("{note}");
        notes.push_back(note);
        if notes.len() > NOTES_MAX {
            notes.pop_front();
        }
    }

    pub(super) fn take_doubt(&self) -> Option<TreesError> {
        lock(&self.doubt).take()
    }

    pub(super) fn take_renewal(&self) -> Option<Renewal> {
        lock(&self.renewal).take()
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    pub(super) fn begin_to_stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.inbox.ring();
    }

    pub(super) fn is_presented(&self) -> bool {
        self.view.load().is_some()
    }

    /// Lets readers in.
    pub(super) fn present(&self, view: &Arc<View>, applied: Seq) {
        self.view.store(Some(Arc::clone(view)));
        self.set_status(TreesStatus::Ready);
        self.set_applied(applied);
    }

    pub(super) fn set_applied(&self, applied: Seq) {
        self.applied.send_replace(applied);
    }

    /// Keeps readers out until the view is presented again.
    pub(super) fn withdraw(&self) {
        self.set_applied(Seq::default());
        self.view.store(None);
        self.take_doubt();
        self.set_status(TreesStatus::Opening);
    }
}

/// The writer's thread, which ends when nobody holds the view any more.
struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.begin_to_stop();
    }
}

/// The view of one store. Clones share it.
#[derive(Clone)]
pub struct TreesHandle {
    shared: Arc<Shared>,
    writer: Arc<Writer>,
    encoders: Encoders,
}

impl TreesHandle {
    pub(super) fn new(shared: Arc<Shared>, thread: JoinHandle<()>, encoders: Encoders) -> Self {
        let writer = Arc::new(Writer { shared: Arc::clone(&shared), thread: Mutex::new(Some(thread)) });
        Self { shared, writer, encoders }
    }

    /// Hands over durable commits, in order. Never blocks: what does not fit the queue is read from the journal later.
    pub fn publish(&self, commits: &[Arc<Commit>]) {
        self.shared.inbox.publish(commits);
    }

    /// Events up to this one can be asked for; 0 while the view is not ready.
    pub fn applied_seq(&self) -> Seq {
        *self.shared.applied.borrow()
    }

    /// Waits until the view is ready and complete to `seq`; false when that took longer than `timeout`.
    pub async fn wait_applied(&self, seq: Seq, timeout: Duration) -> bool {
        self.shared.inbox.want(seq);
        let mut applied = self.shared.applied.subscribe();
        let complete =
            async { applied.wait_for(|applied| *applied >= seq).await.is_ok() && self.shared.is_presented() };
        tokio::time::timeout(timeout, complete).await.unwrap_or(false)
    }

    /// Whether the view can be asked.
    pub fn status(&self) -> TreesStatus {
        *lock(&self.shared.status)
    }

    /// What happened to the view since the start, newest last, at most 20.
    pub fn notes(&self) -> Vec<TreesNote> {
        lock(&self.shared.notes).iter().cloned().collect()
    }

    /// One page of finished sessions, as complete as [`Self::applied_seq`]. It may read the disk: not for an async
    /// thread that others wait for.
    ///
    /// # Errors
    /// [`TreesError::NotReady`] before the view is ready; damage is an error too, and the view is then rebuilt.
    pub fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, TreesError> {
        self.ask(|view| history::page(view, query))
    }

    /// Looks whether the view takes too much space, and builds it anew if so: history then waits for some seconds. Does
    /// not wait itself.
    pub fn renew_if_outgrown(&self, renewal: Renewal) {
        *lock(&self.shared.renewal) = Some(renewal);
        self.shared.inbox.ring();
    }

    /// Compares tables, menus, running sessions and live orders with the state of the same seq. Costs a pass over all
    /// of them.
    ///
    /// # Errors
    /// [`TreesError::NotReady`] when the view is at another seq than the state.
    pub fn disagreements(&self, state: &StoreState) -> Result<Vec<Disagreement>, TreesError> {
        if self.applied_seq() != state.seq {
            return Err(TreesError::NotReady);
        }
        self.ask(|view| agreement::with_state(view, state, self.encoders))
    }

    /// Writes what was published, makes it survive a power cut and ends the writer. Blocks until that is done; a view
    /// that is being rebuilt stops where it is.
    pub fn stop(&self) {
        self.shared.begin_to_stop();
        if let Some(thread) = lock(&self.writer.thread).take()
            && thread.join().is_err()
        {
            tracing::error!("the writer of the trees panicked");
        }
    }

    fn ask<T>(&self, read: impl FnOnce(&View) -> Result<T, TreesError>) -> Result<T, TreesError> {
        let mut asked = None;
        let answer = guarded(|| {
            let view = self.shared.view.load_full().ok_or(TreesError::NotReady)?;
            asked = Some(Arc::as_ptr(&view));
            read(&view)
        });
        if let Err(error @ TreesError::Damaged(_)) = &answer {
            // A view that was withdrawn meanwhile is being replaced already.
            if asked == self.shared.view.load().as_ref().map(Arc::as_ptr) {
                *lock(&self.shared.doubt) = Some(error.clone());
                self.shared.inbox.ring();
            }
        }
        answer
    }
}
