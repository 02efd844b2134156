//! A tablet's login: it pairs the tablet with the table.

use actix_web::web::Data;

use super::tablet_token;
use crate::domain::access::Principal;
use crate::http::AppState;
use crate::http::answers::Answer;
use crate::http::body::Json;
use crate::http::body::access::TableLoginBody;
use crate::http::lockout::AccountKind;
use crate::http::openapi::TabletLoginDocument;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::http::routes::login::Attempt;

/// Log a tablet in at a table.
#[utoipa::path(post, path = "/api/auth/table/login", tag = "identity", operation_id = "logTabletIn", security(()),
    request_body = TableLoginBody,
    responses(
        (status = 200, description = "Logged in for 16 h, renewable with device_token", body = TabletLoginDocument),
        (status = 429, description = "The account is locked", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn login(body: Json<TableLoginBody>, _: Query<NoQuery>, state: Data<AppState>) -> Answer {
    let TableLoginBody { store, table_number, password } = body.value;
    let (store_name, name) = (store.0.0, table_number.to_string());
    let store = state.directory.get(&store_name);
    let table = store.as_ref().and_then(|store| {
        store.access().tables.values().find(|table| u64::from(table.number.get()) == table_number).cloned()
    });
    let attempt = Attempt {
        kind: AccountKind::Table,
        store_name: &store_name,
        name: &name,
        store: store.as_ref(),
        hash: table.as_ref().map(|table| table.password_hash.clone()),
    };
    attempt.check(&state, password.0.0).await?;
    let (Some(store), Some(table)) = (store, table) else { return Err(ApiError::wrong_login()) };
    tablet_token::pair(&state, &store, &table, Principal::System).await
}
