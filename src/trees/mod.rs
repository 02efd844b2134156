//! The sled trees: a view of the journal for the queries that the pages ask. The journal is the truth; the view may lag,
//! be deleted or be damaged, and is then brought up or rebuilt while the store already serves. No order ever waits for
//! it. Nothing outside this folder names sled.

mod agreement;
mod codec;
mod error;
mod form;
mod handle;
mod history;
mod inbox;
mod keys;
mod opening;
mod projection;
mod renewal;
mod row_tree;
mod rows;
#[cfg(test)]
mod tests;
mod tree_writer;
mod verify;
mod view;
mod writer;

use crate::domain::event::CompletedSession;
use crate::domain::order::Order;

pub use agreement::Disagreement;
pub use error::TreesError;
pub use handle::{TreesHandle, TreesNote, TreesStatus};
pub use history::{HistoryCursor, HistoryPage, HistoryQuery, NotACursor};
pub use renewal::Renewal;
pub use verify::{TreesReport, verify};
pub use writer::TreesWriter;

/// How orders and finished sessions are written as JSON. Given from outside, since the wire's form is decided there; the
/// trees keep what these functions gave, and are rebuilt when a fingerprint of it changes.
#[derive(Debug, Clone, Copy)]
pub struct Encoders {
    /// An order as staff see it.
    pub order: fn(&Order) -> Vec<u8>,
    /// A finished session as one JSON object without its orders; the trees add them as its last field, `orders`.
    pub session: fn(&CompletedSession) -> Vec<u8>,
}
