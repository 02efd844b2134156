//! A guest's own phone comes in by the QR code on the table's tablet or by the table's sticker, for this visit only.

use actix_web::http::header;
use actix_web::web::Data;
use serde::Serialize;

use crate::clock;
use crate::config::Phones;
use crate::http::AppState;
use crate::http::answers::{Answer, ok};
use crate::http::body::Json;
use crate::http::body::access::PhoneLoginBody;
use crate::http::identity::cookies;
use crate::http::identity::phone_keys::{KeyedTable, PhoneKey, VisitSecrets, same};
use crate::http::identity::tokens::{Subject, TOKEN_LIFE_S};
use crate::http::lockout::{self, AccountKind};
use crate::http::openapi::PhoneLoginDocument;
use crate::http::problem::{ApiError, ErrorCode, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::http::rate_limit::{Limited, Verdict};
use crate::http::routes::login::{GuestPageBrief, StoreBrief, count_failure, refuse_locked};
use crate::store::StoreHandle;
use crate::store::wire::table::{SessionWire, TableBrief};

/// Phones that may come in at one table within a minute.
const LOGINS_PER_MINUTE: u32 = 30;

/// A phone login's answer.
#[derive(Serialize)]
struct PhoneLoginAnswer<'a> {
    token: String,
    token_type: &'static str,
    expires_in: i64,
    store: StoreBrief,
    table: TableBrief<'a>,
    session: Option<SessionWire>,
    guest_page: GuestPageBrief,
}

/// Let a guest's own phone in, until its table is finished.
#[utoipa::path(post, path = "/api/auth/phone/login", tag = "identity", operation_id = "logPhoneIn", security(()),
    request_body = PhoneLoginBody,
    responses(
        (status = 200, description = "Logged in until the table is finished, for 16 h at most", body = PhoneLoginDocument),
        (status = 403, description = "Not let in; reason says why", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong codes, or too many phones at once", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn login(body: Json<PhoneLoginBody>, _: Query<NoQuery>, state: Data<AppState>) -> Answer {
    let PhoneLoginBody { key, code } = body.value;
    let phones = state.settings.guest_page.phones;
    if phones == Phones::Off {
        return Err(ApiError::forbidden_because(
            "phones_off",
            "This shop takes no orders from phones. Use the tablet.",
        ));
    }
    let named = KeyedTable::named_in(&key.0.0).ok_or_else(visit_over)?;
    let store = state.directory.get(named.store.as_str()).ok_or_else(visit_over)?;
    let table = store.access().tables.get(&named.table).cloned().ok_or_else(visit_over)?;
    let sitting = store.sitting_at(table.id);
    let secrets = named.secrets(&state.keys, sitting, clock::now());
    let kind = named.recognise(&state.keys, &secrets, &key.0.0).ok_or_else(visit_over)?;
    refuse_crowd(&state, &named)?;
    if kind == PhoneKey::Sticker && phones == Phones::Code {
        check_code(&state, &store, &named, &secrets, code.map(|code| code.0.0)).await?;
    }
    let id = table.id;
    let seated = store.read(move |state| (state.seating_of(id).visit, state.session_at(id).copied()));
    let (running, session) = seated.await?;
    if running != sitting.visit {
        return Err(visit_over());
    }
    if kind == PhoneKey::Sticker && phones == Phones::Seated && session.is_none() {
        return Err(ApiError::forbidden_because(
            "not_seated",
            "Nobody is seated at this table yet. Ask the staff, then try again.",
        ));
    }
    let subject = Subject::Guest { table: id, visit: sitting.visit };
    let token = state.keys.sign(store.slug(), subject, clock::now()).map_err(ApiError::internal)?;
    let cookie = cookies::keep_token(cookies::TABLE, &token);
    let mut answer = ok(&PhoneLoginAnswer {
        token,
        token_type: "Bearer",
        expires_in: TOKEN_LIFE_S,
        store: StoreBrief::of(&store)?,
        table: TableBrief::from(&*table),
        session: session.as_ref().map(SessionWire::from),
        guest_page: state.settings.guest_page.into(),
    });
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(answer)
}

/// One answer for a key that is forged and for one that was right once: nobody learns which.
fn visit_over() -> ApiError {
    ApiError::forbidden_because("visit_over", "This code is over. Scan the one at the table again.")
}

/// A key that is right is worth a limit of its own: every login makes a token.
fn refuse_crowd(state: &AppState, named: &KeyedTable) -> Result<(), ApiError> {
    let phones = Limited::PhonesOf(named.store.clone(), named.table);
    match state.limiter.take(phones, LOGINS_PER_MINUTE, clock::monotonic_ms()) {
        Some(Verdict::Beyond { retry_after_s, .. }) => {
            let detail = "Too many phones came in at this table. Wait as long as Retry-After says.";
            Err(ApiError::new(ErrorCode::RateLimitExceeded, detail).retry_after_s(retry_after_s))
        }
        Some(Verdict::Within(_)) | None => Ok(()),
    }
}

async fn check_code(
    state: &AppState,
    store: &StoreHandle,
    named: &KeyedTable,
    secrets: &[VisitSecrets],
    code: Option<String>,
) -> Result<(), ApiError> {
    let Some(code) = code else {
        return Err(ApiError::forbidden_because(
            "code_needed",
            "Send the six digits that the table's tablet shows too.",
        ));
    };
    let account = lockout::account(AccountKind::VisitCode, named.store.as_str(), &named.table.to_string());
    refuse_locked(state, Some(store), account)?;
    if secrets.iter().any(|own| same(&own.code, &code)) {
        state.lockout.succeeded(account);
        return Ok(());
    }
    count_failure(state, Some(store), account).await;
    Err(ApiError::forbidden_because("code_wrong", "These are not the digits that the table's tablet shows now."))
}
