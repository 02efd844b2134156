//! Walks the lines that a start reads, in seq order, and applies them. Here stands the rule that tells a torn batch
//! (never acknowledged, set aside) from damage (acknowledged, skipped and told).

use super::line;
use super::notes::{LossReason, LostRange, RecoveryNote};
use super::scan::{self, Piece};
use super::segment::{Form, SegmentName};
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;

/// What a replay came to.
pub(super) struct Replayed {
    pub(super) state: StoreState,
    pub(super) notes: Vec<RecoveryNote>,
    /// Commits that were applied.
    pub(super) commits: u64,
    /// Lost seqs that no earlier start recorded.
    pub(super) lost: Vec<LostRange>,
    /// Intact lines that nothing proves to be durable, and the seq they begin with.
    pub(super) survivors: Vec<u8>,
    pub(super) survivors_first: Seq,
}

/// A replay under way.
pub(super) struct Replay<'a> {
    state: StoreState,
    /// Seq of the checkpoint it began with.
    base: Seq,
    /// Everything up to here was durable.
    durable: Seq,
    /// What earlier starts recorded as lost. It stays lost even if it could be read now, because everything after it
    /// was decided without it.
    lost_before: &'a [LostRange],
    /// Lines that the checkpoint holds are counted one by one, so that one that is simply not there is missed too.
    counts_all: bool,
    /// First seq not yet met.
    expected: Seq,
    commits: u64,
    notes: Vec<RecoveryNote>,
    lost: Vec<LostRange>,
    survivors: Vec<u8>,
    survivors_first: Seq,
}

/// Bytes that are no lines.
#[derive(Clone, Copy)]
struct Damage {
    offset: usize,
    bytes: usize,
}

impl<'a> Replay<'a> {
    /// Begins on top of a checkpoint's state. Everything up to `durable` was durable, whatever the lines say.
    pub(super) fn new(state: StoreState, durable: Seq, lost_before: &'a [LostRange]) -> Self {
        Self {
            base: state.seq,
            state,
            durable,
            lost_before,
            counts_all: false,
            expected: Seq::new(1),
            commits: 0,
            notes: lost_before.iter().map(|range| RecoveryNote::LostBefore(*range)).collect(),
            lost: Vec::new(),
            survivors: Vec::new(),
            survivors_first: Seq::new(0),
        }
    }

    /// Misses every line, also one of which no damaged byte is left. Slower; a start need not know.
    pub(super) fn counting_all(mut self) -> Self {
        self.counts_all = true;
        self
    }

    /// Everything before `batch` was durable too: a batch is only written once those before it are.
    pub(super) fn believe_before(&mut self, batch: Seq) {
        self.durable = self.durable.max(Seq::new(batch.get().saturating_sub(1)));
    }

    /// The journal begins with `first`; what should stand before it is lost.
    pub(super) fn begin_at(&mut self, first: Seq) {
        self.miss_before(first);
    }

    /// Segments before `first` are not read: the checkpoint holds their effect.
    pub(super) fn pass_to(&mut self, first: Seq) {
        self.expected = self.expected.max(first);
    }

    /// Reads the lines of a segment that count, which is below `limit`. Only the last segment can end in a torn batch.
    pub(super) fn read_segment(&mut self, name: SegmentName, limit: Seq, is_last: bool, bytes: &[u8]) {
        self.miss_before(name.first);
        let mut damage: Option<Damage> = None;
        // A line that the checkpoint holds; its last seq is looked up only where it matters.
        let mut passed: Option<(Seq, &[u8])> = None;
        for piece in scan::pieces(bytes, 0) {
            let (offset, line, json) = match piece {
                // The header; its damage is told where it is read.
                Piece::Bad { offset: 0, .. } => continue,
                Piece::Bad { offset, bytes } => {
                    damage.get_or_insert(Damage { offset, bytes: 0 }).bytes += bytes;
                    continue;
                }
                Piece::Line { offset, bytes, json } => (offset, bytes, json),
            };
            let Some(seq) = line::position(json).map(|position| position.seq) else { continue };
            if seq >= limit {
                break;
            }
            if let Some((before, json)) = passed.take() {
                let follows = damage.is_none() && seq <= self.base && !self.counts_all;
                self.expected = if follows { seq } else { line::last_seq(json, before).next() };
            }
            if seq < self.expected {
                // Met already: somebody copied lines by hand.
                continue;
            }
            if seq > self.expected && seq > self.durable.next() {
                let from = damage.map_or(offset, |damage| damage.offset);
                self.set_aside(name, from, bytes);
                return;
            }
            self.miss_before(seq);
            if let Some(damage) = damage.take() {
                self.note_damage(name, damage);
            }
            if seq <= self.base {
                passed = Some((seq, json));
            } else {
                self.take(seq, line, json);
            }
        }
        if let Some((seq, json)) = passed {
            self.expected = line::last_seq(json, seq).next();
        }
        match damage {
            Some(damage) if is_last && self.expected > self.durable => self.set_aside(name, damage.offset, bytes),
            // Below the limit everything was durable; at the limit an earlier start set it aside. A segment that was
            // compressed had nothing bad in it.
            Some(damage) if is_last || self.expected < limit || name.form == Form::Compressed => {
                self.note_damage(name, damage);
            }
            _ => {}
        }
    }

    /// Ends the replay: what was durable and did not turn up is lost.
    pub(super) fn finish(mut self) -> Replayed {
        if self.base >= self.expected {
            let journal = Seq::new(self.expected.get() - 1);
            self.notes.push(RecoveryNote::CheckpointAhead { checkpoint: self.base, journal });
        }
        self.miss_before(self.durable.next());
        if self.commits > 0 {
            self.notes.push(RecoveryNote::Replayed { commits: self.commits });
        }
        self.notes.extend(self.lost.iter().map(|range| RecoveryNote::Lost(*range)));
        Replayed {
            state: self.state,
            commits: self.commits,
            notes: self.notes,
            lost: self.lost,
            survivors: self.survivors,
            survivors_first: self.survivors_first,
        }
    }

    /// Takes an intact line that follows the one before it.
    fn take(&mut self, seq: Seq, line: &[u8], json: &[u8]) {
        let (last, refused) = match line::commit(json) {
            Err(_) => (line::last_seq(json, seq), Some(LossReason::Unreadable)),
            Ok(commit) if self.is_known_lost(seq) => (commit.last_seq(), None),
            Ok(commit) => match self.state.accept(&commit) {
                Ok(()) => {
                    self.commits += 1;
                    (commit.last_seq(), None)
                }
                Err(_) => (commit.last_seq(), Some(LossReason::DoesNotApply)),
            },
        };
        if seq > self.durable {
            if self.survivors.is_empty() {
                self.survivors_first = seq;
            }
            self.survivors.extend_from_slice(line);
        }
        if let Some(why) = refused {
            self.lose(seq, last, why);
        }
        self.state.skip_to(last);
        self.expected = last.next();
    }

    fn is_known_lost(&self, seq: Seq) -> bool {
        self.lost_before.iter().any(|range| range.contains(seq))
    }

    /// Everything durable up to before `next` should have turned up.
    fn miss_before(&mut self, next: Seq) {
        if self.expected < next {
            let last = Seq::new(next.get() - 1);
            self.lose(self.expected, last, LossReason::Damaged);
            self.state.skip_to(last);
            self.expected = next;
        }
    }

    /// Notes lost seqs, in the checkpoint and after it apart, without those that are known to be lost.
    fn lose(&mut self, first: Seq, last: Seq, why: LossReason) {
        let mut first = first;
        while first <= last {
            if let Some(known) = self.lost_before.iter().find(|range| range.contains(first)) {
                first = known.last.next();
                continue;
            }
            let next_known = self.lost_before.iter().map(|range| range.first).filter(|known| *known > first).min();
            let mut end = next_known.map_or(last, |known| last.min(Seq::new(known.get() - 1)));
            let in_checkpoint = first <= self.base;
            if in_checkpoint {
                end = end.min(self.base);
            }
            match self.lost.last_mut() {
                Some(range)
                    if range.last.next() == first && range.why == why && range.in_checkpoint == in_checkpoint =>
                {
                    range.last = end;
                }
                _ => self.lost.push(LostRange { first, last: end, why, in_checkpoint }),
            }
            first = end.next();
        }
    }

    fn note_damage(&mut self, name: SegmentName, damage: Damage) {
        let (offset, bytes) = (damage.offset as u64, damage.bytes as u64);
        self.notes.push(RecoveryNote::Damage { segment: name.to_string(), offset, bytes });
    }

    /// From here on nothing was acknowledged, except what was durable and does not turn up.
    fn set_aside(&mut self, name: SegmentName, offset: usize, bytes: &[u8]) {
        let torn = scan::used_length(bytes).saturating_sub(offset) as u64;
        let first = self.expected.max(self.durable.next());
        self.notes.push(RecoveryNote::TornBatch {
            segment: name.to_string(),
            offset: offset as u64,
            bytes: torn,
            first,
        });
    }
}
