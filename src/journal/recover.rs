//! What a start believes: reads checkpoints and segments, tells torn batches from damage, and replays what follows the
//! checkpoint. It only reads; `start` writes what must be durable before anything is served. It never panics: what
//! cannot be read or does not apply is skipped, counted and told.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};

use super::checkpoint;
use super::disk::Disk;
use super::error::JournalError;
use super::header::Header;
use super::lineage::Lineage;
use super::notes::{LostRange, RecoveryNote};
use super::reader::{JournalReader, Shared};
use super::repair::{self, Repairs};
use super::replay::Replay;
use super::scan::{self, Piece};
use super::segment::{Form, Segment, SegmentName, effective};
use super::start::Lost;
use super::{JournalSettings, compaction, compressed, line, prepare, start};
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;

/// Files that were being written when the process ended; nothing in them was acknowledged.
const UNFINISHED: [&str; 4] =
    [prepare::PREPARED_NAME, start::UNFINISHED_NAME, checkpoint::UNFINISHED_NAME, compaction::UNFINISHED_NAME];

/// A journal that was read and not yet written to. Its state may be served read-only while [`Recovered::start`] fails.
pub struct Recovered {
    pub(super) disk: Disk,
    pub(super) folder: PathBuf,
    pub(super) store: StoreSlug,
    pub(super) settings: JournalSettings,
    pub(super) lock: Option<File>,
    /// The state, surviving lines of the last batch included.
    pub state: StoreState,
    /// Seq of the checkpoint that reading began with; 0 without one.
    pub(super) checkpoint: Seq,
    /// What was found.
    pub notes: Vec<RecoveryNote>,
    /// What readers see: the journal up to before the surviving lines, until those are made durable.
    pub(super) shared: Arc<Shared>,
    /// The lineage is a new one and stands in no segment yet.
    pub(super) lineage_is_new: bool,
    /// What this start found to be lost.
    pub(super) lost_now: Vec<LostRange>,
    /// Lines to write and sync before they count, and the seq they begin with.
    pub(super) survivors: Vec<u8>,
    pub(super) survivors_first: Seq,
    pub(super) highest_generation: Option<u32>,
    pub(super) unfinished: Vec<PathBuf>,
    /// What a mirror fills in, to be written before anything else.
    pub(super) repairs: Repairs,
    pub(super) broken_checkpoints: Vec<Seq>,
    /// A segment left open, and its length without the zeros at its end.
    pub(super) open_segment: Option<(PathBuf, u64)>,
}

/// Reads the journal in `folder` and tells what a start would serve. Changes nothing but the lock file.
///
/// # Errors
/// When the folder cannot be read, is in use, or belongs to another store or a newer version. Damage is no error.
pub fn recover(folder: &Path, store: &StoreSlug, settings: JournalSettings) -> Result<Recovered, JournalError> {
    recover_mirrored(folder, store, settings, None)
}

/// As [`recover`]; what is damaged or gone is taken from a mirror, if that has it. [`Recovered::start`] writes it.
///
/// # Errors
/// As [`recover`]; nothing about the mirror is an error.
pub fn recover_mirrored(
    folder: &Path,
    store: &StoreSlug,
    settings: JournalSettings,
    mirror: Option<&Path>,
) -> Result<Recovered, JournalError> {
    recover_with(Disk::default(), folder, store, settings, mirror)
}

#[cfg(test)]
pub(super) fn recover_on(
    disk: Disk,
    folder: &Path,
    store: &StoreSlug,
    settings: JournalSettings,
) -> Result<Recovered, JournalError> {
    recover_with(disk, folder, store, settings, None)
}

pub(super) fn recover_with(
    disk: Disk,
    folder: &Path,
    store: &StoreSlug,
    settings: JournalSettings,
    mirror: Option<&Path>,
) -> Result<Recovered, JournalError> {
    let lock = match disk.lock(folder) {
        Ok(lock) => Some(lock),
        Err(error @ JournalError::InUse { .. }) => return Err(error),
        // A disk that takes no lock file is read-only or full, or the folder does not exist yet: `start` tries again.
        Err(_) => None,
    };
    let mut found = Found::list(&disk, folder, Some(store))?;
    found.must_be_readable(&disk, folder)?;
    let plan = |mirror| Repairs::plan(&disk, folder, store, mirror, &found);
    let repairs = mirror.map_or_else(|| Ok(Repairs::default()), plan)?;
    repairs.apply_to(&mut found);
    let base = Base::newest(&disk, folder, &found.checkpoints)?;
    let mut notes = base.notes;
    let base_seq = base.state.seq;
    if base_seq > Seq::new(0) {
        notes.push(RecoveryNote::FromCheckpoint { seq: base_seq });
    }
    let newest_header_is_damaged = found.headers.last().is_some_and(|(_, header)| header.is_none());
    notes.extend(found.header_notes());
    let lost_before = found.lost();
    let counting = effective(found.names());
    let mut replay = Replay::new(base.state, found.durable(&counting).max(repairs.durable), &lost_before);
    // What the checkpoint holds is not read again, apart from the segment it stands in.
    let from = counting.iter().rposition(|(name, _)| name.first <= base_seq.next()).unwrap_or(0);
    if let (Some((first, _)), Some((from, _))) = (counting.first(), counting.get(from)) {
        replay.begin_at(first.first);
        replay.pass_to(from.first);
    }
    let mut open_segment = None;
    let mut unreadable = Vec::new();
    let last = counting.len().checked_sub(1);
    for (place, (name, limit)) in counting.iter().enumerate().skip(from) {
        let path = folder.join(name.to_string());
        let bytes = match repairs.text(&disk, *name)? {
            Some(repaired) => repaired,
            None => read_what_can_be_read(&disk, &path)?,
        };
        if bytes.is_empty() {
            unreadable.push(*name);
        }
        let is_last = Some(place) == last;
        if is_last && name.form == Form::Plain {
            let used = scan::used_length(&bytes);
            open_segment = (used < bytes.len()).then_some((path, used as u64));
        }
        read_whole(&mut replay, *name, *limit, is_last, &bytes);
    }
    let replayed = replay.finish();
    notes.extend(replayed.notes);
    let has_history = !found.headers.is_empty() || base_seq > Seq::new(0);
    let lost_now = replayed.lost;
    let keep = found.lineage().or(base.lineage).filter(|_| lost_now.is_empty() && !newest_header_is_damaged);
    let lineage = keep.map_or_else(Lineage::random, Ok)?;
    let lineage_is_new = keep.is_none() && has_history;
    if lineage_is_new {
        notes.push(RecoveryNote::LineageRenewed { lineage });
    }
    let mut segments = Vec::with_capacity(counting.len() + 1);
    for (name, limit) in counting {
        // The length of what is still to be repaired is not known yet; a reader ends at the end of the file.
        let is_repaired = repairs.patches.iter().any(|patch| patch.name == name);
        let length = disk.open(&folder.join(name.to_string()), false).and_then(|file| file.length());
        // What this start counted as lost stays empty; anything else that cannot be opened now is tried again by whoever
        // reads it, who must not take it for empty.
        let length = match length {
            _ if is_repaired => u64::MAX,
            Err(_) if unreadable.contains(&name) => 0,
            length => length.unwrap_or(u64::MAX),
        };
        segments.push(Arc::new(Segment::found(folder, name, limit, length)));
    }
    // A surviving line counts once it is written and synced anew.
    let durable = if replayed.survivors.is_empty() { replayed.state.seq } else { before(replayed.survivors_first) };
    let shared = Shared {
        disk: disk.clone(),
        folder: folder.to_owned(),
        lineage,
        lost: lost_before.iter().chain(&lost_now).copied().collect(),
        durable: AtomicU64::new(durable.get()),
        segments: RwLock::new(segments),
        replacing: Mutex::default(),
        active_left: AtomicU64::new(0),
        active_capacity: AtomicU64::new(0),
        preparation: Arc::default(),
    };
    Ok(Recovered {
        folder: folder.to_owned(),
        store: store.clone(),
        settings,
        lock,
        state: replayed.state,
        checkpoint: base_seq,
        notes,
        shared: Arc::new(shared),
        lineage_is_new,
        lost_now,
        survivors: replayed.survivors,
        survivors_first: replayed.survivors_first,
        highest_generation: found.headers.iter().map(|(name, _)| name.generation).max(),
        unfinished: found.unfinished,
        repairs,
        broken_checkpoints: base.broken,
        open_segment,
        disk,
    })
}

impl Recovered {
    /// Reads what is durable for certain; after [`Recovered::start`] everything.
    #[must_use]
    pub fn reader(&self) -> JournalReader {
        JournalReader { shared: Arc::clone(&self.shared) }
    }

    /// Seq of the checkpoint that reading began with; 0 without one.
    #[must_use]
    pub fn checkpoint(&self) -> Seq {
        self.checkpoint
    }

    /// Acknowledged seqs that are lost, if any ever were.
    #[must_use]
    pub fn lost(&self) -> Option<Lost> {
        let ranges = self.shared.lost.clone();
        (!ranges.is_empty()).then_some(Lost { ranges, found_now: !self.lost_now.is_empty() })
    }
}

fn before(seq: Seq) -> Seq {
    Seq::new(seq.get().saturating_sub(1))
}

/// What lies in the folder.
pub(super) struct Found {
    /// Sorted by generation and first seq; nothing for a damaged header.
    pub(super) headers: Vec<(SegmentName, Option<Header>)>,
    pub(super) checkpoints: Vec<Seq>,
    unfinished: Vec<PathBuf>,
}

impl Found {
    /// Lists a folder. A segment of another store than `store` is an error.
    pub(super) fn list(disk: &Disk, folder: &Path, store: Option<&StoreSlug>) -> Result<Self, JournalError> {
        let mut found = Self { headers: Vec::new(), checkpoints: Vec::new(), unfinished: Vec::new() };
        for file in disk.list(folder)? {
            if let Some(name) = SegmentName::parse(&file) {
                found.headers.push((name, Header::read(disk, &folder.join(file), store)?));
            } else if let Some(seq) = checkpoint::seq_of(&file) {
                found.checkpoints.push(seq);
            } else if UNFINISHED.iter().any(|name| file == *name) || file.ends_with(repair::UNFINISHED_ENDING) {
                found.unfinished.push(folder.join(file));
            }
        }
        // While both forms of a segment are there, the plain one counts: the other may not be complete.
        let plain: Vec<_> =
            found.headers.iter().map(|(name, _)| *name).filter(|name| name.form == Form::Plain).collect();
        let is_twice = |name: SegmentName| plain.contains(&name.as_form(Form::Plain));
        found.headers.retain(|(name, _)| name.form == Form::Plain || !is_twice(*name));
        found.sort();
        found.checkpoints.sort_unstable();
        Ok(found)
    }

    /// A disk of which nothing at all can be read is not connected rather than damaged: what is on it must not be
    /// recorded as lost.
    fn must_be_readable(&self, disk: &Disk, folder: &Path) -> Result<(), JournalError> {
        let segments = self.headers.iter().map(|(name, _)| name.to_string());
        let files = segments.chain(self.checkpoints.iter().map(|seq| checkpoint::file_name(*seq)));
        let mut failure = None;
        for file in files {
            match read_here_and_there(disk, &folder.join(file)) {
                Err(error) if error.is_failing_medium() => failure = Some(error),
                _ => return Ok(()),
            }
        }
        failure.map_or(Ok(()), Err)
    }

    pub(super) fn sort(&mut self) {
        self.headers.sort_unstable_by_key(|(name, _)| (name.generation, name.first));
    }

    pub(super) fn names(&self) -> Vec<SegmentName> {
        self.headers.iter().map(|(name, _)| *name).collect()
    }

    pub(super) fn store(&self) -> Option<StoreSlug> {
        self.headers.iter().rev().find_map(|(_, header)| Some(header.as_ref()?.store.clone()))
    }

    pub(super) fn header_notes(&self) -> Vec<RecoveryNote> {
        let damaged = self.headers.iter().filter(|(_, header)| header.is_none());
        damaged.map(|(name, _)| RecoveryNote::HeaderDamaged { segment: name.to_string() }).collect()
    }

    /// Everything up to here was durable: checkpoints and segments get their names only after that.
    pub(super) fn durable(&self, counting: &[(SegmentName, Seq)]) -> Seq {
        let headers = self.headers.iter().filter_map(|(_, header)| Some(header.as_ref()?.durable));
        let segments = counting.iter().map(|(name, _)| Seq::new(name.first.get().saturating_sub(1)));
        // A segment gets its name with its first batch; where the header is damaged, at least one seq of it is known.
        let newest = self.headers.last().filter(|(_, header)| header.is_none()).map(|(name, _)| name.first);
        headers.chain(segments).chain(newest).chain(self.checkpoints.iter().copied()).max().unwrap_or_default()
    }

    pub(super) fn lineage(&self) -> Option<Lineage> {
        self.headers.iter().rev().find_map(|(_, header)| Some(header.as_ref()?.lineage))
    }

    pub(super) fn lost(&self) -> Vec<LostRange> {
        self.headers.iter().filter_map(|(_, header)| header.as_ref()).flat_map(|header| header.lost.clone()).collect()
    }
}

/// Reads a byte in several places of a file; an error when none of them can be read.
fn read_here_and_there(disk: &Disk, path: &Path) -> Result<(), JournalError> {
    let file = disk.open(path, false)?;
    let length = file.length()?;
    let mut last = Ok(());
    for place in [0, length / 3, length / 2, length.saturating_sub(1)] {
        match file.read_at(&mut [0], place) {
            Ok(_) => return Ok(()),
            Err(error) => last = Err(error),
        }
    }
    last
}

/// The checkpoint that the state begins with.
pub(super) struct Base {
    pub(super) state: StoreState,
    pub(super) lineage: Option<Lineage>,
    broken: Vec<Seq>,
    notes: Vec<RecoveryNote>,
}

impl Base {
    pub(super) fn newest(disk: &Disk, folder: &Path, checkpoints: &[Seq]) -> Result<Self, JournalError> {
        let mut base = Self { state: StoreState::default(), lineage: None, broken: Vec::new(), notes: Vec::new() };
        for seq in checkpoints.iter().rev() {
            match checkpoint::read(disk, folder, *seq)? {
                Ok((header, state)) => {
                    base.lineage = Some(header.lineage);
                    base.state = state;
                    break;
                }
                Err(why) => {
                    base.notes
                        .push(RecoveryNote::CheckpointBroken { file: format!("{:020}.checkpoint", seq.get()), why });
                    base.broken.push(*seq);
                }
            }
        }
        Ok(base)
    }
}

/// Reads a segment's lines; those of the last one tell how far the journal was durable.
pub(super) fn read_whole(replay: &mut Replay<'_>, name: SegmentName, limit: Seq, is_last: bool, bytes: &[u8]) {
    if is_last {
        replay.believe_before(highest_batch(bytes));
    }
    replay.read_segment(name, limit, is_last, bytes);
}

/// The highest `batch` of any intact line: everything before it was durable when it was written.
fn highest_batch(bytes: &[u8]) -> Seq {
    let batches = scan::pieces(bytes, 0).filter_map(|piece| match piece {
        Piece::Line { json, .. } => line::position(json).map(|position| position.batch),
        Piece::Bad { .. } => None,
    });
    batches.max().unwrap_or_default()
}

/// Reads a segment that may be written at this moment: a reader that is overtaken sees zeros before lines. What stands
/// before the end of a first reading is all there in a second one.
pub(super) fn read_while_written(disk: &Disk, path: &Path) -> Result<Vec<u8>, JournalError> {
    let end = scan::used_length(&read_what_can_be_read(disk, path)?);
    let mut bytes = read_what_can_be_read(disk, path)?;
    bytes.truncate(end);
    Ok(bytes)
}

/// Reads the lines of a segment, of whatever form, as far as they can be read.
pub(super) fn read_what_can_be_read(disk: &Disk, path: &Path) -> Result<Vec<u8>, JournalError> {
    let bytes = read_blocks(disk, path)?;
    Ok(if path.extension().is_some_and(|ending| ending == "gz") { compressed::decode_all(&bytes) } else { bytes })
}

/// Reads a file; where the medium fails, the block reads as zeros, so that one bad block costs only its own lines.
pub(super) fn read_blocks(disk: &Disk, path: &Path) -> Result<Vec<u8>, JournalError> {
    const BLOCK_BYTES: usize = 4096;
    match disk.read(path) {
        Err(error) if error.is_damage() => {}
        bytes => return bytes,
    }
    let file = match disk.open(path, false) {
        Err(error) if error.is_damage() => return Ok(Vec::new()),
        file => file?,
    };
    let mut bytes = vec![0; usize::try_from(file.length()?).unwrap_or(0)];
    for (place, block) in bytes.chunks_mut(BLOCK_BYTES).enumerate() {
        match file.read_at(block, (place * BLOCK_BYTES) as u64) {
            Err(error) if error.is_damage() => block.fill(0),
            read => drop(read?),
        }
    }
    Ok(bytes)
}
