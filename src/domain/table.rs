//! Tables, who sits at them, and the running table sessions.

use serde::{Deserialize, Serialize};

use super::ids::{OrderId, SessionId, TableId, TableNumber, Visit};
use super::money::Money;
use super::text::Label;
use super::time::Timestamp;

/// A table as the owner set it up. The password is kept as an argon2id hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Identity.
    pub id: TableId,
    /// Unique in the store.
    pub number: TableNumber,
    /// Shown beside the number.
    pub label: Option<Label>,
    /// Seats, for staff.
    pub seats: Option<u16>,
    /// PHC string; a secret.
    pub password_hash: Box<str>,
}

/// Who sits at a table now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seating {
    /// Parties so far.
    pub visit: Visit,
    /// The running session, if any.
    pub session: Option<SessionId>,
}

/// A running table session: a party from its first order, or from when staff seated it, until the table is finished. Sums leave out cancelled and
/// deleted orders and are kept running, so that nothing costs in proportion to a session's orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Identity.
    pub id: SessionId,
    /// The table.
    pub table_id: TableId,
    /// Which party of that table this is.
    pub visit: Visit,
    /// When it was seated or made its first order.
    pub started_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Set when the clock jumped while it ran: it then ends only by hand.
    pub expiry_suspended: bool,
    /// Orders that are not deleted.
    pub order_count: u32,
    /// Orders pending or preparing.
    pub open_orders: u32,
    /// Sum of orders neither cancelled nor deleted.
    pub total: Money,
    /// Newest order that is not deleted.
    pub latest_order: Option<OrderId>,
    /// Whether it ever ordered anything, deleted or not. Sessions of earlier programs began with an order.
    #[serde(default = "began_with_an_order")]
    pub ordered: bool,
    /// Staff saw that this party may drink: alcohol it orders from then on needs no check.
    #[serde(default)]
    pub identity_checked: bool,
}

/// What is true of sessions that were written down before parties could be seated without an order.
pub(super) const fn began_with_an_order() -> bool {
    true
}

impl Session {
    /// A session without orders.
    #[must_use]
    pub const fn new(id: SessionId, table_id: TableId, visit: Visit, started_at: Timestamp) -> Self {
        Self {
            id,
            table_id,
            visit,
            started_at,
            expires_at: started_at.plus_ms(super::limits::SESSION_LIFE_MS),
            expiry_suspended: false,
            order_count: 0,
            open_orders: 0,
            total: Money::ZERO,
            latest_order: None,
            ordered: false,
            identity_checked: false,
        }
    }
}
