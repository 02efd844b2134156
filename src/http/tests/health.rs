//! `/health`, `/health/live`, `/health/ready`, `/metrics`.

use actix_web::http::Method;
use serde_json::json;

use super::shop::{Shop, settings};
use crate::http::{Alert, Finding, HealthCheck};

#[actix_web::test]
async fn health_tells_how_it_is_without_a_login() {
    let shop = Shop::open().await;
    let health = shop.ask(Method::GET, "/health").send().await.expect(200);
    assert_eq!((&health["status"], &health["version"]), (&json!("ok"), &json!(env!("CARGO_PKG_VERSION"))));
    assert!(health["uptime_s"].is_u64() && health["notes"].is_array());
    let none = json!({"total_connections": 0, "stores_connected": 0, "connections_by_store": {"moon": 0}});
    assert_eq!(health["sse"], none);
    let mut stream = shop.staff(Method::GET, "/api/admin/orders/stream").open().await;
    stream.next_of("initial").await;
    shop.order_stew(1).await;
    stream.next_of("order_created").await;
    let health = shop.ask(Method::GET, "/health").send().await.expect(200);
    let one = json!({"total_connections": 1, "stores_connected": 1, "connections_by_store": {"moon": 1}});
    assert_eq!(health["sse"], one);
    assert_eq!(shop.ask(Method::GET, "/health/live").send().await.expect(200), json!({"status": "live"}));
    assert_eq!(shop.ask(Method::GET, "/health/ready").send().await.expect(200), json!({"status": "ready"}));
}

#[actix_web::test]
async fn metrics_are_prometheus_text() {
    let shop = Shop::open().await;
    let reply = shop.ask(Method::GET, "/metrics").send().await;
    assert_eq!((reply.status, reply.header("Content-Type")), (200, "text/plain; version=0.0.4; charset=utf-8"));
    let text = String::from_utf8(reply.body.to_vec()).expect("UTF-8");
    let seq = shop.store.durable_seq();
    for line in ["tableorder_streams{store=\"moon\"} 0", &format!("tableorder_durable_seq{{store=\"moon\"}} {seq}")] {
        assert!(text.lines().any(|known| known == line), "{line} in {text}");
    }
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').expect("name and value");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

#[actix_web::test]
async fn only_a_program_that_does_not_do_its_work_is_degraded() {
    let check = |finding: Finding| -> HealthCheck { Box::new(move || vec![finding.clone()]) };
    let noted = Shop::with_checks(settings(), vec![check(Finding::Note("the view was rebuilt".to_owned()))]).await;
    let health = noted.ask(Method::GET, "/health").send().await.expect(200);
    assert!(health["notes"].as_array().is_some_and(|notes| notes.contains(&json!("the view was rebuilt"))));
    assert_eq!(health["alerts"], json!([]));
    let warned = Finding::Warning(Alert::MirrorFailed, "the stick is gone".to_owned());
    let health = Shop::with_checks(settings(), vec![check(warned)]).await;
    let health = health.ask(Method::GET, "/health").send().await.expect(200);
    let alert = json!([{"code": "mirror_failed", "store": null, "text": "the stick is gone"}]);
    assert_eq!((&health["status"], &health["alerts"]), (&json!("ok"), &alert));
    let full = Finding::Degraded(Alert::DiskFull, "the disk is full".to_owned());
    let degraded = Shop::with_checks(settings(), vec![check(full)]).await;
    let health = degraded.ask(Method::GET, "/health").send().await.expect(503);
    assert_eq!((&health["status"], &health["alerts"][0]["code"]), (&json!("degraded"), &json!("disk_full")));
    assert!(health["notes"].as_array().is_some_and(|notes| notes.contains(&json!("the disk is full"))));
    assert_eq!(degraded.ask(Method::GET, "/health/ready").send().await.expect(503), json!({"status": "not_ready"}));
    degraded.ask(Method::GET, "/health/live").send().await.expect(200);
}
