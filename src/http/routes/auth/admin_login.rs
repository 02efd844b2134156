//! A staff login.

use actix_web::http::header;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock;
use crate::domain::access::User;
use crate::http::AppState;
use crate::http::answers::{Answer, ok};
use crate::http::body::Json;
use crate::http::body::access::StaffLoginBody;
use crate::http::identity::cookies;
use crate::http::identity::tokens::{Subject, TOKEN_LIFE_S};
use crate::http::lockout::AccountKind;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::http::routes::login::{Attempt, StoreBrief};

/// A staff user, as it is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserBrief {
    /// Identity.
    id: u64,
    /// Name.
    username: String,
    /// `owner`, `manager`, `staff` or `kitchen`.
    role: &'static str,
}

impl From<&User> for UserBrief {
    fn from(user: &User) -> Self {
        Self { id: user.id.get(), username: user.username.to_string(), role: user.role.word() }
    }
}

/// A staff login's answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffLoginAnswer {
    /// For programs; pages get a cookie.
    token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    /// Who.
    user: UserBrief,
    /// Where.
    store: StoreBrief,
}

/// Log a staff user in.
#[utoipa::path(post, path = "/api/auth/admin/login", tag = "identity", operation_id = "logStaffIn", security(()),
    request_body = StaffLoginBody,
    responses(
        (status = 200, description = "Logged in for 16 h", body = StaffLoginAnswer),
        (status = 429, description = "The account is locked", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn login(body: Json<StaffLoginBody>, _: Query<NoQuery>, state: Data<AppState>) -> Answer {
    let StaffLoginBody { store, username, password } = body.value;
    let (store_name, name) = (store.0.0, username.0.0);
    let store = state.directory.get(&store_name);
    let user = store
        .as_ref()
        .and_then(|store| store.access().users.values().find(|user| user.username.as_str() == name).cloned());
    let attempt = Attempt {
        kind: AccountKind::Staff,
        store_name: &store_name,
        name: &name,
        store: store.as_ref(),
        hash: user.as_ref().map(|user| user.password_hash.clone()),
    };
    attempt.check(&state, password.0.0).await?;
    let (Some(store), Some(user)) = (store, user) else { return Err(ApiError::wrong_login()) };
    let subject = Subject::User { user: user.id, generation: user.generation };
    let token = state.keys.sign(store.slug(), subject, clock::now()).map_err(ApiError::internal)?;
    let cookie = cookies::keep_token(cookies::STAFF, &token);
    let mut answer = ok(&StaffLoginAnswer {
        token,
        token_type: "Bearer",
        expires_in: TOKEN_LIFE_S,
        user: UserBrief::from(&*user),
        store: StoreBrief::of(&store)?,
    });
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(answer)
}
