//! Fills with a mirror's lines what the journal lost: missing segments, and lines that are damaged or gone. A start
//! plans it and reads what will be there; writing comes later, and keeps the damaged file beside the repaired one. Only
//! lines with a right checksum that contradict nothing are taken, so that a damaged mirror never harms.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

use super::disk::Disk;
use super::error::JournalError;
use super::header::Header;
use super::line;
use super::mirror_folder;
use super::notes::RecoveryNote;
use super::recover::{Found, read_blocks, read_what_can_be_read};
use super::repair_plan::{Planning, checkpoint_lineage, fitting};
use super::scan::{self, Piece};
use super::segment::{Form, SegmentName};
use crate::domain::ids::Seq;
use crate::domain::text::StoreSlug;

/// What a repaired segment is called until all of them are written.
pub(super) const UNFINISHED_ENDING: &str = ".repaired";
/// How long a start waits for a mirror to tell what it holds. One that hangs is left alone.
const LIST_DEADLINE: Duration = Duration::from_secs(10);
/// How long it waits for one segment.
const READ_DEADLINE: Duration = Duration::from_mins(1);

/// What is to be repaired.
#[derive(Default)]
pub(super) struct Repairs {
    /// Newest segment first.
    pub(super) patches: Vec<Patch>,
    /// The mirror holds this seq, so everything up to it was durable.
    pub(super) durable: Seq,
}

/// A segment to be written anew.
pub(super) struct Patch {
    /// Its plain name.
    pub(super) name: SegmentName,
    header: Header,
    /// The damaged file, to be kept.
    replaces: Option<SegmentName>,
    source: Source,
    /// Lines taken from the mirror.
    lines: u64,
}

enum Source {
    /// The whole segment is taken from the mirror.
    Mirror(PathBuf),
    /// The damaged segment's intact lines and the mirror's.
    Merged(Vec<u8>),
}

impl Repairs {
    /// Compares what a start will read with the mirror. Nothing about the mirror is an error.
    pub(super) fn plan(
        disk: &Disk,
        folder: &Path,
        store: &StoreSlug,
        mirror: &Path,
        found: &Found,
    ) -> Result<Self, JournalError> {
        let (reading, owner, top) = (disk.clone(), store.clone(), mirror.to_owned());
        let listed = within(LIST_DEADLINE, move || mirror_folder::histories(&reading, &top, &owner));
        let Some(Ok(histories)) = listed else { return Ok(Self::default()) };
        let Some(history) = fitting(found, checkpoint_lineage(disk, folder, found)?, histories) else {
            return Ok(Self::default());
        };
        Planning { disk, folder, found, history }.plan()
    }

    /// The lines of a segment as they will be, if it is to be repaired.
    pub(super) fn text(&self, disk: &Disk, name: SegmentName) -> Result<Option<Vec<u8>>, JournalError> {
        self.patches.iter().find(|patch| patch.name == name).map(|patch| patch.text(disk)).transpose()
    }

    /// Shows what will be there instead of what is there.
    pub(super) fn apply_to(&self, found: &mut Found) {
        for patch in &self.patches {
            found.headers.retain(|(name, _)| !name.is_same_segment(patch.name));
            found.headers.push((patch.name, Some(patch.header.clone())));
        }
        found.sort();
    }

    /// Writes everything, and only then gives it its names: newest first, since the newest segment names the history.
    /// After an error it may be called again.
    pub(super) fn write(&mut self, disk: &Disk, folder: &Path) -> Result<Vec<RecoveryNote>, JournalError> {
        let mut notes = Vec::new();
        if self.patches.is_empty() {
            return Ok(notes);
        }
        for patch in &mut self.patches {
            patch.write(disk, folder)?;
        }
        disk.sync_folder(folder)?;
        for patch in &self.patches {
            patch.put_in_place(disk, folder)?;
            notes.push(RecoveryNote::RepairedFromMirror { segment: patch.name.to_string(), lines: patch.lines });
        }
        disk.sync_folder(folder)?;
        self.patches.clear();
        Ok(notes)
    }
}

impl Patch {
    /// A segment that is taken from a mirror as a whole.
    pub(super) fn whole(name: SegmentName, header: Header, mirrored: PathBuf, lines: u64) -> Self {
        Self { name: name.as_form(Form::Plain), header, replaces: None, source: Source::Mirror(mirrored), lines }
    }

    /// A segment of which a mirror has intact lines that `damaged` lacks, below `limit`; nothing when it has none, or
    /// when both tell different things.
    pub(super) fn merged(
        (name, damaged): (SegmentName, &[u8]),
        mirrored: &[u8],
        limit: Seq,
        path: &Path,
    ) -> Option<Self> {
        let header = intact_header(damaged, name, path).or_else(|| intact_header(mirrored, name, path));
        let (first_line, header) = header?;
        let mut lines = commit_lines(damaged);
        let mut taken = 0;
        for (seq, line) in commit_lines(mirrored) {
            match lines.get(&seq) {
                Some(known) if *known != line => return None,
                None if seq >= name.first && seq < limit => {
                    lines.insert(seq, line);
                    taken += 1;
                }
                _ => {}
            }
        }
        let is_header_back = intact_header(damaged, name, path).is_none();
        if taken == 0 && !is_header_back {
            return None;
        }
        let text = std::iter::once(first_line).chain(lines.into_values()).collect::<Vec<_>>().concat();
        let plain = name.as_form(Form::Plain);
        Some(Self { name: plain, header, replaces: Some(name), source: Source::Merged(text), lines: taken })
    }

    fn text(&self, disk: &Disk) -> Result<Vec<u8>, JournalError> {
        match &self.source {
            Source::Merged(text) => Ok(text.clone()),
            Source::Mirror(path) => {
                let text = read_mirrored(disk, path)?;
                let header = text.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
                Ok(std::iter::once(header).chain(commit_lines(&text).into_values()).collect::<Vec<_>>().concat())
            }
        }
    }

    fn unfinished(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}{UNFINISHED_ENDING}", self.name))
    }

    /// Keeps the damaged segment under another name, and writes the repaired one under one that does not count.
    pub(super) fn write(&mut self, disk: &Disk, folder: &Path) -> Result<(), JournalError> {
        if let Some(damaged) = self.replaces {
            keep_damaged(disk, folder, damaged)?;
            self.replaces = None;
        }
        let file = disk.create(&self.unfinished(folder))?;
        file.write_at(&self.text(disk)?, 0)?;
        file.sync()
    }

    /// Lets the repaired segment count.
    pub(super) fn put_in_place(&self, disk: &Disk, folder: &Path) -> Result<(), JournalError> {
        disk.rename(&self.unfinished(folder), &folder.join(self.name.to_string()))
    }
}

/// Copies a damaged segment, as far as it can be read, to `<its name>.damaged-<n>`.
fn keep_damaged(disk: &Disk, folder: &Path, damaged: SegmentName) -> Result<(), JournalError> {
    let bytes = read_blocks(disk, &folder.join(damaged.to_string()))?;
    let unfinished = folder.join(format!("{damaged}.damaged{UNFINISHED_ENDING}"));
    let copy = disk.create(&unfinished)?;
    copy.write_at(&bytes, 0)?;
    copy.sync()?;
    let name = free_name(&disk.list(folder)?, &format!("{damaged}.damaged"));
    disk.rename(&unfinished, &folder.join(name))
}

/// The first of `<stem>-1`, `<stem>-2`, … that is not taken.
pub(super) fn free_name(taken: &[String], stem: &str) -> String {
    let mut number = 1_u32;
    loop {
        let name = format!("{stem}-{number}");
        if !taken.contains(&name) {
            return name;
        }
        number += 1;
    }
}

impl Repairs {
    /// Takes note of what a mirror's lines prove.
    pub(super) fn know(&mut self, lines: &BTreeMap<Seq, &[u8]>, limit: Seq) {
        if let Some((seq, line)) = lines.range(..limit).next_back() {
            let last = line.strip_suffix(b"\n").and_then(line::checked).map(|json| line::last_seq(json, *seq));
            self.durable = self.durable.max(last.unwrap_or(*seq));
        }
    }
}

/// Intact commit lines by seq, with their line ends.
pub(super) fn commit_lines(text: &[u8]) -> BTreeMap<Seq, &[u8]> {
    let lines = scan::pieces(text, 0).filter_map(|piece| match piece {
        Piece::Line { bytes, json, .. } => Some((line::position(json)?.seq, bytes)),
        Piece::Bad { .. } => None,
    });
    lines.collect()
}

/// The first line and what it says, if it is the header of that segment.
fn intact_header<'a>(text: &'a [u8], name: SegmentName, path: &Path) -> Option<(&'a [u8], Header)> {
    let line = text.split_inclusive(|byte| *byte == b'\n').next()?;
    let header = Header::decode(line.strip_suffix(b"\n")?, path, None).ok()??;
    (header.first == name.first && header.generation == name.generation).then_some((line, header))
}

/// Reads a segment of a mirror, unless that hangs.
pub(super) fn read_mirrored(disk: &Disk, path: &Path) -> Result<Vec<u8>, JournalError> {
    let (reading, from) = (disk.clone(), path.to_owned());
    within(READ_DEADLINE, move || read_what_can_be_read(&reading, &from))
        .unwrap_or_else(|| Err(JournalError::NoMirror { folder: path.to_owned() }))
}

/// Does something that may hang on a thread of its own; nothing when it took too long.
fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, receiver) = channel();
    let work = move || {
        // Who asked may have given up.
        let _ = sender.send(work());
    };
    std::thread::Builder::new().name("mirror-read".to_owned()).spawn(work).ok()?;
    receiver.recv_timeout(limit).ok()
}
