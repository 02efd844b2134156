//! The description of this API.

use actix_web::http::StatusCode;

use crate::http::answers::{Answer, json_bytes};
use crate::http::openapi;
use crate::http::query::{NoQuery, Query};

/// The OpenAPI document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation", operation_id = "readOpenApi", security(()),
    responses((status = 200, description = "This document", body = Object)))]
pub(crate) async fn openapi(_: Query<NoQuery>) -> Answer {
    Ok(json_bytes(StatusCode::OK, openapi::document()))
}
