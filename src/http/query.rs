//! Query strings: parsed into a type that knows its fields; everything else is refused. Lists share `limit` and `cursor`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::error::QueryPayloadError;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;

use super::problem::ApiError;

/// Items of a list's page when the client says nothing.
const LIMIT_DEFAULT: u32 = 50;
/// Most items of a list's page.
const LIMIT_MAX: u32 = 500;

/// A query string of type `T`.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match web::Query::<T>::from_query(request.query_string()) {
            Ok(query) => Ok(Self(query.into_inner())),
            Err(error) => Err(refusal::<T>(request.query_string(), &error)),
        })
    }
}

/// Names and values of a query as they are meant, whatever characters are written as `%..`.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    web::Query::from_query(query).map(web::Query::into_inner).unwrap_or_default()
}

/// Names the field that does not fit. No query has a field that must be there, so that the wrong one does not fit alone
/// either; when each fits alone, one is there twice.
fn refusal<T: DeserializeOwned>(query: &str, error: &QueryPayloadError) -> ApiError {
    let mut seen = Vec::new();
    for part in query.split('&') {
        let Some((name, _)) = pairs(part).pop() else { continue };
        if let Err(error) = web::Query::<T>::from_query(part) {
            return ApiError::field(name, words(&error));
        }
        if seen.contains(&name) {
            return ApiError::field(name, "must be there once");
        }
        seen.push(name);
    }
    ApiError::field("query", words(error))
}

fn words(error: &QueryPayloadError) -> String {
    match error {
        QueryPayloadError::Deserialize(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

/// For routes without a query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoQuery {}

/// For routes that staff and tables share.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SharedQuery {
    /// Whose cookie is read; by default the only one present, else the table's.
    #[serde(default, rename = "as")]
    #[expect(dead_code, reason = "the identity reads it from the query itself, before everything else")]
    audience: Option<SharedAs>,
}

/// A word of `?as=`.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SharedAs {
    /// The staff page's.
    Staff,
    /// The guest page's.
    Table,
}

/// Items of one page: 1 to 500.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(u32);

impl Limit {
    /// As a length.
    pub(crate) const fn get(self) -> usize {
        self.0 as usize
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(LIMIT_DEFAULT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .ok()
            .filter(|limit| (1..=LIMIT_MAX).contains(limit))
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom(format_args!("must be a whole number from 1 to {LIMIT_MAX}")))
    }
}

/// An id to choose by: digits; whether it names anything is seen later.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = if digits { text.parse().ok() } else { None };
    id.map(Some).ok_or_else(|| serde::de::Error::custom("must be an id, a whole number"))
}

/// A place in a list that goes down by id: everything before this id comes next. Opaque to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdCursor(pub(crate) u64);

impl IdCursor {
    const PREFIX: &str = "c1";

    /// As it is sent.
    pub(crate) fn text(self) -> String {
        format!("{}{:016x}", Self::PREFIX, self.0)
    }

    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(Self::PREFIX)?;
        let fits = digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if fits { u64::from_str_radix(digits, 16).ok().map(Self) } else { None }
    }
}

/// A cursor that is none.
pub(crate) fn bad_cursor() -> ApiError {
    ApiError::field("cursor", "is not one of ours; begin again without it")
}

impl<'de> Deserialize<'de> for IdCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("is not one of ours; begin again without it"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_is_one() {
        for id in [1, 77, u64::MAX] {
            assert_eq!(IdCursor::parse(&IdCursor(id).text()), Some(IdCursor(id)));
        }
        for bad in
            ["", "c1", "77", "c1000000000000004G", "c1+00000000000004d", "c2000000000000004d", "c1000000000000004d0"]
        {
            assert_eq!(IdCursor::parse(bad), None, "{bad}");
        }
    }
}
