//! `GET /api/menus`.

use std::io::Read as _;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Reply, Shop};

async fn menu(shop: &Shop, accept: &str, known: &str) -> Reply {
    let ask = shop.table(Method::GET, "/api/menus").header("Accept-Encoding", accept);
    ask.header("If-None-Match", known).send().await
}

#[actix_web::test]
async fn the_menu_has_the_shape_of_the_contract() {
    let shop = Shop::open().await;
    let reply = shop.table(Method::GET, "/api/menus").send().await;
    let body = reply.expect(200);
    assert_eq!(reply.header("Content-Type"), "application/json");
    assert_eq!(reply.header("Cache-Control"), "private, no-cache");
    assert!(body["version"].is_u64());
    let category = &body["categories"][0];
    assert_eq!((&category["name"], &category["sort"]), (&json!("찌개"), &json!(0)));
    let stew = &category["items"][0];
    assert_eq!(
        (&stew["name"], &stew["price"], &stew["names"]["en"]),
        (&json!("김치찌개"), &json!(9_000), &json!("Kimchi stew"))
    );
    for null in ["image", "description", "remaining", "origin", "allergens", "drawing"] {
        assert_eq!(stew.get(null), Some(&Value::Null), "{null}");
    }
    assert_eq!((&stew["badges"], &stew["alcohol"], &stew["available"]), (&json!([]), &json!(false), &json!(true)));
    assert_eq!(category["items"][2]["available"], false);
    assert_eq!(category["items"][3]["remaining"], 3);
    let group = &category["items"][1]["option_groups"][0];
    assert_eq!(
        (&group["min"], &group["max"], &group["options"][1]["price_delta"]),
        (&json!(1), &json!(1), &json!(500))
    );
}

#[actix_web::test]
async fn each_encoding_has_a_strong_etag_of_its_own_and_304_without_a_body() {
    let shop = Shop::open().await;
    let plain = menu(&shop, "identity", "").await;
    let gzip = menu(&shop, "gzip", "").await;
    let brotli = menu(&shop, "gzip, br", "").await;
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&gzip.body[..]).read_to_end(&mut text).expect("gzip");
    assert_eq!(text, plain.body);
    text.clear();
    brotli::Decompressor::new(&brotli.body[..], 4_096).read_to_end(&mut text).expect("brotli");
    assert_eq!(text, plain.body);
    let mut etags = Vec::new();
    for (reply, encoding) in [(&plain, ""), (&gzip, "gzip"), (&brotli, "br")] {
        assert_eq!((reply.header("Content-Encoding"), reply.header("Vary")), (encoding, "Accept-Encoding"));
        let etag = reply.header("ETag").to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"'), "strong: {etag}");
        etags.push(etag);
    }
    for (index, accept) in ["identity", "gzip", "br"].into_iter().enumerate() {
        for (other, etag) in etags.iter().enumerate() {
            let reply = menu(&shop, accept, etag).await;
            assert_eq!(reply.status, if index == other { 304 } else { 200 }, "{accept} {etag}");
            assert_eq!(reply.header("ETag"), etags[index]);
            assert_eq!(reply.body.is_empty(), index == other);
        }
    }
}

#[actix_web::test]
async fn a_change_gives_another_version_and_etag_and_a_restart_the_same() {
    let shop = Shop::open().await;
    let before = menu(&shop, "gzip", "").await;
    shop.staff(Method::PATCH, "/api/admin/menus/1").json(&json!({"price": 9_500})).send().await.expect(200);
    let after = menu(&shop, "gzip", before.header("ETag")).await;
    assert_eq!(after.status, 200);
    assert_ne!(after.header("ETag"), before.header("ETag"));
    let shop = shop.restart().await;
    assert_eq!(menu(&shop, "gzip", after.header("ETag")).await.status, 304);
}
