//! The data folder: its layout, its lock against a second process, its format mark, the signing key and the address file.
//! A single damaged or missing file of these never keeps a shop from opening; what was put right is told in `notes`.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::backup::{self, BackupError, Kind, Plan, Target};
use super::durable_file::{self, FILE_MODE, FOLDER_MODE};
use crate::domain::text::StoreSlug;
pub use mark::{FORMAT, NEEDS};
use mark::{Mark, purpose_of, read_mark, write_mark};

mod mark;
pub(super) mod swap;

const DEMO_FILE: &str = "demo";
const DEMO_COMPLETE: &str = "complete";
const LOCK_FILE: &str = "lock";
const KEY_FILE: &str = "secret.key";
const ADDRESS_FILE: &str = "address";
/// Stands in a disk's root folder from the beginning and says nothing about what the folder is used for.
const LOST_AND_FOUND: &str = "lost+found";
/// A process that was just ended may hold the lock for a moment longer.
const LOCK_PATIENCE: Duration = Duration::from_millis(1_500);

/// What a data folder is used for. A demo's passwords are known to everybody, so the two never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A real restaurant's.
    Shop,
    /// The demo's.
    Demo,
}

/// Why a data folder cannot be used. The texts say what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// Another process works on it.
    #[error(
        "the data folder {folder} is in use by another tableorder{}; stop that one first, or name another folder with --data-dir",
        .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// That process, if it could be read.
        pid: Option<u32>,
    },
    /// It was written by a newer program.
    #[error(
        "the data folder {folder} has format {found}, written by a newer tableorder; this one is {} and knows format {FORMAT}. Install tableorder {needs} or newer again; nothing was changed",
        env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// The folder.
        folder: PathBuf,
        /// Its format.
        found: u32,
        /// The program that reads it.
        needs: String,
    },
    /// It was written by an older program, and no backup of it could be made.
    #[error(
        "the data folder {folder} has format {found} and is upgraded to format {FORMAT} only after a backup, which could not be made: {why}. Nothing was changed, and the program before this one still works with it"
    )]
    NotUpgraded {
        /// The folder.
        folder: PathBuf,
        /// Its format.
        found: u32,
        /// Why there is no backup.
        why: BackupError,
    },
    /// `demo` on a folder that is not a demo's.
    #[error(
        "{0} is not a demo's folder, and the demo never touches another one; name an empty or new folder with --data-dir"
    )]
    NotADemo(PathBuf),
    /// `serve` on a demo's folder.
    #[error(
        "{0} is a demo's folder, whose passwords are known to everybody; run `tableorder demo`, or name another folder with --data-dir"
    )]
    IsADemo(PathBuf),
    /// There is none.
    #[error("{0} is not a data folder of tableorder; run `tableorder serve --data-dir {0}` once, or check the name")]
    Missing(PathBuf),
    /// The file system refuses.
    #[error("cannot {what} {path}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl DataFolderError {
    /// The program's exit code for it: 3 for another version, 1 otherwise.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Newer { .. } => 3,
            _ => 1,
        }
    }
}

fn io_error(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DataFolderError {
    move |source| DataFolderError::Io { what, path: path.to_owned(), source }
}

/// Files made from now on are readable by this user only, whatever the shell said. For the start of the program.
pub fn set_umask() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// A data folder held by this process until it is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// What had to be put right, one sentence each, for the log.
    pub notes: Vec<String>,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if need be, locks it, checks that it is of this format and purpose, and completes its layout.
    ///
    /// # Errors
    /// [`DataFolderError`]; nothing but missing folders and the lock file has been made then.
    pub fn open(path: &Path, purpose: Purpose) -> Result<Self, DataFolderError> {
        Self::open_for(path, purpose, true)
    }

    /// The same for a restore: what is there is moved aside, so that its format does not matter. It keeps that format until
    /// [`Self::remember_format`].
    ///
    /// # Errors
    /// [`DataFolderError`].
    pub(super) fn open_to_replace(path: &Path, purpose: Purpose) -> Result<Self, DataFolderError> {
        Self::open_for(path, purpose, false)
    }

    /// Writes down that the folder is of this program's format from now on.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn remember_format(&mut self, purpose: Purpose) -> Result<(), DataFolderError> {
        write_mark(&self.path, purpose, &mut self.notes)
    }

    fn open_for(path: &Path, purpose: Purpose, keeps_stores: bool) -> Result<Self, DataFolderError> {
        make_folder(path)?;
        let path = path.canonicalize().map_err(io_error("open", path))?;
        let lock = lock(&path)?;
        let mut notes = Vec::new();
        let mark = read_mark(&path)?;
        let found = purpose_of(&path, &mark)?;
        match (found, purpose) {
            (Some(Purpose::Shop), Purpose::Demo) => return Err(DataFolderError::NotADemo(path)),
            (Some(Purpose::Demo), Purpose::Shop) => return Err(DataFolderError::IsADemo(path)),
            (None, Purpose::Demo) if !is_unused(&path)? => return Err(DataFolderError::NotADemo(path)),
            _ => {}
        }
        if found.is_some() || is_unused(&path)? {
            tighten(&path)?;
        }
        let demo_file = path.join(DEMO_FILE);
        if purpose == Purpose::Demo && !demo_file.exists() {
            durable_file::write(&demo_file, b"").map_err(io_error("write", &demo_file))?;
        }
        if let Some(aside) = swap::finish(&path).map_err(io_error("finish the restore in", &path))? {
            notes.push(format!(
                "a restore that was interrupted is finished; what was there before is in {}",
                aside.display()
            ));
        }
        match mark {
            Mark::Read(mark) if mark.format() == FORMAT => {}
            Mark::Read(mark) if keeps_stores => {
                back_up_before_upgrade(&path, purpose, mark.format(), &mut notes)?;
                write_mark(&path, purpose, &mut notes)?;
            }
            Mark::Read(_) => {}
            Mark::Damaged | Mark::Absent => {
                if found.is_some() {
                    notes.push(
                        "the format mark of the data folder was missing or damaged; it was written anew".to_owned(),
                    );
                }
                write_mark(&path, purpose, &mut notes)?;
            }
        }
        for name in ["stores", "uploads", "backups", "setup"] {
            make_folder(&path.join(name))?;
        }
        Ok(Self { path, notes, _lock: lock })
    }

    /// The folder itself, absolute.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Folder that holds one folder per store.
    #[must_use]
    pub fn stores(&self) -> PathBuf {
        self.path.join("stores")
    }

    /// Folder of one-time setup codes.
    #[must_use]
    pub fn setup(&self) -> PathBuf {
        setup_folder(&self.path)
    }

    /// Folder of log files where nothing else takes them.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.path.join("logs")
    }

    /// The folder of one store, made if need be.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn store(&self, slug: &StoreSlug) -> Result<PathBuf, DataFolderError> {
        let folder = self.stores().join(slug.as_str());
        make_folder(&folder).map(|()| folder)
    }

    /// The key that tokens are signed with, made at first start. A damaged one is set aside and replaced: everybody then
    /// logs in again (paired tablets by themselves), which is better than a key that somebody could guess.
    ///
    /// # Errors
    /// When it can neither be read nor written, or the system gives no random bytes.
    pub fn secret_key(&mut self) -> Result<[u8; 32], DataFolderError> {
        let file = self.path.join(KEY_FILE);
        if let Some(text) = read_small(&file).map_err(io_error("read", &file))? {
            if let Some(key) = parse_key(&text) {
                return Ok(key);
            }
            set_aside(&file);
            self.notes.push("secret.key was damaged; it was set aside and a new one made".to_owned());
        } else if stores_exist(&self.path) {
            self.notes.push("secret.key was missing; a new one was made".to_owned());
        }
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| io_error("make", &file)(io::Error::other(error)))?;
        durable_file::write(&file, write_key(&key).as_bytes()).map_err(io_error("write", &file))?;
        Ok(key)
    }

    /// Whether the demo was built to its end once. What people changed since then is left as it is.
    #[must_use]
    pub fn demo_is_complete(&self) -> bool {
        read_small(&self.path.join(DEMO_FILE)).is_ok_and(|text| text.is_some_and(|text| text.trim() == DEMO_COMPLETE))
    }

    /// Writes down that the demo is built.
    ///
    /// # Errors
    /// When it cannot be written; the next start then looks for missing pieces once more.
    pub fn remember_demo_complete(&self) -> Result<(), DataFolderError> {
        let file = self.path.join(DEMO_FILE);
        durable_file::write(&file, format!("{DEMO_COMPLETE}\n").as_bytes()).map_err(io_error("write", &file))
    }

    /// Says to other processes where this one listens, such as `http://0.0.0.0:8080`. A full disk must not keep a shop from
    /// opening, so the caller only logs an error.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_address(&self, address: &str) -> Result<(), DataFolderError> {
        let file = self.path.join(ADDRESS_FILE);
        durable_file::write(&file, format!("{address}\n").as_bytes()).map_err(io_error("write", &file))
    }

    /// Takes the address back at a clean stop.
    pub fn remove_address(&self) {
        let _ = std::fs::remove_file(self.path.join(ADDRESS_FILE));
    }
}

/// A data folder seen from another process: without its lock, and without changing anything but `setup/`.
#[derive(Debug)]
pub struct DataFolderVisit {
    path: PathBuf,
    /// What the folder is used for; unknown while nothing ever ran on it.
    pub purpose: Option<Purpose>,
}

impl DataFolderVisit {
    /// Looks at a folder.
    ///
    /// # Errors
    /// When it is not there, is used for something else, or was written by a newer program.
    pub fn begin(path: &Path) -> Result<Self, DataFolderError> {
        let missing = || DataFolderError::Missing(path.to_owned());
        let path = path.canonicalize().map_err(|_| missing())?;
        let purpose = purpose_of(&path, &read_mark(&path)?)?;
        if !path.is_dir() || (purpose.is_none() && !is_unused(&path)?) {
            return Err(missing());
        }
        Ok(Self { path, purpose })
    }

    /// The folder itself, absolute.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Folder of one-time setup codes, made if need be.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn setup(&self) -> Result<PathBuf, DataFolderError> {
        let folder = setup_folder(&self.path);
        make_folder(&folder).map(|()| folder)
    }

    /// The stores that have a folder here, by name.
    #[must_use]
    pub fn stores(&self) -> Vec<StoreSlug> {
        stores_of(&self.path)
    }

    /// What is wrong with the folder's own small files; a start puts each of these right.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.purpose.is_none() {
            return faults;
        }
        if !matches!(read_mark(&self.path), Ok(Mark::Read(_))) {
            faults.push("the format mark is missing or damaged; the next start writes it anew".to_owned());
        }
        if swap::is_pending(&self.path) {
            faults.push("a restore was interrupted; the next start finishes it".to_owned());
        }
        // A start that found its port taken leaves a folder without a key, in which nobody can be logged in yet.
        let key = read_small(&self.path.join(KEY_FILE));
        let not_yet = matches!(key, Ok(None)) && self.stores().is_empty();
        if !not_yet && key.ok().flatten().as_deref().and_then(parse_key).is_none() {
            faults.push("secret.key is missing, unreadable or damaged; the next start makes a new one".to_owned());
        }
        faults
    }

    /// Whether a process serves this folder now.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        let lock = File::open(self.path.join(LOCK_FILE));
        lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Where `serve` or `demo` listens on this folder now, such as `http://0.0.0.0:8080`; nothing if neither runs.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let address = self.is_in_use().then(|| read_small(&self.path.join(ADDRESS_FILE)))?.ok()??;
        Some(address.trim().to_owned())
    }
}

/// Nothing of an older folder is changed before this is done.
fn back_up_before_upgrade(
    path: &Path,
    purpose: Purpose,
    found: u32,
    notes: &mut Vec<String>,
) -> Result<(), DataFolderError> {
    make_folder(&backup::folder(path))?;
    let plan = Plan {
        data: path.to_owned(),
        purpose,
        stores: stores_of(path),
        settings_file: None,
        kind: Kind::BeforeUpgrade,
        target: Target::Own,
        keep_free: 0,
    };
    match backup::make(&plan) {
        Ok(made) => {
            let file = made.file.display();
            notes.push(format!("the data folder is upgraded from format {found} to {FORMAT}; a backup is in {file}"));
            Ok(())
        }
        Err(BackupError::Nothing(_)) => Ok(()),
        Err(why) => Err(DataFolderError::NotUpgraded { folder: path.to_owned(), found, why }),
    }
}

/// The stores that have a folder here, by name.
fn stores_of(path: &Path) -> Vec<StoreSlug> {
    let folders = std::fs::read_dir(path.join("stores")).into_iter().flatten().flatten();
    let mut slugs: Vec<_> = folders.filter_map(|folder| StoreSlug::parse(folder.file_name().to_str()?)).collect();
    slugs.sort();
    slugs
}

fn setup_folder(path: &Path) -> PathBuf {
    path.join("setup")
}

fn make_folder(path: &Path) -> Result<(), DataFolderError> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path).map_err(io_error("make the folder", path))?;
    durable_file::give_to_owner_of_folder(path);
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    durable_file::sync_folder(parent).map_err(io_error("sync", parent))
}

/// A folder that was made by hand is often readable by everybody.
fn tighten(path: &Path) -> Result<(), DataFolderError> {
    let metadata = std::fs::metadata(path).map_err(io_error("read", path))?;
    let others = metadata.permissions().mode() & 0o777 & !FOLDER_MODE;
    if others == 0 {
        return Ok(());
    }
    let own = std::fs::Permissions::from_mode(FOLDER_MODE);
    std::fs::set_permissions(path, own).map_err(io_error("keep others out of", path))
}

fn lock(path: &Path) -> Result<File, DataFolderError> {
    let name = path.join(LOCK_FILE);
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(FILE_MODE).open(&name);
    let mut file = match open {
        // A disk that became read-only must not keep what is on it from being shown; the lock needs no writing.
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => File::open(&name),
        open => open,
    }
    .map_err(io_error("open", &name))?;
    let begin = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &name)(error)),
            Err(TryLockError::WouldBlock) if begin.elapsed() < LOCK_PATIENCE => {
                std::thread::sleep(Duration::from_millis(25));
            }
            Err(TryLockError::WouldBlock) => {
                let pid = read_small(&name).ok().flatten().and_then(|text| text.trim().parse().ok());
                return Err(DataFolderError::InUse { folder: path.to_owned(), pid });
            }
        }
    }
    // Only for the text that a second process prints; a full disk must not keep a shop from opening.
    let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(file)
}

fn stores_exist(path: &Path) -> bool {
    std::fs::read_dir(path.join("stores")).is_ok_and(|mut stores| stores.next().is_some())
}

/// Nothing in it but what a start that was interrupted leaves behind.
fn is_unused(path: &Path) -> Result<bool, DataFolderError> {
    let entries = std::fs::read_dir(path).map_err(io_error("read", path))?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let ours = |name: &String| {
        [LOCK_FILE, LOST_AND_FOUND, "setup", "logs"].contains(&name.as_str())
            || std::path::Path::new(name).extension().is_some_and(|extension| extension == "tmp")
    };
    Ok(names.all(|name| ours(&name)))
}

/// The first 4 KiB of a file as text, with signs in place of what is no text; nothing if it is not there.
fn read_small(file: &Path) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    match File::open(file) {
        Ok(open) => {
            open.take(4_096).read_to_end(&mut bytes)?;
            Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The key in hex with a checksum, so that a zeroed or cut file is never taken for a key.
fn write_key(key: &[u8; 32]) -> String {
    let (first, second) = (u128_at(key, 0), u128_at(key, 16));
    format!("{first:032x}{second:032x} {:08x}\n", crc32c::crc32c(key))
}

fn parse_key(text: &str) -> Option<[u8; 32]> {
    let (hex, checksum) = text.trim_end().split_once(' ')?;
    let (first, second) = hex.split_at_checked(32).filter(|(_, second)| second.len() == 32)?;
    let mut key = [0; 32];
    key[..16].copy_from_slice(&u128::from_str_radix(first, 16).ok()?.to_be_bytes());
    key[16..].copy_from_slice(&u128::from_str_radix(second, 16).ok()?.to_be_bytes());
    (u32::from_str_radix(checksum, 16).ok()? == crc32c::crc32c(&key)).then_some(key)
}

fn u128_at(key: &[u8; 32], start: usize) -> u128 {
    key[start..start + 16].iter().fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

/// Nothing is deleted by itself.
fn set_aside(file: &Path) {
    let age = std::fs::metadata(file).map(|metadata| metadata.mtime()).unwrap_or_default();
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".damaged-{age}"));
    let _ = std::fs::rename(file, name);
}

#[cfg(test)]
mod tests;
