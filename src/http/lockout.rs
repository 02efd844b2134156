//! Locks of accounts: five failed logins within 15 minutes lock that account for 15 minutes. Counts live here, in bounded
//! memory and by monotonic time; only the lock itself is journaled. After a restart a journaled lock runs on by monotonic
//! time, at most 15 minutes, so that no jump of the clock can keep anybody out.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::identity::tablet_secret::first_16_bytes;
use crate::domain::ids::AccountHash;
use crate::domain::time::Timestamp;

/// Failures that lock.
const FAILURES_MAX: usize = 5;
/// How long failures count and how long a lock runs, in milliseconds.
pub(crate) const LOCK_MS: u64 = 15 * 60 * 1_000;
/// Accounts remembered; beyond it those that failed longest ago are forgotten, locked ones last.
const ACCOUNTS_MAX: usize = 10_000;

/// What can be locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountKind {
    /// A staff user's name.
    Staff,
    /// A table's number.
    Table,
    /// The six digits that let phones in at a table, named by its id.
    VisitCode,
}

/// The account's name as it is remembered: names that do not exist are counted alike and must not be readable.
pub(crate) fn account(kind: AccountKind, store: &str, name: &str) -> AccountHash {
    let kind: &[u8] = match kind {
        AccountKind::Staff => b"staff\0",
        AccountKind::Table => b"table\0",
        AccountKind::VisitCode => b"visit_code\0",
    };
    let digest = Sha256::new().chain_update(kind).chain_update(store).chain_update(b"\0").chain_update(name).finalize();
    AccountHash(first_16_bytes(&digest))
}

#[derive(Debug, Default)]
struct Account {
    failures_ms: VecDeque<u64>,
    locked_until_ms: u64,
}

impl Account {
    fn last_ms(&self) -> u64 {
        self.locked_until_ms.max(self.failures_ms.back().copied().unwrap_or(0))
    }
}

/// All counts of the process.
#[derive(Debug)]
pub(crate) struct Lockout {
    started_at: Timestamp,
    started_ms: u64,
    accounts: Mutex<HashMap<AccountHash, Account>>,
}

impl Lockout {
    /// Begins at a moment, told by both clocks.
    pub(crate) fn new(started_at: Timestamp, started_ms: u64) -> Self {
        Self { started_at, started_ms, accounts: Mutex::default() }
    }

    /// Whole seconds that the account stays locked, at least 1; nothing if it is not. `journaled` is the end of its lock
    /// as the store knows it.
    pub(crate) fn locked_for_s(&self, account: AccountHash, journaled: Option<Timestamp>, now_ms: u64) -> Option<u64> {
        let here = {
            let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
            accounts.get(&account).map_or(0, |account| account.locked_until_ms)
        };
        let before_start = journaled.map_or(0, |until| {
            let left_ms = u64::try_from(until.as_ms().saturating_sub(self.started_at.as_ms())).unwrap_or(0);
            self.started_ms + left_ms.min(LOCK_MS)
        });
        let left_ms = here.max(before_start).saturating_sub(now_ms);
        (left_ms > 0).then(|| left_ms.div_ceil(1_000))
    }

    /// Counts a failure. Tells whether it is the one that locks the account.
    pub(crate) fn failed(&self, account: AccountHash, now_ms: u64) -> bool {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= ACCOUNTS_MAX && !accounts.contains_key(&account) {
            make_room(&mut accounts, now_ms);
        }
        let counted = accounts.entry(account).or_default();
        counted.failures_ms.retain(|at| at + LOCK_MS > now_ms);
        counted.failures_ms.push_back(now_ms);
        let locks = counted.failures_ms.len() >= FAILURES_MAX;
        if locks {
            counted.failures_ms.clear();
            counted.locked_until_ms = now_ms + LOCK_MS;
        }
        locks
    }

    /// Forgets the failures of an account whose owner has logged in.
    pub(crate) fn succeeded(&self, account: AccountHash) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
    }
}

fn make_room(accounts: &mut HashMap<AccountHash, Account>, now_ms: u64) {
    accounts.retain(|_, account| account.last_ms() + LOCK_MS > now_ms);
    if accounts.len() >= ACCOUNTS_MAX
        && let Some(oldest) = accounts.iter().min_by_key(|(_, account)| account.last_ms()).map(|(hash, _)| *hash)
    {
        accounts.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn lockout() -> Lockout {
        Lockout::new(START, 1_000)
    }

    fn owner() -> AccountHash {
        account(AccountKind::Staff, "moon", "owner")
    }

    #[test]
    fn accounts_are_told_apart_by_kind_store_and_name() {
        let all = [
            account(AccountKind::Staff, "moon", "1"),
            account(AccountKind::Table, "moon", "1"),
            account(AccountKind::VisitCode, "moon", "1"),
            account(AccountKind::Staff, "moon1", ""),
            account(AccountKind::Staff, "sun", "1"),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(all[index + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn the_fifth_failure_locks_that_account_for_fifteen_minutes() {
        let lockout = lockout();
        for n in 0..4 {
            assert!(!lockout.failed(owner(), 2_000 + n));
            assert_eq!(lockout.locked_for_s(owner(), None, 2_000 + n), None);
        }
        assert!(lockout.failed(owner(), 3_000));
        assert_eq!(lockout.locked_for_s(owner(), None, 3_000), Some(900));
        assert_eq!(lockout.locked_for_s(account(AccountKind::Staff, "moon", "anna"), None, 3_000), None);
        assert_eq!(lockout.locked_for_s(owner(), None, 3_000 + LOCK_MS - 1), Some(1));
        assert_eq!(lockout.locked_for_s(owner(), None, 3_000 + LOCK_MS), None);
        assert!(!lockout.failed(owner(), 3_000 + LOCK_MS), "counting begins anew");
    }

    #[test]
    fn failures_older_than_fifteen_minutes_and_failures_before_a_login_do_not_count() {
        let lockout = lockout();
        for n in 0..4 {
            lockout.failed(owner(), n);
        }
        assert!(!lockout.failed(owner(), LOCK_MS + 4));
        for n in 0..3 {
            assert!(!lockout.failed(owner(), LOCK_MS + 5 + n));
        }
        lockout.succeeded(owner());
        assert!(!lockout.failed(owner(), LOCK_MS + 9));
    }

    #[test]
    fn a_journaled_lock_runs_on_after_a_restart_but_never_longer_than_fifteen_minutes() {
        let lockout = lockout();
        let until = |ms: i64| Some(START.plus_ms(ms));
        assert_eq!(lockout.locked_for_s(owner(), until(60_000), 1_000), Some(60));
        assert_eq!(lockout.locked_for_s(owner(), until(60_000), 61_000), None);
        assert_eq!(lockout.locked_for_s(owner(), until(-1), 1_000), None);
        let a_day_ahead = until(86_400_000);
        assert_eq!(lockout.locked_for_s(owner(), a_day_ahead, 1_000), Some(900));
        assert_eq!(lockout.locked_for_s(owner(), a_day_ahead, 1_000 + LOCK_MS), None);
    }

    #[test]
    fn memory_is_bounded_and_a_locked_account_stays_locked_in_a_flood_of_names() {
        let lockout = lockout();
        for n in 0..5 {
            lockout.failed(owner(), 10 + n);
        }
        for n in 0..ACCOUNTS_MAX as u64 + 500 {
            lockout.failed(account(AccountKind::Staff, "moon", &n.to_string()), 100 + n);
        }
        assert!(lockout.accounts.lock().expect("a lock").len() <= ACCOUNTS_MAX);
        assert!(lockout.locked_for_s(owner(), None, 20_000).is_some());
    }
}
