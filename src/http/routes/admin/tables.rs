//! Tables: setting them up, seeing them all, seating parties, finishing them.

use std::sync::Arc;

use serde::Serialize;

use super::write::Write;
use crate::domain::command::Command;
use crate::domain::error::Thing;
use crate::domain::event::Event;
use crate::domain::ids::TableId;
use crate::domain::table::Table;
use crate::http::answers::{Answer, created, no_content, ok};
use crate::http::body::orders::CompleteBody;
use crate::http::body::tables::{TableBody, TableChangeBody};
use crate::http::body::{Json, NoBody, Optional};
use crate::http::error::not_found;
use crate::http::identity::principal::{Managing, Serving, Staff, StaffPrincipal};
use crate::http::openapi::{CompletedDocument, SeatedDocument, TableDocument, TablesDocument};
use crate::http::path_id::PathId;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::store::Outcome;
use crate::store::wire::table::{CompletedSessionWire, SessionWire, TableView};

#[derive(Serialize)]
struct TablesWire {
    tables: Vec<TableView>,
}

/// All tables, by number.
#[utoipa::path(get, path = "/api/admin/tables", tag = "staff", operation_id = "listTables",
    responses(
        (status = 200, description = "All tables", body = TablesDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn list(Staff(staff, _): Staff, _: Query<NoQuery>) -> Answer {
    let mut tables = staff.store.read(TableView::all).await?;
    for view in &mut tables {
        view.last_contact = staff.store.last_contact(view.table.id);
    }
    Ok(ok(&TablesWire { tables }))
}

/// The table that a command made or changed, as it stands now; as it was made if it is gone since, so that a repeat
/// gives the first status.
async fn view(staff: &StaffPrincipal, outcome: &Outcome, id: TableId) -> Result<TableView, ApiError> {
    let found = staff.store.read(move |state| {
        let table = state.access.tables.get(&id)?;
        Some(TableView::of(state, table))
    });
    let gone = || {
        let table = changed_table(outcome)?;
        Some(TableView { table, session: None, latest_order: None, last_contact: None })
    };
    let mut view = found.await?.or_else(gone).ok_or_else(|| not_found(Thing::Table))?;
    view.last_contact = staff.store.last_contact(id);
    Ok(view)
}

fn changed_table(outcome: &Outcome) -> Option<Arc<Table>> {
    outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::TableChanged(table) => Some(Arc::clone(table)),
        _ => None,
    })
}

/// Add a table.
#[utoipa::path(post, path = "/api/admin/tables", tag = "staff", operation_id = "createTable", request_body = TableBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 201, description = "The table", body = TableDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn create(Write(by, body, ..): Write<Managing, Json<TableBody>>) -> Answer {
    let (password, table) = body.into_parts();
    let command = Command::AddTable(table(by.state.passwords.hash(password).await?));
    let outcome = by.execute(command).await?;
    let table = changed_table(&outcome).ok_or_else(|| ApiError::internal("a new table made no event"))?;
    Ok(created(&view(&by.staff, &outcome, table.id).await?))
}

/// Change a table; absent is unchanged, null is cleared.
#[utoipa::path(patch, path = "/api/admin/tables/{table_id}", tag = "staff", operation_id = "changeTable",
    request_body = TableChangeBody,
    params(("table_id" = u64, Path, description = "The table"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The table as it stands now", body = TableDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn change(Write(by, body, ..): Write<Managing, Json<TableChangeBody>>, PathId(id): PathId) -> Answer {
    let id = TableId::new(id);
    let (password, mut change) = body.into_parts();
    if let Some(password) = password {
        change.password_hash = Some(by.state.passwords.hash(password).await?);
    }
    let outcome = by.execute(Command::ChangeTable(id, change)).await?;
    Ok(ok(&view(&by.staff, &outcome, id).await?))
}

/// Remove a table without a running session.
#[utoipa::path(delete, path = "/api/admin/tables/{table_id}", tag = "staff", operation_id = "deleteTable",
    params(("table_id" = u64, Path, description = "The table"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 204, description = "Removed"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn delete(Write(by, ..): Write<Managing>, PathId(id): PathId) -> Answer {
    by.execute(Command::RemoveTable(TableId::new(id))).await?;
    Ok(no_content())
}

#[derive(Serialize)]
struct SeatedWire {
    session: SessionWire,
}

/// Seat a party: its session runs before it orders.
#[utoipa::path(post, path = "/api/admin/tables/{table_id}/seat", tag = "staff", operation_id = "seatParty",
    params(("table_id" = u64, Path, description = "The table"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The session", body = SeatedDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn seat(Write(by, ..): Write<Serving, Json<NoBody, Optional>>, PathId(id): PathId) -> Answer {
    let outcome = by.execute(Command::SeatParty { table: TableId::new(id) }).await?;
    let started = outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::SessionStarted(session) => Some(session),
        _ => None,
    });
    let session = started.ok_or_else(|| ApiError::internal("seating a party made no event"))?;
    Ok(ok(&SeatedWire { session: SessionWire::from(session) }))
}

#[derive(Serialize)]
struct CompletedWire<'a> {
    session: CompletedSessionWire<'a>,
}

/// Finish a table: its orders move to history.
#[utoipa::path(post, path = "/api/admin/tables/{table_id}/complete", tag = "staff", operation_id = "completeTable",
    request_body = CompleteBody,
    params(("table_id" = u64, Path, description = "The table"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The finished session", body = CompletedDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn complete(
    Write(by, body, ..): Write<Serving, Json<CompleteBody, Optional>>,
    PathId(id): PathId,
) -> Answer {
    let command = Command::CompleteSession { table: TableId::new(id), force: body.force };
    let outcome = by.execute(command).await?;
    let completed = outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::SessionCompleted(session) => Some(session),
        _ => None,
    });
    let session = completed.ok_or_else(|| ApiError::internal("finishing a table made no event"))?;
    Ok(ok(&CompletedWire { session: CompletedSessionWire::from(&**session) }))
}
