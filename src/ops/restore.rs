//! Puts a backup in the place of a data folder's stores. The archive is read to its end before anything is touched; what
//! was there is moved aside; each store begins a new lineage, so that no page goes on silently in another history.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::backup::{self, ArchiveError, Depth, SETTINGS, Walked};
use super::data_folder::{DataFolder, DataFolderError, Purpose, swap};
use super::disk_guard::free_bytes;
use super::durable_file::{self, FILE_MODE, FOLDER_MODE};
use crate::clock;
use crate::domain::text::StoreSlug;
use crate::journal::{self, JournalError};

/// The settings that stand in a backup are put here, since the ones that count belong to this computer.
const SETTINGS_FILE: &str = "restored-settings.toml";
/// Room that beginning a lineage takes for a moment, for each store.
const LINEAGE_BYTES: u64 = 2 << 20;

/// Why a restore was not done. Unless it says otherwise, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The archive is not taken.
    #[error("{0}; nothing was changed")]
    Archive(#[from] ArchiveError),
    /// The data folder cannot be used.
    #[error("{0}")]
    Folder(#[from] DataFolderError),
    /// The restored data does not fit beside what is there.
    #[error(
        "the restored data needs {needed_mib} MiB beside what is there, and {free_mib} MiB are free in {}; free some space first. Nothing was changed",
        folder.display()
    )]
    NoRoom {
        /// The data folder.
        folder: PathBuf,
        /// What it needs.
        needed_mib: u64,
        /// What is free.
        free_mib: u64,
    },
    /// A restored journal cannot be opened.
    #[error("a restored journal cannot be opened: {0}; nothing was changed")]
    Journal(#[from] JournalError),
    /// The disk refused.
    #[error("cannot put the restored data in place: {0}; the next start or restore goes on where this one ended")]
    Disk(std::io::Error),
}

impl RestoreError {
    /// The program's exit code for it: 3 for damage or another version, 1 otherwise.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Archive(error) => error.exit_code(),
            Self::Folder(error) => error.exit_code(),
            Self::NoRoom { .. } | Self::Journal(_) | Self::Disk(_) => 1,
        }
    }
}

/// A backup that is in place.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// The data folder.
    pub folder: PathBuf,
    /// When the backup was made.
    pub made_at: String,
    /// Its stores.
    pub stores: Vec<RestoredStore>,
    /// What was there before; nothing if there was no store.
    pub set_aside: Option<PathBuf>,
    /// The settings file that stood in the backup. It does not count by itself.
    pub settings: Option<PathBuf>,
}

/// One store of it.
#[derive(Debug, Serialize)]
pub struct RestoredStore {
    /// The store.
    pub store: StoreSlug,
    /// Where its journal ends.
    pub last_seq: u64,
    /// The history that begins now.
    pub lineage: String,
}

/// Restores an archive into a data folder, which is made if need be.
///
/// # Errors
/// [`RestoreError`].
pub fn restore(archive: &Path, folder: &Path) -> Result<Restored, RestoreError> {
    let walked = backup::walk(archive, Depth::Full, |_, _| Ok(()))?;
    let purpose = walked.opening.purpose;
    let mut folder = DataFolder::open_to_replace(folder, purpose)?;
    let data = folder.path().to_owned();
    make_sure_it_fits(&walked, &data)?;
    let staging = swap::staging(&data);
    let ready = make_ready(archive, &walked, &staging).inspect_err(|_| {
        // It never counted.
        let _ = std::fs::remove_dir_all(&staging);
    })?;
    let had_stores = std::fs::read_dir(folder.stores()).is_ok_and(|mut stores| stores.next().is_some());
    folder.remember_format(purpose)?;
    let set_aside = swap::replace(&data, &clock::local_stamp(clock::now())).map_err(RestoreError::Disk)?;
    if purpose == Purpose::Demo {
        folder.remember_demo_complete()?;
    }
    Ok(Restored {
        settings: ready.settings.and_then(|settings| put_settings(&data, &settings)),
        folder: data,
        made_at: walked.opening.made_at,
        stores: ready.stores,
        set_aside: had_stores.then_some(set_aside),
    })
}

fn make_sure_it_fits(walked: &Walked, data: &Path) -> Result<(), RestoreError> {
    let bytes: u64 = walked.manifest.entries.iter().map(|entry| entry.bytes.next_multiple_of(4_096)).sum();
    let needed = bytes + walked.opening.stores.len() as u64 * LINEAGE_BYTES;
    match free_bytes(data) {
        Some(free) if free < needed => Err(RestoreError::NoRoom {
            folder: data.to_owned(),
            needed_mib: needed.div_ceil(1 << 20),
            free_mib: free >> 20,
        }),
        _ => Ok(()),
    }
}

struct Ready {
    stores: Vec<RestoredStore>,
    settings: Option<Vec<u8>>,
}

/// Unpacks everything into a folder of its own, durably. The archive is proved once more while it is: it may lie on a disk
/// that reads differently each time.
fn make_ready(archive: &Path, walked: &Walked, staging: &Path) -> Result<Ready, RestoreError> {
    for part in ["stores", "uploads"] {
        make_folders(&staging.join(part))?;
    }
    let mut settings = None;
    let again = backup::walk(archive, Depth::Full, |name, content| {
        let Some((folder, file)) = name.rsplit_once('/') else {
            settings = (name == SETTINGS).then(|| content.to_owned());
            return Ok(());
        };
        let folder = staging.join(folder);
        let folder = if name.starts_with("stores/") { folder.join("journal") } else { folder };
        write(&folder, file, content)
    })?;
    if again != *walked {
        return Err(ArchiveError::Damaged("it reads differently each time".to_owned()).into());
    }
    let mut stores = Vec::new();
    for (begin, end) in walked.opening.stores.iter().zip(&walked.manifest.stores) {
        let journal = staging.join("stores").join(begin.store.as_str()).join("journal");
        let lineage = journal::begin_lineage(&journal, &begin.store, &end.missing)?.to_string();
        stores.push(RestoredStore { store: begin.store.clone(), last_seq: end.last_seq.get(), lineage });
    }
    durable_file::settle(staging).map_err(|source| ArchiveError::Unwritable { path: staging.to_owned(), source })?;
    Ok(Ready { stores, settings })
}

fn make_folders(path: &Path) -> Result<(), ArchiveError> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path);
    made.map_err(|source| ArchiveError::Unwritable { path: path.to_owned(), source })
}

fn write(folder: &Path, file: &str, content: &[u8]) -> Result<(), ArchiveError> {
    make_folders(folder)?;
    let path = folder.join(file);
    let open = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&path);
    let written = open.and_then(|mut open| open.write_all(content).and_then(|()| open.sync_all()));
    written.map_err(|source| ArchiveError::Unwritable { path, source })
}

/// They are a help, nothing that a restore could fail by.
fn put_settings(data: &Path, settings: &[u8]) -> Option<PathBuf> {
    let file = data.join(SETTINGS_FILE);
    durable_file::write(&file, settings).ok().map(|()| file)
}
