//! Staff calls: a guest asks for water, the bill, or somebody to come.

use serde::{Deserialize, Serialize};

use super::ids::{CallId, SessionId, TableId, TableNumber, UserId, Visit};
use super::text::{Label, Note};
use super::time::Timestamp;

/// One call. It belongs to a visit, because a party may call before its first order starts a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Identity.
    pub id: CallId,
    /// The table that calls.
    pub table_id: TableId,
    /// That table's number.
    pub table_number: TableNumber,
    /// The party that calls.
    pub visit: Visit,
    /// The running session, if there is one.
    pub session_id: Option<SessionId>,
    /// What is asked for: a code such as `water`, or free text.
    pub kind: Label,
    /// More words.
    pub note: Option<Note>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When staff answered it.
    pub resolved: Option<Resolved>,
}

/// Who answered a call, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
}
