//! Building blocks of bodies: objects that are objects, bounded texts and numbers, and fields that can be absent, null or
//! there. Each says in its own words what it takes.

#![expect(clippy::option_option, reason = "absent is unchanged, null is cleared")]

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::domain::limits;
use crate::domain::money::Money;
use crate::domain::order::OrderStatus;
use crate::domain::text::{
    CategoryName, Description, Label, MenuName, Note, StoreName, StoreSlug, TextError, Username, bounded,
};

/// An object. Derived types alone would take an array of their fields' values as well.
#[derive(Debug, Clone)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

/// A text that its own type takes.
pub(crate) trait Text: Sized {
    /// What is expected, for clients that send no text at all.
    const EXPECTED: &str;
    /// Takes a text or says what is wrong with it.
    fn take(raw: &str) -> Result<Self, String>;
}

/// A text parsed into its domain type.
#[derive(Debug, Clone)]
pub(crate) struct Parsed<T>(pub(crate) T);

impl<'de, T: Text> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words<T>(PhantomData<T>);
        impl<T: Text> Visitor<'_> for Words<T> {
            type Value = Parsed<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_str<E: Error>(self, raw: &str) -> Result<Parsed<T>, E> {
                T::take(raw).map(Parsed).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Words(PhantomData))
    }
}

macro_rules! domain_texts {
    ($($name:ident),+) => {$(
        impl Text for $name {
            const EXPECTED: &str = "a text";

            fn take(raw: &str) -> Result<Self, String> {
                Self::parse(raw).map_err(|error: TextError| error.to_string())
            }
        }
    )+};
}

domain_texts!(CategoryName, Description, Label, MenuName, Note, StoreName, Username);

impl Text for StoreSlug {
    const EXPECTED: &str = "a text";

    fn take(raw: &str) -> Result<Self, String> {
        Self::parse(raw).ok_or_else(|| "must be 1 to 32 of a-z, 0-9 and -".to_owned())
    }
}

impl Text for OrderStatus {
    const EXPECTED: &str = "pending, preparing, completed or cancelled";

    fn take(raw: &str) -> Result<Self, String> {
        Self::parse(raw).ok_or_else(|| format!("must be {}", Self::EXPECTED))
    }
}

/// A password as typed: not trimmed, since blanks are part of it.
#[derive(Debug, Clone)]
pub(crate) struct Password<const MIN: usize, const MAX: usize>(pub(crate) String);

impl<const MIN: usize, const MAX: usize> Text for Password<MIN, MAX> {
    const EXPECTED: &str = "a text";

    fn take(raw: &str) -> Result<Self, String> {
        if raw.chars().any(char::is_control) {
            return Err(TextError::ControlCharacter.to_string());
        }
        match raw.chars().count() {
            count if count < MIN => Err(TextError::TooShort { min: MIN }.to_string()),
            count if count > MAX => Err(TextError::TooLong { max: MAX }.to_string()),
            _ => Ok(Self(raw.to_owned())),
        }
    }
}

/// Any text of a login: bounded, but what is wrong with it is told by the login's one answer only.
#[derive(Debug, Clone)]
pub(crate) struct LoginText(pub(crate) String);

impl Text for LoginText {
    const EXPECTED: &str = "a text";

    fn take(raw: &str) -> Result<Self, String> {
        bounded(raw, 1, 200).map(Self).map_err(|error| error.to_string())
    }
}

/// A code of six digits, as it is shown for typing.
#[derive(Debug, Clone)]
pub(crate) struct SixDigits(pub(crate) String);

impl Text for SixDigits {
    const EXPECTED: &str = "a text of six digits";

    fn take(raw: &str) -> Result<Self, String> {
        let fits = raw.len() == 6 && raw.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self(raw.to_owned())) } else { Err("must be six digits".to_owned()) }
    }
}

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whole<const MIN: i64, const MAX: i64>(pub(crate) i64);

impl<'de, const MIN: i64, const MAX: i64> Deserialize<'de> for Whole<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number<const MIN: i64, const MAX: i64>;
        impl<const MIN: i64, const MAX: i64> Visitor<'_> for Number<MIN, MAX> {
            type Value = Whole<MIN, MAX>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number from {MIN} to {MAX}")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                if (MIN..=MAX).contains(&number) {
                    return Ok(Whole(number));
                }
                Err(E::invalid_value(serde::de::Unexpected::Signed(number), &self))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                match i64::try_from(number) {
                    Ok(number) => self.visit_i64(number),
                    Err(_) => Err(E::invalid_value(serde::de::Unexpected::Unsigned(number), &self)),
                }
            }
        }
        deserializer.deserialize_i64(Number)
    }
}

impl<const MIN: i64, const MAX: i64> Whole<MIN, MAX> {
    /// As a small number. Only for bounds within `u32`.
    pub(crate) fn small(self) -> u32 {
        const { assert!(MIN >= 0 && MAX <= u32::MAX as i64, "the bounds fit u32") };
        u32::try_from(self.0).expect("the bounds fit u32")
    }
}

/// A price in won.
pub(crate) type Price = Whole<0, { limits::PRICE_MAX }>;
/// What an option adds to a price, in won.
pub(crate) type PriceDelta = Whole<{ -limits::PRICE_MAX }, { limits::PRICE_MAX }>;

impl<const MIN: i64, const MAX: i64> From<Whole<MIN, MAX>> for Money {
    fn from(amount: Whole<MIN, MAX>) -> Self {
        Self::new(amount.0)
    }
}

/// An id: a whole number; whether it names anything is seen later.
pub(crate) type Id = Whole<0, { i64::MAX }>;

impl Id {
    /// The raw number.
    pub(crate) fn raw(self) -> u64 {
        u64::try_from(self.0).expect("ids are not negative")
    }
}

/// A list of at most `MAX` and at least `MIN` things.
#[derive(Debug, Clone)]
pub(crate) struct List<T, const MIN: usize, const MAX: usize>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>, const MIN: usize, const MAX: usize> Deserialize<'de> for List<T, MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::deserialize(deserializer)?;
        if (MIN..=MAX).contains(&items.len()) {
            return Ok(Self(items));
        }
        Err(D::Error::custom(format_args!("must have {MIN} to {MAX} entries, not {}", items.len())))
    }
}

/// For a field of a change that cannot be cleared: absent is nothing, null is refused by the type itself.
pub(crate) fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// For a field of a change that can be cleared: absent is nothing, null is `Some(None)`.
pub(crate) fn there_or_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<'a, T: Deserialize<'a> + fmt::Debug>(json: &'a str) -> String {
        serde_json::from_str::<T>(json).expect_err(json).to_string()
    }

    #[test]
    fn whole_numbers_say_what_they_take() {
        assert_eq!(serde_json::from_str::<Whole<1, 99>>("99").expect("fits").0, 99);
        for json in ["0", "100", "-1", "1.5", "1.0", "9223372036854775808", "1e3", "\"1\"", "true", "null", "[1]"] {
            assert!(error::<Whole<1, 99>>(json).contains("a whole number from 1 to 99"), "{json}");
        }
    }

    #[test]
    fn texts_are_trimmed_and_bounded_and_passwords_are_not_trimmed() {
        assert_eq!(serde_json::from_str::<Parsed<MenuName>>("\" 떡볶이 \"").expect("fits").0.as_str(), "떡볶이");
        assert!(error::<Parsed<MenuName>>("7").contains("a text"));
        assert!(error::<Parsed<MenuName>>("\"\"").contains("must not be empty"));
        assert!(error::<Parsed<StoreSlug>>("\"Moon\"").contains("a-z"));
        assert_eq!(serde_json::from_str::<Parsed<Password<4, 50>>>("\" abc\"").expect("fits").0.0, " abc");
        assert!(error::<Parsed<Password<4, 50>>>("\"abc\"").contains("at least 4"));
        assert!(error::<Parsed<Password<4, 50>>>(&format!("\"{}\"", "a".repeat(51))).contains("at most 50"));
    }

    #[test]
    fn an_array_of_values_is_no_object() {
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only parsed")]
        struct One {
            a: u8,
        }
        assert!(serde_json::from_str::<Object<One>>("{\"a\":1}").is_ok());
        assert!(error::<Object<One>>("[1]").contains("an object"));
    }
}
