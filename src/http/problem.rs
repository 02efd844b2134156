//! Problem documents (RFC 9457): the one table of error codes with their status and title, and how a refusal is written.
//! Equal failures are equal bytes: nothing of the single request (its id, its time, its cause) is in the body.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::error::FieldError;
use crate::domain::ids::MenuItemId;
use crate::domain::order::Order;
use crate::store::CannotWrite;
use crate::store::wire::order::OrderFor;

/// Media type of every refusal.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident, $title:literal;)+) => {
        /// What went wrong, as clients tell it apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        pub(crate) enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $code)] $name,)+
        }

        impl ErrorCode {
            /// All of them.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code on the wire.
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The status it is answered with.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// What it is called, the same for every occurrence.
            pub(crate) const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

error_codes! {
    /// The request breaks a rule of its own shape or bounds.
    ValidationError = "VALIDATION_ERROR", BAD_REQUEST, "The request is not valid";
    /// Something in the basket is sold out.
    MenuNotAvailable = "MENU_NOT_AVAILABLE", BAD_REQUEST, "Sold out";
    /// Nobody, or nobody any more.
    AuthError = "AUTH_ERROR", UNAUTHORIZED, "Not logged in";
    /// Somebody who may not do this.
    Forbidden = "FORBIDDEN", FORBIDDEN, "Not allowed";
    /// No such address or thing.
    NotFound = "NOT_FOUND", NOT_FOUND, "Not found";
    /// The address does not know this method.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", METHOD_NOT_ALLOWED, "Method not allowed";
    /// The body is too large.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body is not of the kind this address reads.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", UNSUPPORTED_MEDIA_TYPE, "The body is of another kind";
    /// The present state does not allow it.
    Conflict = "CONFLICT", CONFLICT, "In conflict with the present state";
    /// The order cannot go there from where it stands.
    InvalidStatusTransition = "INVALID_STATUS_TRANSITION", CONFLICT, "The order cannot change to that status";
    /// The table was finished in the meantime.
    SessionEnded = "SESSION_ENDED", CONFLICT, "The table was finished";
    /// The table has orders that are not done.
    OpenOrders = "OPEN_ORDERS", CONFLICT, "The table has open orders";
    /// Too many requests.
    RateLimitExceeded = "RATE_LIMIT_EXCEEDED", TOO_MANY_REQUESTS, "Too many requests";
    /// Too many failed logins.
    TooManyAttempts = "TOO_MANY_ATTEMPTS", TOO_MANY_REQUESTS, "Too many failed attempts";
    /// A bug.
    InternalError = "INTERNAL_ERROR", INTERNAL_SERVER_ERROR, "The server failed";
    /// Overloaded, starting, stopping, or the disk is full.
    ServiceUnavailable = "SERVICE_UNAVAILABLE", SERVICE_UNAVAILABLE, "The server cannot answer now";
}

/// A refusal on its way to the client.
#[derive(Debug)]
pub(crate) struct ApiError(Box<Problem>);

#[derive(Debug)]
struct Problem {
    code: ErrorCode,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    facts: Facts,
    retry_after_s: Option<u64>,
    allow: Option<&'static str>,
    cause: Option<String>,
}

/// What a client needs beyond words to go on.
#[derive(Debug)]
enum Facts {
    None,
    MenuIds(Vec<MenuItemId>),
    OpenOrders(Vec<Arc<Order>>),
    Reason(&'static str),
}

impl ApiError {
    /// A refusal; `detail` tells the client what to do.
    pub(crate) fn new(code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Problem {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            facts: Facts::None,
            retry_after_s: None,
            allow: None,
            cause: None,
        }))
    }

    /// Fields that break a rule.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        let mut error = Self::new(ErrorCode::ValidationError, "Correct the fields named in errors and send it again.");
        error.0.errors = errors;
        error
    }

    /// One field that breaks a rule.
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(field, message)])
    }

    /// Nobody is logged in, or not any more. One answer for every reason.
    pub(crate) fn not_logged_in() -> Self {
        Self::new(ErrorCode::AuthError, "Log in and send it again with the new token or cookie.")
    }

    /// Login data that do not fit. One answer for every reason.
    pub(crate) fn wrong_login() -> Self {
        Self::new(ErrorCode::AuthError, "Store, name or password is wrong. Check them and try again.")
    }

    /// A bug: the cause goes to the log only.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        let mut error = Self::new(
            ErrorCode::InternalError,
            "This is a fault of the server. Try again; if it stays, look into the log under the request id.",
        );
        error.0.cause = Some(cause.into());
        error
    }

    /// No answer now; the cause goes to the log only.
    pub(crate) fn unavailable(cause: impl Into<String>) -> Self {
        let mut error = Self::new(
            ErrorCode::ServiceUnavailable,
            "Wait as long as Retry-After says and try again, a write with the same Idempotency-Key.",
        );
        error.0.cause = Some(cause.into());
        error.0.retry_after_s = Some(1);
        error
    }

    /// Nothing can be written now, and nothing was done. The same request may be sent again once that is over.
    pub(crate) fn cannot_write(why: CannotWrite) -> Self {
        let (detail, reason) = match why {
            CannotWrite::DiskFull => (
                "It was not taken: the server's disk has too little free space. Free some; it goes on by itself then.",
                "disk_full",
            ),
            CannotWrite::ReadOnly => (
                "It was not taken: the server's disk cannot be written. It is tried again every few seconds.",
                "read_only",
            ),
        };
        let mut error = Self::new(ErrorCode::ServiceUnavailable, detail);
        error.0.facts = Facts::Reason(reason);
        error.0.retry_after_s = Some(5);
        error
    }

    /// Something forbidden for a reason that the client can do something about.
    pub(crate) fn forbidden_because(reason: &'static str, detail: &'static str) -> Self {
        let mut error = Self::new(ErrorCode::Forbidden, detail);
        error.0.facts = Facts::Reason(reason);
        error
    }

    /// Sold-out items of a basket.
    pub(crate) fn menu_not_available(menu_ids: Vec<MenuItemId>) -> Self {
        let mut error = Self::new(
            ErrorCode::MenuNotAvailable,
            "Take the items named in menu_ids out of the order and send it again.",
        );
        error.0.facts = Facts::MenuIds(menu_ids);
        error
    }

    /// A table that cannot be finished yet.
    pub(crate) fn open_orders(orders: Vec<Arc<Order>>) -> Self {
        let mut error = Self::new(
            ErrorCode::OpenOrders,
            "Complete or cancel the orders named in orders first, or finish the table with \"force\": true.",
        );
        error.0.facts = Facts::OpenOrders(orders);
        error
    }

    /// A method that the address does not know. `allow` lists those it knows.
    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        let mut error = Self::new(ErrorCode::MethodNotAllowed, "Use one of the methods named in Allow.");
        error.0.allow = Some(allow);
        error
    }

    /// Says how many whole seconds to wait, at least one.
    pub(crate) fn retry_after_s(mut self, seconds: u64) -> Self {
        self.0.retry_after_s = Some(seconds.max(1));
        self
    }

    /// The code.
    #[cfg(test)]
    pub(crate) fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What the log tells beyond the answer.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code.word())
    }
}

#[derive(Serialize)]
struct ProblemWire<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    error_code: ErrorCode,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: Vec<FieldErrorWire<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    menu_ids: Option<&'a [MenuItemId]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orders: Option<Vec<OrderFor<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct FieldErrorWire<'a> {
    field: &'a str,
    message: &'a str,
}

impl Problem {
    fn to_json(&self) -> Vec<u8> {
        let (mut menu_ids, mut orders, mut reason) = (None, None, None);
        match &self.facts {
            Facts::None => {}
            Facts::MenuIds(ids) => menu_ids = Some(ids.as_slice()),
            Facts::OpenOrders(open) => {
                orders = Some(open.iter().map(|order| OrderFor { order, staff: true }).collect());
            }
            Facts::Reason(word) => reason = Some(*word),
        }
        let kind = self.code.word().to_ascii_lowercase().replace('_', "-");
        let wire = ProblemWire {
            r#type: format!("urn:tableorder:problem:{kind}"),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: &self.detail,
            error_code: self.code,
            errors: self.errors.iter().map(|e| FieldErrorWire { field: &e.field, message: &e.message }).collect(),
            menu_ids,
            orders,
            reason,
        };
        crate::store::wire::to_json(&wire)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CONTENT_TYPE, PROBLEM_JSON));
        if let Some(seconds) = self.0.retry_after_s {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = self.0.allow {
            answer.insert_header((header::ALLOW, allow));
        }
        if self.0.code == ErrorCode::AuthError {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        answer.body(self.0.to_json())
    }
}

/// A refusal, as the document describes it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the OpenAPI document only")]
pub(crate) struct ProblemDocument {
    /// A URN that names the kind of problem.
    r#type: String,
    /// The same words for every problem of this kind.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What to do about it.
    detail: String,
    /// What programs tell problems apart by.
    error_code: ErrorCode,
    /// Fields that break a rule.
    errors: Option<Vec<FieldProblem>>,
    /// With `MENU_NOT_AVAILABLE`: the items that are sold out.
    menu_ids: Option<Vec<u64>>,
    /// With `OPEN_ORDERS`: up to 50 of them.
    #[schema(value_type = Option<Vec<Object>>)]
    orders: Option<Vec<()>>,
    /// With `SERVICE_UNAVAILABLE`: `disk_full` or `read_only` when it is certain that nothing was done; absent when the
    /// outcome is unknown. With `FORBIDDEN` at a phone's login: `code_needed`, `code_wrong`, `not_seated`, `phones_off` or
    /// `visit_over`.
    reason: Option<String>,
}

/// One field that breaks a rule.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the OpenAPI document only")]
pub(crate) struct FieldProblem {
    /// Such as `items[2].options`.
    field: String,
    /// What to do about it.
    message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_the_status_of_the_contract() {
        let contract = [
            (400, "VALIDATION_ERROR MENU_NOT_AVAILABLE"),
            (401, "AUTH_ERROR"),
            (403, "FORBIDDEN"),
            (404, "NOT_FOUND"),
            (405, "METHOD_NOT_ALLOWED"),
            (409, "CONFLICT INVALID_STATUS_TRANSITION SESSION_ENDED OPEN_ORDERS"),
            (413, "PAYLOAD_TOO_LARGE"),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
            (429, "RATE_LIMIT_EXCEEDED TOO_MANY_ATTEMPTS"),
            (500, "INTERNAL_ERROR"),
            (503, "SERVICE_UNAVAILABLE"),
        ];
        for code in ErrorCode::ALL {
            let (status, _) = contract
                .iter()
                .find(|(_, words)| words.split(' ').any(|word| word == code.word()))
                .expect("every code is in the contract");
            assert_eq!(code.status().as_u16(), *status, "{}", code.word());
        }
    }

    #[test]
    fn equal_failures_are_equal_bytes_and_tell_no_cause() {
        let one = ApiError::unavailable("disk full on /dev/sda1");
        let other = ApiError::unavailable("actor gone");
        assert_eq!(one.0.to_json(), other.0.to_json());
        assert!(!String::from_utf8(one.0.to_json()).expect("UTF-8").contains("disk full"));
    }

    #[test]
    fn a_refused_write_says_why_so_that_nobody_takes_its_outcome_for_unknown() {
        let read = |error: &ApiError| serde_json::from_slice::<serde_json::Value>(&error.0.to_json()).expect("JSON");
        for (why, reason) in [(CannotWrite::DiskFull, "disk_full"), (CannotWrite::ReadOnly, "read_only")] {
            let error = ApiError::cannot_write(why);
            assert_eq!(read(&error)["reason"], reason);
            assert_eq!((error.code(), error.0.retry_after_s), (ErrorCode::ServiceUnavailable, Some(5)));
        }
        assert!(read(&ApiError::unavailable("no answer")).get("reason").is_none());
    }

    #[test]
    fn a_refusal_without_field_errors_has_no_errors_member() {
        let json: serde_json::Value =
            serde_json::from_slice(&ApiError::not_logged_in().0.to_json()).expect("a problem document");
        assert_eq!(json["error_code"], "AUTH_ERROR");
        assert_eq!(json["status"], 401);
        assert!(json.get("errors").is_none());
        let keys: Vec<_> = json.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(keys, ["detail", "error_code", "status", "title", "type"]);
    }
}
