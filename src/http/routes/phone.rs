//! What a table's tablet shows so that guests' own phones can come in.

use actix_web::HttpRequest;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock;
use crate::config::Phones;
use crate::http::AppState;
use crate::http::answers::{Answer, ok};
use crate::http::identity::phone_keys::KeyedTable;
use crate::http::identity::principal::Tablet;
use crate::http::page_address::PageLink;
use crate::http::problem::ProblemDocument;
use crate::http::query::{NoQuery, Query};

/// How phones come in at this table.
#[derive(Serialize, ToSchema)]
pub(crate) struct PhoneAnswer {
    /// `off`, `code` or `seated`.
    mode: &'static str,
    /// The link that lets a phone in for this visit; null when phones are off.
    url: Option<String>,
    /// The six digits that the table's sticker asks for; null unless the mode is `code`.
    code: Option<String>,
    /// The link as a QR code, an SVG picture; null when phones are off.
    qr: Option<String>,
}

/// How phones come in at this table, for its tablet to show. It changes when the
/// party begins to order and when the table is finished, and every half hour while nobody has ordered.
#[utoipa::path(get, path = "/api/phone", tag = "guests", operation_id = "readPhoneLink",
    responses(
        (status = 200, description = "Link and code of this visit", body = PhoneAnswer),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Tablet(tablet): Tablet,
    _: Query<NoQuery>,
    state: Data<AppState>,
    request: HttpRequest,
) -> Answer {
    let mode = state.settings.guest_page.phones;
    let table = KeyedTable { store: tablet.store.slug().clone(), table: tablet.table.id };
    let [secrets, ..] = table.secrets(&state.keys, tablet.store.sitting_at(tablet.table.id), clock::now());
    let link = (mode != Phones::Off).then(|| PageLink::new(&request, &state, &format!("v={}", secrets.key)));
    let code = (mode == Phones::Code).then_some(secrets.code);
    let (url, qr) = link.map(|PageLink { url, qr }| (url, qr)).unzip();
    Ok(ok(&PhoneAnswer { mode: mode.word(), url, code, qr }))
}
