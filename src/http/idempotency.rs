//! Idempotency keys of requests: which scope, key and content make two requests the same one.

use actix_web::HttpRequest;
use sha2::{Digest, Sha256};

use super::identity::tablet_secret::first_16_bytes;
use super::identity::tokens::TokenKeys;
use super::problem::ApiError;
use crate::domain::access::Principal;
use crate::domain::command::{IdempotencyKey, KeyKind};
use crate::domain::ids::{BodyHash, KeyHash, TableId};
use crate::domain::text::{KeyText, StoreSlug};

const HEADER: &str = "Idempotency-Key";

/// The key as it was sent; nothing if there is none.
fn sent(request: &HttpRequest) -> Result<Option<KeyText>, ApiError> {
    let mut values = request.headers().get_all(HEADER);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(ApiError::field(HEADER, "must be sent once"));
    }
    let key = value.to_str().ok().and_then(KeyText::parse);
    key.map(Some).ok_or_else(|| ApiError::field(HEADER, "must be 1 to 128 visible ASCII characters"))
}

/// The key of an order, which must have one. Its scope is the table, so that a retry after a new login is the same.
pub(crate) fn of_order(
    request: &HttpRequest,
    store: &StoreSlug,
    table: TableId,
    body: &[u8],
) -> Result<(KeyText, IdempotencyKey), ApiError> {
    let key = sent(request)?.ok_or_else(|| {
        ApiError::field(HEADER, "is missing; send a fresh random one with each order and the same one with its repeats")
    })?;
    let hash = key_hash(store, &format!("table:{table}"), &key);
    let body = BodyHash(content_hash(Sha256::new(), request, body));
    Ok((key, IdempotencyKey { hash, body, kind: KeyKind::Order }))
}

/// The key of any other write, which may have one. Its content is hashed with this installation's pepper, because it may
/// hold a short password and the hash is written to the journal.
pub(crate) fn of_write(
    request: &HttpRequest,
    keys: &TokenKeys,
    store: &StoreSlug,
    principal: Principal,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(key) = sent(request)? else { return Ok(None) };
    let scope = match principal {
        Principal::System => "system".to_owned(),
        Principal::Staff { user, .. } => format!("staff:{user}"),
        Principal::Tablet { table, .. } | Principal::Guest { table, .. } => format!("table:{table}"),
    };
    let hash = key_hash(store, &scope, &key);
    let body = BodyHash(content_hash(Sha256::new_with_prefix(keys.pepper()), request, body));
    Ok(Some(IdempotencyKey { hash, body, kind: KeyKind::Write }))
}

fn key_hash(store: &StoreSlug, scope: &str, key: &KeyText) -> KeyHash {
    let digest = Sha256::new()
        .chain_update(store.as_str())
        .chain_update(b"\0")
        .chain_update(scope)
        .chain_update(b"\0")
        .chain_update(key.as_str())
        .finalize();
    KeyHash(first_16_bytes(&digest))
}

/// Method, path and body; white space and the order of an object's members do not matter.
fn content_hash(begin: Sha256, request: &HttpRequest, body: &[u8]) -> u128 {
    let content = begin
        .chain_update(request.method().as_str())
        .chain_update(b"\0")
        .chain_update(request.path())
        .chain_update(b"\0");
    let canonical =
        serde_json::from_slice::<serde_json::Value>(body).ok().and_then(|value| serde_json::to_vec(&value).ok());
    first_16_bytes(&content.chain_update(canonical.as_deref().unwrap_or(body)).finalize())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::domain::ids::TabletId;

    fn slug(text: &str) -> StoreSlug {
        StoreSlug::parse(text).expect("a slug")
    }

    fn order(path: &str, store: &str, table: u64, key: &str, body: &str) -> IdempotencyKey {
        let request = TestRequest::post().uri(path).insert_header((HEADER, key)).to_http_request();
        of_order(&request, &slug(store), TableId::new(table), body.as_bytes()).expect("a key").1
    }

    #[test]
    fn the_same_request_has_the_same_key_and_body_whatever_its_white_space() {
        let body = r#"{"items":[{"menu_id":1,"quantity":2,"options":[]}],"note":"x"}"#;
        let spaced = "{ \"note\" : \"x\",\n \"items\": [ {\"quantity\":2, \"menu_id\":1,\"options\":[ ]} ] }";
        assert_eq!(order("/api/orders", "moon", 1, "k", body), order("/api/orders", "moon", 1, "k", spaced));
    }

    #[test]
    fn store_table_and_key_make_the_hash_and_the_content_makes_the_body() {
        let base = order("/api/orders", "moon", 1, "k", "{}");
        for (other, same_hash, same_body) in [
            (order("/api/orders", "sun", 1, "k", "{}"), false, true),
            (order("/api/orders", "moon", 2, "k", "{}"), false, true),
            (order("/api/orders", "moon", 1, "K", "{}"), false, true),
            (order("/api/orders", "moon", 1, "k", "{\"note\":\"x\"}"), true, false),
            (order("/api/calls", "moon", 1, "k", "{}"), true, false),
        ] {
            assert_eq!(other.hash == base.hash, same_hash);
            assert_eq!(other.body == base.body, same_body);
        }
    }

    #[test]
    fn a_write_is_remembered_by_principal_and_its_body_cannot_be_guessed_without_the_secret() {
        let request = TestRequest::post().uri("/api/calls").insert_header((HEADER, "k")).to_http_request();
        let keys = |secret: &[u8]| TokenKeys::new(secret);
        let of = |keys: &TokenKeys, tablet, table| {
            let principal = Principal::Tablet { table: TableId::new(table), tablet: TabletId::new(tablet) };
            of_write(&request, keys, &slug("moon"), principal, b"{}").expect("a key").expect("it was sent")
        };
        let (one, other) = (keys(&[1; 32]), keys(&[2; 32]));
        assert_eq!(of(&one, 1, 1), of(&one, 2, 1), "a new login of the same table");
        assert_ne!(of(&one, 1, 1).hash, of(&one, 1, 2).hash);
        assert_ne!(of(&one, 1, 1).body, of(&other, 1, 1).body);
        assert_eq!(of(&one, 1, 1).hash, of(&other, 1, 1).hash);
    }

    #[test]
    fn keys_are_bounded_visible_ascii_sent_once() {
        let long = "k".repeat(129);
        for bad in ["", "a b", long.as_str()] {
            let request = TestRequest::post().insert_header((HEADER, bad)).to_http_request();
            assert!(sent(&request).is_err(), "{bad}");
        }
        let twice = TestRequest::post().append_header((HEADER, "a")).append_header((HEADER, "a")).to_http_request();
        assert!(sent(&twice).is_err());
        assert_eq!(sent(&TestRequest::post().to_http_request()).expect("no key"), None);
    }
}
