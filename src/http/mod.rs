//! HTTP: routes, identities, bodies, refusals, limits, streams and the embedded pages. It parses requests into commands
//! and knows no business rule; everything it tells comes from a store's handle.

mod answers;
mod assets;
mod body;
mod brotli;
mod compression;
mod error;
mod etag;
mod every_answer;
mod idempotency;
mod identity;
mod lockout;
mod openapi;
mod page_address;
#[cfg(test)]
mod page_bundle;
#[cfg(test)]
mod page_module;
#[cfg(test)]
mod page_names;
#[cfg(test)]
mod page_script;
mod pairing;
mod passwords;
mod path_id;
mod problem;
mod query;
mod rate_limit;
mod routes;
mod stream_slots;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{App, Error, web};
use actix_web_lab::middleware::CatchPanic;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock;
use crate::config::GuestPageSettings;
use crate::store::StoreDirectory;
pub use identity::tokens::TokenKeys;
pub use passwords::hash_password;
pub use stream_slots::StreamLimits;

/// What the program's settings say about HTTP.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Host names that cookies may be used under, besides IP addresses and `localhost`: the mDNS name and `server.hosts`.
    pub hosts: Vec<String>,
    /// Requests a minute of one table's tablets, and of each guest's phone; 0 = no limit.
    pub table_requests_per_minute: u32,
    /// Requests a minute of one staff login; 0 = no limit.
    pub staff_requests_per_minute: u32,
    /// How many streams may be open.
    pub streams: StreamLimits,
    /// A new store's currency, ISO 4217.
    pub currency: String,
    /// A new store's time zone, IANA name.
    pub time_zone: String,
    /// A new store's local hour at which its business day ends, 0 to 23.
    pub day_cutoff_hour: u8,
    /// How the guests' page behaves.
    pub guest_page: GuestPageSettings,
}

/// Where other devices reach this program, and how an address is drawn; network interfaces are not HTTP's business.
pub trait PageAddresses: Send + Sync {
    /// `http://ADDRESS:PORT` for devices in the shop's network; nothing when no network leads here.
    fn in_the_network(&self) -> Option<String>;
    /// A text as a QR code: an SVG picture, dark on white, with its quiet zone.
    fn qr_svg(&self, text: &str) -> String;
}

/// Where one-time set-up codes are kept; they are on disk and not HTTP's business.
pub trait SetupCodes: Send + Sync {
    /// Takes a code for oneself.
    ///
    /// # Errors
    /// [`SetupRefused`].
    fn claim(&self, code: &str) -> Result<Box<dyn SetupClaim>, SetupRefused>;
}

/// A set-up code that this request alone has taken.
pub trait SetupClaim {
    /// The store is made; the code is used up.
    fn finish(self: Box<Self>);
    /// The store was not made; the code counts again.
    fn give_back(self: Box<Self>);
}

/// Why a set-up code was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupRefused {
    /// Used, unknown or expired: nobody learns which.
    NotValid,
    /// The codes cannot be read or written; the cause goes to the log.
    Failed(String),
}

/// What the owner must be told of on every staff page, until it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Acknowledged data is lost and nobody has confirmed to know it.
    DataLost,
    /// Old records cannot be read any more; what is going on now is not touched by it.
    RecordsDamaged,
    /// Disk space runs out.
    DiskLow,
    /// Disk space is so low that new orders are refused.
    DiskFull,
    /// Nothing can be written; what is there can be read.
    ReadOnly,
    /// The store's writer gives no answer.
    WriterStuck,
    /// The second copy of the journal is not up to date.
    MirrorFailed,
    /// There is no recent backup.
    BackupFailed,
}

/// What a check of the surroundings found, for `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Worth a note; the program works.
    Note(String),
    /// The program works, but somebody must see to this.
    Warning(Alert, String),
    /// The program does not do its work: acknowledged data skipped, journal not writable, disk too full, stuck writer.
    Degraded(Alert, String),
}

/// A check of the surroundings, such as free disk space. Called at each `GET /health`, so it must be quick.
pub type HealthCheck = Box<dyn Fn() -> Vec<Finding> + Send + Sync>;

/// Everything the handlers need.
pub struct AppState {
    directory: Arc<StoreDirectory>,
    settings: HttpSettings,
    keys: TokenKeys,
    setup: Box<dyn SetupCodes>,
    addresses: Box<dyn PageAddresses>,
    health_checks: Vec<HealthCheck>,
    pairings: pairing::Pairings,
    passwords: passwords::Passwords,
    lockout: lockout::Lockout,
    limiter: rate_limit::RateLimiter,
    slots: stream_slots::StreamSlots,
    uploads: body::picture::Uploads,
    started_ms: u64,
}

impl AppState {
    /// Takes the stores and what this installation is set to.
    pub fn new(
        directory: Arc<StoreDirectory>,
        settings: HttpSettings,
        keys: TokenKeys,
        setup: Box<dyn SetupCodes>,
        addresses: Box<dyn PageAddresses>,
        health_checks: Vec<HealthCheck>,
    ) -> Self {
        let started_ms = clock::monotonic_ms();
        Self {
            directory,
            slots: stream_slots::StreamSlots::new(settings.streams),
            settings,
            keys,
            setup,
            addresses,
            health_checks,
            pairings: pairing::Pairings::default(),
            passwords: passwords::Passwords::default(),
            lockout: lockout::Lockout::new(clock::now(), started_ms),
            limiter: rate_limit::RateLimiter::default(),
            uploads: body::picture::Uploads::default(),
            started_ms,
        }
    }
}

/// The whole app, for a server's workers and for tests.
pub fn app(
    state: &web::Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let state = state.clone();
    answering(App::new().configure(move |config| routes::configure(config, state)))
}

/// Gives an app what every answer has, and an answer even when a handler panics.
fn answering<T>(
    app: App<T>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<T>>,
        Error = Error,
        InitError = (),
    > + use<T>,
>
where
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = Error, InitError = ()> + 'static,
{
    app.wrap(CatchPanic::default()).wrap_fn(|request, service| {
        let answering = service.call(request);
        async move {
            let mut answer: ServiceResponse<BoxBody> =
                answering.await.map_err(|error| every_answer::after_panic(&error))?;
            every_answer::finish(&mut answer);
            Ok(answer)
        }
    })
}
