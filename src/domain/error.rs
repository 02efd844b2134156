//! Why a command was refused. Nothing has changed then.

use std::sync::Arc;

use super::ids::MenuItemId;
use super::invariants::Violation;
use super::order::{Order, OrderStatus};

/// A refusal.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainError {
    /// Fields that break a rule which only the store can check, such as an unknown option.
    Invalid(Vec<FieldError>),
    /// Menu items that are sold out.
    MenuNotAvailable(Vec<MenuItemId>),
    /// A thing that does not exist, or belongs elsewhere.
    NotFound(Thing),
    /// A rule on the present state.
    Conflict(Conflict),
    /// The order cannot go from there to there.
    InvalidStatusTransition {
        /// Where it stands.
        from: OrderStatus,
        /// Where it should go.
        to: OrderStatus,
    },
    /// The order holds alcohol that nobody checked the identity for, so that it cannot be prepared or served as it is.
    IdentityCheckOpen,
    /// The session the page believes in does not run any more.
    SessionEnded,
    /// The table has open orders.
    OpenOrders(Vec<Arc<Order>>),
    /// A bug: the result would break an invariant. Nothing was written.
    Invariant(Violation),
    /// A bug: the events do not fit the state. Nothing was written.
    Inapplicable(String),
}

/// One field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Such as `items[2].options`.
    pub field: String,
    /// What to do about it.
    pub message: String,
}

impl FieldError {
    /// A field and what to do about it.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A kind of thing that was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A table.
    Table,
    /// An order.
    Order,
    /// A menu item.
    MenuItem,
    /// A category.
    Category,
    /// A call.
    Call,
    /// A tablet.
    Tablet,
}

/// A rule on the present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The store has its owner.
    StoreExists,
    /// Another user has that name.
    UsernameTaken,
    /// Another table has that number.
    TableNumberTaken,
    /// The table has a running session.
    TableInUse,
    /// The table has no running session.
    NoSession,
    /// A party sits at the table already.
    PartySeated,
    /// Another category has that name.
    CategoryNameTaken,
    /// The category has items.
    CategoryInUse,
    /// The list of ids is not exactly the present one.
    OrderListMismatch,
    /// The key was used for another request.
    KeyReused,
    /// No line of the order waits for an identity check, and none ended as wished.
    NoIdentityCheck,
    /// The table has too many open calls.
    TooManyCalls,
    /// A bound on how many of them a store may have.
    TooMany(&'static str),
}
