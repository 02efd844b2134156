//! What staff and tablet logins share: the lock, the password, one answer and one timing for every failure.

use crate::clock;
use crate::config::GuestPageSettings;
use crate::domain::access::Principal;
use crate::domain::command::Command;
use crate::domain::event::StoreProfile;
use crate::domain::ids::AccountHash;
use crate::http::AppState;
use crate::http::lockout::{self, AccountKind, LOCK_MS};
use crate::http::problem::{ApiError, ErrorCode};
use crate::store::StoreHandle;
use serde::Serialize;
use utoipa::ToSchema;

/// A store, as its pages need to know it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoreBrief {
    /// Short name.
    slug: String,
    /// Name.
    name: String,
    /// ISO 4217.
    currency: String,
    /// IANA name.
    time_zone: String,
}

impl StoreBrief {
    /// Of a store that has its first commit, as all do that can be logged in to.
    pub(super) fn of(store: &StoreHandle) -> Result<Self, ApiError> {
        let profile = store.profile().ok_or_else(|| ApiError::internal("a store without a profile was served"))?;
        let StoreProfile { slug, name, currency, time_zone, .. } = &*profile;
        Ok(Self {
            slug: slug.to_string(),
            name: name.to_string(),
            currency: currency.to_string(),
            time_zone: time_zone.to_string(),
        })
    }
}

/// How the guests' page behaves, as it is set in this installation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuestPageBrief {
    /// Seconds that an order's result stays before the menu comes back; 0 = it stays.
    result_seconds: u32,
    /// Seconds without a touch after which a tablet asks whether somebody is there.
    idle_seconds: u32,
    /// Guests' own phones: `off`, `code` or `seated`.
    phones: &'static str,
    /// Whether guests may write words of their own with an order.
    free_notes: bool,
}

impl From<GuestPageSettings> for GuestPageBrief {
    fn from(settings: GuestPageSettings) -> Self {
        let GuestPageSettings { result_seconds, idle_seconds, phones, free_notes } = settings;
        Self { result_seconds, idle_seconds, phones: phones.word(), free_notes }
    }
}

/// A try to log in. Names that do not exist are tried alike.
pub(super) struct Attempt<'a> {
    pub(super) kind: AccountKind,
    /// The store as typed.
    pub(super) store_name: &'a str,
    /// The account as typed.
    pub(super) name: &'a str,
    /// The store, if there is one of that name.
    pub(super) store: Option<&'a StoreHandle>,
    /// The account's password hash, if there is such an account.
    pub(super) hash: Option<Box<str>>,
}

impl Attempt<'_> {
    /// Checks the password.
    ///
    /// # Errors
    /// 401 when anything is wrong, 429 while the account is locked, 503 when too many wait.
    pub(super) async fn check(self, state: &AppState, password: String) -> Result<(), ApiError> {
        let account = lockout::account(self.kind, self.store_name, self.name);
        let refuse_locked = || refuse_locked(state, self.store, account);
        refuse_locked()?;
        let turn = state.passwords.turn().await?;
        // Others may have failed while this one waited for its turn: no try more than five is looked at.
        refuse_locked()?;
        let fits = turn.fits(password, self.hash).await?;
        refuse_locked()?;
        if fits {
            state.lockout.succeeded(account);
            return Ok(());
        }
        count_failure(state, self.store, account).await;
        Err(ApiError::wrong_login())
    }
}

/// Refuses while the account is locked, here or by the store's journal.
///
/// # Errors
/// 429.
pub(super) fn refuse_locked(
    state: &AppState,
    store: Option<&StoreHandle>,
    account: AccountHash,
) -> Result<(), ApiError> {
    let journaled = store.and_then(|store| store.access().locks.get(&account).copied());
    let Some(seconds) = state.lockout.locked_for_s(account, journaled, clock::monotonic_ms()) else { return Ok(()) };
    let detail = "Too many failed attempts. Wait as long as Retry-After says; other accounts are not affected.";
    Err(ApiError::new(ErrorCode::TooManyAttempts, detail).retry_after_s(seconds))
}

/// Counts a failed try; the one too many locks the account, also beyond a restart.
pub(super) async fn count_failure(state: &AppState, store: Option<&StoreHandle>, account: AccountHash) {
    if state.lockout.failed(account, clock::monotonic_ms())
        && let Some(store) = store
    {
        let until = clock::now().plus_ms(i64::try_from(LOCK_MS).unwrap_or(i64::MAX));
        let lock = Command::LockAccount { account, until };
        if store.execute(Principal::System, None, lock).await.is_err() {
            tracing::warn!("an account lock could not be journaled and will not outlive a restart");
        }
    }
}
