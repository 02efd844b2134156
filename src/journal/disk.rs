//! Every access of the journal to the disk. Nothing else in this folder touches a file, so that one hook can fail, delay
//! or record any operation, in tests and debug builds. Files are 0600 and folders 0700.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
#[cfg(test)]
use std::sync::Arc;

use super::error::JournalError;

/// One operation, as a hook sees it just before it happens.
#[derive(Debug)]
#[cfg_attr(not(any(test, debug_assertions)), expect(dead_code, reason = "only hooks look inside"))]
pub(super) enum Operation<'a> {
    CreateFolder(&'a Path),
    Create(&'a Path),
    Open(&'a Path),
    Read(&'a Path),
    Write { path: &'a Path, offset: u64, bytes: &'a [u8] },
    SetLength { path: &'a Path, bytes: u64 },
    Sync(&'a Path),
    SyncFolder(&'a Path),
    Rename { from: &'a Path, to: &'a Path },
    Remove(&'a Path),
    List(&'a Path),
}

/// The way to the disk.
#[derive(Clone, Default)]
pub(super) struct Disk {
    #[cfg(test)]
    hook: Option<Hook>,
}

#[cfg(test)]
type Hook = Arc<dyn Fn(&Operation<'_>) -> io::Result<()> + Send + Sync>;

impl Disk {
    /// A disk whose operations ask `hook` first; its error becomes the operation's.
    #[cfg(test)]
    pub(super) fn with_hook(hook: impl Fn(&Operation<'_>) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self { hook: Some(Arc::new(hook)) }
    }

    /// Does an operation, unless a hook or the fault bench makes it fail.
    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "only tests have hooks"))]
    fn perform<T>(&self, operation: &Operation<'_>, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        #[cfg(test)]
        self.hook.as_ref().map_or(Ok(()), |hook| hook(operation))?;
        #[cfg(debug_assertions)]
        if let Some(faults) = crate::faults::followed() {
            let number = operation.begin(faults)?;
            return act().inspect(|_| faults.done(number));
        }
        #[cfg(not(debug_assertions))]
        let _ = operation;
        act()
    }

    /// Creates a folder with its parents and makes their names durable.
    pub(super) fn create_folder(&self, path: &Path) -> Result<(), JournalError> {
        if path.is_dir() {
            return Ok(());
        }
        self.perform(&Operation::CreateFolder(path), || DirBuilder::new().recursive(true).mode(0o700).create(path))
            .map_err(|source| JournalError::disk("create", path, source))?;
        for parent in path.ancestors().skip(1).take(3).filter(|parent| parent.is_dir()) {
            self.sync_folder(parent)?;
        }
        Ok(())
    }

    /// Creates a folder in one that must be there already, and makes its name durable.
    pub(super) fn create_subfolder(&self, path: &Path) -> Result<(), JournalError> {
        let made = self.perform(&Operation::CreateFolder(path), || match DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            made => made.map(|()| true),
        });
        if made.map_err(|source| JournalError::disk("create", path, source))? {
            self.sync_folder(path.parent().unwrap_or(path))?;
        }
        Ok(())
    }

    /// Creates an empty file for reading and writing; one that was there is emptied.
    pub(super) fn create(&self, path: &Path) -> Result<DiskFile, JournalError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true).mode(0o600);
        let file = self
            .perform(&Operation::Create(path), || options.open(path))
            .map_err(|source| JournalError::disk("create", path, source))?;
        Ok(DiskFile { disk: self.clone(), path: path.to_owned(), file })
    }

    /// Opens a file; `write` also allows changing it.
    pub(super) fn open(&self, path: &Path, write: bool) -> Result<DiskFile, JournalError> {
        let file = self
            .perform(&Operation::Open(path), || OpenOptions::new().read(true).write(write).open(path))
            .map_err(|source| JournalError::disk("open", path, source))?;
        Ok(DiskFile { disk: self.clone(), path: path.to_owned(), file })
    }

    /// Reads a whole file.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>, JournalError> {
        self.perform(&Operation::Read(path), || fs::read(path))
            .map_err(|source| JournalError::disk("read", path, source))
    }

    /// Names of all entries of a folder, in no order. A folder that does not exist has none.
    pub(super) fn list(&self, folder: &Path) -> Result<Vec<String>, JournalError> {
        let names = || match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            entries => entries?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        };
        self.perform(&Operation::List(folder), names).map_err(|source| JournalError::disk("list", folder, source))
    }

    /// Gives a file another name, replacing what had that name. Durable after [`Disk::sync_folder`].
    pub(super) fn rename(&self, from: &Path, to: &Path) -> Result<(), JournalError> {
        self.perform(&Operation::Rename { from, to }, || fs::rename(from, to))
            .map_err(|source| JournalError::disk("rename", from, source))
    }

    /// Removes a file.
    pub(super) fn remove(&self, path: &Path) -> Result<(), JournalError> {
        self.perform(&Operation::Remove(path), || fs::remove_file(path))
            .map_err(|source| JournalError::disk("remove", path, source))
    }

    /// Makes the names in a folder durable.
    pub(super) fn sync_folder(&self, folder: &Path) -> Result<(), JournalError> {
        self.perform(&Operation::SyncFolder(folder), || File::open(folder)?.sync_all())
            .map_err(|source| JournalError::disk("sync", folder, source))
    }

    /// Size of the file system that holds a folder, in bytes; nothing when it does not say.
    pub(super) fn capacity(folder: &Path) -> Option<u64> {
        let numbers = rustix::fs::statvfs(folder).ok()?;
        numbers.f_blocks.checked_mul(numbers.f_frsize).filter(|bytes| *bytes > 0)
    }

    /// Takes the only place among processes that may write in a folder; held until the file is dropped.
    pub(super) fn lock(&self, folder: &Path) -> Result<File, JournalError> {
        let path = folder.join("lock");
        let held = self.create(&path)?.file;
        match held.try_lock() {
            Ok(()) => Ok(held),
            Err(TryLockError::WouldBlock) => Err(JournalError::InUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(JournalError::disk("lock", &path, source)),
        }
    }
}

/// An open file.
pub(super) struct DiskFile {
    disk: Disk,
    path: PathBuf,
    file: File,
}

impl DiskFile {
    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the open file its final name. Durable after [`Disk::sync_folder`].
    pub(super) fn rename(&mut self, to: &Path) -> Result<(), JournalError> {
        self.disk.rename(&self.path, to)?;
        to.clone_into(&mut self.path);
        Ok(())
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> Result<u64, JournalError> {
        self.file.metadata().map(|meta| meta.len()).map_err(|source| JournalError::disk("measure", &self.path, source))
    }

    /// Reads up to `buffer.len()` bytes; fewer only at the end of the file.
    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, JournalError> {
        let read = || {
            let mut filled = 0;
            while filled < buffer.len() {
                match self.file.read_at(&mut buffer[filled..], offset + filled as u64) {
                    Ok(0) => break,
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(filled)
        };
        let operation = Operation::Read(&self.path);
        self.disk.perform(&operation, read).map_err(|source| JournalError::disk("read", &self.path, source))
    }

    /// Writes all bytes at an offset.
    pub(super) fn write_at(&self, bytes: &[u8], offset: u64) -> Result<(), JournalError> {
        self.disk
            .perform(&Operation::Write { path: &self.path, offset, bytes }, || self.file.write_all_at(bytes, offset))
            .map_err(|source| JournalError::disk("write to", &self.path, source))
    }

    /// Cuts or extends the file.
    pub(super) fn set_length(&self, bytes: u64) -> Result<(), JournalError> {
        self.disk
            .perform(&Operation::SetLength { path: &self.path, bytes }, || self.file.set_len(bytes))
            .map_err(|source| JournalError::disk("cut", &self.path, source))
    }

    /// Lets the system forget what it keeps of the file in memory, so that what is read next comes from the medium. Only
    /// what is synced can be forgotten; a system that does not follow it costs nothing but that certainty.
    pub(super) fn forget_cached(&self) {
        let _ = rustix::fs::fadvise(&self.file, 0, None, rustix::fs::Advice::DontNeed);
    }

    /// fdatasync: the bytes, and the length where it changed, are durable afterwards.
    pub(super) fn sync(&self) -> Result<(), JournalError> {
        self.disk
            .perform(&Operation::Sync(&self.path), || self.file.sync_data())
            .map_err(|source| JournalError::disk("sync", &self.path, source))
    }
}

#[cfg(debug_assertions)]
impl Operation<'_> {
    /// Tells the fault bench what is about to happen.
    fn begin(&self, faults: &crate::faults::Faults) -> io::Result<u64> {
        use serde_json::json;
        match self {
            Self::CreateFolder(path) => faults.begin("create_folder", json!({"path": path}), &[]),
            Self::Create(path) => faults.begin("create", json!({"path": path}), &[]),
            Self::Open(path) => faults.begin("open", json!({"path": path}), &[]),
            Self::Read(path) => faults.begin("read", json!({"path": path}), &[]),
            Self::Write { path, offset, bytes } => {
                faults.begin("write", json!({"path": path, "offset": offset}), bytes)
            }
            Self::SetLength { path, bytes } => faults.begin("set_length", json!({"path": path, "length": bytes}), &[]),
            Self::Sync(path) => faults.begin("sync", json!({"path": path}), &[]),
            Self::SyncFolder(path) => faults.begin("sync_folder", json!({"path": path}), &[]),
            Self::Rename { from, to } => faults.begin("rename", json!({"path": from, "to": to}), &[]),
            Self::Remove(path) => faults.begin("remove", json!({"path": path}), &[]),
            Self::List(path) => faults.begin("list", json!({"path": path}), &[]),
        }
    }
}
