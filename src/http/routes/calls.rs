//! A guest's staff calls.

use actix_web::HttpRequest;
use serde::Serialize;

use crate::domain::event::Event;
use crate::http::AppState;
use crate::http::answers::{Answer, created, ok};
use crate::http::body::Json;
use crate::http::body::calls::CallBody;
use crate::http::idempotency;
use crate::http::identity::principal::TablePrincipal;
use crate::http::openapi::{CallDocument, CallsDocument};
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::store::wire::call::CallWire;
use actix_web::web::Data;

/// Calls, oldest first.
#[derive(Serialize)]
pub(super) struct CallsWire<'a> {
    pub(super) calls: Vec<CallWire<'a>>,
}

/// Call staff.
#[utoipa::path(post, path = "/api/calls", tag = "guests", operation_id = "createCall", request_body = CallBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 201, description = "Staff are told", body = CallDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn create(
    table: TablePrincipal,
    body: Json<CallBody>,
    _: Query<NoQuery>,
    state: Data<AppState>,
    request: HttpRequest,
) -> Answer {
    let principal = table.principal();
    let key = idempotency::of_write(&request, &state.keys, table.store.slug(), principal, &body.bytes)?;
    let outcome = table.store.execute(principal, key, body.value.into_command(table.table.id)).await?;
    let call = outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::CallCreated(call) => Some(call),
        _ => None,
    });
    let call = call.ok_or_else(|| ApiError::internal("a call made no event"))?;
    Ok(created(&CallWire::from(&**call)))
}

/// Own calls of this visit, oldest first.
#[utoipa::path(get, path = "/api/calls", tag = "guests", operation_id = "listCalls",
    responses(
        (status = 200, description = "Own calls", body = CallsDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn list(table: TablePrincipal, _: Query<NoQuery>) -> Answer {
    let id = table.table.id;
    let found = table.read(move |state| {
        let visit = state.seating_of(id).visit;
        let own = state.calls.values().filter(|call| call.table_id == id && call.visit == visit);
        own.cloned().collect::<Vec<_>>()
    });
    let calls = found.await?;
    Ok(ok(&CallsWire { calls: calls.iter().map(|call| CallWire::from(&**call)).collect() }))
}
