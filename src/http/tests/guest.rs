//! `/api/orders` and `/api/calls` as guests read them.

use actix_web::http::Method;
use serde_json::json;

use super::shop::Shop;

#[actix_web::test]
async fn a_guest_reads_own_orders_of_the_running_session_oldest_first() {
    let shop = Shop::open().await;
    let none = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!(none, json!({"orders": [], "total": 0, "session": null}));
    let (first, second) = (shop.order_stew(1).await, shop.order_stew(1).await);
    let other = shop.order_stew(2).await;
    let own = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!(own["orders"], json!([first, second]));
    assert_eq!((own["total"].as_i64(), own["session"]["order_count"].as_i64()), (Some(18_000), Some(2)));
    assert_eq!(own["session"]["id"], first["session_id"]);
    assert!(own["orders"][0].get("key").is_none(), "keys are for staff");
    let path = format!("/api/orders/{}", first["id"]);
    assert_eq!(shop.table(Method::GET, &path).send().await.expect(200), first);
    let foreign = format!("/api/orders/{}", other["id"]);
    shop.table(Method::GET, &foreign).send().await.refused(404, "NOT_FOUND");
    for path in ["/api/orders/0", "/api/orders/999", "/api/orders/18446744073709551616", "/api/orders/abc"] {
        shop.table(Method::GET, path).send().await.refused(404, "NOT_FOUND");
    }
}

#[actix_web::test]
async fn after_the_table_is_finished_guests_see_nothing_old() {
    let shop = Shop::open().await;
    let order = shop.order_stew(1).await;
    shop.table(Method::POST, "/api/calls").json(&json!({"kind": "bill"})).send().await.expect(201);
    shop.staff(Method::POST, "/api/admin/tables/1/complete").json(&json!({"force": true})).send().await.expect(200);
    let own = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!(own, json!({"orders": [], "total": 0, "session": null}));
    shop.table(Method::GET, &format!("/api/orders/{}", order["id"])).send().await.refused(404, "NOT_FOUND");
    assert_eq!(shop.table(Method::GET, "/api/calls").send().await.expect(200), json!({"calls": []}));
    let stale = json!({"items": [{"menu_id": 1, "quantity": 1}], "session_id": order["session_id"]});
    shop.table(Method::POST, "/api/orders").key("stale").json(&stale).send().await.refused(409, "SESSION_ENDED");
}

#[actix_web::test]
async fn a_call_is_seen_by_its_table_and_by_staff_until_it_is_answered() {
    let shop = Shop::open().await;
    let body = json!({"kind": " water ", "note": "차갑게"});
    let call = shop.table(Method::POST, "/api/calls").json(&body).send().await.expect(201);
    assert_eq!((&call["kind"], &call["note"], &call["status"]), (&json!("water"), &json!("차갑게"), &json!("open")));
    assert_eq!(call["table"], json!({"id": 1, "number": 1}));
    assert_eq!(shop.at(2, Method::GET, "/api/calls").send().await.expect(200), json!({"calls": []}));
    assert_eq!(shop.table(Method::GET, "/api/calls").send().await.expect(200), json!({"calls": [call]}));
    assert_eq!(shop.staff(Method::GET, "/api/admin/calls").send().await.expect(200), json!({"calls": [call]}));
    let resolve = format!("/api/admin/calls/{}/resolve", call["id"]);
    let resolved = shop.staff(Method::POST, &resolve).send().await.expect(200);
    assert_eq!(resolved["status"], "resolved");
    assert_eq!(shop.staff(Method::POST, &resolve).send().await.expect(200), resolved, "again is no mistake");
    assert_eq!(shop.staff(Method::GET, "/api/admin/calls").send().await.expect(200), json!({"calls": []}));
    assert_eq!(shop.table(Method::GET, "/api/calls").send().await.expect(200), json!({"calls": [resolved]}));
    shop.staff(Method::POST, "/api/admin/calls/99/resolve").send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn a_repeated_call_with_its_key_is_one_call_with_the_first_status() {
    let shop = Shop::open().await;
    let body = json!({"kind": "water"});
    let ask = || shop.table(Method::POST, "/api/calls").key("c1").json(&body);
    let first = ask().send().await.expect(201);
    assert_eq!(ask().send().await.expect(201), first);
    let other = shop.table(Method::POST, "/api/calls").key("c1").json(&json!({"kind": "spoon"})).send().await;
    other.refused(409, "CONFLICT");
    shop.at(2, Method::POST, "/api/calls").key("c1").json(&body).send().await.expect(201);
    let calls = shop.table(Method::GET, "/api/calls").send().await.expect(200);
    assert_eq!(calls["calls"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn too_many_open_calls_are_a_conflict() {
    let shop = Shop::open().await;
    let body = json!({"kind": "water"});
    for _ in 0..20 {
        shop.table(Method::POST, "/api/calls").json(&body).send().await.expect(201);
    }
    shop.table(Method::POST, "/api/calls").json(&body).send().await.refused(409, "CONFLICT");
    shop.at(2, Method::POST, "/api/calls").json(&body).send().await.expect(201);
}
