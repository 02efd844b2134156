//! A tablet's credential: `<store>.<64 hex digits>`. The store keeps only a hash of it.

use sha2::{Digest, Sha256};

use super::tokens::random_u128;
use crate::domain::ids::SecretHash;
use crate::domain::text::StoreSlug;

/// A credential as the tablet keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TabletSecret {
    /// The store it belongs to.
    pub(crate) store: StoreSlug,
    /// What the client keeps.
    pub(crate) text: String,
}

impl TabletSecret {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub(crate) fn random(store: &StoreSlug) -> Result<Self, String> {
        let (high, low) = (random_u128()?, random_u128()?);
        Ok(Self { store: store.clone(), text: format!("{store}.{high:032x}{low:032x}") })
    }

    /// Reads one, otherwise nothing.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (store, secret) = text.split_once('.')?;
        let fits = secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then_some(Self { store: StoreSlug::parse(store)?, text: text.to_owned() })
    }

    /// What the store keeps. The secret has 256 random bits, so a plain hash cannot be turned back.
    pub(crate) fn hash(&self) -> SecretHash {
        SecretHash(first_16_bytes(&Sha256::digest(self.text.as_bytes())))
    }
}

/// The first 16 bytes of a SHA-256 as a number.
pub(crate) fn first_16_bytes(digest: &[u8]) -> u128 {
    digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_reads_back_and_no_two_are_alike() {
        let store = StoreSlug::parse("moon").expect("a slug");
        let (one, other) =
            (TabletSecret::random(&store).expect("random"), TabletSecret::random(&store).expect("random"));
        assert_ne!(one.hash(), other.hash());
        assert_eq!(TabletSecret::parse(&one.text), Some(one));
        for bad in ["", "moon", "moon.", "moon.12", ".1", &format!("Moon.{}", "a".repeat(64)), &"a.".repeat(33)] {
            assert!(TabletSecret::parse(bad).is_none(), "{bad}");
        }
    }
}
