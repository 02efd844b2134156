//! Alcohol and its identity check, as the guest, the staff and the history see it.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Reply, Shop};

/// Adds soju, menu item 5.
async fn with_soju() -> Shop {
    let shop = Shop::open().await;
    let soju = json!({"name": "소주", "price": 5000, "category_id": 1, "alcohol": true});
    let made = shop.staff(Method::POST, "/api/admin/menus").json(&soju).send().await.expect(201);
    assert_eq!(made["id"], 5);
    shop
}

/// Table 1 orders a stew and two soju, or the soju alone.
async fn order(shop: &Shop, with_stew: bool) -> Value {
    let mut items = vec![json!({"menu_id": 5, "quantity": 2, "options": []})];
    if with_stew {
        items.insert(0, json!({"menu_id": 1, "quantity": 1, "options": []}));
    }
    let key = shop.fresh_key();
    let body = json!({"items": items});
    shop.table(Method::POST, "/api/orders").key(&key).json(&body).send().await.expect(201)
}

async fn check(shop: &Shop, order: &Value, passed: bool) -> Reply {
    let path = format!("/api/admin/orders/{}/identity", order["id"]);
    shop.staff(Method::PATCH, &path).json(&json!({"passed": passed})).send().await
}

async fn set_status(shop: &Shop, order: &Value, status: &str) -> Reply {
    let path = format!("/api/admin/orders/{}/status", order["id"]);
    shop.staff(Method::PATCH, &path).json(&json!({"status": status})).send().await
}

fn checks(order: &Value) -> Vec<&Value> {
    order["items"].as_array().expect("items").iter().map(|item| &item["identity_check"]).collect()
}

fn data(frame: &str) -> Value {
    let line = frame.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
    serde_json::from_str(line).expect("JSON")
}

#[actix_web::test]
async fn alcohol_waits_until_staff_saw_the_cards_and_later_rounds_do_not() {
    let shop = with_soju().await;
    let first = order(&shop, true).await;
    assert_eq!(checks(&first), [&Value::Null, &json!("waiting")]);
    let second = order(&shop, false).await;
    set_status(&shop, &first, "preparing").await.expect(200);
    let refused = set_status(&shop, &first, "completed").await.refused(409, "INVALID_STATUS_TRANSITION");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("identity check")), "{refused}");
    set_status(&shop, &second, "preparing").await.refused(409, "INVALID_STATUS_TRANSITION");
    let mut stream = shop.table(Method::GET, "/api/sse/orders/1").open().await;
    let initial = data(&stream.next_of("initial").await);
    assert_eq!(initial["session"]["identity_checked"], false);
    let passed = check(&shop, &first, true).await.expect(200);
    assert_eq!((&passed["id"], checks(&passed)[1]), (&first["id"], &json!("passed")));
    assert_eq!(passed["items"][1]["status"], "preparing", "it goes to the kitchen with its order");
    for id in [&first["id"], &second["id"]] {
        let told = data(&stream.next_of("identity_checked").await);
        assert_eq!((&told["data"]["order"]["id"], &told["data"]["passed"]), (id, &json!(true)));
        assert_eq!(told["data"]["table_total"], 29_000);
    }
    let own = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!((&own["session"]["identity_checked"], &own["total"]), (&json!(true), &json!(29_000)));
    let seq = shop.store.durable_seq();
    check(&shop, &first, true).await.expect(200);
    assert_eq!(shop.store.durable_seq(), seq, "the same again is no event");
    check(&shop, &first, false).await.refused(409, "CONFLICT");
    let later = order(&shop, false).await;
    assert_eq!(checks(&later), [&json!("passed")]);
    set_status(&shop, &later, "completed").await.expect(200);
}

#[actix_web::test]
async fn refused_alcohol_leaves_the_order_and_every_sum() {
    let shop = with_soju().await;
    let mixed = order(&shop, true).await;
    assert_eq!(mixed["total"], 19_000);
    let refused = check(&shop, &mixed, false).await.expect(200);
    assert_eq!((&refused["status"], &refused["total"]), (&json!("pending"), &json!(9_000)));
    assert_eq!((checks(&refused)[1], &refused["items"][1]["status"]), (&json!("refused"), &json!("cancelled")));
    for status in ["completed", "preparing", "completed"] {
        let moved = set_status(&shop, &mixed, status).await.expect(200);
        assert_eq!(moved["items"][1]["status"], "cancelled", "it does not come back");
    }
    let alone = order(&shop, false).await;
    assert_eq!(checks(&alone), [&json!("waiting")], "the party was not found old enough");
    let cancelled = check(&shop, &alone, false).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["total"]), (&json!("cancelled"), &json!(0)));
    assert!(cancelled["cancel_reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    let own = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!((&own["total"], &own["session"]["identity_checked"]), (&json!(9_000), &json!(false)));
    let finished = shop.staff(Method::POST, "/api/admin/tables/1/complete").json(&json!({})).send().await.expect(200);
    assert_eq!(finished["session"]["total"], 9_000);
    let history = shop.staff(Method::GET, "/api/admin/tables/1/history").send().await.expect(200);
    let session = &history["sessions"][0];
    assert_eq!((&session["total"], &session["orders"][0]["total"]), (&json!(9_000), &json!(9_000)));
    assert_eq!(checks(&session["orders"][0]), [&Value::Null, &json!("refused")]);
    let next = order(&shop, false).await;
    assert_eq!(checks(&next), [&json!("waiting")], "the next party is checked anew");
}

#[actix_web::test]
async fn only_orders_with_waiting_alcohol_are_checked_and_a_repeat_is_answered_alike() {
    let shop = with_soju().await;
    let stew = shop.order_stew(1).await;
    for passed in [true, false] {
        check(&shop, &stew, passed).await.refused(409, "CONFLICT");
        check(&shop, &json!({"id": 99}), passed).await.refused(404, "NOT_FOUND");
    }
    let soju = order(&shop, true).await;
    let path = format!("/api/admin/orders/{}/identity", soju["id"]);
    let keyed = |passed: bool| shop.staff(Method::PATCH, &path).key("check").json(&json!({"passed": passed}));
    let first = keyed(false).send().await.expect(200);
    set_status(&shop, &soju, "completed").await.expect(200);
    assert_eq!(keyed(false).send().await.expect(200), first);
    keyed(true).send().await.refused(409, "CONFLICT");
    for body in [json!({}), json!({"passed": null}), json!({"passed": "yes"}), json!({"passed": true, "by": 1})] {
        let reply = shop.staff(Method::PATCH, &path).json(&body).send().await;
        reply.refused(400, "VALIDATION_ERROR");
    }
    shop.table(Method::PATCH, &path).json(&json!({"passed": true})).send().await.refused(401, "AUTH_ERROR");
}
