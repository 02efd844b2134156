//! Orders and their lines, with names and prices as sold.

use serde::{Deserialize, Serialize};

use super::ids::{MenuItemId, MenuOptionId, OrderId, OrderItemId, OrderNumber, SessionId, TableId, TableNumber};
use super::money::Money;
use super::text::{KeyText, MenuName, Note};
use super::time::{BusinessDay, Timestamp};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// 대기중: received, nobody cooks yet.
    Pending,
    /// 준비중: being cooked.
    Preparing,
    /// 완료: served.
    Completed,
    /// 취소: will not be served, with a reason.
    Cancelled,
}

impl OrderStatus {
    /// Still to be cooked or served.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Preparing)
    }

    /// Whether an order of this status counts in totals.
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Cancelled)
    }

    /// Whether staff may move an order from here to there: forward, skipping preparing, one step back, and cancelled
    /// from pending or preparing.
    #[must_use]
    pub const fn may_become(self, to: Self) -> bool {
        use OrderStatus::{Cancelled, Completed, Pending, Preparing};
        matches!(
            (self, to),
            (Pending, Preparing | Completed | Cancelled)
                | (Preparing, Completed | Pending | Cancelled)
                | (Completed, Preparing)
        )
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Preparing => "preparing",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word on the wire, otherwise nothing.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pending, Self::Preparing, Self::Completed, Self::Cancelled]
            .into_iter()
            .find(|status| status.word() == word)
    }
}

/// How far the identity check of a line with alcohol is. Lines that need none have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityCheck {
    /// Nobody has looked yet; the kitchen does not get the line before.
    Waiting,
    /// Staff saw that the party is old enough.
    Passed,
    /// Staff did not; the line is cancelled and left out of the total.
    Refused,
}

/// One confirmed basket. Totals are integers in won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// Shown to guests and staff.
    pub number: OrderNumber,
    /// The table it was ordered at.
    pub table_id: TableId,
    /// That table's number when it was ordered.
    pub table_number: TableNumber,
    /// The table session it belongs to.
    pub session_id: SessionId,
    /// Where it stands.
    pub status: OrderStatus,
    /// Why it was cancelled; only while cancelled.
    pub cancel_reason: Option<Note>,
    /// Lines as sent, in the same order, never merged.
    pub items: Vec<OrderItem>,
    /// Sum of the subtotals of lines that count.
    pub total: Money,
    /// For the kitchen.
    pub note: Option<Note>,
    /// The client's Idempotency-Key.
    pub key: KeyText,
    /// The day it is booked on.
    pub business_day: BusinessDay,
    /// When it was decided.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    /// Identity.
    pub id: OrderItemId,
    /// The menu item it came from.
    pub menu_id: MenuItemId,
    /// Korean name as sold.
    pub menu_name: MenuName,
    /// Options as sold.
    pub options: Vec<OrderedOption>,
    /// Price without options as sold.
    pub unit_price: Money,
    /// 1 to 99.
    pub quantity: u32,
    /// (`unit_price` + options) × `quantity`.
    pub subtotal: Money,
    /// For the kitchen.
    pub note: Option<Note>,
    /// Moves with its order until the kitchen moves lines one by one; pending as long as its identity check waits, and
    /// cancelled for good once that is refused.
    pub status: OrderStatus,
    /// Of a line with alcohol; orders of earlier programs have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_check: Option<IdentityCheck>,
}

/// An option as sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderedOption {
    /// The menu option it came from.
    pub id: MenuOptionId,
    /// Korean name as sold.
    pub name: MenuName,
    /// Added to the unit price as sold.
    pub price_delta: Money,
}

impl Order {
    /// Whether a line waits for the identity check.
    #[must_use]
    pub fn awaits_identity(&self) -> bool {
        self.items.iter().any(OrderItem::awaits_identity)
    }

    /// Whether lines wait for the identity check and nothing else is left to do.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let mut open = self.items.iter().filter(|item| item.status.is_open());
        self.awaits_identity() && open.all(OrderItem::awaits_identity)
    }
}

impl OrderItem {
    /// Whether it waits for the identity check.
    #[must_use]
    pub fn awaits_identity(&self) -> bool {
        self.identity_check == Some(IdentityCheck::Waiting)
    }

    /// Whether it counts in its order's total: all but what was taken out of the order. A cancelled order keeps what it
    /// came to, and is left out of other sums as a whole.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.identity_check != Some(IdentityCheck::Refused)
    }

    /// (`unit_price` + Σ `price_delta`) × `quantity`, unless it overflows or is negative.
    #[must_use]
    pub fn priced(unit_price: Money, options: &[OrderedOption], quantity: u32) -> Option<Money> {
        let unit = options.iter().try_fold(unit_price, |sum, option| sum.plus(option.price_delta))?;
        if unit < Money::ZERO {
            return None;
        }
        unit.times(quantity)
    }
}

/// Sum of the lines that count, unless it overflows.
#[must_use]
pub fn total_of(items: &[OrderItem]) -> Option<Money> {
    items.iter().filter(|item| item.counts()).try_fold(Money::ZERO, |sum, item| sum.plus(item.subtotal))
}

#[cfg(test)]
mod tests {
    use super::OrderStatus::{Cancelled, Completed, Pending, Preparing};
    use super::*;

    #[test]
    fn status_moves_forward_skips_preparing_and_goes_one_step_back() {
        let allowed = [
            (Pending, Preparing),
            (Pending, Completed),
            (Pending, Cancelled),
            (Preparing, Completed),
            (Preparing, Pending),
            (Preparing, Cancelled),
            (Completed, Preparing),
        ];
        for from in [Pending, Preparing, Completed, Cancelled] {
            for to in [Pending, Preparing, Completed, Cancelled] {
                assert_eq!(from.may_become(to), allowed.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_line_is_priced_with_its_options_times_quantity_and_never_below_zero() {
        let option = |delta| OrderedOption {
            id: MenuOptionId::new(1),
            name: MenuName::parse("곱빼기").expect("a name"),
            price_delta: Money::new(delta),
        };
        assert_eq!(OrderItem::priced(Money::new(9_000), &[option(1_000), option(500)], 3), Some(Money::new(31_500)));
        assert_eq!(OrderItem::priced(Money::new(100), &[option(-200)], 1), None);
        assert_eq!(OrderItem::priced(Money::new(i64::MAX), &[option(1)], 1), None);
        assert_eq!(OrderItem::priced(Money::new(i64::MAX), &[], 2), None);
    }
}
