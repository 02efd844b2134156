//! A disk that loses the newest orders while the program is down, and a mirror that has them.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::program::{Place, Serving, get, post, post_with_key};

const STOP_LIMIT: Duration = Duration::from_secs(5);

/// The demo with a mirror; its address and what it said of itself.
fn demo(place: &Place) -> (Serving, String, Value) {
    let mut command = place.command(&["demo", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0", "--json"]);
    command.env("TABLEORDER_MIRROR_FOLDER", place.path("stick"));
    let serving = Serving::begin(command);
    let line: Value = serde_json::from_str(&serving.first_line).expect("one JSON line");
    let address = line["base_url"].as_str().expect("an address").to_owned();
    (serving, address, line)
}

/// Health, once the mirror holds everything or fails.
fn health_once(address: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let (_, health) = get(&format!("{address}/health"), "");
        if is_so(&health) {
            return health;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{health}");
        std::thread::yield_now();
    }
}

fn is_mirrored(health: &Value) -> bool {
    let store = &health["stores"]["demo"];
    store["mirrored_seq"] == store["durable_seq"]
}

#[test]
fn an_order_that_the_disk_lost_comes_back_from_the_mirror() {
    let place = Place::new();
    std::fs::create_dir(place.path("stick")).expect("made");
    let (serving, address, line) = demo(&place);
    // Without its mark the folder is only a place where nothing is mounted.
    let health = health_once(&address, |health| health["alerts"] != json!([]));
    assert_eq!((&health["status"], &health["alerts"][0]["code"]), (&json!("ok"), &json!("mirror_failed")));
    assert_eq!(std::fs::read_dir(place.path("stick")).expect("read").count(), 0);
    place.write("stick/tableorder-mirror", "");

    let table = &line["tables"][0];
    let login = json!({"store": line["store"], "table_number": table["number"], "password": table["password"]});
    let (status, answer) = post(&format!("{address}/api/auth/table/login"), &login);
    assert_eq!(status, 200, "{answer}");
    let token = answer["access_token"].as_str().or(answer["token"].as_str()).expect("a token").to_owned();
    let (_, menu) = get(&format!("{address}/api/menus"), &token);
    let categories = menu["categories"].as_array().expect("categories").iter();
    let items = categories.flat_map(|category| category["items"].as_array().expect("items"));
    let is_plain = |item: &&Value| {
        let groups = item["option_groups"].as_array().expect("groups");
        item["available"] == true && item["remaining"].is_null() && groups.iter().all(|group| group["min"] == 0)
    };
    let item = items.filter(is_plain).find_map(|item| item["id"].as_u64()).expect("a dish");
    let order = json!({"items": [{"menu_id": item, "quantity": 2, "options": []}]});
    let (status, ordered) = post_with_key(&format!("{address}/api/orders"), &token, "the-last-order", &order);
    assert_eq!(status, 201, "{ordered}");
    health_once(&address, |health| is_mirrored(health) && health["alerts"] == json!([]));
    assert!(serving.end_with(Signal::KILL, STOP_LIMIT).is_some());

    let folder = place.data().join("stores/demo/journal");
    let segments = std::fs::read_dir(&folder).expect("read").map(|entry| entry.expect("entry").path());
    let newest = segments.filter(|file| file.extension().is_some_and(|kind| kind == "journal")).max().expect("one");
    let whole = std::fs::read(&newest).expect("read");
    std::fs::write(&newest, vec![0; whole.len()]).expect("written");

    let (_serving, address, _) = demo(&place);
    let (status, repeated) = post_with_key(&format!("{address}/api/orders"), &token, "the-last-order", &order);
    assert_eq!(status, 200, "the key is known: {repeated}");
    assert_eq!(repeated, ordered);
    let health = health_once(&address, is_mirrored);
    assert_eq!((&health["status"], &health["alerts"]), (&json!("ok"), &json!([])));
    let notes = health["notes"].as_array().expect("notes");
    assert!(notes.iter().filter_map(Value::as_str).any(|note| note.contains("from the mirror")), "{health}");
    let verified = place.run(&["verify", "--data-dir", "DATA"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}
