//! Orders on the wire.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::{WireTime, to_json};
use crate::domain::ids::{MenuItemId, OrderId, OrderItemId, OrderNumber, SessionId, TableId, TableNumber};
use crate::domain::money::Money;
use crate::domain::order::{IdentityCheck, Order, OrderItem, OrderStatus, OrderedOption};
use crate::domain::time::BusinessDay;

/// Which table, as guests and staff see it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct TableRef {
    /// Identity.
    pub id: TableId,
    /// Number.
    pub number: TableNumber,
}

/// An order as guests see it; staff also see its key.
#[derive(Serialize)]
struct OrderWire<'a> {
    id: OrderId,
    number: OrderNumber,
    table: TableRef,
    session_id: SessionId,
    status: OrderStatus,
    cancel_reason: Option<&'a str>,
    items: Items<'a>,
    total: Money,
    note: Option<&'a str>,
    business_day: BusinessDay,
    created_at: WireTime,
    updated_at: WireTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
}

struct Items<'a>(&'a [OrderItem]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        for item in self.0 {
            seq.serialize_element(&ItemWire {
                id: item.id,
                menu_id: item.menu_id,
                menu_name: item.menu_name.as_str(),
                options: &item.options,
                unit_price: item.unit_price,
                quantity: item.quantity,
                subtotal: item.subtotal,
                note: item.note.as_ref().map(crate::domain::text::Note::as_str),
                status: item.status,
                identity_check: item.identity_check,
            })?;
        }
        seq.end()
    }
}

#[derive(Serialize)]
struct ItemWire<'a> {
    id: OrderItemId,
    menu_id: MenuItemId,
    menu_name: &'a str,
    #[serde(serialize_with = "options")]
    options: &'a [OrderedOption],
    unit_price: Money,
    quantity: u32,
    subtotal: Money,
    note: Option<&'a str>,
    status: OrderStatus,
    identity_check: Option<IdentityCheck>,
}

fn options<S: Serializer>(options: &&[OrderedOption], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct OptionWire<'a> {
        id: crate::domain::ids::MenuOptionId,
        name: &'a str,
        price_delta: Money,
    }
    serializer.collect_seq(options.iter().map(|option| OptionWire {
        id: option.id,
        name: option.name.as_str(),
        price_delta: option.price_delta,
    }))
}

/// The order's JSON for guests.
pub fn guest_json(order: &Order) -> Vec<u8> {
    to_json(&wire(order, None))
}

/// The order's JSON for staff: a guest's with `key`.
pub fn staff_json(order: &Order) -> Vec<u8> {
    to_json(&wire(order, Some(order.key.as_str())))
}

fn wire<'a>(order: &'a Order, key: Option<&'a str>) -> OrderWire<'a> {
    OrderWire {
        id: order.id,
        number: order.number,
        table: TableRef { id: order.table_id, number: order.table_number },
        session_id: order.session_id,
        status: order.status,
        cancel_reason: order.cancel_reason.as_ref().map(crate::domain::text::Note::as_str),
        items: Items(&order.items),
        total: order.total,
        note: order.note.as_ref().map(crate::domain::text::Note::as_str),
        business_day: order.business_day,
        created_at: WireTime(order.created_at),
        updated_at: WireTime(order.updated_at),
        key,
    }
}

/// An order that serialises itself for one audience, for use inside other wire values.
pub struct OrderFor<'a> {
    /// The order.
    pub order: &'a Order,
    /// Whether staff read it.
    pub staff: bool,
}

impl Serialize for OrderFor<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        wire(self.order, self.staff.then(|| self.order.key.as_str())).serialize(serializer)
    }
}
