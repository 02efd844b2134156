//! Changes of one tree, gathered and then written as one batch that carries the tree's own mark. It decides nothing
//! about what the rows mean.

use std::collections::BTreeMap;

use super::codec::encode;
use super::error::TreesError;
use super::keys::{self, KeyRange};
use super::row_tree::{Head, PART_BYTES, Part, RowTree};
use super::rows::Mark;
use crate::domain::ids::Seq;

/// One tree, to be written. Only the writer's thread has it.
pub(super) struct TreeWriter {
    rows: RowTree,
    /// What the mark in the tree says.
    mark: Mark,
    /// Rows put (with their bytes) or taken out since the last batch.
    changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl TreeWriter {
    /// Goes on where the tree's mark stands.
    pub(super) const fn new(rows: RowTree, mark: Mark) -> Self {
        Self { rows, mark, changes: BTreeMap::new() }
    }

    /// Whether the event at `seq` is in the tree already.
    pub(super) fn has(&self, seq: Seq) -> bool {
        seq <= self.mark.applied
    }

    /// The row as it will be after the next batch.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TreesError> {
        match self.changes.get(key) {
            Some(change) => Ok(change.clone()),
            None => self.rows.get(key),
        }
    }

    /// Whether that row will be there after the next batch.
    pub(super) fn contains(&self, key: &[u8]) -> Result<bool, TreesError> {
        match self.changes.get(key) {
            Some(change) => Ok(change.is_some()),
            None => Ok(self.rows.sled.contains_key(key)?),
        }
    }

    /// Keys of rows within a range as they will be after the next batch, in no particular order.
    pub(super) fn keys(&self, range: KeyRange) -> Result<Vec<Vec<u8>>, TreesError> {
        let mut keys = Vec::new();
        for entry in self.rows.heads(range.clone()) {
            let key = entry?.0.to_vec();
            if !self.changes.contains_key(&key) {
                keys.push(key);
            }
        }
        let changed = self.changes.range(range).filter(|(_, change)| change.is_some());
        keys.extend(changed.map(|(key, _)| key.clone()));
        Ok(keys)
    }

    /// Puts a row in, replacing the one that was there.
    pub(super) fn put(&mut self, key: Vec<u8>, row: Vec<u8>) {
        self.changes.insert(key, Some(row));
    }

    /// Takes a row out.
    pub(super) fn remove(&mut self, key: Vec<u8>) {
        self.changes.insert(key, None);
    }

    /// Writes what was gathered, as one batch with the mark at `applied`. Answers how many bytes it wrote; nothing is
    /// written when nothing was gathered, and the mark then lags until [`Self::write_mark`].
    pub(super) fn write(&mut self, applied: Seq) -> Result<usize, TreesError> {
        if self.changes.is_empty() { Ok(0) } else { self.write_batch(applied) }
    }

    /// Writes the mark although no row changed, so that a restart need not pass over the same events again.
    pub(super) fn write_mark(&mut self, applied: Seq) -> Result<usize, TreesError> {
        if self.mark.applied == applied { Ok(0) } else { self.write_batch(applied) }
    }

    /// Writes the first mark of a new tree.
    pub(super) fn write_first_mark(&mut self) -> Result<usize, TreesError> {
        self.write_batch(self.mark.applied)
    }

    fn write_batch(&mut self, applied: Seq) -> Result<usize, TreesError> {
        let mut batch = sled::Batch::default();
        let mut count = self.mark.rows;
        let mut bytes = 0;
        for (key, change) in &self.changes {
            let old = self.rows.parts_of(key)?;
            let new = change.as_ref().map(|row| put_parts(&mut batch, key, row));
            if old.is_some() && new.is_none() {
                batch.remove(key.as_slice());
            }
            for number in new.unwrap_or(0) + 1..=old.unwrap_or(0) {
                batch.remove(keys::part(key, number));
            }
            count = count.saturating_sub(u64::from(old.is_some())) + u64::from(new.is_some());
            bytes += change.as_ref().map_or(0, Vec::len);
        }
        let mark = Mark { applied, rows: count, ..self.mark };
        batch.insert(keys::MARK.as_slice(), encode(&mark));
        self.rows.sled.apply_batch(batch)?;
        self.changes.clear();
        self.mark = mark;
        Ok(bytes)
    }
}

/// Puts the head and the further parts of a row; answers how many further parts there are.
fn put_parts(batch: &mut sled::Batch, key: &[u8], row: &[u8]) -> u32 {
    let (first, rest) = row.split_at(row.len().min(PART_BYTES));
    let parts = u32::try_from(rest.len().div_ceil(PART_BYTES)).expect("no row has 24 TiB");
    batch.insert(key, encode(&Head { parts, bytes: first }));
    for (number, bytes) in (1..=parts).zip(rest.chunks(PART_BYTES)) {
        batch.insert(keys::part(key, number), encode(&Part { bytes }));
    }
    parts
}
