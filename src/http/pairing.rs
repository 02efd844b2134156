//! Offers to pair a tablet with a table: a link with a secret and six digits, each good once and for ten minutes. They
//! live in bounded memory only, as hashes; a restart ends them. Wrong digits are counted for all offers together, since
//! digits name no table; secrets cannot be guessed and are never held up.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::identity::tablet_secret::first_16_bytes;
use super::identity::tokens::random_u128;
use crate::domain::access::Principal;
use crate::domain::ids::TableId;
use crate::domain::text::StoreSlug;

/// How long an offer is good, in milliseconds.
pub(crate) const OFFER_LIFE_MS: u64 = 10 * 60 * 1_000;
/// Offers at once; beyond it the oldest ends. More than any shop has tables.
const OFFERS_MAX: usize = 1_000;
/// Wrong codes after which codes are not looked at any more.
const WRONG_CODES_MAX: usize = 10;
/// How long a wrong code counts, in milliseconds.
const WRONG_CODE_MS: u64 = 15 * 60 * 1_000;

/// An offer to pair a tablet with a table.
#[derive(Debug)]
pub(crate) struct Offer {
    /// The store.
    pub(crate) store: StoreSlug,
    /// The table.
    pub(crate) table: TableId,
    /// Who made it.
    pub(crate) by: Principal,
    code: u128,
    secret: u128,
    ends_ms: u64,
}

/// What a new offer is taken up with.
#[derive(Debug)]
pub(crate) struct OfferSecrets {
    /// Six digits, to be typed.
    pub(crate) code: String,
    /// For the link.
    pub(crate) secret: String,
}

/// Why an offer was not taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfferRefused {
    /// There is none, or it is used or over: nobody learns which.
    NotValid,
    /// Too many wrong codes; whole seconds to wait, at least 1.
    TooManyWrong(u64),
}

#[derive(Debug, Default)]
struct Open {
    /// Oldest first.
    offers: Vec<Offer>,
    wrong_codes_ms: VecDeque<u64>,
}

/// All open offers of the process.
#[derive(Debug, Default)]
pub(crate) struct Pairings(Mutex<Open>);

fn hash(kind: &str, text: &str) -> u128 {
    first_16_bytes(&Sha256::new().chain_update(kind).chain_update(text).finalize())
}

impl Pairings {
    fn open(&self, now_ms: u64) -> MutexGuard<'_, Open> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.offers.retain(|offer| now_ms < offer.ends_ms);
        open.wrong_codes_ms.retain(|at| now_ms < at + WRONG_CODE_MS);
        open
    }

    /// Makes an offer; the one before it for this table ends.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub(crate) fn offer(
        &self,
        store: &StoreSlug,
        table: TableId,
        by: Principal,
        now_ms: u64,
    ) -> Result<OfferSecrets, String> {
        let secret = format!("{:032x}", random_u128()?);
        let mut open = self.open(now_ms);
        open.offers.retain(|offer| (&offer.store, offer.table) != (store, table));
        if open.offers.len() >= OFFERS_MAX {
            open.offers.remove(0);
        }
        let code = loop {
            let code = format!("{:06}", random_u128()? % 1_000_000);
            if open.offers.iter().all(|offer| offer.code != hash("code", &code)) {
                break code;
            }
        };
        open.offers.push(Offer {
            store: store.clone(),
            table,
            by,
            code: hash("code", &code),
            secret: hash("secret", &secret),
            ends_ms: now_ms + OFFER_LIFE_MS,
        });
        Ok(OfferSecrets { code, secret })
    }

    /// Takes up the offer with that code.
    ///
    /// # Errors
    /// [`OfferRefused`].
    pub(crate) fn take_code(&self, code: &str, now_ms: u64) -> Result<Offer, OfferRefused> {
        let mut open = self.open(now_ms);
        if open.wrong_codes_ms.len() >= WRONG_CODES_MAX
            && let Some(first) = open.wrong_codes_ms.front()
        {
            return Err(OfferRefused::TooManyWrong((first + WRONG_CODE_MS - now_ms).div_ceil(1_000).max(1)));
        }
        let code = hash("code", code);
        let Some(place) = open.offers.iter().position(|offer| offer.code == code) else {
            open.wrong_codes_ms.push_back(now_ms);
            return Err(OfferRefused::NotValid);
        };
        Ok(open.offers.remove(place))
    }

    /// Takes up the offer with that secret.
    ///
    /// # Errors
    /// [`OfferRefused::NotValid`].
    pub(crate) fn take_secret(&self, secret: &str, now_ms: u64) -> Result<Offer, OfferRefused> {
        let mut open = self.open(now_ms);
        let secret = hash("secret", secret);
        let place = open.offers.iter().position(|offer| offer.secret == secret).ok_or(OfferRefused::NotValid)?;
        Ok(open.offers.remove(place))
    }

    /// An offer that was taken up in vain is good again, unless there is a newer one for its table.
    pub(crate) fn give_back(&self, offer: Offer, now_ms: u64) {
        let mut open = self.open(now_ms);
        if open.offers.iter().all(|newer| (&newer.store, newer.table) != (&offer.store, offer.table)) {
            open.offers.insert(0, offer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moon() -> StoreSlug {
        StoreSlug::parse("moon").expect("a slug")
    }

    fn offer(pairings: &Pairings, table: u64, now_ms: u64) -> OfferSecrets {
        pairings.offer(&moon(), TableId::new(table), Principal::System, now_ms).expect("random")
    }

    #[test]
    fn an_offer_is_good_once_by_code_or_by_secret() {
        let pairings = Pairings::default();
        let made = offer(&pairings, 3, 0);
        assert!(made.code.len() == 6 && made.code.bytes().all(|b| b.is_ascii_digit()), "{}", made.code);
        assert_eq!(pairings.take_code(&made.code, 1).map(|offer| offer.table), Ok(TableId::new(3)));
        assert!(pairings.take_code(&made.code, 1).is_err() && pairings.take_secret(&made.secret, 1).is_err());
        let made = offer(&pairings, 4, 0);
        assert!(pairings.take_secret(&made.code, 1).is_err(), "a code is no secret");
        assert_eq!(pairings.take_secret(&made.secret, 1).map(|offer| offer.table), Ok(TableId::new(4)));
        assert!(pairings.take_code(&made.code, 1).is_err());
    }

    #[test]
    fn an_offer_ends_after_ten_minutes_and_with_the_next_one_for_its_table() {
        let pairings = Pairings::default();
        let (first, other) = (offer(&pairings, 1, 0), offer(&pairings, 2, 0));
        let second = offer(&pairings, 1, 5);
        assert!(pairings.take_secret(&first.secret, 6).is_err());
        assert!(pairings.take_secret(&other.secret, OFFER_LIFE_MS).is_err());
        assert!(pairings.take_secret(&second.secret, OFFER_LIFE_MS + 4).is_ok());
    }

    #[test]
    fn ten_wrong_codes_hold_up_codes_for_fifteen_minutes_and_never_secrets() {
        let pairings = Pairings::default();
        for n in 0..10 {
            assert_eq!(pairings.take_code("none", n * 1_000).err(), Some(OfferRefused::NotValid));
        }
        let made = offer(&pairings, 1, 20_000);
        let other = offer(&pairings, 2, 20_000);
        assert_eq!(pairings.take_code(&made.code, 20_000).err(), Some(OfferRefused::TooManyWrong(880)));
        assert!(pairings.take_secret(&made.secret, 20_000).is_ok());
        assert_eq!(pairings.take_code(&other.code, 20_000).err(), Some(OfferRefused::TooManyWrong(880)));
        let made = offer(&pairings, 1, WRONG_CODE_MS);
        assert!(pairings.take_code(&made.code, WRONG_CODE_MS).is_ok(), "one of the ten does not count any more");
    }

    #[test]
    fn what_was_taken_up_in_vain_is_good_again_unless_there_is_a_newer_one() {
        let pairings = Pairings::default();
        let made = offer(&pairings, 1, 0);
        let taken = pairings.take_code(&made.code, 1).expect("an offer");
        pairings.give_back(taken, 2);
        let taken = pairings.take_code(&made.code, 3).expect("good again");
        let newer = offer(&pairings, 1, 4);
        pairings.give_back(taken, 5);
        assert!(pairings.take_secret(&made.secret, 6).is_err());
        assert!(pairings.take_secret(&newer.secret, 6).is_ok());
    }

    #[test]
    fn memory_is_bounded_and_live_codes_differ() {
        let pairings = Pairings::default();
        for table in 1..=OFFERS_MAX as u64 + 100 {
            offer(&pairings, table, 0);
        }
        let open = pairings.0.lock().expect("a lock");
        assert_eq!(open.offers.len(), OFFERS_MAX);
        assert_eq!(open.offers[0].table, TableId::new(101));
        let mut codes: Vec<_> = open.offers.iter().map(|offer| offer.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), OFFERS_MAX);
    }
}
