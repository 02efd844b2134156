//! What a tablet's login, its pairing and its renewal answer alike: a token, its credential and where it stands.

use std::sync::Arc;

use actix_web::http::header;
use serde::Serialize;

use crate::clock;
use crate::domain::access::Principal;
use crate::domain::command::Command;
use crate::domain::event::Event;
use crate::domain::ids::TabletId;
use crate::domain::table::Table;
use crate::http::AppState;
use crate::http::answers::{Answer, ok};
use crate::http::identity::cookies;
use crate::http::identity::tablet_secret::TabletSecret;
use crate::http::identity::tokens::{Subject, TOKEN_LIFE_S};
use crate::http::problem::ApiError;
use crate::http::routes::login::{GuestPageBrief, StoreBrief};
use crate::store::StoreHandle;
use crate::store::wire::table::{SessionWire, TableBrief};

/// A tablet login's answer.
#[derive(Serialize)]
struct TabletLoginAnswer<'a> {
    token: String,
    token_type: &'static str,
    expires_in: i64,
    device_token: &'a str,
    store: StoreBrief,
    table: TableBrief<'a>,
    session: Option<SessionWire>,
    guest_page: GuestPageBrief,
}

/// Pairs a tablet with a table and logs it in.
pub(super) async fn pair(state: &AppState, store: &StoreHandle, table: &Arc<Table>, by: Principal) -> Answer {
    let secret = TabletSecret::random(store.slug()).map_err(ApiError::internal)?;
    let pairing = Command::PairTablet { table: table.id, secret: secret.hash() };
    let outcome = store.execute(by, None, pairing).await?;
    let paired = outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::TabletPaired(tablet) => Some(tablet.id),
        _ => None,
    });
    let tablet = paired.ok_or_else(|| ApiError::internal("a pairing made no event"))?;
    give(state, store, table, tablet, &secret).await
}

/// Signs a token for a tablet and sets its cookies.
pub(super) async fn give(
    state: &AppState,
    store: &StoreHandle,
    table: &Arc<Table>,
    tablet: TabletId,
    secret: &TabletSecret,
) -> Answer {
    let id = table.id;
    let session = store.read(move |state| state.session_at(id).copied()).await?;
    store.touch(id);
    let subject = Subject::Tablet { table: id, tablet };
    let token = state.keys.sign(store.slug(), subject, clock::now()).map_err(ApiError::internal)?;
    let token_cookie = cookies::keep_token(cookies::TABLE, &token);
    let mut answer = ok(&TabletLoginAnswer {
        token,
        token_type: "Bearer",
        expires_in: TOKEN_LIFE_S,
        device_token: &secret.text,
        store: StoreBrief::of(store)?,
        table: TableBrief::from(&**table),
        session: session.as_ref().map(SessionWire::from),
        guest_page: state.settings.guest_page.into(),
    });
    answer.headers_mut().append(header::SET_COOKIE, token_cookie);
    answer.headers_mut().append(header::SET_COOKIE, cookies::keep_device(&secret.text));
    Ok(answer)
}
