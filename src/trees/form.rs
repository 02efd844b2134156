//! Fingerprint of the JSON that the encoders give. It stands in every mark, so that a view written in an older form is
//! rebuilt even when nobody thought of raising the schema version.

use super::Encoders;
use crate::domain::event::CompletedSession;
use crate::domain::ids::{
    MenuItemId, MenuOptionId, OrderId, OrderItemId, OrderNumber, SessionId, TableId, TableNumber, UserId, Visit,
};
use crate::domain::money::Money;
use crate::domain::order::{IdentityCheck, Order, OrderItem, OrderStatus, OrderedOption};
use crate::domain::text::{KeyText, MenuName, Note};
use crate::domain::time::{BusinessDay, Timestamp};

impl Encoders {
    /// The fingerprint: of an order and a session with everything in them, and of ones with nothing optional.
    pub(super) fn form(self) -> u32 {
        [true, false].into_iter().fold(0, |crc, full| {
            let crc = crc32c::crc32c_append(crc, &(self.order)(&sample_order(full)));
            crc32c::crc32c_append(crc, &(self.session)(&sample_session(full)))
        })
    }
}

fn table_number() -> TableNumber {
    TableNumber::parse(7).expect("7 is a table number")
}

fn day() -> BusinessDay {
    BusinessDay::new(2026, 11, 20).expect("a date")
}

fn sample_order(full: bool) -> Order {
    let note = || full.then(|| Note::parse("덜 맵게").expect("within bounds"));
    let name = |text| MenuName::parse(text).expect("within bounds");
    let option = OrderedOption { id: MenuOptionId::new(5), name: name("곱빼기"), price_delta: Money::new(1_000) };
    let item = OrderItem {
        id: OrderItemId::new(4),
        menu_id: MenuItemId::new(3),
        menu_name: name("김치찌개"),
        options: if full { vec![option] } else { vec![] },
        unit_price: Money::new(9_000),
        quantity: 2,
        subtotal: Money::new(20_000),
        note: note(),
        status: OrderStatus::Cancelled,
        identity_check: full.then_some(IdentityCheck::Refused),
    };
    Order {
        id: OrderId::new(2),
        number: OrderNumber { table: table_number(), n: 1 },
        table_id: TableId::new(8),
        table_number: table_number(),
        session_id: SessionId::new(9),
        status: OrderStatus::Cancelled,
        cancel_reason: note(),
        items: vec![item],
        total: Money::new(20_000),
        note: note(),
        key: KeyText::parse("key").expect("within bounds"),
        business_day: day(),
        created_at: Timestamp::from_ms(1_795_000_000_001),
        updated_at: Timestamp::from_ms(1_795_000_000_002),
    }
}

fn sample_session(full: bool) -> CompletedSession {
    CompletedSession {
        session_id: SessionId::new(9),
        table_id: TableId::new(8),
        table_number: table_number(),
        visit: Visit::default(),
        started_at: Timestamp::from_ms(1_795_000_000_000),
        completed_at: Timestamp::from_ms(1_795_000_000_003),
        business_day: day(),
        completed_by: full.then(|| UserId::new(6)),
        completed_by_name: full.then(|| "사장".into()),
        forced: full,
        order_ids: vec![OrderId::new(2)],
        order_count: 1,
        total: Money::ZERO,
        ordered: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_form_has_another_fingerprint() {
        let order = |order: &Order| format!("{order:?}").into_bytes();
        let session = |session: &CompletedSession| format!("{session:?}").into_bytes();
        let without_notes = |order: &Order| format!("{:?}", Order { note: None, ..order.clone() }).into_bytes();
        let form = Encoders { order, session }.form();
        assert_eq!(form, Encoders { order, session }.form());
        assert_ne!(form, Encoders { order: without_notes, session }.form());
    }
}
