//! `GET /api/sync`: the same sequence as the stream, for reconnects and for polling.

use actix_web::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::streams::{out_by_now, parse_seq};
use crate::http::answers::{Answer, json_bytes};
use crate::http::identity::principal::AnyPrincipal;
use crate::http::openapi::SyncDocument;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{Query, SharedAs};
use crate::store::{From, Reader};

/// Where the reader stands.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SyncQuery {
    /// The last event the reader has; absent for a snapshot.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// The history that event is of.
    #[serde(default)]
    lineage: Option<String>,
    /// Whose cookie is read; by default the only one present, else the table's.
    #[serde(default, rename = "as")]
    #[expect(dead_code, reason = "the identity reads it from the query itself, before everything else")]
    audience: Option<SharedAs>,
}

/// The events after a position, or a snapshot.
#[utoipa::path(get, path = "/api/sync", tag = "guests", operation_id = "sync", params(SyncQuery),
    responses(
        (status = 200, description = "Up to 500 events, or a snapshot", body = SyncDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn read(who: AnyPrincipal, query: Query<SyncQuery>) -> Answer {
    let SyncQuery { after, lineage, .. } = query.0;
    let from = match after.as_deref().map(parse_seq) {
        None => From::Nothing,
        Some(Some(seq)) => From::After { seq, lineage },
        Some(None) => {
            return Err(ApiError::field("after", "must be a whole number from 0; leave it out for a snapshot"));
        }
    };
    let reader = match &who {
        AnyPrincipal::Staff(_) => Reader::Staff,
        AnyPrincipal::Table(table) => table.reader(),
    };
    Ok(json_bytes(StatusCode::OK, who.store().sync(reader, from).await.map_err(out_by_now)?))
}
