//! Acknowledged data that is lost, and the owner's word to know of it. Health is degraded until then.

use serde::Serialize;

use super::write::Write;
use crate::domain::command::Command;
use crate::http::answers::{Answer, ok};
use crate::http::body::{Json, NoBody, Optional};
use crate::http::identity::principal::{Managing, Staff, StaffPrincipal};
use crate::http::openapi::LossesDocument;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::store::Loss;

#[derive(Serialize)]
struct LossesWire {
    losses: Vec<Loss>,
}

async fn answer(staff: &StaffPrincipal) -> Result<LossesWire, ApiError> {
    Ok(LossesWire { losses: staff.store.losses().await? })
}

/// What is lost.
#[utoipa::path(get, path = "/api/admin/losses", tag = "staff", operation_id = "listLosses",
    responses(
        (status = 200, description = "Acknowledged events that are lost, in order", body = LossesDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn list(Staff(staff, _): Staff<Managing>, _: Query<NoQuery>) -> Answer {
    Ok(ok(&answer(&staff).await?))
}

/// Confirm to know what is lost.
#[utoipa::path(post, path = "/api/admin/losses/confirm", tag = "staff", operation_id = "confirmLosses",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "What is lost, all of it confirmed", body = LossesDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn confirm(Write(by, ..): Write<Managing, Json<NoBody, Optional>>) -> Answer {
    by.execute(Command::ConfirmLoss(by.staff.store.lost_seqs())).await?;
    Ok(ok(&answer(&by.staff).await?))
}
