//! Signed tokens of staff logins, tablets and guests' phones: HS256 and nothing else. A token says who its bearer was when it was signed;
//! whether that is still true (user, tablet, visit, logout) is checked against the store each time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::hs256;
use crate::domain::ids::{TableId, TabletId, TokenId, UserId, Visit};
use crate::domain::text::StoreSlug;
use crate::domain::time::Timestamp;

/// Life of every token, in seconds (16 h); a phone's ends with its visit at the latest.
pub(crate) const TOKEN_LIFE_S: i64 = 16 * 60 * 60;
/// Longer ones are not ours.
const TOKEN_BYTES_MAX: usize = 2_048;
/// Verified tokens remembered per worker; a shop has far fewer.
const VERIFIED_MAX: usize = 2_048;

/// Which pages and routes a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Audience {
    /// Staff pages.
    Staff,
    /// Guest pages.
    Table,
}

/// Whom a token names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A staff user; the generation rises with each password change.
    User {
        /// Who.
        user: UserId,
        /// Of which password.
        generation: u32,
    },
    /// A paired tablet.
    Tablet {
        /// Where it stands.
        table: TableId,
        /// Its credential.
        tablet: TabletId,
    },
    /// A guest's own phone.
    Guest {
        /// Where the guest sits.
        table: TableId,
        /// The visit it ends with.
        visit: Visit,
    },
}

impl Subject {
    const fn audience(self) -> Audience {
        match self {
            Self::User { .. } => Audience::Staff,
            Self::Tablet { .. } | Self::Guest { .. } => Audience::Table,
        }
    }
}

/// A token whose signature and form are right. Its time is checked at each use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VerifiedToken {
    /// The store it was signed for.
    pub(crate) store: StoreSlug,
    /// Whom it names.
    pub(crate) subject: Subject,
    /// Its id, for logging out.
    pub(crate) id: TokenId,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    not_before: Option<Timestamp>,
}

impl VerifiedToken {
    /// Whether it holds at that moment, without leeway.
    pub(crate) fn holds_at(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.not_before.is_none_or(|begin| begin <= now)
    }

    /// When it was signed.
    pub(crate) const fn began_at(&self) -> Timestamp {
        self.expires_at.plus_ms(-TOKEN_LIFE_S * 1_000)
    }

    /// What it is for.
    pub(crate) const fn audience(&self) -> Audience {
        self.subject.audience()
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: Audience,
    exp: i64,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    jti: TokenId,
    store: StoreSlug,
    sub: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generation: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tablet: Option<TabletId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    visit: Option<Visit>,
}

/// The signing key of this installation.
pub struct TokenKeys {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
    pepper: [u8; 32],
    links: [u8; 32],
}

impl TokenKeys {
    /// Takes the secret of this installation, at least 32 random bytes.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        use sha2::{Digest, Sha256};
        hs256::install();
        let mut validation = Validation::new(Algorithm::HS256);
        // The time is checked by `holds_at`, at every use and with the program's own clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.set_required_spec_claims(&["exp", "aud"]);
        validation.set_audience(&["staff", "table"]);
        let derived = |name: &[u8]| Sha256::new().chain_update(name).chain_update(secret).finalize().into();
        Self {
            signing: EncodingKey::from_secret(secret),
            verifying: DecodingKey::from_secret(secret),
            validation,
            pepper: derived(b"tableorder pepper\0"),
            links: derived(b"tableorder links\0"),
        }
    }

    /// Bytes that follow from the secret without telling it; for hashes that outsiders must not be able to guess.
    pub(crate) const fn pepper(&self) -> &[u8; 32] {
        &self.pepper
    }

    /// What only this installation can say about some words that hold no zero byte.
    pub(crate) fn code_over(&self, words: &[&str]) -> [u8; 32] {
        use hmac::{Hmac, KeyInit, Mac};
        let mut mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(&self.links).expect("a key of any length fits");
        for word in words {
            mac.update(word.as_bytes());
            mac.update(b"\0");
        }
        mac.finalize().into_bytes().into()
    }

    /// Signs a token that begins now.
    ///
    /// # Errors
    /// When the operating system gives no randomness or the token cannot be written.
    pub(crate) fn sign(&self, store: &StoreSlug, subject: Subject, now: Timestamp) -> Result<String, String> {
        let issued_s = now.as_ms().div_euclid(1_000);
        let exp = issued_s + TOKEN_LIFE_S;
        let (sub, generation, tablet, visit) = match subject {
            Subject::User { user, generation } => (user.get(), Some(generation), None, None),
            Subject::Tablet { table, tablet } => (table.get(), None, Some(tablet), None),
            Subject::Guest { table, visit } => (table.get(), None, None, Some(visit)),
        };
        let claims = Claims {
            aud: subject.audience(),
            exp,
            iat: issued_s,
            nbf: None,
            jti: TokenId(random_u128()?),
            store: store.clone(),
            sub: sub.to_string(),
            generation,
            tablet,
            visit,
        };
        jsonwebtoken::encode(&Header::default(), &claims, &self.signing).map_err(|error| error.to_string())
    }

    /// Checks form and signature.
    pub(crate) fn verify(&self, text: &[u8]) -> Option<VerifiedToken> {
        if text.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let token = jsonwebtoken::decode::<Claims>(text, &self.verifying, &self.validation).ok()?;
        // Our own header is this one to the letter; keys, key ids or critical extensions in it are an attack.
        if token.header != Header::default() {
            return None;
        }
        let claims = token.claims;
        let id = claims.sub.parse().ok()?;
        let subject = match (claims.aud, claims.generation, claims.tablet, claims.visit) {
            (Audience::Staff, Some(generation), None, None) => Subject::User { user: UserId::new(id), generation },
            (Audience::Table, None, Some(tablet), None) => Subject::Tablet { table: TableId::new(id), tablet },
            (Audience::Table, None, None, Some(visit)) => Subject::Guest { table: TableId::new(id), visit },
            _ => return None,
        };
        let at = |seconds: i64| Timestamp::from_ms(seconds.saturating_mul(1_000));
        Some(VerifiedToken {
            store: claims.store,
            subject,
            id: claims.jti,
            expires_at: at(claims.exp),
            not_before: claims.nbf.map(at),
        })
    }
}

/// 16 random bytes from the operating system.
pub(crate) fn random_u128() -> Result<u128, String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(u128::from_le_bytes(bytes))
}

/// Tokens that this worker has verified, since a signature costs more than everything else an order does here. Only
/// right ones are kept, so that nobody can fill it; what may change is not kept.
#[derive(Debug, Default)]
pub(crate) struct VerifiedTokens {
    by_text: RefCell<HashMap<Box<[u8]>, Rc<VerifiedToken>>>,
}

impl VerifiedTokens {
    /// The token, verified now or before.
    pub(crate) fn get(&self, keys: &TokenKeys, text: &[u8]) -> Option<Rc<VerifiedToken>> {
        if let Some(token) = self.by_text.borrow().get(text) {
            return Some(Rc::clone(token));
        }
        let token = Rc::new(keys.verify(text)?);
        let mut known = self.by_text.borrow_mut();
        if known.len() >= VERIFIED_MAX {
            known.clear();
        }
        known.insert(text.into(), Rc::clone(&token));
        Some(token)
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::{Sha384, Sha512};

    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_500);

    fn slug() -> StoreSlug {
        StoreSlug::parse("moon").expect("a slug")
    }

    fn subject() -> Subject {
        Subject::User { user: UserId::new(3), generation: 2 }
    }

    /// Signs any header and claims with any secret.
    fn forge(header: &Header, claims: &serde_json::Value, secret: &[u8]) -> String {
        hs256::install();
        jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret)).expect("a token")
    }

    /// The same with a hash that the program itself does not sign with.
    fn forge_longer<M: KeyInit + Mac>(algorithm: Algorithm) -> String {
        let part = |json: Vec<u8>| base64(&json);
        let header = serde_json::to_vec(&Header::new(algorithm)).expect("a header");
        let signed = format!("{}.{}", part(header), part(claims().to_string().into_bytes()));
        let mac = <M as KeyInit>::new_from_slice(SECRET).expect("a key").chain_update(&signed).finalize();
        format!("{signed}.{}", base64(&mac.into_bytes()))
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let bits = chunk.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            let digits = [18, 12, 6, 0].map(|shift| char::from(DIGITS[(bits >> shift & 63) as usize]));
            text.extend(&digits[..=chunk.len()]);
        }
        text
    }

    fn claims() -> serde_json::Value {
        serde_json::json!({
            "aud": "staff", "exp": 1_900_000_000, "iat": 1_800_000_000, "jti": "00000000000000000000000000000001",
            "store": "moon", "sub": "3", "generation": 2,
        })
    }

    #[test]
    fn a_signed_token_reads_back_and_ends_after_sixteen_hours_to_the_second() {
        let keys = TokenKeys::new(SECRET);
        let table = TableId::new(7);
        let (tablet, guest) = (TabletId::new(9), Visit::default().next());
        for subject in [subject(), Subject::Tablet { table, tablet }, Subject::Guest { table, visit: guest }] {
            let signed = keys.sign(&slug(), subject, NOW).expect("signed");
            let token = keys.verify(signed.as_bytes()).expect("verified");
            assert_eq!((token.store.clone(), token.subject), (slug(), subject));
            assert!(token.holds_at(NOW));
            assert!(token.holds_at(token.expires_at.plus_ms(-1)));
            assert!(!token.holds_at(token.expires_at));
            assert_eq!(token.expires_at.as_ms(), 1_800_000_000_000 + 57_600_000);
        }
    }

    #[test]
    fn a_clock_set_back_logs_nobody_out_but_a_present_nbf_counts() {
        let keys = TokenKeys::new(SECRET);
        let signed = keys.sign(&slug(), subject(), NOW).expect("signed");
        assert!(keys.verify(signed.as_bytes()).expect("verified").holds_at(NOW.plus_ms(-86_400_000)));
        let mut with_nbf = claims();
        with_nbf["nbf"] = 1_800_000_010.into();
        let token = keys.verify(forge(&Header::default(), &with_nbf, SECRET).as_bytes()).expect("verified");
        assert!(!token.holds_at(NOW));
        assert!(token.holds_at(NOW.plus_ms(10_000)));
    }

    #[test]
    fn known_attacks_are_refused() {
        let keys = TokenKeys::new(SECRET);
        let good = forge(&Header::default(), &claims(), SECRET);
        assert!(keys.verify(good.as_bytes()).is_some(), "the forgery tool itself works");
        let without = |claim: &str| {
            let mut claims = claims();
            claims.as_object_mut().expect("an object").remove(claim);
            forge(&Header::default(), &claims, SECRET)
        };
        let with = |claim: &str, value: serde_json::Value| {
            let mut claims = claims();
            claims[claim] = value;
            forge(&Header::default(), &claims, SECRET)
        };
        let of_table = |claims: serde_json::Value| {
            let mut whole = self::claims();
            whole["aud"] = "table".into();
            let members = whole.as_object_mut().expect("an object");
            members.remove("generation");
            members.extend(claims.as_object().expect("an object").clone());
            forge(&Header::default(), &whole, SECRET)
        };
        let parts_of = |visit: u32| {
            let token = of_table(serde_json::json!({"visit": visit}));
            assert!(keys.verify(token.as_bytes()).is_some(), "a phone's token");
            let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
            (parts[0].clone(), parts[1].clone(), parts[2].clone())
        };
        let parts: Vec<&str> = good.split('.').collect();
        // {"typ":"JWT","alg":"none"}
        let none = format!("eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.{}.", parts[1]);
        let key_id = Header { kid: Some("../../dev/null".to_owned()), ..Header::default() };
        let attacks = [
            ("alg none", none.clone()),
            ("alg none with the old signature", format!("{none}{}", parts[2])),
            ("signature stripped", format!("{}.{}.", parts[0], parts[1])),
            ("two parts", format!("{}.{}", parts[0], parts[1])),
            ("HS384 with the same key", forge_longer::<Hmac<Sha384>>(Algorithm::HS384)),
            ("HS512 with the same key", forge_longer::<Hmac<Sha512>>(Algorithm::HS512)),
            ("empty key", forge(&Header::default(), &claims(), b"")),
            ("another key", forge(&Header::default(), &claims(), b"another key of thirty-two bytes!")),
            ("a key id", forge(&key_id, &claims(), SECRET)),
            ("no exp", without("exp")),
            ("no aud", without("aud")),
            ("no jti", without("jti")),
            ("exp as text", with("exp", "1900000000".into())),
            ("foreign aud", with("aud", "kitchen-sink".into())),
            ("aud of both", with("aud", serde_json::json!(["staff", "table"]))),
            ("staff subject for tables", with("aud", "table".into())),
            ("a path as store", with("store", 7.into())),
            ("subject no number", with("sub", "3 or 1".into())),
            ("staff with a visit", with("visit", 1.into())),
            ("staff with a tablet", with("tablet", 1.into())),
            ("a table's with neither tablet nor visit", of_table(serde_json::json!({}))),
            ("a table's with both", of_table(serde_json::json!({"tablet": 9, "visit": 1}))),
            ("a table's with a generation", of_table(serde_json::json!({"visit": 1, "generation": 2}))),
            ("a visit as text", of_table(serde_json::json!({"visit": "1"}))),
            ("a visit below zero", of_table(serde_json::json!({"visit": -1}))),
            ("a visit beyond any", of_table(serde_json::json!({"visit": 4_294_967_296_u64}))),
            ("another visit under the old signature", format!("{}.{}.{}", parts_of(1).0, parts_of(2).1, parts_of(1).2)),
            ("longer than any token", "a".repeat(5_000)),
            ("nothing", String::new()),
            ("dots", "..".to_owned()),
        ];
        for (attack, token) in attacks {
            assert!(keys.verify(token.as_bytes()).is_none(), "{attack}");
        }
        for (index, _) in good.char_indices().filter(|(_, c)| *c != '.') {
            let mut bytes = good.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = keys.verify(&bytes);
            // The last digit of base64 holds bits that do not count; a decoder that accepts them reads the same token.
            assert!(changed.is_none() || Some(index) == good.len().checked_sub(1), "byte {index} changed");
        }
    }

    #[test]
    fn verified_tokens_are_remembered_within_bounds_and_wrong_ones_never() {
        let keys = TokenKeys::new(SECRET);
        let known = VerifiedTokens::default();
        let signed = keys.sign(&slug(), subject(), NOW).expect("signed");
        let first = known.get(&keys, signed.as_bytes()).expect("verified");
        assert!(Rc::ptr_eq(&first, &known.get(&keys, signed.as_bytes()).expect("remembered")));
        assert!(known.get(&keys, b"wrong").is_none());
        assert_eq!(known.by_text.borrow().len(), 1);
    }
}
