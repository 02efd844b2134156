//! Why the journal could not do its work. Damage is not among it: damage is repaired or skipped and becomes a note.

use std::io;
use std::path::{Path, PathBuf};

use crate::domain::ids::Seq;
use crate::domain::invariants::Violation;

/// An operation of the journal failed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk refused. After a write or a sync nobody knows what reached it, so that neither is ever tried again.
    #[error("could not {doing} {}: {source}", path.display())]
    Disk {
        /// What was tried, such as "write to".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process writes this journal.
    #[error("{} is in use by another process; stop that one first", folder.display())]
    InUse {
        /// The journal's folder.
        folder: PathBuf,
    },
    /// The folder holds the journal of another store.
    #[error("{} belongs to the store \"{found}\"", path.display())]
    OtherStore {
        /// The segment that says so.
        path: PathBuf,
        /// That store.
        found: String,
    },
    /// A newer version of this program wrote the journal.
    #[error("{} has format {version}, which this version cannot read; install the newer version again", path.display())]
    NewerFormat {
        /// The segment that says so.
        path: PathBuf,
        /// Its format.
        version: u32,
    },
    /// A commit does not follow the last one.
    #[error("commit {found} does not follow; expected {expected}")]
    OutOfOrder {
        /// The seq it should begin with.
        expected: Seq,
        /// The seq it begins with.
        found: Seq,
    },
    /// A commit cannot be written as JSON.
    #[error("commit {seq} cannot be written as a line: {why}")]
    Encoding {
        /// Where it begins.
        seq: Seq,
        /// What is wrong.
        why: String,
    },
    /// An earlier write or sync failed; nothing is written after that.
    #[error("an earlier write of the journal failed")]
    Failed,
    /// The thread that writes panicked.
    #[error("the journal's writer panicked")]
    Panicked,
    /// A state that breaks an invariant must not become a checkpoint.
    #[error("the state at {seq} breaks an invariant: {violation}")]
    Invariant {
        /// Where the state stands.
        seq: Seq,
        /// The rule.
        violation: Violation,
    },
    /// A mirror's folder is not there, or is only the place where it should be mounted.
    #[error(
        "{} is not there, or has no file \"tableorder-mirror\" in it: plug the disk in; on a new one make that file",
        folder.display()
    )]
    NoMirror {
        /// The mirror's folder.
        folder: PathBuf,
    },
    /// A copy did not read back as what was copied; the original stays.
    #[error("the copy of {} differs from it when it is read back", path.display())]
    CopyDiffers {
        /// What was copied.
        path: PathBuf,
    },
    /// The system gave no random bytes for a lineage.
    #[error("the system gave no random bytes")]
    Random,
}

impl JournalError {
    pub(super) fn disk(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Disk { doing, path: path.to_owned(), source }
    }

    /// Whether the file or folder is not there.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Disk { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// Whether reading failed because the medium is damaged or the file is gone. Anything else, such as a missing right,
    /// is to be put right by the owner and must never be taken for lost commits.
    pub(super) fn is_damage(&self) -> bool {
        let is_gone = matches!(self, Self::Disk { source, .. } if source.kind() == io::ErrorKind::NotFound);
        is_gone || self.is_failing_medium()
    }

    /// Whether the medium did not give what is there.
    pub(super) fn is_failing_medium(&self) -> bool {
        let eio = rustix::io::Errno::IO.raw_os_error();
        matches!(self, Self::Disk { source, .. } if source.raw_os_error() == Some(eio))
    }
}
