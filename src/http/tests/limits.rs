//! Requests a minute and streams per identity.

use actix_web::http::Method;
use serde_json::json;

use super::shop::{Shop, settings};
use crate::domain::ids::TableId;
use crate::http::{HttpSettings, StreamLimits};

#[actix_web::test]
async fn a_table_has_its_own_window_whatever_tablet_asks() {
    let shop = Shop::with(HttpSettings { table_requests_per_minute: 5, ..settings() }).await;
    let (second_tablet, _) = shop.pair(TableId::new(1)).await;
    for left in (0..5).rev() {
        let token = if left % 2 == 0 { &shop.tables[0] } else { &second_tablet };
        let reply = shop.ask(Method::GET, "/api/menus").bearer(token).send().await;
        reply.expect(200);
        assert_eq!(
            (reply.header("X-RateLimit-Limit"), reply.header("X-RateLimit-Remaining")),
            ("5", left.to_string().as_str())
        );
    }
    let beyond = shop.table(Method::GET, "/api/menus").send().await;
    beyond.refused(429, "RATE_LIMIT_EXCEEDED");
    let wait: u64 = beyond.header("Retry-After").parse().expect("whole seconds");
    assert!((1..=61).contains(&wait));
    assert_eq!(beyond.header("X-RateLimit-Remaining"), "0");
    shop.at(2, Method::GET, "/api/menus").send().await.expect(200);
}

#[actix_web::test]
async fn limits_come_after_401_and_403_and_before_what_the_body_says() {
    let shop = Shop::with(HttpSettings { table_requests_per_minute: 1, ..settings() }).await;
    shop.table(Method::POST, "/api/orders").body("x").send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    shop.table(Method::POST, "/api/orders").body("x").send().await.refused(429, "RATE_LIMIT_EXCEEDED");
    shop.table(Method::GET, "/api/sse/orders/2").send().await.refused(403, "FORBIDDEN");
    shop.table(Method::DELETE, "/api/orders").send().await.refused(405, "METHOD_NOT_ALLOWED");
    shop.ask(Method::POST, "/api/orders").bearer("x").body("x").send().await.refused(401, "AUTH_ERROR");
}

#[actix_web::test]
async fn each_staff_login_has_its_own_window() {
    let shop = Shop::with(HttpSettings { staff_requests_per_minute: 12, ..settings() }).await;
    let waiter = shop.log_in_as("waiter", crate::domain::access::Role::Staff).await;
    let ask = |token: &str| shop.ask(Method::GET, "/api/admin/tables").bearer(token);
    for _ in 0..12 {
        ask(&waiter).send().await.expect(200);
    }
    ask(&waiter).send().await.refused(429, "RATE_LIMIT_EXCEEDED");
    ask(&shop.owner).send().await.expect(200);
}

#[actix_web::test]
async fn without_a_limit_there_are_no_headers() {
    let shop = Shop::open().await;
    let reply = shop.table(Method::GET, "/api/menus").send().await;
    assert_eq!((reply.header("X-RateLimit-Limit"), reply.header("X-RateLimit-Remaining")), ("", ""));
}

#[actix_web::test]
async fn streams_are_bounded_per_table_and_in_all_and_given_back() {
    let streams = StreamLimits { per_table: 2, per_staff_login: 0, total: 4 };
    let shop = Shop::with(HttpSettings { streams, ..settings() }).await;
    let open = [
        shop.table(Method::GET, "/api/sse/orders/1").open().await,
        shop.table(Method::GET, "/api/sse/orders/1").open().await,
    ];
    let refused = shop.table(Method::GET, "/api/sse/orders/1").send().await;
    refused.refused(429, "RATE_LIMIT_EXCEEDED");
    assert!(refused.header("Retry-After").parse::<u64>().is_ok_and(|wait| wait >= 1));
    let _staff = [
        shop.staff(Method::GET, "/api/admin/orders/stream").open().await,
        shop.staff(Method::GET, "/api/admin/orders/stream").open().await,
    ];
    shop.staff(Method::GET, "/api/admin/orders/stream").send().await.refused(429, "RATE_LIMIT_EXCEEDED");
    let health = shop.ask(Method::GET, "/health").send().await.expect(200);
    assert_eq!(health["sse"]["total_connections"], json!(4));
    drop(open);
    let _again = shop.table(Method::GET, "/api/sse/orders/1").open().await;
}

#[actix_web::test]
async fn a_stream_counts_once_when_it_opens() {
    let shop = Shop::with(HttpSettings { table_requests_per_minute: 2, ..settings() }).await;
    let mut stream = shop.table(Method::GET, "/api/sse/orders/1").open().await;
    stream.next_of("initial").await;
    shop.order_stew(1).await;
    stream.next_of("order_created").await;
    shop.table(Method::GET, "/api/orders").send().await.refused(429, "RATE_LIMIT_EXCEEDED");
}
