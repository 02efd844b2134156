//! Takes an export's store into a data folder that does not have it. Every line is proved by replay before anything
//! appears under the store's name; a folder that has the store is left alone.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::backup::{is_upload_name, sha256};
use super::data_folder::{DataFolder, DataFolderError};
use super::durable_file;
use super::export::{FORMAT, First, Last, Other, Upload};
use crate::clock;
use crate::domain::text::StoreSlug;
use crate::journal::{ImportError, Imported, JournalError, JournalImport};

/// Folder in which a store is made ready.
const STAGING: &str = "importing";
/// Longest line: a picture of 10 MB in hex, and room to grow.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// Why nothing was imported. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreImportError {
    /// A line is wrong.
    #[error("line {line} of the export is wrong: {why}; nothing was changed")]
    Line {
        /// Counted from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// It ends before its last line.
    #[error("the export is cut off after line {0}; nothing was changed")]
    CutOff(u64),
    /// A newer program wrote it.
    #[error("a newer tableorder wrote the export; install tableorder {0} or newer and try again. Nothing was changed")]
    Newer(String),
    /// The folder has the store.
    #[error("the data folder has a store {0} already; an import never adds to one. Nothing was changed")]
    Exists(StoreSlug),
    /// The data folder cannot be used.
    #[error("{0}")]
    Folder(#[from] DataFolderError),
    /// The export cannot be read.
    #[error("cannot read the export: {0}")]
    Unreadable(io::Error),
    /// The disk refuses.
    #[error("cannot write the store: {0}")]
    Disk(io::Error),
    /// The disk refuses the journal.
    #[error("{0}")]
    Journal(#[from] JournalError),
}

impl StoreImportError {
    /// The program's exit code for it: 3 for damage or another version, 1 otherwise.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Line { .. } | Self::CutOff(_) | Self::Newer(_) => 3,
            Self::Folder(error) => error.exit_code(),
            Self::Exists(_) | Self::Unreadable(_) | Self::Disk(_) | Self::Journal(_) => 1,
        }
    }
}

/// A store that is there now.
#[derive(Debug, Serialize)]
pub struct ImportedStore {
    /// The data folder.
    pub folder: PathBuf,
    /// The store.
    pub store: StoreSlug,
    /// What the export's last line tells.
    #[serde(flatten)]
    pub last: Last,
    /// The history that begins with it.
    pub lineage: String,
}

/// Imports an export into a data folder, which is made if need be.
///
/// # Errors
/// [`StoreImportError`].
pub fn import(export: &Path, folder: &Path) -> Result<ImportedStore, StoreImportError> {
    let mut lines = Lines::open(export)?;
    let first = lines.first()?;
    let folder = DataFolder::open(folder, first.purpose)?;
    let data = folder.path();
    let store = first.store.clone();
    let place = folder.stores().join(store.as_str());
    if place.exists() {
        return Err(StoreImportError::Exists(store));
    }
    let staging = data.join(STAGING);
    let ready = clear(&staging).and_then(|()| make_ready(&mut lines, first, &staging));
    let (imported, last) = match ready {
        Ok(ready) => ready,
        Err(error) => {
            let _ = clear(&staging);
            return Err(error);
        }
    };
    put_in_place(data, &staging, &store).map_err(StoreImportError::Disk)?;
    Ok(ImportedStore { folder: data.to_owned(), store, last, lineage: imported.lineage.to_string() })
}

fn clear(staging: &Path) -> Result<(), StoreImportError> {
    match std::fs::remove_dir_all(staging) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreImportError::Disk(error)),
        _ => Ok(()),
    }
}

/// Writes journal and uploads into a folder of their own.
fn make_ready(lines: &mut Lines, first: First, staging: &Path) -> Result<(Imported, Last), StoreImportError> {
    let journal = staging.join("store").join("journal");
    let mut import = Some(JournalImport::begin(&journal, first.store, first.lost)?);
    let mut imported = None;
    let mut uploads = 0;
    loop {
        let Some(line) = lines.next()? else { return Err(StoreImportError::CutOff(lines.number)) };
        if line.starts_with(br#"{"seq":"#) {
            let Some(import) = &mut import else { return Err(lines.wrong("a commit stands behind an upload")) };
            lines.taken(import.add(&line))?;
            continue;
        }
        let other = serde_json::from_slice(&line);
        if let Some(import) = import.take() {
            imported = Some(lines.taken(import.finish())?);
        }
        match other.map_err(|error| lines.wrong(&error.to_string()))? {
            Other::Upload(upload) => {
                write_upload(&staging.join("uploads"), &upload).map_err(|error| match error.kind() {
                    io::ErrorKind::InvalidData => lines.wrong("an upload is not what its hash says"),
                    _ => StoreImportError::Disk(error),
                })?;
                uploads += 1;
            }
            Other::End(last) => {
                let found = imported
                    .filter(|found| Last { last_seq: found.last_seq.get(), commits: found.commits, uploads } == last);
                let found = found.ok_or_else(|| lines.wrong("it tells of other lines than there are"))?;
                return if lines.next()?.is_none() { Ok((found, last)) } else { Err(lines.wrong("something follows")) };
            }
        }
    }
}

fn write_upload(folder: &Path, upload: &Upload) -> io::Result<()> {
    let content = bytes_of(&upload.hex).filter(|content| sha256(content) == upload.sha256);
    let content = content.filter(|_| is_upload_name(&upload.name)).ok_or(io::ErrorKind::InvalidData)?;
    std::fs::create_dir_all(folder)?;
    durable_file::write(&folder.join(&upload.name), &content)
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| {
        let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
        u8::try_from(digit(pair.first())? * 16 + digit(pair.get(1))?).ok()
    });
    pairs.collect()
}

/// The store gets its name last, so that it is there whole or not at all.
fn put_in_place(data: &Path, staging: &Path, store: &StoreSlug) -> io::Result<()> {
    durable_file::settle(staging)?;
    let uploads = data.join("uploads").join(store.as_str());
    if uploads.exists() {
        // Of a store of that name that is gone.
        let aside = data.join("set-aside").join(clock::local_stamp(clock::now())).join("uploads");
        std::fs::create_dir_all(&aside)?;
        std::fs::rename(&uploads, aside.join(store.as_str()))?;
    }
    let staged = staging.join("uploads");
    if staged.exists() {
        std::fs::rename(staged, &uploads)?;
        durable_file::sync_folder(&data.join("uploads"))?;
    }
    let stores = data.join("stores");
    std::fs::rename(staging.join("store"), stores.join(store.as_str()))?;
    durable_file::sync_folder(&stores)?;
    std::fs::remove_dir_all(staging)
}

/// The lines of an export, counted.
struct Lines {
    reader: BufReader<File>,
    number: u64,
}

impl Lines {
    fn open(export: &Path) -> Result<Self, StoreImportError> {
        let reader = File::open(export).map(BufReader::new).map_err(StoreImportError::Unreadable)?;
        Ok(Self { reader, number: 0 })
    }

    fn first(&mut self) -> Result<First, StoreImportError> {
        let line = self.next()?.ok_or(StoreImportError::CutOff(0))?;
        let told: serde_json::Value = serde_json::from_slice(&line).unwrap_or_default();
        match told["tableorder_export"].as_u64() {
            None => Err(self.wrong("it does not say that this is an export of tableorder")),
            Some(format) if format > u64::from(FORMAT) => {
                let needs = told["needs_program"].as_str().unwrap_or("of a newer version");
                Err(StoreImportError::Newer(needs.chars().filter(|sign| !sign.is_control()).take(40).collect()))
            }
            Some(_) => serde_json::from_slice(&line).map_err(|error| self.wrong(&error.to_string())),
        }
    }

    /// The next line without its line end; nothing at the end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, StoreImportError> {
        let mut line = Vec::new();
        let read = (&mut self.reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if read.map_err(StoreImportError::Unreadable)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if line.pop() == Some(b'\n') { Ok(Some(line)) } else { Err(StoreImportError::CutOff(self.number - 1)) }
    }

    fn taken<T>(&self, result: Result<T, ImportError>) -> Result<T, StoreImportError> {
        result.map_err(|error| match error {
            ImportError::Refused(why) => self.wrong(&why),
            ImportError::Journal(error) => StoreImportError::Journal(error),
        })
    }

    fn wrong(&self, why: &str) -> StoreImportError {
        StoreImportError::Line { line: self.number, why: why.to_owned() }
    }
}

#[cfg(test)]
mod tests;
