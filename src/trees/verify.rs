//! Checks a view that nobody has open: for `verify`, on a copy, since sled tidies a folder when it is opened. It neither
//! moves nor rebuilds anything.

use std::path::Path;

use super::Encoders;
use super::agreement::{self, Disagreement};
use super::error::TreesError;
use super::opening::{self, JournalPosition};
use super::view::{wait_until_closed, was_used};
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;
use crate::journal::Lineage;

/// What was found in a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreesReport {
    /// Events up to this one are in it; the rest is brought up at the next start.
    pub applied: Seq,
    /// Finished sessions in its history.
    pub finished_sessions: u64,
    /// What does not agree, with the state only when the view is at the same seq. Empty means all is well.
    pub disagreements: Vec<Disagreement>,
}

/// Reads a whole view and compares it with the state of its journal. Nothing when there is no view yet, which is well.
///
/// # Errors
/// [`TreesError::Damaged`] when the next start will rebuild it; [`TreesError::Blocked`] when another process has it open.
pub fn verify(
    folder: &Path,
    lineage: Lineage,
    state: &StoreState,
    encoders: Encoders,
) -> Result<Option<TreesReport>, TreesError> {
    if !was_used(folder) {
        return Ok(None);
    }
    let journal = JournalPosition { lineage: lineage.get(), durable: state.seq };
    let projection = opening::open(folder, journal, encoders)?;
    let report = opening::guarded(|| {
        let (view, applied) = (&projection.view, projection.applied());
        let mut disagreements = agreement::with_marks(view)?;
        if applied == state.seq {
            disagreements.extend(agreement::with_state(view, state, encoders)?);
        }
        // Each finished session has its row and an entry in its table's index.
        let finished_sessions = view.history.mark()?.map_or(0, |mark| mark.rows / 2);
        Ok(Some(TreesReport { applied, finished_sessions, disagreements }))
    });
    drop(projection);
    wait_until_closed(folder);
    report
}
