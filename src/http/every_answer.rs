//! What every answer has, whoever made it: a request id, the security headers, where the identity stands against its
//! limit; and the log line of what failed. Nothing is logged per request above debug.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Version};
use actix_web::{Error, HttpMessage, ResponseError};

use super::identity::tokens::random_u128;
use super::problem::ApiError;
use super::rate_limit::RateFigures;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const REFERRER: HeaderValue = HeaderValue::from_static("same-origin");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const CLOSED_CSP: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

static ANSWERS: AtomicU64 = AtomicU64::new(0);

/// Answers given since the process started.
pub(crate) fn count() -> u64 {
    ANSWERS.load(Ordering::Relaxed)
}

/// A fresh request id: random per process, counted per request.
fn request_id() -> HeaderValue {
    static PREFIX: OnceLock<String> = OnceLock::new();
    let prefix = PREFIX.get_or_init(|| format!("{:08x}", random_u128().unwrap_or(0) & 0xffff_ffff));
    let count = ANSWERS.fetch_add(1, Ordering::Relaxed);
    HeaderValue::from_str(&format!("{prefix}-{count:x}")).expect("hex digits are a header value")
}

/// Finishes an answer.
pub(crate) fn finish<B: MessageBody>(answer: &mut ServiceResponse<B>) {
    let id = request_id();
    let figures = answer.request().extensions().get::<RateFigures>().copied();
    log(answer, &id);
    let headers = answer.headers_mut();
    write(headers, id);
    if let Some(figures) = figures {
        figures.write(headers);
    }
    end_with_the_connection(answer);
}

/// What is answered when no handler gave an answer, which is when one panicked.
pub(crate) fn after_panic(error: &Error) -> Error {
    let id = request_id();
    tracing::error!(?id, %error, "a request panicked; it was answered with 500");
    let problem = ApiError::internal("a handler panicked");
    let mut answer = problem.error_response();
    write(answer.headers_mut(), id);
    InternalError::from_response(problem, answer).into()
}

fn write(headers: &mut HeaderMap, id: HeaderValue) {
    headers.insert(REQUEST_ID, id);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(header::REFERRER_POLICY, REFERRER);
    unless_set(headers, header::CONTENT_SECURITY_POLICY, CLOSED_CSP);
    unless_set(headers, header::CACHE_CONTROL, NO_STORE);
}

/// A client of HTTP/1.0 knows no chunks: a stream ends for it where the connection ends.
fn end_with_the_connection<B: MessageBody>(answer: &mut ServiceResponse<B>) {
    if answer.request().version() < Version::HTTP_11 && answer.response().body().size() == BodySize::Stream {
        let head = answer.response_mut().head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
}

fn unless_set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value);
    }
}

/// Tells why an answer failed. Method and path are quoted, so that no request can forge a line.
fn log<B: MessageBody>(answer: &ServiceResponse<B>, id: &HeaderValue) {
    let (request, status) = (answer.request(), answer.status());
    if status.is_server_error() {
        let error = answer.response().error();
        let cause = match error.and_then(actix_web::Error::as_error::<ApiError>) {
            Some(error) => error.cause().unwrap_or_default().to_owned(),
            None => error.map(ToString::to_string).unwrap_or_default(),
        };
        tracing::warn!(?id, status = status.as_u16(), method = ?request.method().as_str(), path = ?request.path(), ?cause, "request failed");
    } else {
        tracing::trace!(?id, status = status.as_u16(), method = ?request.method().as_str(), path = ?request.path(), "answered");
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, HttpResponse, web};

    use super::super::answering;
    use super::HeaderValue;

    #[actix_web::test]
    async fn a_panic_is_answered_with_a_problem_and_the_next_request_as_ever() {
        let panics = || async {
            assert!(std::hint::black_box(false), "on purpose");
            HttpResponse::NoContent().finish()
        };
        let app = App::new()
            .route("/panics", web::get().to(panics))
            .route("/well", web::get().to(|| async { HttpResponse::NoContent().finish() }));
        let service = init_service(answering(app)).await;
        let Err(error) = try_call_service(&service, TestRequest::get().uri("/panics").to_request()).await else {
            panic!("a panic is no answer")
        };
        let answer = error.error_response();
        assert_eq!(answer.status(), 500);
        for name in ["x-request-id", "x-content-type-options", "content-security-policy", "cache-control"] {
            assert!(answer.headers().contains_key(name), "{name}");
        }
        assert_eq!(
            answer.headers().get("content-type").map(HeaderValue::as_bytes),
            Some(b"application/problem+json".as_slice())
        );
        let well = TestRequest::get().uri("/well").to_request();
        assert_eq!(try_call_service(&service, well).await.expect("an answer").status(), 204);
    }
}
