//! `/api/auth/*`: logins, cookies and bearer tokens, renewal, logging out, locks, and the host and origin check.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{OWNER_PASSWORD, Reply, Shop, TABLE_PASSWORD};
use crate::clock;
use crate::domain::access::Principal;
use crate::domain::command::{Command, TableChange};
use crate::domain::ids::{TableId, UserId};
use crate::http::TokenKeys;
use crate::http::identity::tokens::Subject;

async fn staff_login(shop: &Shop, store: &str, name: &str, password: &str) -> Reply {
    let body = json!({"store": store, "username": name, "password": password});
    shop.ask(Method::POST, "/api/auth/admin/login").json(&body).send().await
}

async fn table_login(shop: &Shop, store: &str, number: u64, password: &str) -> Reply {
    let body = json!({"store": store, "table_number": number, "password": password});
    shop.ask(Method::POST, "/api/auth/table/login").json(&body).send().await
}

fn cookie_value(reply: &Reply, name: &str) -> String {
    let prefix = format!("{name}=");
    let found = reply
        .cookies()
        .into_iter()
        .find_map(|cookie| cookie.strip_prefix(&prefix).and_then(|rest| rest.split(';').next().map(str::to_owned)));
    found.unwrap_or_else(|| panic!("no {name} in {:?}", reply.cookies()))
}

fn store() -> Value {
    json!({"slug": "moon", "name": "달빛식당", "currency": "KRW", "time_zone": "Asia/Seoul"})
}

#[actix_web::test]
async fn a_staff_login_gives_a_token_and_a_cookie_for_sixteen_hours() {
    let shop = Shop::open().await;
    let reply = staff_login(&shop, "moon", "owner", OWNER_PASSWORD).await;
    let body = reply.expect(200);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(57_600)));
    assert_eq!(body["user"], json!({"id": 1, "username": "owner", "role": "owner"}));
    assert_eq!(body["store"], store());
    let token = body["token"].as_str().expect("a token");
    let expected = format!("tableorder_staff={token}; Path=/; Max-Age=57600; HttpOnly; SameSite=Strict");
    assert_eq!(reply.cookies(), [expected]);
    for ask in [
        shop.ask(Method::GET, "/api/auth/me").bearer(token),
        shop.ask(Method::GET, "/api/auth/me").cookie("tableorder_staff", token),
    ] {
        let me = ask.send().await.expect(200);
        assert_eq!(
            (&me["role"], &me["user"]["username"], &me["table"]),
            (&json!("owner"), &json!("owner"), &Value::Null)
        );
        assert_eq!(me["store"], store());
        assert!(me["expires_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    }
}

#[actix_web::test]
async fn a_tablet_login_pairs_it_and_tells_where_it_stands() {
    let shop = Shop::open().await;
    let order = shop.order_stew(2).await;
    let reply = table_login(&shop, "moon", 2, TABLE_PASSWORD).await;
    let body = reply.expect(200);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(57_600)));
    assert_eq!((&body["store"], &body["table"]), (&store(), &json!({"id": 2, "number": 2, "label": null})));
    assert_eq!(body["session"]["id"], order["session_id"]);
    assert_eq!(body["session"]["total"], 9_000);
    let token = body["token"].as_str().expect("a token");
    let device = body["device_token"].as_str().expect("a credential");
    assert_eq!(cookie_value(&reply, "tableorder_table"), token);
    assert!(reply.cookies().contains(&format!(
        "tableorder_device={device}; Path=/api/auth/table/renew; Max-Age=34560000; HttpOnly; SameSite=Strict"
    )));
    let me = shop.ask(Method::GET, "/api/auth/me").bearer(token).send().await.expect(200);
    assert_eq!((&me["role"], &me["user"], &me["table"]["number"]), (&json!("tablet"), &Value::Null, &json!(2)));
    assert_eq!(table_login(&shop, "moon", 1, TABLE_PASSWORD).await.expect(200)["session"], Value::Null);
}

#[actix_web::test]
async fn every_wrong_login_is_answered_alike() {
    let shop = Shop::open().await;
    let first = staff_login(&shop, "moon", "owner", "wrong password").await;
    first.refused(401, "AUTH_ERROR");
    for (store, name) in [("moon", "nobody"), ("sun", "owner"), ("../moon", "owner"), ("MOON", "owner")] {
        assert_eq!(staff_login(&shop, store, name, OWNER_PASSWORD).await.body, first.body, "{store} {name}");
    }
    for (store, number) in [("moon", 1), ("moon", 77), ("sun", 1), ("moon", 0), ("moon", u64::MAX)] {
        assert_eq!(table_login(&shop, store, number, "wrong").await.body, first.body, "{store} {number}");
    }
}

#[actix_web::test]
async fn five_failures_lock_that_account_only_also_after_a_restart() {
    let shop = Shop::open().await;
    let before = staff_login(&shop, "moon", "owner", OWNER_PASSWORD).await.expect(200);
    for (name, exists) in [("owner", true), ("nobody", false)] {
        for _ in 0..5 {
            staff_login(&shop, "moon", name, "wrong password").await.refused(401, "AUTH_ERROR");
        }
        let locked = staff_login(&shop, "moon", name, OWNER_PASSWORD).await;
        locked.refused(429, "TOO_MANY_ATTEMPTS");
        let wait: u64 = locked.header("Retry-After").parse().expect("whole seconds");
        assert!((880..=900).contains(&wait), "{wait} s, exists: {exists}");
    }
    let malformed =
        shop.ask(Method::POST, "/api/auth/admin/login").json(&json!({"store": "moon", "username": "owner"}));
    malformed.send().await.refused(400, "VALIDATION_ERROR");
    let token = before["token"].as_str().expect("a token");
    shop.ask(Method::GET, "/api/auth/me").bearer(token).send().await.expect(200);
    table_login(&shop, "moon", 1, TABLE_PASSWORD).await.expect(200);
    for _ in 0..5 {
        table_login(&shop, "moon", 2, "wrong").await.refused(401, "AUTH_ERROR");
    }
    table_login(&shop, "moon", 2, TABLE_PASSWORD).await.refused(429, "TOO_MANY_ATTEMPTS");
    let shop = shop.restart().await;
    staff_login(&shop, "moon", "owner", OWNER_PASSWORD).await.refused(429, "TOO_MANY_ATTEMPTS");
    table_login(&shop, "moon", 2, TABLE_PASSWORD).await.refused(429, "TOO_MANY_ATTEMPTS");
    table_login(&shop, "moon", 1, TABLE_PASSWORD).await.expect(200);
}

#[actix_web::test]
async fn many_tries_at_once_are_no_way_around_the_lock() {
    let shop = Shop::open().await;
    let mut tries: Vec<_> = (0..12).map(|_| Box::pin(staff_login(&shop, "moon", "owner", "wrong password"))).collect();
    let mut counts = (0, 0);
    std::future::poll_fn(|context| {
        tries.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(reply) => {
                if reply.status == 401 {
                    counts.0 += 1;
                } else {
                    counts.1 += 1;
                }
                false
            }
            std::task::Poll::Pending => true,
        });
        if tries.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    assert_eq!(counts, (5, 7), "five are looked at, the rest is 429");
}

#[actix_web::test]
async fn a_login_that_succeeds_forgets_the_failures_before() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        for _ in 0..4 {
            staff_login(&shop, "moon", "owner", "wrong password").await.refused(401, "AUTH_ERROR");
        }
        staff_login(&shop, "moon", "owner", OWNER_PASSWORD).await.expect(200);
    }
}

#[actix_web::test]
async fn logging_out_ends_the_token_for_good() {
    let shop = Shop::open().await;
    let login = staff_login(&shop, "moon", "owner", OWNER_PASSWORD).await.expect(200);
    let token = login["token"].as_str().expect("a token");
    let reply = shop.ask(Method::POST, "/api/auth/logout").cookie("tableorder_staff", token).send().await;
    reply.expect(204);
    assert!(reply.cookies()[0].starts_with("tableorder_staff=; Path=/; Max-Age=0"));
    shop.ask(Method::GET, "/api/auth/me").bearer(token).send().await.refused(401, "AUTH_ERROR");
    shop.staff(Method::GET, "/api/auth/me").send().await.expect(200);
    let shop = shop.restart().await;
    shop.ask(Method::GET, "/api/auth/me").bearer(token).send().await.refused(401, "AUTH_ERROR");
    shop.staff(Method::GET, "/api/auth/me").send().await.expect(200);
    shop.ask(Method::POST, "/api/auth/logout").send().await.refused(401, "AUTH_ERROR");
}

#[actix_web::test]
async fn a_credential_renews_a_tablet_and_never_changes() {
    let shop = Shop::open().await;
    let login = table_login(&shop, "moon", 1, TABLE_PASSWORD).await.expect(200);
    let device = login["device_token"].as_str().expect("a credential").to_owned();
    let change = TableChange { password_hash: Some("another".into()), ..TableChange::default() };
    let changed = shop.store.execute(Principal::System, None, Command::ChangeTable(TableId::new(1), change)).await;
    changed.expect("a new password does not end it");
    let shop = shop.restart().await;
    let by_body = shop.ask(Method::POST, "/api/auth/table/renew").json(&json!({"device_token": device})).send().await;
    let by_cookie = shop.ask(Method::POST, "/api/auth/table/renew").cookie("tableorder_device", &device);
    let by_cookie = by_cookie.json(&json!({})).send().await;
    let bodiless = shop.ask(Method::POST, "/api/auth/table/renew").cookie("tableorder_device", &device).send().await;
    for reply in [by_body, by_cookie, bodiless] {
        let renewed = reply.expect(200);
        assert_eq!(renewed["device_token"], device.as_str());
        assert_eq!(renewed["table"]["number"], 1);
        assert_ne!(renewed["token"], login["token"]);
        assert_eq!(cookie_value(&reply, "tableorder_device"), device);
        let token = renewed["token"].as_str().expect("a token");
        shop.ask(Method::GET, "/api/orders").bearer(token).send().await.expect(200);
    }
    let token = login["token"].as_str().expect("a token");
    shop.ask(Method::GET, "/api/orders").bearer(token).send().await.expect(200);
    for wrong in ["", "x", "moon.x", &format!("moon.{}", "0".repeat(64)), &device.replace("moon", "sun")] {
        let reply = shop.ask(Method::POST, "/api/auth/table/renew").cookie("tableorder_device", wrong).send().await;
        reply.refused(401, "AUTH_ERROR");
    }
    shop.ask(Method::POST, "/api/auth/table/renew").send().await.refused(401, "AUTH_ERROR");
}

#[actix_web::test]
async fn a_revoked_or_logged_out_tablet_is_out_at_once() {
    let shop = Shop::open().await;
    let login = table_login(&shop, "moon", 1, TABLE_PASSWORD).await.expect(200);
    let (token, device) = (login["token"].as_str().expect("a token"), login["device_token"].clone());
    let reply = shop.ask(Method::POST, "/api/auth/logout").bearer(token).send().await;
    reply.expect(204);
    assert!(reply.cookies().iter().any(|cookie| cookie.starts_with("tableorder_table=; ")));
    assert!(reply.cookies().iter().any(|cookie| cookie.starts_with("tableorder_device=; Path=/api/auth/table/renew")));
    shop.ask(Method::GET, "/api/orders").bearer(token).send().await.refused(401, "AUTH_ERROR");
    let renew = shop.ask(Method::POST, "/api/auth/table/renew").json(&json!({"device_token": device})).send().await;
    renew.refused(401, "AUTH_ERROR");
    let revoke = Command::RevokeTablet(shop.tablets[1]);
    shop.store.execute(Principal::System, None, revoke).await.expect("revoked");
    shop.at(2, Method::GET, "/api/orders").send().await.refused(401, "AUTH_ERROR");
    shop.table(Method::GET, "/api/orders").send().await.expect(200);
}

#[actix_web::test]
async fn tokens_that_are_expired_forged_or_of_another_store_are_401() {
    let shop = Shop::open().await;
    let slug = shop.store.slug().clone();
    let user = |id, generation| Subject::User { user: UserId::new(id), generation };
    let now = clock::now();
    let sign = |subject, at| shop.state.keys.sign(&slug, subject, at).expect("a token");
    let other = crate::domain::text::StoreSlug::parse("sun").expect("a slug");
    for (what, token) in [
        ("expired", sign(user(1, 0), now.plus_ms(-57_601_000))),
        ("unknown user", sign(user(9, 0), now)),
        ("older password", sign(user(1, 1), now)),
        ("another key", TokenKeys::new(&[8; 32]).sign(&slug, user(1, 0), now).expect("a token")),
        ("another store", shop.state.keys.sign(&other, user(1, 0), now).expect("a token")),
        ("unknown tablet", sign(Subject::Tablet { table: TableId::new(1), tablet: shop.tablets[1] }, now)),
    ] {
        shop.ask(Method::GET, "/api/auth/me").bearer(&token).send().await.refused(401, "AUTH_ERROR");
        let reply = shop.ask(Method::GET, "/api/auth/me").cookie("tableorder_staff", &token).send().await;
        assert_eq!(reply.status, 401, "{what}");
    }
    let ahead = sign(user(1, 0), now.plus_ms(86_400_000));
    shop.ask(Method::GET, "/api/auth/me").bearer(&ahead).send().await.expect(200);
}

#[actix_web::test]
async fn shared_routes_read_the_identity_that_is_asked_for() {
    let shop = Shop::open().await;
    let both = |path: &str| {
        let cookies = format!("tableorder_staff={}; tableorder_table={}", shop.owner, shop.tables[0]);
        shop.ask(Method::GET, path).header("Cookie", &cookies)
    };
    for (path, role) in [
        ("/api/auth/me", "tablet"),
        ("/api/auth/me?as=table", "tablet"),
        ("/api/auth/me?as=staff", "owner"),
        ("/api/auth/me?as=%73taff", "owner"),
    ] {
        assert_eq!(both(path).send().await.expect(200)["role"], role, "{path}");
    }
    let staff_only = || shop.ask(Method::GET, "/api/auth/me").cookie("tableorder_staff", &shop.owner);
    assert_eq!(staff_only().send().await.expect(200)["role"], "owner");
    let wrong = shop.ask(Method::GET, "/api/auth/me?as=table").cookie("tableorder_staff", &shop.owner);
    wrong.send().await.refused(401, "AUTH_ERROR");
    let bearer_wins = both("/api/auth/me?as=table").bearer(&shop.owner);
    assert_eq!(bearer_wins.send().await.expect(200)["role"], "owner");
    let bad_bearer_wins = both("/api/auth/me").bearer("x.y.z");
    bad_bearer_wins.send().await.refused(401, "AUTH_ERROR");
    let two = shop.ask(Method::GET, "/api/auth/me").bearer(&shop.owner).bearer(&shop.owner);
    two.send().await.refused(401, "AUTH_ERROR");
    both("/api/admin/tables").send().await.expect(200);
    both("/api/orders").send().await.expect(200);
}

#[actix_web::test]
async fn cookies_count_only_for_our_own_pages_under_our_own_names() {
    let shop = Shop::open().await;
    let with = |name: &str, value: &str| {
        let ask = shop.ask(Method::GET, "/api/admin/tables").cookie("tableorder_staff", &shop.owner);
        ask.set(name, value)
    };
    for host in ["localhost", "192.168.0.9:8080", "[::1]:80", "tableorder.local"] {
        with("Host", host).send().await.expect(200);
    }
    for (name, value) in [
        ("Host", "evil.example"),
        ("Host", ""),
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://127.0.0.1:9999"),
    ] {
        with(name, value).send().await.refused(403, "FORBIDDEN");
    }
    with("Origin", "http://127.0.0.1:8080").send().await.expect(200);
    let bearer = shop
        .staff(Method::GET, "/api/admin/tables")
        .set("Host", "evil.example")
        .header("Origin", "http://evil.example");
    bearer.send().await.expect(200);
    let nobody = shop.ask(Method::GET, "/api/admin/tables").set("Host", "evil.example");
    nobody.send().await.refused(401, "AUTH_ERROR");
    let bad_cookie =
        shop.ask(Method::GET, "/api/admin/tables").cookie("tableorder_staff", "x").set("Host", "evil.example");
    bad_cookie.send().await.refused(403, "FORBIDDEN");
    let device = shop
        .ask(Method::POST, "/api/auth/table/renew")
        .cookie("tableorder_device", "x")
        .header("Origin", "http://evil.example");
    device.send().await.refused(403, "FORBIDDEN");
}
