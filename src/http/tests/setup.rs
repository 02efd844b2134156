//! `POST /api/setup`.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Reply, Shop};

fn body(code: &str, store: &str) -> Value {
    json!({"code": code, "store": store, "store_name": "해님분식", "username": "sunny", "password": "a long password"})
}

async fn set_up(shop: &Shop, body: &Value) -> Reply {
    shop.ask(Method::POST, "/api/setup").json(body).send().await
}

#[actix_web::test]
async fn a_code_makes_one_store_whose_owner_logs_in_and_which_shares_nothing() {
    let shop = Shop::open().await;
    let made = set_up(&shop, &body("CODE-1", "sun")).await.expect(201);
    assert_eq!(made["store"], json!({"slug": "sun", "name": "해님분식", "currency": "KRW", "time_zone": "Asia/Seoul"}));
    let login = json!({"store": "sun", "username": "sunny", "password": "a long password"});
    let login = shop.ask(Method::POST, "/api/auth/admin/login").json(&login).send().await.expect(200);
    let token = login["token"].as_str().expect("a token");
    assert_eq!(login["user"]["role"], "owner");
    let tables = shop.ask(Method::GET, "/api/admin/tables").bearer(token).send().await.expect(200);
    assert_eq!(tables, json!({"tables": []}));
    shop.order_stew(1).await;
    let orders = shop.ask(Method::GET, "/api/admin/orders").bearer(token).send().await.expect(200);
    assert_eq!(orders["orders"], json!([]));
    let elsewhere =
        shop.ask(Method::PATCH, "/api/admin/orders/1/status").bearer(token).json(&json!({"status": "completed"}));
    elsewhere.send().await.refused(404, "NOT_FOUND");
    let foreign = json!({"store": "moon", "username": "sunny", "password": "a long password"});
    shop.ask(Method::POST, "/api/auth/admin/login").json(&foreign).send().await.refused(401, "AUTH_ERROR");
    set_up(&shop, &body("CODE-1", "star")).await.refused(403, "FORBIDDEN");
}

#[actix_web::test]
async fn a_taken_name_is_409_and_gives_the_code_back() {
    let shop = Shop::open().await;
    set_up(&shop, &body("CODE-1", "moon")).await.refused(409, "CONFLICT");
    set_up(&shop, &body("CODE-1", "sun")).await.expect(201);
}

#[actix_web::test]
async fn unknown_codes_are_403_after_the_body_is_checked() {
    let shop = Shop::open().await;
    set_up(&shop, &body("WRONG", "sun")).await.refused(403, "FORBIDDEN");
    set_up(&shop, &body("WRONG", "moon")).await.refused(403, "FORBIDDEN");
    for (field, wrong) in [
        ("store", json!("Sun")),
        ("store", json!("")),
        ("store", json!("a".repeat(33))),
        ("store", json!("../moon")),
        ("store_name", json!(" ")),
        ("username", json!("")),
        ("username", json!("u".repeat(51))),
        ("password", json!("1234567")),
        ("password", json!("p".repeat(129))),
        ("code", json!("")),
    ] {
        let mut wrong_body = body("CODE-1", "sun");
        wrong_body[field] = wrong;
        set_up(&shop, &wrong_body).await.refused_field(field);
    }
    set_up(&shop, &body("CODE-1", "sun")).await.expect(201);
}
