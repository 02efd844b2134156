//! Finished sessions: read-only, complete to the moment of the request or not answered at all.

use actix_web::http::StatusCode;
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;

use crate::clock;
use crate::domain::error::Thing;
use crate::domain::ids::TableId;
use crate::domain::time::BusinessDay;
use crate::http::answers::{Answer, json_bytes};
use crate::http::error::not_found;
use crate::http::identity::principal::{Serving, Staff, StaffPrincipal};
use crate::http::openapi::HistoryDocument;
use crate::http::path_id::PathId;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{Limit, Query, bad_cursor};
use crate::store::HistoryQuery;

/// Days of the default range.
const DAYS_DEFAULT: u32 = 7;

/// Which finished sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryParams {
    /// First business day of completion; by default six days before the last.
    #[serde(default, deserialize_with = "day")]
    #[param(value_type = Option<String>, format = Date)]
    date_from: Option<BusinessDay>,
    /// Last business day of completion, inclusive; by default today.
    #[serde(default, deserialize_with = "day")]
    #[param(value_type = Option<String>, format = Date)]
    date_to: Option<BusinessDay>,
    /// Sessions of a page, 1 to 500.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BusinessDay>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom("dates are written YYYY-MM-DD and must be in the calendar");
    clock::parse_day(&text).map(Some).ok_or_else(wrong)
}

/// A table's finished sessions, newest first.
#[utoipa::path(get, path = "/api/admin/tables/{table_id}/history", tag = "staff", operation_id = "readTableHistory",
    params(("table_id" = u64, Path, description = "The table"), HistoryParams),
    responses(
        (status = 200, description = "A page of finished sessions", body = HistoryDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Not complete within 5 s", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn of_table(
    Staff(staff, _): Staff<Serving>,
    PathId(id): PathId,
    query: Query<HistoryParams>,
) -> Answer {
    let table = TableId::new(id);
    let query = asked(&staff, query.0, Some(table))?;
    if !staff.store.access().tables.contains_key(&table) {
        return Err(not_found(Thing::Table));
    }
    page(&staff, &query).await
}

/// The store's finished sessions, newest first.
#[utoipa::path(get, path = "/api/admin/history", tag = "staff", operation_id = "readHistory", params(HistoryParams),
    responses(
        (status = 200, description = "A page of finished sessions", body = HistoryDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Not complete within 5 s", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn of_store(Staff(staff, _): Staff<Serving>, query: Query<HistoryParams>) -> Answer {
    page(&staff, &asked(&staff, query.0, None)?).await
}

fn asked(staff: &StaffPrincipal, params: HistoryParams, table: Option<TableId>) -> Result<HistoryQuery, ApiError> {
    let to = params.date_to.unwrap_or_else(|| staff.store.business_day());
    let from = params.date_from.unwrap_or_else(|| clock::days_before(to, DAYS_DEFAULT - 1));
    if from > to {
        return Err(ApiError::field("date_from", "must not be after date_to"));
    }
    let after = params.cursor.map(|text| text.parse().map_err(|_| bad_cursor())).transpose()?;
    Ok(HistoryQuery { table, from, to, after, limit: params.limit.get() })
}

async fn page(staff: &StaffPrincipal, query: &HistoryQuery) -> Answer {
    let page = staff.store.history(query).await?;
    let mut json = Vec::with_capacity(page.sessions_json.len() + 64);
    json.extend_from_slice(b"{\"sessions\":");
    json.extend_from_slice(&page.sessions_json);
    match page.next {
        Some(next) => json.extend_from_slice(format!(",\"next_cursor\":\"{next}\"}}").as_bytes()),
        None => json.extend_from_slice(b",\"next_cursor\":null}"),
    }
    Ok(json_bytes(StatusCode::OK, json))
}
