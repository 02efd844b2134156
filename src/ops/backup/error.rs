//! Why a backup was not made, or an archive is not taken.

use std::io;
use std::path::{Path, PathBuf};

use crate::journal::JournalError;

/// A backup was not made. Nothing that was there before is gone.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no store.
    #[error("there is nothing to back up yet: {} has no store", .0.display())]
    Nothing(PathBuf),
    /// The data folder cannot be looked at.
    #[error("{0}")]
    Folder(String),
    /// Another process makes one.
    #[error("another backup of {} is being made; wait for it to end", .0.display())]
    UnderWay(PathBuf),
    /// There is a file of that name.
    #[error("{} exists already, and a backup never replaces a file; name another one", .0.display())]
    Exists(PathBuf),
    /// The disk would be too full.
    #[error(
        "a backup of about {needed_mib} MiB does not fit into {}: {free_mib} MiB are free, of which {kept_mib} MiB are kept for orders; free some space, or name another place with --to",
        folder.display()
    )]
    NoRoom {
        /// Where it was to go.
        folder: PathBuf,
        /// What it needs.
        needed_mib: u64,
        /// What is there.
        free_mib: u64,
        /// What is kept for orders.
        kept_mib: u64,
    },
    /// A journal cannot be read.
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The disk refuses.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It was written, and does not read back as what was written.
    #[error("the backup does not read back as it was written ({0}); the disk it went to may be failing")]
    NotVerified(ArchiveError),
}

/// An archive is not taken. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be read.
    #[error("cannot read the archive: {0}")]
    Unreadable(io::Error),
    /// It is damaged, or none of ours.
    #[error("the archive is damaged or no backup of tableorder: {0}")]
    Damaged(String),
    /// A newer program wrote it.
    #[error("a newer tableorder wrote the archive; install tableorder {needs} or newer and try again")]
    Newer {
        /// The program that reads it.
        needs: String,
    },
    /// What was read from it cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable {
        /// Where to.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl BackupError {
    pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, path: path.to_owned(), source }
    }
}

impl ArchiveError {
    /// The program's exit code for it: 3 for damage or another version, 1 otherwise.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Damaged(_) | Self::Newer { .. } => 3,
            Self::Unreadable(_) | Self::Unwritable { .. } => 1,
        }
    }
}
