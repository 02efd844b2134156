//! The two streams. Where a reader stands is read here; everything it is sent comes from the store.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::error::DomainError;
use crate::http::AppState;
use crate::http::answers::Answer;
use crate::http::identity::principal::{OwnTable, Staff};
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::Query;
use crate::http::rate_limit::Limited;
use crate::store::{ExecuteError, From, Reader, StoreHandle, StreamIdentity};

/// Where the reader stands, for clients that cannot send `Last-Event-ID`; that header wins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamQuery {
    /// The last event the reader has; 0 for none.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// The history that event is of.
    #[serde(default)]
    lineage: Option<String>,
}

/// What HEAD tells of a stream: that it has no length, which an empty body would have.
struct NoFrames;

impl MessageBody for NoFrames {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

/// A seq as clients write it: digits only. One that is too large for any journal is above every head.
pub(super) fn parse_seq(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

fn position(request: &HttpRequest, query: StreamQuery) -> From {
    let mut headers = request.headers().get_all("Last-Event-ID").filter(|value| !value.is_empty());
    let header = headers.next().map(|value| value.to_str().unwrap_or("unreadable").to_owned());
    if headers.next().is_some() {
        return From::Unreadable;
    }
    match header.or(query.after).as_deref().map(parse_seq) {
        None => From::Nothing,
        Some(None) => From::Unreadable,
        Some(Some(seq)) => From::After { seq, lineage: query.lineage },
    }
}

/// The store's stream: every event.
#[utoipa::path(get, path = "/api/admin/orders/stream", tag = "staff", operation_id = "streamStore",
    params(StreamQuery, ("Last-Event-ID" = Option<u64>, Header, description = "The last event the reader has")),
    responses(
        (status = 200, description = "Events", body = String, content_type = "text/event-stream"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn staff(
    Staff(staff, _): Staff,
    query: Query<StreamQuery>,
    state: Data<AppState>,
    request: HttpRequest,
) -> Answer {
    let reader = Reader::Staff;
    open(&request, &state, &staff.store, reader, staff.limited(), staff.stream_identity(), query.0).await
}

/// A table's stream: its own orders and calls, and the public menu. A phone's ends with its visit.
#[utoipa::path(get, path = "/api/sse/orders/{table_id}", tag = "guests", operation_id = "streamTable",
    params(("table_id" = u64, Path, description = "The tablet's own table"), StreamQuery,
        ("Last-Event-ID" = Option<u64>, Header, description = "The last event the reader has")),
    responses(
        (status = 200, description = "Events", body = String, content_type = "text/event-stream"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn table(
    OwnTable(table): OwnTable,
    query: Query<StreamQuery>,
    state: Data<AppState>,
    request: HttpRequest,
) -> Answer {
    let reader = table.reader();
    open(&request, &state, &table.store, reader, table.streams_of(), table.stream_identity(), query.0).await
}

/// A visit that ended after its phone was recognised: the phone is logged out, as it would be an instant later.
pub(crate) fn out_by_now(error: ExecuteError) -> ApiError {
    match error {
        ExecuteError::Refused(DomainError::SessionEnded) => ApiError::not_logged_in(),
        other => other.into(),
    }
}

async fn open(
    request: &HttpRequest,
    state: &AppState,
    store: &StoreHandle,
    reader: Reader,
    who: Limited,
    identity: StreamIdentity,
    query: StreamQuery,
) -> Answer {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header(("X-Accel-Buffering", "no"));
    if request.method() == Method::HEAD {
        return Ok(answer.body(NoFrames));
    }
    let slot = state.slots.take(who)?;
    let body = store.stream(reader, position(request, query), identity, Box::new(slot)).await.map_err(out_by_now)?;
    Ok(answer.streaming(body))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_header_wins_zero_counts_and_what_is_no_number_is_said_so() {
        let of = |header: Option<&str>, after: Option<&str>| {
            let mut request = TestRequest::default();
            if let Some(header) = header {
                request = request.insert_header(("Last-Event-ID", header));
            }
            let query = StreamQuery { after: after.map(str::to_owned), lineage: None };
            position(&request.to_http_request(), query)
        };
        let after = |seq| From::After { seq, lineage: None };
        for (header, query, expected) in [
            (None, None, From::Nothing),
            (Some(""), None, From::Nothing),
            (None, Some("0"), after(0)),
            (Some("7"), Some("3"), after(7)),
            (Some(""), Some("3"), after(3)),
            (Some("x"), Some("3"), From::Unreadable),
            (None, Some(""), From::Unreadable),
            (None, Some("-1"), From::Unreadable),
            (None, Some("1.5"), From::Unreadable),
            (None, Some("+1"), From::Unreadable),
            (None, Some("99999999999999999999999"), after(u64::MAX)),
        ] {
            assert_eq!(of(header, query), expected, "{header:?} {query:?}");
        }
    }
}
