//! The restaurant that every run begins with: made once through the API, copied for each run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::client::{Client, Login};
use super::program::Program;
use super::run::scratch;

pub const TABLES: u64 = 6;

/// A data folder with an owner, tables and a menu, and the tokens to use it.
#[derive(Clone)]
pub struct Shop {
    pub folder: PathBuf,
    pub staff_token: String,
    /// By table number less one.
    pub table_tokens: Vec<String>,
    /// By table number less one.
    pub table_ids: Vec<u64>,
    pub menu: Vec<u64>,
    /// A menu item of which each option may be chosen, and the options.
    pub with_options: (u64, Vec<u64>),
}

impl Shop {
    /// The shop of a time zone.
    pub fn of_zone(zone: &str) -> Self {
        static MADE: Mutex<BTreeMap<String, Shop>> = Mutex::new(BTreeMap::new());
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(zone.to_owned()).or_insert_with(|| Self::make(zone)).clone()
    }

    fn make(zone: &str) -> Self {
        remove_shops_of_earlier_runs();
        let folder = scratch().join(format!("shop-{}-{}", std::process::id(), zone.replace('/', "-")));
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut program = Program::new(&folder.join("data"), &folder.join("log"));
        program.set("TABLEORDER_STORE_TIME_ZONE", zone);
        program.start();
        let link = setup_link(&program);
        let mut owner = Client::new(program.port(), Login::Staff, String::new());
        let setup = json!({"code": link["code"], "store": "shop", "store_name": "둥근달", "username": "owner", "password": "correct horse"});
        made(&mut owner, "/api/setup", &setup);
        assert!(owner.log_in(), "the owner logs in");
        let table = |number| json!({"number": number, "password": "table pass"});
        let tables: Vec<_> = (1..=TABLES).map(|number| made(&mut owner, "/api/admin/tables", &table(number))).collect();
        let category = made(&mut owner, "/api/admin/categories", &json!({"name": "밥"}));
        let dish = |name: &str, price: u64| json!({"name": name, "price": price, "category_id": category["id"]});
        let mut dishes = Vec::new();
        for (name, price) in [("비빔밥", 9_000), ("김치찌개", 8_500), ("서비스", 0), ("갈비탕", 14_000)] {
            dishes.push(made(&mut owner, "/api/admin/menus", &dish(name, price)));
        }
        let mut alcohol = dish("소주", 5_000);
        alcohol["alcohol"] = true.into();
        dishes.push(made(&mut owner, "/api/admin/menus", &alcohol));
        let mut with_options = dish("냉면", 11_000);
        with_options["option_groups"] = json!([{"name": "추가", "min": 0, "max": 2, "options": [
            {"name": "곱빼기", "price_delta": 2_000}, {"name": "계란", "price_delta": 500}]}]);
        let with_options = made(&mut owner, "/api/admin/menus", &with_options);
        let id = |value: &Value| value["id"].as_u64().expect("an id");
        let options = with_options["option_groups"][0]["options"].as_array().expect("options");
        let table_tokens = (1..=TABLES).map(|number| {
            let mut tablet = Client::new(program.port(), Login::Table(number), String::new());
            assert!(tablet.log_in(), "the tablet logs in");
            tablet.token
        });
        let shop = Self {
            folder: folder.join("data"),
            staff_token: owner.token.clone(),
            table_tokens: table_tokens.collect(),
            table_ids: tables.iter().map(id).collect(),
            menu: dishes.iter().map(id).collect(),
            with_options: (id(&with_options), options.iter().map(id).collect()),
        };
        program.stop();
        shop
    }
}

/// A code for making the store. The program makes one of its own at this moment; where the two meet, one of them fails.
fn setup_link(program: &Program) -> Value {
    let ask = || program.command(&["setup-link", "--json"]).output().expect("it runs");
    let mut link = ask();
    for _ in 0..5 {
        if link.status.success() {
            break;
        }
        link = ask();
    }
    serde_json::from_slice(&link.stdout).unwrap_or_else(|error| panic!("no setup link: {error}: {link:?}"))
}

fn made(client: &mut Client, path: &str, body: &Value) -> Value {
    let (status, answer) = client.ask("POST", path, None, Some(body)).expect("an answer");
    assert_eq!(status, 201, "{path}: {answer}");
    answer
}

/// Shops are shared by the tests of a process, so that none of these may remove its own.
fn remove_shops_of_earlier_runs() {
    for entry in std::fs::read_dir(scratch()).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix("shop-").and_then(|rest| rest.split('-').next());
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (path, name) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &name);
        } else {
            std::fs::copy(&path, &name).expect("a copy");
        }
    }
}
