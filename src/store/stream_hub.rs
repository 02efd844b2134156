//! The hub of one store's streams, on a thread of its own: it frames each durable batch once per audience and hands the
//! frame to the SSE session actors. No order ever waits for it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix::dev::MessageResponse;
use actix::{Actor, Addr, AsyncContext, Context, Handler, Message};
use bytes::Bytes;

use super::StreamSettings;
use super::outbox::Outbox;
use super::recent_tail::RecentTail;
use super::sse_session::{Finish, Live, SseSession};
use super::wire::frame::{Audience, TableScope, position, push_commit};
use crate::domain::event::{Commit, Event};
use crate::domain::ids::{Seq, SessionId, TableId, TabletId, TokenId, Visit};

/// A quiet table's id is moved on after this many events that were not for it.
const POSITION_EVERY: u64 = 1_000;

/// Whose stream it is: what ends, ends its streams at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct StreamIdentity {
    /// The token it was opened with.
    pub token: Option<TokenId>,
    /// The tablet's credential.
    pub tablet: Option<TabletId>,
}

struct Reader {
    session: Addr<SseSession>,
    audience: Audience,
    identity: StreamIdentity,
    sent_to: Seq,
}

/// The hub actor.
pub(super) struct StreamHub {
    store: String,
    settings: StreamSettings,
    tail: Arc<RecentTail>,
    connections: Arc<AtomicUsize>,
    published: Seq,
    next_reader: u64,
    readers: BTreeMap<u64, Reader>,
    ending: bool,
}

impl StreamHub {
    pub(super) fn new(
        store: String,
        settings: StreamSettings,
        tail: Arc<RecentTail>,
        connections: Arc<AtomicUsize>,
        published: Seq,
    ) -> Self {
        Self { store, settings, tail, connections, published, next_reader: 1, readers: BTreeMap::new(), ending: false }
    }

    fn frames(&self, commits: &[Arc<Commit>], after: Seq, audience: Audience) -> Bytes {
        let mut buffer = Vec::new();
        for commit in commits {
            push_commit(&mut buffer, &self.store, commit, after, audience);
        }
        buffer.into()
    }
}

impl Actor for StreamHub {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        // Backlog is bounded by bytes per reader; the hub's own mailbox carries one message a batch.
        context.set_mailbox_capacity(1_024);
    }
}

/// A batch became durable.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Publish {
    pub(super) commits: Vec<Arc<Commit>>,
    pub(super) through: Seq,
}

impl Handler<Publish> for StreamHub {
    type Result = ();

    fn handle(&mut self, batch: Publish, _: &mut Self::Context) {
        let after = self.published;
        self.published = batch.through;
        if self.readers.is_empty() {
            return;
        }
        let mut framed = FramedOnce::new(self, &batch.commits, after);
        let mut sends = Vec::with_capacity(self.readers.len());
        let mut over = Vec::new();
        for (id, reader) in &self.readers {
            if reader.audience.until_its_end(&batch.commits).1 {
                over.push(*id);
            }
            let frame = framed.frame_for(reader.audience);
            if !frame.is_empty() {
                sends.push((*id, frame));
            } else if batch.through.get() - reader.sent_to.get() >= POSITION_EVERY && reader.audience != Audience::Staff
            {
                sends.push((*id, position(batch.through).into()));
            }
        }
        for (id, frame) in sends {
            if let Some(reader) = self.readers.get_mut(&id) {
                reader.sent_to = batch.through;
                reader.session.do_send(Live(frame));
            }
        }
        for reader in over.iter().filter_map(|id| self.readers.get(id)) {
            reader.session.do_send(Finish { last: Bytes::new() });
        }
        self.end_revoked(&batch.commits);
    }
}

/// Frames of one batch, made once per audience and shared by its readers.
struct FramedOnce<'a> {
    hub: &'a StreamHub,
    commits: &'a [Arc<Commit>],
    after: Seq,
    mentioned: HashSet<TableId>,
    staff: Option<Bytes>,
    tables: HashMap<TableId, Bytes>,
    quiet_tables: Option<Bytes>,
}

impl<'a> FramedOnce<'a> {
    fn new(hub: &'a StreamHub, commits: &'a [Arc<Commit>], after: Seq) -> Self {
        let events = commits.iter().flat_map(|commit| &commit.events);
        let mentioned = events.filter_map(Event::table).collect();
        Self { hub, commits, after, mentioned, staff: None, tables: HashMap::new(), quiet_tables: None }
    }

    fn frame_for(&mut self, audience: Audience) -> Bytes {
        let (hub, commits, after) = (self.hub, self.commits, self.after);
        let Audience::Table(scope) = audience else {
            return self.staff.get_or_insert_with(|| hub.frames(commits, after, Audience::Staff)).clone();
        };
        let (told, ends) = audience.until_its_end(commits);
        if ends {
            return hub.frames(told, after, audience);
        }
        // What happens now is the running party's by definition, so one frame serves every reader of the table.
        let live = |table| {
            let (from_session, from_visit) = (SessionId::new(0), Visit::default());
            Audience::Table(TableScope { table, from_session, from_visit, only: None })
        };
        if self.mentioned.contains(&scope.table) {
            let frame = || hub.frames(commits, after, live(scope.table));
            self.tables.entry(scope.table).or_insert_with(frame).clone()
        } else {
            let frame = || hub.frames(commits, after, live(TableId::new(0)));
            self.quiet_tables.get_or_insert_with(frame).clone()
        }
    }
}

impl StreamHub {
    fn end_revoked(&self, commits: &[Arc<Commit>]) {
        for event in commits.iter().flat_map(|commit| &commit.events) {
            let ends = |reader: &&Reader| match event {
                Event::TokenRevoked { token, .. } => reader.identity.token == Some(*token),
                Event::TabletRevoked(tablet) => reader.identity.tablet == Some(*tablet),
                Event::TableRemoved(table) => {
                    matches!(reader.audience, Audience::Table(scope) if scope.table == *table)
                }
                _ => false,
            };
            for reader in self.readers.values().filter(ends) {
                reader.session.do_send(Finish { last: Bytes::new() });
            }
        }
    }
}

/// A reader wants what comes after `position`.
#[derive(Message)]
#[rtype(result = "Subscribed")]
pub(super) struct Subscribe {
    pub(super) outbox: Arc<Outbox>,
    pub(super) audience: Audience,
    pub(super) identity: StreamIdentity,
    pub(super) position: Seq,
}

/// What became of a subscription.
#[derive(MessageResponse)]
pub(super) enum Subscribed {
    /// It is followed by this session actor.
    Followed(Addr<SseSession>),
    /// The reader stands further back than memory reaches, or ahead of what the hub has handed out yet: it reads on and
    /// asks again. A reader that is followed never stands ahead, so that no event reaches it twice.
    Elsewhere,
    /// The store is stopping, or a guest's visit is over; the stream has ended.
    Ended,
}

impl Handler<Subscribe> for StreamHub {
    type Result = Subscribed;

    fn handle(&mut self, request: Subscribe, context: &mut Self::Context) -> Self::Result {
        if self.ending {
            request.outbox.end(self.farewell(request.audience));
            return Subscribed::Ended;
        }
        let published = self.published;
        if request.position > published {
            return Subscribed::Elsewhere;
        }
        let missed = if request.position < published {
            let Some(mut commits) = self.tail.after(request.position, usize::MAX) else { return Subscribed::Elsewhere };
            commits.retain(|commit| commit.last_seq() <= published);
            let (told, ends) = request.audience.until_its_end(&commits);
            let frames = self.frames(told, request.position, request.audience);
            if ends {
                request.outbox.end(frames);
                return Subscribed::Ended;
            }
            frames
        } else {
            Bytes::new()
        };
        let id = self.next_reader;
        self.next_reader += 1;
        let session = SseSession::new(id, request.outbox, self.settings, context.address()).start();
        if !missed.is_empty() {
            session.do_send(Live(missed));
        }
        let reader = Reader {
            session: session.clone(),
            audience: request.audience,
            identity: request.identity,
            sent_to: published,
        };
        self.readers.insert(id, reader);
        self.connections.fetch_add(1, Ordering::Relaxed);
        Subscribed::Followed(session)
    }
}

/// A session actor stopped.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Left(pub(super) u64);

impl Handler<Left> for StreamHub {
    type Result = ();

    fn handle(&mut self, Left(id): Left, _: &mut Self::Context) {
        if self.readers.remove(&id).is_some() {
            self.connections.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// A stream's planned life is over: it ends with its position and a hint when to come back.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct LifeOver(pub(super) u64);

impl Handler<LifeOver> for StreamHub {
    type Result = ();

    fn handle(&mut self, LifeOver(id): LifeOver, _: &mut Self::Context) {
        if let Some(reader) = self.readers.get(&id) {
            reader.session.do_send(Finish { last: self.farewell(reader.audience) });
        }
    }
}

/// The store stops: every stream ends with its position and a hint when to come back.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct EndAll;

impl Handler<EndAll> for StreamHub {
    type Result = ();

    fn handle(&mut self, _: EndAll, _: &mut Self::Context) {
        self.ending = true;
        for reader in self.readers.values() {
            reader.session.do_send(Finish { last: self.farewell(reader.audience) });
        }
    }
}

impl StreamHub {
    fn farewell(&self, audience: Audience) -> Bytes {
        let mut last = if audience == Audience::Staff { Vec::new() } else { position(self.published) };
        last.extend(super::wire::frame::retry(self.settings.retry_ms));
        last.into()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context as TaskContext, Poll, Waker};
    use std::time::Duration;

    use futures_core::Stream;

    use super::*;
    use crate::domain::access::Principal;
    use crate::domain::event::CompletedSession;
    use crate::domain::ids::{OrderId, TableNumber};
    use crate::domain::money::Money;
    use crate::domain::table::Session;
    use crate::domain::time::{BusinessDay, Timestamp};
    use crate::store::OutboxBody;

    fn commit(seq: u64) -> Arc<Commit> {
        Arc::new(Commit {
            seq: Seq::new(seq),
            at: Timestamp::from_ms(0),
            principal: Principal::System,
            key: None,
            events: vec![Event::TabletRevoked(TabletId::new(seq))],
        })
    }

    const TABLE: TableId = TableId::new(1);

    /// One batch in which a table is finished and the next party orders there. The deletion stands for any order event:
    /// they name a session, but no visit.
    fn changing_parties() -> Vec<Arc<Commit>> {
        let finished = CompletedSession {
            session_id: SessionId::new(1),
            table_id: TABLE,
            table_number: TableNumber::parse(1).expect("a number"),
            visit: Visit::default(),
            started_at: Timestamp::from_ms(0),
            completed_at: Timestamp::from_ms(0),
            business_day: BusinessDay::parse("2026-11-21").expect("a date"),
            completed_by: None,
            completed_by_name: None,
            forced: false,
            order_ids: Vec::new(),
            order_count: 0,
            total: Money::ZERO,
            ordered: true,
        };
        let next = Session::new(SessionId::new(2), TABLE, Visit::default().next(), Timestamp::from_ms(0));
        let deleted = Event::OrderDeleted {
            order_id: OrderId::new(9),
            table_id: TABLE,
            session_id: next.id,
            table_total: Money::ZERO,
        };
        let events = [Event::SessionCompleted(Arc::new(finished)), Event::SessionStarted(next), deleted];
        let with = |(seq, event)| Arc::new(Commit { events: vec![event], ..Commit::clone(&commit(seq)) });
        (2..).zip(events).map(with).collect()
    }

    fn at_table(only: Option<Visit>) -> Audience {
        let (from_session, from_visit) = (SessionId::new(1), Visit::default());
        Audience::Table(TableScope { table: TABLE, from_session, from_visit, only })
    }

    fn hub(tail: &Arc<RecentTail>) -> Addr<StreamHub> {
        let settings = StreamSettings { ping: Duration::from_secs(15), life: Duration::from_mins(5), retry_ms: 2_000 };
        StreamHub::new("shop".to_owned(), settings, Arc::clone(tail), Arc::default(), Seq::new(1)).start()
    }

    fn reader(audience: Audience) -> (Subscribe, OutboxBody) {
        let outbox = Arc::new(Outbox::default());
        let body = OutboxBody::new(Arc::clone(&outbox), || {});
        (Subscribe { outbox, audience, identity: StreamIdentity::default(), position: Seq::new(1) }, body)
    }

    fn has_ended(body: &mut OutboxBody) -> bool {
        let mut context = TaskContext::from_waker(Waker::noop());
        matches!(Pin::new(body).poll_next(&mut context), Poll::Ready(None))
    }

    #[actix::test]
    async fn a_phone_hears_the_end_of_its_visit_and_nothing_after_it_even_in_the_same_batch() {
        let tail = Arc::new(RecentTail::default());
        let hub = hub(&tail);
        let (guest, mut phone) = reader(at_table(Some(Visit::default())));
        let (own, mut tablet) = reader(at_table(None));
        let (other, mut other_phone) = reader(Audience::Table(TableScope {
            table: TableId::new(2),
            from_session: SessionId::new(1),
            from_visit: Visit::default(),
            only: Some(Visit::default()),
        }));
        for subscribe in [guest, own, other] {
            assert!(matches!(hub.send(subscribe).await.expect("the hub answers"), Subscribed::Followed(_)));
        }
        let commits = changing_parties();
        tail.extend(commits.iter());
        hub.send(Publish { commits, through: Seq::new(4) }).await.expect("the hub takes it");
        tokio::task::yield_now().await;
        assert_eq!(ids(&mut phone), [2]);
        assert!(has_ended(&mut phone));
        assert_eq!(ids(&mut tablet), [2, 3, 4]);
        assert_eq!(ids(&mut other_phone), Vec::<u64>::new());
        assert!(!has_ended(&mut tablet) && !has_ended(&mut other_phone));
    }

    #[actix::test]
    async fn a_phone_that_comes_a_moment_late_gets_the_end_and_is_not_followed() {
        let tail = Arc::new(RecentTail::default());
        let hub = hub(&tail);
        let commits = changing_parties();
        tail.extend(commits.iter());
        hub.send(Publish { commits, through: Seq::new(4) }).await.expect("the hub takes it");
        let (guest, mut phone) = reader(at_table(Some(Visit::default())));
        assert!(matches!(hub.send(guest).await.expect("the hub answers"), Subscribed::Ended));
        assert_eq!(ids(&mut phone), [2]);
        assert!(has_ended(&mut phone));
    }

    fn ids(body: &mut OutboxBody) -> Vec<u64> {
        let mut context = TaskContext::from_waker(Waker::noop());
        let mut text = String::new();
        while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut *body).poll_next(&mut context) {
            text.push_str(&String::from_utf8_lossy(&frame));
        }
        text.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect()
    }

    /// What is durable is in the tail before the hub hears of it; a reader may have read it there.
    #[actix::test]
    async fn a_reader_ahead_of_the_hub_asks_again_and_gets_nothing_twice() {
        let tail = Arc::new(RecentTail::default());
        let hub = hub(&tail);
        let outbox = Arc::new(Outbox::default());
        let mut body = OutboxBody::new(Arc::clone(&outbox), || {});
        let subscribe = |position| Subscribe {
            outbox: Arc::clone(&outbox),
            audience: Audience::Staff,
            identity: StreamIdentity::default(),
            position: Seq::new(position),
        };
        let publish = |seq| Publish { commits: vec![commit(seq)], through: Seq::new(seq) };
        tail.extend([commit(2)].iter());
        let ahead = hub.send(subscribe(2)).await.expect("the hub answers");
        assert!(matches!(ahead, Subscribed::Elsewhere), "event 2 would come again with its batch");
        hub.send(publish(2)).await.expect("the hub takes it");
        let level = hub.send(subscribe(2)).await.expect("the hub answers");
        assert!(matches!(level, Subscribed::Followed(_)));
        tail.extend([commit(3)].iter());
        hub.send(publish(3)).await.expect("the hub takes it");
        tokio::task::yield_now().await;
        assert_eq!(ids(&mut body), [3]);
    }
}
