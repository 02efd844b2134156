//! `GET /api/menus`: the public menu, straight from its ready bytes; no request waits for a writer here.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::answers::Answer;
use crate::http::compression::{self, Encoding};
use crate::http::etag;
use crate::http::identity::principal::AnyPrincipal;
use crate::http::openapi::MenuDocument;
use crate::http::problem::ProblemDocument;
use crate::http::query::{Query, SharedQuery};

/// The public menu.
#[utoipa::path(get, path = "/api/menus", tag = "guests", operation_id = "readMenu",
    params(SharedQuery, ("If-None-Match" = Option<String>, Header, description = "ETag of the menu already held")),
    responses(
        (status = 200, description = "The menu", body = MenuDocument),
        (status = 304, description = "Unchanged"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn read(request: HttpRequest, who: AnyPrincipal, _: Query<SharedQuery>) -> Answer {
    let menu = who.store().menu();
    let encoding = Encoding::wanted(&request, &[Encoding::Brotli, Encoding::Gzip]);
    let etag = format!("\"{}{}\"", menu.hash(etag::content_hash), encoding.suffix());
    let known = etag::is_known(&request, &etag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, etag))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if known {
        return Ok(answer.finish());
    }
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    if let Some(word) = encoding.word() {
        answer.insert_header((header::CONTENT_ENCODING, word));
    }
    let body = match encoding {
        Encoding::Identity => menu.json.clone(),
        Encoding::Gzip => menu.gzip(compression::gzip).clone(),
        Encoding::Brotli => menu.brotli(compression::brotli).clone(),
    };
    Ok(answer.body(body))
}
