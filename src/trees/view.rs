//! The open view: the five trees of one store in one sled `Db`. It opens and flushes; who may trust what it holds is
//! decided in [`super::opening`].

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::TreesError;
use super::row_tree::RowTree;

/// Bytes of pages that sled keeps in memory per store.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// How often, and at what distance, it is looked whether sled has let go of its file: 2 s in all.
const CLOSING_LOOKS: u32 = 400;
const CLOSING_LOOK: Duration = Duration::from_millis(5);

/// The five trees, to be read by anybody.
#[derive(Debug)]
pub(super) struct View {
    pub(super) menus: RowTree,
    pub(super) tables: RowTree,
    pub(super) sessions: RowTree,
    pub(super) orders: RowTree,
    pub(super) history: RowTree,
    db: sled::Db,
    folder: PathBuf,
}

impl View {
    /// Opens the folder, or makes it. It may panic on a damaged file, since sled does.
    pub(super) fn open(folder: &Path) -> Result<Self, TreesError> {
        #[cfg(debug_assertions)]
        crate::faults::meet("trees_open", folder)?;
        fs::create_dir_all(folder)?;
        clear_snapshot_leftovers(folder)?;
        // sled's own flusher is off: the writer flushes at its own interval and knows when it failed.
        let db = sled::Config::new().path(folder).cache_capacity(CACHE_BYTES).flush_every_ms(None).open()?;
        Ok(Self {
            menus: RowTree::open(&db, "menus")?,
            tables: RowTree::open(&db, "tables")?,
            sessions: RowTree::open(&db, "sessions")?,
            orders: RowTree::open(&db, "orders")?,
            history: RowTree::open(&db, "history")?,
            db,
            folder: folder.to_owned(),
        })
    }

    /// All trees.
    pub(super) const fn trees(&self) -> [&RowTree; 5] {
        [&self.menus, &self.tables, &self.sessions, &self.orders, &self.history]
    }

    /// Hands what is in memory to the operating system, which bounds sled's memory. It is no barrier against a power
    /// cut: sled uses `sync_file_range`.
    pub(super) fn flush(&self) -> Result<(), TreesError> {
        #[cfg(debug_assertions)]
        crate::faults::meet("trees_flush", &self.folder)?;
        self.db.flush()?;
        Ok(())
    }

    /// Flushes and makes it survive a power cut.
    pub(super) fn checkpoint(&self) -> Result<(), TreesError> {
        #[cfg(debug_assertions)]
        crate::faults::meet("trees_checkpoint", &self.folder)?;
        self.db.flush()?;
        File::open(self.folder.join("db"))?.sync_data()?;
        Ok(())
    }

    /// Makes a new folder's names survive a power cut.
    pub(super) fn sync_names(&self) -> Result<(), TreesError> {
        File::open(&self.folder)?.sync_all()?;
        if let Some(parent) = self.folder.parent() {
            File::open(parent)?.sync_all()?;
        }
        Ok(())
    }
}

/// Waits until the folder can be opened again after its view was dropped: threads of sled's own may hold its file a
/// moment longer.
pub(super) fn wait_until_closed(folder: &Path) {
    let Ok(file) = File::open(folder.join("db")) else { return };
    for _ in 0..CLOSING_LOOKS {
        // The lock is given back with the file.
        if !matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock)) {
            return;
        }
        std::thread::sleep(CLOSING_LOOK);
    }
}

/// Whether sled has written to this folder before.
pub(super) fn was_used(folder: &Path) -> bool {
    folder.join("db").exists() || snapshots(folder).next().is_some()
}

/// A snapshot that was being written when the process ended stops sled for ever: it reads it like a finished one.
fn clear_snapshot_leftovers(folder: &Path) -> Result<(), TreesError> {
    for path in snapshots(folder).filter(|path| path.extension().is_some_and(|ending| ending == "generating")) {
        tracing::info!(path = %path.display(), "clearing an unfinished snapshot of the trees");
        fs::remove_file(path)?;
    }
    Ok(())
}

fn snapshots(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("snap.")))
}
