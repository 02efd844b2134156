//! Bodies of staff calls.

use serde::Deserialize;
use utoipa::ToSchema;

use super::fields::Parsed;
use crate::domain::command::Command;
use crate::domain::ids::TableId;
use crate::domain::text::{Label, Note};

/// A call for staff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallBody {
    /// What for: a code such as `water` or free text.
    #[schema(value_type = String, min_length = 1, max_length = 50)]
    kind: Parsed<Label>,
    /// More words.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    note: Option<Parsed<Note>>,
}

impl CallBody {
    /// As the store takes it.
    pub(crate) fn into_command(self, table: TableId) -> Command {
        Command::CreateCall { table, kind: self.kind.0, note: self.note.map(|note| note.0) }
    }
}
