//! Walks the lines of a segment file in pieces of bounded size, without judging them.

use std::path::Path;

use super::compressed::Members;
use super::disk::{Disk, DiskFile};
use super::error::JournalError;
use super::segment::Form;

/// Bytes read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// A place in a segment file, moving line by line.
pub(super) struct LineCursor {
    source: Source,
    /// Offset of `buffer[0]` among the lines; in a compressed file counted from where it began.
    base: u64,
    buffer: Vec<u8>,
    start: usize,
}

enum Source {
    Plain { file: DiskFile, end: u64 },
    Compressed(Members),
}

impl LineCursor {
    /// Begins at `offset`, which is the beginning of a line or of a compressed member, and ends before the file's `end`.
    pub(super) fn open(disk: &Disk, path: &Path, form: Form, offset: u64, end: u64) -> Result<Self, JournalError> {
        let file = disk.open(path, false)?;
        let end = end.min(file.length()?);
        let (source, base) = match form {
            Form::Plain => (Source::Plain { file, end }, offset),
            Form::Compressed => (Source::Compressed(Members::new(file, offset, end)), 0),
        };
        Ok(Self { source, base, buffer: Vec::new(), start: 0 })
    }

    /// What stands behind the last line, once [`LineCursor::next_line`] gave nothing more.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// The next line without its line end, and where it begins. Bytes without a line end at the end of the file are not
    /// a line.
    pub(super) fn next_line(&mut self) -> Result<Option<(u64, &[u8])>, JournalError> {
        let mut searched = self.start;
        loop {
            if let Some(place) = memchr::memchr(b'\n', &self.buffer[searched..]) {
                let (start, end) = (self.start, searched + place);
                self.start = end + 1;
                return Ok(Some((self.base + start as u64, &self.buffer[start..end])));
            }
            searched = self.buffer.len() - self.start;
            if !self.read_more()? {
                return Ok(None);
            }
        }
    }

    /// Drops what was given out and reads on; false at the end.
    fn read_more(&mut self) -> Result<bool, JournalError> {
        self.buffer.drain(..self.start);
        self.base += self.start as u64;
        self.start = 0;
        let from = self.base + self.buffer.len() as u64;
        let (file, end) = match &mut self.source {
            Source::Plain { file, end } => (file, *end),
            Source::Compressed(members) => return members.read_next(&mut self.buffer),
        };
        let Some(left) = end.checked_sub(from).filter(|left| *left > 0) else { return Ok(false) };
        let want = usize::try_from(left).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
        let had = self.buffer.len();
        self.buffer.resize(had + want, 0);
        let filled = file.read_at(&mut self.buffer[had..], from)?;
        self.buffer.truncate(had + filled);
        Ok(filled > 0)
    }
}
