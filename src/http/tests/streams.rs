//! The two streams and `/api/sync`, as far as HTTP has a say: who may read, where reading begins, what headers there are.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Frames, Shop};
use crate::domain::access::Principal;
use crate::domain::command::Command;

fn data(frame: &str) -> Value {
    let line = frame.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
    serde_json::from_str(line).expect("one line of JSON")
}

fn id(frame: &str) -> Option<&str> {
    frame.lines().find_map(|line| line.strip_prefix("id:")).map(str::trim)
}

#[actix_web::test]
async fn a_table_reads_its_own_stream_and_no_other() {
    let shop = Shop::open().await;
    shop.table(Method::GET, "/api/sse/orders/2").send().await.refused(403, "FORBIDDEN");
    for path in ["/api/sse/orders/99", "/api/sse/orders/x"] {
        shop.table(Method::GET, path).send().await.refused(403, "FORBIDDEN");
    }
    let mut stream = shop.table(Method::GET, "/api/sse/orders/1").open().await;
    for (name, value) in
        [("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("X-Accel-Buffering", "no")]
    {
        assert_eq!(stream.headers.get(name).and_then(|value| value.to_str().ok()), Some(value));
    }
    let initial = stream.next_of("initial").await;
    assert_eq!(data(&initial)["table"]["number"], 1);
    assert_eq!(id(&initial), Some(data(&initial)["seq"].to_string().as_str()));
    shop.order_stew(2).await;
    let own = shop.order_stew(1).await;
    let created = data(&stream.next_of("order_created").await);
    assert_eq!((&created["data"]["order"]["id"], &created["table_id"]), (&own["id"], &json!(1)));
    assert!(created["data"]["order"].get("key").is_none());
}

#[actix_web::test]
async fn staff_read_everything_and_the_header_beats_the_query() {
    let shop = Shop::open().await;
    let order = shop.order_stew(1).await;
    let head = shop.store.durable_seq().get();
    let path = "/api/admin/orders/stream?after=0";
    let mut stream = shop.staff(Method::GET, path).header("Last-Event-ID", &(head - 1).to_string()).open().await;
    let created = stream.next_of("order_created").await;
    assert_eq!(id(&created), Some(head.to_string().as_str()));
    assert_eq!(data(&created)["data"]["order"]["key"], "key-1");
    let mut whole = shop.staff(Method::GET, path).open().await;
    assert_eq!(
        id(&whole.next().await.expect("a frame").replace("retry", "x")).map(str::to_owned),
        Some("1".to_owned())
    );
    let _ = order;
}

async fn reason(mut stream: Frames) -> String {
    let resync = stream.next_of("resync").await;
    assert_eq!(id(&resync), Some(""), "an empty id");
    assert!(stream.next().await.is_none(), "then the stream ends");
    data(&resync)["reason"].as_str().expect("a reason").to_owned()
}

#[actix_web::test]
async fn a_position_that_is_none_gets_one_resync_and_the_end() {
    let shop = Shop::open().await;
    let at = |query: &str| shop.staff(Method::GET, &format!("/api/admin/orders/stream?{query}"));
    for query in ["after=x", "after=-1", "after=99999", "after=99999999999999999999999", "after=1&lineage=0"] {
        assert!(!reason(at(query).open().await).await.is_empty(), "{query}");
    }
    let lineage = shop.store.lineage();
    let mut stream = at(&format!("after=0&lineage={lineage}")).open().await;
    assert!(stream.next().await.is_some());
    at("from=1").send().await.refused(400, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn sync_answers_events_or_a_snapshot() {
    let shop = Shop::open().await;
    let before = shop.store.durable_seq().get();
    shop.order_stew(1).await;
    let head = shop.store.durable_seq().get();
    let sync = |query: &str| shop.table(Method::GET, &format!("/api/sync{query}"));
    let events = sync(&format!("?after={before}")).send().await.expect(200);
    assert_eq!(
        (&events["last_event_id"], &events["more"], &events["snapshot"]),
        (&json!(head), &json!(false), &Value::Null)
    );
    let kinds: Vec<_> =
        events["events"].as_array().expect("events").iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, [json!("session_started"), json!("order_created")]);
    assert_eq!(sync(&format!("?after={head}")).send().await.expect(200)["events"], json!([]));
    for query in ["", "?after=99999", "?after=1&lineage=0", "?lineage=0"] {
        let snapshot = sync(query).send().await.expect(200);
        assert_eq!(snapshot["events"], json!([]), "{query}");
        assert_eq!(snapshot["snapshot"]["orders"].as_array().map(Vec::len), Some(1), "{query}");
    }
    for query in ["?after=x", "?after=", "?after=-1", "?after=1.5", "?after=1&after=2"] {
        sync(query).send().await.refused(400, "VALIDATION_ERROR");
    }
    let staff = shop.staff(Method::GET, "/api/sync").send().await.expect(200);
    assert_eq!(staff["snapshot"]["tables"].as_array().map(Vec::len), Some(2));
}

#[actix_web::test]
async fn head_of_a_stream_says_as_little_of_its_length_as_get() {
    let shop = Shop::open().await;
    let head = shop.table(Method::HEAD, "/api/sse/orders/1").send().await;
    assert_eq!((head.status, head.streams, head.header("Content-Type")), (200, true, "text/event-stream"));
    assert_eq!(head.header("Content-Length"), "");
}

#[actix_web::test]
async fn a_tablet_that_is_revoked_loses_its_stream_at_once() {
    let shop = Shop::open().await;
    let mut stream = shop.table(Method::GET, "/api/sse/orders/1").open().await;
    stream.next_of("initial").await;
    let mut other = shop.at(2, Method::GET, "/api/sse/orders/2").open().await;
    other.next_of("initial").await;
    shop.store.execute(Principal::System, None, Command::RevokeTablet(shop.tablets[0])).await.expect("revoked");
    while stream.next().await.is_some() {}
    shop.order_stew(2).await;
    other.next_of("order_created").await;
}
