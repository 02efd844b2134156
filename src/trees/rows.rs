//! What the small rows hold: marks, tables, running sessions. Menus, orders and finished sessions are rows of ready
//! JSON and need no type here.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{Seq, SessionId, TableId, TableNumber, Visit};
use crate::domain::money::Money;
use crate::domain::table::{Session, Table};
use crate::domain::text::Label;
use crate::domain::time::Timestamp;

/// How far a tree is, written in the same batch as its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Lineage of the journal the rows came from.
    pub(super) lineage: u128,
    /// Fingerprint of the JSON inside the rows.
    pub(super) form: u32,
    /// Events up to this one are in the rows.
    pub(super) applied: Seq,
    /// Rows in the tree, parts not counted.
    pub(super) rows: u64,
}

/// A table, without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableRow {
    pub(super) id: TableId,
    pub(super) number: TableNumber,
    pub(super) label: Option<Label>,
    pub(super) seats: Option<u16>,
}

impl From<&Table> for TableRow {
    fn from(table: &Table) -> Self {
        Self { id: table.id, number: table.number, label: table.label.clone(), seats: table.seats }
    }
}

/// A running session: what its events tell. Counts follow from its orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionRow {
    pub(super) id: SessionId,
    pub(super) table_id: TableId,
    pub(super) visit: Visit,
    pub(super) started_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) expiry_suspended: bool,
    pub(super) total: Money,
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            id: session.id,
            table_id: session.table_id,
            visit: session.visit,
            started_at: session.started_at,
            expires_at: session.expires_at,
            expiry_suspended: session.expiry_suspended,
            total: session.total,
        }
    }
}
