//! The sliding-window limit per identity, never per address: a table's tablets, each phone and each staff login have a
//! window of their own.
//! Memory is bounded; time is monotonic.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::domain::ids::{TableId, TokenId};
use crate::domain::text::StoreSlug;

/// Length of the window in seconds.
const WINDOW_S: u64 = 60;
/// One bucket a second, and one for the second that is not over yet: at no moment do 60 s hold more than the limit.
const BUCKETS: usize = 61;
/// Identities remembered; beyond it those that were silent for a whole window are dropped.
const IDENTITIES_MAX: usize = 20_000;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");

/// Whose requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Limited {
    /// The tablets of one table.
    Table(StoreSlug, TableId),
    /// The guests' phones of one table together: their streams and their logins.
    PhonesOf(StoreSlug, TableId),
    /// The requests of one guest's phone.
    Phone(TokenId),
    /// One staff login.
    StaffLogin(TokenId),
}

/// Where an identity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RateFigures {
    /// Requests a minute.
    pub(crate) limit: u32,
    /// Requests left in the window.
    pub(crate) remaining: u32,
}

impl RateFigures {
    /// Writes the two headers into an answer.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
    }
}

/// The verdict on one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is within the limit and has been counted.
    Within(RateFigures),
    /// It is beyond the limit and has not been counted.
    Beyond {
        /// Where the identity stands.
        figures: RateFigures,
        /// Whole seconds until one request fits again, at least 1.
        retry_after_s: u64,
    },
}

#[derive(Debug)]
struct Window {
    counts: [u32; BUCKETS],
    sum: u32,
    newest_s: u64,
}

impl Window {
    const fn new(now_s: u64) -> Self {
        Self { counts: [0; BUCKETS], sum: 0, newest_s: now_s }
    }

    /// Forgets the seconds that have left the window.
    fn advance(&mut self, now_s: u64) {
        let passed = now_s.saturating_sub(self.newest_s);
        if passed >= BUCKETS as u64 {
            *self = Self::new(now_s);
            return;
        }
        for second in self.newest_s + 1..=now_s {
            let bucket = &mut self.counts[bucket_of(second)];
            self.sum -= *bucket;
            *bucket = 0;
        }
        self.newest_s = self.newest_s.max(now_s);
    }

    fn count(&mut self) {
        self.counts[bucket_of(self.newest_s)] += 1;
        self.sum += 1;
    }

    /// Whole seconds until so many have left that one more fits below `limit`.
    fn wait_s(&self, limit: u32) -> u64 {
        let mut left = self.sum;
        for age in (0..=WINDOW_S).rev() {
            let Some(second) = self.newest_s.checked_sub(age) else { continue };
            left -= self.counts[bucket_of(second)];
            if left < limit {
                // A second leaves the window when the one 61 s later begins.
                return (WINDOW_S + 1 - age).max(1);
            }
        }
        WINDOW_S + 1
    }
}

fn bucket_of(second: u64) -> usize {
    usize::try_from(second % BUCKETS as u64).unwrap_or(0)
}

/// All windows of the process.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    windows: Mutex<HashMap<Limited, Window>>,
}

impl RateLimiter {
    /// Counts one request of an identity with `limit` requests a minute, unless it is beyond. 0 means no limit.
    pub(crate) fn take(&self, who: Limited, limit: u32, now_ms: u64) -> Option<Verdict> {
        if limit == 0 {
            return None;
        }
        let second = now_ms / 1_000;
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= IDENTITIES_MAX && !windows.contains_key(&who) {
            windows.retain(|_, silent| silent.newest_s + WINDOW_S >= second);
            if windows.len() >= IDENTITIES_MAX {
                // More identities in one minute than the program is made for: forgetting all is the milder fault.
                windows.clear();
            }
        }
        let window = windows.entry(who).or_insert_with(|| Window::new(second));
        window.advance(second);
        if window.sum >= limit {
            let figures = RateFigures { limit, remaining: 0 };
            return Some(Verdict::Beyond { figures, retry_after_s: window.wait_s(limit) });
        }
        window.count();
        Some(Verdict::Within(RateFigures { limit, remaining: limit - window.sum }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(n: u64) -> Limited {
        Limited::Table(StoreSlug::parse("moon").expect("a slug"), TableId::new(n))
    }

    fn remaining(verdict: Option<Verdict>) -> Option<u32> {
        match verdict {
            Some(Verdict::Within(figures)) => Some(figures.remaining),
            _ => None,
        }
    }

    #[test]
    fn the_limit_is_per_identity_and_counts_down() {
        let limiter = RateLimiter::default();
        for left in (0..100).rev() {
            assert_eq!(remaining(limiter.take(table(1), 100, 5_000)), Some(left));
        }
        assert!(matches!(limiter.take(table(1), 100, 5_000), Some(Verdict::Beyond { .. })));
        assert_eq!(remaining(limiter.take(table(2), 100, 5_000)), Some(99));
        assert_eq!(limiter.take(table(1), 0, 5_000), None);
    }

    #[test]
    fn no_sixty_seconds_hold_more_than_the_limit_and_waiting_as_told_is_enough() {
        let limiter = RateLimiter::default();
        let mut taken: Vec<u64> = Vec::new();
        let mut now_ms = 0;
        for step in 0..20_000_u64 {
            now_ms += step * 7_919 % 211;
            match limiter.take(table(1), 100, now_ms) {
                Some(Verdict::Within(_)) => taken.push(now_ms),
                Some(Verdict::Beyond { retry_after_s, .. }) => {
                    assert!((1..=61).contains(&retry_after_s));
                    if step % 97 == 0 {
                        now_ms += retry_after_s * 1_000;
                        assert!(remaining(limiter.take(table(1), 100, now_ms)).is_some(), "waited as told");
                        taken.push(now_ms);
                    }
                }
                None => unreachable!("there is a limit"),
            }
        }
        for window in taken.windows(101) {
            assert!(window[100] - window[0] >= 60_000, "101 requests within a minute");
        }
    }

    #[test]
    fn silent_identities_are_forgotten_when_there_are_too_many() {
        let limiter = RateLimiter::default();
        for n in 0..IDENTITIES_MAX as u64 {
            limiter.take(table(n), 5, 1_000);
        }
        limiter.take(table(u64::MAX), 5, 120_000);
        assert_eq!(limiter.windows.lock().expect("a lock").len(), 1);
    }
}
