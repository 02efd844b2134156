//! Acknowledged events that are lost: which, between which moments, and whether the owner knows of it.

use std::sync::Arc;

use serde::Serialize;

use super::handle::{ExecuteError, StoreHandle, from_disk};
use super::wire::WireTime;
use crate::domain::ids::{Seq, SeqRange};
use crate::journal::{JournalError, JournalReader, Lost, LostRange};

/// One loss, for the owner.
#[derive(Debug, Clone, Serialize)]
pub struct Loss {
    /// First seq.
    pub first_seq: Seq,
    /// Last seq.
    pub last_seq: Seq,
    /// When the event before it happened; null at the beginning of the journal.
    pub after: Option<WireTime>,
    /// When the event after it happened; null at the end.
    pub before: Option<WireTime>,
    /// The present state is right all the same; only what led to it is gone.
    pub effect_kept: bool,
    /// The owner knows of it.
    pub confirmed: bool,
}

impl StoreHandle {
    /// Everything acknowledged that is lost, in order.
    ///
    /// # Errors
    /// [`ExecuteError::Unavailable`] when the journal cannot be read.
    pub async fn losses(&self) -> Result<Vec<Loss>, ExecuteError> {
        let confirmed = self.confirmed_losses();
        let reader = self.reader().clone();
        from_disk(move || reader.lost().iter().map(|range| describe(&reader, range, &confirmed)).collect()).await
    }

    /// What a confirmation confirms.
    pub fn lost_seqs(&self) -> Vec<SeqRange> {
        self.reader().lost().iter().map(LostRange::seqs).collect()
    }

    /// Losses that the owner has not confirmed.
    pub(super) fn unconfirmed(&self, lost: Option<&Lost>) -> Option<Lost> {
        let confirmed = self.confirmed_losses();
        let mut lost = lost?.clone();
        lost.ranges.retain(|range| !is_confirmed(range, &confirmed));
        (!lost.ranges.is_empty()).then_some(lost)
    }
}

fn is_confirmed(range: &LostRange, confirmed: &Arc<Vec<SeqRange>>) -> bool {
    confirmed.iter().any(|known| known.holds(range.seqs()))
}

fn describe(reader: &JournalReader, range: &LostRange, confirmed: &Arc<Vec<SeqRange>>) -> Result<Loss, JournalError> {
    let before = Seq::new(range.first.get().saturating_sub(2));
    // Where the event before is lost too, nothing is said rather than something wrong.
    let earlier = reader.read_after(before, 1)?.into_iter().find(|commit| commit.last_seq() < range.first);
    let later = reader.read_after(range.last, 1)?.into_iter().next();
    Ok(Loss {
        first_seq: range.first,
        last_seq: range.last,
        after: earlier.map(|commit| WireTime(commit.at)),
        before: later.map(|commit| WireTime(commit.at)),
        effect_kept: range.in_checkpoint,
        confirmed: is_confirmed(range, confirmed),
    })
}
