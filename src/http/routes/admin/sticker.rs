//! A table's permanent sticker for guests' own phones.

use actix_web::HttpRequest;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::error::Thing;
use crate::domain::ids::TableId;
use crate::http::AppState;
use crate::http::answers::{Answer, ok};
use crate::http::error::not_found;
use crate::http::identity::phone_keys::KeyedTable;
use crate::http::identity::principal::{Serving, Staff};
use crate::http::page_address::PageLink;
use crate::http::path_id::PathId;
use crate::http::problem::ProblemDocument;
use crate::http::query::{NoQuery, Query};

/// What is printed on a table's sticker.
#[derive(Serialize, ToSchema)]
pub(crate) struct StickerAnswer {
    /// The link that the sticker opens.
    url: String,
    /// The link as a QR code, an SVG picture.
    qr: String,
}

/// A table's sticker. It stays as it is as long as the table, its address and this installation's secret do.
#[utoipa::path(get, path = "/api/admin/tables/{table_id}/sticker", tag = "staff", operation_id = "readSticker",
    params(("table_id" = u64, Path, description = "The table")),
    responses(
        (status = 200, description = "Link and picture", body = StickerAnswer),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Staff(staff, _): Staff<Serving>,
    PathId(id): PathId,
    _: Query<NoQuery>,
    state: Data<AppState>,
    request: HttpRequest,
) -> Answer {
    let table = KeyedTable { store: staff.store.slug().clone(), table: TableId::new(id) };
    if !staff.store.access().tables.contains_key(&table.table) {
        return Err(not_found(Thing::Table));
    }
    let PageLink { url, qr } = PageLink::new(&request, &state, &format!("t={}", table.sticker(&state.keys)));
    Ok(ok(&StickerAnswer { url, qr }))
}
