//! Writes one store as documented JSON lines (`docs/export.md`): what happened, commit by commit, and its uploads. It
//! reads only, also beside the process that serves. The same store always gives the same bytes.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::backup;
use super::data_folder::{DataFolderVisit, NEEDS, Purpose};
use crate::domain::ids::Seq;
use crate::domain::text::StoreSlug;
use crate::journal::{CopyEnd, JournalCopy, JournalError, LostRange, commits_of};

/// Format that this program writes, and the newest it reads.
pub(super) const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct First {
    /// Format of the export.
    pub(super) tableorder_export: u32,
    /// Version of the oldest program that reads it.
    pub(super) needs_program: String,
    /// A shop's or a demo's.
    pub(super) purpose: Purpose,
    /// The store.
    pub(super) store: StoreSlug,
    /// Seqs that the journal does not give back any more; no commits stand here for them.
    pub(super) lost: Vec<LostRange>,
}

/// A line of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Upload {
    /// Its file name.
    pub(super) name: String,
    /// SHA-256 of its bytes, in hex.
    pub(super) sha256: String,
    /// Its bytes, in hex.
    pub(super) hex: String,
}

/// The last line: without it an export was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Last {
    /// Last seq.
    pub last_seq: u64,
    /// How many commits stand in it.
    pub commits: u64,
    /// How many uploads.
    pub uploads: u64,
}

/// A line after the first that is no commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Other {
    /// A file.
    Upload(Upload),
    /// The end.
    End(Last),
}

/// Why a store was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is no such store, or it has no journal.
    #[error("there is no store {0} in this data folder")]
    NoStore(StoreSlug),
    /// Its journal cannot be read.
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The export cannot be written, or an upload cannot be read.
    #[error("cannot write the export: {0}")]
    Io(#[from] io::Error),
}

/// Writes a store's export.
///
/// # Errors
/// [`ExportError`]; what was written by then ends without its last line.
pub fn export(visit: &DataFolderVisit, store: &StoreSlug, out: &mut impl Write) -> Result<Last, ExportError> {
    let journal = visit.path().join("stores").join(store.as_str()).join("journal");
    let begin = || JournalCopy::begin(&journal, store)?.ok_or_else(|| ExportError::NoStore(store.clone()));
    // What is missing is known only at the end, and the first line tells it.
    let copy = begin()?;
    let mut lost = copy.beginning().lost.clone();
    let CopyEnd { last_seq, missing, .. } = copy.segments(|_, _| Ok(()), ExportError::Journal)?;
    lost.extend(missing);
    lost.sort_unstable_by_key(|range| range.first);
    let purpose = visit.purpose.unwrap_or(Purpose::Shop);
    let first =
        First { tableorder_export: FORMAT, needs_program: NEEDS.to_owned(), purpose, store: store.clone(), lost };
    line(out, &first)?;
    let mut last = Last { last_seq: last_seq.get(), commits: 0, uploads: 0 };
    let mut before = Seq::new(0);
    begin()?.segments(
        |_, segment| {
            for (seq, json) in commits_of(segment) {
                let is_lost = first.lost.iter().any(|range| range.contains(seq));
                if seq > before && seq <= last_seq && !is_lost {
                    before = seq;
                    last.commits += 1;
                    out.write_all(&json)?;
                    out.write_all(b"\n")?;
                }
            }
            Ok(())
        },
        ExportError::Journal,
    )?;
    for (name, file) in backup::uploads(visit.path(), store) {
        match std::fs::read(&file) {
            // Nobody wanted it any more, and it was removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            content => write_upload(out, name, &content?)?,
        }
        last.uploads += 1;
    }
    line(out, &Other::End(last))?;
    out.flush()?;
    Ok(last)
}

fn write_upload(out: &mut impl Write, name: String, content: &[u8]) -> Result<(), ExportError> {
    let hex = content.iter().fold(String::with_capacity(content.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    line(out, &Other::Upload(Upload { name, sha256: backup::sha256(content), hex }))
}

fn line(out: &mut impl Write, json: &impl Serialize) -> Result<(), ExportError> {
    let mut line = serde_json::to_vec(json).map_err(io::Error::from)?;
    line.push(b'\n');
    Ok(out.write_all(&line)?)
}
