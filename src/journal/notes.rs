//! What a start found and did, as values: the log, the health page and `verify` all tell it in their own words.

use serde::{Deserialize, Serialize};

use super::lineage::Lineage;
use crate::domain::ids::{Seq, SeqRange};

/// Why acknowledged seqs are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossReason {
    /// Their bytes changed on disk, or are gone.
    Damaged,
    /// The line is intact, but this version cannot read its events.
    Unreadable,
    /// The commit does not fit the state before it, most often because an earlier one is lost.
    DoesNotApply,
}

impl std::fmt::Display for LossReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Damaged => "damaged on disk",
            Self::Unreadable => "unreadable for this version",
            Self::DoesNotApply => "does not apply",
        })
    }
}

/// Acknowledged seqs that the journal does not give back any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostRange {
    /// First of them.
    pub first: Seq,
    /// Last of them.
    pub last: Seq,
    /// Why.
    pub why: LossReason,
    /// A checkpoint holds their effect: the store's present state is right, only their history is gone.
    pub in_checkpoint: bool,
}

impl LostRange {
    /// Its seqs.
    #[must_use]
    pub const fn seqs(&self) -> SeqRange {
        SeqRange { first: self.first, last: self.last }
    }

    /// Whether a seq is among them.
    #[must_use]
    pub fn contains(&self, seq: Seq) -> bool {
        (self.first..=self.last).contains(&seq)
    }
}

/// One thing a start found or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecoveryNote {
    /// The state was taken from this checkpoint.
    FromCheckpoint {
        /// Where it stands.
        seq: Seq,
    },
    /// Commits were replayed.
    Replayed {
        /// How many.
        commits: u64,
    },
    /// The end of the journal was a batch that was never acknowledged in full; the rest of it was set aside.
    TornBatch {
        /// File name.
        segment: String,
        /// Where the torn part begins, in bytes.
        offset: u64,
        /// How many bytes it has.
        bytes: u64,
        /// The first seq that was set aside.
        first: Seq,
    },
    /// Intact lines of the last batch were written and synced once more before anything was served from them.
    SurvivorsCopied {
        /// First seq.
        first: Seq,
        /// Last seq.
        last: Seq,
    },
    /// Bytes of a segment are damaged; the file is kept as it is.
    Damage {
        /// File name.
        segment: String,
        /// Where the damage begins, in bytes.
        offset: u64,
        /// How many bytes are no lines.
        bytes: u64,
    },
    /// The first line of a segment is damaged; its commits are still read.
    HeaderDamaged {
        /// File name.
        segment: String,
    },
    /// Acknowledged seqs are lost; found by this start.
    Lost(LostRange),
    /// Acknowledged seqs are lost; an earlier start found and recorded it.
    LostBefore(LostRange),
    /// A checkpoint is damaged; an older one is used.
    CheckpointBroken {
        /// File name.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A checkpoint knows more than the journal: the end of the journal is lost.
    CheckpointAhead {
        /// Where the checkpoint stands.
        checkpoint: Seq,
        /// Where the journal ends.
        journal: Seq,
    },
    /// Lines of a segment were damaged or gone and were taken from the mirror; nothing of them is lost.
    RepairedFromMirror {
        /// File name.
        segment: String,
        /// How many lines were taken from there; 0 when it was only the first one, or nobody has counted.
        lines: u64,
    },
    /// The history is not the one that pages saw before.
    LineageRenewed {
        /// The new one.
        lineage: Lineage,
    },
}

impl std::fmt::Display for RecoveryNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FromCheckpoint { seq } => write!(f, "state taken from the checkpoint at {seq}"),
            Self::Replayed { commits } => write!(f, "{commits} commits replayed"),
            Self::TornBatch { segment, offset, bytes, first } => write!(
                f,
                "{segment}: {bytes} bytes from {offset} on belong to a batch (seq {first} on) that was never \
                 acknowledged; set aside"
            ),
            Self::SurvivorsCopied { first, last } => write!(f, "seq {first} to {last} of the last batch made durable"),
            Self::Damage { segment, offset, bytes } => {
                write!(f, "{segment}: {bytes} damaged bytes from {offset} on; the file is kept as it is")
            }
            Self::HeaderDamaged { segment } => write!(f, "{segment}: its first line is damaged"),
            Self::Lost(lost) => write!(f, "acknowledged seq {} to {} lost: {}", lost.first, lost.last, lost.why),
            Self::LostBefore(lost) => {
                write!(f, "acknowledged seq {} to {} lost at an earlier start: {}", lost.first, lost.last, lost.why)
            }
            Self::CheckpointBroken { file, why } => write!(f, "{file} is damaged ({why}); an older one is used"),
            Self::CheckpointAhead { checkpoint, journal } => {
                write!(f, "the journal ends at {journal}, but a checkpoint stands at {checkpoint}")
            }
            Self::RepairedFromMirror { segment, lines: 0 } => write!(f, "{segment}: repaired from the mirror"),
            Self::RepairedFromMirror { segment, lines } => {
                write!(f, "{segment}: repaired with {lines} lines from the mirror")
            }
            Self::LineageRenewed { lineage } => write!(f, "history begins anew as lineage {lineage}"),
        }
    }
}
