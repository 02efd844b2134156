//! The journal's own form of a commit: one line, `CRC-32C in 8 hex digits, a space, a JSON object`. It is frozen: what a
//! released version wrote is read for ever. Wire forms are other types elsewhere.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::error::JournalError;
use crate::domain::access::Principal;
use crate::domain::command::IdempotencyKey;
use crate::domain::event::{Commit, Event};
use crate::domain::ids::Seq;
use crate::domain::time::Timestamp;

/// Bytes of the checksum and the space before the JSON.
const PREFIX_BYTES: usize = 9;

#[derive(Serialize)]
struct WrittenLine<'a> {
    seq: Seq,
    batch: Seq,
    at: Timestamp,
    principal: Principal,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<IdempotencyKey>,
    events: &'a [Event],
}

#[derive(Deserialize)]
struct ReadLine {
    seq: Seq,
    at: Timestamp,
    principal: Principal,
    #[serde(default)]
    key: Option<IdempotencyKey>,
    events: Vec<Event>,
}

/// Where a line stands, read without its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct Position {
    /// First seq of the commit.
    pub(super) seq: Seq,
    /// First seq of the sync it was written in.
    pub(super) batch: Seq,
}

#[derive(Deserialize)]
struct Counted {
    events: Vec<IgnoredAny>,
}

/// Appends any JSON as one checked line. On an error the buffer is as it was.
pub(super) fn encode_json(buffer: &mut Vec<u8>, json: &impl Serialize) -> Result<(), serde_json::Error> {
    let start = buffer.len();
    buffer.extend_from_slice(b"00000000 ");
    if let Err(error) = serde_json::to_writer(&mut *buffer, json) {
        buffer.truncate(start);
        return Err(error);
    }
    end_line(buffer, start);
    Ok(())
}

/// Appends JSON that is written already as one checked line.
pub(super) fn encode_bytes(buffer: &mut Vec<u8>, json: &[u8]) {
    let start = buffer.len();
    buffer.extend_from_slice(b"00000000 ");
    buffer.extend_from_slice(json);
    end_line(buffer, start);
}

/// Puts the checksum of the JSON into the line that begins at `start`, and ends it.
fn end_line(buffer: &mut Vec<u8>, start: usize) {
    let checksum = crc32c::crc32c(&buffer[start + PREFIX_BYTES..]);
    for (place, byte) in buffer[start..start + 8].iter_mut().enumerate() {
        let digit = (checksum >> (28 - 4 * place)) & 0xf;
        *byte = b"0123456789abcdef"[digit as usize];
    }
    buffer.push(b'\n');
}

/// Appends a commit as a line of `batch`.
pub(super) fn encode(buffer: &mut Vec<u8>, batch: Seq, commit: &Commit) -> Result<(), JournalError> {
    let line = WrittenLine {
        seq: commit.seq,
        batch,
        at: commit.at,
        principal: commit.principal,
        key: commit.key,
        events: &commit.events,
    };
    encode_json(buffer, &line).map_err(|error| JournalError::Encoding { seq: commit.seq, why: error.to_string() })
}

/// The JSON of a line without its line end, if its checksum is right.
pub(super) fn checked(line: &[u8]) -> Option<&[u8]> {
    let (digits, rest) = line.split_at_checked(8)?;
    let json = rest.strip_prefix(b" ")?;
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if !digits.iter().all(is_digit) {
        return None;
    }
    let told = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (crc32c::crc32c(json) == told).then_some(json)
}

/// Where a checked line stands; nothing if it is not a commit.
pub(super) fn position(json: &[u8]) -> Option<Position> {
    leading_position(json).or_else(|| serde_json::from_slice(json).ok())
}

/// The fast way: our own lines begin with these two fields, so that a scan need not parse the whole line.
fn leading_position(json: &[u8]) -> Option<Position> {
    let (seq, rest) = leading_number(json.strip_prefix(br#"{"seq":"#)?)?;
    let (batch, rest) = leading_number(rest.strip_prefix(br#","batch":"#)?)?;
    (rest.first() == Some(&b',')).then_some(Position { seq: Seq::new(seq), batch: Seq::new(batch) })
}

fn leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = text.split_at(digits);
    Some((std::str::from_utf8(number).ok()?.parse().ok()?, rest))
}

/// The JSON of a commit without the batch it was written in, which says nothing about what happened.
pub(super) fn without_batch(json: &[u8]) -> Option<Vec<u8>> {
    leading_position(json)?;
    let start = memchr::memchr(b',', json)? + 1;
    let end = start + memchr::memchr(b',', &json[start..])? + 1;
    Some([&json[..start], &json[end..]].concat())
}

/// The reverse of [`without_batch`]; nothing when the JSON does not begin with its seq alone.
pub(super) fn with_batch(json: &[u8], batch: Seq) -> Option<Vec<u8>> {
    let (_, rest) = leading_number(json.strip_prefix(br#"{"seq":"#)?)?;
    let rest = rest.strip_prefix(b",").filter(|rest| !rest.starts_with(br#""batch""#))?;
    let begin = &json[..json.len() - rest.len()];
    Some([begin, format!("\"batch\":{batch},").as_bytes(), rest].concat())
}

/// Reads the commit of a checked line; the error tells why it cannot be read.
pub(super) fn commit(json: &[u8]) -> Result<Commit, String> {
    let line: ReadLine = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    if line.events.is_empty() {
        return Err("it has no events".to_owned());
    }
    Ok(Commit { seq: line.seq, at: line.at, principal: line.principal, key: line.key, events: line.events })
}

/// Last seq of a checked line, also of one whose events this version cannot read.
pub(super) fn last_seq(json: &[u8], seq: Seq) -> Seq {
    let events = serde_json::from_slice::<Counted>(json).map_or(1, |counted| counted.events.len().max(1));
    seq.plus(events as u64 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::TableId;
    use crate::journal::fixtures;

    #[test]
    fn a_line_reads_back_and_tells_where_it_stands() {
        let mut shop = fixtures::Shop::new();
        for commit in shop.open_with_orders(3) {
            let mut buffer = b"before\n".to_vec();
            encode(&mut buffer, Seq::new(1), &commit).expect("encodes");
            let line = buffer.strip_prefix(b"before\n").and_then(|rest| rest.strip_suffix(b"\n")).expect("one line");
            assert!(!line.contains(&b'\n'));
            let json = checked(line).expect("checksum is right");
            assert_eq!(leading_position(json), Some(Position { seq: commit.seq, batch: Seq::new(1) }));
            assert_eq!(self::commit(json).expect("reads back"), *commit);
            let bare = without_batch(json).expect("one of ours");
            assert_eq!(self::commit(&bare).expect("reads back"), *commit);
            assert_eq!(with_batch(&bare, Seq::new(1)).as_deref(), Some(json));
            assert_eq!(with_batch(json, Seq::new(1)), None);
            assert_eq!(last_seq(json, commit.seq), commit.last_seq());
        }
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let mut buffer = Vec::new();
        let events = vec![Event::TableRemoved(TableId::new(7))];
        let commit =
            Commit { seq: Seq::new(9), at: Timestamp::from_ms(1), principal: Principal::System, key: None, events };
        encode(&mut buffer, Seq::new(9), &commit).expect("encodes");
        buffer.pop();
        for bit in 0..buffer.len() * 8 {
            buffer[bit / 8] ^= 1 << (bit % 8);
            assert!(checked(&buffer).is_none(), "bit {bit}");
            buffer[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(checked(&buffer).is_some());
        assert!(checked(&buffer[..8]).is_none() && checked(b"").is_none());
    }

    #[test]
    fn a_line_with_its_fields_in_another_order_is_still_read() {
        let json = br#"{"batch":4,"events":[{"table_removed":7},{"not_known_here":{}}],"seq":5,"at":0}"#;
        assert_eq!(leading_position(json), None);
        assert_eq!(position(json), Some(Position { seq: Seq::new(5), batch: Seq::new(4) }));
        assert_eq!(last_seq(json, Seq::new(5)), Seq::new(6));
        assert!(commit(json).is_err());
    }
}
