//! What a page of history shows, and that paging is stable.

use std::collections::BTreeSet;

use super::shop::{Shop, day, parse, query, shown};
use crate::domain::command::Command;
use crate::domain::order::OrderStatus;
use crate::trees::HistoryQuery;

#[test]
fn a_finished_session_shows_its_orders_as_they_last_were_without_deleted_ones() {
    let mut shop = Shop::new(2);
    let trees = shop.start();
    let (served, cancelled, deleted) = (shop.order(1), shop.order(1), shop.order(1));
    shop.set_status(served, OrderStatus::Completed);
    shop.set_status(cancelled, OrderStatus::Cancelled);
    shop.run(Command::DeleteOrder(deleted));
    shop.order(2);
    trees.publish(&shop.commits);
    shop.wait(&trees);
    assert_eq!(shown(&trees, None, 50), vec![], "running sessions are not history");
    trees.publish(&[shop.run(Command::CompleteSession { table: super::shop::table(1), force: false })]);
    shop.check(&trees);
    let page = shown(&trees, None, 50);
    let statuses: Vec<_> = page[0].orders.iter().map(|order| order["status"].clone()).collect();
    assert_eq!(statuses, ["completed", "cancelled"]);
    trees.stop();
}

#[test]
fn history_is_newest_first_by_day_of_completion_then_by_session() {
    let mut shop = Shop::new(3);
    shop.order(1);
    for _ in 0..5 {
        shop.visit(2);
    }
    shop.day = day("2026-11-21");
    shop.order(1);
    shop.visit(3);
    let early = shop.finish(1);
    let trees = shop.start();
    let page = trees.history(&query(None, 50)).expect("a page");
    let sessions: Vec<u64> = parse(&page.sessions_json).iter().map(|finished| finished.session).collect();
    assert_eq!(sessions, [7, early.get(), 6, 5, 4, 3, 2]);
    assert_eq!(page.next, None);
    trees.stop();
}

#[test]
fn a_table_shows_only_its_own_and_days_are_inclusive() {
    let mut shop = Shop::new(3);
    let days = ["2026-11-18", "2026-11-19", "2026-11-20", "2026-12-01"];
    for text in days {
        shop.day = day(text);
        for at in [1, 2, 3, 2] {
            shop.visit(at);
        }
    }
    let trees = shop.start();
    for at in 1..=3 {
        assert_eq!(shown(&trees, Some(at), 2), shop.expected(Some(at)));
    }
    assert_eq!(shown(&trees, Some(9), 2), vec![]);
    let count = |from, to, at: Option<u64>| {
        let query = HistoryQuery { from: day(from), to: day(to), ..query(at, 100) };
        parse(&trees.history(&query).expect("a page").sessions_json).len()
    };
    assert_eq!(count("2026-11-19", "2026-11-20", None), 8);
    assert_eq!(count("2026-11-19", "2026-11-20", Some(2)), 4);
    assert_eq!(count("2026-11-19", "2026-11-19", Some(1)), 1);
    assert_eq!(count("2026-11-21", "2026-11-30", None), 0);
    assert_eq!(count("2026-11-20", "2026-11-19", None), 0);
    trees.stop();
}

#[test]
fn pages_neither_repeat_nor_miss_a_session_while_new_ones_arrive() {
    let mut shop = Shop::new(6);
    // Old parties that stay: they finish in between with small session ids.
    for at in [4, 5, 6] {
        shop.order(at);
    }
    for round in 0..12 {
        shop.visit(1 + round % 3);
    }
    let trees = shop.start();
    let there: BTreeSet<u64> = shop.finished.iter().map(|finished| finished.session).collect();
    let mut seen = Vec::new();
    let mut query = query(None, 3);
    let mut late = [4, 5, 6].into_iter();
    loop {
        let page = trees.history(&query).expect("a page");
        seen.extend(parse(&page.sessions_json).iter().map(|finished| finished.session));
        shop.visit(1);
        if let Some(at) = late.next() {
            shop.finish(at);
        }
        trees.publish(&shop.commits[shop.commits.len() - 3..]);
        shop.wait(&trees);
        let Some(next) = page.next else { break };
        query.after = Some(next);
    }
    let distinct: BTreeSet<u64> = seen.iter().copied().collect();
    assert_eq!(distinct.len(), seen.len(), "a session came twice");
    assert!(distinct.is_superset(&there), "a session went missing");
    shop.check(&trees);
    trees.stop();
}

#[test]
fn a_session_of_300_orders_is_kept_in_parts_and_shown_whole() {
    let mut shop = Shop::new(2);
    for _ in 0..300 {
        shop.run(Command::CreateOrder(super::shop::new_order(1, 5)));
    }
    shop.run(Command::CreateOrder(super::shop::new_order(2, 50)));
    let trees = shop.start();
    assert_eq!(trees.disagreements(&shop.state), Ok(vec![]));
    shop.finish(1);
    shop.visit(2);
    trees.publish(&shop.commits[shop.commits.len() - 1..]);
    shop.check(&trees);
    assert_eq!(shown(&trees, Some(1), 50)[0].orders.len(), 300);
    trees.stop();
    assert_eq!(shop.verify().disagreements, vec![]);
    let blobs = std::fs::read_dir(shop.trees_folder().join("blobs")).map_or(0, Iterator::count);
    assert_eq!(blobs, 0, "values that large are kept in files that are never synced");
}

#[test]
fn a_page_of_large_sessions_ends_early_and_goes_on() {
    let mut shop = Shop::new(1);
    for _ in 0..4 {
        for _ in 0..200 {
            shop.run(Command::CreateOrder(super::shop::new_order(1, 50)));
        }
        shop.finish(1);
    }
    let trees = shop.start();
    let first = trees.history(&query(None, 50)).expect("a page");
    assert_eq!((parse(&first.sessions_json).len(), first.next.is_some()), (3, true), "{}", first.sessions_json.len());
    shop.check(&trees);
    trees.stop();
}
