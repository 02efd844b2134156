//! Acknowledged events that are lost: told until somebody confirms to know it, and never told again after that.

use tableorder::domain::access::{Principal, Role};
use tableorder::domain::command::Command;
use tableorder::domain::ids::UserId;

use super::shop::Shop;

/// Makes the line of the newest order in the newest segment unreadable, and its checkpoints with it.
fn damage(journal: &std::path::Path) {
    for entry in std::fs::read_dir(journal).expect("a folder") {
        let path = entry.expect("a file").path();
        let bytes = std::fs::read(&path).expect("reads");
        if path.extension().is_some_and(|ending| ending == "checkpoint") {
            std::fs::remove_file(path).expect("removes");
        } else if let Some(place) = memchr::memmem::find(&bytes, b"key-to-lose") {
            let mut bytes = bytes;
            bytes[place] ^= 1;
            std::fs::write(path, bytes).expect("writes");
        }
    }
}

#[actix_web::test]
async fn a_loss_is_told_until_it_is_confirmed() {
    let shop = Shop::open().await;
    shop.order(1, "key-before", 1).await.expect("is taken");
    shop.order(2, "key-to-lose", 1).await.expect("is taken");
    shop.order(1, "key-after", 1).await.expect("is taken");
    let shop = shop.restart_after(damage).await;
    let losses = shop.store.losses().await.expect("reads");
    let [loss] = losses.as_slice() else { panic!("one loss: {losses:?}") };
    assert!(!loss.confirmed && !loss.effect_kept);
    assert_eq!(loss.last_seq.get() - loss.first_seq.get(), 1, "the session and its order");
    assert!(loss.after.is_some() && loss.before.is_some(), "between two orders");
    assert!(shop.store.health().lost.is_some());

    let confirm = Command::ConfirmLoss(shop.store.lost_seqs());
    let owner = Principal::Staff { user: UserId::new(1), role: Role::Owner };
    shop.store.execute(owner, None, confirm).await.expect("is confirmed");
    assert_eq!(shop.store.health().lost, None);
    assert!(shop.store.losses().await.expect("reads").iter().all(|loss| loss.confirmed));
    let shop = shop.restart().await;
    assert_eq!(shop.store.health().lost, None, "also after a restart");
    assert_eq!(shop.store.losses().await.expect("reads").len(), 1);
}
