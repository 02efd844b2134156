//! A store whose disk takes nothing more: what it refuses, what it goes on with, and how it comes back by itself.

use std::time::Duration;

use tableorder::domain::command::Command;
use tableorder::domain::order::OrderStatus;
use tableorder::store::{CannotWrite, ExecuteError, From, Outcome, Reader, StreamIdentity};

use super::shop::{Shop, created, table};

fn refused(result: &Result<Outcome, ExecuteError>) -> Option<CannotWrite> {
    match result {
        Err(ExecuteError::CannotWrite(why)) => Some(*why),
        _ => None,
    }
}

#[actix_web::test]
async fn below_the_line_only_new_orders_are_refused_and_nothing_of_them_is_left() {
    let shop = Shop::open().await;
    let first = shop.order(1, "first", 1).await.expect("is taken");
    let before = shop.store.durable_seq();
    shop.orders.close();
    assert_eq!(refused(&shop.order(1, "second", 1).await), Some(CannotWrite::DiskFull));
    assert_eq!(shop.store.durable_seq(), before);
    let again = shop.order(1, "first", 1).await.expect("a known key is answered before any look at the disk");
    assert!(again.repeated);
    let order = created(&first).id;
    shop.run(Command::ChangeOrderStatus { order, status: OrderStatus::Completed, reason: None }).await;
    shop.run(Command::CompleteSession { table: table(1), force: false }).await;
    shop.orders.open();
    assert!(!shop.order(1, "second", 1).await.expect("is taken").repeated);
}

#[actix_web::test]
async fn a_store_that_cannot_write_at_its_start_is_read_only_until_it_can() {
    let shop = Shop::open().await;
    shop.order(1, "first", 2).await.expect("is taken");
    // What a start has to remove cannot be removed.
    let in_the_way = "segment.tmp";
    let shop = shop.restart_after(|journal| std::fs::create_dir(journal.join(in_the_way)).expect("makes")).await;
    assert!(shop.store.health().obstacle.is_some_and(|why| why.contains(in_the_way)));
    assert_eq!(shop.store.read(|state| state.orders.len()).await.expect("is read"), 1);
    assert_eq!(shop.store.menu().version, 2);
    assert!(shop.order(1, "first", 2).await.expect("a known key is answered").repeated);
    assert_eq!(refused(&shop.order(1, "second", 1).await), Some(CannotWrite::ReadOnly));
    let stream = shop.store.stream(Reader::Staff, From::Nothing, StreamIdentity::default(), Box::new(())).await;
    assert!(matches!(stream, Err(ExecuteError::CannotWrite(CannotWrite::ReadOnly))));
    let sync = shop.store.sync(Reader::Staff, From::Nothing).await;
    assert!(matches!(sync, Err(ExecuteError::CannotWrite(CannotWrite::ReadOnly))));

    std::fs::remove_dir(shop.journal().join(in_the_way)).expect("removes");
    while shop.store.health().obstacle.is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!shop.order(1, "second", 1).await.expect("is taken").repeated);
    shop.store.sync(Reader::Staff, From::Nothing).await.expect("syncs");
    assert_eq!(shop.store.read(|state| state.orders.len()).await.expect("is read"), 2);
}
