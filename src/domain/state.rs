//! StoreState: everything a store must know to decide the next command. Finished sessions are not in it; they live in
//! the journal and the trees.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::Access;
use super::apply::{ApplyError, apply_event};
use super::call::Call;
use super::event::{Commit, StoreProfile};
use super::ids::{
    CallId, CategoryId, MenuItemId, MenuOptionId, OptionGroupId, OrderId, OrderItemId, Seq, SeqRange, SessionId,
    TableId, TabletId, UserId,
};
use super::invariants;
use super::keys::KeyMemory;
use super::menu::Menu;
use super::numbers::OrderNumbers;
use super::order::Order;
use super::table::{Seating, Session};
use super::undo::Undo;

/// The hot state of one store. Journal + code version = state, bit for bit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "StoredState", into = "StoredState")]
pub struct StoreState {
    /// Position of the last event applied; 0 before the first.
    pub seq: Seq,
    /// Name and calendar, once created.
    pub profile: Option<Arc<StoreProfile>>,
    /// Who may speak to the store, and its tables.
    pub access: Arc<Access>,
    /// The menu.
    pub menu: Arc<Menu>,
    /// Who sits where; a table nobody ever sat at has no entry.
    pub seating: BTreeMap<TableId, Seating>,
    /// Running sessions.
    pub sessions: BTreeMap<SessionId, Session>,
    /// Orders of running sessions that are not deleted.
    pub orders: BTreeMap<OrderId, Arc<Order>>,
    /// Open calls and the newest resolved ones.
    pub calls: BTreeMap<CallId, Arc<Call>>,
    /// Order numbers used.
    pub numbers: OrderNumbers,
    /// Answered keys.
    pub keys: KeyMemory,
    /// Lost seqs that the owner knows of.
    pub confirmed_losses: Arc<Vec<SeqRange>>,
    /// Ids to give out next.
    pub next: NextIds,
    session_orders: BTreeSet<(SessionId, OrderId)>,
}

/// The id that each kind of thing gives out next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextIds {
    /// Staff users.
    pub user: UserId,
    /// Tablets.
    pub tablet: TabletId,
    /// Tables.
    pub table: TableId,
    /// Sessions.
    pub session: SessionId,
    /// Orders.
    pub order: OrderId,
    /// Order lines.
    pub order_item: OrderItemId,
    /// Calls.
    pub call: CallId,
    /// Categories.
    pub category: CategoryId,
    /// Menu items.
    pub menu_item: MenuItemId,
    /// Option groups.
    pub option_group: OptionGroupId,
    /// Options.
    pub menu_option: MenuOptionId,
}

impl Default for NextIds {
    fn default() -> Self {
        Self {
            user: UserId::new(1),
            tablet: TabletId::new(1),
            table: TableId::new(1),
            session: SessionId::new(1),
            order: OrderId::new(1),
            order_item: OrderItemId::new(1),
            call: CallId::new(1),
            category: CategoryId::new(1),
            menu_item: MenuItemId::new(1),
            option_group: OptionGroupId::new(1),
            menu_option: MenuOptionId::new(1),
        }
    }
}

/// Why a commit was not taken; the state is as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptError {
    /// It does not follow the last commit.
    OutOfOrder {
        /// The seq it should begin with.
        expected: Seq,
        /// The seq it begins with.
        found: Seq,
    },
    /// One of its events does not fit.
    Apply(ApplyError),
    /// Its result would break an invariant.
    Invariant(invariants::Violation),
}

impl std::fmt::Display for AcceptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OutOfOrder { expected, found } => write!(f, "commit {found} does not follow; expected {expected}"),
            Self::Apply(error) => write!(f, "event does not apply: {error}"),
            Self::Invariant(violation) => write!(f, "invariant broken: {violation}"),
        }
    }
}

impl std::error::Error for AcceptError {}

impl StoreState {
    /// Takes a commit: applies its events, checks what they touched, remembers its key. All of it or nothing. The same
    /// way is gone for a new commit before it is written and for an old one at replay.
    ///
    /// # Errors
    /// [`AcceptError`] when it does not follow, does not fit or breaks an invariant; the state is then unchanged.
    pub fn accept(&mut self, commit: &Commit) -> Result<(), AcceptError> {
        let expected = self.seq.next();
        if commit.seq != expected || commit.events.is_empty() {
            return Err(AcceptError::OutOfOrder { expected, found: commit.seq });
        }
        let mut undo = Undo::begin(self);
        for event in &commit.events {
            if let Err(error) = apply_event(self, &mut undo, commit, event) {
                undo.restore(self);
                return Err(AcceptError::Apply(error));
            }
        }
        if let Err(violation) = invariants::check_touched(self, commit) {
            undo.restore(self);
            return Err(AcceptError::Invariant(violation));
        }
        if let Some(key) = &commit.key {
            self.keys.remember(key, commit.seq);
        }
        self.seq = commit.last_seq();
        Ok(())
    }

    /// Passes over a damaged commit at replay: its seqs are used up, its effect is lost and has been reported.
    pub fn skip_to(&mut self, last_seq: Seq) {
        self.seq = self.seq.max(last_seq);
    }

    /// Whether the owner knows that these seqs are lost.
    #[must_use]
    pub fn has_confirmed(&self, lost: SeqRange) -> bool {
        self.confirmed_losses.iter().any(|confirmed| confirmed.holds(lost))
    }

    /// The table's seating; a table nobody ever sat at is at visit 0.
    #[must_use]
    pub fn seating_of(&self, table: TableId) -> Seating {
        self.seating.get(&table).copied().unwrap_or_default()
    }

    /// The running session of a table.
    #[must_use]
    pub fn session_at(&self, table: TableId) -> Option<&Session> {
        self.sessions.get(&self.seating.get(&table)?.session?)
    }

    /// Orders of a running session that are not deleted, oldest first.
    pub fn orders_of(&self, session: SessionId) -> impl DoubleEndedIterator<Item = &Arc<Order>> {
        self.session_orders
            .range((session, OrderId::new(0))..=(session, OrderId::new(u64::MAX)))
            .filter_map(|(_, order)| self.orders.get(order))
    }

    /// Puts an order in, replacing its older form.
    pub(super) fn put_order(&mut self, order: &Arc<Order>) -> Option<Arc<Order>> {
        self.session_orders.insert((order.session_id, order.id));
        self.orders.insert(order.id, Arc::clone(order))
    }

    /// Takes an order out.
    pub(super) fn take_order(&mut self, id: OrderId) -> Option<Arc<Order>> {
        let order = self.orders.remove(&id)?;
        self.session_orders.remove(&(order.session_id, id));
        Some(order)
    }

    /// Puts an order back to what it was.
    pub(super) fn restore_order(&mut self, id: OrderId, before: Option<Arc<Order>>) {
        match before {
            Some(order) => {
                self.put_order(&order);
            }
            None => {
                self.take_order(id);
            }
        }
    }
}

/// The form of a state in a checkpoint: without what can be derived.
#[derive(Clone, Serialize, Deserialize)]
struct StoredState {
    seq: Seq,
    profile: Option<Arc<StoreProfile>>,
    access: Arc<Access>,
    menu: Arc<Menu>,
    seating: BTreeMap<TableId, Seating>,
    sessions: BTreeMap<SessionId, Session>,
    orders: BTreeMap<OrderId, Arc<Order>>,
    calls: BTreeMap<CallId, Arc<Call>>,
    numbers: OrderNumbers,
    keys: KeyMemory,
    #[serde(default)]
    confirmed_losses: Arc<Vec<SeqRange>>,
    next: NextIds,
}

impl From<StoredState> for StoreState {
    fn from(stored: StoredState) -> Self {
        let session_orders = stored.orders.values().map(|order| (order.session_id, order.id)).collect();
        Self {
            seq: stored.seq,
            profile: stored.profile,
            access: stored.access,
            menu: stored.menu,
            seating: stored.seating,
            sessions: stored.sessions,
            orders: stored.orders,
            calls: stored.calls,
            numbers: stored.numbers,
            keys: stored.keys,
            confirmed_losses: stored.confirmed_losses,
            next: stored.next,
            session_orders,
        }
    }
}

impl From<StoreState> for StoredState {
    fn from(state: StoreState) -> Self {
        Self {
            seq: state.seq,
            profile: state.profile,
            access: state.access,
            menu: state.menu,
            seating: state.seating,
            sessions: state.sessions,
            orders: state.orders,
            calls: state.calls,
            numbers: state.numbers,
            keys: state.keys,
            confirmed_losses: state.confirmed_losses,
            next: state.next,
        }
    }
}
