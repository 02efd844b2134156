//! Who may speak to a store: staff users, paired tablets, logged-out tokens and locks. Secrets are kept as hashes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{AccountHash, SecretHash, TableId, TabletId, TokenId, UserId, Visit};
use super::table::Table;
use super::text::Username;
use super::time::Timestamp;

/// What a staff user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but users.
    Manager,
    /// Orders, tables, calls.
    Staff,
    /// The kitchen's screen.
    Kitchen,
}

impl Role {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Staff => "staff",
            Self::Kitchen => "kitchen",
        }
    }
}

/// A staff user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// Unique in the store.
    pub username: Username,
    /// What the user may do.
    pub role: Role,
    /// PHC string; a secret.
    pub password_hash: Box<str>,
    /// Raised when the password changes: tokens of an older generation are over.
    pub generation: u32,
}

/// The credential of a paired tablet. It outlives sessions and password changes and ends when it is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tablet {
    /// Identity.
    pub id: TabletId,
    /// The table it stands on.
    pub table_id: TableId,
    /// Hash of its secret.
    pub secret: SecretHash,
    /// When it was paired.
    pub paired_at: Timestamp,
}

/// Everything a request's identity is checked against. Published as one immutable snapshot when it changes, so that no
/// request ever waits for the writer to be recognised.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Access {
    /// Staff users by id.
    pub users: BTreeMap<UserId, Arc<User>>,
    /// Paired tablets by id.
    pub tablets: BTreeMap<TabletId, Tablet>,
    /// Tables by id.
    pub tables: BTreeMap<TableId, Arc<Table>>,
    /// Logged-out tokens with the time they would have expired.
    pub revoked: BTreeMap<TokenId, Timestamp>,
    /// Locked accounts with the time the lock ends.
    pub locks: BTreeMap<AccountHash, Timestamp>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Principal {
    /// The program itself: expiry, a new business day, locks, first set-up.
    System,
    /// A staff user.
    Staff {
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
    },
    /// A paired tablet.
    Tablet {
        /// Its table.
        table: TableId,
        /// Its credential.
        tablet: TabletId,
    },
    /// A guest's own phone.
    Guest {
        /// The table.
        table: TableId,
        /// The visit its token dies with.
        visit: Visit,
    },
}

impl Principal {
    /// The table a guest or tablet speaks for.
    #[must_use]
    pub const fn table(self) -> Option<TableId> {
        match self {
            Self::Tablet { table, .. } | Self::Guest { table, .. } => Some(table),
            Self::System | Self::Staff { .. } => None,
        }
    }

    /// The staff user who acts.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::Staff { user, .. } => Some(user),
            _ => None,
        }
    }
}
