//! Money: whole won, checked arithmetic, never a fraction.

use serde::{Deserialize, Serialize};

/// An amount in integer minor units of the store's currency (won).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Takes any amount.
    #[must_use]
    pub const fn new(won: i64) -> Self {
        Self(won)
    }

    /// The amount.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Sum, unless it overflows.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, unless it overflows.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Product with a quantity, unless it overflows.
    #[must_use]
    pub fn times(self, quantity: u32) -> Option<Self> {
        self.0.checked_mul(i64::from(quantity)).map(Self)
    }
}
