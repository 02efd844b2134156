//! What `verify` finds in a folder that nobody serves, and that it leaves it alone.

use std::fs;

use super::*;
use crate::ops::backup::{folder, make, sha256};
use crate::ops::data_folder::{DataFolder, Purpose};
use crate::ops::golden_shop::{Shop, content};

fn verified(shop: &Shop, depth: Depth) -> Report {
    let before = content(&shop.data());
    let report = verify(&DataFolderVisit::begin(&shop.data()).expect("a data folder"), depth).expect("looked at");
    assert!(content(&shop.data()) == before, "it changes nothing");
    report
}

#[test]
fn pictures_are_what_their_names_say() {
    let shop = Shop::new();
    let picture = b"a picture";
    let uploads = shop.data().join("uploads/moon");
    let file = uploads.join(format!("{}.webp", sha256(picture)));
    fs::write(&file, picture).expect("written");
    let report = verified(&shop, Depth::Entries);
    assert!(report.sound, "{:?}", report.problems);
    assert_eq!(report.stores[0].uploads, UploadsReport { files: 2, bytes: 9 + 6 });
    fs::write(&file, b"a pictore").expect("written");
    let report = verified(&shop, Depth::Entries);
    assert!(report.problems.len() == 1 && report.problems[0].contains("upload the picture again"), "{report:?}");
}

#[test]
fn a_backup_that_rotted_is_told() {
    let shop = Shop::new();
    let made = make(&shop.plan()).expect("made");
    for depth in [Depth::Entries, Depth::Full] {
        let report = verified(&shop, depth);
        assert!(report.sound, "{:?}", report.problems);
        assert_eq!((report.backups.len(), report.backups[0].bytes), (1, made.bytes));
    }
    let mut bytes = fs::read(&made.file).expect("read");
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    fs::write(&made.file, bytes).expect("written");
    for depth in [Depth::Entries, Depth::Full] {
        let report = verified(&shop, depth);
        assert!(report.backups[0].fault.is_some());
        assert!(report.problems.len() == 1 && report.problems[0].contains("make another one"), "{report:?}");
    }
}

#[test]
fn a_view_is_looked_at_in_a_copy_and_told_when_it_is_damaged() {
    let shop = Shop::new();
    drop(DataFolder::open(&shop.data(), Purpose::Shop).expect("upgraded"));
    fs::remove_dir_all(folder(&shop.data())).expect("removed");
    fs::create_dir(folder(&shop.data())).expect("made");
    let trees = shop.data().join("stores/moon/trees");
    fs::create_dir(&trees).expect("made");
    fs::write(trees.join("conf"), [7; 64]).expect("written");
    fs::write(trees.join("db"), vec![7; 600_000]).expect("written");
    let report = verified(&shop, Depth::Entries);
    assert!(!report.sound && report.problems[0].contains("the next start rebuilds it"), "{report:?}");
    assert!(report.stores[0].view.is_none());
}
