//! What holds for every route: headers, 404 and 405, HEAD, who is let in, unknown query fields, the document.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::Value;

use super::shop::{Reply, Shop};
use crate::domain::access::Role;
use crate::http::{openapi, routes};

/// A path of the table with its places filled.
fn filled(path: &str) -> String {
    let mut filled = String::new();
    for (index, part) in path.split(['{', '}']).enumerate() {
        filled.push_str(if index % 2 == 0 { part } else { "1" });
    }
    filled
}

fn check_headers(reply: &Reply, what: &str) {
    assert!(!reply.header("X-Request-Id").is_empty(), "{what}");
    assert_eq!(reply.header("X-Content-Type-Options"), "nosniff", "{what}");
    assert!(!reply.header("Referrer-Policy").is_empty(), "{what}");
    assert!(reply.header("Content-Security-Policy").contains("frame-ancestors 'none'"), "{what}");
    assert!(!reply.header("Cache-Control").is_empty(), "{what}");
}

#[actix_web::test]
async fn every_answer_has_the_security_headers_and_an_id_of_its_own() {
    let shop = Shop::open().await;
    let mut ids = BTreeSet::new();
    for (path, status) in [
        ("/api/menus", 200),
        ("/api/orders/99", 404),
        ("/api/nothing", 404),
        ("/nothing", 404),
        ("/assets/0/x.js", 404),
        ("/health", 200),
        ("/health/live", 200),
        ("/health/ready", 200),
        ("/metrics", 200),
        ("/api/openapi.json", 200),
        ("/api/menus?x=1", 400),
    ] {
        let reply = shop.table(Method::GET, path).send().await;
        assert_eq!(reply.status, status, "{path}");
        check_headers(&reply, path);
        let page = reply.header("Content-Security-Policy").contains("'self'");
        assert!(!page, "{path} is no page");
        if path != "/api/menus" {
            assert_eq!(reply.header("Cache-Control"), "no-store", "{path}");
        }
        assert!(ids.insert(reply.header("X-Request-Id").to_owned()), "ids are not reused");
    }
    for reply in [
        shop.ask(Method::GET, "/api/menus").send().await,
        shop.ask(Method::DELETE, "/api/menus").send().await,
        shop.ask(Method::POST, "/api/auth/admin/login").body("{").send().await,
        shop.staff(Method::DELETE, "/api/admin/orders/1").send().await,
    ] {
        check_headers(&reply, "a refusal");
    }
}

#[actix_web::test]
async fn an_unknown_address_is_404_and_an_unknown_method_405_before_anything_else() {
    let shop = Shop::open().await;
    for path in ["/api", "/api/", "/api/orders/", "//api/orders", "/api/menus/1", "/admin/x", "/api/admin", "/Health"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            shop.ask(method, path).send().await.refused(404, "NOT_FOUND");
        }
    }
    for resource in routes::table() {
        let path = filled(resource.path);
        let known: BTreeSet<String> = resource.operations.iter().map(|(method, _)| method.to_string()).collect();
        for method in [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
            Method::TRACE,
        ] {
            let word = method.to_string();
            if known.contains(&word) || (word == "HEAD" && known.contains("GET")) {
                continue;
            }
            let reply =
                shop.ask(method, &path).header("Cookie", "tableorder_staff=x").header("Origin", "null").send().await;
            reply.refused(405, "METHOD_NOT_ALLOWED");
            let allowed: BTreeSet<String> = reply.header("Allow").split(", ").map(str::to_owned).collect();
            let mut expected = known.clone();
            if expected.contains("GET") {
                expected.insert("HEAD".to_owned());
            }
            assert_eq!(allowed, expected, "{path}");
        }
    }
}

#[actix_web::test]
async fn every_get_answers_head_with_the_same_status_and_kind() {
    let shop = Shop::open().await;
    shop.order_stew(1).await;
    for resource in routes::table() {
        if !resource.operations.iter().any(|(method, _)| *method == Method::GET) {
            continue;
        }
        let path = filled(resource.path);
        let staff = path.starts_with("/api/admin");
        let ask = |method| if staff { shop.staff(method, &path) } else { shop.table(method, &path) };
        let (get, head) = (ask(Method::GET).send().await, ask(Method::HEAD).send().await);
        assert_eq!((get.status, head.status), (200, 200), "{path}");
        assert_eq!(get.header("Content-Type"), head.header("Content-Type"), "{path}");
        assert_eq!(get.streams, head.streams, "{path}: both or neither have a length");
    }
    for path in ["/api/sse/orders/1", "/api/admin/orders/stream"] {
        let staff = path.starts_with("/api/admin");
        let ask = if staff { shop.staff(Method::HEAD, path) } else { shop.table(Method::HEAD, path) };
        let _held = ask.open().await;
        assert_eq!(shop.state.slots.total(), 0, "{path}: a HEAD opens no stream");
    }
    assert_eq!(shop.table(Method::HEAD, "/api/orders/99").send().await.status, 404);
}

#[actix_web::test]
async fn only_the_right_identity_is_let_in_and_401_comes_before_what_the_request_says() {
    let shop = Shop::open().await;
    let open = [
        "/api/setup",
        "/api/auth/admin/login",
        "/api/auth/table/login",
        "/api/auth/table/renew",
        "/api/auth/table/pair",
        "/api/auth/phone/login",
        "/api/openapi.json",
    ];
    for resource in routes::table() {
        if open.contains(&resource.path) || !resource.path.starts_with("/api") {
            continue;
        }
        let path = filled(resource.path);
        for (method, _) in &resource.operations {
            let bad = |ask: super::shop::Ask| ask.header("Content-Type", "text/plain").body("not json");
            let nobody = bad(shop.ask(method.clone(), &path)).send().await;
            nobody.refused(401, "AUTH_ERROR");
            bad(shop.ask(method.clone(), &path)).bearer("a.b.c").send().await.refused(401, "AUTH_ERROR");
            let wrong = if path.starts_with("/api/admin") { Some(&shop.tables[0]) } else { None };
            if let Some(token) = wrong {
                bad(shop.ask(method.clone(), &path)).bearer(token).send().await.refused(401, "AUTH_ERROR");
                bad(shop.ask(method.clone(), &path))
                    .cookie("tableorder_staff", token)
                    .send()
                    .await
                    .refused(401, "AUTH_ERROR");
            }
        }
    }
    for (method, path) in [
        (Method::POST, "/api/orders"),
        (Method::GET, "/api/orders"),
        (Method::GET, "/api/orders/1"),
        (Method::POST, "/api/calls"),
        (Method::GET, "/api/calls"),
        (Method::GET, "/api/phone"),
        (Method::GET, "/api/sse/orders/1"),
    ] {
        shop.staff(method, path).send().await.refused(401, "AUTH_ERROR");
    }
    shop.staff(Method::GET, "/api/menus").send().await.expect(200);
    shop.staff(Method::GET, "/api/sync").send().await.expect(200);
}

#[actix_web::test]
async fn roles_are_held_to_what_they_may_do() {
    let shop = Shop::open().await;
    let kitchen = shop.log_in_as("kitchen", Role::Kitchen).await;
    let waiter = shop.log_in_as("waiter", Role::Staff).await;
    let manager = shop.log_in_as("manager", Role::Manager).await;
    for (method, path, who_may) in [
        (Method::POST, "/api/admin/categories", "m"),
        (Method::PATCH, "/api/admin/categories/1", "m"),
        (Method::DELETE, "/api/admin/categories/1", "m"),
        (Method::PUT, "/api/admin/categories/order", "m"),
        (Method::POST, "/api/admin/menus", "m"),
        (Method::PATCH, "/api/admin/menus/1", "m"),
        (Method::DELETE, "/api/admin/menus/77", "m"),
        (Method::PUT, "/api/admin/menus/order", "m"),
        (Method::PUT, "/api/admin/menus/1/image", "m"),
        (Method::DELETE, "/api/admin/menus/77/image", "m"),
        (Method::POST, "/api/admin/tables", "m"),
        (Method::PATCH, "/api/admin/tables/1", "m"),
        (Method::DELETE, "/api/admin/tables/77", "m"),
        (Method::GET, "/api/admin/losses", "m"),
        (Method::POST, "/api/admin/losses/confirm", "m"),
        (Method::POST, "/api/admin/tables/1/complete", "mw"),
        (Method::POST, "/api/admin/tables/1/pairing", "mw"),
        (Method::POST, "/api/admin/tables/77/seat", "mw"),
        (Method::GET, "/api/admin/tables/1/sticker", "mw"),
        (Method::GET, "/api/admin/tables/1/history", "mw"),
        (Method::GET, "/api/admin/history", "mw"),
        (Method::DELETE, "/api/admin/orders/77", "mw"),
        (Method::PATCH, "/api/admin/orders/77/identity", "mw"),
        (Method::POST, "/api/admin/calls/77/resolve", "mw"),
        (Method::PUT, "/api/admin/menus/1/availability", "mwk"),
        (Method::PATCH, "/api/admin/orders/77/status", "mwk"),
        (Method::GET, "/api/admin/orders", "mwk"),
        (Method::GET, "/api/admin/tables", "mwk"),
        (Method::GET, "/api/admin/calls", "mwk"),
        (Method::GET, "/api/admin/menus", "mwk"),
    ] {
        for (letter, token) in [("m", &manager), ("w", &waiter), ("k", &kitchen)] {
            // The body is wrong on purpose: 403 comes before 415 and 400, and nothing is changed.
            let reply = shop
                .ask(method.clone(), path)
                .bearer(token)
                .header("Content-Type", "text/plain")
                .body("x")
                .send()
                .await;
            assert_eq!(reply.status != 403, who_may.contains(letter), "{letter} {method} {path}: {}", reply.status);
            if reply.status == 403 {
                reply.refused(403, "FORBIDDEN");
            }
        }
    }
}

#[actix_web::test]
async fn unknown_query_fields_are_refused_everywhere() {
    let shop = Shop::open().await;
    for resource in routes::table() {
        let path = filled(resource.path);
        if !resource.operations.iter().any(|(method, _)| *method == Method::GET) {
            continue;
        }
        let path = format!("{path}?surprise=1");
        let staff = path.starts_with("/api/admin");
        let ask = if staff { shop.staff(Method::GET, &path) } else { shop.table(Method::GET, &path) };
        ask.send().await.refused(400, "VALIDATION_ERROR");
    }
    let order = serde_json::json!({"items": [{"menu_id": 1, "quantity": 1}]});
    let with_query = shop.table(Method::POST, "/api/orders?price=0").key("k").json(&order).send().await;
    with_query.refused(400, "VALIDATION_ERROR");
    shop.table(Method::GET, "/api/menus?as=kitchen").send().await.refused(400, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn the_document_describes_exactly_the_routes() {
    let shop = Shop::open().await;
    let reply = shop.ask(Method::GET, "/api/openapi.json").send().await;
    let document = reply.expect(200);
    assert_eq!(document["openapi"], "3.1.0");
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().expect("methods").keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let served: BTreeSet<String> = routes::table()
        .iter()
        .flat_map(|resource| resource.operations.iter().map(|(method, _)| format!("{method} {}", resource.path)))
        .collect();
    assert_eq!(described, served);
    for (path, open) in [("/api/setup", true), ("/api/auth/admin/login", true), ("/api/orders", false)] {
        let security = &document["paths"][path]["post"]["security"];
        assert_eq!(security == &serde_json::json!([{}]), open, "{path}: {security}");
    }
}

/// Members of an object schema, with those of the parts it is composed of.
fn members(document: &Value, schema: &Value) -> BTreeSet<String> {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return members(document, &document["components"]["schemas"][name]);
    }
    let own = schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys().cloned());
    let parts = schema["allOf"].as_array().into_iter().flatten();
    own.chain(parts.flat_map(|part| members(document, part)).collect::<Vec<_>>()).collect()
}

fn compare(document: &Value, name: &str, answer: &Value, only_sometimes: &[&str]) {
    let described = members(document, &document["components"]["schemas"][name]);
    let told: BTreeSet<String> =
        answer.as_object().unwrap_or_else(|| panic!("{name}: {answer}")).keys().cloned().collect();
    let missing: Vec<_> =
        described.difference(&told).filter(|member| !only_sometimes.contains(&member.as_str())).collect();
    let surplus: Vec<_> = told.difference(&described).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "{name}: not told {missing:?}, not described {surplus:?}");
}

#[actix_web::test]
async fn answers_have_exactly_the_members_that_the_document_describes() {
    let shop = Shop::open().await;
    let document: Value = serde_json::from_slice(&openapi::document()).expect("a document");
    let order = shop.order_stew(1).await;
    compare(&document, "OrderDocument", &order, &["key"]);
    compare(&document, "OrderItemDocument", &order["items"][0], &[]);
    compare(&document, "TableRefDocument", &order["table"], &[]);
    let orders = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    compare(&document, "OrdersDocument", &orders, &[]);
    compare(&document, "SessionDocument", &orders["session"], &[]);
    let call =
        shop.table(Method::POST, "/api/calls").json(&serde_json::json!({"kind": "water"})).send().await.expect(201);
    compare(&document, "CallDocument", &call, &[]);
    let page = shop.staff(Method::GET, "/api/admin/orders").send().await.expect(200);
    compare(&document, "OrderPageDocument", &page, &[]);
    compare(&document, "OrderDocument", &page["orders"][0], &[]);
    let tables = shop.staff(Method::GET, "/api/admin/tables").send().await.expect(200);
    compare(&document, "TableDocument", &tables["tables"][0], &[]);
    let menu = shop.table(Method::GET, "/api/menus").send().await.expect(200);
    compare(&document, "MenuDocument", &menu, &[]);
    compare(&document, "CategoryWithItemsDocument", &menu["categories"][0], &[]);
    let cakes = &menu["categories"][0]["items"][1];
    compare(&document, "MenuItemDocument", cakes, &[]);
    compare(&document, "OptionGroupDocument", &cakes["option_groups"][0], &[]);
    compare(&document, "MenuOptionDocument", &cakes["option_groups"][0]["options"][0], &[]);
    let items = shop.staff(Method::GET, "/api/admin/menus").send().await.expect(200);
    compare(&document, "MenuItemPageDocument", &items, &[]);
    compare(&document, "AdminMenuItemDocument", &items["menus"][0], &[]);
    let categories = shop.staff(Method::GET, "/api/admin/categories").send().await.expect(200);
    compare(&document, "CategoryDocument", &categories["categories"][0], &[]);
    let sync = shop.staff(Method::GET, "/api/sync").send().await.expect(200);
    compare(&document, "SyncDocument", &sync, &[]);
    let force = serde_json::json!({"force": true});
    let done = shop.staff(Method::POST, "/api/admin/tables/1/complete").json(&force).send().await.expect(200);
    compare(&document, "FinishedSessionDocument", &done["session"], &["orders"]);
    let post = |path: &str| shop.staff(Method::POST, path);
    compare(&document, "SeatedDocument", &post("/api/admin/tables/1/seat").send().await.expect(200), &[]);
    let offer = post("/api/admin/tables/1/pairing").send().await.expect(201);
    compare(&document, "PairingAnswer", &offer, &[]);
    let pair = shop.ask(Method::POST, "/api/auth/table/pair").json(&serde_json::json!({"code": offer["code"]}));
    let paired = pair.send().await.expect(200);
    compare(&document, "TabletLoginDocument", &paired, &[]);
    compare(&document, "GuestPageBrief", &paired["guest_page"], &[]);
    let sticker = shop.staff(Method::GET, "/api/admin/tables/1/sticker").send().await.expect(200);
    compare(&document, "StickerAnswer", &sticker, &[]);
    let shown = shop.table(Method::GET, "/api/phone").send().await.expect(200);
    compare(&document, "PhoneAnswer", &shown, &[]);
    let key = shown["url"].as_str().and_then(|url| url.split_once("/#v=")).expect("a link").1;
    let login = shop.ask(Method::POST, "/api/auth/phone/login").json(&serde_json::json!({"key": key}));
    compare(&document, "PhoneLoginDocument", &login.send().await.expect(200), &[]);
    let history = shop.staff(Method::GET, "/api/admin/history").send().await.expect(200);
    compare(&document, "HistoryDocument", &history, &[]);
    compare(&document, "FinishedSessionDocument", &history["sessions"][0], &[]);
    let me = shop.staff(Method::GET, "/api/auth/me").send().await.expect(200);
    compare(&document, "MeAnswer", &me, &[]);
}
