//! The reference model: it only watches what was told (commits) and keeps books in the plainest way, by adding up whole
//! lists anew each time.

use std::collections::{BTreeMap, BTreeSet};

use tableorder::domain::event::{Commit, CompletedSession, Event};
use tableorder::domain::ids::{OrderId, OrderNumber, SessionId, TableId};
use tableorder::domain::order::{Order, OrderStatus};
use tableorder::domain::state::StoreState;
use tableorder::domain::time::BusinessDay;

#[derive(Debug, Default)]
pub struct Reference {
    live: BTreeMap<OrderId, Order>,
    running: BTreeMap<SessionId, TableId>,
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
            if let Event::OrderCreated { order, table_total } | Event::OrderStatusChanged { order, table_total, .. } =
                event
            {
                assert_eq!(self.sum(order.session_id), table_total.get(), "told table total");
            }
        }
    }

    fn book(&mut self, event: &Event) {
        match event {
            Event::SessionStarted(session) => {
                assert!(!self.running.values().any(|table| *table == session.table_id), "two sessions at a table");
                self.running.insert(session.id, session.table_id);
            }
            Event::OrderCreated { order, .. } => {
                let by_hand: i64 = order
                    .items
                    .iter()
                    .map(|item| {
                        let options: i64 = item.options.iter().map(|option| option.price_delta.get()).sum();
                        (item.unit_price.get() + options) * i64::from(item.quantity)
                    })
                    .sum();
                assert_eq!(order.total.get(), by_hand, "order total");
                let OrderNumber { table, n } = order.number;
                assert!(self.numbers.insert((order.business_day, table.get(), n)), "an order number was used twice");
                assert!(
                    n == 1 || self.numbers.contains(&(order.business_day, table.get(), n - 1)),
                    "a number was left out"
                );
                self.live.insert(order.id, Order::clone(order));
            }
            Event::OrderStatusChanged { order, from, .. } => {
                let before = self.live.insert(order.id, Order::clone(order)).expect("a live order");
                assert_eq!(before.status, *from);
                assert_eq!(
                    (before.total, &before.items.len(), before.number),
                    (order.total, &order.items.len(), order.number)
                );
            }
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
                self.finished.push((CompletedSession::clone(completed), orders));
            }
            _ => {}
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
        }
    }
}

fn total(orders: &[Order]) -> i64 {
    orders.iter().filter(|order| order.status != OrderStatus::Cancelled).map(|order| order.total.get()).sum()
}
