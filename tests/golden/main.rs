//! A data folder that a release wrote is opened by every later one. Each `format-…` folder here was made by the release
//! that began that format: its data, and in `expected.json` what its pages were answered.
//!
//! A release that begins a format adds its own: `WRITE_GOLDEN=format-3 cargo test --test golden`, with
//! `GOLDEN_PROGRAM=FILE` to let another program make it. Existing ones are never written again.

mod folder;
mod make;
mod questions;
mod server;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use rustix::process::Signal;
use serde_json::{Value, json};
use server::Server;

fn program() -> PathBuf {
    std::env::var_os("GOLDEN_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_tableorder").into(), PathBuf::from)
}

#[test]
fn the_golden_folder_of_a_release_can_be_made() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, copy, offset_file) = (place.path().join("data"), place.path().join("copy"), place.path().join("offset"));
    let expected = make::shop(&program(), &data, &offset_file);
    let golden = match std::env::var("WRITE_GOLDEN") {
        Ok(name) => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name),
        Err(_) => place.path().join("golden"),
    };
    assert!(!golden.exists(), "{} stays as it is for ever", golden.display());
    folder::pack(&data, &golden.join("data"));
    folder::unpack(&golden.join("data"), &copy);
    let expected = make::with_answers(&program(), &copy, &offset_file, expected);
    let text = serde_json::to_string_pretty(&expected).expect("JSON");
    std::fs::write(golden.join("expected.json"), text + "\n").expect("written");
    check(&golden);
}

#[test]
fn every_golden_folder_opens_with_its_answers_and_goes_on() {
    let folders = folder::all();
    assert!(!folders.is_empty(), "the first release's is here");
    for golden in folders {
        check(&golden);
    }
}

/// Serves a copy at the time the folder was made, asks everything, orders on, and verifies it.
fn check(golden: &Path) {
    let name = golden.file_name().expect("a name").to_string_lossy();
    let expected: Value =
        serde_json::from_slice(&std::fs::read(golden.join("expected.json")).expect("read")).expect("JSON");
    let place = tempfile::tempdir().expect("a folder");
    let (data, offset_file) = (place.path().join("data"), place.path().join("offset"));
    folder::unpack(&golden.join("data"), &data);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_millis();
    let offset = expected["made_at_ms"].as_i64().expect("a time") - i64::try_from(now).expect("a date");
    std::fs::write(&offset_file, offset.to_string()).expect("written");

    let server = Server::start(&program(), &data, &offset_file);
    let answers = questions::ask(&server, &expected);
    for (question, answer) in expected["answers"].as_object().expect("answers") {
        let difference = questions::difference(answer, &answers[question], "");
        assert_eq!(difference, None, "{name}: {question}");
    }
    let known = &expected["known_key"];
    let tablet = questions::tablet(&server, &expected["tablets"][0]);
    let body = json!({"items": known["items"], "note": known["note"]});
    let (status, _) = server.post("/api/orders", &tablet, known["key"].as_str(), &body);
    assert_eq!(status, 200, "{name}: an order that was taken is not taken twice");
    let (status, order) =
        server.post("/api/orders", &tablet, Some("golden-new"), &json!({"items": expected["new_order"]}));
    assert_eq!(status, 201, "{name}: {order}");
    assert!(server.end(Signal::TERM).success(), "{name}");

    let server = Server::start(&program(), &data, &offset_file);
    let orders = server.get("/api/orders", &questions::tablet(&server, &expected["tablets"][0]));
    let numbers: Vec<_> = orders["orders"].as_array().expect("orders").iter().map(|order| &order["number"]).collect();
    assert_eq!(numbers.iter().filter(|number| ***number == order["number"]).count(), 1, "{name}: {numbers:?}");
    assert!(server.end(Signal::TERM).success(), "{name}");
    let verify = Command::new(program()).args(["verify", "--data-dir"]).arg(&data).output().expect("started");
    assert!(verify.status.success(), "{name}: {verify:?}");
}
