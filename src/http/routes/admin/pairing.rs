//! Offers to pair a tablet with a table, made by who serves there.

use actix_web::HttpRequest;
use serde::Serialize;
use utoipa::ToSchema;

use super::write::Write;
use crate::clock::{self, Rfc3339};
use crate::domain::error::Thing;
use crate::domain::ids::TableId;
use crate::http::answers::{Answer, created};
use crate::http::body::{Json, NoBody, Optional};
use crate::http::error::not_found;
use crate::http::identity::principal::Serving;
use crate::http::page_address::PageLink;
use crate::http::pairing::OFFER_LIFE_MS;
use crate::http::path_id::PathId;
use crate::http::problem::{ApiError, ProblemDocument};

/// An offer to pair one tablet.
#[derive(Serialize, ToSchema)]
pub(crate) struct PairingAnswer {
    /// Six digits to type on the tablet.
    code: String,
    /// The link to open on the tablet.
    url: String,
    /// The link as a QR code, an SVG picture.
    qr: String,
    /// Until when it is good.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Rfc3339,
}

/// Offer a table to one tablet, once and for ten minutes; the offer before it ends. A repeat makes a new offer.
#[utoipa::path(post, path = "/api/admin/tables/{table_id}/pairing", tag = "staff", operation_id = "offerPairing",
    params(("table_id" = u64, Path, description = "The table")),
    responses(
        (status = 201, description = "The offer", body = PairingAnswer),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn offer(
    Write(by, ..): Write<Serving, Json<NoBody, Optional>>,
    PathId(id): PathId,
    request: HttpRequest,
) -> Answer {
    let (store, id) = (&by.staff.store, TableId::new(id));
    if !store.access().tables.contains_key(&id) {
        return Err(not_found(Thing::Table));
    }
    let expires_at = clock::now().plus_ms(i64::try_from(OFFER_LIFE_MS).unwrap_or(i64::MAX));
    let made = by
        .state
        .pairings
        .offer(store.slug(), id, by.staff.principal(), clock::monotonic_ms())
        .map_err(ApiError::internal)?;
    let PageLink { url, qr } = PageLink::new(&request, &by.state, &format!("pair={}", made.secret));
    Ok(created(&PairingAnswer { code: made.code, url, qr, expires_at: clock::rfc3339(expires_at) }))
}
