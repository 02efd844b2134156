//! Logging out: the token ends for good, a tablet gives its credential back.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Data;

use crate::domain::command::Command;
use crate::http::AppState;
use crate::http::answers::{Answer, no_content};
use crate::http::body::{Json, NoBody, Optional};
use crate::http::idempotency;
use crate::http::identity::cookies;
use crate::http::identity::principal::{AnyPrincipal, Device};
use crate::http::problem::ProblemDocument;
use crate::http::query::{Query, SharedQuery};

/// Log out.
#[utoipa::path(post, path = "/api/auth/logout", tag = "identity", operation_id = "logOut", params(SharedQuery),
    responses(
        (status = 204, description = "Logged out"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn logout(
    who: AnyPrincipal,
    body: Json<NoBody, Optional>,
    _: Query<SharedQuery>,
    state: Data<AppState>,
    request: HttpRequest,
) -> Answer {
    let principal = who.principal();
    let key = idempotency::of_write(&request, &state.keys, who.store().slug(), principal, &body.bytes)?;
    let (tablet, cookies) = match &who {
        AnyPrincipal::Staff(_) => (None, vec![cookies::end_token(cookies::STAFF)]),
        AnyPrincipal::Table(table) => match table.device {
            Device::Tablet(tablet) => (Some(tablet), vec![cookies::end_token(cookies::TABLE), cookies::end_device()]),
            Device::Phone(_) => (None, vec![cookies::end_token(cookies::TABLE)]),
        },
    };
    let token = who.token();
    let command = Command::RevokeToken { token: token.id, expires_at: token.expires_at, tablet };
    who.store().execute(principal, key, command).await?;
    let mut answer = no_content();
    for cookie in cookies {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}
