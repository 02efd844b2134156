//! Segments: how they are named, which seqs of each one count, and where in a file a seq is found.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::compressed::Members;
use super::cursor::LineCursor;
use super::disk::Disk;
use super::error::JournalError;
use super::line;
use crate::domain::ids::Seq;

/// Bytes between two entries of an index: what a reader passes over at most, apart from one long line.
pub(super) const INDEX_STEP_BYTES: u64 = 64 << 10;

/// How a segment's lines stand in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Plain,
    /// In members of a gzip file, see [`super::compressed`].
    Compressed,
}

/// A segment's file name: `<first seq, 20 digits>.<generation>.journal`, with `.gz` behind it when compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SegmentName {
    /// First seq it may hold.
    pub(super) first: Seq,
    /// Starts that wrote something, counted from 0; a higher one wins from its first seq on.
    pub(super) generation: u32,
    /// How the file is to be read.
    pub(super) form: Form,
}

impl SegmentName {
    /// The name of a segment as it is written at first.
    pub(super) const fn plain(first: Seq, generation: u32) -> Self {
        Self { first, generation, form: Form::Plain }
    }

    /// The same segment's name in another form.
    pub(super) const fn as_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// Whether both name the same segment, in whatever form.
    pub(super) fn is_same_segment(self, other: Self) -> bool {
        self.as_form(Form::Plain) == other.as_form(Form::Plain)
    }

    /// Reads a file name, otherwise nothing.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (stem, form) = match name.strip_suffix(".gz") {
            Some(stem) => (stem, Form::Compressed),
            None => (name, Form::Plain),
        };
        let (first, generation) = stem.strip_suffix(".journal")?.split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if first.len() != 20 || !digits(first) || !digits(generation) {
            return None;
        }
        Some(Self { first: Seq::new(first.parse().ok()?), generation: generation.parse().ok()?, form })
    }
}

impl std::fmt::Display for SegmentName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ending = if self.form == Form::Compressed { ".gz" } else { "" };
        write!(f, "{:020}.{}.journal{ending}", self.first.get(), self.generation)
    }
}

/// A segment that counts.
#[derive(Debug)]
pub(super) struct Segment {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// Its name.
    pub(super) name: SegmentName,
    limit: AtomicU64,
    used: AtomicU64,
    is_growing: bool,
    index: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    entries: Vec<(Seq, u64)>,
    complete: bool,
}

impl Segment {
    /// A segment found on disk: it counts below `limit`; its index is made when it is first read.
    pub(super) fn found(folder: &Path, name: SegmentName, limit: Seq, length: u64) -> Self {
        Self {
            path: folder.join(name.to_string()),
            name,
            limit: AtomicU64::new(limit.get()),
            used: AtomicU64::new(length),
            is_growing: false,
            index: Mutex::default(),
        }
    }

    /// A segment that is being written: its index grows with it.
    pub(super) fn begun(folder: &Path, name: SegmentName) -> Self {
        let mut segment = Self::found(folder, name, Seq::new(u64::MAX), 0);
        segment.is_growing = true;
        segment.index.lock().unwrap_or_else(PoisonError::into_inner).complete = true;
        segment
    }

    /// The compressed form of a segment, with the places of its members.
    pub(super) fn compressed(folder: &Path, plain: &Self, length: u64, members: Vec<(Seq, u64)>) -> Self {
        let segment = Self::found(folder, plain.name.as_form(Form::Compressed), plain.limit(), length);
        *segment.index.lock().unwrap_or_else(PoisonError::into_inner) = Index { entries: members, complete: true };
        segment
    }

    /// Its lines from a place that [`Segment::place_of`] gave.
    pub(super) fn lines(&self, disk: &Disk, place: u64) -> Result<LineCursor, JournalError> {
        LineCursor::open(disk, &self.path, self.name.form, place, self.used())
    }

    /// The first seq that does not count any more.
    pub(super) fn limit(&self) -> Seq {
        Seq::new(self.limit.load(Ordering::Acquire))
    }

    /// Another segment counts from here on.
    pub(super) fn end_before(&self, limit: Seq) {
        self.limit.store(limit.get(), Ordering::Release);
    }

    /// Whether it was begun by this process: then all of it that may be read is durable.
    pub(super) const fn is_growing(&self) -> bool {
        self.is_growing
    }

    /// Bytes that may be read.
    pub(super) fn used(&self) -> u64 {
        self.used.load(Ordering::Acquire)
    }

    /// More bytes are durable; `marks` are seqs and their offsets.
    pub(super) fn grew(&self, used: u64, marks: impl Iterator<Item = (Seq, u64)>) {
        self.index.lock().unwrap_or_else(PoisonError::into_inner).entries.extend(marks);
        self.used.store(used, Ordering::Release);
    }

    /// A place at or before the line that holds `seq`, at most about [`INDEX_STEP_BYTES`] before it. The first call for
    /// an older segment reads it once.
    pub(super) fn place_of(&self, disk: &Disk, seq: Seq) -> Result<u64, JournalError> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if !index.complete {
            index.entries = self.read_index(disk)?;
            index.complete = true;
        }
        let after = index.entries.partition_point(|(first, _)| *first <= seq);
        Ok(after.checked_sub(1).map_or(0, |place| index.entries[place].1))
    }

    fn read_index(&self, disk: &Disk) -> Result<Vec<(Seq, u64)>, JournalError> {
        if self.name.form == Form::Compressed {
            return Members::new(disk.open(&self.path, false)?, 0, self.used()).index();
        }
        let mut entries: Vec<(Seq, u64)> = Vec::new();
        let mut next = 0;
        let mut lines = self.lines(disk, 0)?;
        while let Some((offset, line)) = lines.next_line()? {
            if offset < next {
                continue;
            }
            // Only entries are checked; a damaged line must not lead readers astray.
            let Some(position) = line::checked(line).and_then(line::position) else { continue };
            if entries.last().is_none_or(|(last, _)| *last < position.seq) {
                entries.push((position.seq, offset));
                next = offset + INDEX_STEP_BYTES;
            }
        }
        Ok(entries)
    }
}

/// Which seqs count: sorted by generation and first seq, each segment ends where any later one begins. Gives name and
/// limit of those that hold anything, in seq order.
pub(super) fn effective(mut names: Vec<SegmentName>) -> Vec<(SegmentName, Seq)> {
    names.sort_unstable_by_key(|name| (name.generation, name.first));
    let mut limit = Seq::new(u64::MAX);
    let mut counting = Vec::with_capacity(names.len());
    for name in names.into_iter().rev() {
        if name.first < limit {
            counting.push((name, limit));
            limit = name.first;
        }
    }
    counting.reverse();
    counting
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(first: u64, generation: u32) -> SegmentName {
        SegmentName::plain(Seq::new(first), generation)
    }

    #[test]
    fn names_read_back_and_nothing_else_is_taken_for_one() {
        let name = name(101, 12);
        assert_eq!(name.to_string(), "00000000000000000101.12.journal");
        assert_eq!(SegmentName::parse(&name.to_string()), Some(name));
        let compressed = name.as_form(Form::Compressed);
        assert_eq!(compressed.to_string(), "00000000000000000101.12.journal.gz");
        assert_eq!(SegmentName::parse(&compressed.to_string()), Some(compressed));
        for other in [
            "00000000000000000101.journal",
            "101.0.journal",
            "00000000000000000101.0.journal.tmp",
            "0000000000000000010x.0.journal",
            "00000000000000000101.+1.journal",
            "00000000000000000101.0.journal.gz.gz",
            "00000000000000000101.0.gz",
            "segment.tmp",
        ] {
            assert_eq!(SegmentName::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_segment_counts_below_the_next_generation_or_segment() {
        let counting = effective(vec![name(2600, 1), name(1, 0), name(2000, 0), name(2500, 1), name(1000, 0)]);
        let expected = [(1, 0, 1000), (1000, 0, 2000), (2000, 0, 2500), (2500, 1, 2600), (2600, 1, u64::MAX)];
        let expected: Vec<_> = expected.map(|(first, gen_, limit)| (name(first, gen_), Seq::new(limit))).to_vec();
        assert_eq!(counting, expected);
        // A later generation that begins earlier hides everything after it.
        let counting = effective(vec![name(1, 0), name(1000, 0), name(2000, 0), name(900, 1), name(900, 2)]);
        assert_eq!(counting, [(name(1, 0), Seq::new(900)), (name(900, 2), Seq::new(u64::MAX))]);
    }
}
