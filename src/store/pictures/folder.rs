//! One store's pictures on the disk: `<SHA-256 of the content>.jpg`, whole and durable or not there. A file's time of
//! change is when it was last wanted; nothing else is ever changed in it.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use sha2::{Digest as _, Sha256};

use crate::domain::ids::PictureHash;
use crate::domain::time::Timestamp;

/// The file being written; its dot keeps it out of backups. Only one picture is made at a time.
const UNFINISHED: &str = ".unfinished";
/// Nobody but the program's own user reads its files.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;
/// A picture that no dish has shown for this long is removed: by then no tablet shows a menu that names it.
const GRACE_S: i64 = 7 * 24 * 3_600;

/// The folder.
#[derive(Debug)]
pub(super) struct PictureFolder {
    path: PathBuf,
}

impl PictureFolder {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn file(&self, picture: PictureHash) -> PathBuf {
        self.path.join(format!("{picture}.jpg"))
    }

    /// Keeps pictures; all of them are durable when this returns.
    pub(super) fn keep<const N: usize>(&self, pictures: &[Vec<u8>; N]) -> io::Result<[PictureHash; N]> {
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(&self.path)?;
        let mut kept = [PictureHash([0; 32]); N];
        for (kept, content) in kept.iter_mut().zip(pictures) {
            *kept = PictureHash(Sha256::digest(content).into());
            self.write(&self.file(*kept), content)?;
        }
        // Also where nothing was written: an earlier run may have ended before this.
        self.path.ancestors().take(3).try_for_each(|folder| File::open(folder)?.sync_all())?;
        Ok(kept)
    }

    /// Writes a picture unless it is there. One that was damaged since is written anew.
    fn write(&self, file: &Path, content: &[u8]) -> io::Result<()> {
        if fs::read(file).is_ok_and(|known| known == content) {
            return touch(file);
        }
        let unfinished = self.path.join(UNFINISHED);
        let open = OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).open(&unfinished);
        let written = open.and_then(|mut open| {
            #[cfg(debug_assertions)]
            crate::faults::meet("picture", &unfinished)?;
            open.write_all(content)?;
            open.sync_all()
        });
        written.and_then(|()| fs::rename(&unfinished, file)).inspect_err(|_| {
            // What is left of it takes space that somebody needs.
            let _ = fs::remove_file(&unfinished);
        })
    }

    /// A picture's bytes, if it is there.
    pub(super) fn read(&self, picture: PictureHash) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.file(picture)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }

    /// Notes which pictures are wanted now, and removes those that were not for a while. Files with other names are not
    /// touched. Gives how many were removed.
    pub(super) fn tidy(&self, wanted: &BTreeSet<PictureHash>, now: Timestamp) -> io::Result<usize> {
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            entries => entries?,
        };
        let mut removed = 0;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let hash = name.to_str().and_then(|name| name.strip_suffix(".jpg")).and_then(PictureHash::parse);
            let Some(picture) = hash else { continue };
            if wanted.contains(&picture) {
                touch(&entry.path())?;
            } else if entry.metadata()?.mtime() < now.as_ms() / 1_000 - GRACE_S {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// A file is wanted now.
fn touch(file: &Path) -> io::Result<()> {
    let time = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
    let times = Timestamps { last_access: time(UTIME_OMIT), last_modification: time(UTIME_NOW) };
    Ok(rustix::fs::futimens(File::open(file)?, &times)?)
}
