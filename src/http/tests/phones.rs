//! Guests' own phones: how they come in, what they may do, and that nothing of them outlives the visit.

use std::rc::Rc;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Ask, Frames, Reply, Shop, TABLE_PASSWORD, settings};
use crate::clock;
use crate::config::{GuestPageSettings, Phones};
use crate::domain::access::{Principal, Role};
use crate::domain::command::Command;
use crate::domain::ids::{TableId, Visit};
use crate::http::identity::principal::{Device, TablePrincipal};
use crate::http::identity::tokens::Subject;
use crate::http::problem::ErrorCode;
use crate::http::routes::streams::out_by_now;
use crate::http::{HttpSettings, StreamLimits};

fn with_phones(phones: Phones) -> HttpSettings {
    let guest_page = GuestPageSettings { phones, ..settings().guest_page };
    HttpSettings { guest_page, ..settings() }
}

/// What the tablet of a table shows.
async fn shown(shop: &Shop, table: usize) -> Value {
    shop.at(table, Method::GET, "/api/phone").send().await.expect(200)
}

fn behind<'a>(link: &'a Value, mark: &str) -> &'a str {
    link["url"].as_str().and_then(|url| url.split_once(mark)).expect("a link").1
}

async fn visit_key(shop: &Shop, table: usize) -> String {
    behind(&shown(shop, table).await, "/#v=").to_owned()
}

async fn sticker(shop: &Shop, table: u64) -> String {
    let sticker = shop.staff(Method::GET, &format!("/api/admin/tables/{table}/sticker")).send().await.expect(200);
    behind(&sticker, "/#t=").to_owned()
}

async fn log_in(shop: &Shop, body: Value) -> Reply {
    shop.ask(Method::POST, "/api/auth/phone/login").json(&body).send().await
}

/// A phone's token for the running visit of a table.
async fn phone(shop: &Shop, table: usize) -> String {
    let login = log_in(shop, json!({"key": visit_key(shop, table).await})).await.expect(200);
    login["token"].as_str().expect("a token").to_owned()
}

async fn finish(shop: &Shop, table: u64) {
    let path = format!("/api/admin/tables/{table}/complete");
    shop.staff(Method::POST, &path).json(&json!({"force": true})).send().await.expect(200);
}

async fn order(shop: &Shop, token: &str) -> Reply {
    let body = json!({"items": [{"menu_id": 1, "quantity": 1, "options": []}]});
    shop.ask(Method::POST, "/api/orders").bearer(token).key(&shop.fresh_key()).json(&body).send().await
}

fn as_phone(shop: &Shop, token: &str, method: Method, path: &str) -> Ask {
    shop.ask(method, path).bearer(token)
}

fn refused_because(reply: &Reply, reason: &str) {
    assert_eq!(reply.refused(403, "FORBIDDEN")["reason"], reason);
}

fn data(frame: &str) -> Value {
    let line = frame.lines().find_map(|line| line.strip_prefix("data: ")).expect("data");
    serde_json::from_str(line).expect("one line of JSON")
}

/// Everything a stream still tells until it ends.
async fn to_its_end(mut stream: Frames) -> String {
    let mut told = String::new();
    while let Some(frame) = stream.next().await {
        told.push_str(&frame);
        told.push_str("\n\n");
    }
    told
}

#[actix_web::test]
async fn the_tablets_code_lets_phones_in_and_all_share_one_history() {
    let shop = Shop::open().await;
    let shown = shown(&shop, 1).await;
    assert_eq!(shown["mode"], "code");
    assert_eq!(shown["qr"], format!("<svg>{}</svg>", shown["url"].as_str().expect("a link")));
    assert!(shown["code"].as_str().is_some_and(|code| code.len() == 6));
    let reply = log_in(&shop, json!({"key": behind(&shown, "/#v=")})).await;
    let body = reply.expect(200);
    let login = json!({"store": "moon", "table_number": 1, "password": TABLE_PASSWORD});
    let tablet = shop.ask(Method::POST, "/api/auth/table/login").json(&login).send().await.expect(200);
    let members = |body: &Value| body.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let mut expected = members(&tablet);
    expected.retain(|member| member != "device_token");
    assert_eq!(members(&body), expected);
    assert_eq!((&body["table"], &body["guest_page"]), (&tablet["table"], &tablet["guest_page"]));
    let first = body["token"].as_str().expect("a token");
    assert_eq!(
        reply.cookies(),
        [format!("tableorder_table={first}; Path=/; Max-Age=57600; HttpOnly; SameSite=Strict")]
    );
    let second = phone(&shop, 1).await;
    let me = as_phone(&shop, first, Method::GET, "/api/auth/me").send().await.expect(200);
    assert_eq!((&me["role"], &me["table"]["number"], &me["user"]), (&json!("phone"), &json!(1), &Value::Null));
    let by_cookie = shop.ask(Method::GET, "/api/menus").cookie("tableorder_table", first);
    by_cookie.send().await.expect(200);
    let by_phone = order(&shop, first).await.expect(201);
    let by_tablet = shop.order_stew(1).await;
    assert_eq!(by_phone["session_id"], by_tablet["session_id"]);
    for token in [first, &second, &shop.tables[0]] {
        let orders = as_phone(&shop, token, Method::GET, "/api/orders").send().await.expect(200);
        assert_eq!(orders["orders"].as_array().expect("orders").len(), 2);
        assert_eq!(orders["total"], 18_000);
        let path = format!("/api/orders/{}", by_phone["id"]);
        as_phone(&shop, token, Method::GET, &path).send().await.expect(200);
    }
    let staff = shop.staff(Method::GET, "/api/admin/orders").send().await.expect(200);
    assert_eq!(staff["orders"].as_array().expect("orders").len(), 2);
}

#[actix_web::test]
async fn a_sticker_asks_for_the_code_that_the_tablet_shows() {
    let shop = Shop::open().await;
    let key = sticker(&shop, 1).await;
    refused_because(&log_in(&shop, json!({"key": key})).await, "code_needed");
    refused_because(&log_in(&shop, json!({"key": key, "code": wrong(&shown(&shop, 1).await)})).await, "code_wrong");
    let code = shown(&shop, 1).await["code"].clone();
    let body = log_in(&shop, json!({"key": key, "code": code})).await.expect(200);
    assert_eq!(body["table"]["number"], 1);
    order(&shop, body["token"].as_str().expect("a token")).await.expect(201);
    finish(&shop, 1).await;
    let next = shown(&shop, 1).await["code"].clone();
    assert_ne!(next, code);
    refused_because(&log_in(&shop, json!({"key": key, "code": code})).await, "code_wrong");
    log_in(&shop, json!({"key": key, "code": next})).await.expect(200);
    assert_eq!(sticker(&shop, 1).await, key, "it stays");
    assert_ne!(sticker(&shop, 2).await, key);
    let kitchen = shop.log_in_as("kitchen", Role::Kitchen).await;
    let path = "/api/admin/tables/1/sticker";
    shop.ask(Method::GET, path).bearer(&kitchen).send().await.refused(403, "FORBIDDEN");
    shop.staff(Method::GET, "/api/admin/tables/9/sticker").send().await.refused(404, "NOT_FOUND");
}

/// Digits that the tablet does not show.
fn wrong(shown: &Value) -> String {
    let right: u32 = shown["code"].as_str().expect("a code").parse().expect("digits");
    format!("{:06}", (right + 1) % 1_000_000)
}

#[actix_web::test]
async fn in_the_other_modes_a_sticker_waits_for_a_party_or_lets_nobody_in() {
    let shop = Shop::with(with_phones(Phones::Seated)).await;
    let (key, shown_here) = (sticker(&shop, 1).await, shown(&shop, 1).await);
    assert_eq!((&shown_here["mode"], &shown_here["code"]), (&json!("seated"), &Value::Null));
    refused_because(&log_in(&shop, json!({"key": key})).await, "not_seated");
    log_in(&shop, json!({"key": behind(&shown_here, "/#v=")})).await.expect(200);
    shop.staff(Method::POST, "/api/admin/tables/1/seat").send().await.expect(200);
    let body = log_in(&shop, json!({"key": key})).await.expect(200);
    assert_eq!((&body["session"]["order_count"], &body["session"]["visit"]), (&json!(0), &json!(0)));
    order(&shop, body["token"].as_str().expect("a token")).await.expect(201);
    finish(&shop, 1).await;
    refused_because(&log_in(&shop, json!({"key": key})).await, "not_seated");
    let shop = Shop::with(with_phones(Phones::Off)).await;
    let off = json!({"mode": "off", "url": null, "code": null, "qr": null});
    assert_eq!(shown(&shop, 1).await, off);
    for key in [sticker(&shop, 1).await, "moon.1.x".to_owned(), "x".to_owned()] {
        refused_because(&log_in(&shop, json!({"key": key, "code": "123456"})).await, "phones_off");
    }
    let subject = Subject::Guest { table: TableId::new(1), visit: Visit::default() };
    let old = shop.state.keys.sign(shop.store.slug(), subject, clock::now()).expect("a token");
    as_phone(&shop, &old, Method::GET, "/api/orders").send().await.refused(401, "AUTH_ERROR");
}

#[actix_web::test]
async fn forged_foreign_and_old_keys_are_answered_alike() {
    let shop = Shop::open().await;
    let old = visit_key(&shop, 1).await;
    shop.order_stew(1).await;
    finish(&shop, 1).await;
    let first = log_in(&shop, json!({"key": old})).await;
    refused_because(&first, "visit_over");
    let (key, other) = (visit_key(&shop, 1).await, sticker(&shop, 2).await);
    let digits = |key: &str| key.rsplit('.').next().expect("digits").to_owned();
    for forged in [
        "x".to_owned(),
        "moon.1.".to_owned(),
        format!("moon.2.{}", digits(&key)),
        format!("sun.1.{}", digits(&key)),
        format!("moon.9.{}", digits(&other)),
        format!("moon.1.{}", digits(&other)),
        format!("{key}0"),
        key[..key.len() - 1].to_owned(),
        key.to_uppercase(),
    ] {
        let reply = log_in(&shop, json!({"key": forged, "code": "123456"})).await;
        refused_because(&reply, "visit_over");
        assert_eq!(reply.body, first.body, "{forged}");
    }
    log_in(&shop, json!({"key": key})).await.expect(200);
    for body in [json!({"key": key, "code": "12345"}), json!({"key": key, "code": "12345a"})] {
        log_in(&shop, body).await.refused_field("code");
    }
    log_in(&shop, json!({"key": ""})).await.refused_field("key");
    shop.store.execute(Principal::System, None, Command::RemoveTable(TableId::new(1))).await.expect("removed");
    refused_because(&log_in(&shop, json!({"key": key})).await, "visit_over");
}

#[actix_web::test]
async fn wrong_codes_lock_the_code_of_that_table_and_nothing_else_also_after_a_restart() {
    let shop = Shop::open().await;
    let (key, shown_here) = (sticker(&shop, 1).await, shown(&shop, 1).await);
    for _ in 0..5 {
        refused_because(&log_in(&shop, json!({"key": key, "code": wrong(&shown_here)})).await, "code_wrong");
    }
    let right = json!({"key": key, "code": shown_here["code"]});
    let locked = log_in(&shop, right.clone()).await;
    locked.refused(429, "TOO_MANY_ATTEMPTS");
    let wait: u64 = locked.header("Retry-After").parse().expect("whole seconds");
    assert!((880..=900).contains(&wait), "{wait}");
    let shop = shop.restart().await;
    log_in(&shop, right).await.refused(429, "TOO_MANY_ATTEMPTS");
    let login = json!({"store": "moon", "table_number": 1, "password": TABLE_PASSWORD});
    shop.ask(Method::POST, "/api/auth/table/login").json(&login).send().await.expect(200);
    phone(&shop, 1).await;
    let other = json!({"key": sticker(&shop, 2).await, "code": shown(&shop, 2).await["code"]});
    log_in(&shop, other).await.expect(200);
}

#[actix_web::test]
async fn a_phone_is_out_everywhere_once_its_table_is_finished() {
    let shop = Shop::open().await;
    let (token, other) = (phone(&shop, 1).await, phone(&shop, 2).await);
    order(&shop, &token).await.expect(201);
    shop.order_stew(2).await;
    let shop = shop.restart().await;
    as_phone(&shop, &token, Method::GET, "/api/orders").send().await.expect(200);
    finish(&shop, 1).await;
    let is_out = |shop: &Shop| {
        let asks = [
            (Method::GET, "/api/orders"),
            (Method::GET, "/api/orders/1"),
            (Method::GET, "/api/menus"),
            (Method::GET, "/api/calls"),
            (Method::POST, "/api/calls"),
            (Method::GET, "/api/auth/me"),
            (Method::POST, "/api/auth/logout"),
            (Method::GET, "/api/sync"),
            (Method::GET, "/api/sync?after=0"),
            (Method::GET, "/api/sse/orders/1"),
            (Method::GET, "/api/sse/orders/1?after=0"),
            (Method::GET, "/api/phone"),
        ];
        asks.map(|(method, path)| as_phone(shop, &token, method, path))
    };
    for ask in is_out(&shop) {
        ask.send().await.refused(401, "AUTH_ERROR");
    }
    order(&shop, &token).await.refused(401, "AUTH_ERROR");
    shop.order_stew(1).await;
    as_phone(&shop, &other, Method::GET, "/api/orders").send().await.expect(200);
    let shop = shop.restart().await;
    for ask in is_out(&shop) {
        ask.send().await.refused(401, "AUTH_ERROR");
    }
    assert_eq!(shop.table(Method::GET, "/api/orders").send().await.expect(200)["total"], 9_000, "the next party's own");
    as_phone(&shop, &other, Method::GET, "/api/orders").send().await.expect(200);
}

#[actix_web::test]
async fn a_phones_stream_ends_with_the_visit_and_tells_nothing_of_any_other() {
    let shop = Shop::open().await;
    shop.order_stew(1).await;
    finish(&shop, 1).await;
    let token = phone(&shop, 1).await;
    let path = "/api/sse/orders/1";
    as_phone(&shop, &token, Method::GET, "/api/sse/orders/2").send().await.refused(403, "FORBIDDEN");
    let from_the_start = as_phone(&shop, &token, Method::GET, "/api/sse/orders/1?after=0").open().await;
    let mut live = as_phone(&shop, &token, Method::GET, path).open().await;
    let initial = data(&live.next_of("initial").await);
    assert_eq!((&initial["session"], &initial["orders"]), (&Value::Null, &json!([])));
    let mut tablet = shop.table(Method::GET, path).open().await;
    shop.table(Method::POST, "/api/calls").json(&json!({"kind": "water"})).send().await.expect(201);
    live.next_of("call_created").await;
    let own = order(&shop, &token).await.expect(201);
    assert_eq!(data(&live.next_of("session_started").await)["data"]["session_id"], own["session_id"]);
    assert_eq!(data(&live.next_of("order_created").await)["data"]["order"]["id"], own["id"]);
    shop.order_stew(2).await;
    finish(&shop, 1).await;
    let next = shop.order_stew(1).await;
    let last = to_its_end(live).await;
    assert_eq!(last.matches("event: session_completed").count(), 1, "{last}");
    assert!(!last.contains("order_created"), "the next party's order: {last}");
    let whole = to_its_end(from_the_start).await;
    let starts = whole.lines().filter(|line| *line == "event: session_started").count();
    let orders = whole.lines().filter(|line| *line == "event: order_created").count();
    assert_eq!((starts, orders), (1, 1), "its own and no other: {whole}");
    assert!(whole.contains("event: call_created"), "{whole}");
    while data(&tablet.next_of("order_created").await)["data"]["order"]["id"] != next["id"] {}
    assert_eq!(shop.state.slots.total(), 1, "the tablet's goes on");
}

#[actix_web::test]
async fn sync_tells_a_phone_its_own_visit_to_the_end() {
    let shop = Shop::open().await;
    shop.order_stew(1).await;
    finish(&shop, 1).await;
    let token = phone(&shop, 1).await;
    let own = order(&shop, &token).await.expect(201);
    let sync = |path: &str| as_phone(&shop, &token, Method::GET, path);
    let events = sync("/api/sync?after=0").send().await.expect(200);
    let of = |kind: &str| {
        let events = events["events"].as_array().expect("events");
        events.iter().filter(|event| event["type"] == kind).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of("session_completed"), Vec::<Value>::new());
    assert_eq!(of("session_started").len(), 1);
    assert_eq!(of("order_created")[0]["data"]["order"]["id"], own["id"]);
    let snapshot = sync("/api/sync").send().await.expect(200)["snapshot"].clone();
    assert_eq!((&snapshot["table"]["number"], &snapshot["orders"][0]["id"]), (&json!(1), &own["id"]));
    assert_eq!(snapshot["orders"].as_array().expect("orders").len(), 1);
}

#[actix_web::test]
async fn what_was_asked_while_the_table_was_being_finished_is_refused() {
    let shop = Shop::open().await;
    shop.order_stew(1).await;
    let visit = shop.store.sitting_at(TableId::new(1)).visit;
    finish(&shop, 1).await;
    let late = Principal::Guest { table: TableId::new(1), visit };
    let kind = crate::domain::text::Label::parse("water").expect("a label");
    let call = Command::CreateCall { table: TableId::new(1), kind, note: None };
    let refused = shop.store.execute(late, None, call).await.expect_err("its visit is over");
    let ended = crate::store::ExecuteError::Refused(crate::domain::error::DomainError::SessionEnded);
    assert_eq!(format!("{refused:?}"), format!("{ended:?}"));
    for from in [crate::store::From::Nothing, crate::store::From::After { seq: 0, lineage: None }] {
        let reader = crate::store::Reader::Guest { table: TableId::new(1), visit };
        let refused = shop.store.sync(reader, from).await.expect_err("its visit is over");
        assert_eq!(format!("{refused:?}"), format!("{ended:?}"));
    }
}

/// Its table is finished after the request was recognised and before the state is asked.
#[actix_web::test]
async fn what_a_phone_reads_is_asked_within_its_visit() {
    let shop = Shop::open().await;
    let token = shop.state.keys.verify(phone(&shop, 1).await.as_bytes()).expect("a token");
    let table = shop.store.access().tables[&TableId::new(1)].clone();
    let device = Device::Phone(shop.store.sitting_at(table.id).visit);
    let guest = TablePrincipal { store: shop.store.clone(), table, device, token: Rc::new(token) };
    assert_eq!(guest.read(|_| "asked").await.expect("its visit runs"), "asked");
    shop.order_stew(1).await;
    finish(&shop, 1).await;
    let mut asked = false;
    let refused = guest.read(|_| "asked").await.map(|_| asked = true).expect_err("its visit is over");
    assert_eq!((refused.code(), asked), (ErrorCode::AuthError, false));
    let refused = shop.store.sync(guest.reader(), crate::store::From::Nothing).await.expect_err("its visit is over");
    assert_eq!(out_by_now(refused).code(), ErrorCode::AuthError);
}

#[actix_web::test]
async fn logging_out_ends_that_phone_only() {
    let shop = Shop::open().await;
    let (one, other) = (phone(&shop, 1).await, phone(&shop, 1).await);
    let mut stream = as_phone(&shop, &one, Method::GET, "/api/sse/orders/1").open().await;
    stream.next_of("initial").await;
    let reply = as_phone(&shop, &one, Method::POST, "/api/auth/logout").send().await;
    reply.expect(204);
    assert_eq!(reply.cookies().len(), 1, "a tablet's credential is not its to give back");
    assert!(reply.cookies()[0].starts_with("tableorder_table=; Path=/; Max-Age=0"));
    to_its_end(stream).await;
    let shop = shop.restart().await;
    as_phone(&shop, &one, Method::GET, "/api/orders").send().await.refused(401, "AUTH_ERROR");
    as_phone(&shop, &other, Method::GET, "/api/orders").send().await.expect(200);
    shop.table(Method::GET, "/api/orders").send().await.expect(200);
}

#[actix_web::test]
async fn phones_cannot_take_the_tablets_turn_or_make_it_look_alive() {
    let streams = StreamLimits { per_table: 2, per_staff_login: 0, total: 0 };
    let shop = Shop::with(HttpSettings { table_requests_per_minute: 3, streams, ..settings() }).await;
    let key = visit_key(&shop, 1).await;
    let before = shop.store.last_contact(TableId::new(1));
    let mut phones = Vec::new();
    for _ in 0..2 {
        let login = log_in(&shop, json!({"key": key})).await.expect(200);
        phones.push(login["token"].as_str().expect("a token").to_owned());
    }
    let mut open = Vec::new();
    for token in &phones {
        open.push(as_phone(&shop, token, Method::GET, "/api/sse/orders/1").open().await);
        as_phone(&shop, token, Method::GET, "/api/menus").send().await.expect(200);
        let refused = as_phone(&shop, token, Method::GET, "/api/sse/orders/1").send().await;
        refused_or_open(&refused, open.len());
        as_phone(&shop, token, Method::GET, "/api/menus").send().await.refused(429, "RATE_LIMIT_EXCEEDED");
    }
    assert_eq!(shop.store.last_contact(TableId::new(1)), before);
    let _tablet = shop.table(Method::GET, "/api/sse/orders/1").open().await;
    shop.table(Method::GET, "/api/menus").send().await.expect(200);
    assert!(shop.store.last_contact(TableId::new(1)) > before);
    as_phone(&shop, &phones[0], Method::GET, "/api/phone").send().await.refused(403, "FORBIDDEN");
}

/// The first phone may still open a second stream; with both slots of the table's phones taken nobody may.
fn refused_or_open(reply: &Reply, open: usize) {
    if open == 1 {
        assert!(reply.streams);
    } else {
        reply.refused(429, "RATE_LIMIT_EXCEEDED");
    }
}

#[actix_web::test]
async fn a_crowd_of_phones_is_held_up_at_the_door() {
    let shop = Shop::open().await;
    let key = visit_key(&shop, 1).await;
    for _ in 0..30 {
        log_in(&shop, json!({"key": key})).await.expect(200);
    }
    let held_up = log_in(&shop, json!({"key": key})).await;
    held_up.refused(429, "RATE_LIMIT_EXCEEDED");
    assert!(held_up.header("Retry-After").parse::<u64>().is_ok_and(|wait| (1..=61).contains(&wait)));
    phone(&shop, 2).await;
}

#[actix_web::test]
async fn a_retry_is_known_by_its_key_whatever_device_sends_it() {
    let shop = Shop::open().await;
    let (one, other) = (phone(&shop, 1).await, phone(&shop, 1).await);
    let body = json!({"items": [{"menu_id": 1, "quantity": 2, "options": []}]});
    let send = |token: &str| as_phone(&shop, token, Method::POST, "/api/orders").key("same").json(&body);
    let first = send(&one).send().await.expect(201);
    let again = log_in(&shop, json!({"key": visit_key(&shop, 1).await})).await.expect(200);
    let new_login = again["token"].as_str().expect("a token");
    for token in [&one, new_login, &other] {
        assert_eq!(send(token).send().await.expect(200)["id"], first["id"]);
    }
    let changed = json!({"items": [{"menu_id": 1, "quantity": 1, "options": []}]});
    let clash = as_phone(&shop, &other, Method::POST, "/api/orders").key("same").json(&changed);
    clash.send().await.refused(409, "CONFLICT");
    let elsewhere = as_phone(&shop, &phone(&shop, 2).await, Method::POST, "/api/orders").key("same").json(&body);
    assert_ne!(elsewhere.send().await.expect(201)["id"], first["id"]);
}

#[actix_web::test]
async fn a_call_before_the_first_order_belongs_to_the_visit() {
    let shop = Shop::open().await;
    let token = phone(&shop, 1).await;
    let call = as_phone(&shop, &token, Method::POST, "/api/calls").json(&json!({"kind": "water"}));
    assert_eq!(call.send().await.expect(201)["session_id"], Value::Null);
    order(&shop, &token).await.expect(201);
    let calls = |token: &str| as_phone(&shop, token, Method::GET, "/api/calls");
    assert_eq!(calls(&token).send().await.expect(200)["calls"].as_array().expect("calls").len(), 1);
    finish(&shop, 1).await;
    assert_eq!(calls(&phone(&shop, 1).await).send().await.expect(200)["calls"], json!([]));
}

/// A party may leave without ordering; what it photographed must not let it order for the next one.
#[actix_web::test]
async fn what_the_tablet_shows_changes_once_a_party_begins_to_order_and_its_phones_stay_in() {
    let shop = Shop::open().await;
    let before = shown(&shop, 1).await;
    let own = phone(&shop, 1).await;
    order(&shop, &own).await.expect(201);
    let now = shown(&shop, 1).await;
    assert!(now["url"] != before["url"] && now["code"] != before["code"], "{before} {now}");
    refused_because(&log_in(&shop, json!({"key": behind(&before, "/#v=")})).await, "visit_over");
    let old_code = json!({"key": sticker(&shop, 1).await, "code": before["code"]});
    refused_because(&log_in(&shop, old_code).await, "code_wrong");
    order(&shop, &own).await.expect(201);
    log_in(&shop, json!({"key": behind(&now, "/#v=")})).await.expect(200);
}

/// A token of long ago whose visit never rose, because its party never ordered.
#[actix_web::test]
async fn a_phone_that_came_long_before_the_party_is_not_of_it() {
    let shop = Shop::open().await;
    let sign = |ago_ms: i64| {
        let subject = Subject::Guest { table: TableId::new(1), visit: Visit::default() };
        shop.state.keys.sign(shop.store.slug(), subject, clock::now().plus_ms(-ago_ms)).expect("signs")
    };
    let (old, own) = (sign(61 * 60_000), sign(59 * 60_000));
    order(&shop, &old).await.refused(401, "AUTH_ERROR");
    order(&shop, &own).await.expect(201);
    order(&shop, &old).await.refused(401, "AUTH_ERROR");
}
