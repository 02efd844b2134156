//! The description of this API.

use std::sync::OnceLock;

use actix_web::http::StatusCode;
use bytes::Bytes;

use crate::http::answers::{Answer, json_bytes};
use crate::http::openapi;
use crate::http::query::{NoQuery, Query};

/// The OpenAPI document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation", operation_id = "readOpenApi", security(()),
    responses((status = 200, description = "This document", body = Object)))]
pub(crate) async fn openapi(_: Query<NoQuery>) -> Answer {
    static DOCUMENT: OnceLock<Bytes> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| openapi::document().to_json().unwrap_or_default().into());
    Ok(json_bytes(StatusCode::OK, document.clone()))
}
