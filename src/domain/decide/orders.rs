//! Orders: priced by the server from its own menu, numbered per table and business day.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::command::{Envelope, NewOrder, NewOrderItem};
use crate::domain::error::{DomainError, FieldError, Thing};
use crate::domain::event::Event;
use crate::domain::ids::{MenuItemId, OrderId, OrderItemId};
use crate::domain::menu::{MenuChange, MenuItem};
use crate::domain::money::Money;
use crate::domain::order::{IdentityCheck, Order, OrderItem, OrderStatus, OrderedOption, total_of};
use crate::domain::state::StoreState;
use crate::domain::table::Session;
use crate::domain::text::Note;
use crate::domain::time::Timestamp;

/// Refusals in the contract's order: fields, sold out, unknown items, ended session.
pub(super) fn create(state: &StoreState, envelope: &Envelope, new: &NewOrder) -> Result<Vec<Event>, DomainError> {
    let table = state.access.tables.get(&new.table).ok_or(DomainError::NotFound(Thing::Table))?;
    let running = state.session_at(new.table).copied();
    let identity_checked = running.is_some_and(|session| session.identity_checked);
    let check = if identity_checked { IdentityCheck::Passed } else { IdentityCheck::Waiting };
    let items = priced_items(state, &new.items, check)?;
    if new.session.is_some() && new.session != running.map(|session| session.id) {
        return Err(DomainError::SessionEnded);
    }
    let too_large = || DomainError::Invalid(vec![FieldError::new("items", "the total is too large")]);
    let total = total_of(&items).ok_or_else(too_large)?;
    let mut events = Vec::with_capacity(2);
    let session = running.unwrap_or_else(|| {
        let session = Session::new(state.next.session, new.table, state.seating_of(new.table).visit, envelope.at);
        events.push(Event::SessionStarted(session));
        session
    });
    let table_total = session.total.plus(total).ok_or_else(too_large)?;
    let order = Order {
        id: state.next.order,
        number: state.numbers.next(envelope.business_day, table.number),
        table_id: table.id,
        table_number: table.number,
        session_id: session.id,
        status: OrderStatus::Pending,
        cancel_reason: None,
        items,
        total,
        note: new.note.clone(),
        key: new.key.clone(),
        business_day: envelope.business_day,
        created_at: envelope.at,
        updated_at: envelope.at,
    };
    events.push(Event::OrderCreated { order: Arc::new(order), table_total });
    events.extend(sold_portions(state, &new.items));
    Ok(events)
}

fn priced_items(
    state: &StoreState,
    lines: &[NewOrderItem],
    check: IdentityCheck,
) -> Result<Vec<OrderItem>, DomainError> {
    let mut errors = Vec::new();
    let mut items = Vec::with_capacity(lines.len());
    let mut next_id = state.next.order_item;
    for (index, line) in lines.iter().enumerate() {
        if let Some(item) = state.menu.items.get(&line.menu_id) {
            match priced_item(next_id, item, line, index) {
                Ok(priced) => items.push(OrderItem { identity_check: item.alcohol.then_some(check), ..priced }),
                Err(error) => errors.push(error),
            }
            next_id = next_id.next();
        }
    }
    if !errors.is_empty() {
        return Err(DomainError::Invalid(errors));
    }
    let sold_out = sold_out(state, lines);
    if !sold_out.is_empty() {
        return Err(DomainError::MenuNotAvailable(sold_out));
    }
    if items.len() < lines.len() {
        return Err(DomainError::NotFound(Thing::MenuItem));
    }
    Ok(items)
}

fn priced_item(id: OrderItemId, item: &MenuItem, line: &NewOrderItem, index: usize) -> Result<OrderItem, FieldError> {
    let invalid = |message: String| FieldError::new(format!("items[{index}].options"), message);
    let mut options = Vec::with_capacity(line.options.len());
    for (position, chosen) in line.options.iter().enumerate() {
        let option =
            item.option(*chosen).ok_or_else(|| invalid(format!("option {chosen} is not offered with this item")))?;
        if line.options[..position].contains(chosen) {
            return Err(invalid(format!("option {chosen} is chosen twice")));
        }
        if !option.available {
            return Err(invalid(format!("option {chosen} ({}) is sold out; choose another", option.name)));
        }
        options.push(OrderedOption { id: option.id, name: option.name.clone(), price_delta: option.price_delta });
    }
    for group in &item.option_groups {
        let chosen = group.options.iter().filter(|option| line.options.contains(&option.id)).count();
        if chosen < group.min as usize || chosen > group.max as usize {
            return Err(invalid(format!("choose {} to {} of \"{}\"", group.min, group.max, group.name)));
        }
    }
    let subtotal = OrderItem::priced(item.price, &options, line.quantity)
        .ok_or_else(|| invalid("these options cannot be combined: the price would be below zero".to_owned()))?;
    Ok(OrderItem {
        id,
        menu_id: item.id,
        menu_name: item.name.clone(),
        options,
        unit_price: item.price,
        quantity: line.quantity,
        subtotal,
        note: line.note.clone(),
        status: OrderStatus::Pending,
        identity_check: None,
    })
}

/// Items that are sold out, or of which more is wanted over all lines than is left.
fn sold_out(state: &StoreState, lines: &[NewOrderItem]) -> Vec<MenuItemId> {
    let unavailable = |(id, wanted): (MenuItemId, u32)| {
        let item = state.menu.items.get(&id)?;
        let enough = item.remaining.is_none_or(|left| left >= wanted);
        (!item.is_orderable() || !enough).then_some(id)
    };
    wanted(lines).into_iter().filter_map(unavailable).collect()
}

fn sold_portions(state: &StoreState, lines: &[NewOrderItem]) -> Vec<Event> {
    let counted = wanted(lines).into_iter().filter_map(|(id, wanted)| {
        let item = state.menu.items.get(&id)?;
        let left = item.remaining?.checked_sub(wanted)?;
        Some(MenuItem { remaining: Some(left), ..MenuItem::clone(item) })
    });
    let versions = state.menu.version + 1..;
    let changed = |(version, item)| Event::MenuChanged { version, change: MenuChange::Item(Arc::new(item)) };
    versions.zip(counted).map(changed).collect()
}

fn wanted(lines: &[NewOrderItem]) -> BTreeMap<MenuItemId, u32> {
    let mut wanted = BTreeMap::new();
    for line in lines {
        *wanted.entry(line.menu_id).or_insert(0) += line.quantity;
    }
    wanted
}

pub(super) fn change_status(
    state: &StoreState,
    at: Timestamp,
    id: OrderId,
    to: OrderStatus,
    reason: Option<&Note>,
) -> Result<Vec<Event>, DomainError> {
    let before = state.orders.get(&id).ok_or(DomainError::NotFound(Thing::Order))?;
    let from = before.status;
    if from == to {
        return Ok(Vec::new());
    }
    if !from.may_become(to) {
        return Err(DomainError::InvalidStatusTransition { from, to });
    }
    let unchecked = match to {
        OrderStatus::Preparing => before.is_held(),
        OrderStatus::Completed => before.awaits_identity(),
        OrderStatus::Pending | OrderStatus::Cancelled => false,
    };
    if unchecked {
        return Err(DomainError::IdentityCheckOpen);
    }
    let mut order = Order::clone(before);
    order.status = to;
    order.cancel_reason = reason.filter(|_| to == OrderStatus::Cancelled).cloned();
    order.updated_at = at;
    move_lines(&mut order);
    let table_total = total_with(state, before, &order)?;
    Ok(vec![Event::OrderStatusChanged { order: Arc::new(order), from, table_total }])
}

/// Lets the lines stand where their order stands: all but cancelled ones, which never come back, and those that wait
/// for the identity check, which only a cancelled order takes along.
fn move_lines(order: &mut Order) {
    for item in order.items.iter_mut().filter(|item| item.status.counts()) {
        if order.status == OrderStatus::Cancelled && item.awaits_identity() {
            item.identity_check = None;
        }
        if !item.awaits_identity() {
            item.status = order.status;
        }
    }
}

pub(super) fn delete(state: &StoreState, id: OrderId) -> Result<Vec<Event>, DomainError> {
    let order = state.orders.get(&id).ok_or(DomainError::NotFound(Thing::Order))?;
    let table_total = total_without(state, order)?;
    let (table_id, session_id) = (order.table_id, order.session_id);
    Ok(vec![Event::OrderDeleted { order_id: id, table_id, session_id, table_total }])
}

/// The table's total with the order as it stands after a change.
pub(super) fn total_with(state: &StoreState, before: &Order, after: &Order) -> Result<Money, DomainError> {
    let counted = if after.status.counts() { after.total } else { Money::ZERO };
    total_without(state, before)?.plus(counted).ok_or(DomainError::SessionEnded)
}

/// The table's total if that order did not count.
fn total_without(state: &StoreState, order: &Order) -> Result<Money, DomainError> {
    let session = state.sessions.get(&order.session_id).ok_or(DomainError::SessionEnded)?;
    let counted = if order.status.counts() { order.total } else { Money::ZERO };
    session.total.minus(counted).ok_or(DomainError::SessionEnded)
}
