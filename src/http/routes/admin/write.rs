//! What every write of staff has in common: the right to it, its body, and the key under which a repeat is known.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use bytes::Bytes;
use futures_core::future::LocalBoxFuture;

use crate::domain::command::{Command, IdempotencyKey};
use crate::http::AppState;
use crate::http::body::{Json, Presence};
use crate::http::idempotency;
use crate::http::identity::principal::{Right, Staff, StaffPrincipal};
use crate::http::problem::ApiError;
use crate::http::query::{NoQuery, Query};
use crate::store::Outcome;

/// A write that `R` allows, and its body. Refused in the contract's order: who asks, then what the request says.
pub(crate) struct Write<R: Right, B: Body = Without>(pub(super) Writer, pub(super) B::Value, pub(super) PhantomData<R>);

/// Who writes, and the request's Idempotency-Key if it has one.
pub(crate) struct Writer {
    pub(super) staff: StaffPrincipal,
    pub(super) state: Data<AppState>,
    key: Option<IdempotencyKey>,
}

impl Writer {
    /// Runs the command; a repeat of its key gets the first outcome.
    pub(super) async fn execute(&self, command: Command) -> Result<Outcome, ApiError> {
        Ok(self.staff.store.execute(self.staff.principal(), self.key, command).await?)
    }
}

/// A body that a write may have.
pub(crate) trait Body: FromRequest<Error = ApiError> + 'static {
    /// What it says.
    type Value;
    /// What it says, and as it came.
    fn into_parts(self) -> (Self::Value, Bytes);
}

impl<T: serde::de::DeserializeOwned + 'static, P: Presence> Body for Json<T, P> {
    type Value = T;

    fn into_parts(self) -> (T, Bytes) {
        (self.value, self.bytes)
    }
}

/// The route reads no body.
pub(crate) struct Without;

impl FromRequest for Without {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl Body for Without {
    type Value = ();

    fn into_parts(self) -> ((), Bytes) {
        ((), Bytes::new())
    }
}

impl<R: Right, B: Body> FromRequest for Write<R, B> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let staff = Staff::<R>::from_request(request, payload).into_inner();
        let query = Query::<NoQuery>::from_request(request, payload).into_inner();
        let state = request.app_data::<Data<AppState>>().cloned();
        let body = B::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let Staff(staff, right) = staff?;
            query?;
            let state = state.ok_or_else(|| ApiError::internal("the app has no state"))?;
            let (value, bytes) = body.await?.into_parts();
            let key = idempotency::of_write(&request, &state.keys, staff.store.slug(), staff.principal(), &bytes)?;
            Ok(Self(Writer { staff, state, key }, value, right))
        })
    }
}
