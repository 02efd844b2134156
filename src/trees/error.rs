//! Why the trees cannot answer. It decides which trouble means damage (the view is rebuilt) and which only means waiting.

use std::io::ErrorKind;

/// Trouble of the view. None of it ever concerns what the journal holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreesError {
    /// The view is being opened or rebuilt; ask again later.
    #[error("the history is being prepared")]
    NotReady,
    /// The view cannot be trusted: it is moved aside and rebuilt from the journal.
    #[error("the trees are damaged: {0}")]
    Damaged(String),
    /// The view is sound but takes far more space than it needs: it is built anew.
    #[error("the view takes {bytes} bytes, a new one about {fresh}")]
    Outgrown {
        /// What it takes.
        bytes: u64,
        /// What a new one would take.
        fresh: u64,
    },
    /// The folder cannot be used now, but nothing says it is damaged: full disk, foreign lock, missing rights.
    #[error("the trees' folder cannot be used now: {0}")]
    Blocked(String),
    /// The journal could not be read.
    #[error("the journal cannot be read for the trees: {0}")]
    Journal(String),
}

impl TreesError {
    /// Whether waiting may help without touching the folder.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::NotReady | Self::Blocked(_) | Self::Journal(_))
    }
}

impl From<std::io::Error> for TreesError {
    fn from(error: std::io::Error) -> Self {
        let passing = matches!(
            error.kind(),
            ErrorKind::StorageFull
                | ErrorKind::QuotaExceeded
                | ErrorKind::WouldBlock
                | ErrorKind::PermissionDenied
                | ErrorKind::ReadOnlyFilesystem
                | ErrorKind::Interrupted
                | ErrorKind::OutOfMemory
        ) || error.raw_os_error().is_some_and(is_out_of_descriptors);
        if passing { Self::Blocked(error.to_string()) } else { Self::Damaged(error.to_string()) }
    }
}

/// ENFILE and EMFILE have no [`ErrorKind`] of their own.
const fn is_out_of_descriptors(code: i32) -> bool {
    matches!(code, 23 | 24)
}

impl From<sled::Error> for TreesError {
    fn from(error: sled::Error) -> Self {
        match error {
            // sled wraps the failed lock in an error of its own making, so that only its text tells it apart.
            sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => {
                Self::Blocked("another process has the trees open".to_owned())
            }
            sled::Error::Io(error) => error.into(),
            other => Self::Damaged(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_waited_for_and_a_short_file_is_damage() {
        let full = sled::Error::Io(ErrorKind::StorageFull.into());
        assert!(TreesError::from(full).is_passing());
        assert!(TreesError::from(std::io::Error::from_raw_os_error(24)).is_passing());
        let short = sled::Error::Io(ErrorKind::UnexpectedEof.into());
        assert!(!TreesError::from(short).is_passing());
        assert!(!TreesError::from(sled::Error::ReportableBug("x".to_owned())).is_passing());
    }
}
