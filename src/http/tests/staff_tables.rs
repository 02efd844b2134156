//! `/api/admin/tables` and the history.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Reply, Shop};

async fn finish(shop: &Shop, table: u64, body: &Value) -> Reply {
    shop.staff(Method::POST, &format!("/api/admin/tables/{table}/complete")).json(body).send().await
}

async fn history(shop: &Shop, path: &str) -> Value {
    shop.staff(Method::GET, path).send().await.expect(200)
}

#[actix_web::test]
async fn tables_show_their_sums_newest_order_and_last_contact() {
    let shop = Shop::open().await;
    let order = shop.order_stew(2).await;
    let all = shop.staff(Method::GET, "/api/admin/tables").send().await.expect(200);
    let (quiet, busy) = (&all["tables"][0], &all["tables"][1]);
    assert_eq!(
        quiet,
        &json!({"id": 1, "number": 1, "label": null, "seats": 4, "session": null, "total": 0, "open_orders": 0,
            "latest_order": null, "last_contact": null})
    );
    assert_eq!((&busy["total"], &busy["open_orders"]), (&json!(9_000), &json!(1)));
    assert_eq!((&busy["latest_order"]["id"], &busy["session"]["id"]), (&order["id"], &order["session_id"]));
    assert!(busy["last_contact"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert!(!all.to_string().contains("argon2"), "passwords are never told");
}

#[actix_web::test]
async fn a_table_is_added_changed_and_removed() {
    let shop = Shop::open().await;
    let body = json!({"number": 12, "password": "비밀번호", "label": " 창가 ", "seats": 6});
    let made = shop.staff(Method::POST, "/api/admin/tables").json(&body).send().await.expect(201);
    assert_eq!(
        (&made["number"], &made["label"], &made["seats"], &made["total"]),
        (&json!(12), &json!("창가"), &json!(6), &json!(0))
    );
    let path = format!("/api/admin/tables/{}", made["id"]);
    let login = |number: u64, password: &str| {
        let body = json!({"store": "moon", "table_number": number, "password": password});
        shop.ask(Method::POST, "/api/auth/table/login").json(&body)
    };
    login(12, "비밀번호").send().await.expect(200);
    let patch = |body: Value| shop.staff(Method::PATCH, &path).json(&body);
    let changed = patch(json!({"number": 13, "label": null, "password": "abcd"})).send().await.expect(200);
    assert_eq!((&changed["number"], &changed["label"], &changed["seats"]), (&json!(13), &Value::Null, &json!(6)));
    login(13, "비밀번호").send().await.refused(401, "AUTH_ERROR");
    login(13, "abcd").send().await.expect(200);
    assert_eq!(patch(json!({})).send().await.expect(200)["number"], 13, "nothing to change");
    assert_eq!(patch(json!({"seats": null})).send().await.expect(200)["seats"], Value::Null);
    patch(json!({"number": 1})).send().await.refused(409, "CONFLICT");
    patch(json!({"number": null})).send().await.refused_field("number");
    patch(json!({"password": null})).send().await.refused_field("password");
    shop.staff(Method::DELETE, &path).send().await.expect(204);
    shop.staff(Method::DELETE, &path).send().await.refused(404, "NOT_FOUND");
    patch(json!({"seats": 2})).send().await.refused(404, "NOT_FOUND");
    for (field, wrong) in [
        ("number", json!(0)),
        ("number", json!(1000)),
        ("number", json!("7")),
        ("number", json!(1.5)),
        ("password", json!("abc")),
        ("password", json!("p".repeat(51))),
        ("label", json!("l".repeat(51))),
        ("label", json!("a\nb")),
        ("seats", json!(0)),
        ("seats", json!(1000)),
    ] {
        let mut body = json!({"number": 20, "password": "1234"});
        body[field] = wrong;
        shop.staff(Method::POST, "/api/admin/tables").json(&body).send().await.refused_field(field);
    }
    let taken = json!({"number": 1, "password": "1234"});
    shop.staff(Method::POST, "/api/admin/tables").json(&taken).send().await.refused(409, "CONFLICT");
    let keyed = || shop.staff(Method::POST, "/api/admin/tables").key("t").json(&body);
    let first = keyed().send().await.expect(201);
    assert_eq!(keyed().send().await.expect(201), first);
    shop.staff(Method::DELETE, &format!("/api/admin/tables/{}", first["id"])).send().await.expect(204);
    assert_eq!(keyed().send().await.expect(201), first, "also when the table is gone since");
}

#[actix_web::test]
async fn a_table_in_use_cannot_be_removed() {
    let shop = Shop::open().await;
    shop.order_stew(1).await;
    shop.staff(Method::DELETE, "/api/admin/tables/1").send().await.refused(409, "CONFLICT");
    finish(&shop, 1, &json!({"force": true})).await.expect(200);
    shop.staff(Method::DELETE, "/api/admin/tables/1").send().await.expect(204);
    shop.table(Method::GET, "/api/orders").send().await.refused(401, "AUTH_ERROR");
}

#[actix_web::test]
async fn finishing_names_open_orders_unless_it_is_forced() {
    let shop = Shop::open().await;
    finish(&shop, 1, &json!({})).await.refused(409, "CONFLICT");
    finish(&shop, 99, &json!({})).await.refused(404, "NOT_FOUND");
    let (open, done) = (shop.order_stew(1).await, shop.order_stew(1).await);
    let status = format!("/api/admin/orders/{}/status", done["id"]);
    shop.staff(Method::PATCH, &status).json(&json!({"status": "completed"})).send().await.expect(200);
    let problem = finish(&shop, 1, &json!({})).await.refused(409, "OPEN_ORDERS");
    assert_eq!(problem["orders"].as_array().map(Vec::len), Some(1));
    assert_eq!(problem["orders"][0]["id"], open["id"]);
    let without_body = shop.staff(Method::POST, "/api/admin/tables/1/complete").send().await;
    without_body.refused(409, "OPEN_ORDERS");
    let keyed = || shop.staff(Method::POST, "/api/admin/tables/1/complete").key("f").json(&json!({"force": true}));
    let finished = keyed().send().await.expect(200);
    let session = &finished["session"];
    assert_eq!(
        (&session["id"], &session["total"], &session["order_count"]),
        (&open["session_id"], &json!(18_000), &json!(2))
    );
    assert_eq!((&session["completed_by"], &session["forced"]), (&json!("owner"), &json!(true)));
    assert_eq!(keyed().send().await.expect(200), finished, "a repeat gives the first answer");
    let tables = shop.staff(Method::GET, "/api/admin/tables").send().await.expect(200);
    assert_eq!((&tables["tables"][0]["total"], &tables["tables"][0]["session"]), (&json!(0), &Value::Null));
}

#[actix_web::test]
async fn history_is_complete_at_once_newest_first_by_table_and_day() {
    let shop = Shop::open().await;
    let mut sessions = Vec::new();
    for table in [1, 2, 1, 1] {
        let order = shop.order_stew(usize::try_from(table).expect("fits")).await;
        let finished = finish(&shop, table, &json!({"force": true})).await.expect(200);
        sessions.push((finished["session"].clone(), order));
    }
    let all = history(&shop, "/api/admin/history").await;
    let ids = |page: &Value| -> Vec<Value> {
        page["sessions"].as_array().expect("sessions").iter().map(|session| session["id"].clone()).collect()
    };
    assert_eq!(ids(&all), [json!(4), json!(3), json!(2), json!(1)]);
    assert_eq!(all["next_cursor"], Value::Null);
    let newest = &all["sessions"][0];
    for member in ["id", "table", "started_at", "completed_at", "completed_by", "total"] {
        assert_eq!(newest[member], sessions[3].0[member], "{member}");
    }
    assert_eq!(
        (&newest["orders"][0]["id"], &newest["orders"][0]["number"]),
        (&sessions[3].1["id"], &sessions[3].1["number"])
    );
    assert_eq!(ids(&history(&shop, "/api/admin/tables/1/history").await), [json!(4), json!(3), json!(1)]);
    let today = newest["business_day"].as_str().expect("a day").to_owned();
    let on = |from: &str, to: &str| format!("/api/admin/history?date_from={from}&date_to={to}");
    assert_eq!(ids(&history(&shop, &on(&today, &today)).await).len(), 4);
    assert_eq!(ids(&history(&shop, &on("2020-01-01", "2020-12-31")).await), [Value::Null; 0]);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = history(&shop, &format!("/api/admin/history?limit=1{cursor}")).await;
        seen.extend(ids(&page));
        shop.order_stew(2).await;
        finish(&shop, 2, &json!({"force": true})).await.expect(200);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [json!(4), json!(3), json!(2), json!(1)]);
    for bad in [
        "date_from=2026-02-30",
        "date_to=tomorrow",
        "date_from=",
        "date_from=2026-11-20&date_to=2026-11-19",
        "limit=0",
        "cursor=x",
        "date_from=2026-11-20T00:00:00Z",
    ] {
        shop.staff(Method::GET, &format!("/api/admin/history?{bad}")).send().await.refused(400, "VALIDATION_ERROR");
    }
    shop.staff(Method::GET, "/api/admin/tables/99/history").send().await.refused(404, "NOT_FOUND");
}
