//! Backups, restores and exports with the real program: while orders flow, killed in the middle, and by the clock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::STOP_LIMIT;
use crate::program::{Place, Serving, get, post, post_with_key};

/// A served shop with two tables and one dish.
pub struct Shop {
    pub serving: Serving,
    pub tablets: Vec<String>,
    pub staff: String,
}

impl Shop {
    pub fn open(place: &Place, serving: Serving) -> Self {
        let base = serving.base_url().to_owned();
        let code = place.run(&["setup-link", "--data-dir", "DATA", "--json"]).json()["code"].clone();
        let setup = json!({"code": code, "store": "moon", "store_name": "둥근달", "username": "dal", "password": "correct horse"});
        assert_eq!(post(&format!("{base}/api/setup"), &setup).0, 201);
        let staff = staff(&base);
        let make = |path: &str, body: Value| {
            let (status, made) = post_with_key(
                &format!("{base}/api/admin/{path}"),
                &staff,
                &format!("{path}-{}", body["number"]),
                &body,
            );
            assert_eq!(status, 201, "{made}");
            made["id"].clone()
        };
        let category = make("categories", json!({"name": "식사"}));
        make("menus", json!({"name": "김치찌개", "price": 9_000, "category_id": category}));
        let tablets = (1..=2).map(|number| {
            make("tables", json!({"number": number, "password": "table1234"}));
            let login = json!({"store": "moon", "table_number": number, "password": "table1234"});
            post(&format!("{base}/api/auth/table/login"), &login).1["token"].as_str().expect("a token").to_owned()
        });
        Self { tablets: tablets.collect(), serving, staff }
    }

    pub fn order(&self, table: usize, key: &str) -> Value {
        order(self.serving.base_url(), &self.tablets[table], key)
    }
}

fn order(base: &str, tablet: &str, key: &str) -> Value {
    let body = json!({"items": [{"menu_id": 1, "quantity": 1, "options": []}]});
    let (status, order) = post_with_key(&format!("{base}/api/orders"), tablet, key, &body);
    assert!(matches!(status, 200 | 201), "{order}");
    order
}

fn staff(base: &str) -> String {
    let login = json!({"store": "moon", "username": "dal", "password": "correct horse"});
    let (status, login) = post(&format!("{base}/api/auth/admin/login"), &login);
    assert_eq!(status, 200, "{login}");
    login["token"].as_str().expect("a token").to_owned()
}

pub fn serve(place: &Place, folder: &Path) -> Serving {
    let mut command = place.command(&["serve", "--bind", "127.0.0.1", "--port", "0"]);
    command.arg("--data-dir").arg(folder).env("TABLEORDER_LIMITS_TABLE_REQUESTS_PER_MINUTE", "0");
    Serving::begin(command)
}

/// Every order of running sessions, by key.
fn orders(base: &str, staff: &str) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let (status, page) = get(&format!("{base}/api/admin/orders?limit=500{cursor}"), staff);
        assert_eq!(status, 200, "{page}");
        for order in page["orders"].as_array().expect("orders") {
            found.entry(order["key"].as_str().expect("a key").to_owned()).or_default().push(order.clone());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

fn export(place: &Place, folder: &Path) -> Vec<u8> {
    let mut command = place.command(&["export"]);
    let output = command.arg("--data-dir").arg(folder).output().expect("started");
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

#[test]
fn every_order_acknowledged_before_a_backup_began_is_in_it_once_while_orders_flow_on() {
    let place = Place::new();
    let shop = Shop::open(&place, serve(&place, &place.data()));
    let acknowledged: Arc<Mutex<BTreeMap<String, Value>>> = Arc::default();
    let stop = Arc::new(AtomicBool::new(false));
    let guests: Vec<_> = (0..4)
        .map(|guest| {
            let (base, tablet) = (shop.serving.base_url().to_owned(), shop.tablets[guest % 2].clone());
            let (acknowledged, stop) = (Arc::clone(&acknowledged), Arc::clone(&stop));
            std::thread::spawn(move || {
                for n in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let key = format!("guest-{guest}-{n}");
                    let order = order(&base, &tablet, &key);
                    acknowledged.lock().expect("no guest panics").insert(key, order);
                }
            })
        })
        .collect();
    let enough = |count: usize| {
        let begin = Instant::now();
        while acknowledged.lock().expect("no guest panics").len() < count {
            assert!(begin.elapsed() < Duration::from_secs(30), "orders flow");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    let mut archives = Vec::new();
    for round in 1..=3 {
        enough(round * 150);
        let before = acknowledged.lock().expect("no guest panics").clone();
        let made = place.run(&["backup", "--data-dir", "DATA", "--json"]);
        assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""), "{made:?}");
        archives.push((before, PathBuf::from(made.json()["file"].as_str().expect("a file"))));
    }
    stop.store(true, Ordering::Relaxed);
    for guest in guests {
        guest.join().expect("every order was answered");
    }
    let (status, health) = get(&format!("{}/health", shop.serving.base_url()), "");
    assert_eq!(status, 200, "{health}");

    for (round, (before, archive)) in archives.iter().enumerate() {
        assert!(archive.exists() || round < 2, "of one day the newest stays");
        if !archive.exists() {
            continue;
        }
        let folder = place.path(&format!("restored-{round}"));
        let mut command = place.command(&["restore", "--json"]);
        let restored = command.arg(archive).arg("--data-dir").arg(&folder).output().expect("started");
        assert!(restored.status.success(), "{restored:?}");
        let serving = serve(&place, &folder);
        let found = orders(serving.base_url(), &staff(serving.base_url()));
        assert!(before.len() >= 150);
        for (key, order) in before {
            let copies = found.get(key).map_or(&[][..], Vec::as_slice);
            assert_eq!(copies.len(), 1, "{key}");
            for field in ["id", "number", "total", "items", "created_at"] {
                assert_eq!(copies[0][field], order[field], "{key}");
            }
        }
        let mut numbers: Vec<_> = found.values().flatten().map(|order| order["number"].to_string()).collect();
        let count = numbers.len();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), count, "no number twice");
        let sync = get(&format!("{}/api/sync", serving.base_url()), &staff(serving.base_url())).1;
        let lineage = get(&format!("{}/api/sync", shop.serving.base_url()), &shop.staff).1;
        assert_ne!(sync["snapshot"]["lineage"], lineage["snapshot"]["lineage"], "another history");
    }
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_or_the_new_data_whole() {
    let place = Place::new();
    let shop = Shop::open(&place, place.serve());
    shop.order(0, "before");
    let archive = place.path("backup.tar.gz");
    let made = place.command(&["backup", "--data-dir", "DATA", "--to"]).arg(&archive).output().expect("started");
    assert!(made.status.success(), "{made:?}");
    let new = export(&place, &place.data());
    shop.order(1, "after");
    assert!(shop.serving.end_with(Signal::TERM, STOP_LIMIT).is_some());
    let old = export(&place, &place.data());
    assert_ne!(old, new);

    let (mut olds, mut news) = (0, 0);
    let mut delay = Duration::ZERO;
    while news < 3 {
        let folder = place.path("killed");
        let _ = std::fs::remove_dir_all(&folder);
        copy(&place.data(), &folder);
        let mut command = place.command(&["restore"]);
        let command = command.arg(&archive).arg("--data-dir").arg(&folder).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::null()).spawn().expect("started");
        std::thread::sleep(delay);
        child.kill().expect("killed");
        child.wait().expect("ended");
        // The next start, or another restore, finishes or takes back what was begun.
        let serving = serve(&place, &folder);
        assert!(serving.end_with(Signal::TERM, STOP_LIMIT).is_some_and(|status| status.success()));
        let verified = place.command(&["verify", "--data-dir"]).arg(&folder).output().expect("started");
        assert!(verified.status.success(), "after {delay:?}: {verified:?}");
        let found = export(&place, &folder);
        assert!(found == old || found == new, "after {delay:?} it is neither");
        if found == old {
            olds += 1;
        } else {
            news += 1;
        }
        delay += Duration::from_millis(4);
        assert!(delay < Duration::from_secs(20), "a restore ends");
    }
    assert!(olds > 0, "killed at once, the old data stays");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("read") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
        }
    }
}

#[test]
fn a_backup_is_made_by_itself_when_the_business_day_has_ended_and_copied_to_the_second_place() {
    let place = Place::new();
    let (offset, usb) = (place.write("offset", "0"), place.path("usb"));
    std::fs::create_dir(&usb).expect("made");
    let mut command = place.command(&["serve", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0"]);
    command.env("TABLEORDER_CLOCK_OFFSET_FILE", &offset).env("TABLEORDER_BACKUP_FOLDER", &usb);
    let shop = Shop::open(&place, Serving::begin(command));
    let archives = |folder: &Path| {
        let names = std::fs::read_dir(folder).expect("read").map(|entry| entry.expect("an entry").path());
        let mut archives: Vec<_> = names.filter(|file| file.to_string_lossy().ends_with(".tar.gz")).collect();
        archives.sort();
        archives
    };
    let own = place.data().join("backups");
    let wait_for = |day: i64, count: usize| {
        std::fs::write(&offset, (day * 86_400_000).to_string()).expect("written");
        let begin = Instant::now();
        while archives(&usb).len() < count {
            assert!(begin.elapsed() < Duration::from_secs(30), "day {day}: {:?}", archives(&own));
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!((archives(&own).len(), archives(&usb).len()), (count, count), "day {day}");
    };
    for day in 1..=3 {
        wait_for(day, usize::try_from(day).expect("small"));
    }
    let health = get(&format!("{}/health", shop.serving.base_url()), "").1;
    let notes = health["notes"].to_string();
    assert!(notes.contains("the newest backup was made at"), "{health}");
    assert!(!health["alerts"].to_string().contains("backup_failed"), "{health}");

    std::fs::remove_dir_all(&usb).expect("unplugged");
    std::fs::write(&offset, (4 * 86_400_000_i64).to_string()).expect("written");
    let begin = Instant::now();
    loop {
        let health = get(&format!("{}/health", shop.serving.base_url()), "").1;
        let told = health["alerts"].as_array().expect("alerts").iter().any(|alert| {
            alert["code"] == "backup_failed" && alert["text"].as_str().is_some_and(|text| text.contains("plugged in"))
        });
        if told {
            assert_eq!(health["status"], "ok", "orders go on");
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "{health}");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(archives(&own).len(), 4, "the first place has it all the same");
}

#[test]
fn commands_say_what_is_wrong_and_end_with_the_code_of_the_contract() {
    let place = Place::new();
    drop(place.serve());
    let nothing = place.run(&["backup", "--data-dir", "DATA"]);
    assert_eq!(nothing.code, Some(1), "{nothing:?}");
    assert!(nothing.stderr.contains("nothing to back up yet"), "{nothing:?}");
    assert_eq!(place.run(&["export", "--data-dir", "DATA"]).code, Some(1));
    assert_eq!(place.run(&["backup", "--data-dir", "nowhere"]).code, Some(1));

    let shop = Shop::open(&place, place.serve());
    shop.order(0, "one");
    let made = place.run(&["backup", "--data-dir", "DATA", "--to", "backup.tar.gz", "--json"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let again = place.run(&["backup", "--data-dir", "DATA", "--to", "backup.tar.gz"]);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stderr.contains("exists already"), "{again:?}");
    let in_use = place.run(&["restore", "backup.tar.gz", "--data-dir", "DATA"]);
    assert_eq!(in_use.code, Some(1), "{in_use:?}");
    assert!(in_use.stderr.contains("in use by another tableorder"), "{in_use:?}");
    assert_eq!(place.run(&["restore", "nowhere.tar.gz", "--data-dir", "DATA"]).code, Some(1));

    let exported = place.run(&["export", "--data-dir", "DATA", "--to", "moon.jsonl", "--json"]);
    assert_eq!(exported.json()["store"], "moon", "{exported:?}");
    let into_use = place.run(&["import", "moon.jsonl", "--data-dir", "DATA"]);
    assert_eq!(into_use.code, Some(1), "{into_use:?}");
    let imported = place.run(&["import", "moon.jsonl", "--data-dir", "other", "--json"]);
    assert_eq!(imported.json()["store"], "moon", "{imported:?}");
    assert_eq!(export(&place, &place.path("other")), std::fs::read(place.path("moon.jsonl")).expect("read"));
    assert_eq!(place.run(&["import", "moon.jsonl", "--data-dir", "other"]).code, Some(1), "it is there");

    let mut bytes = std::fs::read(place.path("backup.tar.gz")).expect("read");
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    std::fs::write(place.path("damaged.tar.gz"), bytes).expect("written");
    assert!(shop.serving.end_with(Signal::TERM, STOP_LIMIT).is_some());
    let damaged = place.run(&["restore", "damaged.tar.gz", "--data-dir", "DATA"]);
    assert_eq!(damaged.code, Some(3), "{damaged:?}");
    assert!(damaged.stderr.contains("nothing was changed"), "{damaged:?}");
    let demo = place.run(&["restore", "backup.tar.gz", "--data-dir", "new", "--json"]);
    assert_eq!(demo.json()["stores"][0]["store"], "moon", "{demo:?}");
    let refused = place.run(&["demo", "--data-dir", "new", "--port", "0"]);
    assert_eq!(refused.code, Some(1), "a shop's backup makes a shop's folder: {refused:?}");
}
