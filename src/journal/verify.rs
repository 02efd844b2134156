//! Reads a whole journal and tells whether it is sound: every line, every gap, and whether each checkpoint is what its
//! commits lead to. Changes nothing, and may run beside the process that writes.

use std::path::Path;

use super::checkpoint;
use super::disk::Disk;
use super::error::JournalError;
use super::lineage::Lineage;
use super::notes::{LostRange, RecoveryNote};
use super::recover::{Found, read_what_can_be_read, read_while_written, read_whole};
use super::replay::{Replay, Replayed};
use super::segment::{SegmentName, effective};
use crate::domain::ids::Seq;
use crate::domain::invariants;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;

/// What a whole journal holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The store it says it belongs to.
    pub store: Option<StoreSlug>,
    /// The history it belongs to.
    pub lineage: Option<Lineage>,
    /// Segments that count.
    pub segments: u64,
    /// Segments that later ones replace; they are kept all the same.
    pub superseded: u64,
    /// Bytes of all segments.
    pub bytes: u64,
    /// Commits that apply.
    pub commits: u64,
    /// Last seq.
    pub last_seq: Seq,
    /// Acknowledged seqs that are lost: recorded by a start, or found now.
    pub lost: Vec<LostRange>,
    /// The same checkpoints and lines in words.
    pub notes: Vec<RecoveryNote>,
    /// Checkpoints, oldest first.
    pub checkpoints: Vec<VerifiedCheckpoint>,
    /// A rule of the domain that the state at the end breaks.
    pub broken_invariant: Option<String>,
    /// The state at the end, by every commit from the first on.
    pub state: StoreState,
}

/// One checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    /// Where it stands.
    pub seq: Seq,
    /// What is wrong with the file.
    pub fault: Option<String>,
    /// Whether it is what the commits before it lead to; unknown when some of those are lost.
    pub agrees: Option<bool>,
}

impl Verified {
    /// Whether nothing acknowledged is lost and nothing is damaged. A torn batch at the end is no damage.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_harmless =
            |note: &RecoveryNote| matches!(note, RecoveryNote::TornBatch { .. } | RecoveryNote::Replayed { .. });
        self.lost.is_empty()
            && self.broken_invariant.is_none()
            && self.notes.iter().all(is_harmless)
            && self.checkpoints.iter().all(|checkpoint| checkpoint.fault.is_none() && checkpoint.agrees == Some(true))
    }
}

/// Verifies the journal in `folder`.
///
/// # Errors
/// When the folder cannot be read or a newer version wrote it. Damage is no error but stands in the report.
pub fn verify(folder: &Path) -> Result<Verified, JournalError> {
    verify_on(&Disk::default(), folder)
}

pub(super) fn verify_on(disk: &Disk, folder: &Path) -> Result<Verified, JournalError> {
    loop {
        let before = disk.list(folder)?;
        let verified = verify_listed(disk, folder)?;
        // A segment that was compressed meanwhile must not be taken for a lost one.
        let now = disk.list(folder)?;
        let is_gone = |file: &String| SegmentName::parse(file).is_some() && !now.contains(file);
        if !before.iter().any(is_gone) {
            return Ok(verified);
        }
    }
}

fn verify_listed(disk: &Disk, folder: &Path) -> Result<Verified, JournalError> {
    let found = Found::list(disk, folder, None)?;
    let lost_before = found.lost();
    let whole = replay(disk, folder, &found, &lost_before, None)?;
    let mut verified = Verified {
        store: found.store(),
        lineage: found.lineage(),
        segments: 0,
        superseded: 0,
        bytes: 0,
        commits: whole.commits,
        last_seq: whole.state.seq,
        lost: lost_before.iter().chain(&whole.lost).copied().collect(),
        notes: found.header_notes(),
        checkpoints: Vec::new(),
        broken_invariant: invariants::check_all(&whole.state).err().map(|violation| violation.to_string()),
        state: whole.state,
    };
    verified.notes.extend(whole.notes);
    let names = found.names();
    verified.segments = effective(names.clone()).len() as u64;
    verified.superseded = names.len() as u64 - verified.segments;
    for name in names {
        let file = disk.open(&folder.join(name.to_string()), false);
        verified.bytes += file.and_then(|file| file.length()).unwrap_or(0);
    }
    for seq in &found.checkpoints {
        let (fault, agrees) = match checkpoint::read(disk, folder, *seq)? {
            Err(fault) => (Some(fault), None),
            Ok((_, state)) => {
                let before = replay(disk, folder, &found, &lost_before, Some(*seq))?;
                let is_known = before.lost.is_empty() && lost_before.iter().all(|range| range.first > *seq);
                (None, is_known.then(|| before.state == state))
            }
        };
        verified.checkpoints.push(VerifiedCheckpoint { seq: *seq, fault, agrees });
    }
    Ok(verified)
}

/// Replays from the first commit, up to a seq or to the end.
fn replay(
    disk: &Disk,
    folder: &Path,
    found: &Found,
    lost_before: &[LostRange],
    until: Option<Seq>,
) -> Result<Replayed, JournalError> {
    let counting = effective(found.names());
    let durable = until.unwrap_or_else(|| found.durable(&counting));
    let mut replay = Replay::new(StoreState::default(), durable, lost_before);
    let end = until.map_or(Seq::new(u64::MAX), Seq::next);
    let last = counting.len().saturating_sub(1);
    for (place, (name, limit)) in counting.iter().enumerate().take_while(|(_, (name, _))| name.first < end) {
        let path = folder.join(name.to_string());
        let bytes = if place == last { read_while_written(disk, &path)? } else { read_what_can_be_read(disk, &path)? };
        let is_last = place == last && until.is_none();
        read_whole(&mut replay, *name, (*limit).min(end), is_last, &bytes);
    }
    Ok(replay.finish())
}
