//! Staff calls on the wire.

use serde::Serialize;

use super::WireTime;
use super::order::TableRef;
use crate::domain::call::Call;
use crate::domain::ids::{CallId, SessionId, UserId};

/// A call as guests and staff see it.
#[derive(Debug, Serialize)]
pub struct CallWire<'a> {
    id: CallId,
    table: TableRef,
    session_id: Option<SessionId>,
    kind: &'a str,
    note: Option<&'a str>,
    status: &'static str,
    created_at: WireTime,
    resolved_at: Option<WireTime>,
    resolved_by: Option<UserId>,
}

impl<'a> From<&'a Call> for CallWire<'a> {
    fn from(call: &'a Call) -> Self {
        Self {
            id: call.id,
            table: TableRef { id: call.table_id, number: call.table_number },
            session_id: call.session_id,
            kind: call.kind.as_str(),
            note: call.note.as_ref().map(crate::domain::text::Note::as_str),
            status: if call.resolved.is_some() { "resolved" } else { "open" },
            created_at: WireTime(call.created_at),
            resolved_at: call.resolved.map(|resolved| WireTime(resolved.at)),
            resolved_by: call.resolved.map(|resolved| resolved.by),
        }
    }
}
