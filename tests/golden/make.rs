//! Makes the golden folder of a release: a small shop that went through everything a restaurant does, a kill and clean
//! stops included. It needs nothing but the program and its HTTP API, so that the program of any release can make its own.

use std::path::Path;
use std::time::SystemTime;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::questions;
use super::server::Server;

pub const STORE: &str = "moon";
pub const PASSWORD: &str = "correct horse";

struct Shop<'a> {
    program: &'a Path,
    folder: &'a Path,
    offset_file: &'a Path,
    server: Option<Server>,
    staff: String,
}

impl Shop<'_> {
    fn start(&mut self) {
        self.server = Some(Server::start(self.program, self.folder, self.offset_file));
    }

    fn end(&mut self, signal: Signal) {
        self.server.take().expect("it serves").end(signal);
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("it serves")
    }

    fn make(&self, path: &str, body: &Value) -> u64 {
        let (status, made) = self.server().post(path, &self.staff, None, body);
        assert!(matches!(status, 200 | 201), "{path}: {made}");
        made["id"].as_u64().unwrap_or_default()
    }

    fn order(&self, tablet: &str, key: &str, items: &Value, note: Option<&str>) -> u64 {
        let (status, order) =
            self.server().post("/api/orders", tablet, Some(key), &json!({"items": items, "note": note}));
        assert_eq!(status, 201, "{order}");
        order["id"].as_u64().expect("an id")
    }

    fn set(&self, order: u64, status: &str, reason: Option<&str>) {
        let mut body = json!({"status": status});
        if let Some(reason) = reason {
            body["reason"] = json!(reason);
        }
        let (code, answer) = self.server().patch(&format!("/api/admin/orders/{order}/status"), &self.staff, &body);
        assert_eq!(code, 200, "{answer}");
    }

    fn check_identity(&self, order: u64, passed: bool) {
        let path = format!("/api/admin/orders/{order}/identity");
        let (code, answer) = self.server().patch(&path, &self.staff, &json!({"passed": passed}));
        assert_eq!(code, 200, "{answer}");
    }

    fn pair(&self, number: u64) -> Value {
        let login = json!({"store": STORE, "table_number": number, "password": "table1234"});
        self.server().login("/api/auth/table/login", &login)
    }
}

fn token(login: &Value) -> &str {
    login["token"].as_str().expect("a token")
}

/// Lets `program` make a shop in `folder`, and says what its answers are. The folder is left as a clean stop leaves it.
pub fn shop(program: &Path, folder: &Path, offset_file: &Path) -> Value {
    std::fs::write(offset_file, "0").expect("written");
    let mut shop = Shop { program, folder, offset_file, server: None, staff: String::new() };
    shop.start();
    let code = shop.server.as_mut().expect("it serves").setup_code();
    let setup =
        json!({"code": code, "store": STORE, "store_name": "둥근달 식당", "username": "owner", "password": PASSWORD});
    assert_eq!(shop.server().post("/api/setup", "", None, &setup).0, 201);
    let login = json!({"store": STORE, "username": "owner", "password": PASSWORD});
    let login = shop.server().login("/api/auth/admin/login", &login);
    token(&login).clone_into(&mut shop.staff);

    let tables: Vec<u64> = (1..=4)
        .map(|number| {
            let label = (number == 4).then_some("창가");
            shop.make(
                "/api/admin/tables",
                &json!({"number": number, "password": "table1234", "label": label, "seats": 4}),
            )
        })
        .collect();
    let meals = shop.make("/api/admin/categories", &json!({"name": "식사", "names": {"en": "Meals"}}));
    let drinks = shop.make("/api/admin/categories", &json!({"name": "음료"}));
    let stew = shop.make(
        "/api/admin/menus",
        &json!({"name": "김치찌개", "names": {"en": "Kimchi stew"}, "price": 9_000, "category_id": meals,
            "description": "돼지 앞다리살", "origin": "돼지고기 국내산", "allergens": ["pork", "soy"], "badges": ["popular"],
            "option_groups": [
                {"name": "맵기", "min": 1, "max": 1, "options": [{"name": "순한맛", "price_delta": 0}, {"name": "매운맛", "price_delta": 0}]},
                {"name": "사리", "min": 0, "max": 2, "options": [{"name": "라면", "price_delta": 1_000}, {"name": "두부", "price_delta": 1_500}]}]}),
    );
    let cola = shop.make("/api/admin/menus", &json!({"name": "콜라", "price": 2_000, "category_id": drinks}));
    let soup = shop.make("/api/admin/menus", &json!({"name": "갈비탕", "price": 15_000, "category_id": meals}));
    let beer =
        shop.make("/api/admin/menus", &json!({"name": "맥주", "price": 5_000, "category_id": drinks, "alcohol": true}));
    let soju =
        shop.make("/api/admin/menus", &json!({"name": "소주", "price": 5_500, "category_id": drinks, "alcohol": true}));
    for (item, availability) in [
        (soup, json!({"available": true, "remaining": 3, "until": null})),
        (beer, json!({"available": false, "remaining": null, "until": "day_end"})),
    ] {
        let (status, answer) =
            shop.server().put(&format!("/api/admin/menus/{item}/availability"), &shop.staff, &availability);
        assert_eq!(status, 200, "{answer}");
    }

    let menu = shop.server().get("/api/menus", &shop.staff);
    let groups = menu["categories"][0]["items"][0]["option_groups"].as_array().expect("groups").clone();
    let option = |group: usize, place: usize| groups[group]["options"][place]["id"].clone();
    let stew_line = |quantity: u64| json!({"menu_id": stew, "quantity": quantity, "options": [option(0, 1), option(1, 0)], "note": "덜 짜게"});
    let cola_line = |quantity: u64| json!({"menu_id": cola, "quantity": quantity, "options": []});
    let soju_line = |quantity: u64| json!({"menu_id": soju, "quantity": quantity, "options": []});

    // Table 1: every status an order can have.
    let first = shop.pair(1);
    let orders: Vec<u64> = (1..=6)
        .map(|n| {
            shop.order(token(&first), &format!("first-{n}"), &json!([stew_line(n), cola_line(1)]), Some("물 먼저"))
        })
        .collect();
    shop.set(orders[1], "preparing", None);
    shop.set(orders[2], "preparing", None);
    shop.set(orders[2], "completed", None);
    shop.set(orders[3], "cancelled", Some("재료 소진"));
    assert_eq!(shop.server().delete(&format!("/api/admin/orders/{}", orders[4]), &shop.staff), 204);
    let call = shop.server().post("/api/calls", token(&first), None, &json!({"kind": "water"})).1;
    shop.server().post("/api/calls", token(&first), None, &json!({"kind": "bill", "note": "카드"}));
    shop.make(&format!("/api/admin/calls/{}/resolve", call["id"]), &json!({}));

    // Table 2: a finished party and the next one.
    let second = shop.pair(2);
    shop.order(token(&second), "second-1", &json!([cola_line(4)]), None);
    let eaten = shop.order(token(&second), "second-2", &json!([{"menu_id": soup, "quantity": 2, "options": []}]), None);
    shop.set(eaten, "completed", None);
    let young = shop.order(token(&second), "second-soju", &json!([cola_line(1), soju_line(2)]), None);
    shop.check_identity(young, false);
    shop.make(&format!("/api/admin/tables/{}/complete", tables[1]), &json!({"force": true}));
    shop.order(token(&second), "second-3", &json!([cola_line(2)]), None);

    // What stood in the last batch when the power went is written once more by the next start, in a generation of its own.
    shop.end(Signal::KILL);
    shop.start();
    let third = shop.pair(3);
    shop.order(token(&third), "third-1", &json!([stew_line(2)]), None);
    let grown = shop.order(token(&third), "third-soju", &json!([soju_line(1)]), None);
    shop.check_identity(grown, true);
    shop.order(token(&second), "second-waits", &json!([soju_line(1)]), None);
    shop.end(Signal::TERM);
    shop.start();
    let taken = shop.order(token(&third), "third-2", &json!([cola_line(99)]), None);
    shop.set(taken, "completed", None);
    shop.make(&format!("/api/admin/tables/{}/complete", tables[2]), &json!({"force": true}));
    shop.end(Signal::TERM);

    let made_at_ms = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_millis();
    let tablets: Vec<_> = [&first, &second, &third].map(|login| login["device_token"].clone()).to_vec();
    json!({
        "made_by": env!("CARGO_PKG_VERSION"),
        "made_at_ms": u64::try_from(made_at_ms).expect("a date"),
        "tablets": tablets,
        "known_key": {"tablet": 0, "key": "first-1", "items": [stew_line(1), cola_line(1)], "note": "물 먼저"},
        "new_order": [stew_line(1)],
    })
}

/// Adds the answers of the program to what is expected, from a copy of the folder.
pub fn with_answers(program: &Path, copy: &Path, offset_file: &Path, mut expected: Value) -> Value {
    let server = Server::start(program, copy, offset_file);
    expected["answers"] = Value::Object(questions::ask(&server, &expected));
    server.end(Signal::TERM);
    expected
}
