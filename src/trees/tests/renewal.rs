//! A view that has grown too large is built anew; broken ones do not pile up.

use std::fs;

use super::shop::Shop;
use crate::trees::renewal::bytes_below;
use crate::trees::{Renewal, TreesNote};

fn names(shop: &Shop) -> Vec<String> {
    let entries = fs::read_dir(shop.folder.path()).expect("a folder").flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with("trees"));
    names.sort();
    names
}

/// A shop whose view holds much that no row needs any more.
fn grown() -> Shop {
    let mut shop = Shop::new(3);
    for round in 0..30 {
        shop.visit(1 + round % 3);
    }
    shop.start().stop();
    fs::write(shop.trees_folder().join("blob"), vec![7; 40 << 20]).expect("writes");
    shop
}

#[test]
fn a_view_far_larger_than_its_rows_is_built_anew_and_the_old_one_removed() {
    let mut shop = grown();
    let trees = shop.start();
    trees.renew_if_outgrown(Renewal { factor: 2, least_bytes: 1 << 20 });
    while !trees.notes().iter().any(|note| matches!(note, TreesNote::Renewed { .. })) {
        std::thread::yield_now();
    }
    let [TreesNote::Renewed { from, to }] = trees.notes()[..] else { panic!("{:?}", trees.notes()) };
    assert!(from > 40 << 20 && to < 8 << 20, "{from} to {to}");
    assert_eq!(names(&shop), ["trees"]);
    shop.check(&trees);
    // It goes on as before, and asking again changes nothing.
    shop.visit(1);
    trees.publish(&shop.commits);
    trees.renew_if_outgrown(Renewal { factor: 1_000, least_bytes: 0 });
    trees.renew_if_outgrown(Renewal { factor: 1, least_bytes: 1 << 40 });
    shop.check(&trees);
    trees.stop();
    assert_eq!(trees.notes().len(), 1);
    assert_eq!(shop.verify().disagreements, vec![]);
}

#[test]
fn a_cut_while_it_is_built_anew_leaves_nothing_behind() {
    let shop = grown();
    // The process ended right after the old one made way.
    fs::rename(shop.trees_folder(), shop.folder.path().join("trees.replaced")).expect("renames");
    let trees = shop.start();
    shop.check(&trees);
    while names(&shop) != ["trees"] {
        std::thread::yield_now();
    }
    trees.stop();
    assert!(bytes_below(&shop.trees_folder()).expect("reads") < 8 << 20);
}

#[test]
fn of_broken_views_only_the_newest_is_kept_once_the_present_one_is_sound() {
    let shop = grown();
    for number in [1, 2, 11] {
        fs::create_dir(shop.folder.path().join(format!("trees.broken-{number}"))).expect("makes");
    }
    fs::write(shop.trees_folder().join("db"), vec![0; 4_096]).expect("damages");
    let trees = shop.start();
    shop.check(&trees);
    let is_cleared = |note: &TreesNote| *note == TreesNote::Cleared { folders: 3 };
    while !trees.notes().iter().any(is_cleared) {
        std::thread::yield_now();
    }
    trees.stop();
    assert_eq!(names(&shop), ["trees", "trees.broken-12"], "{:?}", trees.notes());
}
