//! The extractors that handlers begin with. Each refuses in the contract's order: 403 host or origin, 401, 403, 429; what
//! a body or a query does wrong comes after.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::cookies;
use super::host_origin;
use super::phone_keys;
use super::tokens::{Audience, Subject, VerifiedToken, VerifiedTokens};
use crate::clock;
use crate::config::Phones;
use crate::domain::access::{Principal, Role, User};
use crate::domain::ids::{TabletId, Visit};
use crate::domain::state::StoreState;
use crate::domain::table::Table;
use crate::http::AppState;
use crate::http::problem::{ApiError, ErrorCode};
use crate::http::query;
use crate::http::rate_limit::{Limited, Verdict};
use crate::store::{Reader, StoreHandle, StreamIdentity};

/// A staff user who is logged in.
#[derive(Clone)]
pub(crate) struct StaffPrincipal {
    /// The user's store.
    pub(crate) store: StoreHandle,
    /// The user as the store knows it now.
    pub(crate) user: Arc<User>,
    /// The token it speaks with.
    pub(crate) token: Rc<VerifiedToken>,
}

impl StaffPrincipal {
    /// As commands name it.
    pub(crate) fn principal(&self) -> Principal {
        Principal::Staff { user: self.user.id, role: self.user.role }
    }

    /// Whose requests are counted together.
    pub(crate) fn limited(&self) -> Limited {
        Limited::StaffLogin(self.token.id)
    }

    /// What ends its streams.
    pub(crate) fn stream_identity(&self) -> StreamIdentity {
        StreamIdentity { token: Some(self.token.id), tablet: None }
    }
}

/// What somebody at a table holds in their hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    /// The table's tablet, by its credential.
    Tablet(TabletId),
    /// A guest's own phone, for that visit.
    Phone(Visit),
}

/// Somebody at a table: its paired tablet or a guest's own phone.
#[derive(Clone)]
pub(crate) struct TablePrincipal {
    /// The table's store.
    pub(crate) store: StoreHandle,
    /// The table as the store knows it now.
    pub(crate) table: Arc<Table>,
    /// With what.
    pub(crate) device: Device,
    /// The token it speaks with.
    pub(crate) token: Rc<VerifiedToken>,
}

impl TablePrincipal {
    /// As commands name it.
    pub(crate) fn principal(&self) -> Principal {
        let table = self.table.id;
        match self.device {
            Device::Tablet(tablet) => Principal::Tablet { table, tablet },
            Device::Phone(visit) => Principal::Guest { table, visit },
        }
    }

    /// Whose requests are counted together. Phones are counted apart, so that none can take the tablet's turn.
    fn limited(&self) -> Limited {
        match self.device {
            Device::Tablet(_) => Limited::Table(self.store.slug().clone(), self.table.id),
            Device::Phone(_) => Limited::Phone(self.token.id),
        }
    }

    /// Whose streams are counted together.
    pub(crate) fn streams_of(&self) -> Limited {
        let (store, table) = (self.store.slug().clone(), self.table.id);
        match self.device {
            Device::Tablet(_) => Limited::Table(store, table),
            Device::Phone(_) => Limited::PhonesOf(store, table),
        }
    }

    /// What ends its streams.
    pub(crate) fn stream_identity(&self) -> StreamIdentity {
        let tablet = match self.device {
            Device::Tablet(tablet) => Some(tablet),
            Device::Phone(_) => None,
        };
        StreamIdentity { token: Some(self.token.id), tablet }
    }

    /// As streams and sync name it.
    pub(crate) fn reader(&self) -> Reader {
        let table = self.table.id;
        match self.device {
            Device::Tablet(_) => Reader::Table(table),
            Device::Phone(visit) => Reader::Guest { table, visit },
        }
    }

    /// Asks the state, for a phone only as long as its visit runs there: what it may know may have ended since it was
    /// recognised.
    ///
    /// # Errors
    /// 401 when the visit is over, 503.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&StoreState) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let (table, device) = (self.table.id, self.device);
        let found = self.store.read(move |state| match device {
            Device::Phone(visit) if state.seating_of(table).visit != visit => None,
            Device::Phone(_) | Device::Tablet(_) => Some(question(state)),
        });
        found.await?.ok_or_else(ApiError::not_logged_in)
    }
}

/// Somebody who is logged in.
#[derive(Clone)]
pub(crate) enum AnyPrincipal {
    /// Staff.
    Staff(StaffPrincipal),
    /// A tablet or a guest's phone.
    Table(TablePrincipal),
}

impl AnyPrincipal {
    /// The store it belongs to.
    pub(crate) fn store(&self) -> &StoreHandle {
        match self {
            Self::Staff(staff) => &staff.store,
            Self::Table(table) => &table.store,
        }
    }

    /// As commands name it.
    pub(crate) fn principal(&self) -> Principal {
        match self {
            Self::Staff(staff) => staff.principal(),
            Self::Table(table) => table.principal(),
        }
    }

    /// The token it speaks with.
    pub(crate) fn token(&self) -> &VerifiedToken {
        match self {
            Self::Staff(staff) => &staff.token,
            Self::Table(table) => &table.token,
        }
    }

    fn limited(&self) -> Limited {
        match self {
            Self::Staff(staff) => staff.limited(),
            Self::Table(table) => table.limited(),
        }
    }
}

/// Which identity a route reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Staff,
    Table,
    /// The one that `?as=` names, else the only one present, else the table's.
    Either,
}

/// Who asks, counted against its limit after `may` has let it in.
fn admit(
    request: &HttpRequest,
    wanted: Wanted,
    may: impl FnOnce(&AnyPrincipal) -> bool,
) -> Result<AnyPrincipal, ApiError> {
    let state = request
        .app_data::<web::Data<AppState>>()
        .ok_or_else(|| ApiError::internal("the app was configured without its state"))?;
    let who = identify(request, state, wanted)?;
    if let AnyPrincipal::Table(TablePrincipal { store, table, device: Device::Tablet(_), .. }) = &who {
        store.touch(table.id);
    }
    let allowed = may(&who);
    let limit = match &who {
        AnyPrincipal::Staff(_) => state.settings.staff_requests_per_minute,
        AnyPrincipal::Table(_) => state.settings.table_requests_per_minute,
    };
    let verdict = state.limiter.take(who.limited(), limit, clock::monotonic_ms());
    if let Some(Verdict::Within(figures) | Verdict::Beyond { figures, .. }) = verdict {
        request.extensions_mut().insert(figures);
    }
    if !allowed {
        return Err(ApiError::new(ErrorCode::Forbidden, "This login may not do that. Log in as somebody who may."));
    }
    if let Some(Verdict::Beyond { retry_after_s, .. }) = verdict {
        let detail = "Too many requests. Wait as long as Retry-After says.";
        return Err(ApiError::new(ErrorCode::RateLimitExceeded, detail).retry_after_s(retry_after_s));
    }
    Ok(who)
}

fn identify(request: &HttpRequest, state: &AppState, wanted: Wanted) -> Result<AnyPrincipal, ApiError> {
    let text = if let Some(token) = bearer(request)? {
        token
    } else {
        let cookie = wanted_cookie(request, wanted).ok_or_else(ApiError::not_logged_in)?;
        require_own_page(request, state)?;
        cookie
    };
    let verified = match request.app_data::<VerifiedTokens>() {
        Some(known) => known.get(&state.keys, text.as_bytes()),
        None => state.keys.verify(text.as_bytes()).map(Rc::new),
    };
    let token = verified.filter(|token| token.holds_at(clock::now())).ok_or_else(ApiError::not_logged_in)?;
    let fits = match wanted {
        Wanted::Staff => token.audience() == Audience::Staff,
        Wanted::Table => token.audience() == Audience::Table,
        Wanted::Either => true,
    };
    if !fits {
        return Err(ApiError::not_logged_in());
    }
    present(state, token).ok_or_else(ApiError::not_logged_in)
}

/// Refuses a request that relies on a cookie unless it comes from our own page under one of our own names.
pub(crate) fn require_own_page(request: &HttpRequest, state: &AppState) -> Result<(), ApiError> {
    if host_origin::is_own(request, &state.settings.hosts) {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::Forbidden,
        "Open the page under an address of this server; other names can be allowed with the setting server.hosts.",
    ))
}

/// The bearer token, if there is one. Another scheme is not for us; more than one header is nobody.
fn bearer(request: &HttpRequest) -> Result<Option<&str>, ApiError> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(ApiError::not_logged_in());
    }
    let text = value.to_str().map_err(|_| ApiError::not_logged_in())?;
    match text.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => Ok(Some(token.trim())),
        _ if text.eq_ignore_ascii_case("bearer") => Err(ApiError::not_logged_in()),
        _ => Ok(None),
    }
}

fn wanted_cookie(request: &HttpRequest, wanted: Wanted) -> Option<&str> {
    let staff = || cookies::read(request, cookies::STAFF);
    let table = || cookies::read(request, cookies::TABLE);
    match wanted {
        Wanted::Staff => staff(),
        Wanted::Table => table(),
        Wanted::Either => match asked_as(request.query_string()) {
            Some(Audience::Staff) => staff(),
            Some(Audience::Table) => table(),
            None => table().or_else(staff),
        },
    }
}

/// What `?as=` says; a word that is neither is refused later, by the query's own check.
fn asked_as(query: &str) -> Option<Audience> {
    query::pairs(query).iter().find_map(|(name, value)| match (name.as_str(), value.as_str()) {
        ("as", "staff") => Some(Audience::Staff),
        ("as", "table") => Some(Audience::Table),
        _ => None,
    })
}

/// Whom the token names, if that is still so: the store, the user with that password, the tablet at that table, the visit
/// that still runs there, and not logged out.
fn present(state: &AppState, token: Rc<VerifiedToken>) -> Option<AnyPrincipal> {
    let store = state.directory.get(token.store.as_str())?;
    let access = store.access();
    if access.revoked.contains_key(&token.id) {
        return None;
    }
    match token.subject {
        Subject::User { user, generation } => {
            let user = access.users.get(&user).filter(|user| user.generation == generation).cloned()?;
            Some(AnyPrincipal::Staff(StaffPrincipal { store, user, token }))
        }
        Subject::Tablet { table, tablet } => {
            access.tablets.get(&tablet).filter(|known| known.table_id == table)?;
            let table = access.tables.get(&table).cloned()?;
            Some(AnyPrincipal::Table(TablePrincipal { store, table, device: Device::Tablet(tablet), token }))
        }
        Subject::Guest { table, visit } => {
            let sitting = store.sitting_at(table);
            let came_for_it = phone_keys::came_for(sitting, token.began_at(), clock::now());
            let lets_in = state.settings.guest_page.phones != Phones::Off && sitting.visit == visit && came_for_it;
            let table = access.tables.get(&table).filter(|_| lets_in).cloned()?;
            Some(AnyPrincipal::Table(TablePrincipal { store, table, device: Device::Phone(visit), token }))
        }
    }
}

/// Which staff may use a route.
pub(crate) trait Right: 'static {
    /// Whether that role may.
    fn allows(role: Role) -> bool;
}

/// Everybody who is staff, the kitchen's screen too.
pub(crate) struct Everyone;
/// Who serves guests: not the kitchen's screen.
pub(crate) struct Serving;
/// Who runs the shop: owner and managers.
pub(crate) struct Managing;

impl Right for Everyone {
    fn allows(_: Role) -> bool {
        true
    }
}

impl Right for Serving {
    fn allows(role: Role) -> bool {
        role != Role::Kitchen
    }
}

impl Right for Managing {
    fn allows(role: Role) -> bool {
        matches!(role, Role::Owner | Role::Manager)
    }
}

/// A staff user with a right.
pub(crate) struct Staff<R: Right = Everyone>(pub(crate) StaffPrincipal, pub(crate) PhantomData<R>);

impl<R: Right> FromRequest for Staff<R> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let may = |who: &AnyPrincipal| matches!(who, AnyPrincipal::Staff(staff) if R::allows(staff.user.role));
        ready(match admit(request, Wanted::Staff, may) {
            Ok(AnyPrincipal::Staff(staff)) => Ok(Self(staff, PhantomData)),
            Ok(AnyPrincipal::Table(_)) => Err(ApiError::not_logged_in()),
            Err(error) => Err(error),
        })
    }
}

fn at_table(request: &HttpRequest, may: impl FnOnce(&TablePrincipal) -> bool) -> Result<TablePrincipal, ApiError> {
    let may = |who: &AnyPrincipal| matches!(who, AnyPrincipal::Table(table) if may(table));
    match admit(request, Wanted::Table, may)? {
        AnyPrincipal::Table(table) => Ok(table),
        AnyPrincipal::Staff(_) => Err(ApiError::not_logged_in()),
    }
}

impl FromRequest for TablePrincipal {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(at_table(request, |_| true))
    }
}

/// Somebody who asks for the own table, named in the path; another table is forbidden.
pub(crate) struct OwnTable(pub(crate) TablePrincipal);

impl FromRequest for OwnTable {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asked = crate::http::path_id::first(request);
        ready(at_table(request, |own| own.table.id.get() == asked).map(Self))
    }
}

/// The table's tablet; a guest's phone is forbidden.
pub(crate) struct Tablet(pub(crate) TablePrincipal);

impl FromRequest for Tablet {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(at_table(request, |own| matches!(own.device, Device::Tablet(_))).map(Self))
    }
}

impl FromRequest for AnyPrincipal {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admit(request, Wanted::Either, |_| true))
    }
}
