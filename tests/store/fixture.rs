//! The events fixture that the pages' tests replay is told by the real store: every frame in it has the members and
//! kinds that the store sends for that event to that audience, and so have its snapshots.

use std::collections::BTreeMap;

use serde_json::Value;
use tableorder::domain::command::{Command, MenuItemChange};
use tableorder::domain::ids::CallId;
use tableorder::domain::order::OrderStatus;
use tableorder::domain::text::Note;
use tableorder::store::{From, Reader};

use super::shop::{Shop, created, label, next_frames, table};

/// Compares members and kinds; an absent value (null, an empty list) fits any.
fn same_shape(found: &Value, sent: &Value, place: &str) {
    match (found, sent) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(found), Value::Object(sent)) => {
            let names = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
            let sorted = |mut names: Vec<String>| {
                names.sort();
                names
            };
            assert_eq!(sorted(names(found)), sorted(names(sent)), "members of {place}");
            for (name, value) in found {
                same_shape(value, &sent[name], &format!("{place}.{name}"));
            }
        }
        (Value::Array(found), Value::Array(sent)) => {
            if let Some(sent) = sent.first() {
                for value in found {
                    same_shape(value, sent, &format!("{place}[]"));
                }
            }
        }
        (found, sent) => {
            assert_eq!(
                std::mem::discriminant(found),
                std::mem::discriminant(sent),
                "kind of {place}: {found} and {sent}"
            );
        }
    }
}

async fn sent_by_kind(shop: &Shop, reader: Reader, begin: u64) -> BTreeMap<String, Value> {
    let from = From::After { seq: begin, lineage: None };
    let page: Value = serde_json::from_slice(&shop.store.sync(reader, from).await.expect("syncs")).expect("JSON");
    let events = page["events"].as_array().expect("events").clone();
    events.into_iter().map(|event| (event["type"].as_str().expect("a type").to_owned(), event)).collect()
}

#[actix_web::test]
async fn the_pages_fixture_has_the_shape_of_what_the_store_sends() {
    let fixture: Value = serde_json::from_str(include_str!("../fixtures/events.json")).expect("the fixture is JSON");
    let shop = Shop::open().await;
    let begin = shop.store.durable_seq().get();
    let order = shop.order(1, "a", 2).await.expect("is taken");
    let reason = Note::parse("재료 소진").ok();
    let cancel = Command::ChangeOrderStatus { order: created(&order).id, status: OrderStatus::Cancelled, reason };
    let deleted = created(&shop.order(1, "b", 1).await.expect("is taken")).id;
    shop.run(cancel).await;
    shop.run(Command::DeleteOrder(deleted)).await;
    shop.run(Command::CreateCall { table: table(1), kind: label("water"), note: None }).await;
    shop.run(Command::ResolveCall(CallId::new(1))).await;
    let item = tableorder::domain::ids::MenuItemId::new(1);
    let alcohol = MenuItemChange { alcohol: Some(true), ..MenuItemChange::default() };
    shop.run(Command::ChangeMenuItem(item, Box::new(alcohol))).await;
    let order = created(&shop.order(1, "soju", 1).await.expect("is taken")).id;
    shop.run(Command::CheckIdentity { order, passed: true }).await;
    shop.run(Command::SetAvailability { item, available: true, remaining: Some(9), until_day_end: false }).await;
    for (audience, reader) in [("staff", Reader::Staff), ("table", Reader::Table(table(1)))] {
        let initial = next_frames(&mut shop.stream(reader, From::Nothing).await, 1).await.remove(0);
        same_shape(&fixture[audience]["initial"], &initial.data, &format!("{audience} initial"));
        let mut sent = sent_by_kind(&shop, reader, begin).await;
        if audience == "table" {
            shop.run(Command::CompleteSession { table: table(1), force: true }).await;
        }
        sent.extend(sent_by_kind(&shop, reader, begin).await);
        if audience == "staff" {
            shop.order(2, "c", 1).await.expect("is taken");
            shop.run(Command::CompleteSession { table: table(2), force: true }).await;
            sent.extend(sent_by_kind(&shop, reader, begin).await);
        }
        let mut compared = 0;
        for frame in fixture[audience]["frames"].as_array().expect("frames") {
            let kind = frame["event"].as_str().expect("a type");
            if let Some(real) = sent.get(kind) {
                same_shape(&frame["data"], real, &format!("{audience} {kind}"));
                compared += 1;
            }
        }
        assert!(compared >= 13, "{audience}: only {compared} frames were compared");
    }
}
