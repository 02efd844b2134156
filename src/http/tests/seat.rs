//! Seating a party before it orders, and what becomes of one that never does.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Reply, Shop};

async fn seat(shop: &Shop, table: u64) -> Reply {
    shop.staff(Method::POST, &format!("/api/admin/tables/{table}/seat")).json(&json!({})).send().await
}

async fn finish(shop: &Shop, table: u64) -> Value {
    let path = format!("/api/admin/tables/{table}/complete");
    shop.staff(Method::POST, &path).json(&json!({})).send().await.expect(200)["session"].clone()
}

async fn history(shop: &Shop) -> Vec<Value> {
    let page = shop.staff(Method::GET, "/api/admin/history").send().await.expect(200);
    page["sessions"].as_array().expect("sessions").clone()
}

#[actix_web::test]
async fn a_seated_party_has_a_session_that_its_orders_join() {
    let shop = Shop::open().await;
    let mut staff = shop.staff(Method::GET, "/api/admin/orders/stream").open().await;
    let mut table = shop.table(Method::GET, "/api/sse/orders/1").open().await;
    let seated = seat(&shop, 1).await.expect(200)["session"].clone();
    let expected = (&json!(1), &json!(0), &json!(0), &json!(0));
    assert_eq!((&seated["table_id"], &seated["visit"], &seated["order_count"], &seated["total"]), expected);
    for stream in [&mut staff, &mut table] {
        assert!(stream.next_of("session_started").await.contains(&format!("\"session_id\":{}", seated["id"])));
    }
    let tables = shop.staff(Method::GET, "/api/admin/tables").send().await.expect(200);
    let view = &tables["tables"][0];
    assert_eq!((&view["session"], &view["total"], &view["latest_order"]), (&seated, &json!(0), &Value::Null));
    let own = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!((&own["session"], &own["orders"]), (&seated, &json!([])));
    seat(&shop, 1).await.refused(409, "CONFLICT");
    let shop = shop.restart().await;
    seat(&shop, 1).await.refused(409, "CONFLICT");
    assert_eq!(shop.order_stew(1).await["session_id"], seated["id"]);
    assert_eq!(shop.order_stew(2).await["session_id"], json!(seated["id"].as_u64().expect("an id") + 1));
    let (path, force) = ("/api/admin/tables/1/complete", json!({"force": true}));
    shop.staff(Method::POST, path).json(&force).send().await.expect(200);
    let finished = history(&shop).await;
    assert_eq!((finished.len(), &finished[0]["id"]), (1, &seated["id"]));
    assert_eq!(finished[0]["started_at"], seated["started_at"], "when it was seated");
    assert_eq!(seat(&shop, 1).await.expect(200)["session"]["visit"], 1, "the next party");
    seat(&shop, 77).await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn a_repeat_with_its_key_seats_nobody_else() {
    let shop = Shop::open().await;
    let seat = || shop.staff(Method::POST, "/api/admin/tables/1/seat").key("same");
    let first = seat().send().await.expect(200);
    finish(&shop, 1).await;
    assert_eq!(seat().send().await.expect(200), first);
    let orders = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!(orders["session"], Value::Null, "the table is free");
}

#[actix_web::test]
async fn a_party_that_leaves_without_ordering_is_no_sale_but_is_written_down() {
    let shop = Shop::open().await;
    let mut table = shop.table(Method::GET, "/api/sse/orders/1").open().await;
    let seated = seat(&shop, 1).await.expect(200)["session"].clone();
    let finished = finish(&shop, 1).await;
    assert_eq!((&finished["id"], &finished["order_count"], &finished["total"]), (&seated["id"], &json!(0), &json!(0)));
    assert_eq!((&finished["forced"], &finished["completed_by"]), (&json!(false), &json!("owner")));
    table.next_of("session_completed").await;
    assert_eq!(history(&shop).await, Vec::<Value>::new());
    let told = shop.staff(Method::GET, "/api/sync?after=0").send().await.expect(200);
    let ends = told["events"].as_array().expect("events").iter().filter(|event| event["type"] == "session_completed");
    assert_eq!(ends.count(), 1);
    let shop = shop.restart().await;
    assert_eq!(history(&shop).await, Vec::<Value>::new());
}

#[actix_web::test]
async fn a_party_whose_orders_were_all_deleted_stays_in_the_history() {
    let shop = Shop::open().await;
    seat(&shop, 1).await.expect(200);
    let order = shop.order_stew(1).await;
    shop.staff(Method::DELETE, &format!("/api/admin/orders/{}", order["id"])).send().await.expect(204);
    finish(&shop, 1).await;
    let history = history(&shop).await;
    assert_eq!((&history[0]["order_count"], &history[0]["orders"]), (&json!(0), &json!([])));
}
