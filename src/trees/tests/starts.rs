//! How a view starts: where it stopped, behind the journal, without a folder, on folders it must not trust.

use std::fs;

use super::shop::{ENCODERS, Shop, shown, wait};
use crate::domain::ids::Seq;
use crate::journal::Lineage;
use crate::trees::codec::encode;
use crate::trees::inbox::COMMITS_MAX;
use crate::trees::keys;
use crate::trees::opening::{JournalPosition, open};
use crate::trees::rows::Mark;
use crate::trees::view::wait_until_closed;
use crate::trees::{TreesError, TreesNote, TreesStatus, verify};

#[test]
fn a_restart_goes_on_where_the_trees_stand() {
    let mut shop = Shop::new(3);
    shop.order(1);
    shop.visit(2);
    shop.start().stop();
    let report = shop.verify();
    assert_eq!((report.applied, report.finished_sessions, report.disagreements), (shop.state.seq, 1, vec![]));
    shop.order(1);
    shop.finish(1);
    shop.visit(3);
    assert!(shop.verify().applied < shop.state.seq);
    let mut shop = shop.restart();
    let trees = shop.start();
    assert_eq!(trees.status(), TreesStatus::Ready);
    shop.check(&trees);
    trees.publish(&[shop.run(crate::domain::command::Command::CreateOrder(super::shop::new_order(1, 1)))]);
    shop.check(&trees);
    trees.stop();
    assert_eq!((trees.notes(), shop.moved_aside()), (vec![], 0));
}

#[test]
fn events_at_or_below_a_trees_own_mark_are_skipped() {
    let mut shop = Shop::new(2);
    shop.visit(1);
    shop.order(2);
    let journal = JournalPosition { lineage: 7, durable: shop.state.seq };
    let mut projection = open(&shop.trees_folder(), journal, ENCODERS).expect("opens");
    let (menu_and_tables, rest) = shop.commits.split_at(6);
    projection.apply(menu_and_tables).expect("applies");
    projection.apply(rest).expect("applies");
    let rows = |projection: &crate::trees::projection::Projection| {
        projection.view.trees().map(|tree| {
            let rows = tree.rows(keys::all_rows());
            rows.collect::<Result<Vec<_>, _>>().expect("reads")
        })
    };
    let before = rows(&projection);
    // The orders' mark stands at the end, the menus' before it. What comes again changes nothing, wherever it ends: an
    // order that was finished since does not come back.
    for end in 0..=shop.commits.len() {
        drop(projection);
        wait_until_closed(&shop.trees_folder());
        projection = open(&shop.trees_folder(), journal, ENCODERS).expect("opens");
        assert!(end > 0 || projection.applied() < shop.state.seq);
        projection.apply(&shop.commits[..end]).expect("applies");
        assert_eq!(rows(&projection), before);
    }
    assert_eq!(crate::trees::agreement::with_marks(&projection.view), Ok(vec![]));
}

#[test]
fn what_the_queue_loses_is_read_from_the_journal() {
    let mut shop = Shop::new(3);
    let trees = shop.start();
    shop.order(1);
    shop.visit(2);
    trees.publish(&[shop.run(crate::domain::command::Command::CreateOrder(super::shop::new_order(3, 1)))]);
    shop.check(&trees);
    let begin = shop.commits.len();
    for _ in 0..COMMITS_MAX {
        shop.visit(2);
    }
    assert!(shop.commits.len() - begin > COMMITS_MAX);
    trees.publish(&shop.commits[begin..]);
    shop.check(&trees);
    trees.stop();
}

#[test]
fn a_deleted_folder_is_rebuilt() {
    let mut shop = Shop::new(3);
    for round in 0..40 {
        shop.visit(1 + round % 2);
    }
    shop.order(3);
    shop.start().stop();
    fs::remove_dir_all(shop.trees_folder()).expect("removes");
    let trees = shop.start();
    shop.check(&trees);
    trees.stop();
    assert_eq!(shop.moved_aside(), 0);
}

#[test]
fn an_unfinished_snapshot_does_not_stop_it() {
    let mut shop = Shop::new(1);
    shop.visit(1);
    shop.start().stop();
    fs::write(shop.trees_folder().join("snap.0000000000000042.generating"), b"half").expect("writes");
    let trees = shop.start();
    shop.check(&trees);
    trees.stop();
    assert_eq!(shop.moved_aside(), 0);
}

#[test]
fn empty_trees_beside_a_full_journal_are_moved_aside() {
    let mut shop = Shop::new(1);
    shop.visit(1);
    drop(sled::open(shop.trees_folder()).expect("opens"));
    wait_until_closed(&shop.trees_folder());
    expect_rebuild(&shop, "empty");
}

#[test]
fn another_schema_version_is_rebuilt_never_migrated() {
    let mut shop = Shop::new(1);
    shop.visit(1);
    shop.start().stop();
    change_tree(&shop, "sessions", |tree| {
        let mut mark = tree.get(keys::MARK).expect("reads").expect("a mark").to_vec();
        mark[0] += 1;
        tree.insert(keys::MARK, mark).expect("writes");
    });
    assert!(matches!(
        verify(&shop.trees_folder(), shop.reader.lineage(), &shop.state, ENCODERS),
        Err(TreesError::Damaged(_))
    ));
    expect_rebuild(&shop, "version");
}

#[test]
fn trees_ahead_of_the_journal_or_of_another_lineage_are_moved_aside() {
    let mut shop = Shop::new(1);
    shop.visit(1);
    let lineage = shop.reader.lineage().get();
    let form = ENCODERS.form();
    let ahead = Mark { lineage, form, applied: shop.state.seq.next(), rows: 0 };
    let foreign = Mark { lineage: Lineage::new(lineage ^ 1).get(), form, applied: Seq::new(1), rows: 0 };
    for (mark, why) in [(ahead, "ahead"), (foreign, "lineage")] {
        shop.start().stop();
        change_tree(&shop, "orders", |tree| {
            tree.insert(keys::MARK, encode(&mark)).expect("writes");
        });
        expect_rebuild(&shop, why);
    }
}

#[test]
fn damage_met_while_reading_leads_to_a_rebuild() {
    let mut shop = Shop::new(2);
    for _ in 0..5 {
        shop.visit(1);
        shop.visit(2);
    }
    shop.start().stop();
    let trees = {
        change_tree(&shop, "history", |tree| {
            let range = keys::finished_range(None, shop.day, shop.day, None);
            let (key, _) = tree.range::<Vec<u8>, _>(range).next().expect("a row").expect("reads");
            tree.remove(key).expect("removes");
        });
        shop.start()
    };
    let asked = trees.history(&super::shop::query(Some(2), 50));
    assert!(matches!(asked, Err(TreesError::Damaged(_))), "{asked:?}");
    while shop.moved_aside() == 0 {
        std::thread::yield_now();
    }
    shop.check(&trees);
    assert_eq!(shown(&trees, Some(2), 50).len(), 5);
    trees.stop();
}

#[test]
fn a_folder_another_process_has_open_is_waited_for() {
    let mut shop = Shop::new(1);
    shop.visit(1);
    shop.start().stop();
    let other = sled::open(shop.trees_folder()).expect("opens");
    let trees = shop.spawn();
    while trees.notes().is_empty() {
        std::thread::yield_now();
    }
    assert!(matches!(trees.notes()[0], TreesNote::Waiting { .. }), "{:?}", trees.notes());
    drop(other);
    shop.check(&trees);
    trees.stop();
    assert_eq!(shop.moved_aside(), 0);
}

#[test]
fn an_empty_journal_gives_an_empty_view_that_is_ready() {
    let shop = Shop::new(0);
    let trees = shop.start();
    assert!(wait(&trees, Seq::default()));
    assert_eq!(shown(&trees, None, 50), vec![]);
    trees.stop();
    trees.stop();
    assert_eq!(trees.history(&super::shop::query(None, 50)), Err(TreesError::NotReady));
}

fn change_tree(shop: &Shop, name: &str, change: impl FnOnce(&sled::Tree)) {
    let db = sled::open(shop.trees_folder()).expect("opens");
    change(&db.open_tree(name).expect("opens"));
    drop(db);
    wait_until_closed(&shop.trees_folder());
}

fn expect_rebuild(shop: &Shop, why: &str) {
    let trees = shop.start();
    shop.check(&trees);
    trees.stop();
    assert_eq!(shop.moved_aside(), 1, "the newest one is kept");
    let [TreesNote::MovedAside { why: told, folder }, ..] = &trees.notes()[..] else { panic!("{:?}", trees.notes()) };
    assert!(told.contains(why), "{told}");
    assert!(folder.exists());
    assert_eq!(shop.verify().disagreements, vec![]);
}
