//! Pages of finished sessions, newest first. A page is concatenation: each session's JSON was made when it was finished.

use std::str::FromStr;

use super::error::TreesError;
use super::keys::{self, Place};
use super::view::View;
use crate::domain::ids::{SessionId, TableId};
use crate::domain::time::BusinessDay;

/// A page ends early, before its limit, once it holds this many bytes; one session is always in it.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Which finished sessions to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Only those of this table.
    pub table: Option<TableId>,
    /// First business day of completion.
    pub from: BusinessDay,
    /// Last business day of completion, inclusive.
    pub to: BusinessDay,
    /// Goes on behind this session.
    pub after: Option<HistoryCursor>,
    /// Sessions at most; the page may hold fewer although more follow, when they are large.
    pub limit: usize,
}

/// A place in the history. Finished sessions never move, so that no page repeats or misses one while new ones arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryCursor(Place);

/// The text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of the history")]
pub struct NotACursor;

impl std::fmt::Display for HistoryCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.0.day.parts();
        write!(f, "{year:04x}{month:02x}{day:02x}{:016x}", self.0.session.get())
    }
}

impl FromStr for HistoryCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let hex = text.len() == 24 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = |from: usize, to: usize| {
            text.get(from..to).filter(|_| hex).and_then(|part| u64::from_str_radix(part, 16).ok()).ok_or(NotACursor)
        };
        let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
        let narrow = |part: u64| u8::try_from(part).map_err(|_| NotACursor);
        let year = u16::try_from(year).map_err(|_| NotACursor)?;
        let day = BusinessDay::new(year, narrow(month)?, narrow(day)?).ok_or(NotACursor)?;
        Ok(Self(Place { day, session: SessionId::new(number(8, 24)?) }))
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// A JSON array of sessions with their orders, newest first.
    pub sessions_json: Vec<u8>,
    /// Where the next page goes on; nothing at the end.
    pub next: Option<HistoryCursor>,
}

/// Reads one page.
pub(super) fn page(view: &View, query: &HistoryQuery) -> Result<HistoryPage, TreesError> {
    let mut json = vec![b'['];
    let mut last = None;
    let mut next = None;
    if query.from <= query.to {
        let range = keys::finished_range(query.table, query.from, query.to, query.after.map(|cursor| cursor.0));
        for (count, entry) in view.history.heads(range).enumerate() {
            let (key, head) = entry?;
            if count >= query.limit || (count > 0 && json.len() >= PAGE_BYTES) {
                next = last;
                break;
            }
            if count > 0 {
                json.push(b',');
            }
            let place = Place::at_end_of(&key)
                .ok_or_else(|| TreesError::Damaged("a key of the history cannot be read".to_owned()))?;
            if query.table.is_none() {
                view.history.append_from(&key, &head, &mut json)?;
            } else if !view.history.append(&keys::finished(place), &mut json)? {
                return Err(TreesError::Damaged("a table's index names a session that is not there".to_owned()));
            }
            last = Some(HistoryCursor(place));
        }
    }
    json.push(b']');
    Ok(HistoryPage { sessions_json: json, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let day = BusinessDay::parse("2026-11-20").expect("a date");
        let cursor = HistoryCursor(Place { day, session: SessionId::new(u64::MAX - 1) });
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in [
            "",
            "07ea0b14",
            "07ea0d14000000000000002a",
            "07ea0b1400000000000000zz",
            "가나다라마바사아",
            "+7ea0b14000000000000002a",
        ] {
            assert_eq!(bad.parse::<HistoryCursor>(), Err(NotACursor), "{bad}");
        }
    }
}
