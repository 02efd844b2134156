//! Brotli (RFC 7932) for the menu: matches within a window, and a prefix code for each kind of symbol, three for literals
//! by what stands before them. It uses neither the format's own dictionary nor block types; the library that has them all
//! takes a ninth of the program.

mod matches;
mod prefix_code;

use std::ops::Range;

use matches::{Finder, Match};
use prefix_code::PrefixCode;

/// The window is 2 to the power of this, in bytes, so that a reader's memory stays small.
const WINDOW_BITS: u32 = 18;
/// Largest distance in such a window (section 9.1).
const DISTANCE_MAX: usize = (1 << WINDOW_BITS) - 16;
/// Bytes that share prefix codes.
const BLOCK_BYTES: usize = 1 << 20;

/// Prefix codes for literals.
const TREES: usize = 3;

/// Base and extra bits of insert lengths and of copy lengths (section 5).
#[rustfmt::skip] // A table is read in lines.
const INSERTS: [(usize, u32); 24] = [
    (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 1), (8, 1), (10, 2), (14, 2), (18, 3), (26, 3),
    (34, 4), (50, 4), (66, 5), (98, 5), (130, 6), (194, 7), (322, 8), (578, 9), (1_090, 10), (2_114, 12), (6_210, 14), (22_594, 24),
];
#[rustfmt::skip] // A table is read in lines.
const COPIES: [(usize, u32); 24] = [
    (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 1), (12, 1), (14, 2), (18, 2),
    (22, 3), (30, 3), (38, 4), (54, 4), (70, 5), (102, 5), (134, 6), (198, 7), (326, 8), (582, 9), (1_094, 10), (2_118, 24),
];
/// First symbol of each cell of insert and copy lengths, eight codes by eight (section 5).
const CELLS: [[usize; 3]; 3] = [[128, 192, 384], [256, 320, 512], [448, 576, 640]];

/// Compresses to one stream.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut out = Bits::default();
    out.put(((WINDOW_BITS - 17) << 1 | 1).into(), 4);
    let mut finder = Finder::new(bytes, DISTANCE_MAX);
    // As every stream begins (section 4).
    let mut last_distances = [4, 11, 15, 16];
    for begin in (0..bytes.len()).step_by(BLOCK_BYTES) {
        let end = bytes.len().min(begin + BLOCK_BYTES);
        let block = Block::of(finder.matches(begin, end), begin..end, &mut last_distances);
        // Never the last one: that is empty, so that nothing need be known in advance.
        out.put(0, 1);
        let length = (end - begin - 1) as u64;
        let nibbles = if length < 1 << 16 { 4 } else { 5 };
        out.put(u64::from(nibbles) - 4, 2);
        out.put(length, nibbles * 4);
        out.put(0, 1);
        block.write(bytes, &mut out);
    }
    out.put(0b11, 2);
    out.finish()
}

/// Literals, then a copy of what stands `distance` bytes before.
struct Command {
    literals: Range<usize>,
    symbol: usize,
    extra: [(u64, u32); 2],
    distance: Option<Distance>,
}

struct Distance {
    symbol: usize,
    extra: (u64, u32),
}

/// What stands between two headers.
struct Block {
    commands: Vec<Command>,
}

impl Block {
    fn of(matches: Vec<Match>, place: Range<usize>, last_distances: &mut [usize; 4]) -> Self {
        let mut commands = Vec::with_capacity(matches.len() + 1);
        let mut at = place.start;
        for Match { begin, length, distance } in matches {
            let known = last_distances.iter().position(|last| *last == distance);
            commands.push(Command::new(at..begin, length, Some((distance, known))));
            // The last one does not count once more when it is told again.
            if known != Some(0) {
                last_distances.rotate_right(1);
                last_distances[0] = distance;
            }
            at = begin + length;
        }
        if at < place.end {
            // The block is whole after these literals, so the copy is never read.
            commands.push(Command::new(at..place.end, COPIES[0].0, None));
        }
        Self { commands }
    }

    fn write(&self, bytes: &[u8], out: &mut Bits) {
        let (mut literals, mut lengths, mut distances) = (vec![vec![0; 256]; TREES], vec![0; 704], vec![0; 64]);
        for command in &self.commands {
            lengths[command.symbol] += 1;
            for at in command.literals.clone() {
                literals[tree_after(bytes, at)][usize::from(bytes[at])] += 1;
            }
            if let Some(distance) = &command.distance {
                distances[distance.symbol] += 1;
            }
        }
        let literals: Vec<_> = literals.iter().map(|counts| PrefixCode::of(counts)).collect();
        let [lengths, distances] = [lengths, distances].map(|counts| PrefixCode::of(&counts));
        // One block type each, no postfix and no direct distances.
        out.put(0, 3 + 2 + 4);
        store_trees(out);
        // One tree of distances.
        out.put(0, 1);
        for code in literals.iter().chain([&lengths, &distances]) {
            code.store(out);
        }
        for command in &self.commands {
            lengths.put(command.symbol, out);
            for (extra, bits) in command.extra {
                out.put(extra, bits);
            }
            for at in command.literals.clone() {
                literals[tree_after(bytes, at)].put(usize::from(bytes[at]), out);
            }
            if let Some(distance) = &command.distance {
                distances.put(distance.symbol, out);
                out.put(distance.extra.0, distance.extra.1);
            }
        }
    }
}

/// The tree of the literal at a place: after ASCII, within a sign of UTF-8, or after its first byte.
fn tree_after(bytes: &[u8], at: usize) -> usize {
    let before = at.checked_sub(1).map_or(0, |before| bytes[before]);
    tree_of(before >> 2)
}

/// The same by the upper six bits of the byte before, which is the context that is used (section 7.1, MSB6).
const fn tree_of(context: u8) -> usize {
    match context << 2 {
        0..=0x7f => 0,
        0x80..=0xbf => 1,
        _ => 2,
    }
}

/// Tells which context has which tree (section 7.3).
fn store_trees(out: &mut Bits) {
    out.put(1, 2);
    // Three trees: one more than two, and nothing beyond.
    out.put(0b0_0011, 5);
    // Runs are not told apart.
    out.put(0, 1);
    let trees: Vec<_> = (0..64).map(tree_of).collect();
    let mut counts = [0; TREES];
    for tree in &trees {
        counts[*tree] += 1;
    }
    let code = PrefixCode::of(&counts);
    code.store(out);
    for tree in trees {
        code.put(tree, out);
    }
    // The map is told as it is.
    out.put(0, 1);
}

impl Command {
    /// `distance` comes with its place among the last ones, if it has one.
    fn new(literals: Range<usize>, copied: usize, distance: Option<(usize, Option<usize>)>) -> Self {
        let (insert, insert_extra) = code_of(&INSERTS, literals.len());
        let (copy, copy_extra) = code_of(&COPIES, copied);
        let within = (insert & 7) << 3 | copy & 7;
        let (symbol, distance) = match distance {
            // Short ones say by their symbol that the distance is the last one.
            Some((_, Some(0))) if insert < 8 && copy < 16 => ((copy >> 3) << 6 | within, None),
            distance => {
                let distance = distance.map(|(distance, known)| Distance::of(distance, known));
                (CELLS[insert >> 3][copy >> 3] | within, distance)
            }
        };
        Self { literals, symbol, extra: [insert_extra, copy_extra], distance }
    }
}

fn code_of(codes: &[(usize, u32); 24], length: usize) -> (usize, (u64, u32)) {
    let code = codes.partition_point(|(base, _)| *base <= length) - 1;
    let (base, bits) = codes[code];
    (code, ((length - base) as u64, bits))
}

impl Distance {
    fn of(distance: usize, known: Option<usize>) -> Self {
        if let Some(symbol) = known {
            return Self { symbol, extra: (0, 0) };
        }
        let shifted = distance + 3;
        let bits = shifted.ilog2() - 1;
        let half = shifted >> bits & 1;
        let symbol = 16 + 2 * (bits as usize - 1) + half;
        Self { symbol, extra: ((shifted - ((2 + half) << bits)) as u64, bits) }
    }
}

/// Bits, the lowest first.
#[derive(Default)]
pub(super) struct Bits {
    out: Vec<u8>,
    waiting: u64,
    count: u32,
}

impl Bits {
    /// Appends the lowest `count` bits, at most 32 of them.
    fn put(&mut self, bits: u64, count: u32) {
        self.waiting |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push((self.waiting & 0xff) as u8);
            self.waiting >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.out.push((self.waiting & 0xff) as u8);
        }
        self.out
    }
}

#[cfg(test)]
mod tests;
