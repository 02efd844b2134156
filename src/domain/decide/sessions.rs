//! Seating parties, and finishing tables, by staff or by the 16-hour rule.

use std::sync::Arc;

use crate::domain::command::Envelope;
use crate::domain::error::{Conflict, DomainError, Thing};
use crate::domain::event::{CompletedSession, Event};
use crate::domain::ids::TableId;
use crate::domain::limits::OPEN_ORDERS_NAMED_MAX;
use crate::domain::state::StoreState;
use crate::domain::table::Session;
use crate::domain::time::Timestamp;

pub(super) fn seat(state: &StoreState, at: Timestamp, table: TableId) -> Result<Vec<Event>, DomainError> {
    if !state.access.tables.contains_key(&table) {
        return Err(DomainError::NotFound(Thing::Table));
    }
    if state.session_at(table).is_some() {
        return Err(DomainError::Conflict(Conflict::PartySeated));
    }
    let visit = state.seating_of(table).visit;
    Ok(vec![Event::SessionStarted(Session::new(state.next.session, table, visit, at))])
}

pub(super) fn complete(
    state: &StoreState,
    envelope: &Envelope,
    table: TableId,
    force: bool,
) -> Result<Vec<Event>, DomainError> {
    if !state.access.tables.contains_key(&table) {
        return Err(DomainError::NotFound(Thing::Table));
    }
    let session = state.session_at(table).ok_or(DomainError::Conflict(Conflict::NoSession))?;
    if session.open_orders > 0 && !force {
        let open = state.orders_of(session.id).filter(|order| order.status.is_open());
        return Err(DomainError::OpenOrders(open.take(OPEN_ORDERS_NAMED_MAX).cloned().collect()));
    }
    let forced = session.open_orders > 0;
    Ok(vec![completed(state, envelope, session, forced)])
}

pub(super) fn expire(state: &StoreState, envelope: &Envelope) -> Vec<Event> {
    let over = |session: &&Session| !session.expiry_suspended && session.expires_at <= envelope.at;
    state.sessions.values().filter(over).map(|session| completed(state, envelope, session, true)).collect()
}

pub(super) fn suspend_expiry(state: &StoreState) -> Vec<Event> {
    let running = state.sessions.values().filter(|session| !session.expiry_suspended);
    let sessions: Vec<_> = running.map(|session| session.id).collect();
    if sessions.is_empty() { Vec::new() } else { vec![Event::ExpirySuspended { sessions }] }
}

fn completed(state: &StoreState, envelope: &Envelope, session: &Session, forced: bool) -> Event {
    let by = envelope.principal.user();
    let name = by.and_then(|id| state.access.users.get(&id)).map(|user| user.username.as_str().into());
    let number = state.access.tables.get(&session.table_id).map(|table| table.number);
    Event::SessionCompleted(Arc::new(CompletedSession {
        session_id: session.id,
        table_id: session.table_id,
        table_number: number.expect("a running session's table exists: tables in use cannot be removed"),
        visit: session.visit,
        started_at: session.started_at,
        completed_at: envelope.at,
        business_day: envelope.business_day,
        completed_by: by,
        completed_by_name: name,
        forced,
        order_ids: state.orders_of(session.id).map(|order| order.id).collect(),
        order_count: session.order_count,
        total: session.total,
        ordered: session.ordered,
    }))
}
