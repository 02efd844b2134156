//! Losses of acknowledged data that the owner has seen and confirmed, so that they need not be told any more.

use std::sync::Arc;

use crate::domain::event::Event;
use crate::domain::ids::SeqRange;
use crate::domain::limits;
use crate::domain::state::StoreState;

pub(super) fn confirm(state: &StoreState, ranges: &[SeqRange]) -> Vec<Event> {
    let ranges = bounded(ranges);
    let is_known = ranges.iter().all(|range| state.has_confirmed(*range));
    if is_known { Vec::new() } else { vec![Event::LossConfirmed { ranges: Arc::new(ranges) }] }
}

/// Too many to keep apart become one.
fn bounded(ranges: &[SeqRange]) -> Vec<SeqRange> {
    if ranges.len() <= limits::CONFIRMED_LOSSES_MAX {
        return ranges.to_vec();
    }
    let first = ranges.iter().map(|range| range.first).min();
    let last = ranges.iter().map(|range| range.last).max();
    first.zip(last).map(|(first, last)| SeqRange { first, last }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{Principal, Role};
    use crate::domain::command::{Command, Envelope};
    use crate::domain::decide::execute;
    use crate::domain::ids::{Seq, UserId};
    use crate::domain::time::{BusinessDay, Timestamp};

    fn range(first: u64, last: u64) -> SeqRange {
        SeqRange { first: Seq::new(first), last: Seq::new(last) }
    }

    fn confirm_in(state: &mut StoreState, ranges: Vec<SeqRange>) -> bool {
        let envelope = Envelope {
            principal: Principal::Staff { user: UserId::new(1), role: Role::Owner },
            at: Timestamp::from_ms(0),
            business_day: BusinessDay::parse("2026-11-20").expect("a day"),
            key: None,
            command: Command::ConfirmLoss(ranges),
        };
        execute(state, &envelope).expect("decided").is_some()
    }

    #[test]
    fn a_loss_is_confirmed_once_and_a_new_one_is_told_again() {
        let mut state = StoreState::default();
        assert!(!confirm_in(&mut state, Vec::new()), "nothing is lost");
        assert!(confirm_in(&mut state, vec![range(3, 5)]));
        assert!(state.has_confirmed(range(3, 5)) && state.has_confirmed(range(4, 4)));
        assert!(!state.has_confirmed(range(5, 6)));
        assert!(!confirm_in(&mut state, vec![range(3, 5)]), "nothing new");
        assert!(confirm_in(&mut state, vec![range(3, 5), range(9, 9)]));
        assert!(state.has_confirmed(range(3, 5)) && state.has_confirmed(range(9, 9)));
    }

    #[test]
    fn however_many_are_lost_the_state_stays_small() {
        let mut state = StoreState::default();
        let many: Vec<_> = (1..=2_000).map(|n| range(n * 10, n * 10 + 1)).collect();
        assert!(confirm_in(&mut state, many));
        assert!(state.has_confirmed(range(10, 20_001)));
        assert_eq!(state.confirmed_losses.len(), 1);
    }
}
