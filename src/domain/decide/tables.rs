//! Tables: unique numbers; a table in use cannot be removed.

use std::sync::Arc;

use crate::domain::command::{NewTable, TableChange};
use crate::domain::error::{Conflict, DomainError, Thing};
use crate::domain::event::Event;
use crate::domain::ids::{TableId, TableNumber};
use crate::domain::limits::TABLE_NUMBER_MAX;
use crate::domain::state::StoreState;
use crate::domain::table::Table;

pub(super) fn add(state: &StoreState, new: &NewTable) -> Result<Vec<Event>, DomainError> {
    refuse_taken_number(state, new.number, None)?;
    if state.access.tables.len() >= usize::from(TABLE_NUMBER_MAX) {
        return Err(DomainError::Conflict(Conflict::TooMany("tables")));
    }
    let table = Table {
        id: state.next.table,
        number: new.number,
        label: new.label.clone(),
        seats: new.seats,
        password_hash: new.password_hash.clone(),
    };
    Ok(vec![Event::TableChanged(Arc::new(table))])
}

pub(super) fn change(state: &StoreState, id: TableId, change: &TableChange) -> Result<Vec<Event>, DomainError> {
    let before = state.access.tables.get(&id).ok_or(DomainError::NotFound(Thing::Table))?;
    let mut table = Table::clone(before);
    if let Some(number) = change.number {
        refuse_taken_number(state, number, Some(id))?;
        table.number = number;
    }
    if let Some(label) = &change.label {
        table.label.clone_from(label);
    }
    if let Some(seats) = change.seats {
        table.seats = seats;
    }
    if let Some(hash) = &change.password_hash {
        table.password_hash.clone_from(hash);
    }
    if table == **before { Ok(Vec::new()) } else { Ok(vec![Event::TableChanged(Arc::new(table))]) }
}

pub(super) fn remove(state: &StoreState, id: TableId) -> Result<Vec<Event>, DomainError> {
    if !state.access.tables.contains_key(&id) {
        return Err(DomainError::NotFound(Thing::Table));
    }
    if state.session_at(id).is_some() {
        return Err(DomainError::Conflict(Conflict::TableInUse));
    }
    Ok(vec![Event::TableRemoved(id)])
}

fn refuse_taken_number(state: &StoreState, number: TableNumber, except: Option<TableId>) -> Result<(), DomainError> {
    let taken = state.access.tables.values().any(|table| table.number == number && Some(table.id) != except);
    if taken { Err(DomainError::Conflict(Conflict::TableNumberTaken)) } else { Ok(()) }
}
