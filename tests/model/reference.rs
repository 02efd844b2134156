//! The reference model: it only watches what was told (commits) and keeps books in the plainest way, by adding up whole
//! lists anew each time.

use std::collections::{BTreeMap, BTreeSet};

use tableorder::domain::event::{Commit, CompletedSession, Event};
use tableorder::domain::ids::{OrderId, OrderNumber, SessionId, TableId};
use tableorder::domain::order::IdentityCheck::{Passed, Refused, Waiting};
use tableorder::domain::order::{Order, OrderItem, OrderStatus};
use tableorder::domain::state::StoreState;
use tableorder::domain::time::BusinessDay;

/// The only item of the model's menu that needs an identity check.
const ALCOHOL: &str = "소주";

#[derive(Debug, Default)]
pub struct Reference {
    live: BTreeMap<OrderId, Order>,
    running: BTreeMap<SessionId, TableId>,
    /// Sessions that ordered anything, deleted or not.
    ordered: BTreeSet<SessionId>,
    /// Sessions whose party may drink.
    checked: BTreeSet<SessionId>,
    numbers: BTreeSet<(BusinessDay, u16, u32)>,
    pub finished: Vec<(CompletedSession, Vec<Order>)>,
}

impl Reference {
    /// Books one commit, checking every figure it tells.
    pub fn watch(&mut self, commit: &Commit) {
        for event in &commit.events {
            self.book(event);
        }
        for event in &commit.events {
            if let Event::OrderCreated { order, table_total }
            | Event::OrderStatusChanged { order, table_total, .. }
            | Event::IdentityChecked { order, table_total, .. } = event
            {
                assert_eq!(self.sum(order.session_id), table_total.get(), "told table total");
            }
        }
    }

    fn book(&mut self, event: &Event) {
        match event {
            Event::SessionStarted(session) => {
                assert!(!self.running.values().any(|table| *table == session.table_id), "two sessions at a table");
                assert_eq!((session.total.get(), session.order_count, session.ordered), (0, 0, false));
                self.running.insert(session.id, session.table_id);
            }
            Event::OrderCreated { order, .. } => {
                assert_eq!(order.total.get(), by_hand(&order.items), "order total");
                let check = if self.checked.contains(&order.session_id) { Passed } else { Waiting };
                for item in &order.items {
                    let expected = (item.menu_name.as_str() == ALCOHOL).then_some(check);
                    assert_eq!(item.identity_check, expected, "identity check of a new line");
                }
                let OrderNumber { table, n } = order.number;
                assert!(self.numbers.insert((order.business_day, table.get(), n)), "an order number was used twice");
                assert!(
                    n == 1 || self.numbers.contains(&(order.business_day, table.get(), n - 1)),
                    "a number was left out"
                );
                self.live.insert(order.id, Order::clone(order));
                self.ordered.insert(order.session_id);
            }
            Event::OrderStatusChanged { order, from, .. } => {
                let before = self.live.insert(order.id, Order::clone(order)).expect("a live order");
                assert_eq!(before.status, *from);
                let unchecked = order.items.iter().any(|item| item.identity_check == Some(Waiting));
                assert!(order.status != OrderStatus::Completed || !unchecked, "alcohol went out unchecked");
                for (before, after) in before.items.iter().zip(&order.items) {
                    let revived = before.status == OrderStatus::Cancelled && after.status != OrderStatus::Cancelled;
                    assert!(!revived, "a cancelled line came back");
                    let held = after.identity_check != Some(Waiting) || after.status == OrderStatus::Pending;
                    assert!(held, "the kitchen got a line that waits");
                }
                assert_eq!(
                    (before.total, &before.items.len(), before.number),
                    (order.total, &order.items.len(), order.number)
                );
            }
            Event::IdentityChecked { order, passed, .. } => self.book_identity(order, *passed),
            Event::OrderDeleted { order_id, .. } => {
                self.live.remove(order_id).expect("a live order");
            }
            Event::SessionCompleted(completed) => {
                self.running.remove(&completed.session_id).expect("a running session");
                let orders: Vec<Order> =
                    self.live.values().filter(|order| order.session_id == completed.session_id).cloned().collect();
                assert_eq!(completed.total.get(), total(&orders), "history total");
                assert_eq!(completed.order_ids, orders.iter().map(|order| order.id).collect::<Vec<_>>());
                self.live.retain(|_, order| order.session_id != completed.session_id);
                // A party that only sat there is in no history.
                if self.ordered.contains(&completed.session_id) {
                    self.finished.push((CompletedSession::clone(completed), orders));
                }
            }
            _ => {}
        }
    }

    /// Lines that waited have the answer, refused ones are cancelled and out of the total, the others stay as they were.
    fn book_identity(&mut self, order: &Order, passed: bool) {
        let before = self.live.insert(order.id, Order::clone(order)).expect("a live order");
        let waited = |item: &OrderItem| item.identity_check == Some(Waiting);
        assert!(before.items.iter().any(waited), "a check of an order that waits for none");
        for (before, after) in before.items.iter().zip(&order.items) {
            if waited(before) {
                let (check, status) = if passed { (Passed, order.status) } else { (Refused, OrderStatus::Cancelled) };
                assert_eq!((after.identity_check, after.status), (Some(check), status));
            } else {
                assert_eq!(before, after);
            }
        }
        let rest: Vec<_> = order.items.iter().filter(|item| item.identity_check != Some(Refused)).cloned().collect();
        assert_eq!(order.total.get(), by_hand(&rest), "order total");
        let status = if rest.is_empty() { OrderStatus::Cancelled } else { before.status };
        assert_eq!((order.status, order.cancel_reason.is_some()), (status, rest.is_empty()));
        if passed {
            self.checked.insert(order.session_id);
        }
    }

    fn sum(&self, session: SessionId) -> i64 {
        let orders: Vec<_> = self.live.values().filter(|order| order.session_id == session).cloned().collect();
        total(&orders)
    }

    /// Compares the books with the state.
    pub fn agrees_with(&self, state: &StoreState) {
        let live: BTreeMap<_, _> = state.orders.iter().map(|(id, order)| (*id, Order::clone(order))).collect();
        assert_eq!(live, self.live);
        let running: BTreeMap<_, _> = state.sessions.iter().map(|(id, session)| (*id, session.table_id)).collect();
        assert_eq!(running, self.running);
        for session in state.sessions.values() {
            assert_eq!(session.total.get(), self.sum(session.id));
            assert_eq!(session.ordered, self.ordered.contains(&session.id));
            assert_eq!(session.identity_checked, self.checked.contains(&session.id));
        }
    }
}

fn by_hand(items: &[OrderItem]) -> i64 {
    let price = |item: &OrderItem| {
        let options: i64 = item.options.iter().map(|option| option.price_delta.get()).sum();
        (item.unit_price.get() + options) * i64::from(item.quantity)
    };
    items.iter().map(price).sum()
}

fn total(orders: &[Order]) -> i64 {
    orders.iter().filter(|order| order.status != OrderStatus::Cancelled).map(|order| order.total.get()).sum()
}
