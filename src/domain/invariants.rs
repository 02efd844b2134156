//! What must always hold. `check_touched` costs what a commit touched and runs before every commit is written;
//! `check_all` sweeps the whole state in tests and before a checkpoint.

use std::collections::BTreeSet;

use super::event::{Commit, Event};
use super::ids::{OrderId, SessionId, TableId};
use super::money::Money;
use super::order::{IdentityCheck, Order, OrderItem, OrderStatus, total_of};
use super::state::StoreState;

/// A rule that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// A line's subtotal is not (unit price + options) × quantity.
    Subtotal(OrderId),
    /// An order's total is not the sum of its lines that count.
    OrderTotal(OrderId),
    /// A line waits for its identity check and is not pending, or was refused and is not cancelled.
    IdentityCheck(OrderId),
    /// An order's session does not run, or runs at another table.
    OrderSession(OrderId),
    /// The total an event tells is not the session's running sum.
    ToldTotal(OrderId),
    /// A session's table does not name it as its running session, or more than one session runs at a table.
    Seating(SessionId),
    /// A session's running sums are not those of its orders.
    SessionSums(SessionId),
    /// A finished session told other orders or sums than it had.
    CompletedSums(SessionId),
    /// Two tables have one number.
    TableNumber(TableId),
    /// A menu item stands in a category that does not exist.
    MenuCategory,
    /// Two categories have one name.
    CategoryName,
    /// There are staff users but no owner.
    NoOwner,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Checks what a commit touched.
///
/// # Errors
/// The first rule that is broken.
pub fn check_touched(state: &StoreState, commit: &Commit) -> Result<(), Violation> {
    let mut orders_settled = BTreeSet::new();
    for event in commit.events.iter().rev() {
        match event {
            Event::OrderCreated { order, table_total }
            | Event::OrderStatusChanged { order, table_total, .. }
            | Event::IdentityChecked { order, table_total, .. } => {
                check_order(state, order)?;
                if orders_settled.insert(order.session_id) {
                    check_told_total(state, order.id, order.session_id, *table_total)?;
                }
            }
            Event::OrderDeleted { order_id, session_id, table_total, .. } => {
                if orders_settled.insert(*session_id) {
                    check_told_total(state, *order_id, *session_id, *table_total)?;
                }
            }
            Event::SessionStarted(session) => check_seating(state, session.id)?,
            Event::SessionCompleted(completed) => {
                let still_named = state.seating_of(completed.table_id).session == Some(completed.session_id);
                let told = completed.order_count as usize == completed.order_ids.len()
                    && (completed.ordered || completed.order_ids.is_empty());
                if still_named || !told || state.orders_of(completed.session_id).next().is_some() {
                    return Err(Violation::CompletedSums(completed.session_id));
                }
            }
            Event::TableChanged(_) => check_table_numbers(state)?,
            Event::MenuChanged { .. } => check_menu(state)?,
            Event::UserAdded(_) => check_owner(state)?,
            _ => {}
        }
    }
    Ok(())
}

/// Checks everything.
///
/// # Errors
/// The first rule that is broken.
pub fn check_all(state: &StoreState) -> Result<(), Violation> {
    for order in state.orders.values() {
        check_order(state, order)?;
    }
    for session in state.sessions.values() {
        check_seating(state, session.id)?;
        let orders: Vec<_> = state.orders_of(session.id).collect();
        let total = orders
            .iter()
            .filter(|order| order.status.counts())
            .try_fold(Money::ZERO, |sum, order| sum.plus(order.total))
            .ok_or(Violation::SessionSums(session.id))?;
        let open = orders.iter().filter(|order| order.status.is_open()).count();
        let sums_hold = session.total == total
            && session.order_count as usize == orders.len()
            && session.open_orders as usize == open
            && session.latest_order == orders.last().map(|order| order.id)
            && (session.ordered || orders.is_empty());
        if !sums_hold {
            return Err(Violation::SessionSums(session.id));
        }
    }
    for (table, seating) in &state.seating {
        if let Some(session) = seating.session
            && state.sessions.get(&session).is_none_or(|running| running.table_id != *table)
        {
            return Err(Violation::Seating(session));
        }
    }
    check_table_numbers(state)?;
    check_menu(state)?;
    check_owner(state)
}

fn check_order(state: &StoreState, order: &Order) -> Result<(), Violation> {
    let priced = |item: &OrderItem| OrderItem::priced(item.unit_price, &item.options, item.quantity);
    if order.items.iter().any(|item| priced(item) != Some(item.subtotal)) {
        return Err(Violation::Subtotal(order.id));
    }
    if total_of(&order.items) != Some(order.total) {
        return Err(Violation::OrderTotal(order.id));
    }
    let stands_right = |item: &OrderItem| match item.identity_check {
        Some(IdentityCheck::Waiting) => item.status == OrderStatus::Pending && order.status.is_open(),
        Some(IdentityCheck::Refused) => item.status == OrderStatus::Cancelled,
        Some(IdentityCheck::Passed) | None => true,
    };
    if !order.items.iter().all(stands_right) {
        return Err(Violation::IdentityCheck(order.id));
    }
    match state.sessions.get(&order.session_id) {
        Some(session) if session.table_id == order.table_id => Ok(()),
        _ => Err(Violation::OrderSession(order.id)),
    }
}

fn check_told_total(state: &StoreState, order: OrderId, session: SessionId, told: Money) -> Result<(), Violation> {
    match state.sessions.get(&session) {
        Some(running) if running.total == told => Ok(()),
        _ => Err(Violation::ToldTotal(order)),
    }
}

fn check_seating(state: &StoreState, id: SessionId) -> Result<(), Violation> {
    let session = state.sessions.get(&id).ok_or(Violation::Seating(id))?;
    let seating = state.seating_of(session.table_id);
    let table_exists = state.access.tables.contains_key(&session.table_id);
    if table_exists && seating.session == Some(id) && seating.visit == session.visit {
        Ok(())
    } else {
        Err(Violation::Seating(id))
    }
}

fn check_table_numbers(state: &StoreState) -> Result<(), Violation> {
    let mut numbers = BTreeSet::new();
    for table in state.access.tables.values() {
        if !numbers.insert(table.number) {
            return Err(Violation::TableNumber(table.id));
        }
    }
    Ok(())
}

fn check_menu(state: &StoreState) -> Result<(), Violation> {
    let mut names = BTreeSet::new();
    if !state.menu.categories.values().all(|category| names.insert(&category.name)) {
        return Err(Violation::CategoryName);
    }
    if state.menu.items.values().any(|item| !state.menu.categories.contains_key(&item.category_id)) {
        return Err(Violation::MenuCategory);
    }
    Ok(())
}

fn check_owner(state: &StoreState) -> Result<(), Violation> {
    let users = &state.access.users;
    let has_owner = users.values().any(|user| user.role == super::access::Role::Owner);
    if users.is_empty() || has_owner { Ok(()) } else { Err(Violation::NoOwner) }
}
