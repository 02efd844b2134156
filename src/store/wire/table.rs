//! Tables and sessions on the wire. A table's password never appears here.

use std::sync::Arc;

use serde::Serialize;

use super::WireTime;
use super::order::{OrderFor, TableRef};
use crate::domain::event::CompletedSession;
use crate::domain::ids::{SessionId, TableId, TableNumber, Visit};
use crate::domain::money::Money;
use crate::domain::order::Order;
use crate::domain::state::StoreState;
use crate::domain::table::{Session, Table};
use crate::domain::time::Timestamp;

/// A running session.
#[derive(Debug, Serialize)]
pub struct SessionWire {
    id: SessionId,
    table_id: TableId,
    visit: Visit,
    started_at: WireTime,
    expires_at: WireTime,
    order_count: u32,
    total: Money,
    identity_checked: bool,
}

impl From<&Session> for SessionWire {
    fn from(session: &Session) -> Self {
        Self {
            id: session.id,
            table_id: session.table_id,
            visit: session.visit,
            started_at: WireTime(session.started_at),
            expires_at: WireTime(session.expires_at),
            order_count: session.order_count,
            total: session.total,
            identity_checked: session.identity_checked,
        }
    }
}

/// A table as guests see it.
#[derive(Debug, Serialize)]
pub struct TableBrief<'a> {
    id: TableId,
    number: TableNumber,
    label: Option<&'a str>,
}

impl<'a> From<&'a Table> for TableBrief<'a> {
    fn from(table: &'a Table) -> Self {
        Self { id: table.id, number: table.number, label: table.label.as_ref().map(crate::domain::text::Label::as_str) }
    }
}

/// A table with its running sums, taken out of the state cheaply and serialised elsewhere.
#[derive(Debug, Clone)]
pub struct TableView {
    /// As the owner set it up.
    pub table: Arc<Table>,
    /// The running session.
    pub session: Option<Session>,
    /// Newest order of the running session.
    pub latest_order: Option<Arc<Order>>,
    /// When a tablet of this table last asked for anything.
    pub last_contact: Option<Timestamp>,
}

impl TableView {
    /// Takes one table out of the state.
    pub fn of(state: &StoreState, table: &Arc<Table>) -> Self {
        let session = state.session_at(table.id).copied();
        let latest_order =
            session.and_then(|session| session.latest_order).and_then(|order| state.orders.get(&order)).cloned();
        Self { table: Arc::clone(table), session, latest_order, last_contact: None }
    }

    /// Takes all tables out of the state, by number.
    pub fn all(state: &StoreState) -> Vec<Self> {
        let mut views: Vec<_> = state.access.tables.values().map(|table| Self::of(state, table)).collect();
        views.sort_by_key(|view| view.table.number);
        views
    }
}

#[derive(Serialize)]
struct TableWire<'a> {
    id: TableId,
    number: TableNumber,
    label: Option<&'a str>,
    seats: Option<u16>,
    session: Option<SessionWire>,
    total: Money,
    open_orders: u32,
    latest_order: Option<OrderFor<'a>>,
    last_contact: Option<WireTime>,
}

impl Serialize for TableView {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        TableWire {
            id: self.table.id,
            number: self.table.number,
            label: self.table.label.as_ref().map(crate::domain::text::Label::as_str),
            seats: self.table.seats,
            session: self.session.as_ref().map(SessionWire::from),
            total: self.session.map_or(Money::ZERO, |session| session.total),
            open_orders: self.session.map_or(0, |session| session.open_orders),
            latest_order: self.latest_order.as_deref().map(|order| OrderFor { order, staff: true }),
            last_contact: self.last_contact.map(WireTime),
        }
        .serialize(serializer)
    }
}

/// A table as its setup alone, for the `table_changed` event: an event is a fact of its own and looks nothing up.
#[derive(Debug, Serialize)]
pub struct TableSetupWire<'a> {
    id: TableId,
    number: TableNumber,
    label: Option<&'a str>,
    seats: Option<u16>,
}

impl<'a> From<&'a Table> for TableSetupWire<'a> {
    fn from(table: &'a Table) -> Self {
        Self {
            id: table.id,
            number: table.number,
            label: table.label.as_ref().map(crate::domain::text::Label::as_str),
            seats: table.seats,
        }
    }
}

/// A finished session, without its orders.
#[derive(Debug, Serialize)]
pub struct CompletedSessionWire<'a> {
    id: SessionId,
    table: TableRef,
    visit: Visit,
    started_at: WireTime,
    completed_at: WireTime,
    business_day: crate::domain::time::BusinessDay,
    completed_by: Option<&'a str>,
    forced: bool,
    order_count: u32,
    total: Money,
}

impl<'a> From<&'a CompletedSession> for CompletedSessionWire<'a> {
    fn from(session: &'a CompletedSession) -> Self {
        Self {
            id: session.session_id,
            table: TableRef { id: session.table_id, number: session.table_number },
            visit: session.visit,
            started_at: WireTime(session.started_at),
            completed_at: WireTime(session.completed_at),
            business_day: session.business_day,
            completed_by: session.completed_by_name.as_deref(),
            forced: session.forced,
            order_count: session.order_count,
            total: session.total,
        }
    }
}
