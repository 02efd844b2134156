//! Events as stream frames and sync objects: one pure function of the event and its audience, so that stream and sync
//! give one and the same sequence.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::call::CallWire;
use super::order::OrderFor;
use super::table::TableSetupWire;
use super::{WireTime, to_json};
use crate::domain::event::{Commit, Event};
use crate::domain::ids::{Seq, SessionId, TableId, Visit};
use crate::domain::money::Money;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::state::StoreState;

/// Who reads a sequence of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Staff see every event; secrets never appear in any wire form.
    Staff,
    /// A table sees orders and calls of its running party, the public menu, and the bare start and end of its sessions.
    Table(TableScope),
}

/// What a table may see: nothing of parties that left before the reader arrived. Sessions and visits only rise, so
/// "from here on" includes the parties to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableScope {
    /// The table.
    pub table: TableId,
    /// Orders of this session and later ones.
    pub from_session: SessionId,
    /// Calls of this visit and later ones.
    pub from_visit: Visit,
    /// A guest's own phone sees nothing but this visit; its sequence ends with it.
    pub only: Option<Visit>,
}

impl TableScope {
    /// What the table may see as things stand.
    pub fn of(state: &StoreState, table: TableId) -> Self {
        let seating = state.seating_of(table);
        let from_session = seating.session.unwrap_or(state.next.session);
        Self { table, from_session, from_visit: seating.visit, only: None }
    }

    /// What a guest's own phone may see as things stand; nothing once its visit is over.
    pub fn of_guest(state: &StoreState, table: TableId, visit: Visit) -> Option<Self> {
        let scope = Self { only: Some(visit), ..Self::of(state, table) };
        (scope.from_visit == visit).then_some(scope)
    }

    fn takes(&self, table: TableId, visit: Visit) -> bool {
        table == self.table && self.only.is_none_or(|only| only == visit)
    }
}

impl Audience {
    /// Whether this audience sees the event.
    pub fn sees(self, event: &Event) -> bool {
        let Self::Table(view) = self else { return true };
        match event {
            Event::MenuChanged { .. } => true,
            Event::SessionStarted(session) => view.takes(session.table_id, session.visit),
            Event::SessionCompleted(session) => view.takes(session.table_id, session.visit),
            Event::OrderCreated { order, .. }
            | Event::OrderStatusChanged { order, .. }
            | Event::IdentityChecked { order, .. } => {
                order.table_id == view.table && order.session_id >= view.from_session
            }
            Event::OrderDeleted { table_id, session_id, .. } => {
                *table_id == view.table && *session_id >= view.from_session
            }
            Event::CallCreated(call) | Event::CallResolved(call) => {
                view.takes(call.table_id, call.visit) && call.visit >= view.from_visit
            }
            _ => false,
        }
    }

    /// Those of the commits that this audience may be told of at all, and whether its sequence ends with them. A guest's
    /// phone is told nothing after the commit that finishes its table: orders name no visit, and what follows is the next
    /// party's.
    pub fn until_its_end(self, commits: &[Arc<Commit>]) -> (&[Arc<Commit>], bool) {
        let Self::Table(TableScope { table, only: Some(visit), .. }) = self else { return (commits, false) };
        let ends = |event: &Event| matches!(event, Event::SessionCompleted(session) if session.table_id == table && session.visit == visit);
        match commits.iter().position(|commit| commit.events.iter().any(ends)) {
            Some(last) => (&commits[..=last], true),
            None => (commits, false),
        }
    }
}

#[derive(Serialize)]
struct EventWire<'a, D: Serialize> {
    seq: Seq,
    #[serde(rename = "type")]
    kind: &'static str,
    at: WireTime,
    store: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    table_id: Option<TableId>,
    data: D,
}

#[derive(Serialize)]
struct OrderData<'a> {
    order: OrderFor<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<OrderStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passed: Option<bool>,
    table_total: Money,
}

/// The event's JSON object, as in a frame's `data` and in sync's `events`.
pub fn event_json(store: &str, commit: &Commit, seq: Seq, event: &Event, audience: Audience) -> Vec<u8> {
    let staff = audience == Audience::Staff;
    let order_data = |order: &Order, from, passed, table_total| {
        let data = OrderData { order: OrderFor { order, staff }, from, passed, table_total };
        to_json(&wire(store, commit, seq, event, data))
    };
    match event {
        Event::OrderCreated { order, table_total } => order_data(order, None, None, *table_total),
        Event::OrderStatusChanged { order, from, table_total } => order_data(order, Some(*from), None, *table_total),
        Event::IdentityChecked { order, table_total, passed } => order_data(order, None, Some(*passed), *table_total),
        _ => to_json(&wire(store, commit, seq, event, data(event, staff))),
    }
}

fn wire<'a, D: Serialize>(store: &'a str, commit: &Commit, seq: Seq, event: &Event, data: D) -> EventWire<'a, D> {
    EventWire { seq, kind: event.name(), at: WireTime(commit.at), store, table_id: event.table(), data }
}

fn data(event: &Event, staff: bool) -> Value {
    match event {
        Event::StoreCreated(profile) => json!({"slug": profile.slug, "name": profile.name}),
        Event::UserAdded(user) => json!({"user": {"id": user.id, "username": user.username, "role": user.role}}),
        Event::TokenRevoked { .. } => json!({}),
        Event::AccountLocked { until, .. } => json!({"until": WireTime(*until)}),
        Event::TabletPaired(tablet) => json!({"tablet_id": tablet.id, "table_id": tablet.table_id}),
        Event::TabletRevoked(id) => json!({"tablet_id": id}),
        Event::TableChanged(table) => json!({"table": TableSetupWire::from(&**table)}),
        Event::TableRemoved(id) => json!({"table_id": id}),
        Event::SessionStarted(session) => json!({"session_id": session.id, "table_id": session.table_id}),
        Event::SessionCompleted(session) if staff => json!({
            "session_id": session.session_id,
            "table_id": session.table_id,
            "order_count": session.order_count,
            "total": session.total,
            "forced": session.forced,
            "completed_by": session.completed_by_name,
        }),
        Event::SessionCompleted(session) => json!({"session_id": session.session_id, "table_id": session.table_id}),
        Event::ExpirySuspended { sessions } => json!({"sessions": sessions}),
        Event::OrderDeleted { order_id, table_id, session_id, table_total } => json!({
            "order_id": order_id,
            "table_id": table_id,
            "session_id": session_id,
            "table_total": table_total,
        }),
        Event::CallCreated(call) | Event::CallResolved(call) => json!({"call": CallWire::from(&**call)}),
        Event::LossConfirmed { ranges } => json!({"ranges": ranges}),
        Event::MenuChanged { version, .. } => json!({"version": version}),
        Event::OrderCreated { .. } | Event::OrderStatusChanged { .. } | Event::IdentityChecked { .. } => Value::Null,
    }
}

/// Appends one frame.
pub fn push_frame(buffer: &mut Vec<u8>, id: Option<Seq>, kind: &str, json: &[u8]) {
    push_frame_with(buffer, id, kind, |buffer| buffer.extend_from_slice(json));
}

/// The same, with data that is written in place.
pub fn push_frame_with(buffer: &mut Vec<u8>, id: Option<Seq>, kind: &str, write_json: impl FnOnce(&mut Vec<u8>)) {
    if let Some(id) = id {
        buffer.extend_from_slice(format!("id: {id}\n").as_bytes());
    }
    buffer.extend_from_slice(b"event: ");
    buffer.extend_from_slice(kind.as_bytes());
    buffer.extend_from_slice(b"\ndata: ");
    write_json(buffer);
    buffer.extend_from_slice(b"\n\n");
}

/// Appends the frames of a commit's events after `after` that this audience sees; tells how many.
pub fn push_commit(buffer: &mut Vec<u8>, store: &str, commit: &Commit, after: Seq, audience: Audience) -> usize {
    let mut count = 0;
    for (seq, event) in visible(commit, after, audience) {
        push_frame(buffer, Some(seq), event.name(), &event_json(store, commit, seq, event, audience));
        count += 1;
    }
    count
}

/// A commit's events after `after` that this audience sees.
pub fn visible(commit: &Commit, after: Seq, audience: Audience) -> impl Iterator<Item = (Seq, &Event)> {
    let numbered = (0..).zip(&commit.events).map(|(offset, event)| (commit.seq.plus(offset), event));
    numbered.filter(move |(seq, event)| *seq > after && audience.sees(event))
}

/// A frame that only moves the reader's id: the sequence is complete to `seq`.
pub fn position(seq: Seq) -> Vec<u8> {
    let mut frame = Vec::new();
    push_frame(&mut frame, Some(seq), "position", &to_json(&json!({"seq": seq})));
    frame
}

/// The frame that tells a reader to begin anew. The empty id makes the browser's own reconnect come without one.
pub fn resync(reason: &str) -> Vec<u8> {
    let mut frame = b"id:\n".to_vec();
    push_frame(&mut frame, None, "resync", &to_json(&json!({"reason": reason})));
    frame
}

/// The named heart-beat; comments never reach page code.
pub fn ping(now: crate::domain::time::Timestamp) -> Vec<u8> {
    let mut frame = Vec::new();
    push_frame(&mut frame, None, "ping", &to_json(&json!({"at": WireTime(now)})));
    frame
}

/// The hint how long to wait before reconnecting.
pub fn retry(retry_ms: u64) -> Vec<u8> {
    format!("retry: {retry_ms}\n\n").into_bytes()
}
