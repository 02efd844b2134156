//! Who one is.

use serde::Serialize;
use utoipa::ToSchema;

use super::admin_login::UserBrief;
use crate::clock::{self, Rfc3339};
use crate::http::answers::{Answer, ok};
use crate::http::identity::principal::{AnyPrincipal, Device};
use crate::http::openapi::TableBriefDocument;
use crate::http::problem::ProblemDocument;
use crate::http::query::{Query, SharedQuery};
use crate::http::routes::login::StoreBrief;
use crate::store::wire::table::TableBrief;

/// Who one is.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeAnswer<'a> {
    /// `owner`, `manager`, `staff`, `kitchen`, `tablet` or `phone`.
    role: &'static str,
    /// The staff user.
    user: Option<UserBrief>,
    /// The tablet's or phone's table.
    #[schema(value_type = Option<TableBriefDocument>)]
    table: Option<TableBrief<'a>>,
    /// Where.
    store: StoreBrief,
    /// When the token ends; a phone's ends with its visit at the latest.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Rfc3339,
}

/// Who one is.
#[utoipa::path(get, path = "/api/auth/me", tag = "identity", operation_id = "me", params(SharedQuery),
    responses(
        (status = 200, description = "Who one is", body = MeAnswer),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn me(who: AnyPrincipal, _: Query<SharedQuery>) -> Answer {
    let (role, user, table) = match &who {
        AnyPrincipal::Staff(staff) => (staff.user.role.word(), Some(UserBrief::from(&*staff.user)), None),
        AnyPrincipal::Table(table) => {
            let role = match table.device {
                Device::Tablet(_) => "tablet",
                Device::Phone(_) => "phone",
            };
            (role, None, Some(TableBrief::from(&*table.table)))
        }
    };
    let store = StoreBrief::of(who.store())?;
    Ok(ok(&MeAnswer { role, user, table, store, expires_at: clock::rfc3339(who.token().expires_at) }))
}
