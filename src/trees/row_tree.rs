//! One sled tree as rows of any length: a row is kept as a head and further parts, each below 8 KiB. It reads; writing
//! is [`super::tree_writer`]'s.

use serde::{Deserialize, Serialize};

use super::codec::{decode, raw_bytes};
use super::error::TreesError;
use super::keys::{self, KeyRange};
use super::rows::Mark;

/// Bytes of a row kept in one value. sled writes a leaf of up to 17 values (a few more after a merge) as one item, and
/// an item over 128 KiB goes to a file of its own that is never synced; 20 parts of this size stay below.
pub(super) const PART_BYTES: usize = 6 * 1024;

/// First value of a row.
#[derive(Serialize, Deserialize)]
pub(super) struct Head<'a> {
    /// How many further parts there are.
    pub(super) parts: u32,
    /// The first of its bytes.
    #[serde(borrow, serialize_with = "raw_bytes")]
    pub(super) bytes: &'a [u8],
}

/// Further value of a row.
#[derive(Serialize, Deserialize)]
pub(super) struct Part<'a> {
    /// The next of its bytes.
    #[serde(borrow, serialize_with = "raw_bytes")]
    pub(super) bytes: &'a [u8],
}

/// A tree, to be read. Cloning shares it.
#[derive(Debug, Clone)]
pub(super) struct RowTree {
    pub(super) sled: sled::Tree,
    pub(super) name: &'static str,
}

impl RowTree {
    /// Opens the tree of that name, or makes it.
    pub(super) fn open(db: &sled::Db, name: &'static str) -> Result<Self, TreesError> {
        Ok(Self { sled: db.open_tree(name)?, name })
    }

    /// How far the tree is; nothing when it is new.
    pub(super) fn mark(&self) -> Result<Option<Mark>, TreesError> {
        self.sled.get(keys::MARK)?.map(|value| decode(&value)).transpose()
    }

    /// The whole row.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TreesError> {
        let mut row = Vec::new();
        Ok(self.append(key, &mut row)?.then_some(row))
    }

    /// Appends the row to `out`; false when there is none.
    pub(super) fn append(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool, TreesError> {
        let Some(head) = self.sled.get(key)? else { return Ok(false) };
        self.append_from(key, &head, out)?;
        Ok(true)
    }

    /// Appends the row whose head has been read.
    pub(super) fn append_from(&self, key: &[u8], head: &[u8], out: &mut Vec<u8>) -> Result<(), TreesError> {
        let head: Head<'_> = decode(head)?;
        out.extend_from_slice(head.bytes);
        for number in 1..=head.parts {
            let value = self
                .sled
                .get(keys::part(key, number))?
                .ok_or_else(|| TreesError::Damaged(format!("{}: part {number} of a row is missing", self.name)))?;
            out.extend_from_slice(decode::<Part<'_>>(&value)?.bytes);
        }
        Ok(())
    }

    /// Further parts of a row, if there is such a row.
    pub(super) fn parts_of(&self, key: &[u8]) -> Result<Option<u32>, TreesError> {
        let Some(head) = self.sled.get(key)? else { return Ok(None) };
        Ok(Some(decode::<Head<'_>>(&head)?.parts))
    }

    /// Keys and heads within a range, in order.
    pub(super) fn heads(
        &self,
        range: KeyRange,
    ) -> impl Iterator<Item = Result<(sled::IVec, sled::IVec), TreesError>> + use<> {
        self.sled.range::<Vec<u8>, KeyRange>(range).map(|entry| entry.map_err(TreesError::from))
    }

    /// Keys and rows within a range, in order.
    pub(super) fn rows(
        &self,
        range: KeyRange,
    ) -> impl Iterator<Item = Result<(sled::IVec, Vec<u8>), TreesError>> + use<'_> {
        self.heads(range).map(|entry| {
            let (key, head) = entry?;
            let mut row = Vec::new();
            self.append_from(&key, &head, &mut row)?;
            Ok((key, row))
        })
    }
}
