//! What stands in an archive, and in which order: an opening that says what is to come, the settings file, each store's
//! checkpoint and segments, uploads, and last a manifest of everything with its hashes. One gzip stream over plain tar,
//! so that everyday tools read it too.

use std::fmt::Write as _;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::ustar;
use crate::journal::{CopyBegin, CopyEnd};
use crate::ops::data_folder::Purpose;

/// Format of archives that this program writes, and the newest it reads.
pub(super) const FORMAT: u32 = 1;
/// Program that is needed to read that format. It rises with [`FORMAT`] and with the data folder's.
pub(super) const NEEDS: &str = crate::ops::data_folder::NEEDS;

/// Names of the entries that every archive has, and of the settings.
pub(super) const OPENING: &str = "tableorder.json";
pub(in crate::ops) const SETTINGS: &str = "settings.toml";
pub(super) const MANIFEST: &str = "manifest.json";

/// What a backup was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// By the program itself, once a business day.
    Daily,
    /// Before the data folder was upgraded.
    BeforeUpgrade,
    /// Somebody asked for it.
    ByHand,
}

/// The first entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Format of the archive.
    pub tableorder_backup: u32,
    /// Version of the oldest program that reads it.
    pub needs_program: String,
    /// Version of the program that wrote it.
    pub written_by: String,
    /// When, as a text for people.
    pub made_at: String,
    /// When, in milliseconds since 1970.
    pub made_at_ms: i64,
    /// What for.
    pub kind: Kind,
    /// A shop's or a demo's.
    pub purpose: Purpose,
    /// Whether the settings file comes next.
    pub settings: bool,
    /// The stores, in the order they come in.
    pub stores: Vec<CopyBegin>,
}

/// The last entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Every entry before this one, in order.
    pub entries: Vec<EntryLine>,
    /// What each store came to, in the opening's order.
    pub stores: Vec<CopyEnd>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryLine {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its content, in hex.
    pub sha256: String,
}

impl EntryLine {
    pub(super) fn of(name: &str, content: &[u8]) -> Self {
        Self { name: name.to_owned(), bytes: content.len() as u64, sha256: sha256(content) }
    }
}

/// A SHA-256 in hex.
pub(in crate::ops) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether an upload's file name may stand in an archive.
pub(in crate::ops) fn is_upload_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !name.is_empty() && name.len() <= 100 && name.bytes().all(plain) && !name.starts_with('.')
}

/// Writes an archive entry by entry.
pub(super) struct ArchiveWriter<W: Write> {
    out: GzEncoder<W>,
    entries: Vec<EntryLine>,
}

impl<W: Write> ArchiveWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out: GzEncoder::new(out, Compression::default()), entries: Vec::new() }
    }

    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let header = ustar::header(name, content.len() as u64);
        let header = header.ok_or_else(|| io::Error::other(format!("{name} cannot stand in an archive")))?;
        self.out.write_all(&header)?;
        self.out.write_all(content)?;
        self.out.write_all(&vec![0; ustar::padding(content.len() as u64)])?;
        self.entries.push(EntryLine::of(name, content));
        Ok(())
    }

    pub(super) fn add_json(&mut self, name: &str, content: &impl Serialize) -> io::Result<()> {
        let mut json = serde_json::to_vec(content)?;
        json.push(b'\n');
        self.add(name, &json)
    }

    /// Writes the manifest and ends the archive. What comes back is not synced yet.
    pub(super) fn finish(mut self, stores: Vec<CopyEnd>) -> io::Result<W> {
        let manifest = Manifest { entries: std::mem::take(&mut self.entries), stores };
        self.add_json(MANIFEST, &manifest)?;
        self.out.write_all(&[0; 2 * ustar::BLOCK_BYTES])?;
        self.out.finish()
    }
}
