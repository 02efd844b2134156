//! `/api/admin/menus/{id}/image` and `/images`.

use actix_web::http::Method;
use bytes::Bytes;
use serde_json::{Value, json};

use super::shop::{Ask, Reply, Shop, UPLOADS};
use crate::domain::access::Role;
use crate::http::body::picture::PICTURE_MAX;
use crate::http::openapi;
use crate::store::picture_samples::{bombs, jpeg, look_at, lying_jpeg, png, webp};

const IMAGE: &str = "/api/admin/menus/1/image";

fn put(shop: &Shop, picture: impl Into<Bytes>) -> Ask {
    shop.staff(Method::PUT, IMAGE).body(picture)
}

async fn picture(shop: &Shop, address: &Value) -> Reply {
    shop.ask(Method::GET, address.as_str().expect("an address")).send().await
}

/// Item 1 as guests read it.
async fn stew(shop: &Shop) -> Value {
    let menu = shop.table(Method::GET, "/api/menus").send().await.expect(200);
    menu["categories"][0]["items"][0].clone()
}

#[actix_web::test]
async fn a_photo_is_in_every_menu_at_once_and_its_pictures_are_kept_for_ever_by_browsers() {
    let shop = Shop::open().await;
    let before = shop.table(Method::GET, "/api/menus").send().await;
    let mut stream = shop.table(Method::GET, "/api/sse/orders/1").open().await;
    let item = put(&shop, jpeg(420, 315, 0)).send().await.expect(200);
    stream.next_of("menu_changed").await;
    let image = &item["image"];
    assert_eq!(&stew(&shop).await["image"], image);
    assert_eq!(&shop.staff(Method::GET, "/api/admin/menus/1").send().await.expect(200)["image"], image);
    let after = shop.table(Method::GET, "/api/menus").send().await;
    assert_ne!(before.header("ETag"), after.header("ETag"));
    for size in ["small", "medium", "large"] {
        let address = image[size].as_str().expect("an address");
        let name = address.strip_prefix("/images/moon/").and_then(|name| name.strip_suffix(".jpg")).expect("its form");
        let reply = picture(&shop, &image[size]).await;
        assert_eq!((reply.status, reply.header("Content-Type")), (200, "image/jpeg"));
        assert_eq!(reply.header("Cache-Control"), "public, max-age=31536000, immutable");
        assert_eq!(reply.header("ETag"), format!("\"{name}\""));
        assert_eq!(reply.header("X-Content-Type-Options"), "nosniff");
        assert!(reply.header("Content-Security-Policy").starts_with("default-src 'none'"));
        assert!(reply.body.starts_with(b"\xff\xd8\xff"));
        let known = shop.ask(Method::GET, address).header("If-None-Match", reply.header("ETag")).send().await;
        assert_eq!((known.status, known.body.len(), known.header("ETag")), (304, 0, reply.header("ETag")));
        let head = shop.ask(Method::HEAD, address).send().await;
        assert_eq!((head.status, head.header("Content-Type")), (200, "image/jpeg"));
        shop.ask(Method::POST, address).send().await.refused(405, "METHOD_NOT_ALLOWED");
    }
    let document: Value = serde_json::from_slice(&openapi::document()).expect("a document");
    let described = document["components"]["schemas"]["ImageDocument"]["properties"].as_object().expect("members");
    assert!(described.keys().eq(image.as_object().expect("an image").keys()));
}

#[actix_web::test]
async fn a_photo_is_replaced_and_taken_away_and_outlives_a_restart() {
    let shop = Shop::open().await;
    let first = put(&shop, jpeg(40, 30, 0)).send().await.expect(200)["image"].clone();
    assert_eq!(put(&shop, jpeg(40, 30, 0)).send().await.expect(200)["image"], first, "the same once more");
    let second = put(&shop, webp(40, 30, 20)).send().await.expect(200)["image"].clone();
    assert_ne!(first, second);
    picture(&shop, &first["small"]).await.headers.get("ETag").expect("a tablet may still show the old menu");
    let changed = shop.staff(Method::PATCH, "/api/admin/menus/1").json(&json!({"price": 1})).send().await.expect(200);
    assert_eq!(changed["image"], second, "other changes leave it");
    let shop = shop.restart().await;
    assert_eq!(stew(&shop).await["image"], second);
    assert_eq!(picture(&shop, &second["large"]).await.status, 200);
    for _ in 0..2 {
        shop.staff(Method::DELETE, IMAGE).send().await.expect(204);
        assert_eq!(stew(&shop).await["image"], Value::Null);
    }
    assert_eq!(picture(&shop, &second["large"]).await.status, 200, "for some days");
    for method in [Method::PUT, Method::DELETE] {
        let unknown = shop.staff(method, "/api/admin/menus/99/image").body(jpeg(8, 8, 0)).send().await;
        unknown.refused(404, "NOT_FOUND");
    }
}

#[actix_web::test]
async fn a_repeat_of_a_key_is_one_change_and_another_picture_under_it_a_conflict() {
    let shop = Shop::open().await;
    let first = put(&shop, png(16, 12, 0)).key("k").send().await.expect(200);
    shop.staff(Method::DELETE, IMAGE).send().await.expect(204);
    assert_eq!(put(&shop, png(16, 12, 0)).key("k").send().await.expect(200), first);
    assert_eq!(stew(&shop).await["image"], Value::Null, "the repeat changed nothing");
    put(&shop, png(16, 12, 9)).key("k").send().await.refused(409, "CONFLICT");
}

#[actix_web::test]
async fn what_a_file_is_counts_and_not_what_it_is_called() {
    let shop = Shop::open().await;
    for (kind, file) in [("image/svg+xml", jpeg(8, 6, 0)), ("text/plain", png(8, 6, 0)), ("image/jpeg", webp(8, 6, 0))]
    {
        put(&shop, file).header("Content-Type", kind).send().await.expect(200);
    }
    let svg = r#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    for file in [svg, "GIF89a", "<html>", "{}"] {
        let reply = put(&shop, file).header("Content-Type", "image/jpeg").send().await;
        reply.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let packed = put(&shop, jpeg(8, 6, 0)).header("Content-Encoding", "gzip").send().await;
    packed.refused(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[actix_web::test]
async fn what_is_too_large_claims_too_much_or_is_damaged_is_refused_and_leaves_nothing() {
    let shop = Shop::open().await;
    let mut large = jpeg(8, 6, 0);
    large.resize(PICTURE_MAX, 0);
    put(&shop, large.clone()).send().await.expect(200);
    shop.staff(Method::DELETE, IMAGE).send().await.expect(204);
    let kept = || std::fs::read_dir(shop.folder.path().join(UPLOADS).join("moon")).expect("read").count();
    let before = kept();
    large.push(0);
    put(&shop, large.clone()).send().await.refused(413, "PAYLOAD_TOO_LARGE");
    shop.staff(Method::PUT, IMAGE).unannounced(large).send().await.refused(413, "PAYLOAD_TOO_LARGE");
    for bomb in bombs() {
        put(&shop, bomb).send().await.refused_field("body");
    }
    let whole = jpeg(200, 150, 0);
    put(&shop, whole[..whole.len() / 2].to_vec()).send().await.refused_field("body");
    put(&shop, "").send().await.refused_field("body");
    assert_eq!(stew(&shop).await["image"], Value::Null);
    assert_eq!(kept(), before);
}

#[actix_web::test]
async fn only_so_many_pictures_are_on_their_way_at_a_time() {
    let shop = Shop::open().await;
    let places: Vec<_> = std::iter::from_fn(|| shop.state.uploads.take()).collect();
    assert_eq!(places.len(), 4);
    let reply = put(&shop, jpeg(8, 6, 0)).send().await;
    reply.refused(503, "SERVICE_UNAVAILABLE");
    assert_eq!(reply.header("Retry-After"), "1");
    drop(places);
    for _ in 0..6 {
        put(&shop, jpeg(8, 6, 0)).send().await.expect(200);
    }
}

#[actix_web::test]
async fn orientation_is_applied_before_anybody_sees_it() {
    let shop = Shop::open().await;
    let lying = lying_jpeg(300, 400);
    assert_eq!(look_at(&lying), (300, 400, true));
    let image = put(&shop, lying).send().await.expect(200)["image"].clone();
    let large = picture(&shop, &image["large"]).await.body;
    assert_eq!(look_at(&large), (400, 300, false));
}

#[actix_web::test]
async fn only_exact_names_of_pictures_reach_the_disk() {
    let shop = Shop::open().await;
    let image = put(&shop, jpeg(8, 6, 0)).send().await.expect(200)["image"].clone();
    let address = image["small"].as_str().expect("an address");
    let name = address.rsplit('/').next().expect("a name");
    let secret = shop.folder.path().join(UPLOADS).join("moon/secret.jpg");
    std::fs::write(secret, b"secret").expect("written");
    let no_hash = "0".repeat(64);
    for path in [
        "/images/moon/secret.jpg".to_owned(),
        format!("/images/moon/{no_hash}.jpg"),
        format!("/images/moon/{}", name.to_uppercase()),
        format!("/images/moon/{}.png", &name[..64]),
        format!("/images/moon/{}", &name[..64]),
        format!("/images/moon/{name}.jpg"),
        format!("/images/moon/x{name}"),
        format!("/images/moon/{name}/"),
        format!("/images/moon//{name}"),
        format!("/images/sun/{name}"),
        format!("/images/MOON/{name}"),
        format!("/images/..%2f{UPLOADS}%2fmoon/{name}"),
        format!("/images/moon/..%2fmoon%2f{name}"),
        format!("/images/moon/%2e%2e/moon/{name}"),
        format!("/images/moon/{name}%00"),
        "/images/moon/".to_owned(),
        "/images/moon".to_owned(),
    ] {
        let reply = shop.ask(Method::GET, &path).send().await;
        reply.refused(404, "NOT_FOUND");
    }
    let encoded = address.replace('a', "%61");
    assert!(
        matches!(shop.ask(Method::GET, &encoded).send().await.status, 200 | 404),
        "read as the same name or not at all"
    );
}

#[actix_web::test]
async fn only_owner_and_managers_change_photos() {
    let shop = Shop::open().await;
    for (role, status) in [(Role::Manager, 200), (Role::Staff, 403), (Role::Kitchen, 403)] {
        let token = shop.log_in_as(&format!("{role:?}").to_lowercase(), role).await;
        let ask = |method| shop.ask(method, IMAGE).bearer(&token).body(png(8, 6, 0));
        assert_eq!(ask(Method::PUT).send().await.status, status, "{role:?}");
        assert_eq!(ask(Method::DELETE).send().await.status, if status == 200 { 204 } else { 403 }, "{role:?}");
    }
    let tablet = shop.table(Method::PUT, IMAGE).body(png(8, 6, 0)).send().await;
    tablet.refused(401, "AUTH_ERROR");
    shop.ask(Method::PUT, IMAGE).body(png(8, 6, 0)).send().await.refused(401, "AUTH_ERROR");
}
