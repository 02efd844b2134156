//! Walks the lines of a segment file in pieces of bounded size, without judging them.

use std::path::Path;

use super::disk::{Disk, DiskFile};
use super::error::JournalError;

/// Bytes read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// A place in a segment file, moving line by line.
pub(super) struct LineCursor {
    file: DiskFile,
    end: u64,
    /// File offset of `buffer[0]`.
    base: u64,
    buffer: Vec<u8>,
    start: usize,
}

impl LineCursor {
    /// Begins at `offset`, which is the beginning of a line, and ends before `end`.
    pub(super) fn open(disk: &Disk, path: &Path, offset: u64, end: u64) -> Result<Self, JournalError> {
        let file = disk.open(path, false)?;
        let end = end.min(file.length()?);
        Ok(Self { file, end, base: offset, buffer: Vec::new(), start: 0 })
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
        let Some(left) = self.end.checked_sub(from).filter(|left| *left > 0) else { return Ok(false) };
        let want = usize::try_from(left).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
        let had = self.buffer.len();
        self.buffer.resize(had + want, 0);
        let filled = self.file.read_at(&mut self.buffer[had..], from)?;
        self.buffer.truncate(had + filled);
        Ok(filled > 0)
    }
}
