//! How many streams may be open: per table for its tablets and as many for its guests' phones, per staff login, and in all. A slot is given back when its stream is dropped.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use super::problem::{ApiError, ErrorCode};
use super::rate_limit::Limited;

/// Seconds after which a refused stream may try again.
const RETRY_S: u64 = 5;

/// Bounds; 0 means none.
#[derive(Debug, Clone, Copy)]
pub struct StreamLimits {
    /// Streams of one table's tablets, and as many of its guests' phones.
    pub per_table: usize,
    /// Streams of one staff login.
    pub per_staff_login: usize,
    /// Streams of the whole process.
    pub total: usize,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_identity: HashMap<Limited, usize>,
}

/// The open streams of the process.
#[derive(Debug)]
pub(crate) struct StreamSlots {
    limits: StreamLimits,
    open: Arc<Mutex<Open>>,
}

/// One open stream.
#[derive(Debug)]
pub(crate) struct StreamSlot {
    who: Limited,
    open: Arc<Mutex<Open>>,
}

impl StreamSlots {
    pub(crate) fn new(limits: StreamLimits) -> Self {
        Self { limits, open: Arc::default() }
    }

    /// Takes a slot.
    pub(crate) fn take(&self, who: Limited) -> Result<StreamSlot, ApiError> {
        let own_max = match who {
            Limited::Table(..) | Limited::PhonesOf(..) | Limited::Phone(_) => self.limits.per_table,
            Limited::StaffLogin(_) => self.limits.per_staff_login,
        };
        let within = |count: usize, max: usize| max == 0 || count < max;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if !within(open.total, self.limits.total) {
            return Err(refusal("The server has as many streams as it can. Use GET /api/sync meanwhile."));
        }
        let own = open.by_identity.get(&who).copied().unwrap_or(0);
        if !within(own, own_max) {
            return Err(refusal(
                "Too many streams are open for this login. Close one, or use GET /api/sync meanwhile.",
            ));
        }
        open.total += 1;
        open.by_identity.insert(who.clone(), own + 1);
        Ok(StreamSlot { who, open: Arc::clone(&self.open) })
    }

    /// Streams open now.
    pub(crate) fn total(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

fn refusal(detail: &'static str) -> ApiError {
    ApiError::new(ErrorCode::RateLimitExceeded, detail).retry_after_s(RETRY_S)
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total = open.total.saturating_sub(1);
        if let Entry::Occupied(mut own) = open.by_identity.entry(self.who.clone()) {
            *own.get_mut() -= 1;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{TableId, TokenId};
    use crate::domain::text::StoreSlug;

    fn table(n: u64) -> Limited {
        Limited::Table(StoreSlug::parse("moon").expect("a slug"), TableId::new(n))
    }

    #[test]
    fn each_table_has_its_own_slots_and_gives_them_back() {
        let slots = StreamSlots::new(StreamLimits { per_table: 2, per_staff_login: 0, total: 0 });
        let first = slots.take(table(1)).expect("a slot");
        let _second = slots.take(table(1)).expect("a slot");
        assert_eq!(slots.take(table(1)).expect_err("full").code(), ErrorCode::RateLimitExceeded);
        assert!(slots.take(table(2)).is_ok(), "another table");
        drop(first);
        assert!(slots.take(table(1)).is_ok());
        let staff: Vec<_> = (0..50).map(|_| slots.take(Limited::StaffLogin(TokenId(1))).expect("no limit")).collect();
        assert_eq!(slots.total(), 51);
        drop(staff);
        assert_eq!(slots.open.lock().expect("a lock").by_identity.len(), 1, "nothing is remembered of closed streams");
    }

    #[test]
    fn all_streams_together_are_bounded() {
        let slots = StreamSlots::new(StreamLimits { per_table: 0, per_staff_login: 0, total: 2 });
        let _open = (slots.take(table(1)).expect("a slot"), slots.take(table(2)).expect("a slot"));
        assert!(slots.take(table(3)).is_err());
        assert_eq!(slots.total(), 2);
    }
}
