//! Request bodies: read within bounds, refused in the contract's order (415, 413, 400), parsed into types that know their
//! fields and bounds. What a type lets through is shaped right; rules on the store's state are the store's business.

pub(crate) mod access;
pub(crate) mod calls;
mod fields;
pub(crate) mod menu;
pub(crate) mod orders;
pub(crate) mod picture;
pub(crate) mod tables;

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_core::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::problem::{ApiError, ErrorCode};
pub(crate) use fields::Object;

/// Bytes of a JSON body.
pub(crate) const JSON_BODY_MAX: usize = 256 * 1024;
/// A body that takes longer to arrive is given up.
const ARRIVAL: Duration = Duration::from_secs(15);

/// How a route's body comes.
pub(crate) trait Presence: 'static {
    /// An absent body counts as `{}`.
    const MAY_BE_ABSENT: bool;
    /// Guests wait for it in numbers: it is worth more code.
    const COMES_OFTEN: bool = false;
}

/// The body must be there.
pub(crate) struct Required;
/// The body must be there, and comes often.
pub(crate) struct Frequent;
/// An absent body counts as `{}`.
pub(crate) struct Optional;

impl Presence for Required {
    const MAY_BE_ABSENT: bool = false;
}

impl Presence for Frequent {
    const MAY_BE_ABSENT: bool = false;
    const COMES_OFTEN: bool = true;
}

impl Presence for Optional {
    const MAY_BE_ABSENT: bool = true;
}

/// A JSON body of type `T`.
pub(crate) struct Json<T, P: Presence = Required> {
    /// What it says.
    pub(crate) value: T,
    /// As it came, for the hash that an Idempotency-Key is kept with.
    pub(crate) bytes: Bytes,
    presence: PhantomData<P>,
}

impl<T: DeserializeOwned + 'static, P: Presence> FromRequest for Json<T, P> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let received = receive(request, payload, P::MAY_BE_ABSENT);
        Box::pin(async move {
            let bytes = received.await?;
            Ok(Self { value: parse::<T, P>(&bytes)?, bytes, presence: PhantomData })
        })
    }
}

/// Reads a body that claims to be JSON. Boxed, so that there is one of it in the program and not one for each type.
fn receive(
    request: &HttpRequest,
    payload: &mut Payload,
    may_be_absent: bool,
) -> LocalBoxFuture<'static, Result<Bytes, ApiError>> {
    let announced = announced_bytes(request);
    let kind = content_kind(request);
    let payload = payload.take();
    Box::pin(async move {
        let absent_kind = match kind {
            Kind::Json => false,
            Kind::Absent if may_be_absent && announced == 0 => true,
            Kind::Absent | Kind::Other => return Err(unsupported()),
        };
        if announced > JSON_BODY_MAX as u64 {
            return Err(too_large());
        }
        let bytes = read(payload, JSON_BODY_MAX, ARRIVAL, too_large).await?;
        if bytes.is_empty() && may_be_absent {
            return Ok(Bytes::from_static(b"{}"));
        }
        if absent_kind { Err(unsupported()) } else { Ok(bytes) }
    })
}

enum Kind {
    Json,
    Absent,
    Other,
}

/// What the headers say the body is: one `application/json` in UTF-8, not compressed.
fn content_kind(request: &HttpRequest) -> Kind {
    let coded = is_coded(request);
    let mut kinds = request.headers().get_all(header::CONTENT_TYPE);
    match (kinds.next(), kinds.next()) {
        _ if coded => Kind::Other,
        (None, _) => Kind::Absent,
        (Some(kind), None) if kind.to_str().is_ok_and(is_json) => Kind::Json,
        _ => Kind::Other,
    }
}

/// Whether the body says that it is compressed.
fn is_coded(request: &HttpRequest) -> bool {
    let mut codings = request.headers().get_all(header::CONTENT_ENCODING);
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

/// The length the client announces; 1 if it announces a body without its length.
fn announced_bytes(request: &HttpRequest) -> u64 {
    if request.headers().contains_key(header::TRANSFER_ENCODING) {
        return 1;
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.map_or(0, |length| length.trim().parse().unwrap_or(u64::MAX))
}

fn unsupported() -> ApiError {
    ApiError::new(ErrorCode::UnsupportedMediaType, "Send the body as Content-Type: application/json, in UTF-8.")
}

fn too_large() -> ApiError {
    ApiError::new(ErrorCode::PayloadTooLarge, "Send a body of at most 262144 bytes.")
}

/// Reads the whole body. One that came in one piece is not copied.
async fn read(
    mut payload: Payload,
    bytes_max: usize,
    arrival: Duration,
    too_large: fn() -> ApiError,
) -> Result<Bytes, ApiError> {
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    // The clock starts only when the body keeps us waiting: mostly it is there already.
    let mut deadline: Option<Pin<Box<tokio::time::Sleep>>> = None;
    loop {
        let next = poll_fn(|context| {
            if let Poll::Ready(piece) = Pin::new(&mut payload).poll_next(context) {
                return Poll::Ready(Ok(piece));
            }
            let deadline = deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(arrival)));
            deadline.as_mut().poll(context).map(|()| Err(()))
        });
        let piece = match next.await {
            Ok(None) => break,
            Ok(Some(Ok(piece))) => piece,
            Ok(Some(Err(_))) | Err(()) => {
                return Err(ApiError::new(ErrorCode::ValidationError, "The body did not arrive whole. Send it again."));
            }
        };
        if first.len() + whole.len() + piece.len() > bytes_max {
            return Err(too_large());
        }
        if first.is_empty() && whole.is_empty() {
            first = piece;
        } else {
            if whole.is_empty() {
                whole.extend_from_slice(&std::mem::take(&mut first));
            }
            whole.extend_from_slice(&piece);
        }
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}

/// Parses a body. One that comes often is parsed at full speed, and only where that fails again, to name the field.
fn parse<T: DeserializeOwned, P: Presence>(bytes: &[u8]) -> Result<T, ApiError> {
    if P::COMES_OFTEN
        && let Ok(Object(value)) = serde_json::from_slice::<Object<T>>(bytes)
    {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let Object(value) = serde_path_to_error::deserialize::<_, Object<T>>(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        refusal(if path == "." { "body".to_owned() } else { path }, error.inner())
    })?;
    reader.end().map_err(|error| refusal("body".to_owned(), &error))?;
    Ok(value)
}

fn refusal(field: String, error: &serde_json::Error) -> ApiError {
    if error.is_data() {
        return ApiError::field(field, words(error));
    }
    ApiError::new(
        ErrorCode::ValidationError,
        format!("The body is not JSON: error at line {} column {}. Correct it.", error.line(), error.column()),
    )
}

/// The error's words without the place, which is named by the field.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]).to_owned()
}

/// The body of an action that needs to be told nothing.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoBody {}
