//! Bodies of orders.

use serde::Deserialize;
use utoipa::ToSchema;

use super::fields::{Id, List, Object, Parsed, Whole};
use crate::domain::command::{NewOrder, NewOrderItem};
use crate::domain::ids::{MenuItemId, MenuOptionId, SessionId, TableId};
use crate::domain::limits;
use crate::domain::order::OrderStatus;
use crate::domain::text::{KeyText, Note};
use crate::http::problem::ApiError;

/// Options that one line can name: more than any item offers.
const LINE_OPTIONS_MAX: usize = limits::OPTION_GROUPS_MAX * limits::GROUP_OPTIONS_MAX;

/// A basket. Prices are the server's business and not taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderBody {
    /// Its lines; they stay as sent, in this order.
    #[schema(value_type = Vec<OrderLineBody>, min_items = 1, max_items = 50)]
    items: List<Object<OrderLineBody>, 1, { limits::ORDER_ITEMS_MAX }>,
    /// For the kitchen.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    note: Option<Parsed<Note>>,
    /// The session the page believes in; another one running, or none, refuses the order.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    session_id: Option<Id>,
}

/// A line of a basket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderLineBody {
    /// The menu item.
    #[schema(value_type = u64)]
    menu_id: Id,
    /// How many.
    #[schema(value_type = u32, minimum = 1, maximum = 99)]
    quantity: Whole<1, { limits::QUANTITY_MAX as i64 }>,
    /// Ids of the chosen options.
    #[serde(default = "no_options")]
    #[schema(value_type = Vec<u64>)]
    options: List<Id, 0, LINE_OPTIONS_MAX>,
    /// For the kitchen.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    note: Option<Parsed<Note>>,
}

fn no_options() -> List<Id, 0, LINE_OPTIONS_MAX> {
    List(Vec::new())
}

impl OrderBody {
    /// As the store takes it.
    pub(crate) fn into_command(self, table: TableId, key: KeyText) -> NewOrder {
        let items = self.items.0.into_iter().map(|Object(line)| NewOrderItem {
            menu_id: MenuItemId::new(line.menu_id.raw()),
            quantity: line.quantity.small(),
            options: line.options.0.into_iter().map(|id| MenuOptionId::new(id.raw())).collect(),
            note: line.note.map(|note| note.0),
        });
        NewOrder {
            table,
            session: self.session_id.map(|id| SessionId::new(id.raw())),
            items: items.collect(),
            note: self.note.map(|note| note.0),
            key,
        }
    }
}

/// Where an order shall go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusBody {
    /// The status.
    #[schema(value_type = String)]
    status: Parsed<OrderStatus>,
    /// Why, needed to cancel.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    reason: Option<Parsed<Note>>,
}

impl StatusBody {
    /// Status and reason.
    ///
    /// # Errors
    /// When an order shall be cancelled and nothing says why.
    pub(crate) fn into_parts(self) -> Result<(OrderStatus, Option<Note>), ApiError> {
        let (status, reason) = (self.status.0, self.reason.map(|reason| reason.0));
        if status == OrderStatus::Cancelled && reason.is_none() {
            return Err(ApiError::field("reason", "is missing; say why the order is cancelled"));
        }
        Ok((status, reason))
    }
}

/// What staff saw when they checked the identity for an order's alcohol.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityBody {
    /// The party is old enough; otherwise the order's waiting lines are cancelled.
    pub(crate) passed: bool,
}

/// How to finish a table.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompleteBody {
    /// Also with open orders.
    #[serde(default)]
    pub(crate) force: bool,
}
