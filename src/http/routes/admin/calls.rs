//! Staff calls, as staff see them.

use std::sync::Arc;

use super::write::Write;
use crate::domain::command::Command;
use crate::domain::error::Thing;
use crate::domain::event::Event;
use crate::domain::ids::CallId;
use crate::http::answers::{Answer, ok};
use crate::http::body::{Json, NoBody, Optional};
use crate::http::error::not_found;
use crate::http::identity::principal::{Serving, Staff};
use crate::http::openapi::{CallDocument, CallsDocument};
use crate::http::path_id::PathId;
use crate::http::problem::ProblemDocument;
use crate::http::query::{NoQuery, Query};
use crate::http::routes::calls::CallsWire;
use crate::store::wire::call::CallWire;

/// Open calls, oldest first.
#[utoipa::path(get, path = "/api/admin/calls", tag = "staff", operation_id = "listOpenCalls",
    responses(
        (status = 200, description = "Open calls", body = CallsDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn list(Staff(staff, _): Staff, _: Query<NoQuery>) -> Answer {
    let found = staff
        .store
        .read(|state| state.calls.values().filter(|call| call.resolved.is_none()).cloned().collect::<Vec<_>>());
    let calls = found.await?;
    Ok(ok(&CallsWire { calls: calls.iter().map(|call| CallWire::from(&**call)).collect() }))
}

/// Answer a call.
#[utoipa::path(post, path = "/api/admin/calls/{call_id}/resolve", tag = "staff", operation_id = "resolveCall",
    params(("call_id" = u64, Path, description = "The call"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The call as it stands now", body = CallDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn resolve(Write(by, ..): Write<Serving, Json<NoBody, Optional>>, PathId(id): PathId) -> Answer {
    let id = CallId::new(id);
    let outcome = by.execute(Command::ResolveCall(id)).await?;
    let resolved = outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::CallResolved(call) => Some(Arc::clone(call)),
        _ => None,
    });
    let call = match resolved {
        Some(call) => Some(call),
        None => by.staff.store.read(move |state| state.calls.get(&id).cloned()).await?,
    };
    Ok(ok(&CallWire::from(&*call.ok_or_else(|| not_found(Thing::Call))?)))
}
