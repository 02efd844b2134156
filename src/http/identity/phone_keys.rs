//! What lets a guest's own phone in: the key of the running visit, which the table's tablet shows as a QR code, the
//! table's sticker, and the six digits of the visit. All follow from the secret of this installation, so nothing is
//! stored, and those of a visit change by themselves when the table is finished.

use super::tablet_secret::first_16_bytes;
use super::tokens::TokenKeys;
use crate::domain::ids::{TableId, Visit};
use crate::domain::text::StoreSlug;

/// A table, as phone keys name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyedTable {
    /// The store.
    pub(crate) store: StoreSlug,
    /// The table.
    pub(crate) table: TableId,
}

/// What a key that fits is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PhoneKey {
    /// The key of the running visit.
    Visit,
    /// The table's sticker.
    Sticker,
}

impl KeyedTable {
    /// The table that a key names, whether or not the key is right.
    pub(crate) fn named_in(key: &str) -> Option<Self> {
        let (store, rest) = key.split_once('.')?;
        let (table, _) = rest.split_once('.')?;
        Some(Self { store: StoreSlug::parse(store)?, table: TableId::new(table.parse().ok()?) })
    }

    /// The key of a visit.
    pub(crate) fn visit_key(&self, keys: &TokenKeys, visit: Visit) -> String {
        self.key(&self.code_over(keys, "visit key", &visit.get().to_string()))
    }

    /// The sticker's key, the same for ever.
    pub(crate) fn sticker(&self, keys: &TokenKeys) -> String {
        self.key(&self.code_over(keys, "sticker", ""))
    }

    /// The six digits of a visit.
    pub(crate) fn visit_code(&self, keys: &TokenKeys, visit: Visit) -> String {
        let code = self.code_over(keys, "visit code", &visit.get().to_string());
        format!("{:06}", first_16_bytes(&code) % 1_000_000)
    }

    /// What a key is at this table and visit; nothing if it is wrong or of a visit that is over.
    pub(crate) fn recognise(&self, keys: &TokenKeys, visit: Visit, key: &str) -> Option<PhoneKey> {
        let known = [(self.visit_key(keys, visit), PhoneKey::Visit), (self.sticker(keys), PhoneKey::Sticker)];
        known.into_iter().find_map(|(known, kind)| same(&known, key).then_some(kind))
    }

    fn code_over(&self, keys: &TokenKeys, purpose: &str, visit: &str) -> [u8; 32] {
        keys.code_over(&[purpose, self.store.as_str(), &self.table.to_string(), visit])
    }

    /// 96 bits, which nobody guesses, so that the QR code stays coarse enough for any camera.
    fn key(&self, code: &[u8; 32]) -> String {
        format!("{}.{}.{:024x}", self.store, self.table, first_16_bytes(code) >> 32)
    }
}

/// Whether two texts are the same, in a time that does not tell how much of them is.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
    one.len() == other.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(store: &str, table: u64) -> KeyedTable {
        KeyedTable { store: StoreSlug::parse(store).expect("a slug"), table: TableId::new(table) }
    }

    #[test]
    fn keys_and_digits_differ_by_installation_store_table_and_visit_and_stay_as_they_are() {
        let (keys, other_keys) = (TokenKeys::new(&[1; 32]), TokenKeys::new(&[2; 32]));
        let (first, second) = (Visit::default(), Visit::default().next());
        let own = table("moon", 12);
        let all = [
            own.visit_key(&keys, first),
            own.visit_key(&keys, second),
            own.visit_key(&other_keys, first),
            own.sticker(&keys),
            table("moon", 1).visit_key(&keys, first),
            table("sun", 12).visit_key(&keys, first),
            table("sun", 12).sticker(&keys),
        ];
        let mut distinct: Vec<_> = all.iter().map(|key| key.rsplit('.').next()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(own.visit_key(&TokenKeys::new(&[1; 32]), first), all[0], "after a restart");
        assert_eq!(all[0].len(), "moon.12.".len() + 24);
        let code = own.visit_code(&keys, first);
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
        assert_ne!(code, own.visit_code(&keys, second));
    }

    #[test]
    fn a_key_is_recognised_at_its_own_table_and_visit_only() {
        let keys = TokenKeys::new(&[1; 32]);
        let (first, second) = (Visit::default(), Visit::default().next());
        let own = table("moon", 12);
        assert_eq!(KeyedTable::named_in(&own.sticker(&keys)), Some(own.clone()));
        assert_eq!(own.recognise(&keys, first, &own.visit_key(&keys, first)), Some(PhoneKey::Visit));
        assert_eq!(own.recognise(&keys, second, &own.visit_key(&keys, first)), None);
        for visit in [first, second] {
            assert_eq!(own.recognise(&keys, visit, &own.sticker(&keys)), Some(PhoneKey::Sticker));
        }
        let foreign = table("moon", 1).sticker(&keys).replace("moon.1.", "moon.12.");
        for wrong in ["", "moon.12.", &foreign, &own.sticker(&keys)[..31], &format!("{}0", own.sticker(&keys))] {
            assert_eq!(own.recognise(&keys, first, wrong), None, "{wrong}");
        }
        for none in ["", "moon", "moon.12", "Moon.12.x", "moon.x.x", "moon.-1.x", "..", "moon.18446744073709551616.x"] {
            assert_eq!(KeyedTable::named_in(none), None, "{none}");
        }
    }
}
