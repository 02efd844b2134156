//! Reads an archive from its first byte to its last and believes nothing: order and names of the entries, hashes, every
//! line's checksum, seqs without gaps, and that the commits lead to the state the manifest tells. It writes nothing.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;

use flate2::bufread::GzDecoder;

use super::archive::{EntryLine, FORMAT, MANIFEST, Manifest, OPENING, Opening, SETTINGS, is_upload_name};
use super::error::ArchiveError;
use super::ustar::{self, BLOCK_BYTES};
use crate::journal::check_copy;

/// An archive that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// Its first entry.
    pub opening: Opening,
    /// Its last entry.
    pub manifest: Manifest,
}

/// How much is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// That every entry is there and unchanged.
    Entries,
    /// Also that the journals are sound and lead to the state the manifest tells.
    Full,
}

/// Reads only what an archive says of itself.
///
/// # Errors
/// [`ArchiveError`].
pub fn opening(archive: &Path) -> Result<Opening, ArchiveError> {
    Entries::open(archive)?.opening().map(|(opening, _)| opening)
}

/// Reads a whole archive; `take` is given each entry between opening and manifest.
///
/// # Errors
/// [`ArchiveError`]; what was taken by then must not be used.
pub fn walk(
    archive: &Path,
    depth: Depth,
    mut take: impl FnMut(&str, &[u8]) -> Result<(), ArchiveError>,
) -> Result<Walked, ArchiveError> {
    let mut entries = Entries::open(archive)?;
    let (opening, line) = entries.opening()?;
    let mut lines = vec![line];
    let mut ends = Vec::new();
    if opening.settings {
        let (name, content) = entries.expect("the settings")?;
        if name != SETTINGS {
            return Err(damaged(format!("{name} stands where the settings should be")));
        }
        lines.push(EntryLine::of(&name, &content));
        take(&name, &content)?;
    }
    for begin in &opening.stores {
        let folder = format!("stores/{}/", begin.store);
        let mut next = || {
            let (name, content) = entries.expect("a store's file")?;
            let file = name.strip_prefix(&folder).map(ToOwned::to_owned);
            let file = file.ok_or_else(|| damaged(format!("{name} stands where a file of {folder} should be")))?;
            lines.push(EntryLine::of(&name, &content));
            take(&name, &content)?;
            Ok((file, content))
        };
        match depth {
            Depth::Full => ends.push(check_copy(begin, next, |why| damaged(format!("store {}: {why}", begin.store)))?),
            Depth::Entries => {
                for _ in 0..begin.segments + u64::from(begin.checkpoint.is_some()) {
                    next()?;
                }
            }
        }
    }
    loop {
        let (name, content) = entries.expect("the manifest")?;
        if name == MANIFEST {
            let manifest: Manifest = serde_json::from_slice(&content).map_err(|error| damaged(error.to_string()))?;
            entries.end()?;
            check(&opening, &manifest, &lines, (depth == Depth::Full).then_some(&ends))?;
            return Ok(Walked { opening, manifest });
        }
        let parts: Vec<_> = name.split('/').collect();
        let is_ours = |slug: &str| opening.stores.iter().any(|begin| begin.store.as_str() == slug);
        if !matches!(parts[..], ["uploads", slug, file] if is_ours(slug) && is_upload_name(file)) {
            return Err(damaged(format!("{name} does not belong into it")));
        }
        if lines.iter().any(|line| line.name == name) {
            return Err(damaged(format!("{name} stands in it twice")));
        }
        lines.push(EntryLine::of(&name, &content));
        take(&name, &content)?;
    }
}

fn check(
    opening: &Opening,
    manifest: &Manifest,
    lines: &[EntryLine],
    ends: Option<&Vec<crate::journal::CopyEnd>>,
) -> Result<(), ArchiveError> {
    if manifest.entries.len() != lines.len() || manifest.stores.len() != opening.stores.len() {
        return Err(damaged("the manifest names other entries".to_owned()));
    }
    if let Some((wrong, _)) = lines.iter().zip(&manifest.entries).find(|(found, told)| found != told) {
        return Err(damaged(format!("{} is not what the manifest says", wrong.name)));
    }
    let Some(ends) = ends else { return Ok(()) };
    // The form of a state is each version's own, so that only the same version's digest can be compared.
    let same_version = opening.written_by == env!("CARGO_PKG_VERSION");
    for ((begin, found), told) in opening.stores.iter().zip(ends).zip(&manifest.stores) {
        let same_state = !same_version || found.state_sha256 == told.state_sha256;
        if found.last_seq != told.last_seq || found.missing != told.missing || !same_state {
            return Err(damaged(format!("the journal of {} does not lead to what the manifest says", begin.store)));
        }
    }
    Ok(())
}

fn damaged(why: String) -> ArchiveError {
    ArchiveError::Damaged(why)
}

/// The entries of an archive, one after another.
struct Entries {
    tar: GzDecoder<BufReader<File>>,
}

impl Entries {
    fn open(archive: &Path) -> Result<Self, ArchiveError> {
        let file = File::open(archive).map_err(ArchiveError::Unreadable)?;
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err(damaged("it is no file".to_owned()));
        }
        Ok(Self { tar: GzDecoder::new(BufReader::with_capacity(64 << 10, file)) })
    }

    fn opening(&mut self) -> Result<(Opening, EntryLine), ArchiveError> {
        let (name, content) = self.expect("what it says of itself")?;
        let told: serde_json::Value = serde_json::from_slice(&content).map_err(|error| damaged(error.to_string()))?;
        let format = told["tableorder_backup"].as_u64().filter(|_| name == OPENING);
        let format = format.ok_or_else(|| damaged("it does not say that it is one".to_owned()))?;
        if format > u64::from(FORMAT) {
            let needs = told["needs_program"].as_str().unwrap_or("of a newer version");
            return Err(ArchiveError::Newer {
                needs: needs.chars().filter(|sign| !sign.is_control()).take(40).collect(),
            });
        }
        let opening = serde_json::from_slice(&content).map_err(|error| damaged(error.to_string()))?;
        Ok((opening, EntryLine::of(&name, &content)))
    }

    fn expect(&mut self, what: &str) -> Result<(String, Vec<u8>), ArchiveError> {
        self.next()?.ok_or_else(|| damaged(format!("it ends where {what} should be")))
    }

    /// Name and content of the next entry; nothing where the archive ends.
    fn next(&mut self) -> Result<Option<(String, Vec<u8>)>, ArchiveError> {
        let mut header = [0; BLOCK_BYTES];
        self.read(&mut header)?;
        if header == [0; BLOCK_BYTES] {
            return Ok(None);
        }
        let (name, bytes) = ustar::parse(&header)
            .ok_or_else(|| damaged("it holds something other than plain files with plain names".to_owned()))?;
        // What is not there takes no memory, whatever the header says.
        let mut content = Vec::new();
        (&mut self.tar).take(bytes).read_to_end(&mut content).map_err(|error| unreadable(&error))?;
        if content.len() as u64 != bytes {
            return Err(damaged(format!("{name} is cut off")));
        }
        let mut padding = [0; BLOCK_BYTES];
        let padding = &mut padding[..ustar::padding(bytes)];
        self.read(padding)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(damaged(format!("something stands behind {name}")));
        }
        Ok(Some((name, content)))
    }

    /// Nothing comes any more.
    fn end(mut self) -> Result<(), ArchiveError> {
        let mut rest = [0; 2 * BLOCK_BYTES];
        self.read(&mut rest)?;
        let more = self.tar.read(&mut [0]).map_err(|error| unreadable(&error))?;
        let behind = self.tar.into_inner().read(&mut [0]).map_err(ArchiveError::Unreadable)?;
        if rest.iter().any(|byte| *byte != 0) || more + behind > 0 {
            return Err(damaged("something stands behind its end".to_owned()));
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<(), ArchiveError> {
        self.tar.read_exact(buffer).map_err(|error| unreadable(&error))
    }
}

/// What the decoder cannot make sense of is damage; anything else, such as a missing right, is the owner's to put right.
fn unreadable(error: &io::Error) -> ArchiveError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            damaged(format!("it cannot be unpacked: {error}"))
        }
        kind => ArchiveError::Unreadable(io::Error::new(kind, error.to_string())),
    }
}
