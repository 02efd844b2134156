//! `POST /api/setup`: whoever holds a one-time code makes one store with its owner.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::login::StoreBrief;
use crate::domain::access::Role;
use crate::domain::command::{NewStore, NewUser};
use crate::domain::text::Label;
use crate::http::answers::{Answer, created};
use crate::http::body::Json;
use crate::http::body::access::SetupBody;
use crate::http::error::slug_taken;
use crate::http::problem::{ApiError, ErrorCode, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::http::{AppState, SetupRefused};

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetupAnswer {
    /// The store.
    store: StoreBrief,
    /// The owner's name.
    username: String,
}

/// Make a store and its owner.
#[utoipa::path(post, path = "/api/setup", tag = "identity", operation_id = "setUp", security(()), request_body = SetupBody,
    responses(
        (status = 201, description = "The store is made; log in as its owner", body = SetupAnswer),
        (status = 403, description = "The code is used, unknown or expired", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn create(body: Json<SetupBody>, _: Query<NoQuery>, state: Data<AppState>) -> Answer {
    let SetupBody { code, store, store_name, username, password } = body.value;
    let claim = state.setup.claim(&code.0.0).map_err(refused)?;
    let made = async {
        if state.directory.get(store.0.as_str()).is_some() {
            return Err(slug_taken());
        }
        let setting = |text: &str| Label::parse(text).map_err(|error| ApiError::internal(format!("setting: {error}")));
        let new = NewStore {
            slug: store.0.clone(),
            name: store_name.0.clone(),
            owner: NewUser {
                username: username.0.clone(),
                role: Role::Owner,
                password_hash: state.passwords.hash(password.0.0).await?,
            },
            currency: setting(&state.settings.currency)?,
            time_zone: setting(&state.settings.time_zone)?,
            day_cutoff_hour: state.settings.day_cutoff_hour,
        };
        Ok(state.directory.create(new).await?)
    };
    match made.await {
        Ok(made) => {
            claim.finish();
            Ok(created(&SetupAnswer { store: StoreBrief::of(&made)?, username: username.0.to_string() }))
        }
        Err(error) => {
            claim.give_back();
            Err(error)
        }
    }
}

fn refused(refusal: SetupRefused) -> ApiError {
    match refusal {
        SetupRefused::NotValid => ApiError::new(
            ErrorCode::Forbidden,
            "The set-up code is used, unknown or expired. Make a new one with `tableorder setup-link`.",
        ),
        SetupRefused::Failed(cause) => ApiError::unavailable(cause),
    }
}
