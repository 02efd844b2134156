//! StoreHandle: how everybody else speaks to a store. It bounds what waits, gives up after a deadline, and reads
//! published snapshots without asking the actor.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix::Addr;
use bytes::Bytes;
use tokio::sync::{Semaphore, oneshot};

use super::MenuSnapshot;
use super::actor::{Execute, Read, Stop, StoreActor};
use super::pictures::{PictureRefused, Pictures};
use super::published::{Published, Sitting};
use super::recent_tail::RecentTail;
use super::release::Answer;
use super::stream_hub::{EndAll, StreamHub};
use super::writers::{Begun, Progress};
use crate::clock::{self, Calendar};
use crate::domain::access::{Access, Principal};
use crate::domain::command::{Command, IdempotencyKey};
use crate::domain::error::DomainError;
use crate::domain::event::{Commit, StoreProfile};
use crate::domain::ids::{PictureHash, Seq, SeqRange, TableId};
use crate::domain::menu::MenuImage;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;
use crate::domain::time::{BusinessDay, Timestamp};
use crate::journal::{JournalReader, Lost, Mirror, MirrorStatus, RecoveryNote, Room};
use crate::trees::{HistoryPage, HistoryQuery, Renewal, TreesHandle, TreesStatus};

/// Commands and reads that may wait for one store at a time.
pub(super) const PERMITS: usize = 1_024;
/// How long an answer is waited for.
const ANSWER_DEADLINE: Duration = Duration::from_secs(10);
/// Between two looks whether the next journal segment has come.
const ROOM_LOOK: Duration = Duration::from_millis(100);
/// How long a history question waits for the view.
const VIEW_DEADLINE: Duration = Duration::from_secs(5);

/// Why a store gave no answer.
#[derive(Debug)]
pub enum ExecuteError {
    /// The command was refused; nothing changed.
    Refused(DomainError),
    /// Nothing can be written at present; nothing was done.
    CannotWrite(CannotWrite),
    /// Too much is waiting, the store is stopping, or no answer came in time. A write may or may not have happened.
    Unavailable,
}

/// Why nothing can be written at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotWrite {
    /// There is too little disk space.
    DiskFull,
    /// The disk did not take what a start has to write; it is tried again and again.
    ReadOnly,
}

/// What a command did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The commit; nothing when nothing needed to change.
    pub commit: Option<Arc<Commit>>,
    /// The commit was made when the key was first used.
    pub repeated: bool,
}

/// A cheap, cloneable way to one store.
#[derive(Clone)]
pub struct StoreHandle {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) slug: StoreSlug,
    pub(super) actor: Addr<StoreActor>,
    pub(super) hub: Addr<StreamHub>,
    pub(super) permits: Arc<Semaphore>,
    pub(super) published: Arc<Published>,
    pub(super) tail: Arc<RecentTail>,
    pub(super) reader: JournalReader,
    pub(super) progress: Arc<Progress>,
    pub(super) pictures: Pictures,
    pub(super) connections: Arc<AtomicUsize>,
    pub(super) notes: Vec<RecoveryNote>,
    pub(super) lost: Option<Lost>,
}

/// A store's figures for health and metrics.
#[derive(Debug)]
pub struct StoreHealth {
    /// Streams open now.
    pub connections: usize,
    /// Last durable seq.
    pub durable_seq: Seq,
    /// How far the view is.
    pub trees: TreesStatus,
    /// Events up to this one are in the view.
    pub view_applied: Seq,
    /// What the last start repaired, and what the view had to do.
    pub notes: Vec<String>,
    /// Acknowledged events that are lost and that the owner has not confirmed.
    pub lost: Option<Lost>,
    /// Why nothing can be written at present.
    pub obstacle: Option<String>,
    /// How the second copy of the journal is; nothing when there is to be none.
    pub mirror: Option<MirrorStatus>,
    /// Commands and reads that may still be taken now.
    pub permits_free: usize,
}

impl StoreHandle {
    pub(super) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
    }

    /// The store's short name.
    pub fn slug(&self) -> &StoreSlug {
        &self.shared.slug
    }

    /// The store's name and calendar; nothing before its first commit.
    pub fn profile(&self) -> Option<Arc<StoreProfile>> {
        Option::clone(&self.shared.published.profile.load())
    }

    /// Who may speak to the store, as of the last durable commit.
    pub fn access(&self) -> Arc<Access> {
        self.shared.published.access.load_full()
    }

    /// Which party sits at a table, as of the last durable commit.
    pub fn sitting_at(&self, table: TableId) -> Sitting {
        self.shared.published.sitting_at(table)
    }

    /// The public menu, as of the last durable commit.
    pub fn menu(&self) -> Arc<MenuSnapshot> {
        self.shared.published.menu.load_full()
    }

    /// The business day it is now.
    pub fn business_day(&self) -> BusinessDay {
        let calendar = self.profile().map_or_else(Calendar::default, |profile| Calendar::of(&profile));
        calendar.business_day(clock::now())
    }

    /// Runs a command. The answer comes when it is durable.
    ///
    /// # Errors
    /// [`ExecuteError`]; after `Unavailable` a write may have happened, and repeating it with its key is safe.
    pub async fn execute(
        &self,
        principal: Principal,
        key: Option<IdempotencyKey>,
        command: Command,
    ) -> Result<Outcome, ExecuteError> {
        let permit = Arc::clone(&self.shared.permits).try_acquire_owned().map_err(|_| ExecuteError::Unavailable)?;
        let (reply, answer) = oneshot::channel();
        self.shared.actor.do_send(Execute { principal, key, command, reply, permit });
        match within_deadline(answer).await? {
            Answer::Done(commit) => Ok(Outcome { commit: Some(commit), repeated: false }),
            Answer::Unchanged => Ok(Outcome { commit: None, repeated: false }),
            Answer::Refused(error) => Err(ExecuteError::Refused(error)),
            Answer::CannotWrite(why) => Err(ExecuteError::CannotWrite(why)),
            Answer::Repeated(seq) => Ok(Outcome { commit: Some(self.commit_at(seq).await?), repeated: true }),
        }
    }

    /// Asks the state. The question runs in the actor, so it must be cheap: clone what is shared, serialise outside. The
    /// answer comes when everything it saw is durable.
    ///
    /// # Errors
    /// [`ExecuteError::Unavailable`].
    pub async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&StoreState) -> T + Send + 'static,
    ) -> Result<T, ExecuteError> {
        let permit = Arc::clone(&self.shared.permits).try_acquire_owned().map_err(|_| ExecuteError::Unavailable)?;
        let (reply, answer) = oneshot::channel();
        self.shared.actor.do_send(Read(Box::new(move |state| {
            let found = question(state);
            Box::new(move || {
                drop(permit);
                // The asker may have hung up.
                let _ = reply.send(found);
            })
        })));
        within_deadline(answer).await
    }

    /// Waits until the actor and the commit writer behind it have answered and there is room to write, however long that
    /// takes and however much waits before it; at once when the store is stopping.
    pub async fn answers(&self) {
        let (reply, answer) = oneshot::channel();
        self.shared.actor.do_send(Read(Box::new(|_| {
            Box::new(move || {
                // Whoever asked may have given up.
                let _ = reply.send(());
            })
        })));
        let _ = answer.await;
        // A store whose next segment never comes still answers reads, but no command. One that is read-only says so itself.
        while self.shared.progress.begun().is_some()
            && self.shared.reader.room() == Room::Coming
            && !self.shared.permits.is_closed()
        {
            tokio::time::sleep(ROOM_LOOK).await;
        }
    }

    /// Finished sessions, once the view is complete to this moment.
    ///
    /// # Errors
    /// [`ExecuteError::Unavailable`] when the view is not complete within 5 s or cannot be read.
    pub async fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, ExecuteError> {
        let trees = &self.shared.progress.begun().ok_or(ExecuteError::CannotWrite(CannotWrite::ReadOnly))?.trees;
        if !trees.wait_applied(self.durable_seq(), VIEW_DEADLINE).await {
            return Err(ExecuteError::Unavailable);
        }
        trees.history(query).map_err(|error| {
            tracing::error!(%error, "history cannot be read");
            ExecuteError::Unavailable
        })
    }

    /// Makes the three sizes of an uploaded picture and keeps them, for a command that names them.
    ///
    /// # Errors
    /// [`PictureRefused`].
    pub async fn take_picture(&self, uploaded: Bytes) -> Result<MenuImage, PictureRefused> {
        self.shared.pictures.take(uploaded).await
    }

    /// A picture's JPEG; nothing when there is none of that name.
    ///
    /// # Errors
    /// When the disk does not give it.
    pub async fn picture(&self, picture: PictureHash) -> io::Result<Option<Vec<u8>>> {
        self.shared.pictures.read(picture).await
    }

    /// Removes pictures that no dish has shown for some days.
    pub(super) async fn tidy_pictures(&self) {
        // Who does not answer has other worries.
        if let Ok(menu) = self.read(|state| Arc::clone(&state.menu)).await {
            self.shared.pictures.tidy(menu).await;
        }
    }

    /// Looks whether the history view takes too much space, and builds it anew if so.
    pub(super) fn renew_view(&self, renewal: Renewal) {
        if let Some(begun) = self.shared.progress.begun() {
            begun.trees.renew_if_outgrown(renewal);
        }
    }

    /// Notes that a table's tablet asked for something.
    pub fn touch(&self, table: TableId) {
        self.shared.published.touch(table, clock::now());
    }

    /// When a table's tablet last asked for something, since the program started.
    pub fn last_contact(&self, table: TableId) -> Option<Timestamp> {
        self.shared.published.last_contact(table)
    }

    /// The last durable seq.
    pub fn durable_seq(&self) -> Seq {
        self.shared.reader.durable_seq()
    }

    /// The id of this unbroken history.
    pub fn lineage(&self) -> String {
        self.shared.reader.lineage().to_string()
    }

    /// Figures for health and metrics.
    pub fn health(&self) -> StoreHealth {
        let trees = self.shared.progress.begun().map(|begun| &begun.trees);
        StoreHealth {
            connections: self.shared.connections.load(Ordering::Relaxed),
            durable_seq: self.durable_seq(),
            trees: trees.map_or(TreesStatus::Opening, TreesHandle::status),
            view_applied: trees.map(TreesHandle::applied_seq).unwrap_or_default(),
            notes: self.notes(),
            lost: self.unconfirmed(self.shared.lost.as_ref()),
            obstacle: self.obstacle(),
            mirror: self.shared.progress.begun().and_then(|begun| begun.mirror.as_ref()).map(Mirror::status),
            permits_free: self.shared.permits.available_permits(),
        }
    }

    /// What keeps the store from writing, in words.
    fn obstacle(&self) -> Option<String> {
        let no_room = || "there is no room for the next journal segment; nothing more can be written".to_owned();
        let is_full = self.shared.reader.room() == Room::None;
        self.shared.progress.obstacle().map(|why| why.to_string()).or_else(|| is_full.then(no_room))
    }

    fn notes(&self) -> Vec<String> {
        let Some(Begun { trees, notes, .. }) = self.shared.progress.begun() else {
            return self.shared.notes.iter().map(ToString::to_string).collect();
        };
        let journal = notes.iter().map(ToString::to_string);
        journal.chain(trees.notes().iter().map(ToString::to_string)).collect()
    }

    /// Streams and sync tell only what is durable, so they wait until the last run's end is.
    pub(super) fn must_be_begun(&self) -> Result<(), ExecuteError> {
        self.shared.progress.begun().map(drop).ok_or(ExecuteError::CannotWrite(CannotWrite::ReadOnly))
    }

    pub(super) fn reader(&self) -> &JournalReader {
        &self.shared.reader
    }

    pub(super) fn confirmed_losses(&self) -> Arc<Vec<SeqRange>> {
        self.shared.published.confirmed_losses.load_full()
    }

    pub(super) fn first_seq(&self) -> Seq {
        self.shared.reader.first_seq()
    }

    pub(super) fn hub(&self) -> &Addr<StreamHub> {
        &self.shared.hub
    }

    /// Durable commits that hold events after `seq`: from memory if it reaches back that far, else from the journal.
    pub(super) async fn commits_after(&self, seq: Seq, commits_max: usize) -> Result<Vec<Arc<Commit>>, ExecuteError> {
        if seq >= self.durable_seq() {
            return Ok(Vec::new());
        }
        if let Some(commits) = self.shared.tail.after(seq, commits_max) {
            return Ok(commits);
        }
        let reader = self.shared.reader.clone();
        from_disk(move || reader.read_after(seq, commits_max)).await
    }

    async fn commit_at(&self, seq: Seq) -> Result<Arc<Commit>, ExecuteError> {
        if let Some(commit) = self.shared.tail.commit_at(seq) {
            return Ok(commit);
        }
        let reader = self.shared.reader.clone();
        from_disk(move || reader.read_commit(seq)).await?.ok_or(ExecuteError::Unavailable)
    }

    /// Takes nothing more, ends the streams, finishes what runs and writes a checkpoint.
    pub(super) async fn stop(&self) {
        self.shared.permits.close();
        self.shared.hub.do_send(EndAll);
        // An actor that is gone already has nothing left to finish.
        let _ = self.shared.actor.send(Stop).await;
        if let Some(begun) = self.shared.progress.begun() {
            begun.trees.stop();
            if let Some(mirror) = &begun.mirror {
                mirror.finish();
            }
        }
    }
}

async fn within_deadline<T>(answer: oneshot::Receiver<T>) -> Result<T, ExecuteError> {
    match tokio::time::timeout(ANSWER_DEADLINE, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) | Err(_) => Err(ExecuteError::Unavailable),
    }
}

pub(super) async fn from_disk<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, crate::journal::JournalError> + Send + 'static,
) -> Result<T, ExecuteError> {
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            tracing::error!(%error, "the journal cannot be read");
            Err(ExecuteError::Unavailable)
        }
        Err(_) => Err(ExecuteError::Unavailable),
    }
}
