//! Visits as a guest's own phone meets them: what it reads ends with its visit, whatever it was in the middle of.

use serde_json::Value;
use tableorder::domain::access::Principal;
use tableorder::domain::command::Command;
use tableorder::domain::error::DomainError;
use tableorder::domain::ids::Visit;
use tableorder::store::{ExecuteError, From, Reader, StreamIdentity};

use super::shop::{Shop, frames, label, table};

fn guest(visit: Visit) -> Reader {
    Reader::Guest { table: table(1), visit }
}

async fn finish(shop: &Shop) {
    shop.run(Command::CompleteSession { table: table(1), force: true }).await;
}

fn has_ended<T>(result: &Result<T, ExecuteError>) -> bool {
    matches!(result, Err(ExecuteError::Refused(DomainError::SessionEnded)))
}

/// The replay of a long visit is taken slowly; meanwhile the table is finished and the next party orders.
#[actix_web::test]
async fn a_phone_in_the_middle_of_its_replay_is_told_the_end_and_nothing_of_the_next_party() {
    let shop = Shop::open().await;
    shop.order(1, "party-before", 1).await.expect("is taken");
    finish(&shop).await;
    let visit = shop.store.sitting_at(table(1)).visit;
    for n in 0..300 {
        shop.order(1, &format!("own-{n}"), 1).await.expect("is taken");
    }
    let mut stream = shop.stream(guest(visit), From::After { seq: 0, lineage: None }).await;
    finish(&shop).await;
    shop.order(1, "party-after", 1).await.expect("is taken");
    let mut told = String::new();
    while let Some(text) = frames(&mut stream).await {
        told.push_str(&text);
        assert!(!told.contains("event: ping"), "it should have ended by itself: {told}");
    }
    let count = |kind: &str| told.lines().filter(|line| *line == format!("event: {kind}")).count();
    let counts = (count("session_started"), count("order_created"), count("session_completed"));
    assert_eq!(counts, (1, 300, 1), "one visit, whole");
    assert!(told.trim_end().rsplit("\n\n").next().is_some_and(|last| last.contains("session_completed")), "{told}");
}

#[actix_web::test]
async fn which_visits_run_is_known_at_once_and_after_a_restart() {
    let shop = Shop::open().await;
    let first = shop.store.sitting_at(table(1)).visit;
    assert_eq!((first, shop.store.sitting_at(table(99)).visit), (Visit::default(), Visit::default()));
    shop.order(1, "a", 1).await.expect("is taken");
    assert_eq!(shop.store.sitting_at(table(1)).visit, first, "an order begins no other visit");
    finish(&shop).await;
    assert_eq!(shop.store.sitting_at(table(1)).visit, first.next());
    assert_eq!(shop.store.sitting_at(table(2)).visit, first);
    let shop = shop.restart().await;
    assert_eq!(shop.store.sitting_at(table(1)).visit, first.next());
}

/// A reply that a table is finished must not overtake the end of its phones.
#[actix_web::test]
async fn who_hears_that_a_table_is_finished_finds_its_phones_out() {
    let shop = Shop::open().await;
    for n in 0..20 {
        shop.order(1, &format!("order-{n}"), 1).await.expect("is taken");
        let visit = shop.store.sitting_at(table(1)).visit;
        finish(&shop).await;
        assert_eq!(shop.store.sitting_at(table(1)).visit, visit.next());
    }
}

#[actix_web::test]
async fn a_phone_of_another_visit_is_refused_whatever_it_asks() {
    let shop = Shop::open().await;
    shop.order(1, "a", 1).await.expect("is taken");
    let visit = shop.store.sitting_at(table(1)).visit;
    let call = |visit| {
        let principal = Principal::Guest { table: table(1), visit };
        shop.store.execute(principal, None, Command::CreateCall { table: table(1), kind: label("water"), note: None })
    };
    call(visit).await.expect("is taken");
    assert!(has_ended(&call(visit.next()).await), "a visit to come");
    finish(&shop).await;
    assert!(has_ended(&call(visit).await));
    call(visit.next()).await.expect("is taken");
    for from in [From::Nothing, From::After { seq: 0, lineage: None }] {
        assert!(has_ended(&shop.store.sync(guest(visit), from.clone()).await));
        let stream = shop.store.stream(guest(visit), from.clone(), StreamIdentity::default(), Box::new(())).await;
        assert!(has_ended(&stream));
        shop.store.sync(guest(visit.next()), from).await.expect("the visit that runs");
    }
}

#[actix_web::test]
async fn sync_pages_a_phone_through_its_own_visit() {
    let shop = Shop::open().await;
    shop.order(1, "party-before", 1).await.expect("is taken");
    finish(&shop).await;
    for n in 0..3 {
        shop.order(1, &format!("own-{n}"), 1).await.expect("is taken");
        shop.order(2, &format!("other-{n}"), 1).await.expect("is taken");
    }
    let reader = guest(shop.store.sitting_at(table(1)).visit);
    let page = shop.store.sync(reader, From::After { seq: 0, lineage: None }).await.expect("syncs");
    let page: Value = serde_json::from_slice(&page).expect("JSON");
    let kinds = page["events"].as_array().expect("events").iter().filter_map(|event| event["type"].as_str());
    let kinds: Vec<_> = kinds.filter(|kind| *kind != "menu_changed").collect();
    assert_eq!(kinds, ["session_started", "order_created", "order_created", "order_created"]);
    assert_eq!((&page["more"], &page["last_event_id"]), (&false.into(), &shop.store.durable_seq().get().into()));
}
