//! The identity check: alcohol goes to the kitchen only after staff saw the cards of the party that ordered it.

use std::sync::Arc;

use super::orders::total_with;
use crate::domain::error::{Conflict, DomainError, Thing};
use crate::domain::event::Event;
use crate::domain::ids::OrderId;
use crate::domain::order::{IdentityCheck, Order, OrderItem, OrderStatus, total_of};
use crate::domain::state::StoreState;
use crate::domain::text::Note;
use crate::domain::time::Timestamp;

/// Why an order of nothing but refused alcohol is cancelled; guests read it in their own language.
const REFUSED: &str = "신분증 확인 못 함";

/// Passed: everything that waits in the order's session passes. Refused: what waits in the order is taken out of it. One
/// event per changed order.
pub(super) fn check(state: &StoreState, at: Timestamp, id: OrderId, passed: bool) -> Result<Vec<Event>, DomainError> {
    let order = state.orders.get(&id).ok_or(DomainError::NotFound(Thing::Order))?;
    if !order.awaits_identity() {
        let wished = Some(if passed { IdentityCheck::Passed } else { IdentityCheck::Refused });
        let done = order.items.iter().any(|item| item.identity_check == wished);
        return if done { Ok(Vec::new()) } else { Err(DomainError::Conflict(Conflict::NoIdentityCheck)) };
    }
    if !passed {
        let after = refused(order, at);
        let table_total = total_with(state, order, &after)?;
        return Ok(vec![Event::IdentityChecked { order: Arc::new(after), table_total, passed }]);
    }
    let table_total = state.sessions.get(&order.session_id).ok_or(DomainError::SessionEnded)?.total;
    let waiting = state.orders_of(order.session_id).filter(|order| order.awaits_identity());
    let told =
        waiting.map(|order| Event::IdentityChecked { order: Arc::new(let_pass(order, at)), table_total, passed });
    Ok(told.collect())
}

fn let_pass(before: &Order, at: Timestamp) -> Order {
    let mut order = Order { updated_at: at, ..before.clone() };
    for item in order.items.iter_mut().filter(|item| item.awaits_identity()) {
        item.identity_check = Some(IdentityCheck::Passed);
        item.status = order.status;
    }
    order
}

fn refused(before: &Order, at: Timestamp) -> Order {
    let mut order = Order { updated_at: at, ..before.clone() };
    for item in order.items.iter_mut().filter(|item| item.awaits_identity()) {
        item.identity_check = Some(IdentityCheck::Refused);
        item.status = OrderStatus::Cancelled;
    }
    order.total = total_of(&order.items).unwrap_or(before.total);
    if !order.items.iter().any(OrderItem::counts) {
        order.status = OrderStatus::Cancelled;
        order.cancel_reason = Note::parse(REFUSED).ok();
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{Principal, Role};
    use crate::domain::command::{
        Command, Envelope, NewCategory, NewMenuItem, NewOrder, NewOrderItem, NewStore, NewTable, NewUser,
    };
    use crate::domain::decide::execute;
    use crate::domain::ids::{CategoryId, MenuItemId, TableId, TableNumber, UserId};
    use crate::domain::menu::Translations;
    use crate::domain::money::Money;
    use crate::domain::order::IdentityCheck::{Passed, Refused, Waiting};
    use crate::domain::order::OrderStatus::{Cancelled, Completed, Pending, Preparing};
    use crate::domain::text::{CategoryName, KeyText, Label, MenuName, StoreName, StoreSlug, Username};
    use crate::domain::time::BusinessDay;

    const STEW: u64 = 1;
    const SOJU: u64 = 2;
    const BEER: u64 = 3;

    /// Table 1 and a menu of one dish and two kinds of alcohol.
    struct Shop(StoreState);

    impl Shop {
        fn new() -> Self {
            let owner = NewUser {
                username: Username::parse("owner").expect("a name"),
                role: Role::Owner,
                password_hash: "hash".into(),
            };
            let mut shop = Self(StoreState::default());
            let name = CategoryName::parse("전부").expect("a name");
            let mut commands = vec![
                Command::CreateStore(NewStore {
                    slug: StoreSlug::parse("moon").expect("a slug"),
                    name: StoreName::parse("둥근달").expect("a name"),
                    owner,
                    currency: Label::parse("KRW").expect("a currency"),
                    time_zone: Label::parse("Asia/Seoul").expect("a zone"),
                    day_cutoff_hour: 5,
                }),
                Command::AddTable(NewTable {
                    number: TableNumber::parse(1).expect("a number"),
                    label: None,
                    seats: None,
                    password_hash: "hash".into(),
                }),
                Command::AddCategory(NewCategory { name, names: Translations::default() }),
            ];
            commands.extend([("김치찌개", 9_000, false), ("소주", 5_000, true), ("맥주", 4_000, true)].map(dish));
            for command in commands {
                shop.run(command).expect("is taken");
            }
            shop
        }

        fn run(&mut self, command: Command) -> Result<usize, DomainError> {
            let principal = Principal::Staff { user: UserId::new(1), role: Role::Owner };
            let business_day = BusinessDay::new(2026, 11, 20).expect("a date");
            let at = Timestamp::from_ms(1_790_000_000_000);
            let done = execute(&mut self.0, &Envelope { principal, at, business_day, key: None, command })?;
            crate::domain::invariants::check_all(&self.0).expect("invariants hold");
            Ok(done.map_or(0, |commit| commit.events.len()))
        }

        fn order(&mut self, dishes: &[u64]) -> OrderId {
            let id = self.0.next.order;
            let line = |dish: &u64| NewOrderItem {
                menu_id: MenuItemId::new(*dish),
                quantity: 2,
                options: Vec::new(),
                note: None,
            };
            let (items, key) = (dishes.iter().map(line).collect(), KeyText::parse("key").expect("a key"));
            let new = NewOrder { table: TableId::new(1), session: None, items, note: None, key };
            self.run(Command::CreateOrder(new)).expect("is taken");
            id
        }

        fn check(&mut self, order: OrderId, passed: bool) -> Result<usize, DomainError> {
            self.run(Command::CheckIdentity { order, passed })
        }

        fn set(&mut self, order: OrderId, status: OrderStatus) -> Result<usize, DomainError> {
            self.run(Command::ChangeOrderStatus { order, status, reason: None })
        }

        /// Status and total, and check and status of each line.
        fn stands(&self, order: OrderId) -> (OrderStatus, i64, Vec<(Option<IdentityCheck>, OrderStatus)>) {
            let order = &self.0.orders[&order];
            let lines = order.items.iter().map(|item| (item.identity_check, item.status));
            (order.status, order.total.get(), lines.collect())
        }

        fn total(&self) -> i64 {
            self.0.session_at(TableId::new(1)).expect("runs").total.get()
        }
    }

    fn dish((name, price, alcohol): (&str, i64, bool)) -> Command {
        Command::AddMenuItem(Box::new(NewMenuItem {
            category_id: CategoryId::new(1),
            name: MenuName::parse(name).expect("a name"),
            names: Translations::default(),
            description: None,
            descriptions: Translations::default(),
            price: Money::new(price),
            drawing: None,
            badges: Vec::new(),
            origin: None,
            allergens: None,
            alcohol,
            option_groups: Vec::new(),
        }))
    }

    #[test]
    fn given_alcohol_when_the_party_may_drink_then_all_its_alcohol_passes_and_later_alcohol_does_not_wait() {
        let mut shop = Shop::new();
        let (first, second) = (shop.order(&[STEW, SOJU]), shop.order(&[BEER]));
        assert_eq!(shop.stands(first), (Pending, 28_000, vec![(None, Pending), (Some(Waiting), Pending)]));
        shop.set(first, Preparing).expect("the stew is cooked");
        assert_eq!(shop.stands(first).2, [(None, Preparing), (Some(Waiting), Pending)], "the soju is held");
        assert_eq!(shop.check(second, true), Ok(2), "an event for each order");
        assert_eq!(shop.stands(first).2, [(None, Preparing), (Some(Passed), Preparing)]);
        assert_eq!(shop.stands(second), (Pending, 8_000, vec![(Some(Passed), Pending)]));
        assert_eq!(shop.total(), 36_000);
        let later = shop.order(&[SOJU, STEW]);
        assert_eq!(shop.stands(later).2, [(Some(Passed), Pending), (None, Pending)]);
        shop.set(later, Completed).expect("nothing waits");
    }

    #[test]
    fn given_alcohol_when_the_party_may_not_drink_then_that_order_s_alcohol_is_out_for_good() {
        let mut shop = Shop::new();
        let (first, second) = (shop.order(&[STEW, SOJU]), shop.order(&[BEER]));
        shop.set(first, Preparing).expect("the stew is cooked");
        assert_eq!(shop.check(first, false), Ok(1));
        let out = (Some(Refused), Cancelled);
        assert_eq!(shop.stands(first), (Preparing, 18_000, vec![(None, Preparing), out]));
        assert_eq!((shop.total(), shop.stands(second).2), (26_000, vec![(Some(Waiting), Pending)]), "each for itself");
        for status in [Completed, Preparing, Pending, Preparing, Cancelled] {
            shop.set(first, status).expect("moves");
            assert_eq!(shop.stands(first), (status, 18_000, vec![(None, status), out]), "it does not come back");
        }
        let later = shop.order(&[SOJU]);
        assert_eq!(shop.stands(later).2, [(Some(Waiting), Pending)], "the next round waits again");
    }

    #[test]
    fn given_nothing_but_alcohol_when_it_is_refused_then_the_order_is_cancelled_with_a_reason() {
        let mut shop = Shop::new();
        let order = shop.order(&[SOJU, BEER]);
        assert_eq!(shop.check(order, false), Ok(1));
        assert_eq!(shop.stands(order), (Cancelled, 0, vec![(Some(Refused), Cancelled); 2]));
        assert_eq!(shop.0.orders[&order].cancel_reason.as_ref().map(Note::as_str), Some(REFUSED));
        assert_eq!((shop.total(), shop.0.session_at(TableId::new(1)).expect("runs").open_orders), (0, 0));
        assert_eq!(
            shop.set(order, Pending),
            Err(DomainError::InvalidStatusTransition { from: Cancelled, to: Pending })
        );
    }

    #[test]
    fn given_an_open_check_when_the_order_shall_go_out_then_it_is_refused() {
        let mut shop = Shop::new();
        let (mixed, alcohol) = (shop.order(&[STEW, SOJU]), shop.order(&[SOJU]));
        assert_eq!(shop.set(mixed, Completed), Err(DomainError::IdentityCheckOpen));
        assert_eq!(shop.set(alcohol, Preparing), Err(DomainError::IdentityCheckOpen), "there is nothing to prepare");
        assert_eq!(shop.set(alcohol, Completed), Err(DomainError::IdentityCheckOpen));
        shop.set(mixed, Cancelled).expect("is cancelled");
        assert_eq!(shop.stands(mixed), (Cancelled, 28_000, vec![(None, Cancelled); 2]), "nothing is left to check");
        shop.check(alcohol, true).expect("passes");
        shop.set(alcohol, Completed).expect("goes out");
        shop.set(alcohol, Preparing).expect("one step back");
    }

    #[test]
    fn given_a_check_that_was_made_when_it_is_made_again_then_only_another_answer_is_refused() {
        let mut shop = Shop::new();
        let (stew, passed) = (shop.order(&[STEW]), shop.order(&[SOJU]));
        shop.check(passed, true).expect("passes");
        assert_eq!(shop.check(passed, true), Ok(0));
        assert_eq!(shop.check(passed, false), Err(DomainError::Conflict(Conflict::NoIdentityCheck)));
        for answer in [true, false] {
            assert_eq!(shop.check(stew, answer), Err(DomainError::Conflict(Conflict::NoIdentityCheck)));
            let unknown = OrderId::new(99);
            assert_eq!(shop.check(unknown, answer), Err(DomainError::NotFound(Thing::Order)));
        }
    }
}
