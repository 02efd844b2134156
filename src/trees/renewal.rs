//! Space that the view takes: sled never gives any back, so that a view which has grown far beyond its rows is built
//! anew. Of views that were moved aside because they were broken, only the newest is kept, once the present one is
//! known to be sound.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::agreement;
use super::error::TreesError;
use super::handle::TreesNote;
use super::view::View;

/// What a view that was just built takes, for each byte of its rows. Measured: 2.0 at 32,000 commits, and a little more
/// in small ones.
const FRESH_PER_ROW_BYTE: u64 = 2;
/// Bytes that must be free for each byte of the new view.
const FREE_PER_FRESH_BYTE: u64 = 2;

/// When a view is built anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// From so many times the size on that a fresh one would have.
    pub factor: u32,
    /// And only from so many bytes on.
    pub least_bytes: u64,
}

/// Bytes of a view and of what it would be when built anew, if it is to be.
pub(super) fn outgrown(folder: &Path, view: &View, renewal: Renewal) -> Result<Option<(u64, u64)>, TreesError> {
    let Ok(bytes) = bytes_below(folder) else { return Ok(None) };
    if bytes < renewal.least_bytes {
        return Ok(None);
    }
    let fresh = row_bytes(view)?.saturating_mul(FRESH_PER_ROW_BYTE);
    let has_grown = bytes > fresh.saturating_mul(u64::from(renewal.factor));
    // Both are there for a while.
    let has_room = free_bytes(folder).is_none_or(|free| free >= fresh.saturating_mul(FREE_PER_FRESH_BYTE));
    Ok((has_grown && has_room).then_some((bytes, fresh)))
}

fn row_bytes(view: &View) -> Result<u64, TreesError> {
    let mut bytes = 0;
    for tree in view.trees() {
        for row in &tree.sled {
            let (key, row) = row?;
            bytes += (key.len() + row.len()) as u64;
        }
    }
    Ok(bytes)
}

fn free_bytes(folder: &Path) -> Option<u64> {
    let numbers = rustix::fs::statvfs(folder).ok()?;
    numbers.f_bavail.checked_mul(numbers.f_frsize)
}

/// Bytes of all files of a folder and the folders in it.
pub(super) fn bytes_below(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.metadata()?;
        bytes += if found.is_dir() { bytes_below(&entry.path())? } else { found.len() };
    }
    Ok(bytes)
}

/// Where a view waits that was sound but too large, until the new one is complete.
fn replaced_folder(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!("{name}.replaced"))
}

/// Moves a sound view that is closed out of the way.
pub(super) fn make_way(folder: &Path) -> Result<(), TreesError> {
    let replaced = replaced_folder(folder);
    if replaced.exists() {
        fs::remove_dir_all(&replaced)?;
    }
    fs::rename(folder, &replaced)?;
    sync_parent(folder)
}

/// Removes what a view that is complete now has made needless: the one it replaced, and broken ones but the newest.
pub(super) fn clear_needless(folder: &Path, view: &View) -> Result<Vec<TreesNote>, TreesError> {
    let mut notes = Vec::new();
    let replaced = replaced_folder(folder);
    if replaced.exists()
        && let (Ok(from), true) = (bytes_below(&replaced), is_removed(&replaced))
        && let Ok(to) = bytes_below(folder)
    {
        notes.push(TreesNote::Renewed { from, to });
    }
    let mut broken = broken_folders(folder);
    broken.pop();
    if broken.is_empty() {
        return Ok(notes);
    }
    if let Some(disagreement) = agreement::with_marks(view)?.first() {
        return Err(TreesError::Damaged(disagreement.to_string()));
    }
    let folders = broken.iter().filter(|(_, old)| is_removed(old)).count();
    if folders > 0 {
        notes.push(TreesNote::Cleared { folders });
    }
    Ok(notes)
}

/// Removes a folder. One that cannot be removed costs nothing but space, and is tried again at the next start.
fn is_removed(folder: &Path) -> bool {
    let removed = fs::remove_dir_all(folder);
    if let Err(error) = &removed {
        tracing::warn!(folder = %folder.display(), %error, "old trees cannot be removed");
    }
    removed.is_ok()
}

/// Views that were moved aside, the newest last.
pub(super) fn broken_folders(folder: &Path) -> Vec<(u32, PathBuf)> {
    let prefix = format!("{}.broken-", folder.file_name().unwrap_or_default().to_string_lossy());
    let entries = folder.parent().map(fs::read_dir).into_iter().flatten().flatten().flatten();
    let numbered = |path: PathBuf| {
        let number = path.file_name()?.to_str()?.strip_prefix(&prefix)?.parse().ok()?;
        Some((number, path))
    };
    let mut found: Vec<_> = entries.filter_map(|entry| numbered(entry.path())).collect();
    found.sort();
    found
}

fn sync_parent(folder: &Path) -> Result<(), TreesError> {
    if let Some(parent) = folder.parent() {
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}
