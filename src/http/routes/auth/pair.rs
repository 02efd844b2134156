//! A tablet takes up an offer that staff made: it is paired as after a login with the table's password.

use actix_web::web::Data;

use super::tablet_token;
use crate::clock;
use crate::http::AppState;
use crate::http::answers::Answer;
use crate::http::body::Json;
use crate::http::body::access::PairBody;
use crate::http::openapi::TabletLoginDocument;
use crate::http::pairing::OfferRefused;
use crate::http::problem::{ApiError, ErrorCode, ProblemDocument};
use crate::http::query::{NoQuery, Query};

/// Pair a tablet with the table that staff chose.
#[utoipa::path(post, path = "/api/auth/table/pair", tag = "identity", operation_id = "pairTablet", security(()),
    request_body = PairBody,
    responses(
        (status = 200, description = "Logged in for 16 h, renewable with device_token", body = TabletLoginDocument),
        (status = 403, description = "Code or secret is wrong, used or over", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong codes; links go on", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn pair(body: Json<PairBody>, _: Query<NoQuery>, state: Data<AppState>) -> Answer {
    let now_ms = clock::monotonic_ms();
    let offer = match (body.value.code, body.value.secret) {
        (Some(code), None) => state.pairings.take_code(&code.0.0, now_ms),
        (None, Some(secret)) => state.pairings.take_secret(&secret.0.0, now_ms),
        _ => return Err(ApiError::field("code", "send either code or secret")),
    };
    let offer = offer.map_err(refused)?;
    let store = state.directory.get(offer.store.as_str());
    let table = store.as_ref().and_then(|store| store.access().tables.get(&offer.table).cloned());
    let (Some(store), Some(table)) = (store, table) else { return Err(refused(OfferRefused::NotValid)) };
    let answer = tablet_token::pair(&state, &store, &table, offer.by).await;
    if answer.is_err() {
        state.pairings.give_back(offer, clock::monotonic_ms());
    }
    answer
}

fn refused(why: OfferRefused) -> ApiError {
    match why {
        OfferRefused::NotValid => ApiError::new(
            ErrorCode::Forbidden,
            "The code or link is wrong, used or over. Make a new one on the staff page.",
        ),
        OfferRefused::TooManyWrong(seconds) => ApiError::new(
            ErrorCode::TooManyAttempts,
            "Too many wrong codes. Wait as long as Retry-After says, or scan the QR code instead.",
        )
        .retry_after_s(seconds),
    }
}
