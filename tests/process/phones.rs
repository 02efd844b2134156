//! A guest's own phone across sudden ends of the program: it stays in as long as its visit runs, and no longer.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::program::{Place, Serving, get, post, post_with_key};

const STOP_LIMIT: Duration = Duration::from_secs(5);

/// The demo, its address and what it said of itself.
fn demo(place: &Place) -> (Serving, String, Value) {
    let command = place.command(&["demo", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0", "--json"]);
    let serving = Serving::begin(command);
    let line: Value = serde_json::from_str(&serving.first_line).expect("one JSON line");
    let address = line["base_url"].as_str().expect("an address").to_owned();
    (serving, address, line)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[test]
fn a_phone_stays_in_through_kill_9_and_is_out_for_good_once_its_table_is_finished() {
    let place = Place::new();
    let (serving, address, access) = demo(&place);
    let password = &access["tables"][11]["password"];
    let login = json!({"store": "demo", "table_number": 12, "password": password});
    let (status, tablet) = post(&format!("{address}/api/auth/table/login"), &login);
    assert_eq!(status, 200, "{tablet}");
    let (tablet, table) = (text(&tablet["token"]), tablet["table"]["id"].clone());
    let owner = json!({"store": "demo", "username": access["username"], "password": access["password"]});
    let (status, owner) = post(&format!("{address}/api/auth/admin/login"), &owner);
    assert_eq!(status, 200, "{owner}");
    let owner = text(&owner["token"]);
    let shown = |address: &str| {
        let (status, shown) = get(&format!("{address}/api/phone"), &tablet);
        assert_eq!(status, 200, "{shown}");
        shown
    };
    let key = |shown: &Value| text(&shown["url"]).split_once("/#v=").expect("a link").1.to_owned();
    let before = shown(&address);
    assert!(text(&before["qr"]).starts_with("<svg "), "{before}");
    let (status, phone) = post(&format!("{address}/api/auth/phone/login"), &json!({"key": key(&before)}));
    assert_eq!(status, 200, "{phone}");
    let phone = text(&phone["token"]);
    let (_, menu) = get(&format!("{address}/api/menus"), &phone);
    let plain = |item: &&Value| item["available"] == true && item["option_groups"] == json!([]);
    let items = menu["categories"].as_array().expect("categories").iter().filter_map(|one| one["items"].as_array());
    let dish = items.flatten().find(plain).expect("something to order");
    let basket = json!({"items": [{"menu_id": dish["id"], "quantity": 1, "options": []}]});
    let (status, order) = post_with_key(&format!("{address}/api/orders"), &phone, "by-phone", &basket);
    assert_eq!(status, 201, "{order}");
    let before = shown(&address);
    assert!(serving.end_with(Signal::KILL, STOP_LIMIT).is_some());

    let (serving, address, _) = demo(&place);
    let (status, orders) = get(&format!("{address}/api/orders"), &phone);
    assert_eq!((status, &orders["session"]["id"]), (200, &order["session_id"]));
    assert_eq!(post_with_key(&format!("{address}/api/orders"), &phone, "by-phone", &basket), (200, order.clone()));
    assert_eq!(shown(&address)["code"], before["code"], "the visit goes on");
    let finish = format!("{address}/api/admin/tables/{table}/complete");
    let (status, finished) = post_with_key(&finish, &owner, "finish", &json!({"force": true}));
    assert_eq!(status, 200, "{finished}");
    assert_eq!(get(&format!("{address}/api/orders"), &phone).0, 401);
    assert!(serving.end_with(Signal::KILL, STOP_LIMIT).is_some());

    let (_serving, address, _) = demo(&place);
    assert_eq!(get(&format!("{address}/api/orders"), &phone).0, 401);
    assert_eq!(post_with_key(&format!("{address}/api/orders"), &phone, "late", &basket).0, 401);
    let (status, refused) = post(&format!("{address}/api/auth/phone/login"), &json!({"key": key(&before)}));
    assert_eq!((status, &refused["reason"]), (403, &json!("visit_over")));
    let now = shown(&address);
    assert_ne!((&now["code"], key(&now)), (&before["code"], key(&before)));
    assert_eq!(post(&format!("{address}/api/auth/phone/login"), &json!({"key": key(&now)})).0, 200);
}
