//! The first line of a segment: format version, store, lineage, and what was durable or lost when the segment began.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::compressed;
use super::disk::Disk;
use super::error::JournalError;
use super::line;
use super::lineage::Lineage;
use super::notes::LostRange;
use crate::domain::ids::Seq;
use crate::domain::text::StoreSlug;

/// Format that this version writes, and the newest it reads.
pub(super) const FORMAT: u32 = 1;

/// Longest header looked for; a header with more lost ranges than fit is read as damaged.
const HEADER_BYTES_MAX: usize = 4 << 20;

/// The first line of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    /// Format version.
    pub(super) journal: u32,
    /// The store it belongs to.
    pub(super) store: StoreSlug,
    /// The history it belongs to.
    pub(super) lineage: Lineage,
    /// First seq of the segment, as in its name.
    pub(super) first: Seq,
    /// Generation of the segment, as in its name.
    pub(super) generation: u32,
    /// Everything up to here was durable when the segment got its name: what was before it, and its first batch.
    pub(super) durable: Seq,
    /// Acknowledged seqs that the start which made this segment could not find any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) lost: Vec<LostRange>,
}

#[derive(Deserialize)]
struct Version {
    journal: u32,
}

impl Header {
    /// The header as a line.
    pub(super) fn encode(&self) -> Result<Vec<u8>, JournalError> {
        let mut bytes = Vec::with_capacity(256);
        let why = |error: serde_json::Error| JournalError::Encoding { seq: self.first, why: error.to_string() };
        line::encode_json(&mut bytes, self).map_err(why)?;
        Ok(bytes)
    }

    /// Reads the header of the segment at `path` from its first line without line end. Nothing if it is damaged.
    ///
    /// # Errors
    /// When a newer version or another store wrote it: that is no damage, and the journal must be left alone.
    pub(super) fn decode(line: &[u8], path: &Path, store: Option<&StoreSlug>) -> Result<Option<Self>, JournalError> {
        let Some(json) = line::checked(line) else { return Ok(None) };
        match serde_json::from_slice::<Version>(json) {
            Ok(Version { journal: version }) if version > FORMAT => {
                return Err(JournalError::NewerFormat { path: path.to_owned(), version });
            }
            _ => {}
        }
        let Ok(header) = serde_json::from_slice::<Self>(json) else { return Ok(None) };
        if store.is_some_and(|store| *store != header.store) {
            return Err(JournalError::OtherStore { path: path.to_owned(), found: header.store.to_string() });
        }
        Ok(Some(header))
    }

    /// Reads only the first line of a file.
    pub(super) fn read(disk: &Disk, path: &Path, store: Option<&StoreSlug>) -> Result<Option<Self>, JournalError> {
        let file = match disk.open(path, false) {
            Err(error) if error.is_damage() => return Ok(None),
            file => file?,
        };
        if path.extension().is_some_and(|ending| ending == "gz") {
            return match compressed::first_line(file, HEADER_BYTES_MAX) {
                Err(error) if error.is_damage() => Ok(None),
                line => line?.map_or(Ok(None), |line| Self::decode(&line, path, store)),
            };
        }
        let mut bytes = vec![0; 4096];
        loop {
            let filled = match file.read_at(&mut bytes, 0) {
                Err(error) if error.is_damage() => return Ok(None),
                filled => filled?,
            };
            if let Some(end) = memchr::memchr(b'\n', &bytes[..filled]) {
                return Self::decode(&bytes[..end], path, store);
            }
            if filled < bytes.len() || filled >= HEADER_BYTES_MAX || bytes[0] == 0 {
                return Ok(None);
            }
            bytes.resize(bytes.len() * 4, 0);
        }
    }
}
