//! Memory of Idempotency-Keys: which commit answered which key, for the newest keys, across restarts.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::command::{IdempotencyKey, KeyKind};
use super::ids::{BodyHash, KeyHash, Seq};
use super::limits::{ORDER_KEYS_MAX, WRITE_KEYS_MAX};

/// The commit that answered a key, and the body it was asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// First seq of the commit.
    pub seq: Seq,
    /// The body's hash.
    pub body: BodyHash,
}

/// Keys of orders and of other writes, each in a memory of its own so that neither pushes the other out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeyMemory {
    orders: Keys,
    writes: Keys,
}

impl KeyMemory {
    /// The commit that answered this key.
    #[must_use]
    pub fn find(&self, key: &IdempotencyKey) -> Option<Answered> {
        match key.kind {
            KeyKind::Order => self.orders.find(key.hash),
            KeyKind::Write => self.writes.find(key.hash),
        }
    }

    /// Remembers that the commit at `seq` answered this key; the oldest key of a full memory is forgotten.
    pub fn remember(&mut self, key: &IdempotencyKey, seq: Seq) {
        let (keys, max) = match key.kind {
            KeyKind::Order => (&mut self.orders, ORDER_KEYS_MAX),
            KeyKind::Write => (&mut self.writes, WRITE_KEYS_MAX),
        };
        keys.remember(key.hash, Answered { seq, body: key.body }, max);
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(KeyHash, Seq, BodyHash)>", into = "Vec<(KeyHash, Seq, BodyHash)>")]
struct Keys {
    by_hash: HashMap<KeyHash, Answered>,
    oldest_first: VecDeque<KeyHash>,
}

impl Keys {
    fn find(&self, hash: KeyHash) -> Option<Answered> {
        self.by_hash.get(&hash).copied()
    }

    fn remember(&mut self, hash: KeyHash, answered: Answered, max: usize) {
        if self.by_hash.insert(hash, answered).is_none() {
            self.oldest_first.push_back(hash);
        }
        while self.oldest_first.len() > max {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.by_hash.remove(&oldest);
            }
        }
    }
}

impl From<Vec<(KeyHash, Seq, BodyHash)>> for Keys {
    fn from(rows: Vec<(KeyHash, Seq, BodyHash)>) -> Self {
        let oldest_first = rows.iter().map(|row| row.0).collect();
        let by_hash = rows.into_iter().map(|(hash, seq, body)| (hash, Answered { seq, body })).collect();
        Self { by_hash, oldest_first }
    }
}

impl From<Keys> for Vec<(KeyHash, Seq, BodyHash)> {
    fn from(keys: Keys) -> Self {
        keys.oldest_first
            .iter()
            .filter_map(|hash| keys.by_hash.get(hash).map(|answered| (*hash, answered.seq, answered.body)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_keys_are_kept_and_the_oldest_forgotten() {
        let key = |n: u128, kind| IdempotencyKey { hash: KeyHash(n), body: BodyHash(n), kind };
        let mut memory = KeyMemory::default();
        memory.remember(&key(5, KeyKind::Order), Seq::new(1));
        for n in 0..=WRITE_KEYS_MAX as u64 {
            memory.remember(&key(u128::from(n), KeyKind::Write), Seq::new(10 + n));
        }
        assert!(memory.find(&key(0, KeyKind::Write)).is_none());
        assert_eq!(memory.find(&key(1, KeyKind::Write)).map(|a| a.seq), Some(Seq::new(11)));
        assert_eq!(memory.find(&key(5, KeyKind::Order)).map(|a| a.seq), Some(Seq::new(1)));
    }
}
