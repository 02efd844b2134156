//! Checkpoints on disk: the hot state at a seq as two checked lines, `<seq, 20 digits>.checkpoint`. A file has that name
//! only once the seq is durable in the journal, so the name alone proves it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk::Disk;
use super::error::JournalError;
use super::line;
use super::lineage::Lineage;
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;

/// Format that this version writes, and the newest it reads.
const FORMAT: u32 = 1;
/// Checkpoints kept: the newest, and one before it in case the newest is damaged.
const KEPT: usize = 2;
/// Highest seq a name is believed to tell; more than any store reaches.
const SEQ_MAX: u64 = 1 << 56;
/// Name while it is being written.
pub(super) const UNFINISHED_NAME: &str = "checkpoint.tmp";

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CheckpointHeader {
    checkpoint: u32,
    store: StoreSlug,
    pub(super) lineage: Lineage,
    seq: Seq,
}

/// The seq a file name tells, if it is a checkpoint's.
pub(super) fn seq_of(name: &str) -> Option<Seq> {
    let digits = name.strip_suffix(".checkpoint")?;
    let plain = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let seq = plain.then(|| digits.parse().ok()).flatten()?;
    (seq <= SEQ_MAX).then_some(Seq::new(seq))
}

pub(super) fn file_name(seq: Seq) -> String {
    format!("{:020}.checkpoint", seq.get())
}

/// Reads the checkpoint at `seq`.
///
/// # Errors
/// Outer: the disk refuses for a reason that is no damage. Inner: what is wrong with the file.
pub(super) fn read(
    disk: &Disk,
    folder: &Path,
    seq: Seq,
) -> Result<Result<(CheckpointHeader, StoreState), String>, JournalError> {
    let bytes = match disk.read(&folder.join(file_name(seq))) {
        Err(error) if error.is_damage() => return Ok(Err(error.to_string())),
        bytes => bytes?,
    };
    Ok(decode(&bytes, seq))
}

/// Whether the checkpoint at `seq` can be read, as far as its checksums tell.
pub(super) fn is_intact(disk: &Disk, folder: &Path, seq: Seq) -> Result<bool, JournalError> {
    let bytes = match disk.read(&folder.join(file_name(seq))) {
        Err(error) if error.is_damage() => return Ok(false),
        bytes => bytes?,
    };
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n"));
    let mut is_right = || lines.next().flatten().and_then(line::checked).is_some();
    Ok(is_right() && is_right())
}

pub(super) fn decode(bytes: &[u8], seq: Seq) -> Result<(CheckpointHeader, StoreState), String> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut next = || {
        let line = lines.next().and_then(|line| line.strip_suffix(b"\n")).ok_or("it is too short")?;
        line::checked(line).ok_or("a checksum is wrong")
    };
    let header: CheckpointHeader = serde_json::from_slice(next()?).map_err(|error| error.to_string())?;
    if header.checkpoint > FORMAT {
        return Err(format!("format {} is newer than this version", header.checkpoint));
    }
    let state: StoreState = serde_json::from_slice(next()?).map_err(|error| error.to_string())?;
    if header.seq != seq || state.seq != seq {
        return Err("it stands at another seq than its name says".to_owned());
    }
    Ok((header, state))
}

/// A checkpoint that is written and synced but has no name yet.
pub(super) struct Unfinished {
    seq: Seq,
    path: PathBuf,
}

/// Writes and syncs a checkpoint under a temporary name.
pub(super) fn write(
    disk: &Disk,
    folder: &Path,
    store: &StoreSlug,
    lineage: Lineage,
    state: &StoreState,
) -> Result<Unfinished, JournalError> {
    let why = |error: serde_json::Error| JournalError::Encoding { seq: state.seq, why: error.to_string() };
    let header = CheckpointHeader { checkpoint: FORMAT, store: store.clone(), lineage, seq: state.seq };
    let mut bytes = Vec::new();
    line::encode_json(&mut bytes, &header).map_err(why)?;
    line::encode_json(&mut bytes, state).map_err(why)?;
    let path = folder.join(UNFINISHED_NAME);
    let file = disk.create(&path)?;
    file.write_at(&bytes, 0)?;
    file.sync()?;
    Ok(Unfinished { seq: state.seq, path })
}

/// Gives a checkpoint its name, once its seq is durable in the journal, and removes those that are not kept.
pub(super) fn finish(disk: &Disk, folder: &Path, unfinished: &Unfinished) -> Result<(), JournalError> {
    disk.rename(&unfinished.path, &folder.join(file_name(unfinished.seq)))?;
    disk.sync_folder(folder)?;
    let mut seqs: Vec<Seq> = disk.list(folder)?.iter().filter_map(|name| seq_of(name)).collect();
    seqs.sort_unstable();
    for old in seqs.iter().rev().skip(KEPT) {
        disk.remove(&folder.join(file_name(*old)))?;
    }
    Ok(())
}

/// Moves a damaged checkpoint aside, so that it can never be believed later. It is kept.
pub(super) fn set_aside(disk: &Disk, folder: &Path, seq: Seq) -> Result<(), JournalError> {
    let name = file_name(seq);
    match disk.rename(&folder.join(&name), &folder.join(format!("{name}.damaged"))) {
        Err(error) if error.is_damage() => Ok(()),
        renamed => renamed,
    }
}
