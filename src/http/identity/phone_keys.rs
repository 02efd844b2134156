//! What lets a guest's own phone in: the key of the running visit, which the table's tablet shows as a QR code, the
//! table's sticker, and the six digits of the visit. All follow from the secret of this installation, so nothing is
//! stored, and those of a visit change by themselves when its party begins to order and when the table is finished.

use super::tablet_secret::first_16_bytes;
use super::tokens::TokenKeys;
use crate::domain::ids::TableId;
use crate::domain::text::StoreSlug;
use crate::domain::time::Timestamp;
use crate::store::Sitting;

/// How long the key and digits of a table without a session are shown, in milliseconds (half an hour).
const SHOWN_MS: i64 = 30 * 60 * 1_000;
/// How long before the first order of a party its phones may have come, in milliseconds (an hour). A party that never
/// orders raises no visit; without this its phones could order for the next one.
const CAME_BEFORE_MS: i64 = 60 * 60 * 1_000;

/// Whether a phone that came in then belongs to the party that sits there now.
pub(crate) fn came_for(sitting: Sitting, came_at: Timestamp, now: Timestamp) -> bool {
    came_at >= sitting.since.unwrap_or(now).plus_ms(-CAME_BEFORE_MS)
}

/// What lets a phone in at one visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VisitSecrets {
    /// Stands in the link that the tablet shows.
    pub(crate) key: String,
    /// Six digits, for the sticker.
    pub(crate) code: String,
}

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

    /// The sticker's key, the same for ever.
    pub(crate) fn sticker(&self, keys: &TokenKeys) -> String {
        self.key(&self.code_over(keys, "sticker", ""))
    }

    /// What lets a phone in now, the one to show first. While a party has not begun to order they change every half hour, and
    /// those of the half hour before are good too; a picture of them is worth nothing to whoever sits down later.
    pub(crate) fn secrets(&self, keys: &TokenKeys, sitting: Sitting, now: Timestamp) -> [VisitSecrets; 2] {
        let half_hour = now.as_ms().div_euclid(SHOWN_MS);
        let times = match sitting.since {
            Some(began) => [format!("since {}", began.as_ms()), format!("since {}", began.as_ms())],
            None => [format!("half hour {half_hour}"), format!("half hour {}", half_hour - 1)],
        };
        times.map(|time| {
            let word = format!("{} {time}", sitting.visit.get());
            let code = first_16_bytes(&self.code_over(keys, "visit code", &word)) % 1_000_000;
            VisitSecrets { key: self.key(&self.code_over(keys, "visit key", &word)), code: format!("{code:06}") }
        })
    }

    /// What a key is at this table; nothing if it is wrong or of a visit that is over.
    pub(crate) fn recognise(&self, keys: &TokenKeys, secrets: &[VisitSecrets], key: &str) -> Option<PhoneKey> {
        if secrets.iter().any(|own| same(&own.key, key)) {
            return Some(PhoneKey::Visit);
        }
        same(&self.sticker(keys), key).then_some(PhoneKey::Sticker)
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
    use crate::domain::ids::Visit;

    fn table(store: &str, table: u64) -> KeyedTable {
        KeyedTable { store: StoreSlug::parse(store).expect("a slug"), table: TableId::new(table) }
    }

    const BEGAN: Timestamp = Timestamp::from_ms(1_790_000_000_000);

    fn sitting(visit: Visit, since: Option<Timestamp>) -> Sitting {
        Sitting { visit, since }
    }

    #[test]
    fn keys_and_digits_differ_by_installation_store_table_and_visit_and_stay_as_they_are() {
        let (keys, other_keys) = (TokenKeys::new(&[1; 32]), TokenKeys::new(&[2; 32]));
        let (first, second) = (Visit::default(), Visit::default().next());
        let own = table("moon", 12);
        let of = |table: &KeyedTable, keys: &TokenKeys, visit, since| {
            table.secrets(keys, sitting(visit, since), BEGAN.plus_ms(7))[0].clone()
        };
        let shown = of(&own, &keys, first, Some(BEGAN));
        let all = [
            shown.key.clone(),
            of(&own, &keys, first, Some(BEGAN.plus_ms(1))).key,
            of(&own, &keys, first, None).key,
            of(&own, &keys, second, Some(BEGAN)).key,
            of(&own, &other_keys, first, Some(BEGAN)).key,
            own.sticker(&keys),
            of(&table("moon", 1), &keys, first, Some(BEGAN)).key,
            of(&table("sun", 12), &keys, first, Some(BEGAN)).key,
            table("sun", 12).sticker(&keys),
        ];
        let mut distinct: Vec<_> = all.iter().map(|key| key.rsplit('.').next()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(of(&own, &TokenKeys::new(&[1; 32]), first, Some(BEGAN)), shown, "after a restart");
        assert_eq!(all[0].len(), "moon.12.".len() + 24);
        assert!(shown.code.len() == 6 && shown.code.bytes().all(|b| b.is_ascii_digit()));
        assert_ne!(shown.code, of(&own, &keys, second, Some(BEGAN)).code);
    }

    #[test]
    fn a_key_is_recognised_at_its_own_table_and_visit_only() {
        let keys = TokenKeys::new(&[1; 32]);
        let (first, second) = (Visit::default(), Visit::default().next());
        let own = table("moon", 12);
        assert_eq!(KeyedTable::named_in(&own.sticker(&keys)), Some(own.clone()));
        let [of_first, of_second] = [first, second].map(|visit| own.secrets(&keys, sitting(visit, Some(BEGAN)), BEGAN));
        assert_eq!(own.recognise(&keys, &of_first, &of_first[0].key), Some(PhoneKey::Visit));
        assert_eq!(own.recognise(&keys, &of_second, &of_first[0].key), None);
        for secrets in [&of_first, &of_second] {
            assert_eq!(own.recognise(&keys, secrets, &own.sticker(&keys)), Some(PhoneKey::Sticker));
        }
        let foreign = table("moon", 1).sticker(&keys).replace("moon.1.", "moon.12.");
        for wrong in ["", "moon.12.", &foreign, &own.sticker(&keys)[..31], &format!("{}0", own.sticker(&keys))] {
            assert_eq!(own.recognise(&keys, &of_first, wrong), None, "{wrong}");
        }
        for none in ["", "moon", "moon.12", "Moon.12.x", "moon.x.x", "moon.-1.x", "..", "moon.18446744073709551616.x"] {
            assert_eq!(KeyedTable::named_in(none), None, "{none}");
        }
    }

    #[test]
    fn what_an_empty_table_shows_is_good_for_an_hour_at_most_and_not_for_who_sits_down_later() {
        let keys = TokenKeys::new(&[1; 32]);
        let own = table("moon", 12);
        let empty = sitting(Visit::default(), None);
        let at = |minutes: i64| own.secrets(&keys, empty, BEGAN.plus_ms(minutes * 60_000));
        let photo = at(0)[0].clone();
        assert!(at(29).contains(&photo));
        assert!(!at(61).contains(&photo));
        let seated = own.secrets(&keys, sitting(Visit::default(), Some(BEGAN.plus_ms(60_000))), BEGAN.plus_ms(120_000));
        assert!(!seated.contains(&photo), "the party that sat down shows its own");
        let later =
            own.secrets(&keys, sitting(Visit::default(), Some(BEGAN.plus_ms(60_000))), BEGAN.plus_ms(36_000_000));
        assert_eq!(seated, later, "which stay as long as it sits there");
    }

    #[test]
    fn a_phone_belongs_to_the_party_that_began_to_order_within_the_hour() {
        let came = |minutes: i64| BEGAN.plus_ms(minutes * 60_000);
        let seated = sitting(Visit::default(), Some(BEGAN));
        for (minutes, belongs) in [(-61, false), (-59, true), (0, true), (600, true)] {
            assert_eq!(came_for(seated, came(minutes), came(700)), belongs, "{minutes}");
        }
        let empty = sitting(Visit::default(), None);
        for (minutes, belongs) in [(-61, false), (-59, true), (0, true)] {
            assert_eq!(came_for(empty, came(minutes), BEGAN), belongs, "{minutes}");
        }
    }
}
