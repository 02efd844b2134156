//! The snapshot that begins a stream or a sync: everything a page shows, at one seq.

use std::sync::Arc;

use serde::Serialize;

use super::call::CallWire;
use super::order::OrderFor;
use super::table::{SessionWire, TableBrief, TableView};
use super::write_json;
use crate::domain::call::Call;
use crate::domain::ids::{Seq, TableId};
use crate::domain::money::Money;
use crate::domain::order::Order;
use crate::domain::state::StoreState;
use crate::domain::table::{Session, Table};
use crate::domain::time::{BusinessDay, Timestamp};

/// Newest orders in a staff snapshot.
const STAFF_ORDERS_MAX: usize = 500;
/// Newest orders in a table's snapshot.
const TABLE_ORDERS_MAX: usize = 100;

/// What was taken out of the state; cheap, since it shares everything.
#[derive(Debug)]
pub struct Snapshot {
    /// The seq it is complete to.
    pub seq: Seq,
    menu_version: u64,
    scope: Scope,
    /// Newest first.
    orders: Vec<Arc<Order>>,
    orders_more: bool,
    calls: Vec<Arc<Call>>,
}

#[derive(Debug)]
enum Scope {
    Staff(Vec<TableView>),
    Table { table: Arc<Table>, session: Option<Session> },
}

impl Snapshot {
    /// The snapshot staff read.
    pub fn staff(state: &StoreState) -> Self {
        let orders = state.orders.values().rev().take(STAFF_ORDERS_MAX).cloned().collect();
        Self {
            seq: state.seq,
            menu_version: state.menu.version,
            scope: Scope::Staff(TableView::all(state)),
            orders,
            orders_more: state.orders.len() > STAFF_ORDERS_MAX,
            calls: state.calls.values().filter(|call| call.resolved.is_none()).cloned().collect(),
        }
    }

    /// The snapshot a table reads; nothing if the table does not exist.
    pub fn table(state: &StoreState, id: TableId) -> Option<Self> {
        let table = Arc::clone(state.access.tables.get(&id)?);
        let session = state.session_at(id).copied();
        let orders: Vec<_> = session
            .iter()
            .flat_map(|session| state.orders_of(session.id).rev().take(TABLE_ORDERS_MAX))
            .cloned()
            .collect();
        let visit = state.seating_of(id).visit;
        let calls = state.calls.values().filter(|call| call.table_id == id && call.visit == visit).cloned().collect();
        Some(Self {
            seq: state.seq,
            menu_version: state.menu.version,
            orders_more: session.is_some_and(|session| session.order_count as usize > orders.len()),
            scope: Scope::Table { table, session },
            orders,
            calls,
        })
    }

    /// Appends its JSON. `last_contact` tells when a table's tablet last asked for anything.
    pub fn write_json(
        &self,
        buffer: &mut Vec<u8>,
        lineage: &str,
        business_day: BusinessDay,
        last_contact: impl Fn(TableId) -> Option<Timestamp>,
    ) {
        let staff = matches!(self.scope, Scope::Staff(_));
        let (tables, table, session, total) = match &self.scope {
            Scope::Staff(views) => {
                let views: Vec<_> = views
                    .iter()
                    .map(|view| TableView { last_contact: last_contact(view.table.id), ..view.clone() })
                    .collect();
                let total = views.iter().filter_map(|view| view.session).map(|session| session.total.get()).sum();
                (Some(views), None, None, Money::new(total))
            }
            Scope::Table { table, session } => (
                None,
                Some(TableBrief::from(&**table)),
                session.as_ref().map(SessionWire::from),
                session.map_or(Money::ZERO, |session| session.total),
            ),
        };
        let wire = SnapshotWire {
            seq: self.seq,
            lineage,
            server_version: env!("CARGO_PKG_VERSION"),
            business_day,
            menu_version: self.menu_version,
            tables,
            table,
            session,
            orders: self.orders.iter().map(|order| OrderFor { order, staff }).collect(),
            orders_more: self.orders_more,
            calls: self.calls.iter().map(|call| CallWire::from(&**call)).collect(),
            total,
        };
        write_json(buffer, &wire);
    }
}

#[derive(Serialize)]
struct SnapshotWire<'a> {
    seq: Seq,
    lineage: &'a str,
    server_version: &'static str,
    business_day: BusinessDay,
    menu_version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<Vec<TableView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<TableBrief<'a>>,
    session: Option<SessionWire>,
    orders: Vec<OrderFor<'a>>,
    orders_more: bool,
    calls: Vec<CallWire<'a>>,
    total: Money,
}
