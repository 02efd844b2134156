//! Copies to a mirror what is durable, and judges what lies there already: what is the beginning of ours is continued,
//! anything else is moved aside and copied anew, unless it is the mirror that is right. It never waits for the writer
//! and holds no more than a segment in memory.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::compressed::Members;
use super::disk::{Disk, DiskFile};
use super::error::JournalError;
use super::line;
use super::mirror_folder::{find_mark, history_folder};
use super::reader::Shared;
use super::recover::read_what_can_be_read;
use super::repair::{Patch, free_name};
use super::segment::{Form, Segment, SegmentName};
use crate::domain::ids::Seq;
use crate::domain::text::StoreSlug;

/// Bytes copied or compared at once.
const CHUNK_BYTES: usize = 128 << 10;

/// The copying of one store.
pub(super) struct MirrorCopy<P> {
    shared: Arc<Shared>,
    store: StoreSlug,
    mirror: PathBuf,
    /// By plain name: what is known to be there.
    copied: HashMap<String, Copied>,
    /// Called whenever something was read or written.
    progress: P,
}

#[derive(Clone, Copy)]
struct Copied {
    length: u64,
    /// Nothing will be added any more.
    is_complete: bool,
}

/// What a round did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Round {
    /// Everything up to here is in the mirror and synced.
    pub(super) mirrored: Seq,
    /// Segments of the journal itself that were repaired from the mirror.
    pub(super) repaired: u32,
    /// Files of the mirror that were moved aside.
    pub(super) set_aside: u32,
}

/// How a file compares with the segment it is to be a copy of.
enum Compared {
    /// It is the beginning of it, or all of it; now it is all of it.
    Copied,
    Differs,
}

impl<P: Fn()> MirrorCopy<P> {
    pub(super) fn new(shared: Arc<Shared>, store: StoreSlug, mirror: PathBuf, progress: P) -> Self {
        Self { shared, store, mirror, copied: HashMap::new(), progress }
    }

    /// Brings the mirror up. After an error nothing is believed of what was there before.
    pub(super) fn round(&mut self) -> Result<Round, JournalError> {
        let copied = self.copy_all();
        if copied.is_err() {
            self.copied.clear();
        }
        copied
    }

    fn copy_all(&mut self) -> Result<Round, JournalError> {
        let disk = self.shared.disk.clone();
        let durable = self.shared.durable();
        find_mark(&disk, &self.mirror)?;
        (self.progress)();
        let folder = history_folder(&self.mirror, &self.store, self.shared.lineage);
        disk.create_subfolder(&self.mirror.join(self.store.as_str()))?;
        disk.create_subfolder(&folder)?;
        // Somebody may have taken files away.
        let there: HashSet<_> = disk.list(&folder)?.into_iter().collect();
        self.copied.retain(|name, _| there.contains(name));
        let segments = self.shared.segments.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut round = Round { mirrored: durable, ..Round::default() };
        // The newest orders first: checking what is there already may take a while.
        for segment in segments.iter().rev() {
            self.bring_up(&disk, &folder, segment, durable, &mut round)?;
        }
        Ok(round)
    }

    fn bring_up(
        &mut self,
        disk: &Disk,
        folder: &Path,
        segment: &Segment,
        durable: Seq,
        round: &mut Round,
    ) -> Result<(), JournalError> {
        let name = segment.name.as_form(Form::Plain).to_string();
        let known = self.copied.get(&name).copied();
        if known.is_some_and(|known| known.is_complete) {
            return Ok(());
        }
        // In this order: once it is closed, its length is final.
        let is_closed = segment.limit() < Seq::new(u64::MAX) || !segment.is_growing();
        let end =
            if segment.is_growing() { Some(segment.used()) } else { own(durable_length(disk, segment, durable))? };
        // A segment that is gone has nothing to be copied.
        let Some(end) = end else { return Ok(()) };
        if known.is_none_or(|known| known.length < end) {
            let path = folder.join(&name);
            let from = known.map_or(0, |known| known.length);
            if let Some(Compared::Differs) = self.compare_and_copy(disk, segment, &path, from, end)? {
                self.settle(disk, segment, (folder, &name), end, durable, round)?;
            }
        }
        self.copied.insert(name, Copied { length: end, is_complete: is_closed });
        Ok(())
    }

    /// Compares the file from `from` on and adds what it lacks. Nothing when the segment's own file went away.
    fn compare_and_copy(
        &self,
        disk: &Disk,
        segment: &Segment,
        path: &Path,
        from: u64,
        end: u64,
    ) -> Result<Option<Compared>, JournalError> {
        let Some(mut text) = own(Text::open(disk, segment, from))? else { return Ok(None) };
        let file = match disk.open(path, true) {
            Err(error) if error.is_missing() => {
                let file = disk.create(path)?;
                disk.sync_folder(path.parent().unwrap_or(path))?;
                file
            }
            file => file?,
        };
        let there = file.length()?;
        if there < from {
            // Another disk, or another file: everything is looked at again.
            return Err(JournalError::CopyDiffers { path: segment.path.clone() });
        }
        if there > end {
            return Ok(Some(Compared::Differs));
        }
        let mut buffer = Vec::new();
        let mut has_changed = false;
        while let Some((offset, chunk)) = own(text.next_chunk(end))?.flatten() {
            let known =
                usize::try_from(there.saturating_sub(offset)).map_or(chunk.len(), |known| known.min(chunk.len()));
            buffer.resize(known, 0);
            if file.read_at(&mut buffer, offset)? < known || buffer != chunk[..known] {
                return Ok(Some(Compared::Differs));
            }
            if known < chunk.len() {
                file.write_at(&chunk[known..], offset + known as u64)?;
                has_changed = true;
            }
            (self.progress)();
        }
        if has_changed {
            file.sync()?;
            (self.progress)();
        }
        Ok(Some(Compared::Copied))
    }

    /// The mirror has something else: it repairs the journal where that is damaged, else it is moved aside.
    fn settle(
        &self,
        disk: &Disk,
        segment: &Segment,
        (folder, name): (&Path, &str),
        end: u64,
        durable: Seq,
        round: &mut Round,
    ) -> Result<(), JournalError> {
        let path = folder.join(name);
        if !segment.is_growing() {
            let mirrored = read_what_can_be_read(disk, &path)?;
            (self.progress)();
            let own = read_what_can_be_read(disk, &segment.path)?;
            let limit = segment.limit().min(durable.next());
            if let Some(mut patch) = Patch::merged((segment.name, &own), &mirrored, limit, &segment.path) {
                self.repair(&mut patch, segment.name, segment.limit())?;
                tracing::warn!(segment = %segment.name, "damage in a closed journal segment was repaired from the mirror");
                round.repaired += 1;
                return Ok(());
            }
        }
        let aside = free_name(&disk.list(folder)?, &format!("{name}.differs"));
        tracing::warn!(file = %path.display(), %aside, "the mirror held something else under this name; it was moved aside");
        disk.rename(&path, &folder.join(aside))?;
        round.set_aside += 1;
        self.compare_and_copy(disk, segment, &path, 0, end).map(drop)
    }

    /// Puts a repaired segment in the place of the damaged one, for readers too.
    fn repair(&self, patch: &mut Patch, damaged: SegmentName, limit: Seq) -> Result<(), JournalError> {
        let (disk, folder) = (&self.shared.disk, &self.shared.folder);
        let _alone = self.shared.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        patch.write(disk, folder)?;
        disk.sync_folder(folder)?;
        patch.put_in_place(disk, folder)?;
        disk.sync_folder(folder)?;
        let mut segments = self.shared.segments.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = segments.iter_mut().find(|place| place.name.is_same_segment(damaged)) {
            *place = Arc::new(Segment::found(folder, patch.name, limit, u64::MAX));
        }
        Ok(())
    }
}

/// Damage to the journal's own files is no fault of the mirror: nothing then.
fn own<T>(read: Result<T, JournalError>) -> Result<Option<T>, JournalError> {
    match read {
        Err(error) if error.is_damage() => Ok(None),
        read => read.map(Some),
    }
}

/// Bytes of a segment of an earlier run that were durable: up to its last intact line that counts.
fn durable_length(disk: &Disk, segment: &Segment, durable: Seq) -> Result<u64, JournalError> {
    let mut lines = segment.lines(disk, 0)?;
    let limit = segment.limit().min(durable.next());
    let mut end = 0;
    while let Some((offset, line)) = lines.next_line()? {
        let Some(json) = line::checked(line) else { continue };
        let counts = line::position(json).map_or(offset == 0, |position| position.seq < limit);
        if counts {
            end = offset + line.len() as u64 + 1;
        }
    }
    Ok(end)
}

/// The lines of a segment, of whatever form, from front to back.
struct Text {
    source: Source,
    buffer: Vec<u8>,
    /// Offset of the next byte among the lines.
    next: u64,
    /// What is before this is passed over.
    from: u64,
}

enum Source {
    Plain(DiskFile),
    Compressed(Members),
}

impl Text {
    fn open(disk: &Disk, segment: &Segment, from: u64) -> Result<Self, JournalError> {
        let file = disk.open(&segment.path, false)?;
        let (source, next) = match segment.name.form {
            Form::Plain => (Source::Plain(file), from),
            Form::Compressed => (Source::Compressed(Members::new(file, 0, u64::MAX)), 0),
        };
        Ok(Self { source, buffer: Vec::new(), next, from })
    }

    /// The next bytes before `end`, and where they begin; nothing at the end.
    fn next_chunk(&mut self, end: u64) -> Result<Option<(u64, &[u8])>, JournalError> {
        loop {
            self.buffer.clear();
            let offset = self.next;
            match &mut self.source {
                Source::Plain(file) => {
                    let want =
                        usize::try_from(end.saturating_sub(offset)).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
                    self.buffer.resize(want, 0);
                    let filled = file.read_at(&mut self.buffer, offset)?;
                    self.buffer.truncate(filled);
                }
                Source::Compressed(members) => drop(members.read_next(&mut self.buffer)?),
            }
            if self.buffer.is_empty() || offset >= end {
                return Ok(None);
            }
            self.next += self.buffer.len() as u64;
            if let Ok(left) = usize::try_from(end - offset) {
                self.buffer.truncate(left);
            }
            let passed = usize::try_from(self.from.saturating_sub(offset)).unwrap_or(usize::MAX).min(self.buffer.len());
            if passed < self.buffer.len() {
                return Ok(Some((offset + passed as u64, &self.buffer[passed..])));
            }
        }
    }
}
