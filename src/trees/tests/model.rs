//! Random commands: after any of them the trees agree with the state, and so does a view rebuilt from nothing.

use proptest::prelude::*;

use super::shop::{Shop, day, menu_item, new_order, table};
use crate::domain::command::{Command, TableChange};
use crate::domain::ids::{CategoryId, MenuItemId, OrderId};
use crate::domain::order::OrderStatus;
use crate::domain::text::{Label, Note};

#[derive(Debug, Clone)]
enum Step {
    Order(u64),
    Status(u64, u8),
    Delete(u64),
    Seat(u64),
    Finish(u64),
    Expire,
    Suspend,
    Label(u64),
    RemoveTable(u64),
    AddItem,
    RemoveItem(u64),
    Sort,
    SoldOut(u64),
    NextDay,
    Publish,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let at = 1..=5_u64;
    prop_oneof![
        8 => at.clone().prop_map(Step::Order),
        6 => (1..60_u64, 0..4_u8).prop_map(|(order, status)| Step::Status(order, status)),
        2 => (1..60_u64).prop_map(Step::Delete),
        2 => at.clone().prop_map(Step::Seat),
        4 => at.clone().prop_map(Step::Finish),
        1 => Just(Step::Expire),
        1 => Just(Step::Suspend),
        1 => at.clone().prop_map(Step::Label),
        1 => at.prop_map(Step::RemoveTable),
        1 => Just(Step::AddItem),
        1 => (1..6_u64).prop_map(Step::RemoveItem),
        1 => Just(Step::Sort),
        1 => (1..4_u64).prop_map(Step::SoldOut),
        1 => Just(Step::NextDay),
        4 => Just(Step::Publish),
        1 => Just(Step::Restart),
    ]
}

fn command(shop: &Shop, step: &Step) -> Option<Command> {
    Some(match *step {
        Step::Order(at) => Command::CreateOrder(new_order(at, 1 + usize::try_from(at).unwrap_or(0))),
        Step::Status(order, status) => {
            let status = [OrderStatus::Pending, OrderStatus::Preparing, OrderStatus::Completed, OrderStatus::Cancelled]
                [usize::from(status)];
            let reason = (status == OrderStatus::Cancelled).then(|| Note::parse("취소").expect("a reason"));
            Command::ChangeOrderStatus { order: OrderId::new(order), status, reason }
        }
        Step::Delete(order) => Command::DeleteOrder(OrderId::new(order)),
        Step::Seat(at) => Command::SeatParty { table: table(at) },
        Step::Finish(at) => Command::CompleteSession { table: table(at), force: true },
        Step::Expire => Command::ExpireSessions,
        Step::Suspend => Command::SuspendExpiry,
        Step::Label(at) => {
            let label = Some(Some(Label::parse("창가").expect("a label")));
            Command::ChangeTable(table(at), TableChange { label, ..TableChange::default() })
        }
        Step::RemoveTable(at) => Command::RemoveTable(table(at)),
        Step::AddItem => Command::AddMenuItem(Box::new(menu_item("순두부찌개", 9_500))),
        Step::RemoveItem(id) => Command::RemoveMenuItem(MenuItemId::new(id + 3)),
        Step::Sort => {
            let items = shop.state.menu.items_in_order(CategoryId::new(1));
            Command::OrderMenuItems(items.iter().rev().map(|item| item.id).collect())
        }
        Step::SoldOut(id) => Command::SetAvailability {
            item: MenuItemId::new(id),
            available: id == 1,
            remaining: None,
            until_day_end: true,
        },
        Step::NextDay | Step::Publish | Step::Restart => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_view_agrees_with_the_state_and_with_a_view_rebuilt_from_nothing(steps in prop::collection::vec(step(), 1..120)) {
        let mut shop = Shop::new(5);
        let mut trees = shop.start();
        let days = ["2026-11-21", "2026-11-22", "2026-12-01", "2027-01-01"];
        let mut days = days.into_iter();
        for step in &steps {
            if let Some(command) = command(&shop, step) {
                shop.try_run(command);
            }
            match step {
                Step::NextDay => shop.day = days.next().map_or(shop.day, day),
                Step::Publish => {
                    trees.publish(&shop.commits[shop.commits.len() - 1..]);
                    shop.wait(&trees);
                    prop_assert_eq!(trees.disagreements(&shop.state), Ok(vec![]));
                }
                Step::Restart => {
                    trees.stop();
                    shop = shop.restart();
                    trees = shop.start();
                }
                _ => {}
            }
        }
        trees.publish(&shop.commits[shop.commits.len() - 1..]);
        shop.check(&trees);
        trees.stop();
        prop_assert_eq!(shop.verify().disagreements, vec![]);
        std::fs::remove_dir_all(shop.trees_folder()).expect("removes");
        let rebuilt = shop.start();
        shop.check(&rebuilt);
        rebuilt.stop();
    }
}
