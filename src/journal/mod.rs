//! The truth of a store: an append-only journal of commits, checkpoints that bound its replay, and recovery. `docs/journal.md`
//! describes the format so that another program could read it. Nothing else writes into the journal's folder.

mod append;
mod checkpoint;
mod checkpoint_writer;
mod commit_writer;
mod compaction;
mod compressed;
mod copy;
mod cursor;
mod disk;
mod error;
mod header;
mod import;
mod line;
mod lineage;
mod mirror;
mod mirror_copy;
mod mirror_folder;
mod notes;
mod prepare;
mod reader;
mod recover;
mod repair;
mod repair_plan;
mod replay;
mod scan;
mod segment;
mod start;
mod verify;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

pub use append::Journal;
pub use checkpoint_writer::CheckpointWriter;
pub use commit_writer::{CommitQueue, CommitWriter, Durable, PushError, QUEUE_MAX, Queued};
pub use compaction::Compactor;
pub use copy::{CopyBegin, CopyEnd, JournalCopy, check_copy, commits_of};
pub use error::JournalError;
pub use import::{ImportError, Imported, JournalImport};
pub use lineage::Lineage;
pub use mirror::{Mirror, MirrorStatus};
pub use notes::{LossReason, LostRange, RecoveryNote};
pub use reader::{JournalReader, Room};
pub use recover::{Recovered, recover, recover_mirrored};
pub use start::{Lost, Opened, StartFailed, begin_lineage, open};
pub use verify::{Verified, VerifiedCheckpoint, verify};

/// Smallest segment, for file systems of which 5 % is next to nothing.
const SEGMENT_BYTES_MIN: u64 = 64 << 10;

/// How a journal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalSettings {
    /// Size that segments are allocated with; at most 5 % of the file system is taken.
    pub segment_bytes: u64,
}

impl Default for JournalSettings {
    fn default() -> Self {
        Self { segment_bytes: 16 << 20 }
    }
}
