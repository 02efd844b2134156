//! A second place for backups, such as a USB stick or a network drive: it gets a copy of each that is read back, and its
//! failure never touches the first one.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::make::prune;
use super::name::{self, UNFINISHED};
use crate::ops::disk_guard::free_bytes;
use crate::ops::durable_file::{self, FILE_MODE};

/// Copies a backup into `folder`, reads it back, and prunes there as at home.
///
/// # Errors
/// A sentence that says what to do.
pub(super) fn copy(backup: &Path, folder: &Path) -> Result<(), String> {
    let name = backup.file_name().ok_or("the backup has no name")?;
    let shown = folder.display();
    if !folder.is_dir() {
        return Err(format!("the second place for backups, {shown}, is not there; is the disk plugged in?"));
    }
    let failed = |error: io::Error| format!("no copy of the backup in the second place, {shown}: {error}");
    let bytes = std::fs::metadata(backup).map_err(failed)?.len();
    for left_behind in name::unfinished(folder) {
        let _ = std::fs::remove_file(left_behind);
    }
    if free_bytes(folder).is_some_and(|free| free < bytes) {
        return Err(format!("the second place for backups, {shown}, is full; make room or take another disk"));
    }
    let mut unfinished = folder.join(name).into_os_string();
    unfinished.push(UNFINISHED);
    let unfinished = Path::new(&unfinished);
    let copied = copy_verified(backup, unfinished)
        .and_then(|()| std::fs::rename(unfinished, folder.join(name)))
        .and_then(|()| durable_file::sync_folder(folder));
    if let Err(error) = copied {
        let _ = std::fs::remove_file(unfinished);
        return Err(failed(error));
    }
    prune(folder, &folder.join(name));
    Ok(())
}

fn copy_verified(from: &Path, to: &Path) -> io::Result<()> {
    let _ = std::fs::remove_file(to);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(to)?;
    io::copy(&mut File::open(from)?, &mut file)?;
    file.sync_all()?;
    let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    if digest(from)? == digest(to)? { Ok(()) } else { Err(io::Error::other("it does not read back as it was written")) }
}

fn digest(file: &Path) -> io::Result<[u8; 32]> {
    let (mut file, mut hash, mut step) = (File::open(file)?, Sha256::new(), vec![0; 64 << 10]);
    loop {
        match file.read(&mut step)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(&step[..read]),
        }
    }
}
