//! Small files that are either there as a whole or not at all, readable by the program's own user only.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Nobody but the program's own user reads its files.
pub(super) const FILE_MODE: u32 = 0o600;
/// Nobody but the program's own user looks into its folders.
pub(super) const FOLDER_MODE: u32 = 0o700;

/// Writes a file under a temporary name, syncs it, and renames it into place; the folder is synced too.
pub(super) fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = folder.join(name);
    let written = write_and_sync(&temporary, content).and_then(|()| std::fs::rename(&temporary, file));
    if let Err(error) = written {
        let _ = std::fs::remove_file(&temporary);
        return Err(error);
    }
    sync_folder(folder)
}

fn write_and_sync(file: &Path, content: &[u8]) -> io::Result<()> {
    let _ = std::fs::remove_file(file);
    let mut open = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(file)?;
    open.write_all(content)?;
    open.sync_all()?;
    give_to_owner_of_folder(file);
    Ok(())
}

/// A file made by an administrator must still be readable by the program, which runs as the folder's owner.
pub(super) fn give_to_owner_of_folder(file: &Path) {
    let folder = file.parent().and_then(|folder| std::fs::metadata(folder).ok());
    if let (Some(folder), Ok(own)) = (folder, std::fs::symlink_metadata(file))
        && folder.uid() != own.uid()
    {
        let _ = std::os::unix::fs::lchown(file, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Makes renames and new names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes every name in a folder and below it durable, and all of it the data folder's owner's when an administrator made it.
pub(super) fn settle(folder: &Path) -> io::Result<()> {
    give_to_owner_of_folder(folder);
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            settle(&entry.path())?;
        } else {
            give_to_owner_of_folder(&entry.path());
        }
    }
    sync_folder(folder)
}
