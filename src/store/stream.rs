//! Opening a stream: a snapshot or the missed events first, pulled page by page by the reader's own task, then live.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

use actix::Addr;
use bytes::Bytes;

use super::handle::{ExecuteError, StoreHandle};
use super::outbox::{Outbox, OutboxBody};
use super::spare_buffer;
use super::sse_session::{Gone, SseSession};
use super::stream_hub::{StreamIdentity, Subscribe, Subscribed};
use super::wire::frame::{Audience, TableScope, push_commit, push_frame_with, resync};
use super::wire::snapshot::Snapshot;
use crate::domain::error::{DomainError, Thing};
use crate::domain::ids::{Seq, TableId, Visit};

/// Events a stream or sync may reach back; further back a snapshot is cheaper for everybody.
pub(super) const REPLAY_MAX: u64 = 200_000;
/// Commits of one page of replay.
pub(super) const PAGE_COMMITS: usize = 256;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Staff.
    Staff,
    /// A table.
    Table(TableId),
    /// A guest's own phone, as long as its visit runs.
    Guest {
        /// The table.
        table: TableId,
        /// The visit.
        visit: Visit,
    },
}

/// Where a reader stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// It knows nothing yet.
    Nothing,
    /// It has everything up to this seq, of this lineage if it says which.
    After {
        /// The seq.
        seq: u64,
        /// The lineage.
        lineage: Option<String>,
    },
    /// It said something that is no position.
    Unreadable,
}

/// Why a position cannot be continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    Lineage,
    AboveHead,
    TooOld,
    Unreadable,
}

impl Lost {
    const fn reason(self) -> &'static str {
        match self {
            Self::Lineage => "lineage",
            Self::AboveHead => "above_head",
            Self::TooOld => "too_old",
            Self::Unreadable => "unreadable",
        }
    }
}

impl StoreHandle {
    /// Opens a stream. `guard` lives as long as the connection.
    ///
    /// # Errors
    /// [`ExecuteError::Unavailable`] when the store is overloaded or stopping, [`ExecuteError::CannotWrite`] while its
    /// journal cannot be written; a table that does not exist and a visit that is over are refused.
    pub async fn stream(
        &self,
        reader: Reader,
        from: From,
        identity: StreamIdentity,
        guard: Box<dyn Any>,
    ) -> Result<OutboxBody, ExecuteError> {
        self.must_be_begun()?;
        let outbox = Arc::new(Outbox::default());
        let session: Arc<Mutex<Option<Addr<SseSession>>>> = Arc::default();
        let leaving = Arc::clone(&session);
        let body = OutboxBody::new(Arc::clone(&outbox), move || {
            if let Some(session) = leaving.lock().unwrap_or_else(PoisonError::into_inner).take() {
                session.do_send(Gone);
            }
            drop(guard);
        });
        let (first, position) = match self.position(&from) {
            Ok(Some(seq)) => (Bytes::new(), seq),
            Ok(None) => self.initial(reader).await?,
            Err(lost) => {
                outbox.end(resync(lost.reason()).into());
                return Ok(body);
            }
        };
        let audience = self.audience(reader).await?;
        let feed = Feed { store: self.clone(), outbox, audience, identity, position, session };
        actix_rt::spawn(feed.run(first));
        Ok(body)
    }

    /// What that reader may see as things stand.
    pub(super) async fn audience(&self, reader: Reader) -> Result<Audience, ExecuteError> {
        match reader {
            Reader::Staff => Ok(Audience::Staff),
            Reader::Table(table) => Ok(Audience::Table(self.read(move |state| TableScope::of(state, table)).await?)),
            Reader::Guest { table, visit } => {
                let scope = self.read(move |state| TableScope::of_guest(state, table, visit)).await?;
                scope.map(Audience::Table).ok_or(ExecuteError::Refused(DomainError::SessionEnded))
            }
        }
    }

    /// The seq a reader can continue from; nothing when it knows nothing yet.
    pub(super) fn position(&self, from: &From) -> Result<Option<Seq>, Lost> {
        let (seq, lineage) = match from {
            From::Nothing => return Ok(None),
            From::Unreadable => return Err(Lost::Unreadable),
            From::After { seq, lineage } => (Seq::new(*seq), lineage),
        };
        let head = self.durable_seq();
        if lineage.as_ref().is_some_and(|lineage| *lineage != self.lineage()) {
            return Err(Lost::Lineage);
        }
        if seq > head {
            return Err(Lost::AboveHead);
        }
        if head.get() - seq.get() > REPLAY_MAX || seq.next() < self.first_seq() {
            return Err(Lost::TooOld);
        }
        Ok(Some(seq))
    }

    async fn initial(&self, reader: Reader) -> Result<(Bytes, Seq), ExecuteError> {
        let snapshot = self.snapshot(reader).await?;
        let frame = spare_buffer::filled(|frame| {
            push_frame_with(frame, Some(snapshot.seq), "initial", |frame| self.write_snapshot(&snapshot, frame));
        });
        Ok((frame, snapshot.seq))
    }

    /// The snapshot's JSON for a reader and the seq it is complete to.
    pub(super) async fn snapshot_json(&self, reader: Reader) -> Result<(Vec<u8>, Seq), ExecuteError> {
        let snapshot = self.snapshot(reader).await?;
        let mut json = Vec::new();
        self.write_snapshot(&snapshot, &mut json);
        Ok((json, snapshot.seq))
    }

    async fn snapshot(&self, reader: Reader) -> Result<Snapshot, ExecuteError> {
        match reader {
            Reader::Staff => self.read(Snapshot::staff).await,
            Reader::Table(table) => self
                .read(move |state| Snapshot::table(state, table))
                .await?
                .ok_or(ExecuteError::Refused(DomainError::NotFound(Thing::Table))),
            Reader::Guest { table, visit } => {
                let snapshot = self.read(move |state| {
                    let runs = state.seating_of(table).visit == visit;
                    Snapshot::table(state, table).filter(|_| runs)
                });
                snapshot.await?.ok_or(ExecuteError::Refused(DomainError::SessionEnded))
            }
        }
    }

    fn write_snapshot(&self, snapshot: &Snapshot, buffer: &mut Vec<u8>) {
        snapshot.write_json(buffer, &self.lineage(), self.business_day(), |table| self.last_contact(table));
    }
}

struct Feed {
    store: StoreHandle,
    outbox: Arc<Outbox>,
    audience: Audience,
    identity: StreamIdentity,
    position: Seq,
    session: Arc<Mutex<Option<Addr<SseSession>>>>,
}

impl Feed {
    async fn run(mut self, first: Bytes) {
        if !first.is_empty() && !self.outbox.push_replay(first).await {
            return;
        }
        loop {
            if self.replay().await.is_none() {
                return;
            }
            let subscribe = Subscribe {
                outbox: Arc::clone(&self.outbox),
                audience: self.audience,
                identity: self.identity,
                position: self.position,
            };
            match self.store.hub().send(subscribe).await {
                Ok(Subscribed::Followed(session)) => return self.hand_over(&session),
                Ok(Subscribed::Elsewhere) => {}
                Ok(Subscribed::Ended) => return,
                Err(_) => return self.outbox.end(Bytes::new()),
            }
        }
    }

    /// Pages of the past until there are none; nothing when the reader left or the past cannot be read.
    async fn replay(&mut self) -> Option<()> {
        loop {
            let Ok(commits) = self.store.commits_after(self.position, PAGE_COMMITS).await else {
                self.outbox.end(resync("unreadable").into());
                return None;
            };
            let Some(last) = commits.last() else { return Some(()) };
            let (shown, ends) = self.audience.until_its_end(&commits);
            let mut page = Vec::new();
            for commit in shown {
                push_commit(&mut page, self.store.slug().as_str(), commit, self.position, self.audience);
            }
            self.position = last.last_seq();
            if !page.is_empty() && !self.outbox.push_replay(page.into()).await {
                return None;
            }
            if ends {
                self.outbox.end(Bytes::new());
                return None;
            }
        }
    }

    fn hand_over(self, session: &Addr<SseSession>) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.clone());
        if self.outbox.is_gone() {
            session.do_send(Gone);
        }
    }
}
