//! Finds what stood before within the window: chains of places with the same four bytes, the best match by length and
//! distance, and a look at whether the next place has a better one.

/// Shortest match.
const LENGTH_MIN: usize = 4;
/// Longest match; longer ones become several.
const LENGTH_MAX: usize = 1 << 16;
/// Places of a chain that are looked at.
const CHAIN_MAX: usize = 48;
const HASH_BITS: u32 = 15;
/// In the unit that matches are compared by.
const WORTH_OF_BYTE: usize = 128;
/// Of no place.
const NOWHERE: u32 = u32::MAX;

/// What stands at `begin` stood `distance` bytes before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) begin: usize,
    pub(super) length: usize,
    pub(super) distance: usize,
}

impl Match {
    /// What it is worth: bytes that need not be said, less what it takes to say the distance.
    fn worth(&self) -> usize {
        (self.length * WORTH_OF_BYTE).saturating_sub(30 * self.distance.ilog2() as usize)
    }
}

/// The places passed so far.
pub(super) struct Finder<'a> {
    bytes: &'a [u8],
    distance_max: usize,
    newest: Vec<u32>,
    before: Vec<u32>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(bytes: &'a [u8], distance_max: usize) -> Self {
        Self { bytes, distance_max, newest: vec![NOWHERE; 1 << HASH_BITS], before: Vec::with_capacity(bytes.len()) }
    }

    /// The matches of a part, in order, none of which reaches beyond its end. Parts follow each other.
    pub(super) fn matches(&mut self, begin: usize, end: usize) -> Vec<Match> {
        let mut found = Vec::new();
        let mut at = begin;
        while at < end {
            let mut best = self.best(at, end);
            self.pass(at);
            at += 1;
            // A byte said by itself may make room for a better match.
            while let Some(present) = best
                && at < end
                && let Some(next) = self.best(at, end)
                && next.worth() > present.worth() + WORTH_OF_BYTE
            {
                best = Some(next);
                self.pass(at);
                at += 1;
            }
            if let Some(best) = best {
                found.push(best);
                while at < best.begin + best.length {
                    self.pass(at);
                    at += 1;
                }
            }
        }
        found
    }

    fn hash(&self, at: usize) -> Option<usize> {
        let four = self.bytes.get(at..at + LENGTH_MIN)?;
        let four = u32::from_le_bytes([four[0], four[1], four[2], four[3]]);
        Some((four.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize)
    }

    /// Remembers a place; called once for each, in order.
    fn pass(&mut self, at: usize) {
        let hash = self.hash(at);
        let before = hash.map_or(NOWHERE, |hash| self.newest[hash]);
        self.before.push(before);
        if let Some(hash) = hash {
            self.newest[hash] = u32::try_from(at).unwrap_or(NOWHERE);
        }
    }

    fn best(&self, at: usize, end: usize) -> Option<Match> {
        let longest = (end - at).min(LENGTH_MAX);
        let mut best: Option<Match> = None;
        let mut place = self.newest[self.hash(at)?];
        for _ in 0..CHAIN_MAX {
            if place == NOWHERE {
                break;
            }
            let earlier = place as usize;
            let distance = at - earlier;
            if distance > self.distance_max || best.is_some_and(|best| best.length == longest) {
                break;
            }
            let pairs = self.bytes[at..at + longest].iter().zip(&self.bytes[earlier..]);
            let length = pairs.take_while(|(here, there)| here == there).count();
            let found = Match { begin: at, length, distance };
            if length >= LENGTH_MIN && best.is_none_or(|best| found.worth() > best.worth()) {
                best = Some(found);
            }
            place = self.before[earlier];
        }
        best
    }
}
