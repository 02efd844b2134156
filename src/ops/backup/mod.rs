//! Backups of a data folder: one archive a time, written beside the running program, read back in full before it gets its
//! name, and kept for days, weeks and months. A backup that fails costs nothing that was there before.

mod archive;
mod error;
mod make;
mod name;
mod retention;
mod schedule;
mod second_place;
mod ustar;
mod walk;

pub use archive::{Kind, Manifest, Opening};
pub(super) use archive::{SETTINGS, is_upload_name, sha256};
pub use error::{ArchiveError, BackupError};
pub(super) use make::uploads;
pub use make::{Made, Plan, Target, make};
pub use schedule::{Automatic, Told};
pub use walk::{Depth, Walked, opening, walk};

use std::path::{Path, PathBuf};

/// Folder of a data folder's own backups.
#[must_use]
pub fn folder(data: &Path) -> PathBuf {
    data.join("backups")
}

/// The backups in a folder, oldest first.
#[must_use]
pub fn list(folder: &Path) -> Vec<PathBuf> {
    name::list(folder).iter().map(|name| folder.join(name.to_string())).collect()
}

#[cfg(test)]
mod tests;
