//! Facts: what happened, as after-images, so that neither trees nor wire need to look anything up.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{Principal, Tablet, User};
use super::call::Call;
use super::command::IdempotencyKey;
use super::ids::{
    AccountHash, OrderId, Seq, SeqRange, SessionId, TableId, TableNumber, TabletId, TokenId, UserId, Visit,
};
use super::menu::MenuChange;
use super::money::Money;
use super::order::{Order, OrderStatus};
use super::table::{Session, Table};
use super::text::{Label, StoreName, StoreSlug};
use super::time::{BusinessDay, Timestamp};

/// A fact. Its name in snake case is its name in the journal and on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The store was named.
    StoreCreated(Arc<StoreProfile>),
    /// A staff user was added.
    UserAdded(Arc<User>),
    /// A token ended before its time.
    TokenRevoked {
        /// The token.
        token: TokenId,
        /// When it would have expired.
        expires_at: Timestamp,
    },
    /// An account was locked.
    AccountLocked {
        /// The account.
        account: AccountHash,
        /// When the lock ends.
        until: Timestamp,
    },
    /// A tablet was paired.
    TabletPaired(Tablet),
    /// A tablet's credential ended.
    TabletRevoked(TabletId),
    /// A table was added or changed.
    TableChanged(Arc<Table>),
    /// A table was removed.
    TableRemoved(TableId),
    /// A party sat down.
    SessionStarted(Session),
    /// A table was finished.
    SessionCompleted(Arc<CompletedSession>),
    /// Sessions now running will not expire by themselves, because the wall clock jumped.
    ExpirySuspended {
        /// Which.
        sessions: Vec<SessionId>,
    },
    /// An order was made.
    OrderCreated {
        /// The order.
        order: Arc<Order>,
        /// The table's total with it.
        table_total: Money,
    },
    /// An order moved.
    OrderStatusChanged {
        /// The order after it.
        order: Arc<Order>,
        /// Where it stood.
        from: OrderStatus,
        /// The table's total after it.
        table_total: Money,
    },
    /// Staff checked the identity for an order's alcohol.
    IdentityChecked {
        /// The order after it.
        order: Arc<Order>,
        /// The table's total after it.
        table_total: Money,
        /// The party may drink, also what it orders later; otherwise the order's waiting lines are cancelled.
        passed: bool,
    },
    /// An order was taken off the live list.
    OrderDeleted {
        /// The order.
        order_id: OrderId,
        /// Its table.
        table_id: TableId,
        /// Its session.
        session_id: SessionId,
        /// The table's total after it.
        table_total: Money,
    },
    /// A guest called staff.
    CallCreated(Arc<Call>),
    /// Staff answered a call.
    CallResolved(Arc<Call>),
    /// The owner knows that these acknowledged seqs are lost. It replaces what was confirmed before.
    LossConfirmed {
        /// All that are known to be lost.
        ranges: Arc<Vec<SeqRange>>,
    },
    /// The menu changed.
    MenuChanged {
        /// The menu's version after it.
        version: u64,
        /// What changed.
        change: MenuChange,
    },
}

impl Event {
    /// The fact's name in the journal and on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::StoreCreated(_) => "store_created",
            Self::UserAdded(_) => "user_added",
            Self::TokenRevoked { .. } => "token_revoked",
            Self::AccountLocked { .. } => "account_locked",
            Self::TabletPaired(_) => "tablet_paired",
            Self::TabletRevoked(_) => "tablet_revoked",
            Self::TableChanged(_) => "table_changed",
            Self::TableRemoved(_) => "table_removed",
            Self::SessionStarted(_) => "session_started",
            Self::SessionCompleted(_) => "session_completed",
            Self::ExpirySuspended { .. } => "expiry_suspended",
            Self::OrderCreated { .. } => "order_created",
            Self::OrderStatusChanged { .. } => "order_status_changed",
            Self::IdentityChecked { .. } => "identity_checked",
            Self::OrderDeleted { .. } => "order_deleted",
            Self::CallCreated(_) => "call_created",
            Self::CallResolved(_) => "call_resolved",
            Self::LossConfirmed { .. } => "loss_confirmed",
            Self::MenuChanged { .. } => "menu_changed",
        }
    }

    /// The table a fact is about, if it is about one.
    #[must_use]
    pub fn table(&self) -> Option<TableId> {
        match self {
            Self::TableChanged(table) => Some(table.id),
            Self::TableRemoved(id) => Some(*id),
            Self::TabletPaired(tablet) => Some(tablet.table_id),
            Self::SessionStarted(session) => Some(session.table_id),
            Self::SessionCompleted(session) => Some(session.table_id),
            Self::OrderCreated { order, .. }
            | Self::OrderStatusChanged { order, .. }
            | Self::IdentityChecked { order, .. } => Some(order.table_id),
            Self::OrderDeleted { table_id, .. } => Some(*table_id),
            Self::CallCreated(call) | Self::CallResolved(call) => Some(call.table_id),
            _ => None,
        }
    }
}

/// What a store is called and how it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreProfile {
    /// Short name.
    pub slug: StoreSlug,
    /// Display name.
    pub name: StoreName,
    /// ISO 4217.
    pub currency: Label,
    /// IANA name of the time zone.
    pub time_zone: Label,
    /// Local hour at which the business day ends, 0 to 23.
    pub day_cutoff_hour: u8,
}

/// A finished table session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletedSession {
    /// Identity.
    pub session_id: SessionId,
    /// The table.
    pub table_id: TableId,
    /// That table's number when it was finished.
    pub table_number: TableNumber,
    /// Which party it was.
    pub visit: Visit,
    /// When it started.
    pub started_at: Timestamp,
    /// When it was finished.
    pub completed_at: Timestamp,
    /// The day it is booked on.
    pub business_day: BusinessDay,
    /// Who finished it; nobody when it expired.
    pub completed_by: Option<UserId>,
    /// That user's name, so that history stays readable after the user is gone.
    pub completed_by_name: Option<Box<str>>,
    /// Finished although orders were open.
    pub forced: bool,
    /// Its orders that were not deleted, oldest first.
    pub order_ids: Vec<OrderId>,
    /// How many those are.
    pub order_count: u32,
    /// Sum without cancelled orders.
    pub total: Money,
    /// Whether it ever ordered anything, deleted or not. A party that was only seated is in no history.
    #[serde(default = "super::table::began_with_an_order")]
    pub ordered: bool,
}

/// What one command did: all of it or none. One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Position of its first event.
    pub seq: Seq,
    /// Wall time of the decision.
    pub at: Timestamp,
    /// Who asked.
    pub principal: Principal,
    /// The client's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<IdempotencyKey>,
    /// At least one.
    pub events: Vec<Event>,
}

impl Commit {
    /// Position of its last event.
    #[must_use]
    pub fn last_seq(&self) -> Seq {
        self.seq.plus(self.events.len() as u64 - 1)
    }
}
