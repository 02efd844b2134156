//! Cuts the bytes of a segment into lines and damage. It knows nothing of seqs.

use super::line;

/// A part of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A line with a right checksum.
    Line {
        /// Where it begins.
        offset: usize,
        /// With its line end.
        bytes: &'a [u8],
        /// Its JSON.
        json: &'a [u8],
    },
    /// Bytes that are no line.
    Bad {
        /// Where they begin.
        offset: usize,
        /// How many they are, up to and with a line end.
        bytes: usize,
    },
}

/// Pieces of `bytes` from `offset` on, up to the zeros of space not yet used.
pub(super) fn pieces(bytes: &[u8], offset: usize) -> impl Iterator<Item = Piece<'_>> {
    let end = used_length(bytes);
    let mut next = offset;
    std::iter::from_fn(move || {
        let start = next;
        let rest = bytes.get(start..end).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |place| place + 1);
        next = start + length;
        let piece = &rest[..length];
        let json = piece.strip_suffix(b"\n").and_then(line::checked);
        Some(match json {
            Some(json) => Piece::Line { offset: start, bytes: piece, json },
            None => Piece::Bad { offset: start, bytes: length },
        })
    })
}

/// Length without the zeros at the end.
pub(super) fn used_length(bytes: &[u8]) -> usize {
    const ZEROS: [u8; 4096] = [0; 4096];
    // Whole blocks are compared at memory speed; a preallocated segment ends with megabytes of zeros.
    let mut end = bytes.len();
    while let Some(block) = end.checked_sub(ZEROS.len()).map(|start| &bytes[start..end])
        && block == ZEROS
    {
        end -= ZEROS.len();
    }
    bytes[..end].iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
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

    fn found(bytes: &[u8]) -> String {
        let words = pieces(bytes, 0).map(|piece| match piece {
            Piece::Line { json, .. } => String::from_utf8_lossy(json).into_owned(),
            Piece::Bad { bytes, .. } => format!("bad{bytes}"),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines_are_found_before_between_and_after_damage() {
        let mut bytes = lines(1..5);
        assert_eq!(found(&bytes), "1 2 3 4");
        bytes[12] ^= 1;
        assert_eq!(found(&bytes), "1 bad11 3 4");
        bytes.extend_from_slice(&[0; 10_000]);
        assert_eq!(found(&bytes), "1 bad11 3 4");
        bytes.extend_from_slice(&lines(9..10));
        assert_eq!(found(&bytes), "1 bad11 3 4 bad10011");
        bytes.extend_from_slice(&lines(10..11));
        assert_eq!(found(&bytes), "1 bad11 3 4 bad10011 10");
        assert_eq!(found(b"half"), "bad4");
        assert_eq!(found(&[0; 9000]), "");
    }

    #[test]
    fn used_length_leaves_out_only_trailing_zeros() {
        for length in [0, 1, 4095, 4096, 4097, 9000] {
            let mut bytes = vec![7; length];
            bytes.extend_from_slice(&[0; 8200]);
            assert_eq!(used_length(&bytes), length);
        }
    }
}
