//! Bodies of tables.

#![expect(clippy::option_option, reason = "absent is unchanged, null is cleared")]

use serde::Deserialize;
use utoipa::ToSchema;

use super::fields::{Parsed, Password, Whole, there, there_or_null};
use crate::domain::command::{NewTable, TableChange};
use crate::domain::ids::TableNumber;
use crate::domain::limits;
use crate::domain::text::Label;

/// A table's password: short enough to type on a tablet.
pub(crate) type TablePassword = Password<4, 50>;
type Number = Whole<1, { limits::TABLE_NUMBER_MAX as i64 }>;
type Seats = Whole<1, { limits::TABLE_SEATS_MAX as i64 }>;

/// A table to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableBody {
    /// Unique in the store.
    #[schema(value_type = u16, minimum = 1, maximum = 999)]
    number: Number,
    /// For logging tablets in.
    #[schema(value_type = String, min_length = 4, max_length = 50)]
    password: Parsed<TablePassword>,
    /// Shown beside the number.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 50)]
    label: Option<Parsed<Label>>,
    /// Seats.
    #[serde(default)]
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 999)]
    seats: Option<Seats>,
}

impl TableBody {
    /// The password to hash, and the rest once it is hashed.
    pub(crate) fn into_parts(self) -> (String, impl FnOnce(Box<str>) -> NewTable) {
        let Self { number, password, label, seats } = self;
        let rest = move |password_hash| NewTable {
            number: table_number(number),
            label: label.map(|label| label.0),
            seats: seats.map(seat_count),
            password_hash,
        };
        (password.0.0, rest)
    }
}

/// Changes of a table.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableChangeBody {
    /// New number.
    #[serde(default, deserialize_with = "there")]
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 999)]
    number: Option<Number>,
    /// New password.
    #[serde(default, deserialize_with = "there")]
    #[schema(value_type = Option<String>, min_length = 4, max_length = 50)]
    password: Option<Parsed<TablePassword>>,
    /// New label; null clears it.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<String>, max_length = 50)]
    label: Option<Option<Parsed<Label>>>,
    /// New seats; null clears them.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 999)]
    seats: Option<Option<Seats>>,
}

impl TableChangeBody {
    /// The password to hash, if there is one, and the change without it.
    pub(crate) fn into_parts(self) -> (Option<String>, TableChange) {
        let change = TableChange {
            number: self.number.map(table_number),
            label: self.label.map(|label| label.map(|label| label.0)),
            seats: self.seats.map(|seats| seats.map(seat_count)),
            password_hash: None,
        };
        (self.password.map(|password| password.0.0), change)
    }
}

fn table_number(number: Number) -> TableNumber {
    TableNumber::parse(u64::from(number.small())).expect("the body's bounds are the table number's")
}

fn seat_count(seats: Seats) -> u16 {
    u16::try_from(seats.small()).expect("the body's bounds fit u16")
}
