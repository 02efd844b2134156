//! `POST /api/orders`: pricing, numbers, keys, and the order in which refusals come.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Reply, Shop};

#[expect(clippy::needless_pass_by_value, reason = "reads best with json! in the call")]
fn basket(items: Value) -> Value {
    json!({ "items": items })
}

async fn order(shop: &Shop, key: &str, body: &Value) -> Reply {
    shop.table(Method::POST, "/api/orders").key(key).json(body).send().await
}

#[actix_web::test]
async fn the_server_prices_names_and_numbers_the_order() {
    let shop = Shop::open().await;
    let body = json!({"note": " 빨리요 ", "items": [
        {"menu_id": 2, "quantity": 3, "options": [2, 3, 4], "note": "덜 맵게"},
        {"menu_id": 1, "quantity": 2, "options": []},
        {"menu_id": 1, "quantity": 1},
    ]});
    let reply = order(&shop, "k1", &body).await;
    let made = reply.expect(201);
    assert_eq!(made["number"], "T1-001");
    assert_eq!(made["total"], 3 * 11_500 + 27_000);
    assert_eq!((&made["status"], &made["note"]), (&json!("pending"), &json!("빨리요")));
    let line = &made["items"][0];
    assert_eq!(line["menu_name"], "떡볶이");
    assert_eq!(
        (&line["unit_price"], &line["subtotal"], &line["status"]),
        (&json!(8_000), &json!(34_500), &json!("pending"))
    );
    assert_eq!(line["options"][0], json!({"id": 2, "name": "매운맛", "price_delta": 500}));
    let quantities: Vec<_> =
        made["items"].as_array().expect("lines").iter().map(|line| line["quantity"].clone()).collect();
    assert_eq!(quantities, [json!(3), json!(2), json!(1)], "lines stay as sent");
    assert_eq!(
        order(&shop, "k2", &basket(json!([{"menu_id": 1, "quantity": 1}]))).await.expect(201)["number"],
        "T1-002"
    );
    assert_eq!(shop.order_stew(2).await["number"], "T2-001");
    let times = [&made["created_at"], &made["updated_at"]];
    assert!(times.iter().all(|time| time.as_str().is_some_and(|time| time.len() == 24 && time.ends_with('Z'))));
}

#[actix_web::test]
async fn a_repeated_key_is_the_first_order_whatever_happened_since() {
    let shop = Shop::open().await;
    let body = basket(json!([{"menu_id": 4, "quantity": 2, "options": []}]));
    let first = order(&shop, "k", &body).await.expect(201);
    let spaced = "{ \"items\" : [ { \"quantity\": 2, \"options\": [], \"menu_id\": 4 } ] }";
    let again =
        shop.table(Method::POST, "/api/orders").key("k").header("Content-Type", "application/json").body(spaced);
    assert_eq!(again.send().await.expect(200), first);
    // Only one portion is left, the order is deleted and the table finished: the answer stays.
    shop.staff(Method::DELETE, &format!("/api/admin/orders/{}", first["id"])).send().await.expect(204);
    shop.staff(Method::POST, "/api/admin/tables/1/complete").send().await.expect(200);
    assert_eq!(order(&shop, "k", &body).await.expect(200), first);
    order(&shop, "k", &basket(json!([{"menu_id": 1, "quantity": 1}]))).await.refused(409, "CONFLICT");
    let malformed = order(&shop, "k", &basket(json!([]))).await;
    malformed.refused(400, "VALIDATION_ERROR");
    let other_table =
        shop.at(2, Method::POST, "/api/orders").key("k").json(&basket(json!([{"menu_id": 1, "quantity": 1}])));
    other_table.send().await.expect(201);
    let shop = shop.restart().await;
    assert_eq!(order(&shop, "k", &body).await.expect(200), first, "also after a restart");
}

#[actix_web::test]
async fn refusals_are_not_remembered() {
    let shop = Shop::open().await;
    let body = basket(json!([{"menu_id": 3, "quantity": 1}]));
    order(&shop, "k", &body).await.refused(400, "MENU_NOT_AVAILABLE");
    shop.staff(Method::PUT, "/api/admin/menus/3/availability")
        .json(&json!({"available": true}))
        .send()
        .await
        .expect(200);
    order(&shop, "k", &body).await.expect(201);
}

#[actix_web::test]
async fn the_key_is_required_bounded_and_sent_once() {
    let shop = Shop::open().await;
    let body = basket(json!([{"menu_id": 1, "quantity": 1}]));
    shop.table(Method::POST, "/api/orders").json(&body).send().await.refused_field("Idempotency-Key");
    for key in ["", "a b", "가", &"k".repeat(129)] {
        order(&shop, key, &body).await.refused_field("Idempotency-Key");
    }
    let twice = shop.table(Method::POST, "/api/orders").key("a").key("a").json(&body).send().await;
    twice.refused_field("Idempotency-Key");
    order(&shop, &"k".repeat(128), &body).await.expect(201);
    let orders = shop.table(Method::GET, "/api/orders").send().await.expect(200);
    assert_eq!(orders["orders"].as_array().map(Vec::len), Some(1), "nothing half-made");
}

#[actix_web::test]
async fn rules_of_the_menu_name_the_line() {
    let shop = Shop::open().await;
    for (items, field) in [
        (json!([{"menu_id": 1, "quantity": 1}, {"menu_id": 1, "quantity": 1, "options": [1]}]), "items[1].options"),
        (json!([{"menu_id": 2, "quantity": 1, "options": []}]), "items[0].options"),
        (json!([{"menu_id": 2, "quantity": 1, "options": [1, 2]}]), "items[0].options"),
        (json!([{"menu_id": 2, "quantity": 1, "options": [1, 1]}]), "items[0].options"),
        (json!([{"menu_id": 2, "quantity": 1, "options": [1, 3, 4, 3]}]), "items[0].options"),
        (json!([{"menu_id": 2, "quantity": 1, "options": [1, 5]}]), "items[0].options"),
        (json!([{"menu_id": 2, "quantity": 1, "options": [1, 99]}]), "items[0].options"),
    ] {
        order(&shop, "k", &basket(items)).await.refused_field(field);
    }
    order(&shop, "k", &basket(json!([{"menu_id": 99, "quantity": 1}]))).await.refused(404, "NOT_FOUND");
    let both = basket(json!([{"menu_id": 99, "quantity": 1}, {"menu_id": 2, "quantity": 1, "options": []}]));
    order(&shop, "k", &both).await.refused(400, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn sold_out_items_are_named() {
    let shop = Shop::open().await;
    let body = basket(json!([
        {"menu_id": 3, "quantity": 1}, {"menu_id": 1, "quantity": 1}, {"menu_id": 4, "quantity": 2}, {"menu_id": 4, "quantity": 2},
    ]));
    let problem = order(&shop, "k", &body).await.refused(400, "MENU_NOT_AVAILABLE");
    assert_eq!(problem["menu_ids"], json!([3, 4]));
    order(&shop, "k", &basket(json!([{"menu_id": 4, "quantity": 3}]))).await.expect(201);
    let menu = shop.table(Method::GET, "/api/menus").send().await.expect(200);
    assert_eq!(menu["categories"][0]["items"][3]["available"], false, "no portion is left");
    let problem =
        order(&shop, "k2", &basket(json!([{"menu_id": 4, "quantity": 1}]))).await.refused(400, "MENU_NOT_AVAILABLE");
    assert_eq!(problem["menu_ids"], json!([4]));
}

#[actix_web::test]
async fn a_session_that_does_not_run_refuses_the_order() {
    let shop = Shop::open().await;
    let with = |session: u64| json!({"items": [{"menu_id": 1, "quantity": 1}], "session_id": session});
    order(&shop, "k", &with(1)).await.refused(409, "SESSION_ENDED");
    let made = shop.order_stew(1).await;
    let session = made["session_id"].as_u64().expect("an id");
    order(&shop, "k", &with(session)).await.expect(201);
    order(&shop, "k2", &with(session + 1)).await.refused(409, "SESSION_ENDED");
    let sold_out = json!({"items": [{"menu_id": 3, "quantity": 1}], "session_id": 99});
    order(&shop, "k3", &sold_out).await.refused(400, "MENU_NOT_AVAILABLE");
}

#[actix_web::test]
async fn bounds_of_quantities_and_lines_are_those_of_the_contract() {
    let shop = Shop::open().await;
    let lines = |count: usize| basket(Value::Array(vec![json!({"menu_id": 1, "quantity": 1}); count]));
    order(&shop, "k1", &lines(50)).await.expect(201);
    order(&shop, "k2", &lines(51)).await.refused_field("items");
    order(&shop, "k3", &basket(json!([{"menu_id": 1, "quantity": 99}]))).await.expect(201);
    order(&shop, "k4", &basket(json!([{"menu_id": 1, "quantity": 100}]))).await.refused_field("items[0].quantity");
    let note = |length: usize| json!({"items": [{"menu_id": 1, "quantity": 1}], "note": "가".repeat(length)});
    order(&shop, "k5", &note(200)).await.expect(201);
    order(&shop, "k6", &note(201)).await.refused_field("note");
}

#[actix_web::test]
async fn a_store_that_stops_answers_503_and_says_when_to_come_back() {
    let shop = Shop::open().await;
    shop.state.directory.stop().await;
    let one = order(&shop, "k", &basket(json!([{"menu_id": 1, "quantity": 1}]))).await;
    one.refused(503, "SERVICE_UNAVAILABLE");
    assert!(one.header("Retry-After").parse::<u64>().is_ok_and(|wait| wait >= 1));
    let other = shop.staff(Method::GET, "/api/admin/orders").send().await;
    assert_eq!(one.body, other.body, "equal failures are equal bytes");
    order(&shop, "k", &basket(json!([]))).await.refused(400, "VALIDATION_ERROR");
    shop.table(Method::GET, "/api/menus").send().await.expect(200);
}
