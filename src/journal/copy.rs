//! A consistent copy of a journal, for backups and exports: whole lines that count, up to a seq that is durable. It only
//! reads, and may run beside the process that writes: what is begun, compressed or removed meanwhile does not disturb it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::checkpoint;
use super::disk::Disk;
use super::error::JournalError;
use super::header::{FORMAT, Header};
use super::line;
use super::lineage::Lineage;
use super::notes::LostRange;
use super::recover::{Base, Found, read_what_can_be_read, read_while_written, read_whole};
use super::replay::{Replay, Replayed};
use super::scan::{self, Piece};
use super::segment::{Form, SegmentName, effective};
use crate::domain::ids::Seq;
use crate::domain::invariants;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;

/// Looks at a folder that changes all the time; segments change a few times a minute at most.
const LOOKS_MAX: u32 = 100;

/// What is known of a copy before its segments are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyBegin {
    /// The store.
    pub store: StoreSlug,
    /// The history the seqs belong to.
    pub lineage: Lineage,
    /// Everything up to here was durable.
    pub durable: Seq,
    /// Where its checkpoint stands, if it has one.
    pub checkpoint: Option<Seq>,
    /// Segments of the copy.
    pub segments: u64,
    /// Acknowledged seqs that a start recorded as lost.
    pub lost: Vec<LostRange>,
}

/// What a copy came to. Two copies that came to the same hold the same store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyEnd {
    /// Last seq.
    pub last_seq: Seq,
    /// Acknowledged seqs that are missing and that no start recorded.
    pub missing: Vec<LostRange>,
    /// SHA-256 in hex of the state at the last seq, as JSON of this version.
    pub state_sha256: String,
}

/// A file's name and bytes.
type NamedFile = (String, Vec<u8>);

/// A copy under way.
pub struct JournalCopy {
    disk: Disk,
    folder: PathBuf,
    begin: CopyBegin,
    base: StoreState,
    checkpoint: Option<NamedFile>,
    segments: Vec<(SegmentName, Seq)>,
}

impl JournalCopy {
    /// Looks at the journal in `folder`; nothing where there is none yet.
    ///
    /// # Errors
    /// When the folder cannot be read, or belongs to another store or a newer version. Damage is no error.
    pub fn begin(folder: &Path, store: &StoreSlug) -> Result<Option<Self>, JournalError> {
        Self::begin_on(Disk::default(), folder, store)
    }

    pub(super) fn begin_on(disk: Disk, folder: &Path, store: &StoreSlug) -> Result<Option<Self>, JournalError> {
        // Checkpoints first: the lines that are read after them reach at least as far.
        let (base, checkpoint) = newest_checkpoint(&disk, folder, store)?;
        let found = settled(&disk, folder, store)?;
        let segments = effective(found.names());
        let Some(lineage) = found.lineage().or(base.lineage) else { return Ok(None) };
        let begin = CopyBegin {
            store: store.clone(),
            lineage,
            durable: found.durable(&segments),
            checkpoint: checkpoint.is_some().then_some(base.state.seq),
            segments: segments.len() as u64,
            lost: found.lost(),
        };
        Ok(Some(Self { disk, folder: folder.to_owned(), begin, base: base.state, checkpoint, segments }))
    }

    /// What is known before the segments are read.
    #[must_use]
    pub fn beginning(&self) -> &CopyBegin {
        &self.begin
    }

    /// File name and bytes of the newest checkpoint, if there is one.
    #[must_use]
    pub fn checkpoint(&self) -> Option<(&str, &[u8])> {
        self.checkpoint.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// Gives each segment's file name and bytes, oldest first, one at a time in memory. Everything given out is durable
    /// when this returns.
    ///
    /// # Errors
    /// When a segment cannot be read, or what `take` says.
    pub fn segments<E>(
        self,
        mut take: impl FnMut(&str, &[u8]) -> Result<(), E>,
        error: impl Fn(JournalError) -> E,
    ) -> Result<CopyEnd, E> {
        let lost = self.begin.lost.clone();
        let mut replay = Replay::new(self.base.clone(), self.begin.durable, &lost).counting_all();
        let Some((last, before)) = self.segments.split_last() else { return Ok(end_of(replay.finish())) };
        for (name, limit) in before {
            let bytes = self.read(*name, read_what_can_be_read).map_err(&error)?;
            read_whole(&mut replay, *name, *limit, false, &bytes);
            take(&name.as_form(Form::Plain).to_string(), &self.whole_lines(*name, *limit, &bytes).map_err(&error)?)?;
        }
        let (name, limit) = *last;
        let bytes = self.read(name, read_while_written).map_err(&error)?;
        read_whole(&mut replay, name, limit, true, &bytes);
        let replayed = replay.finish();
        let limit = limit.min(replayed.state.seq.next());
        let lines = self.whole_lines(name, limit, &bytes).map_err(&error)?;
        drop(bytes);
        // What another process wrote a moment ago may stand in the page cache only.
        self.sync(name).map_err(&error)?;
        take(&name.as_form(Form::Plain).to_string(), &lines)?;
        Ok(end_of(replayed))
    }

    /// A segment's lines. One that was compressed meanwhile has another name now.
    fn read(
        &self,
        name: SegmentName,
        read: impl Fn(&Disk, &Path) -> Result<Vec<u8>, JournalError>,
    ) -> Result<Vec<u8>, JournalError> {
        for form in [name.form, Form::Compressed, Form::Plain] {
            let path = self.folder.join(name.as_form(form).to_string());
            let bytes = read(&self.disk, &path)?;
            if !bytes.is_empty() {
                return Ok(bytes);
            }
        }
        Ok(Vec::new())
    }

    fn sync(&self, name: SegmentName) -> Result<(), JournalError> {
        match self.disk.open(&self.folder.join(name.to_string()), false).and_then(|file| file.sync()) {
            // It has another name because it was compressed, which is done with durable lines only.
            Err(error) if error.is_damage() => Ok(()),
            synced => synced,
        }
    }

    /// Header and intact lines of a segment that count.
    fn whole_lines(&self, name: SegmentName, limit: Seq, bytes: &[u8]) -> Result<Vec<u8>, JournalError> {
        let mut pieces = scan::pieces(bytes, 0).peekable();
        let mut whole = Vec::with_capacity(scan::used_length(bytes));
        let path = self.folder.join(name.to_string());
        let is_header = |piece: &Piece<'_>| match piece {
            Piece::Line { bytes, .. } => {
                Header::decode(&bytes[..bytes.len() - 1], &path, None).is_ok_and(|header| header.is_some())
            }
            Piece::Bad { .. } => false,
        };
        match pieces.next_if(is_header) {
            Some(Piece::Line { bytes, .. }) => whole.extend_from_slice(bytes),
            _ => whole.extend_from_slice(&self.header(name).encode()?),
        }
        for piece in pieces {
            let Piece::Line { bytes, json, .. } = piece else { continue };
            if line::position(json).is_some_and(|position| position.seq < limit) {
                whole.extend_from_slice(bytes);
            }
        }
        Ok(whole)
    }

    /// In place of a header that is damaged.
    fn header(&self, name: SegmentName) -> Header {
        Header {
            journal: FORMAT,
            store: self.begin.store.clone(),
            lineage: self.begin.lineage,
            first: name.first,
            generation: name.generation,
            durable: Seq::new(name.first.get().saturating_sub(1)),
            lost: Vec::new(),
        }
    }
}

/// The newest readable checkpoint: what it says, its file name and its bytes.
fn newest_checkpoint(disk: &Disk, folder: &Path, store: &StoreSlug) -> Result<(Base, Option<NamedFile>), JournalError> {
    for _ in 1..LOOKS_MAX {
        let base = Base::newest(disk, folder, &settled(disk, folder, store)?.checkpoints)?;
        if base.state.seq == Seq::new(0) {
            return Ok((base, None));
        }
        let name = checkpoint::file_name(base.state.seq);
        match disk.read(&folder.join(&name)) {
            // A newer one took its place.
            Err(error) if error.is_damage() => {}
            bytes => {
                // Read twice: what goes into the copy must be what was understood.
                let bytes = bytes?;
                if checkpoint::decode(&bytes, base.state.seq).is_ok_and(|(_, state)| state == base.state) {
                    return Ok((base, Some((name, bytes))));
                }
            }
        }
    }
    Ok((Base::newest(disk, folder, &[])?, None))
}

/// Lists a folder until nothing changed meanwhile: while a segment gets its compressed form, a single look may see
/// neither of the two.
fn settled(disk: &Disk, folder: &Path, store: &StoreSlug) -> Result<Found, JournalError> {
    let names = || {
        let mut names = disk.list(folder)?;
        names.retain(|name| SegmentName::parse(name).is_some());
        names.sort_unstable();
        Ok::<_, JournalError>(names)
    };
    let mut before = names()?;
    for _ in 1..LOOKS_MAX {
        let found = Found::list(disk, folder, Some(store))?;
        let after = names()?;
        let mut seen: Vec<_> = found.names().iter().map(ToString::to_string).collect();
        seen.sort_unstable();
        if before == after && before == seen {
            return Ok(found);
        }
        before = after;
    }
    Found::list(disk, folder, Some(store))
}

/// The commits of a copied segment, as seq and JSON without `batch`.
pub fn commits_of(segment: &[u8]) -> impl Iterator<Item = (Seq, Vec<u8>)> {
    scan::pieces(segment, 0).filter_map(|piece| match piece {
        Piece::Line { json, .. } => Some((line::position(json)?.seq, line::without_batch(json)?)),
        Piece::Bad { .. } => None,
    })
}

/// Reads a copy back and says what it comes to: its checkpoint, if it has one, then its segments, as `next` gives their
/// file names and bytes.
///
/// # Errors
/// What `next` says, or `wrong` with what is wrong: another file than the copy should have, a line that is damaged.
pub fn check_copy<E>(
    begin: &CopyBegin,
    mut next: impl FnMut() -> Result<(String, Vec<u8>), E>,
    wrong: impl Fn(String) -> E,
) -> Result<CopyEnd, E> {
    let mut base = StoreState::default();
    if let Some(seq) = begin.checkpoint {
        let (name, bytes) = next()?;
        if checkpoint::seq_of(&name) != Some(seq) {
            return Err(wrong(format!("{name} is not the checkpoint at {seq}")));
        }
        base = checkpoint::decode(&bytes, seq).map_err(|why| wrong(format!("{name}: {why}")))?.1;
    }
    let mut replay = Replay::new(base, begin.durable, &begin.lost).counting_all();
    let mut before = Seq::new(0);
    for place in 1..=begin.segments {
        let (file, bytes) = next()?;
        let name = SegmentName::parse(&file).filter(|name| name.form == Form::Plain && name.first > before);
        let name = name.ok_or_else(|| wrong(format!("{file} is not the segment that should follow")))?;
        before = name.first;
        check_lines(begin, &file, &bytes).map_err(&wrong)?;
        read_whole(&mut replay, name, Seq::new(u64::MAX), place == begin.segments, &bytes);
    }
    let replayed = replay.finish();
    invariants::check_all(&replayed.state).map_err(|violation| wrong(format!("a rule is broken: {violation}")))?;
    Ok(end_of(replayed))
}

/// Every line of a copied segment is intact, and the first one is a header of this store.
fn check_lines(begin: &CopyBegin, file: &str, bytes: &[u8]) -> Result<(), String> {
    let mut pieces = scan::pieces(bytes, 0);
    let header = match pieces.next() {
        Some(Piece::Line { bytes, .. }) => {
            let line = &bytes[..bytes.len() - 1];
            Header::decode(line, Path::new(file), Some(&begin.store)).map_err(|error| error.to_string())?
        }
        _ => None,
    };
    if header.is_none() {
        return Err(format!("{file}: its first line is damaged"));
    }
    match pieces.find(|piece| matches!(piece, Piece::Bad { .. })) {
        Some(Piece::Bad { offset, .. }) => Err(format!("{file}: the line at {offset} is damaged")),
        _ => Ok(()),
    }
}

fn end_of(replayed: Replayed) -> CopyEnd {
    CopyEnd { last_seq: replayed.state.seq, missing: replayed.lost, state_sha256: state_sha256(&replayed.state) }
}

/// The state's digest: two states with the same one are the same.
fn state_sha256(state: &StoreState) -> String {
    let mut hash = Hashing(Sha256::new());
    // A state always has a JSON form: checkpoints are written from it.
    if serde_json::to_writer(&mut hash, state).is_err() {
        return String::new();
    }
    hash.0.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct Hashing(Sha256);

impl std::io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
