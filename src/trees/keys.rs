//! Keys of the trees, big-endian so that sled's order is the order of the pages. Days and sessions of the history are
//! kept inverted: reading forward, which sled does best, then gives the newest first.

use crate::domain::ids::{CategoryId, MenuItemId, OrderId, SessionId, TableId};
use crate::domain::time::BusinessDay;

/// Key of a tree's mark; sorts before every row.
pub(super) const MARK: [u8; 1] = [0];

/// First byte of a row's key. Below [`PARTS`], which is added to it for the further parts of a long row.
const CATEGORY: u8 = 1;
const ITEM: u8 = 2;
const VERSION: u8 = 3;
const TABLE: u8 = 1;
const SESSION: u8 = 1;
const ORDER: u8 = 1;
const FINISHED: u8 = 1;
const FINISHED_AT_TABLE: u8 = 2;
const PARTS: u8 = 0x80;

/// A half-open or closed range of keys, as sled takes it.
pub(super) type KeyRange = (std::ops::Bound<Vec<u8>>, std::ops::Bound<Vec<u8>>);

fn key(kind: u8, numbers: &[u64]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + 8 * numbers.len());
    key.push(kind);
    for number in numbers {
        key.extend_from_slice(&number.to_be_bytes());
    }
    key
}

/// Every row of a tree: neither its mark nor the further parts of long rows.
pub(super) fn all_rows() -> KeyRange {
    use std::ops::Bound::{Excluded, Included};
    (Included(vec![1]), Excluded(vec![PARTS]))
}

/// Where part `part` (from 1) of a long row stands.
pub(super) fn part(row: &[u8], part: u32) -> Vec<u8> {
    let mut key = row.to_vec();
    if let Some(kind) = key.first_mut() {
        *kind |= PARTS;
    }
    key.extend_from_slice(&part.to_be_bytes());
    key
}

pub(super) fn menu_version() -> Vec<u8> {
    key(VERSION, &[])
}

pub(super) fn category(id: CategoryId) -> Vec<u8> {
    key(CATEGORY, &[id.get()])
}

pub(super) fn menu_item(id: MenuItemId) -> Vec<u8> {
    key(ITEM, &[id.get()])
}

pub(super) fn table(id: TableId) -> Vec<u8> {
    key(TABLE, &[id.get()])
}

pub(super) fn session(id: SessionId) -> Vec<u8> {
    key(SESSION, &[id.get()])
}

pub(super) fn order(session: SessionId, order: OrderId) -> Vec<u8> {
    key(ORDER, &[session.get(), order.get()])
}

/// Orders of one session, oldest first.
pub(super) fn orders_of(session: SessionId) -> KeyRange {
    use std::ops::Bound::Included;
    (Included(order(session, OrderId::new(0))), Included(order(session, OrderId::new(u64::MAX))))
}

/// Where a finished session stands in the history: newest first by day of completion, then by session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) day: BusinessDay,
    pub(super) session: SessionId,
}

/// Length of a place inside a key.
const PLACE_BYTES: usize = 12;

impl Place {
    fn bytes(self) -> [u8; PLACE_BYTES] {
        let (year, month, day) = self.day.parts();
        let mut bytes = [0; PLACE_BYTES];
        bytes[..2].copy_from_slice(&year.to_be_bytes());
        bytes[2] = month;
        bytes[3] = day;
        bytes[4..].copy_from_slice(&self.session.get().to_be_bytes());
        bytes.map(|byte| !byte)
    }

    /// The place at the end of a history key, of either kind.
    pub(super) fn at_end_of(key: &[u8]) -> Option<Self> {
        let (_, bytes) = key.split_last_chunk::<PLACE_BYTES>()?;
        let bytes = bytes.map(|byte| !byte);
        let day = BusinessDay::new(u16::from_be_bytes([bytes[0], bytes[1]]), bytes[2], bytes[3])?;
        let mut session = [0; 8];
        session.copy_from_slice(&bytes[4..]);
        Some(Self { day, session: SessionId::new(u64::from_be_bytes(session)) })
    }
}

/// The row of a finished session: everything a page shows of it.
pub(super) fn finished(place: Place) -> Vec<u8> {
    [&[FINISHED][..], &place.bytes()].concat()
}

/// The entry of a finished session in its table's index.
pub(super) fn finished_at(table: TableId, place: Place) -> Vec<u8> {
    [&key(FINISHED_AT_TABLE, &[table.get()])[..], &place.bytes()].concat()
}

/// Keys of finished sessions from the newest of day `to` to the oldest of day `from`, store-wide or of one table,
/// those up to and including `after` left out.
pub(super) fn finished_range(
    table: Option<TableId>,
    from: BusinessDay,
    to: BusinessDay,
    after: Option<Place>,
) -> KeyRange {
    use std::ops::Bound::{Excluded, Included};
    let key = |place| table.map_or_else(|| finished(place), |table| finished_at(table, place));
    let newest = key(Place { day: to, session: SessionId::new(u64::MAX) });
    let oldest = key(Place { day: from, session: SessionId::new(0) });
    let begin = match after.map(key) {
        Some(after) if after >= newest => Excluded(after),
        _ => Included(newest),
    };
    (begin, Included(oldest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(day: &str, session: u64) -> Place {
        Place { day: BusinessDay::parse(day).expect("a date"), session: SessionId::new(session) }
    }

    #[test]
    fn the_newest_place_sorts_first_and_reads_back() {
        let newest_first = [
            place("2026-11-21", 1),
            place("2026-11-20", 300),
            place("2026-11-20", 255),
            place("2026-10-31", 256),
            place("2025-12-31", 1),
        ];
        let keys: Vec<_> = newest_first.iter().map(|place| finished(*place)).collect();
        assert!(keys.is_sorted());
        for (place, key) in newest_first.iter().zip(&keys) {
            assert_eq!(Place::at_end_of(key), Some(*place));
            assert_eq!(Place::at_end_of(&finished_at(TableId::new(7), *place)), Some(*place));
        }
        assert_eq!(Place::at_end_of(&[1, 2, 3]), None);
    }

    #[test]
    fn a_range_takes_whole_days_and_goes_on_after_a_place() {
        let day = |text| BusinessDay::parse(text).expect("a date");
        let within = |range: &KeyRange, place| {
            use std::ops::RangeBounds;
            range.contains(&finished(place))
        };
        let range = finished_range(None, day("2026-11-19"), day("2026-11-20"), None);
        assert!(within(&range, place("2026-11-20", u64::MAX)));
        assert!(within(&range, place("2026-11-19", 0)));
        assert!(!within(&range, place("2026-11-21", 1)));
        assert!(!within(&range, place("2026-11-18", 1)));
        let range = finished_range(None, day("2026-11-19"), day("2026-11-20"), Some(place("2026-11-20", 5)));
        assert!(!within(&range, place("2026-11-20", 5)));
        assert!(within(&range, place("2026-11-20", 4)));
        let newer = finished_range(None, day("2026-11-19"), day("2026-11-20"), Some(place("2026-12-01", 5)));
        assert!(within(&newer, place("2026-11-20", 9)));
        assert!(!within(&newer, place("2026-11-30", 9)));
    }

    #[test]
    fn parts_stand_behind_all_rows() {
        let row = finished(place("2026-11-20", 1));
        assert!(part(&row, 1) > finished_at(TableId::new(u64::MAX), place("0001-01-01", 0)));
        assert!(part(&row, 1) < part(&row, 256));
    }
}
