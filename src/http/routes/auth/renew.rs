//! A tablet's renewal: the same credential gives a new token, in mid-service and after any restart.

use actix_web::HttpRequest;
use actix_web::web::Data;

use super::tablet_token;
use crate::http::AppState;
use crate::http::answers::Answer;
use crate::http::body::access::RenewBody;
use crate::http::body::{Json, Optional};
use crate::http::identity::cookies;
use crate::http::identity::principal::require_own_page;
use crate::http::identity::tablet_secret::TabletSecret;
use crate::http::openapi::TabletLoginDocument;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{NoQuery, Query};

/// Renew a tablet's login.
#[utoipa::path(post, path = "/api/auth/table/renew", tag = "identity", operation_id = "renewTablet", security(()),
    request_body = RenewBody,
    responses(
        (status = 200, description = "Logged in for another 16 h", body = TabletLoginDocument),
        (status = 401, description = "The credential is unknown or revoked", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn renew(
    body: Json<RenewBody, Optional>,
    _: Query<NoQuery>,
    state: Data<AppState>,
    request: HttpRequest,
) -> Answer {
    let text = if let Some(token) = body.value.device_token {
        token.0.0
    } else {
        let cookie = cookies::read(&request, cookies::DEVICE).ok_or_else(ApiError::not_logged_in)?;
        require_own_page(&request, &state)?;
        cookie.to_owned()
    };
    let known = || {
        let secret = TabletSecret::parse(&text)?;
        let store = state.directory.get(secret.store.as_str())?;
        let (access, hash) = (store.access(), secret.hash());
        let tablet = access.tablets.values().find(|tablet| tablet.secret == hash)?;
        let table = access.tables.get(&tablet.table_id)?;
        Some((secret, store, tablet.id, table.clone()))
    };
    let (secret, store, tablet, table) = known().ok_or_else(ApiError::not_logged_in)?;
    tablet_token::give(&state, &store, &table, tablet, &secret).await
}
