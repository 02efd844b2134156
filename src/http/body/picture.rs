//! A picture as the whole body. What it is shows when it is decoded; here only its length and arrival are bounded.

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use bytes::Bytes;
use futures_core::future::LocalBoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{announced_bytes, is_coded, read};
use crate::http::AppState;
use crate::http::problem::{ApiError, ErrorCode};

/// Bytes of a picture: 10 MB.
pub(crate) const PICTURE_MAX: usize = 10 << 20;
/// Pictures that may be on their way at a time, so that they take a bounded share of memory.
const UPLOADS_MAX: usize = 4;
/// A picture that takes longer to arrive is given up; less than an idle connection is kept.
const ARRIVAL: Duration = Duration::from_mins(1);

/// The bound on pictures that are on their way or being made.
#[derive(Debug)]
pub(crate) struct Uploads(Arc<Semaphore>);

impl Default for Uploads {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(UPLOADS_MAX)))
    }
}

impl Uploads {
    /// A place for one picture, if there is one.
    pub(crate) fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }
}

/// A picture's bytes, holding one of the places that there are for them.
pub(crate) struct Picture {
    /// As they came.
    pub(crate) bytes: Bytes,
    /// Given back when the picture was made.
    pub(crate) place: OwnedSemaphorePermit,
}

impl FromRequest for Picture {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (announced, coded) = (announced_bytes(request), is_coded(request));
        let state = request.app_data::<Data<AppState>>().cloned();
        let payload = payload.take();
        Box::pin(async move {
            let state = state.ok_or_else(|| ApiError::internal("the app has no state"))?;
            if coded {
                return Err(unsupported());
            }
            if announced > PICTURE_MAX as u64 {
                return Err(too_large());
            }
            let place = state.uploads.take().ok_or_else(|| ApiError::unavailable("too many pictures at once"))?;
            let bytes = read(payload, PICTURE_MAX, ARRIVAL, too_large).await?;
            if bytes.is_empty() {
                return Err(ApiError::field("body", "is missing; send the picture's bytes as the body"));
            }
            Ok(Self { bytes, place })
        })
    }
}

fn too_large() -> ApiError {
    ApiError::new(ErrorCode::PayloadTooLarge, "Send a picture of at most 10485760 bytes.")
}

/// What is no picture of a kind that is taken.
pub(crate) fn unsupported() -> ApiError {
    ApiError::new(ErrorCode::UnsupportedMediaType, "Send the bytes of a JPEG, PNG or WebP picture as the body.")
}
