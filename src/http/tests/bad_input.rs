//! Bad input of every kind to every route with a body: a 4xx problem that says what to do, never a 5xx, never a
//! half-made order, and refusals in the contract's order.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Ask, Shop};
use crate::http::routes;

/// Each write with a body, and one that it takes.
fn writes() -> Vec<(Method, &'static str, Value)> {
    vec![
        (Method::POST, "/api/orders", json!({"items": [{"menu_id": 1, "quantity": 1, "options": []}]})),
        (Method::POST, "/api/calls", json!({"kind": "water"})),
        (Method::PATCH, "/api/admin/orders/1/status", json!({"status": "preparing"})),
        (Method::PATCH, "/api/admin/orders/1/identity", json!({"passed": true})),
        (Method::POST, "/api/admin/tables", json!({"number": 7, "password": "1234"})),
        (Method::PATCH, "/api/admin/tables/1", json!({"label": "창가"})),
        (Method::POST, "/api/admin/categories", json!({"name": "음료"})),
        (Method::PATCH, "/api/admin/categories/1", json!({"name": "국물"})),
        (Method::PUT, "/api/admin/categories/order", json!({"ids": [1]})),
        (Method::POST, "/api/admin/menus", json!({"name": "물", "price": 0, "category_id": 1})),
        (Method::PATCH, "/api/admin/menus/1", json!({"price": 9500})),
        (Method::PUT, "/api/admin/menus/order", json!({"ids": [1, 2, 3, 4]})),
        (Method::PUT, "/api/admin/menus/1/availability", json!({"available": true})),
        (Method::POST, "/api/admin/tables/1/complete", json!({"force": true})),
        (Method::POST, "/api/admin/tables/1/pairing", json!({})),
        (Method::POST, "/api/admin/tables/1/seat", json!({})),
        (Method::POST, "/api/admin/calls/1/resolve", json!({})),
        (Method::POST, "/api/admin/losses/confirm", json!({})),
        (Method::POST, "/api/auth/admin/login", json!({"store": "moon", "username": "a", "password": "x"})),
        (Method::POST, "/api/auth/table/login", json!({"store": "moon", "table_number": 1, "password": "x"})),
        (Method::POST, "/api/auth/table/renew", json!({"device_token": "x"})),
        (Method::POST, "/api/auth/table/pair", json!({"secret": "x"})),
        (Method::POST, "/api/auth/phone/login", json!({"key": "x"})),
        (
            Method::POST,
            "/api/setup",
            json!({"code": "x", "store": "sun", "store_name": "s", "username": "u", "password": "12345678"}),
        ),
    ]
}

fn ask(shop: &Shop, method: &Method, path: &str) -> Ask {
    let staff = path.starts_with("/api/admin");
    let ask = if staff { shop.staff(method.clone(), path) } else { shop.table(method.clone(), path) };
    ask.key("some-key")
}

fn json_bytes(shop: &Shop, method: &Method, path: &str, bytes: impl Into<bytes::Bytes>) -> Ask {
    ask(shop, method, path).header("Content-Type", "application/json").body(bytes)
}

#[actix_web::test]
async fn every_write_is_tested_here() {
    let tested: Vec<_> = writes().into_iter().map(|(method, path, _)| (method, path.replace('1', "{}"))).collect();
    for resource in routes::table() {
        let mut pattern = String::new();
        for (index, part) in resource.path.split(['{', '}']).enumerate() {
            pattern.push_str(if index % 2 == 0 { part } else { "{}" });
        }
        for (method, _) in &resource.operations {
            let bodiless = [Method::GET, Method::DELETE].contains(method) || resource.path == "/api/auth/logout";
            // A body that is no JSON has tests of its own.
            let bodiless = bodiless || resource.path == "/api/admin/menus/{menu_id}/image";
            assert!(bodiless || tested.contains(&(method.clone(), pattern.clone())), "{method} {pattern}");
        }
    }
}

#[actix_web::test]
async fn what_is_no_json_object_is_400() {
    let shop = Shop::open().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_objects = "{\"items\":".repeat(20_000);
    for (method, path, _) in writes() {
        for bytes in [
            &b"{"[..],
            b"}",
            b"not json",
            b"\"text\"",
            b"7",
            b"null",
            b"true",
            b"[]",
            b"[{}]",
            b"{} {}",
            b"{},",
            b"\xef\xbb\xbf{}",
            b"{\"a\":\"\xff\xfe\"}",
            b"\xff",
            b"{\"a\":\"\\ud800\"}",
            b"{'a':1}",
            b"{\"a\":NaN}",
            b"{\"a\":01}",
            b"\0",
            deep.as_bytes(),
            deep_objects.as_bytes(),
        ] {
            let reply = json_bytes(&shop, &method, path, bytes.to_vec()).send().await;
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]).into_owned();
            assert_eq!(reply.status, 400, "{method} {path} {shown}");
            reply.refused(400, "VALIDATION_ERROR");
        }
    }
}

#[actix_web::test]
async fn unknown_missing_repeated_and_mistyped_fields_are_400_and_named() {
    let shop = Shop::open().await;
    for (method, path, good) in writes() {
        let mut unknown = good.clone();
        unknown["surprise"] = json!(1);
        let reply = json_bytes(&shop, &method, path, unknown.to_string()).send().await;
        let problem = reply.refused(400, "VALIDATION_ERROR");
        assert!(problem["errors"][0].to_string().contains("surprise"), "{path}: {problem}");
        let fields: Vec<String> = good.as_object().expect("an object").keys().cloned().collect();
        for field in &fields {
            for wrong in [json!([[]]), json!({"x": {}}), json!(-1.5)] {
                let mut body = good.clone();
                body[field] = wrong;
                let reply = json_bytes(&shop, &method, path, body.to_string()).send().await;
                let problem = reply.refused(400, "VALIDATION_ERROR");
                let named = problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned();
                assert!(named.starts_with(field.as_str()), "{path} {field}: {problem}");
            }
            let text = good.to_string();
            let repeated = format!("{},\"{field}\":{}}}", &text[..text.len() - 1], good[field]);
            json_bytes(&shop, &method, path, repeated).send().await.refused(400, "VALIDATION_ERROR");
        }
    }
}

#[actix_web::test]
async fn another_or_no_media_type_is_415_and_a_large_body_413() {
    let shop = Shop::open().await;
    let large = format!("{{\"x\":\"{}\"}}", "a".repeat(256 * 1024));
    for (method, path, good) in writes() {
        ask(&shop, &method, path).body(good.to_string()).send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "application/json; charset=euc-kr",
            "",
        ] {
            let reply = ask(&shop, &method, path).header("Content-Type", kind).body(good.to_string()).send().await;
            reply.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        }
        let twice = json_bytes(&shop, &method, path, good.to_string()).header("Content-Type", "application/json");
        twice.send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        let gzip = json_bytes(&shop, &method, path, good.to_string()).header("Content-Encoding", "gzip");
        gzip.send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        let as_it_is = json_bytes(&shop, &method, path, "{").header("Content-Encoding", "Identity");
        as_it_is.send().await.refused(400, "VALIDATION_ERROR");
        json_bytes(&shop, &method, path, large.clone()).send().await.refused(413, "PAYLOAD_TOO_LARGE");
        let wrong_and_large = ask(&shop, &method, path).header("Content-Type", "text/plain").body(large.clone());
        wrong_and_large.send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let orders = shop.staff(Method::GET, "/api/admin/orders").send().await.expect(200);
    assert_eq!(orders["orders"], json!([]), "nothing half-made");
}

#[actix_web::test]
async fn a_body_that_announces_no_length_is_bounded_too() {
    let shop = Shop::open().await;
    let large = format!("{{\"kind\":\"{}\"}}", "a".repeat(300 * 1024));
    let request = shop.table(Method::POST, "/api/calls").header("Content-Type", "application/json");
    request.unannounced(large).send().await.refused(413, "PAYLOAD_TOO_LARGE");
}

#[actix_web::test]
async fn json_in_utf_8_is_taken_however_it_is_called() {
    let shop = Shop::open().await;
    for kind in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
    ] {
        let call = shop.table(Method::POST, "/api/calls").header("Content-Type", kind).body("{\"kind\":\"water\"}");
        call.send().await.expect(201);
    }
}

#[actix_web::test]
async fn numbers_of_an_order_line_are_whole_and_within_bounds() {
    let shop = Shop::open().await;
    let wrong = [
        "0",
        "-1",
        "1.5",
        "1.0",
        "1e2",
        "9223372036854775808",
        "18446744073709551616",
        "1e400",
        "\"1\"",
        "true",
        "null",
        "[1]",
        "100",
    ];
    for quantity in wrong {
        let body = format!("{{\"items\":[{{\"menu_id\":1,\"quantity\":{quantity},\"options\":[]}}]}}");
        let reply = json_bytes(&shop, &Method::POST, "/api/orders", body).send().await;
        reply.refused(400, "VALIDATION_ERROR");
        if quantity != "1e400" {
            reply.refused_field("items[0].quantity");
        }
    }
    for (line, field) in [
        (json!({"menu_id": 1, "quantity": 1, "price": 1}), "items[0]"),
        (json!({"menu_id": 1, "quantity": 1, "unit_price": 1}), "items[0]"),
        (json!({"menu_id": -1, "quantity": 1}), "items[0].menu_id"),
        (json!({"menu_id": "1", "quantity": 1}), "items[0].menu_id"),
        (json!({"menu_id": 1, "quantity": 1, "options": null}), "items[0].options"),
        (json!({"menu_id": 1, "quantity": 1, "options": ["1"]}), "items[0].options[0]"),
        (json!({"menu_id": 1, "quantity": 1, "options": [1.5]}), "items[0].options[0]"),
        (json!({"menu_id": 1, "quantity": 1, "note": "a\u{0}b"}), "items[0].note"),
        (json!({"menu_id": 1, "quantity": 1, "note": ""}), "items[0].note"),
        (json!([1, 1, []]), "items[0]"),
    ] {
        let body = json!({"items": [line]});
        let problem = json_bytes(&shop, &Method::POST, "/api/orders", body.to_string())
            .send()
            .await
            .refused(400, "VALIDATION_ERROR");
        let named = problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned();
        assert!(named.starts_with(field), "{field}: {problem}");
    }
    for body in [json!({"items": []}), json!({}), json!({"items": [], "total": 1})] {
        json_bytes(&shop, &Method::POST, "/api/orders", body.to_string()).send().await.refused(400, "VALIDATION_ERROR");
    }
    let empty = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!(empty["session"], Value::Null, "nothing half-made");
}

#[actix_web::test]
async fn equal_failures_are_equal_bytes() {
    let shop = Shop::open().await;
    for (method, path) in [(Method::GET, "/api/orders/77"), (Method::GET, "/api/nothing"), (Method::POST, "/api/menus")]
    {
        let one = shop.table(method.clone(), path).send().await;
        let other = shop.table(method, path).send().await;
        assert_eq!(one.body, other.body);
        assert!(!String::from_utf8_lossy(&one.body).contains(one.header("X-Request-Id")));
    }
}

#[actix_web::test]
async fn a_query_that_does_not_fit_is_refused_by_the_name_of_its_field() {
    let shop = Shop::open().await;
    let orders = "/api/admin/orders";
    for (path, query, field) in [
        (orders, "limit=0", "limit"),
        (orders, "limit=501", "limit"),
        (orders, "limit=5&limit=5", "limit"),
        (orders, "status=pending&table_id=x", "table_id"),
        (orders, "table_id=99999999999999999999", "table_id"),
        (orders, "table_id=%2B1", "table_id"),
        (orders, "status=eaten", "status"),
        (orders, "cursor=x", "cursor"),
        (orders, "colour=red", "colour"),
        (orders, "a%20b=1", "a b"),
        ("/api/admin/menus", "category_id=-1", "category_id"),
        ("/api/admin/history", "date_to=2026-11-21&date_from=2026-02-30", "date_from"),
        ("/api/admin/history", "cursor=x", "cursor"),
        ("/api/admin/calls", "limit=5", "limit"),
        ("/api/sync", "after=1&after=1", "after"),
        ("/api/auth/me", "as=owner", "as"),
    ] {
        let reply = shop.staff(Method::GET, &format!("{path}?{query}")).send().await;
        reply.refused_field(field);
        let problem = reply.json();
        let words = problem["errors"][0]["message"].as_str().expect("words");
        assert!(!words.contains("digit found"), "{query}: {words}");
    }
}
