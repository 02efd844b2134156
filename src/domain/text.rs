//! Bounded text: trimmed, without control characters, within a stated number of characters. Parsed once, at the edge.

use serde::{Deserialize, Serialize};

use super::limits;

/// Why a text was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextError {
    /// Fewer characters than allowed, after trimming.
    TooShort {
        /// Fewest characters.
        min: usize,
    },
    /// More characters than allowed, after trimming.
    TooLong {
        /// Most characters.
        max: usize,
    },
    /// A control character, such as a line break or NUL.
    ControlCharacter,
}

impl std::fmt::Display for TextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort { min: 1 } => write!(f, "must not be empty"),
            Self::TooShort { min } => write!(f, "must have at least {min} characters"),
            Self::TooLong { max } => write!(f, "must have at most {max} characters"),
            Self::ControlCharacter => write!(f, "must not contain line breaks or other control characters"),
        }
    }
}

/// Trims and checks a text of `min` to `max` characters.
///
/// # Errors
/// [`TextError`] when it is too short, too long or holds a control character.
pub fn bounded(raw: &str, min: usize, max: usize) -> Result<String, TextError> {
    let text = raw.trim();
    if text.chars().any(char::is_control) {
        return Err(TextError::ControlCharacter);
    }
    let count = text.chars().count();
    if count < min {
        return Err(TextError::TooShort { min });
    }
    if count > max {
        return Err(TextError::TooLong { max });
    }
    Ok(text.to_owned())
}

macro_rules! bounded_text {
    ($($(#[$doc:meta])* $name:ident($min:expr, $max:expr);)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Trims and checks the text.
            ///
            /// # Errors
            /// [`TextError`] when it is too short, too long or holds a control character.
            pub fn parse(raw: &str) -> Result<Self, TextError> {
                bounded(raw, $min, $max).map(|text| Self(text.into()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

bounded_text! {
    /// Name of a menu item, option group or option.
    MenuName(1, limits::MENU_NAME_MAX);
    /// Name of a category.
    CategoryName(1, limits::CATEGORY_NAME_MAX);
    /// Description of a menu item.
    Description(1, limits::DESCRIPTION_MAX);
    /// A guest's note, a cancellation reason, an origin line.
    Note(1, limits::NOTE_MAX);
    /// A table's label, a call's kind, a badge, an allergen, a drawing.
    Label(1, limits::LABEL_MAX);
    /// A staff user's name.
    Username(1, limits::USERNAME_MAX);
    /// A store's display name.
    StoreName(1, limits::STORE_NAME_MAX);
}

/// A store's short name in addresses and folders: `[a-z0-9-]{1,32}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreSlug(Box<str>);

impl StoreSlug {
    /// Takes a slug as it is written, otherwise nothing.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let fits = (1..=limits::STORE_SLUG_MAX).contains(&raw.len())
            && raw.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        fits.then(|| Self(raw.into()))
    }

    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for StoreSlug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The client's own key for one write: 1 to 128 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyText(Box<str>);

impl KeyText {
    /// Takes a key as it is written, otherwise nothing.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let fits =
            (1..=limits::IDEMPOTENCY_KEY_MAX).contains(&raw.len()) && raw.bytes().all(|b| (0x21..=0x7e).contains(&b));
        fits.then(|| Self(raw.into()))
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_counted_in_characters_and_free_of_control_characters() {
        assert_eq!(MenuName::parse("  김치찌개 ").map(|n| n.as_str().to_owned()), Ok("김치찌개".to_owned()));
        assert_eq!(MenuName::parse("   "), Err(TextError::TooShort { min: 1 }));
        assert!(MenuName::parse(&"가".repeat(100)).is_ok());
        assert_eq!(MenuName::parse(&"가".repeat(101)), Err(TextError::TooLong { max: 100 }));
        assert_eq!(MenuName::parse("a\u{0}b"), Err(TextError::ControlCharacter));
        assert_eq!(MenuName::parse("a\nb"), Err(TextError::ControlCharacter));
    }

    #[test]
    fn slugs_and_keys_take_only_their_alphabet() {
        assert!(StoreSlug::parse("round-moon-2").is_some());
        for bad in ["", "Moon", "../etc", "a b", "가", &"a".repeat(33)] {
            assert!(StoreSlug::parse(bad).is_none(), "{bad}");
        }
        assert!(KeyText::parse("7f3a-!~").is_some());
        for bad in ["", "a b", "a\tb", "가", &"k".repeat(129)] {
            assert!(KeyText::parse(bad).is_none(), "{bad}");
        }
    }
}
