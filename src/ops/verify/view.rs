//! Looks at a copy of a store's view, since opening a view tidies its folder; the original is never opened.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::config;
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;
use crate::journal::Lineage;
use crate::ops::disk_guard::free_bytes;
use crate::ops::durable_file::FOLDER_MODE;
use crate::store;
use crate::trees::{self, TreesReport};

/// What stays free of the place where the copy is made.
const KEEP_FREE_BYTES: u64 = 64 << 20;

/// The view that history is read from.
#[derive(Debug, Serialize)]
pub struct ViewReport {
    /// Events up to this one are in it.
    pub applied: Seq,
    /// Finished sessions in it.
    pub finished_sessions: u64,
}

/// Compares a store's view with its state; nothing if there is none, or no room for a copy.
pub(super) fn look(
    folder: &Path,
    slug: &StoreSlug,
    lineage: Option<Lineage>,
    state: &StoreState,
) -> Result<Option<ViewReport>, String> {
    let trees = folder.join("trees");
    let (Some(lineage), true) = (lineage, trees.is_dir()) else { return Ok(None) };
    let again = "the next start rebuilds it from the journal, nothing is lost";
    let copy = match Scratch::copy_of(&trees) {
        Ok(copy) => copy,
        Err(error) => {
            tracing::warn!(%error, "the view was not looked at");
            return Ok(None);
        }
    };
    match trees::verify(&copy.folder, lineage, state, store::encoders()) {
        Ok(Some(TreesReport { applied, finished_sessions, disagreements })) => match disagreements.first() {
            None => Ok(Some(ViewReport { applied, finished_sessions })),
            Some(first) => Err(format!(
                "store {slug}: its view differs from its journal in {} rows ({first}); remove {} with the program \
                 stopped, {again}",
                disagreements.len(),
                trees.display()
            )),
        },
        Ok(None) => Ok(None),
        Err(error) if error.is_passing() => Ok(None),
        Err(error) => Err(format!("store {slug}: {error}; {again}")),
    }
}

/// A copy that goes with this.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn copy_of(trees: &Path) -> io::Result<Self> {
        let place = config::scratch_folder();
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let scratch = Self { folder: place.join(format!("tableorder-verify-{:016x}", u64::from_le_bytes(random))) };
        let needed = size(trees)?.saturating_add(KEEP_FREE_BYTES);
        if free_bytes(&place).is_some_and(|free| free < needed) {
            return Err(io::Error::other(format!("{} has no room for a copy of it", place.display())));
        }
        copy(trees, &scratch.folder)?;
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn size(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(FOLDER_MODE).create(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}
