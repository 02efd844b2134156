//! What a start repairs: chooses the mirrored history that the journal goes on in, and compares with it what the start
//! will read and what is plainly missing. It only reads.

use std::path::Path;

use super::checkpoint;
use super::disk::Disk;
use super::error::JournalError;
use super::lineage::Lineage;
use super::mirror_folder::MirroredHistory;
use super::recover::{Found, read_what_can_be_read};
use super::repair::{Patch, Repairs, commit_lines, read_mirrored};
use super::segment::{Form, SegmentName, effective};
use crate::domain::ids::Seq;

/// What is compared.
pub(super) struct Planning<'a> {
    pub(super) disk: &'a Disk,
    pub(super) folder: &'a Path,
    pub(super) found: &'a Found,
    pub(super) history: MirroredHistory,
}

impl Planning<'_> {
    /// A mirror that stops answering is left alone as a whole.
    pub(super) fn plan(self) -> Result<Repairs, JournalError> {
        let mut names = self.found.names();
        for mirrored in &self.history.segments {
            if !names.iter().any(|known| known.is_same_segment(mirrored.name)) {
                names.push(mirrored.name);
            }
        }
        let counting = effective(names);
        let from = self.first_read(&counting)?;
        let mut repairs = Repairs::default();
        for (place, (name, limit)) in counting.iter().enumerate().rev() {
            let is_read = place >= from;
            let Some(mirrored) = self.history.segments.iter().find(|other| other.name.is_same_segment(*name)) else {
                continue;
            };
            let path = self.history.folder.join(mirrored.name.to_string());
            let present = self.found.headers.iter().find(|(known, _)| known.is_same_segment(*name));
            let must_be_read = match present {
                None => is_read,
                Some((own, header)) => is_read || header.is_none() || self.is_short(*own, mirrored.length),
            };
            let text = match must_be_read.then(|| read_mirrored(self.disk, &path)).transpose() {
                Ok(text) => text,
                Err(JournalError::NoMirror { .. }) => return Ok(Repairs::default()),
                Err(_) => continue,
            };
            let lines = commit_lines(text.as_deref().unwrap_or_default());
            repairs.know(&lines, *limit);
            match (present, &mirrored.header, &text) {
                (Some((own, _)), _, Some(text)) => {
                    let own_path = self.folder.join(own.to_string());
                    let damaged = read_what_can_be_read(self.disk, &own_path)?;
                    repairs.patches.extend(Patch::merged((*own, &damaged), text, *limit, &own_path));
                }
                (None, Some(header), _) => {
                    repairs.patches.push(Patch::whole(*name, header.clone(), path, lines.len() as u64));
                }
                _ => {}
            }
        }
        Ok(repairs)
    }

    /// Place of the first segment that a start reads from: all, where no checkpoint can be relied on.
    fn first_read(&self, counting: &[(SegmentName, Seq)]) -> Result<usize, JournalError> {
        let mut base = Seq::new(0);
        for seq in &self.found.checkpoints {
            if !checkpoint::is_intact(self.disk, self.folder, *seq)? {
                return Ok(0);
            }
            base = if base == Seq::new(0) { *seq } else { base };
        }
        Ok(counting.iter().rposition(|(name, _)| name.first <= base.next()).unwrap_or(0))
    }

    /// Whether a segment has fewer bytes than its copy, which has no unused space.
    fn is_short(&self, name: SegmentName, mirrored: u64) -> bool {
        let file = self.disk.open(&self.folder.join(name.to_string()), false);
        let own = file.and_then(|file| file.length()).unwrap_or(0);
        own == 0 || (name.form == Form::Plain && own < mirrored)
    }
}

/// The mirrored history that the journal goes on in, or the newest one when the journal does not say which it is.
pub(super) fn fitting(
    found: &Found,
    lineage: Option<Lineage>,
    histories: Vec<MirroredHistory>,
) -> Option<MirroredHistory> {
    let newest = found.headers.last();
    let own = match newest {
        Some((_, Some(header))) => Some(header.lineage),
        Some((_, None)) => None,
        None => lineage,
    };
    let fits = |history: &MirroredHistory| match (own, newest) {
        (Some(own), _) => history.includes(own),
        (None, Some((name, _))) => history.segments.iter().any(|other| other.name.is_same_segment(*name)),
        (None, None) => true,
    };
    let age =
        |history: &MirroredHistory| history.segments.last().map(|newest| (newest.name.generation, newest.name.first));
    histories.into_iter().filter(|history| fits(history)).max_by_key(age)
}

/// What the checkpoints say, for a journal without segments.
pub(super) fn checkpoint_lineage(disk: &Disk, folder: &Path, found: &Found) -> Result<Option<Lineage>, JournalError> {
    if !found.headers.is_empty() {
        return Ok(None);
    }
    for seq in found.checkpoints.iter().rev() {
        if let Ok((header, _)) = checkpoint::read(disk, folder, *seq)? {
            return Ok(Some(header.lineage));
        }
    }
    Ok(None)
}
