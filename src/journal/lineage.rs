//! The id of one unbroken history: a page that saw another lineage starts over.

use serde::{Deserialize, Serialize};

use super::error::JournalError;

/// Random, 128 bits, written as 32 hex digits. Renewed by a restore and by a start that lost acknowledged seqs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lineage(u128);

impl Lineage {
    /// Takes a raw id.
    #[must_use]
    pub const fn new(raw: u128) -> Self {
        Self(raw)
    }

    /// A fresh one.
    pub fn random() -> Result<Self, JournalError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| JournalError::Random)?;
        Ok(Self(u128::from_le_bytes(bytes)))
    }

    /// The raw id.
    #[must_use]
    pub const fn get(self) -> u128 {
        self.0
    }

    /// Reads 32 hex digits, otherwise nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| u128::from_str_radix(text, 16).ok().map(Self)).flatten()
    }
}

impl std::fmt::Display for Lineage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Serialize for Lineage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Lineage {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a lineage"))
    }
}
