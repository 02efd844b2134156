//! Staff calls.

use std::sync::Arc;

use crate::domain::call::{Call, Resolved};
use crate::domain::command::Envelope;
use crate::domain::error::{Conflict, DomainError, Thing};
use crate::domain::event::Event;
use crate::domain::ids::{CallId, TableId};
use crate::domain::limits::OPEN_CALLS_PER_TABLE_MAX;
use crate::domain::state::StoreState;
use crate::domain::text::{Label, Note};
use crate::domain::time::Timestamp;

pub(super) fn create(
    state: &StoreState,
    at: Timestamp,
    table: TableId,
    kind: Label,
    note: Option<Note>,
) -> Result<Vec<Event>, DomainError> {
    let setup = state.access.tables.get(&table).ok_or(DomainError::NotFound(Thing::Table))?;
    let open = state.calls.values().filter(|call| call.table_id == table && call.resolved.is_none()).count();
    if open >= OPEN_CALLS_PER_TABLE_MAX {
        return Err(DomainError::Conflict(Conflict::TooManyCalls));
    }
    let seating = state.seating_of(table);
    let call = Call {
        id: state.next.call,
        table_id: table,
        table_number: setup.number,
        visit: seating.visit,
        session_id: seating.session,
        kind,
        note,
        created_at: at,
        resolved: None,
    };
    Ok(vec![Event::CallCreated(Arc::new(call))])
}

/// A call that is already answered stays as it is: two waiters may press at once.
pub(super) fn resolve(state: &StoreState, envelope: &Envelope, id: CallId) -> Result<Vec<Event>, DomainError> {
    let before = state.calls.get(&id).ok_or(DomainError::NotFound(Thing::Call))?;
    let Some(by) = envelope.principal.user() else { return Err(DomainError::NotFound(Thing::Call)) };
    if before.resolved.is_some() {
        return Ok(Vec::new());
    }
    let call = Call { resolved: Some(Resolved { at: envelope.at, by }), ..Call::clone(before) };
    Ok(vec![Event::CallResolved(Arc::new(call))])
}
