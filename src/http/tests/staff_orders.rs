//! `/api/admin/orders`.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Reply, Shop};

async fn set_status(shop: &Shop, id: &Value, body: &Value) -> Reply {
    shop.staff(Method::PATCH, &format!("/api/admin/orders/{id}/status")).json(body).send().await
}

fn ids(page: &Value) -> Vec<u64> {
    page["orders"].as_array().expect("orders").iter().map(|order| order["id"].as_u64().expect("an id")).collect()
}

#[actix_web::test]
async fn staff_see_every_order_newest_first_with_its_key() {
    let shop = Shop::open().await;
    let (first, second, third) = (shop.order_stew(1).await, shop.order_stew(2).await, shop.order_stew(1).await);
    set_status(&shop, &second["id"], &json!({"status": "cancelled", "reason": "재료 소진"})).await.expect(200);
    let all = shop.staff(Method::GET, "/api/admin/orders").send().await.expect(200);
    assert_eq!(ids(&all), [3, 2, 1]);
    assert_eq!(all["next_cursor"], Value::Null);
    assert_eq!(all["orders"][2]["key"], "key-1");
    assert_eq!(all["orders"][1]["cancel_reason"], "재료 소진");
    let of = |query: &str| shop.staff(Method::GET, &format!("/api/admin/orders?{query}"));
    assert_eq!(ids(&of("table_id=1").send().await.expect(200)), [3, 1]);
    assert_eq!(ids(&of("status=cancelled").send().await.expect(200)), [2]);
    assert_eq!(ids(&of("status=pending&table_id=2").send().await.expect(200)), [0; 0]);
    shop.staff(Method::DELETE, &format!("/api/admin/orders/{}", third["id"])).send().await.expect(204);
    assert_eq!(ids(&of("").send().await.expect(200)), [2, 1], "deleted ones never");
    shop.staff(Method::POST, "/api/admin/tables/1/complete").json(&json!({"force": true})).send().await.expect(200);
    assert_eq!(ids(&of("").send().await.expect(200)), [2], "only running sessions");
    let _ = first;
    for query in ["table_id=x", "status=eaten", "status=", "table_id=1&table_id=2", "table_id=-1"] {
        of(query).send().await.refused(400, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn pages_neither_repeat_nor_miss_an_order_while_new_ones_arrive() {
    let shop = Shop::open().await;
    for _ in 0..7 {
        shop.order_stew(1).await;
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = shop.staff(Method::GET, &format!("/api/admin/orders?limit=3{cursor}")).send().await.expect(200);
        seen.extend(ids(&page));
        pages += 1;
        shop.order_stew(2).await;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((seen, pages), (vec![7, 6, 5, 4, 3, 2, 1], 3));
    for bad in ["limit=0", "limit=501", "limit=-1", "limit=x", "limit=1.5", "limit=", "cursor=x", "cursor=", "cursor=7"]
    {
        shop.staff(Method::GET, &format!("/api/admin/orders?{bad}")).send().await.refused(400, "VALIDATION_ERROR");
    }
    shop.staff(Method::GET, "/api/admin/orders?limit=500").send().await.expect(200);
}

#[actix_web::test]
async fn a_status_moves_as_the_contract_says_and_the_same_again_is_no_event() {
    let shop = Shop::open().await;
    let order = shop.order_stew(1).await;
    let id = &order["id"];
    let seq = || shop.store.durable_seq();
    let moved = set_status(&shop, id, &json!({"status": "preparing"})).await.expect(200);
    assert_eq!((&moved["status"], &moved["items"][0]["status"]), (&json!("preparing"), &json!("preparing")));
    assert_eq!(moved["key"], "key-1");
    let before = seq();
    assert_eq!(set_status(&shop, id, &json!({"status": "preparing"})).await.expect(200), moved);
    assert_eq!(seq(), before, "no event");
    set_status(&shop, id, &json!({"status": "completed"})).await.expect(200);
    set_status(&shop, id, &json!({"status": "pending"})).await.refused(409, "INVALID_STATUS_TRANSITION");
    let cancel = json!({"status": "cancelled", "reason": "늦음"});
    set_status(&shop, id, &cancel).await.refused(409, "INVALID_STATUS_TRANSITION");
    set_status(&shop, id, &json!({"status": "preparing"})).await.expect(200);
    set_status(&shop, id, &json!({"status": "cancelled"})).await.refused_field("reason");
    let cancelled = set_status(&shop, id, &cancel).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["cancel_reason"]), (&json!("cancelled"), &json!("늦음")));
    let own = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!((&own["total"], &own["orders"][0]["status"]), (&json!(0), &json!("cancelled")));
    for body in [json!({"status": "eaten"}), json!({"status": "Pending"}), json!({"status": {"pending": null}})] {
        set_status(&shop, id, &body).await.refused_field("status");
    }
    set_status(&shop, &json!(99), &json!({"status": "completed"})).await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn a_repeated_write_gives_its_first_status() {
    let shop = Shop::open().await;
    let order = shop.order_stew(1).await;
    let path = format!("/api/admin/orders/{}/status", order["id"]);
    let change = |status: &str| shop.staff(Method::PATCH, &path).key("s1").json(&json!({"status": status}));
    let first = change("preparing").send().await.expect(200);
    set_status(&shop, &order["id"], &json!({"status": "completed"})).await.expect(200);
    assert_eq!(change("preparing").send().await.expect(200), first, "the first answer, not the present state");
    change("completed").send().await.refused(409, "CONFLICT");
    let path = format!("/api/admin/orders/{}", order["id"]);
    for _ in 0..2 {
        shop.staff(Method::DELETE, &path).key("d1").send().await.expect(204);
    }
    shop.staff(Method::DELETE, &path).key("d2").send().await.refused(404, "NOT_FOUND");
    shop.staff(Method::DELETE, &path).key("a b").send().await.refused_field("Idempotency-Key");
}

#[actix_web::test]
async fn deleting_takes_the_order_out_of_the_total_in_any_status() {
    let shop = Shop::open().await;
    let mut left = BTreeSet::new();
    for status in ["pending", "preparing", "completed", "cancelled"] {
        let order = shop.order_stew(1).await;
        if status != "pending" {
            set_status(&shop, &order["id"], &json!({"status": status, "reason": "x"})).await.expect(200);
        }
        left.insert(order["id"].as_u64().expect("an id"));
    }
    for (id, total) in left.into_iter().zip([18_000, 9_000, 0, 0]) {
        shop.staff(Method::DELETE, &format!("/api/admin/orders/{id}")).send().await.expect(204);
        let own = shop.table(Method::GET, "/api/orders").send().await.expect(200);
        assert_eq!(own["total"], total);
    }
    assert_eq!(shop.order_stew(1).await["number"], "T1-005", "numbers are not reused");
}

#[actix_web::test]
async fn a_late_repeat_of_a_change_that_changed_nothing_changes_nothing_either() {
    let shop = Shop::open().await;
    let order = shop.order_stew(1).await;
    let path = format!("/api/admin/orders/{}/status", order["id"]);
    let keyed = |status: &str| shop.staff(Method::PATCH, &path).key("k").json(&json!({"status": status}));
    set_status(&shop, &order["id"], &json!({"status": "preparing"})).await.expect(200);
    keyed("preparing").send().await.expect(200);
    set_status(&shop, &order["id"], &json!({"status": "pending"})).await.expect(200);
    assert_eq!(keyed("preparing").send().await.expect(200)["status"], "pending");
    keyed("completed").send().await.refused(409, "CONFLICT");
}
