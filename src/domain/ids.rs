//! Identities: one newtype per kind of thing, so that a table's id can never be taken for its number.

use serde::{Deserialize, Serialize};

macro_rules! integer_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// Takes the raw number; 0 names nothing.
            #[must_use]
            pub const fn new(raw: u64) -> Self {
                Self(raw)
            }

            /// The raw number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The one after this.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

/// Seqs from the first to the last, both of them included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SeqRange {
    /// First of them.
    pub first: Seq,
    /// Last of them.
    pub last: Seq,
}

impl SeqRange {
    /// Whether it holds all of the other one.
    #[must_use]
    pub fn holds(&self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

integer_id! {
    /// Position of an event in a store's journal: from 1, without gaps.
    Seq;
    /// A restaurant table; not its number.
    TableId;
    /// A table session: one party at one table.
    SessionId;
    /// An order.
    OrderId;
    /// One line of an order, counted per store.
    OrderItemId;
    /// A menu item.
    MenuItemId;
    /// A menu category.
    CategoryId;
    /// An option group of a menu item.
    OptionGroupId;
    /// One option of an option group.
    MenuOptionId;
    /// A staff call.
    CallId;
    /// A staff user.
    UserId;
    /// The credential of a paired tablet.
    TabletId;
}

impl Seq {
    /// Moves `count` events on.
    #[must_use]
    pub const fn plus(self, count: u64) -> Self {
        Self(self.0 + count)
    }
}

/// Number of a table as guests and staff see it, 1 to [`super::limits::TABLE_NUMBER_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TableNumber(u16);

impl TableNumber {
    /// Takes a number within bounds, otherwise nothing.
    #[must_use]
    pub fn parse(raw: u64) -> Option<Self> {
        let number = u16::try_from(raw).ok()?;
        (1..=super::limits::TABLE_NUMBER_MAX).contains(&number).then_some(Self(number))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl std::fmt::Display for TableNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A table's number of parties so far; raised when the table is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Visit(u32);

impl Visit {
    /// The count.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The next party's.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Number of an order: `T{table number}-{n}`, at least three digits, counted per table number and business day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumber {
    /// The table's number when the order was made.
    pub table: TableNumber,
    /// Counted from 1 within the business day.
    pub n: u32,
}

impl std::fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "T{}-{:03}", self.table, self.n)
    }
}

impl Serialize for OrderNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OrderNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_order_number(&text).ok_or_else(|| serde::de::Error::custom("not an order number"))
    }
}

fn parse_order_number(text: &str) -> Option<OrderNumber> {
    let (table, n) = text.strip_prefix('T')?.split_once('-')?;
    Some(OrderNumber { table: TableNumber::parse(table.parse().ok()?)?, n: n.parse().ok()? })
}

macro_rules! hash_newtype {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u128);

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&format_args!("{:032x}", self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                u128::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

hash_newtype! {
    /// First 16 bytes of a SHA-256 over an Idempotency-Key and its scope.
    KeyHash;
    /// First 16 bytes of a SHA-256 over a request's method, path and body.
    BodyHash;
    /// Random id of a signed token; remembered when it is logged out.
    TokenId;
    /// First 16 bytes of a SHA-256 over a tablet's secret.
    SecretHash;
    /// First 16 bytes of a SHA-256 over the kind and name of an account that can be locked.
    AccountHash;
}

/// SHA-256 of a picture's bytes; its file is named after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PictureHash(pub [u8; 32]);

impl PictureHash {
    /// Reads exactly 64 lower-case hex digits; nothing else names a picture.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl std::fmt::Display for PictureHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for PictureHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PictureHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a picture's hash"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_have_at_least_three_digits_and_read_back() {
        let table = TableNumber::parse(7).expect("7 is a table number");
        for (n, text) in [(1, "T7-001"), (999, "T7-999"), (1000, "T7-1000")] {
            let number = OrderNumber { table, n };
            assert_eq!(number.to_string(), text);
            assert_eq!(parse_order_number(text), Some(number));
        }
        assert_eq!(parse_order_number("7-001"), None);
    }

    #[test]
    fn a_picture_is_named_by_64_lower_case_hex_digits_and_by_nothing_else() {
        let text = "00ff".repeat(16);
        assert_eq!(PictureHash::parse(&text).expect("a hash").to_string(), text);
        let short = &text[1..];
        for wrong in
            ["", "..", short, &text.to_uppercase(), &format!("{short}g"), &format!("{text}0"), &format!("+{short}")]
        {
            assert_eq!(PictureHash::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn table_numbers_are_bounded() {
        assert!(TableNumber::parse(0).is_none());
        assert!(TableNumber::parse(999).is_some());
        assert!(TableNumber::parse(1000).is_none());
        assert!(TableNumber::parse(1 << 40).is_none());
    }
}
