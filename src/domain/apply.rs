//! `apply`: what an event does to the state. It decides nothing and never panics: an event that does not fit is an error.

use std::sync::Arc;

use super::event::{Commit, CompletedSession, Event};
use super::ids::{OrderId, SessionId};
use super::limits;
use super::menu::{Menu, MenuChange};
use super::money::Money;
use super::order::Order;
use super::state::StoreState;
use super::table::{Seating, Session};
use super::undo::{Step, Undo};

/// Why an event does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplyError {
    /// It names a session that does not run.
    NoSession(SessionId),
    /// It names an order that is not live.
    NoOrder(OrderId),
    /// Its order number is not the next one.
    NumberOutOfTurn,
    /// A sum overflows or falls below zero.
    Sum,
}

impl std::fmt::Display for ApplyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSession(id) => write!(f, "session {id} does not run"),
            Self::NoOrder(id) => write!(f, "order {id} is not live"),
            Self::NumberOutOfTurn => write!(f, "order number is not the next one"),
            Self::Sum => write!(f, "a sum overflows or falls below zero"),
        }
    }
}

/// Applies one event of a commit and notes in `undo` what was there before.
///
/// # Errors
/// [`ApplyError`] when the event does not fit; the caller takes the whole commit back.
pub(super) fn apply_event(
    state: &mut StoreState,
    undo: &mut Undo,
    commit: &Commit,
    event: &Event,
) -> Result<(), ApplyError> {
    match event {
        Event::StoreCreated(profile) => {
            undo.push(Step::Profile(state.profile.replace(Arc::clone(profile))));
        }
        Event::UserAdded(_)
        | Event::TokenRevoked { .. }
        | Event::AccountLocked { .. }
        | Event::TabletPaired(_)
        | Event::TabletRevoked(_)
        | Event::TableChanged(_)
        | Event::TableRemoved(_) => apply_access(state, undo, commit, event),
        Event::SessionStarted(session) => start_session(state, undo, *session),
        Event::SessionCompleted(completed) => complete_session(state, undo, completed)?,
        Event::ExpirySuspended { sessions } => {
            for id in sessions {
                change_session(state, undo, *id, |session| {
                    session.expiry_suspended = true;
                    Some(())
                })?;
            }
        }
        Event::OrderCreated { order, .. } => create_order(state, undo, order)?,
        Event::OrderStatusChanged { order, .. } => change_order(state, undo, order)?,
        Event::IdentityChecked { order, passed, .. } => {
            change_order(state, undo, order)?;
            change_session(state, undo, order.session_id, |session| {
                session.identity_checked |= *passed;
                Some(())
            })?;
        }
        Event::OrderDeleted { order_id, .. } => delete_order(state, undo, *order_id)?,
        Event::CallCreated(call) | Event::CallResolved(call) => {
            state.next.call = state.next.call.max(call.id.next());
            undo.push(Step::Call(call.id, state.calls.insert(call.id, Arc::clone(call))));
            drop_oldest_resolved_call(state, undo);
        }
        Event::LossConfirmed { ranges } => {
            undo.push(Step::Losses(std::mem::replace(&mut state.confirmed_losses, Arc::clone(ranges))));
        }
        Event::MenuChanged { version, change } => {
            undo.push(Step::Menu(Arc::clone(&state.menu)));
            change_menu(state, *version, change);
        }
    }
    Ok(())
}

fn apply_access(state: &mut StoreState, undo: &mut Undo, commit: &Commit, event: &Event) {
    undo.push(Step::Access(Arc::clone(&state.access)));
    let access = Arc::make_mut(&mut state.access);
    match event {
        Event::UserAdded(user) => {
            state.next.user = state.next.user.max(user.id.next());
            access.users.insert(user.id, Arc::clone(user));
        }
        Event::TokenRevoked { token, expires_at } => {
            access.revoked.retain(|_, expiry| *expiry > commit.at);
            access.revoked.insert(*token, *expires_at);
            drop_first_to_end(&mut access.revoked, limits::REVOKED_TOKENS_MAX);
        }
        Event::AccountLocked { account, until } => {
            access.locks.retain(|_, end| *end > commit.at);
            access.locks.insert(*account, *until);
            drop_first_to_end(&mut access.locks, limits::LOCKS_MAX);
        }
        Event::TabletPaired(tablet) => {
            state.next.tablet = state.next.tablet.max(tablet.id.next());
            access.tablets.insert(tablet.id, *tablet);
        }
        Event::TabletRevoked(id) => {
            access.tablets.remove(id);
        }
        Event::TableChanged(table) => {
            state.next.table = state.next.table.max(table.id.next());
            access.tables.insert(table.id, Arc::clone(table));
        }
        Event::TableRemoved(id) => {
            access.tables.remove(id);
            access.tablets.retain(|_, tablet| tablet.table_id != *id);
            undo.push(Step::Seating(*id, state.seating.remove(id)));
        }
        _ => {}
    }
}

fn drop_first_to_end<K: Ord + Copy>(entries: &mut std::collections::BTreeMap<K, super::time::Timestamp>, max: usize) {
    while entries.len() > max {
        let Some(first) = entries.iter().min_by_key(|(key, end)| (**end, **key)).map(|(key, _)| *key) else { return };
        entries.remove(&first);
    }
}

fn start_session(state: &mut StoreState, undo: &mut Undo, session: Session) {
    state.next.session = state.next.session.max(session.id.next());
    undo.push(Step::Session(session.id, state.sessions.insert(session.id, session)));
    let seating = Seating { visit: session.visit, session: Some(session.id) };
    undo.push(Step::Seating(session.table_id, state.seating.insert(session.table_id, seating)));
}

fn complete_session(state: &mut StoreState, undo: &mut Undo, completed: &CompletedSession) -> Result<(), ApplyError> {
    let id = completed.session_id;
    let session = state.sessions.remove(&id).ok_or(ApplyError::NoSession(id))?;
    undo.push(Step::Session(id, Some(session)));
    let orders: Vec<OrderId> = state.orders_of(id).map(|order| order.id).collect();
    for order in orders {
        undo.push(Step::Order(order, state.take_order(order)));
    }
    let seating = Seating { visit: session.visit.next(), session: None };
    undo.push(Step::Seating(session.table_id, state.seating.insert(session.table_id, seating)));
    let calls: Vec<_> =
        state.calls.values().filter(|call| call.table_id == session.table_id).map(|call| call.id).collect();
    for call in calls {
        undo.push(Step::Call(call, state.calls.remove(&call)));
    }
    Ok(())
}

fn change_session(
    state: &mut StoreState,
    undo: &mut Undo,
    id: SessionId,
    change: impl FnOnce(&mut Session) -> Option<()>,
) -> Result<(), ApplyError> {
    let session = state.sessions.get_mut(&id).ok_or(ApplyError::NoSession(id))?;
    undo.push(Step::Session(id, Some(*session)));
    change(session).ok_or(ApplyError::Sum)
}

fn create_order(state: &mut StoreState, undo: &mut Undo, order: &Arc<Order>) -> Result<(), ApplyError> {
    let taken = state.numbers.take(order.business_day, order.number).ok_or(ApplyError::NumberOutOfTurn)?;
    undo.push(Step::Number(taken));
    state.next.order = state.next.order.max(order.id.next());
    if let Some(last) = order.items.iter().map(|item| item.id).max() {
        state.next.order_item = state.next.order_item.max(last.next());
    }
    let before = state.put_order(order);
    undo.push(Step::Order(order.id, before));
    change_session(state, undo, order.session_id, |session| {
        session.order_count = session.order_count.checked_add(1)?;
        session.latest_order = Some(order.id);
        session.ordered = true;
        count(session, order, Counting::In)
    })
}

fn change_order(state: &mut StoreState, undo: &mut Undo, order: &Arc<Order>) -> Result<(), ApplyError> {
    let before = state.orders.get(&order.id).cloned().ok_or(ApplyError::NoOrder(order.id))?;
    state.put_order(order);
    undo.push(Step::Order(order.id, Some(Arc::clone(&before))));
    change_session(state, undo, order.session_id, |session| {
        count(session, &before, Counting::Out)?;
        count(session, order, Counting::In)
    })
}

fn delete_order(state: &mut StoreState, undo: &mut Undo, id: OrderId) -> Result<(), ApplyError> {
    let order = state.take_order(id).ok_or(ApplyError::NoOrder(id))?;
    let latest = state.orders_of(order.session_id).next_back().map(|newest| newest.id);
    undo.push(Step::Order(id, Some(Arc::clone(&order))));
    change_session(state, undo, order.session_id, |session| {
        session.order_count = session.order_count.checked_sub(1)?;
        session.latest_order = latest;
        count(session, &order, Counting::Out)
    })
}

#[derive(Clone, Copy)]
enum Counting {
    In,
    Out,
}

/// Counts an order into or out of its session's sums; nothing if a sum overflows or falls below zero.
fn count(session: &mut Session, order: &Order, way: Counting) -> Option<()> {
    let amount = if order.status.counts() { order.total } else { Money::ZERO };
    let open = u32::from(order.status.is_open());
    (session.total, session.open_orders) = match way {
        Counting::In => (session.total.plus(amount)?, session.open_orders.checked_add(open)?),
        Counting::Out => (session.total.minus(amount)?, session.open_orders.checked_sub(open)?),
    };
    (session.total >= Money::ZERO).then_some(())
}

fn drop_oldest_resolved_call(state: &mut StoreState, undo: &mut Undo) {
    let resolved = state.calls.values().filter(|call| call.resolved.is_some());
    if resolved.clone().count() > limits::RESOLVED_CALLS_MAX
        && let Some(oldest) = resolved.map(|call| call.id).min()
    {
        undo.push(Step::Call(oldest, state.calls.remove(&oldest)));
    }
}

fn change_menu(state: &mut StoreState, version: u64, change: &MenuChange) {
    let menu: &mut Menu = Arc::make_mut(&mut state.menu);
    menu.version = version;
    match change {
        MenuChange::Category(category) => {
            state.next.category = state.next.category.max(category.id.next());
            menu.categories.insert(category.id, Arc::clone(category));
        }
        MenuChange::CategoryRemoved(id) => {
            menu.categories.remove(id);
        }
        MenuChange::CategoriesOrdered(ids) => {
            for (sort, id) in (0..).zip(ids) {
                if let Some(category) = menu.categories.get_mut(id) {
                    Arc::make_mut(category).sort = sort;
                }
            }
        }
        MenuChange::Item(item) => {
            state.next.menu_item = state.next.menu_item.max(item.id.next());
            for group in &item.option_groups {
                state.next.option_group = state.next.option_group.max(group.id.next());
                for option in &group.options {
                    state.next.menu_option = state.next.menu_option.max(option.id.next());
                }
            }
            menu.items.insert(item.id, Arc::clone(item));
        }
        MenuChange::ItemRemoved(id) => {
            menu.items.remove(id);
        }
        MenuChange::ItemsOrdered(ids) => {
            for (sort, id) in (0..).zip(ids) {
                if let Some(item) = menu.items.get_mut(id) {
                    Arc::make_mut(item).sort = sort;
                }
            }
        }
    }
}
