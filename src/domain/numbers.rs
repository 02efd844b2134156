//! Order numbers: counted per table number and business day, without gap or repeat.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::{OrderNumber, TableNumber};
use super::limits::NUMBER_DAYS_MAX;
use super::time::BusinessDay;

/// Counters of the last [`NUMBER_DAYS_MAX`] business days with orders, counted in days used, never by the clock: a clock
/// that jumps back finds the counters of the day it lands on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrderNumbers {
    days: Vec<Day>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Day {
    day: BusinessDay,
    counters: BTreeMap<TableNumber, u32>,
}

/// What [`OrderNumbers::take`] changed, for taking it back.
#[derive(Debug)]
pub struct Taken {
    day: BusinessDay,
    number: OrderNumber,
    opened_day: bool,
    dropped_day: Option<Day>,
}

impl OrderNumbers {
    /// The number the next order of that table gets on that day.
    #[must_use]
    pub fn next(&self, day: BusinessDay, table: TableNumber) -> OrderNumber {
        let last = self.days.iter().rev().find(|entry| entry.day == day).and_then(|entry| entry.counters.get(&table));
        OrderNumber { table, n: last.copied().unwrap_or(0) + 1 }
    }

    /// Counts a number as used. Says nothing if it is not the next one.
    pub fn take(&mut self, day: BusinessDay, number: OrderNumber) -> Option<Taken> {
        if self.next(day, number.table) != number {
            return None;
        }
        let mut taken = Taken { day, number, opened_day: false, dropped_day: None };
        if !self.days.iter().any(|entry| entry.day == day) {
            taken.opened_day = true;
            if self.days.len() >= NUMBER_DAYS_MAX {
                taken.dropped_day = Some(self.days.remove(0));
            }
            self.days.push(Day { day, counters: BTreeMap::new() });
        }
        if let Some(entry) = self.days.iter_mut().rev().find(|entry| entry.day == day) {
            entry.counters.insert(number.table, number.n);
        }
        Some(taken)
    }

    /// Takes back the newest [`OrderNumbers::take`].
    pub fn give_back(&mut self, taken: Taken) {
        if taken.opened_day {
            self.days.pop();
        } else if let Some(entry) = self.days.iter_mut().rev().find(|entry| entry.day == taken.day) {
            if taken.number.n == 1 {
                entry.counters.remove(&taken.number.table);
            } else {
                entry.counters.insert(taken.number.table, taken.number.n - 1);
            }
        }
        if let Some(day) = taken.dropped_day {
            self.days.insert(0, day);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BusinessDay {
        BusinessDay::parse(text).expect("a date")
    }

    fn table(n: u64) -> TableNumber {
        TableNumber::parse(n).expect("a table number")
    }

    #[test]
    fn each_table_counts_for_itself_and_each_day_anew() {
        let mut numbers = OrderNumbers::default();
        for (date, number, expected) in [
            ("2026-11-20", 7, "T7-001"),
            ("2026-11-20", 7, "T7-002"),
            ("2026-11-20", 8, "T8-001"),
            ("2026-11-21", 7, "T7-001"),
        ] {
            let next = numbers.next(day(date), table(number));
            assert_eq!(next.to_string(), expected);
            assert!(numbers.take(day(date), next).is_some());
        }
    }

    #[test]
    fn a_clock_that_jumps_back_reuses_no_number() {
        let mut numbers = OrderNumbers::default();
        for date in ["2026-11-20", "2026-11-22", "2026-11-20"] {
            let next = numbers.next(day(date), table(1));
            assert!(numbers.take(day(date), next).is_some());
        }
        assert_eq!(numbers.next(day("2026-11-20"), table(1)).n, 3);
    }

    #[test]
    fn a_number_out_of_turn_is_not_taken() {
        let mut numbers = OrderNumbers::default();
        assert!(numbers.take(day("2026-11-20"), OrderNumber { table: table(1), n: 2 }).is_none());
        assert_eq!(numbers, OrderNumbers::default());
    }

    #[test]
    fn what_is_taken_back_leaves_no_trace_even_when_an_old_day_was_dropped() {
        let mut numbers = OrderNumbers::default();
        for n in 0..u16::try_from(NUMBER_DAYS_MAX).expect("fits") {
            let date = BusinessDay::new(
                2000 + n / 300,
                u8::try_from(n % 300 / 28 + 1).expect("month"),
                u8::try_from(n % 28 + 1).expect("day"),
            )
            .expect("a date");
            numbers.take(date, OrderNumber { table: table(1), n: 1 });
        }
        let before = numbers.clone();
        let taken = numbers.take(day("2026-11-20"), OrderNumber { table: table(1), n: 1 }).expect("next number");
        assert_ne!(numbers, before);
        numbers.give_back(taken);
        assert_eq!(numbers, before);
    }
}
