//! The pages and their files.

use actix_web::{HttpRequest, web};

use crate::http::answers::Answer;
use crate::http::assets;
use crate::http::problem::{ApiError, ErrorCode};

fn nothing_there() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such page or file. Open the page again.")
}

/// A page.
pub(super) async fn page(request: HttpRequest) -> Answer {
    assets::page(&request, request.path()).ok_or_else(nothing_there)
}

/// A file that a page loads.
pub(super) async fn asset(request: HttpRequest, place: web::Path<(String, String)>) -> Answer {
    let (version, path) = &*place;
    assets::file(&request, version, path).ok_or_else(nothing_there)
}
