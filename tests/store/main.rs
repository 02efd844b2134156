//! A store at run time on a real folder: durable answers, one sequence for stream and sync, and nothing of the party
//! before.

mod fixture;
mod full_disk;
mod losses;
mod phones;
mod pictures;
mod shop;

use std::time::Duration;

use serde_json::Value;
use shop::{Shop, frames, next_frames};
use tableorder::domain::command::Command;
use tableorder::domain::error::{Conflict, DomainError};
use tableorder::domain::order::OrderStatus;
use tableorder::store::{ExecuteError, From, Reader, StreamIdentity};

fn after(seq: u64) -> From {
    From::After { seq, lineage: None }
}

#[actix_web::test]
async fn a_repeated_key_gets_the_first_order_also_after_a_restart() {
    let shop = Shop::open().await;
    let first = shop.order(1, "key-1", 1).await.expect("is taken");
    assert!(!first.repeated);
    let again = shop.order(1, "key-1", 1).await.expect("is answered");
    assert!(again.repeated);
    assert_eq!(first.commit, again.commit);
    let other_body = shop.order(1, "key-1", 2).await;
    assert!(matches!(other_body, Err(ExecuteError::Refused(DomainError::Conflict(Conflict::KeyReused)))));
    let shop = shop.restart().await;
    let after_restart = shop.order(1, "key-1", 1).await.expect("is answered");
    assert!(after_restart.repeated);
    assert_eq!(first.commit, after_restart.commit);
    assert_eq!(shop.store.read(|state| state.orders.len()).await.expect("is read"), 1);
}

#[actix_web::test]
async fn stream_and_sync_give_one_and_the_same_sequence() {
    let shop = Shop::open().await;
    for reader in [Reader::Staff, Reader::Table(shop::table(1))] {
        let start = shop.store.durable_seq().get();
        let mut stream = shop.stream(reader, after(start)).await;
        for n in 0..5 {
            shop.order(1, &format!("{reader:?}-{n}").replace(['(', ')'], "-"), 1).await.expect("is taken");
            shop.order(2, &format!("{reader:?}-other-{n}").replace(['(', ')'], "-"), 1).await.expect("is taken");
        }
        let synced: Value =
            serde_json::from_slice(&shop.store.sync(reader, after(start)).await.expect("syncs")).expect("JSON");
        let synced = synced["events"].as_array().expect("events").clone();
        let streamed = next_frames(&mut stream, synced.len()).await;
        let streamed: Vec<Value> = streamed.iter().map(|frame| frame.data.clone()).collect();
        assert_eq!(streamed, synced);
        let mut replayed = shop.stream(reader, after(start)).await;
        let replayed: Vec<Value> =
            next_frames(&mut replayed, synced.len()).await.iter().map(|frame| frame.data.clone()).collect();
        assert_eq!(replayed, synced);
        if reader == Reader::Staff {
            let seqs: Vec<u64> = synced.iter().filter_map(|event| event["seq"].as_u64()).collect();
            assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "no hole: {seqs:?}");
        } else {
            assert!(
                synced.iter().all(|event| event["table_id"] == shop::table(1).get() || event["type"] == "menu_changed")
            );
        }
    }
}

#[actix_web::test]
async fn a_stream_without_a_position_begins_with_a_snapshot_and_goes_on_live() {
    let shop = Shop::open().await;
    shop.order(1, "before", 1).await.expect("is taken");
    let mut stream = shop.stream(Reader::Staff, From::Nothing).await;
    let initial = next_frames(&mut stream, 1).await.remove(0);
    assert_eq!(initial.kind, "initial");
    assert_eq!(initial.id, initial.data["seq"].as_u64());
    assert_eq!(initial.data["orders"].as_array().map(Vec::len), Some(1));
    shop.order(1, "after", 1).await.expect("is taken");
    let live = next_frames(&mut stream, 1).await.remove(0);
    assert_eq!((live.kind.as_str(), live.id), ("order_created", initial.id.map(|id| id + 1)));
    assert_eq!(live.data["data"]["order"]["key"], "after");
}

#[actix_web::test]
async fn a_position_that_cannot_be_continued_gets_one_resync_and_the_end() {
    let shop = Shop::open().await;
    let foreign = From::After { seq: 1, lineage: Some("0".repeat(32)) };
    for (from, reason) in [(after(1_000_000), "above_head"), (foreign, "lineage"), (From::Unreadable, "unreadable")] {
        let mut stream = shop.stream(Reader::Staff, from).await;
        let text = frames(&mut stream).await.expect("a frame");
        assert_eq!(text, format!("id:\nevent: resync\ndata: {{\"reason\":\"{reason}\"}}\n\n"));
        assert_eq!(frames(&mut stream).await, None);
    }
}

#[actix_web::test]
async fn a_table_sees_nothing_of_the_party_before() {
    let shop = Shop::open().await;
    let begin = shop.store.durable_seq().get();
    let order = shop.order(1, "first-party", 1).await.expect("is taken");
    shop.run(Command::CreateCall { table: shop::table(1), kind: shop::label("water"), note: None }).await;
    shop.run(Command::CompleteSession { table: shop::table(1), force: true }).await;
    shop.order(1, "second-party", 1).await.expect("is taken");
    let reader = Reader::Table(shop::table(1));
    let synced: Value =
        serde_json::from_slice(&shop.store.sync(reader, after(begin)).await.expect("syncs")).expect("JSON");
    let kinds: Vec<&str> =
        synced["events"].as_array().expect("events").iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(kinds, ["session_started", "session_completed", "session_started", "order_created"]);
    let text = synced.to_string();
    assert!(!text.contains("first-party") && !text.contains("forced") && !text.contains("completed_by"), "{text}");
    assert!(!text.contains("\"key\""), "guests never see keys");
    assert_eq!(synced["last_event_id"], shop.store.durable_seq().get());
    drop(order);
}

#[actix_web::test]
async fn the_view_and_the_state_come_back_after_a_restart() {
    let shop = Shop::open().await;
    let order = shop.order(1, "a", 2).await.expect("is taken");
    let id = shop::created(&order).id;
    shop.run(Command::ChangeOrderStatus { order: id, status: OrderStatus::Completed, reason: None }).await;
    shop.run(Command::CompleteSession { table: shop::table(1), force: false }).await;
    shop.order(2, "b", 1).await.expect("is taken");
    let before = shop.store.read(Clone::clone).await.expect("is read");
    let history = shop.history().await;
    assert_eq!(history[0]["orders"][0]["id"], id.get());
    assert_eq!(history[0]["total"], shop::created(&order).total.get());
    let shop = shop.restart().await;
    assert_eq!(shop.store.read(Clone::clone).await.expect("is read"), before);
    assert_eq!(shop.history().await, history);
}

/// After a long replay the next start must be short again, although nothing was ordered in between.
#[actix_web::test]
async fn a_stop_leaves_a_checkpoint_even_when_nothing_happened_since_the_start() {
    let shop = Shop::open().await;
    shop.order(1, "a", 2).await.expect("is taken");
    let shop = shop.restart().await;
    for checkpoint in shop.checkpoints() {
        std::fs::remove_file(checkpoint).expect("is removed");
    }
    let shop = shop.restart().await;
    assert!(shop.checkpoints().is_empty(), "the start itself wrote none");
    let shop = shop.restart().await;
    assert_eq!(shop.checkpoints().len(), 1);
}

#[actix_web::test]
async fn a_slow_reader_is_cut_off_and_slows_nobody() {
    let shop = Shop::open().await;
    let mut slow = shop.stream(Reader::Staff, From::Nothing).await;
    next_frames(&mut slow, 1).await;
    for n in 0..600 {
        shop.order(n % 3 + 1, &format!("slow-{n}"), 1).await.expect("is taken");
    }
    let mut rest = String::new();
    while let Some(text) = frames(&mut slow).await {
        rest.push_str(&text);
    }
    assert!(
        rest.ends_with("event: resync\ndata: {\"reason\":\"slow_reader\"}\n\n"),
        "{}",
        &rest[rest.len().saturating_sub(200)..]
    );
    assert!(rest.len() < 300_000);
}

#[actix_web::test]
async fn a_planned_life_ends_with_a_position_and_a_hint() {
    let shop = Shop::open_with_life(Duration::from_millis(300)).await;
    let mut stream = shop.stream(Reader::Table(shop::table(1)), From::Nothing).await;
    let mut all = String::new();
    while let Some(text) = frames(&mut stream).await {
        all.push_str(&text);
    }
    let seq = shop.store.durable_seq();
    assert!(all.ends_with(&format!("id: {seq}\nevent: position\ndata: {{\"seq\":{seq}}}\n\nretry: 2000\n\n")), "{all}");
}

/// A page fetches the menu the instant it hears that it changed; the menu before would stay on it until the next change.
#[actix_web::test]
async fn who_hears_of_a_changed_menu_finds_it_changed() {
    let shop = Shop::open().await;
    // A long menu takes its time to write, so that a wrong order of publishing shows.
    for _ in 0..200 {
        shop.run(Command::AddMenuItem(Box::new(shop::dish()))).await;
    }
    let mut stream = shop.stream(Reader::Staff, after(shop.store.durable_seq().get())).await;
    for _ in 0..20 {
        let before = shop.store.menu().version;
        let hear = async {
            let event = next_frames(&mut stream, 1).await.remove(0);
            assert_eq!(event.kind, "menu_changed");
            shop.store.menu().version
        };
        let (heard, _) = tokio::join!(hear, shop.run(Command::AddMenuItem(Box::new(shop::dish()))));
        assert_eq!(heard, before + 1);
    }
}

#[actix_web::test]
async fn a_revoked_tablet_loses_its_streams_at_once() {
    let shop = Shop::open().await;
    let paired =
        shop.run(Command::PairTablet { table: shop::table(1), secret: tableorder::domain::ids::SecretHash(1) }).await;
    let tablet = shop::paired(&paired);
    let identity = StreamIdentity { tablet: Some(tablet), token: None };
    let reader = Reader::Table(shop::table(1));
    let mut stream = shop.store.stream(reader, From::Nothing, identity, Box::new(())).await.expect("opens");
    next_frames(&mut stream, 1).await;
    shop.run(Command::RevokeTablet(tablet)).await;
    assert_eq!(frames(&mut stream).await, None);
}

#[actix_web::test]
async fn a_stopping_store_ends_its_streams_and_answers_no_more() {
    let shop = Shop::open().await;
    let mut stream = shop.stream(Reader::Staff, From::Nothing).await;
    next_frames(&mut stream, 1).await;
    shop.directory.stop().await;
    assert_eq!(frames(&mut stream).await.as_deref(), Some("retry: 2000\n\n"));
    assert_eq!(frames(&mut stream).await, None);
    assert!(matches!(shop.order(1, "late", 1).await, Err(ExecuteError::Unavailable)));
}
