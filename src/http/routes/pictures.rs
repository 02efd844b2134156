//! Photos of dishes by the hash of their content. They need no login: who knows a name has read it in a menu, and under a
//! name there is always the same picture, so that it may be kept for ever.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::ids::PictureHash;
use crate::http::AppState;
use crate::http::answers::Answer;
use crate::http::etag;
use crate::http::problem::{ApiError, ErrorCode};

fn nothing_there() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such picture. Read the menu again.")
}

/// A picture.
pub(super) async fn read(
    request: HttpRequest,
    state: web::Data<AppState>,
    place: web::Path<(String, String)>,
) -> Answer {
    let (store, name) = &*place;
    // Only what is exactly a hash becomes part of a path.
    let picture = name.strip_suffix(".jpg").and_then(PictureHash::parse).ok_or_else(nothing_there)?;
    let store = state.directory.get(store).ok_or_else(nothing_there)?;
    let etag = format!("\"{picture}\"");
    let known = etag::is_known(&request, &etag);
    let jpeg = if known { None } else { Some(store.picture(picture).await) };
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::ETAG, etag));
    answer.insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    match jpeg {
        None => Ok(answer.finish()),
        Some(Ok(Some(jpeg))) => Ok(answer.insert_header((header::CONTENT_TYPE, "image/jpeg")).body(jpeg)),
        Some(Ok(None)) => Err(nothing_there()),
        Some(Err(error)) => Err(ApiError::internal(format!("a picture cannot be read: {error}"))),
    }
}
