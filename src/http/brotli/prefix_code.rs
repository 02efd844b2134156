//! Prefix codes (RFC 7932, section 3): lengths from counts, canonical codes, and how a code itself is written.

use super::Bits;

/// Longest code of a symbol.
const LENGTH_MAX: u32 = 15;
/// Longest code of a code's length.
const LENGTH_CODE_MAX: u32 = 5;
/// Says that zeros follow: three, and as many more as three bits tell.
const ZEROS: usize = 17;
/// The order in which the lengths of the lengths' codes are written.
const ORDER: [usize; 18] = [1, 2, 3, 4, 0, 5, ZEROS, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/// How a length from 0 to 5 is written there: its bits and how many.
const FIXED: [(u64, u32); 6] = [(0, 2), (7, 4), (3, 3), (2, 2), (1, 2), (15, 4)];

/// The code of each symbol of an alphabet.
pub(super) struct PrefixCode {
    lengths: Vec<u32>,
    codes: Vec<u64>,
    /// The first symbol that comes at all.
    first: usize,
}

impl PrefixCode {
    /// The code for symbols that come so often.
    pub(super) fn of(counts: &[u32]) -> Self {
        let lengths = lengths(counts, LENGTH_MAX);
        let first = counts.iter().position(|count| *count > 0).unwrap_or(0);
        Self { codes: canonical(&lengths), lengths, first }
    }

    /// Writes a symbol. The only symbol of a code takes no bits.
    pub(super) fn put(&self, symbol: usize, out: &mut Bits) {
        out.put(self.codes[symbol], self.lengths[symbol]);
    }

    /// Writes the code itself.
    pub(super) fn store(&self, out: &mut Bits) {
        if self.lengths.iter().all(|length| *length == 0) {
            // A simple code of one symbol, which is not even needed where none comes.
            out.put(0b0001, 4);
            out.put(self.first as u64, (self.lengths.len() - 1).ilog2() + 1);
            return;
        }
        let told = told_lengths(&self.lengths);
        let mut counts = [0; 18];
        for (symbol, _) in &told {
            counts[*symbol] += 1;
        }
        let mut lengths = lengths(&counts, LENGTH_CODE_MAX);
        let kinds = counts.iter().filter(|count| **count > 0).count();
        let mut written = ORDER.len();
        if kinds == 1 {
            // Any length says that it is the only one; it then takes no bits.
            let only = counts.iter().position(|count| *count > 0).unwrap_or(0);
            lengths[only] = 3;
        } else {
            written = ORDER.iter().rposition(|symbol| lengths[*symbol] > 0).map_or(0, |last| last + 1);
        }
        out.put(0, 2);
        for symbol in &ORDER[..written] {
            let (bits, count) = FIXED[lengths[*symbol] as usize];
            out.put(bits, count);
        }
        let codes = canonical(&lengths);
        for (symbol, extra) in told {
            if kinds > 1 {
                out.put(codes[symbol], lengths[symbol]);
            }
            if symbol == ZEROS {
                out.put(extra, 3);
            }
        }
    }
}

/// The lengths as they are told: themselves, or zeros of which there are many. What follows the last one is not told.
fn told_lengths(lengths: &[u32]) -> Vec<(usize, u64)> {
    let end = lengths.iter().rposition(|length| *length > 0).map_or(0, |last| last + 1);
    let mut told = Vec::new();
    let mut at = 0;
    while at < end {
        let zeros = lengths[at..end].iter().take_while(|length| **length == 0).count();
        if zeros < 3 {
            told.extend(lengths[at..=at + zeros].iter().map(|length| (*length as usize, 0)));
            at += zeros + 1;
            continue;
        }
        // Each further one multiplies what was told by eight, so the highest part comes first.
        let mut parts = Vec::new();
        let mut left = zeros - 3;
        loop {
            parts.push((ZEROS, (left & 7) as u64));
            left >>= 3;
            if left == 0 {
                break;
            }
            left -= 1;
        }
        told.extend(parts.into_iter().rev());
        at += zeros;
    }
    told
}

/// Lengths of a Huffman code of at most `longest` bits; 0 for symbols that never come, and for the only one that does.
fn lengths(counts: &[u32], longest: u32) -> Vec<u32> {
    let used: Vec<usize> = (0..counts.len()).filter(|symbol| counts[*symbol] > 0).collect();
    let mut lengths = vec![0; counts.len()];
    if used.len() < 2 {
        return lengths;
    }
    let mut least = 1;
    loop {
        // Rare symbols count as if they came more often until no code is too long.
        let depths = depths(&used.iter().map(|symbol| u64::from(counts[*symbol]).max(least)).collect::<Vec<_>>());
        if depths.iter().all(|depth| *depth <= longest) {
            for (symbol, depth) in used.iter().zip(depths) {
                lengths[*symbol] = depth;
            }
            return lengths;
        }
        least *= 2;
    }
}

/// Depth of each leaf of the tree that joins the two lightest until one is left.
fn depths(weights: &[u64]) -> Vec<u32> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;
    let mut heap: BinaryHeap<_> = weights.iter().enumerate().map(|(node, weight)| Reverse((*weight, node))).collect();
    let mut parents = vec![0; weights.len() * 2 - 1];
    for node in weights.len()..parents.len() {
        let mut lightest = || heap.pop().map_or((0, 0), |Reverse(lightest)| lightest);
        let (one, other) = (lightest(), lightest());
        (parents[one.1], parents[other.1]) = (node, node);
        heap.push(Reverse((one.0 + other.0, node)));
    }
    let mut depths = vec![0_u32; parents.len()];
    for node in (0..parents.len() - 1).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    depths.truncate(weights.len());
    depths
}

/// The code of each symbol, its first bit lowest.
fn canonical(lengths: &[u32]) -> Vec<u64> {
    let mut codes = vec![0; lengths.len()];
    let mut code: u32 = 0;
    for length in 1..=LENGTH_MAX {
        code <<= 1;
        for symbol in (0..lengths.len()).filter(|symbol| lengths[*symbol] == length) {
            codes[symbol] = u64::from(code.reverse_bits() >> (32 - length));
            code += 1;
        }
    }
    codes
}
