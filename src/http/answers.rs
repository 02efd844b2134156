//! Answers that are not refusals: JSON bytes with their status, and nothing with 204.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;

use super::problem::ApiError;
use crate::store::wire;

/// What a handler gives back.
pub(crate) type Answer = Result<HttpResponse, ApiError>;

/// JSON that is ready.
pub(crate) fn json_bytes(status: StatusCode, json: impl Into<bytes::Bytes>) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CONTENT_TYPE, "application/json")).body(json.into())
}

/// 200 with a value.
pub(crate) fn ok(value: &impl Serialize) -> HttpResponse {
    json_bytes(StatusCode::OK, wire::to_json(value))
}

/// 201 with a value.
pub(crate) fn created(value: &impl Serialize) -> HttpResponse {
    json_bytes(StatusCode::CREATED, wire::to_json(value))
}

/// 204.
pub(crate) fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
