//! Compressed segments: one gzip file of many members, each with whole lines. Every member begins with the same ten
//! bytes, so that a reader finds the next one behind a damaged one. It judges no lines.

use std::io::{Read, Write};

use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};
use memchr::memmem;

use super::disk::DiskFile;
use super::error::JournalError;
use super::line;
use crate::domain::ids::Seq;

/// Bytes of lines after which a member ends.
pub(super) const MEMBER_TEXT_BYTES: usize = 64 << 10;
/// How every member begins: gzip, deflate, no flags, no time, no level, no system.
const MEMBER_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// A seventh is left at 53 MB/s; level 9 gains nothing.
const LEVEL: u32 = 6;
/// A stretch without a member's beginning is damage and read in parts of this size, so that memory stays bounded.
const MEMBER_BYTES_MAX: usize = 16 << 20;
/// What a member may hold; more only comes out of damage.
const TEXT_BYTES_MAX: u64 = 64 << 20;
/// Bytes read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// Appends lines as one member.
pub(super) fn encode(lines: &[u8], file: &mut Vec<u8>) {
    let mut member = GzBuilder::new().mtime(0).operating_system(255).write(file, Compression::new(LEVEL));
    let written = member.write_all(lines).and_then(|()| member.finish());
    written.expect("memory takes what is written");
}

/// Appends the lines of a member. From a damaged one comes what can be read, and one bad line that stands for the rest.
fn decode(member: &[u8], text: &mut Vec<u8>) {
    let mut decoder = GzDecoder::new(member).take(TEXT_BYTES_MAX);
    // What was read before an error is kept.
    let is_read = decoder.read_to_end(text).is_ok();
    let is_whole = is_read && member.starts_with(&MEMBER_HEADER) && decoder.into_inner().into_inner().is_empty();
    let ends_well = text.last() == Some(&b'\n');
    if !is_whole || !ends_well {
        text.push(b'\n');
    }
    if !is_whole && !ends_well {
        text.push(b'\n');
    }
}

/// All lines of a compressed segment.
pub(super) fn decode_all(mut file: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(file.len() * 8);
    while !file.is_empty() {
        let (member, rest) = file.split_at(member_length(file).unwrap_or(file.len()));
        decode(member, &mut text);
        file = rest;
    }
    text
}

/// Length of the member that `bytes` begin with, if the next one begins within them.
fn member_length(bytes: &[u8]) -> Option<usize> {
    memmem::find(bytes.get(1..)?, &MEMBER_HEADER).map(|place| place + 1)
}

/// Walks the members of a file.
pub(super) struct Members {
    file: DiskFile,
    end: u64,
    /// File offset of `raw[0]`.
    base: u64,
    raw: Vec<u8>,
    /// Bytes of `raw` that were given out.
    given: usize,
}

impl Members {
    /// Begins at a member's offset and ends before `end`.
    pub(super) const fn new(file: DiskFile, offset: u64, end: u64) -> Self {
        Self { file, end, base: offset, raw: Vec::new(), given: 0 }
    }

    /// Appends the lines of the next member; false at the end.
    pub(super) fn read_next(&mut self, text: &mut Vec<u8>) -> Result<bool, JournalError> {
        let Some((_, member)) = self.next()? else { return Ok(false) };
        decode(member, text);
        Ok(true)
    }

    /// First seq of each member and where it begins, read without decompressing more than each one's first lines.
    pub(super) fn index(mut self) -> Result<Vec<(Seq, u64)>, JournalError> {
        let mut entries: Vec<(Seq, u64)> = Vec::new();
        while let Some((offset, member)) = self.next()? {
            if let Some(seq) = first_seq(member)
                && entries.last().is_none_or(|(last, _)| *last < seq)
            {
                entries.push((seq, offset));
            }
        }
        Ok(entries)
    }

    fn next(&mut self) -> Result<Option<(u64, &[u8])>, JournalError> {
        self.raw.drain(..self.given);
        self.base += self.given as u64;
        self.given = 0;
        let mut searched = 0;
        loop {
            if let Some(place) = member_length(self.raw.get(searched..).unwrap_or_default()) {
                self.given = searched + place;
                break;
            }
            searched = self.raw.len().saturating_sub(MEMBER_HEADER.len());
            if self.raw.len() >= MEMBER_BYTES_MAX || !self.read_more()? {
                self.given = self.raw.len();
                break;
            }
        }
        Ok((self.given > 0).then(|| (self.base, &self.raw[..self.given])))
    }

    fn read_more(&mut self) -> Result<bool, JournalError> {
        let had = self.raw.len();
        let from = self.base + had as u64;
        let want = usize::try_from(self.end.saturating_sub(from)).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
        self.raw.resize(had + want, 0);
        let filled = self.file.read_at(&mut self.raw[had..], from)?;
        self.raw.truncate(had + filled);
        Ok(filled > 0)
    }
}

/// Seq of the first intact line of a member.
fn first_seq(member: &[u8]) -> Option<Seq> {
    let mut decoder = GzDecoder::new(member);
    let (mut text, mut step) = (Vec::new(), [0; 4 << 10]);
    let mut start = 0;
    loop {
        let read = decoder.read(&mut step).ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&step[..read]);
        while let Some(length) = memchr::memchr(b'\n', &text[start..]) {
            let position = line::checked(&text[start..start + length]).and_then(line::position);
            if let Some(position) = position {
                return Some(position.seq);
            }
            start += length + 1;
        }
    }
}

/// The first line of a file, without its line end; nothing if it is longer than `bytes_max` or cannot be read.
pub(super) fn first_line(file: DiskFile, bytes_max: usize) -> Result<Option<Vec<u8>>, JournalError> {
    let mut members = Members::new(file, 0, u64::MAX);
    let Some((_, member)) = members.next()? else { return Ok(None) };
    let mut decoder = GzDecoder::new(member);
    let (mut text, mut step) = (Vec::new(), [0; 4 << 10]);
    while text.len() < bytes_max {
        let Ok(read @ 1..) = decoder.read(&mut step) else { return Ok(None) };
        if let Some(place) = memchr::memchr(b'\n', &step[..read]) {
            text.extend_from_slice(&step[..place]);
            return Ok(Some(text));
        }
        text.extend_from_slice(&step[..read]);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(numbers: std::ops::Range<u32>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in numbers {
            line::encode_json(&mut bytes, &number).expect("encodes");
        }
        bytes
    }

    #[test]
    fn every_member_begins_alike_and_any_gzip_reads_them_all() {
        let mut file = Vec::new();
        for start in [0, 300, 900] {
            let before = file.len();
            encode(&lines(start..start + 200), &mut file);
            assert_eq!(file[before..before + MEMBER_HEADER.len()], MEMBER_HEADER);
        }
        let whole = [lines(0..200), lines(300..500), lines(900..1100)].concat();
        assert_eq!(decode_all(&file), whole);
        let mut text = Vec::new();
        flate2::read::MultiGzDecoder::new(&file[..]).read_to_end(&mut text).expect("gzip");
        assert_eq!(text, whole);
    }

    #[test]
    fn each_damaged_byte_costs_one_member_at_most_and_leaves_a_bad_line() {
        let mut file = Vec::new();
        let mut ends = Vec::new();
        for start in [0, 300, 900] {
            encode(&lines(start..start + 30), &mut file);
            ends.push(file.len());
        }
        let parts = [lines(0..30), lines(300..330), lines(900..930)];
        for place in 0..file.len() {
            let mut damaged = file.clone();
            damaged[place] ^= 0x41;
            let member = ends.iter().position(|end| place < *end).expect("a member");
            let text = decode_all(&damaged);
            let bad = text.split(|byte| *byte == b'\n').filter(|line| line::checked(line).is_none()).count();
            assert!(bad > 1, "byte {place} is not told: {bad}");
            for (number, part) in parts.iter().enumerate().filter(|(number, _)| *number != member) {
                // The member's own header gone, it is taken for the end of the one before it.
                let is_before_a_lost_header = number + 1 == member && place < ends[number] + MEMBER_HEADER.len();
                assert!(is_before_a_lost_header || memmem::find(&text, part).is_some(), "byte {place}, part {number}");
                let intact =
                    part.split_inclusive(|byte| *byte == b'\n').all(|line| memmem::find(&text, line).is_some());
                assert!(intact, "byte {place} costs a line of part {number}");
            }
        }
        for length in 0..file.len() {
            let text = decode_all(&file[..length]);
            let whole = ends.iter().filter(|end| **end <= length).count();
            assert!(text.starts_with(&parts[..whole].concat()), "cut at {length}");
        }
    }
}
