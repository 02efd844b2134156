//! Where a mirror keeps what: `<folder>/<store>/<lineage>/<segment name>`. The folder itself is never made: one that is
//! missing, or that has no mark, is a stick that is not plugged in, and nothing may be written in its place.

use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::error::JournalError;
use super::header::Header;
use super::lineage::Lineage;
use super::segment::SegmentName;
use crate::domain::text::StoreSlug;

/// The file that the owner makes in a mirror's folder. On a mount point without its medium it is not there.
pub(super) const MARK_NAME: &str = "tableorder-mirror";

/// The mirror of one store's one history.
pub(super) struct MirroredHistory {
    pub(super) lineage: Lineage,
    pub(super) folder: PathBuf,
    /// Sorted by generation and first seq.
    pub(super) segments: Vec<MirroredSegment>,
}

/// A segment as it lies in a mirror.
pub(super) struct MirroredSegment {
    pub(super) name: SegmentName,
    /// Nothing when it cannot be read or does not fit the file's name.
    pub(super) header: Option<Header>,
    pub(super) length: u64,
}

impl MirroredHistory {
    /// Whether this history is `lineage`, or went out from it.
    pub(super) fn includes(&self, lineage: Lineage) -> bool {
        self.segments.iter().filter_map(|segment| segment.header.as_ref()).any(|header| header.lineage == lineage)
    }

    /// Whether what lies here is what the folder's name says.
    fn is_itself(&self) -> bool {
        self.includes(self.lineage)
    }
}

/// Folder of a store's history in a mirror.
pub(super) fn history_folder(mirror: &Path, store: &StoreSlug, lineage: Lineage) -> PathBuf {
    mirror.join(store.as_str()).join(lineage.to_string())
}

/// Finds the mark.
///
/// # Errors
/// [`JournalError::NoMirror`] when it is not there.
pub(super) fn find_mark(disk: &Disk, mirror: &Path) -> Result<(), JournalError> {
    match disk.open(&mirror.join(MARK_NAME), false) {
        Err(error) if error.is_damage() => Err(JournalError::NoMirror { folder: mirror.to_owned() }),
        opened => opened.map(drop),
    }
}

/// Every history of a store that a mirror holds.
pub(super) fn histories(disk: &Disk, mirror: &Path, store: &StoreSlug) -> Result<Vec<MirroredHistory>, JournalError> {
    find_mark(disk, mirror)?;
    let mut found = Vec::new();
    for name in disk.list(&mirror.join(store.as_str()))? {
        let Some(lineage) = Lineage::parse(&name) else { continue };
        let folder = history_folder(mirror, store, lineage);
        let mut segments = Vec::new();
        for file in disk.list(&folder)? {
            let Some(name) = SegmentName::parse(&file) else { continue };
            // Whatever is wrong with a file here must not keep a store from starting.
            let path = folder.join(file);
            let header = Header::read(disk, &path, Some(store)).ok().flatten();
            let fits = |header: &Header| header.first == name.first && header.generation == name.generation;
            let length = disk.open(&path, false).and_then(|file| file.length()).unwrap_or(0);
            segments.push(MirroredSegment { name, header: header.filter(fits), length });
        }
        segments.sort_unstable_by_key(|segment| (segment.name.generation, segment.name.first));
        found.push(MirroredHistory { lineage, folder, segments });
    }
    found.retain(MirroredHistory::is_itself);
    Ok(found)
}
