//! Exports of the golden shop, taken in again: byte for byte, or not at all.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::journal::{JournalCopy, LostRange};
use crate::ops::data_folder::{DataFolderVisit, Purpose};
use crate::ops::export;
use crate::ops::golden_shop::{Shop, content, moon, state};
use crate::ops::restore::restore;

fn exported(data: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    export::export(&DataFolderVisit::begin(data).expect("a data folder"), &moon(), &mut out).expect("exported");
    out
}

fn written(shop: &Shop, export: &[u8]) -> PathBuf {
    let file = shop.place.path().join("moon.jsonl");
    fs::write(&file, export).expect("written");
    file
}

#[test]
fn exported_imported_and_exported_again_it_is_the_same_to_the_byte() {
    let shop = Shop::new();
    let export = exported(&shop.data());
    let text = String::from_utf8(export.clone()).expect("UTF-8");
    assert!(text.starts_with(r#"{"tableorder_export":1,"#) && !text.contains("batch"), "{}", &text[..200]);
    assert_eq!(text.lines().last(), Some(r#"{"end":{"last_seq":45,"commits":39,"uploads":1}}"#));
    let elsewhere = shop.place.path().join("elsewhere");
    let imported = import(&written(&shop, &export), &elsewhere).expect("imported");
    assert_eq!((imported.last.last_seq, imported.store), (45, moon()));
    assert!(exported(&elsewhere) == export);
    let (before, lineage) = state(&shop.journal());
    let (after, new_lineage) = state(&elsewhere.join("stores/moon/journal"));
    assert!(after == before, "the same state");
    assert_ne!(new_lineage, lineage);
    assert_eq!(new_lineage.to_string(), imported.lineage);
    assert!(exported(&elsewhere) == export, "also after a start");
    assert!(!elsewhere.join(STAGING).exists());
}

#[test]
fn a_restored_backup_exports_the_same_bytes() {
    let shop = Shop::new();
    let export = exported(&shop.data());
    restore(&shop.backup(), &shop.data()).expect("restored");
    assert!(exported(&shop.data()) == export);
}

#[test]
fn a_folder_with_the_store_is_left_alone() {
    let shop = Shop::new();
    let file = written(&shop, &exported(&shop.data()));
    drop(DataFolder::open(&shop.data(), Purpose::Shop).expect("upgraded"));
    let before = content(&shop.data());
    let error = import(&file, &shop.data()).expect_err("it is there");
    assert!(matches!(error, StoreImportError::Exists(_)) && error.exit_code() == 1, "{error}");
    assert!(content(&shop.data()) == before);
}

#[test]
fn any_line_that_is_changed_missing_or_too_many_is_refused_and_no_store_appears() {
    let shop = Shop::new();
    let export = String::from_utf8(exported(&shop.data())).expect("UTF-8");
    let lines: Vec<&str> = export.lines().collect();
    let elsewhere = shop.place.path().join("elsewhere");
    drop(DataFolder::open(&elsewhere, Purpose::Shop).expect("made"));
    let before = content(&elsewhere);
    let refuse = |text: &str, what: &str| {
        let error = import(&written(&shop, text.as_bytes()), &elsewhere).expect_err(what);
        assert_eq!(error.exit_code(), 3, "{what}: {error}");
        assert!(content(&elsewhere) == before, "{what}: something is left");
    };
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    for place in 0..lines.len() {
        let mut without = lines.clone();
        without.remove(place);
        refuse(&joined(&without), &format!("without line {}", place + 1));
        let mut twice = lines.clone();
        twice.insert(place, lines[place]);
        refuse(&joined(&twice), &format!("line {} twice", place + 1));
        let mut broken = lines.clone();
        let half = &lines[place][..lines[place].floor_char_boundary(lines[place].len() / 2)];
        broken[place] = half;
        refuse(&joined(&broken), &format!("half of line {}", place + 1));
    }
    refuse(&export[..export.len() - 1], "the last line end is missing");
    refuse(&export.replace("\"subtotal\":20000", "\"subtotal\":20001"), "a sum that does not add up");
    refuse(&export.replace("89504e47", "89504e48"), "a changed upload");
    refuse(&export.replace("picture.png", "../../x"), "a climbing name");
    refuse(&export.replacen("\"store\":\"moon\"", "\"store\":\"sun\"", 1), "another store's name");
    refuse(&export.replacen("_export\":1", "_export\":2", 1), "a newer format");
    refuse("", "nothing");
    import(&written(&shop, export.as_bytes()), &elsewhere).expect("whole, it is taken");
}

#[test]
fn what_is_lost_stays_lost_and_the_seqs_stay() {
    let shop = Shop::new();
    let export = String::from_utf8(exported(&shop.data())).expect("UTF-8");
    // Nothing after it needs it.
    let line = export.lines().find(|line| line.contains("call_resolved")).expect("a line");
    let seq: u64 =
        line.trim_start_matches("{\"seq\":").split(',').next().and_then(|text| text.parse().ok()).expect("seq");
    let events =
        serde_json::from_str::<serde_json::Value>(line).expect("JSON")["events"].as_array().expect("events").len();
    let last = seq + events as u64 - 1;
    let lost = format!("\"lost\":[{{\"first\":{seq},\"last\":{last},\"why\":\"damaged\",\"in_checkpoint\":false}}]");
    let kept: Vec<&str> = export.lines().filter(|one| *one != line).collect();
    let text = kept.join("\n") + "\n";
    let text = text.replacen("\"lost\":[]", &lost, 1).replace("\"commits\":39", "\"commits\":38");
    let elsewhere = shop.place.path().join("elsewhere");
    import(&written(&shop, text.as_bytes()), &elsewhere).expect("imported");
    assert!(exported(&elsewhere) == text.as_bytes());
    let copy = JournalCopy::begin(&elsewhere.join("stores/moon/journal"), &moon()).expect("reads").expect("there");
    let told: &[LostRange] = &copy.beginning().lost;
    assert!(told.len() == 1 && told[0].first.get() == seq && told[0].last.get() == last, "{told:?}");
}
