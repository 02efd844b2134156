//! Pairing a tablet by a link or six digits, without anybody typing a password.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Reply, Shop, TABLE_PASSWORD, settings};
use crate::domain::access::{Principal, Role};
use crate::domain::command::Command;
use crate::domain::ids::TableId;
use crate::http::HttpSettings;

async fn offer(shop: &Shop, table: u64) -> Value {
    shop.staff(Method::POST, &format!("/api/admin/tables/{table}/pairing")).send().await.expect(201)
}

async fn pair(shop: &Shop, body: Value) -> Reply {
    shop.ask(Method::POST, "/api/auth/table/pair").json(&body).send().await
}

fn secret(offer: &Value) -> &str {
    offer["url"].as_str().and_then(|url| url.split_once("/#pair=")).expect("a link with a secret").1
}

/// Digits that no offer has.
fn wrong(offer: &Value) -> String {
    let right: u32 = offer["code"].as_str().expect("a code").parse().expect("digits");
    format!("{:06}", (right + 1) % 1_000_000)
}

#[actix_web::test]
async fn a_tablet_is_paired_by_code_or_link_and_keeps_the_credential_of_a_login() {
    let shop = Shop::open().await;
    let made = offer(&shop, 2).await;
    let expires_at = made["expires_at"].as_str().expect("a time");
    assert!(expires_at.ends_with('Z'));
    assert_eq!(made["qr"], format!("<svg>{}</svg>", made["url"].as_str().expect("a link")));
    let by_code = pair(&shop, json!({"code": made["code"]})).await;
    let by_link = pair(&shop, json!({"secret": secret(&offer(&shop, 2).await)})).await;
    let login = json!({"store": "moon", "table_number": 2, "password": TABLE_PASSWORD});
    let login = shop.ask(Method::POST, "/api/auth/table/login").json(&login).send().await.expect(200);
    for reply in [by_code, by_link] {
        let body = reply.expect(200);
        let members = |body: &Value| body.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
        assert_eq!(members(&body), members(&login));
        assert_eq!((&body["store"], &body["table"]), (&login["store"], &json!({"id": 2, "number": 2, "label": null})));
        let token = body["token"].as_str().expect("a token");
        let cookies = reply.cookies();
        assert!(cookies.iter().any(|cookie| cookie.starts_with(&format!("tableorder_table={token}; "))));
        assert!(cookies.iter().any(|cookie| cookie.starts_with("tableorder_device=moon.")));
        shop.ask(Method::GET, "/api/orders").bearer(token).send().await.expect(200);
        let renew =
            shop.ask(Method::POST, "/api/auth/table/renew").json(&json!({"device_token": body["device_token"]}));
        assert_eq!(renew.send().await.expect(200)["table"]["number"], 2);
    }
}

#[actix_web::test]
async fn the_link_leads_where_other_devices_can_go() {
    let shop = Shop::open().await;
    let path = "/api/admin/tables/1/pairing";
    for (host, base) in [
        ("127.0.0.1:8080", "http://192.168.0.10:8080"),
        ("localhost:8080", "http://192.168.0.10:8080"),
        ("evil.example", "http://192.168.0.10:8080"),
        ("192.168.0.77:9000", "http://192.168.0.77:9000"),
        ("tableorder.local", "http://tableorder.local"),
    ] {
        let made = shop.staff(Method::POST, path).set("Host", host).send().await.expect(201);
        let url = made["url"].as_str().expect("a link");
        assert!(url.starts_with(&format!("{base}/#pair=")), "{host}: {url}");
    }
}

#[actix_web::test]
async fn only_who_serves_may_offer_and_the_journal_names_who_did() {
    let shop = Shop::open().await;
    let (waiter, kitchen) =
        (shop.log_in_as("waiter", Role::Staff).await, shop.log_in_as("kitchen", Role::Kitchen).await);
    let path = "/api/admin/tables/1/pairing";
    shop.ask(Method::POST, path).bearer(&kitchen).send().await.refused(403, "FORBIDDEN");
    shop.table(Method::POST, path).send().await.refused(401, "AUTH_ERROR");
    shop.ask(Method::POST, path).send().await.refused(401, "AUTH_ERROR");
    shop.staff(Method::POST, "/api/admin/tables/9/pairing").send().await.refused(404, "NOT_FOUND");
    shop.staff(Method::POST, path).json(&json!({"minutes": 60})).send().await.refused_field("minutes");
    let made = shop.ask(Method::POST, path).bearer(&waiter).send().await.expect(201);
    pair(&shop, json!({"code": made["code"]})).await.expect(200);
    let segments = shop.folder.path().join("moon/journal");
    let lines: Vec<_> = std::fs::read_dir(segments)
        .expect("a journal")
        .filter_map(|entry| std::fs::read_to_string(entry.expect("a file").path()).ok())
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.contains("tablet_paired"))
        .collect();
    assert!(lines.last().is_some_and(|line| line.contains("\"staff\":{\"user\":2")), "{lines:?}");
}

#[actix_web::test]
async fn an_offer_is_good_once_and_ends_with_the_next_one() {
    let shop = Shop::open().await;
    let (first, other) = (offer(&shop, 1).await, offer(&shop, 2).await);
    let second = offer(&shop, 1).await;
    let refused = pair(&shop, json!({"secret": secret(&first)})).await;
    refused.refused(403, "FORBIDDEN");
    pair(&shop, json!({"code": second["code"]})).await.expect(200);
    for body in [json!({"code": second["code"]}), json!({"secret": secret(&second)}), json!({"secret": "x"})] {
        let again = pair(&shop, body).await;
        again.refused(403, "FORBIDDEN");
        assert_eq!(again.body, refused.body, "nobody learns why");
    }
    shop.store.execute(Principal::System, None, Command::RemoveTable(TableId::new(2))).await.expect("removed");
    assert_eq!(pair(&shop, json!({"secret": secret(&other)})).await.body, refused.body, "its table is gone");
    let shop = shop.restart().await;
    let offer = offer(&shop, 1).await;
    pair(&shop, json!({"secret": secret(&second)})).await.refused(403, "FORBIDDEN");
    pair(&shop, json!({"secret": secret(&offer)})).await.expect(200);
}

#[actix_web::test]
async fn ten_wrong_codes_hold_up_codes_and_nothing_else() {
    let shop = Shop::open().await;
    let made = offer(&shop, 1).await;
    for _ in 0..10 {
        pair(&shop, json!({"code": wrong(&made)})).await.refused(403, "FORBIDDEN");
    }
    let held_up = pair(&shop, json!({"code": made["code"]})).await;
    held_up.refused(429, "TOO_MANY_ATTEMPTS");
    let wait: u64 = held_up.header("Retry-After").parse().expect("whole seconds");
    assert!((880..=900).contains(&wait), "{wait}");
    let login = json!({"store": "moon", "table_number": 1, "password": TABLE_PASSWORD});
    shop.ask(Method::POST, "/api/auth/table/login").json(&login).send().await.expect(200);
    pair(&shop, json!({"secret": secret(&made)})).await.expect(200);
}

#[actix_web::test]
async fn a_body_names_one_of_the_two() {
    let shop = Shop::open().await;
    let made = offer(&shop, 1).await;
    let both = json!({"code": made["code"], "secret": secret(&made)});
    for body in [json!({}), both, json!({"code": "12345"}), json!({"code": "1234567"}), json!({"code": "12345a"})] {
        pair(&shop, body).await.refused_field("code");
    }
    pair(&shop, json!({"code": 123_456})).await.refused_field("code");
    pair(&shop, json!({"secret": ""})).await.refused_field("secret");
    pair(&shop, json!({"code": made["code"]})).await.expect(200);
}

#[actix_web::test]
async fn every_tablet_login_tells_how_its_page_behaves() {
    let guest_page = crate::config::GuestPageSettings {
        result_seconds: 0,
        idle_seconds: 90,
        phones: crate::config::Phones::Seated,
        free_notes: true,
    };
    let shop = Shop::with(HttpSettings { guest_page, ..settings() }).await;
    let told = json!({"result_seconds": 0, "idle_seconds": 90, "phones": "seated", "free_notes": true});
    let login = json!({"store": "moon", "table_number": 1, "password": TABLE_PASSWORD});
    let login = shop.ask(Method::POST, "/api/auth/table/login").json(&login).send().await.expect(200);
    assert_eq!(login["guest_page"], told);
    let renew = json!({"device_token": login["device_token"]});
    let renewed = shop.ask(Method::POST, "/api/auth/table/renew").json(&renew).send().await.expect(200);
    assert_eq!(renewed["guest_page"], told);
    let paired = pair(&shop, json!({"code": offer(&shop, 1).await["code"]})).await.expect(200);
    assert_eq!(paired["guest_page"], told);
}
