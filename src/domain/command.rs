//! Wishes: what somebody asks a store to do. Shape and bounds are checked before; rules are checked by `decide`.

use serde::{Deserialize, Serialize};

use super::access::{Principal, Role};
use super::ids::{
    AccountHash, BodyHash, CallId, CategoryId, KeyHash, MenuItemId, MenuOptionId, OptionGroupId, OrderId, SecretHash,
    SeqRange, SessionId, TableId, TableNumber, TabletId, TokenId,
};
use super::menu::{MenuImage, Translations};
use super::money::Money;
use super::order::OrderStatus;
use super::text::{CategoryName, Description, KeyText, Label, MenuName, Note, StoreName, StoreSlug, Username};
use super::time::{BusinessDay, Timestamp};

/// A command with everything from outside that deciding it needs: who, when, and the client's key.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Who asks.
    pub principal: Principal,
    /// Wall time of the decision.
    pub at: Timestamp,
    /// The business day that `at` falls on.
    pub business_day: BusinessDay,
    /// The client's key, for writes that carry one.
    pub key: Option<IdempotencyKey>,
    /// The wish.
    pub command: Command,
}

/// An Idempotency-Key as it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyKey {
    /// Hash of scope and key.
    pub hash: KeyHash,
    /// Hash of the request's body; the same key with another body is a conflict.
    pub body: BodyHash,
    /// Orders and other writes are remembered apart.
    pub kind: KeyKind,
}

/// Which memory a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// `POST /api/orders`: the newest 100,000.
    Order,
    /// Every other write: the newest 1,000.
    Write,
}

/// A wish. `Option<Option<T>>` in a change: outer absent = unchanged, inner absent = cleared.
#[derive(Debug, Clone)]
pub enum Command {
    /// First command of a store: names it and makes its owner.
    CreateStore(NewStore),
    /// Adds a staff user.
    AddUser(NewUser),
    /// Ends a staff or tablet token before its time; `tablet` also revokes that credential.
    RevokeToken {
        /// The token.
        token: TokenId,
        /// When it would have expired.
        expires_at: Timestamp,
        /// A tablet that logs out gives its credential back.
        tablet: Option<TabletId>,
    },
    /// Locks an account after too many failures.
    LockAccount {
        /// The account.
        account: AccountHash,
        /// When the lock ends.
        until: Timestamp,
    },
    /// Pairs a tablet with a table.
    PairTablet {
        /// The table.
        table: TableId,
        /// Hash of the tablet's secret.
        secret: SecretHash,
    },
    /// Ends a tablet's credential.
    RevokeTablet(TabletId),
    /// Adds a table.
    AddTable(NewTable),
    /// Changes a table.
    ChangeTable(TableId, TableChange),
    /// Removes a table without a running session.
    RemoveTable(TableId),
    /// A guest orders.
    CreateOrder(NewOrder),
    /// Staff move an order on or one step back.
    ChangeOrderStatus {
        /// The order.
        order: OrderId,
        /// Where to.
        status: OrderStatus,
        /// Why, when cancelled.
        reason: Option<Note>,
    },
    /// Staff looked at the identity cards of whoever ordered alcohol, or could not.
    CheckIdentity {
        /// The order.
        order: OrderId,
        /// The party is old enough.
        passed: bool,
    },
    /// Staff take an order off the live list and the total.
    DeleteOrder(OrderId),
    /// Staff seat a party, so that its session runs before it orders.
    SeatParty {
        /// The table.
        table: TableId,
    },
    /// Staff finish a table.
    CompleteSession {
        /// The table.
        table: TableId,
        /// Also with open orders.
        force: bool,
    },
    /// Ends sessions that ran longer than 16 h.
    ExpireSessions,
    /// Keeps the sessions now running from expiring, because the wall clock jumped.
    SuspendExpiry,
    /// Puts on sale again what was sold out for a day that is over.
    EndSoldOutDays,
    /// The owner knows that these acknowledged seqs are lost.
    ConfirmLoss(Vec<SeqRange>),
    /// A guest calls staff.
    CreateCall {
        /// The table.
        table: TableId,
        /// What for.
        kind: Label,
        /// More words.
        note: Option<Note>,
    },
    /// Staff answer a call.
    ResolveCall(CallId),
    /// Adds a category.
    AddCategory(NewCategory),
    /// Changes a category.
    ChangeCategory(CategoryId, CategoryChange),
    /// Removes a category without items.
    RemoveCategory(CategoryId),
    /// Puts all categories in order.
    OrderCategories(Vec<CategoryId>),
    /// Adds a menu item.
    AddMenuItem(Box<NewMenuItem>),
    /// Changes a menu item; orders already made stay as they were.
    ChangeMenuItem(MenuItemId, Box<MenuItemChange>),
    /// Removes a menu item.
    RemoveMenuItem(MenuItemId),
    /// Puts menu items of one category in order.
    OrderMenuItems(Vec<MenuItemId>),
    /// Gives a menu item a photo, or takes it away.
    SetMenuImage(MenuItemId, Option<MenuImage>),
    /// Sells or stops selling a menu item.
    SetAvailability {
        /// The item.
        item: MenuItemId,
        /// On sale.
        available: bool,
        /// Portions left, if counted.
        remaining: Option<u32>,
        /// Sold out for this business day only.
        until_day_end: bool,
    },
}

impl Command {
    /// What is wished, for log lines: without its content, which may be a secret or somebody's words.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CreateStore(..) => "create_store",
            Self::AddUser(..) => "add_user",
            Self::RevokeToken { .. } => "revoke_token",
            Self::LockAccount { .. } => "lock_account",
            Self::PairTablet { .. } => "pair_tablet",
            Self::RevokeTablet(..) => "revoke_tablet",
            Self::AddTable(..) => "add_table",
            Self::ChangeTable(..) => "change_table",
            Self::RemoveTable(..) => "remove_table",
            Self::CreateOrder(..) => "create_order",
            Self::ChangeOrderStatus { .. } => "change_order_status",
            Self::CheckIdentity { .. } => "check_identity",
            Self::DeleteOrder(..) => "delete_order",
            Self::SeatParty { .. } => "seat_party",
            Self::CompleteSession { .. } => "complete_session",
            Self::ExpireSessions => "expire_sessions",
            Self::SuspendExpiry => "suspend_expiry",
            Self::EndSoldOutDays => "end_sold_out_days",
            Self::ConfirmLoss(..) => "confirm_loss",
            Self::CreateCall { .. } => "create_call",
            Self::ResolveCall(..) => "resolve_call",
            Self::AddCategory(..) => "add_category",
            Self::ChangeCategory(..) => "change_category",
            Self::RemoveCategory(..) => "remove_category",
            Self::OrderCategories(..) => "order_categories",
            Self::AddMenuItem(..) => "add_menu_item",
            Self::ChangeMenuItem(..) => "change_menu_item",
            Self::RemoveMenuItem(..) => "remove_menu_item",
            Self::OrderMenuItems(..) => "order_menu_items",
            Self::SetMenuImage(..) => "set_menu_image",
            Self::SetAvailability { .. } => "set_availability",
        }
    }
}

/// A store and its owner.
#[derive(Debug, Clone)]
pub struct NewStore {
    /// Short name.
    pub slug: StoreSlug,
    /// Display name.
    pub name: StoreName,
    /// The owner.
    pub owner: NewUser,
    /// ISO 4217.
    pub currency: Label,
    /// IANA name.
    pub time_zone: Label,
    /// Local hour at which the business day ends.
    pub day_cutoff_hour: u8,
}

/// A staff user to add.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Unique in the store.
    pub username: Username,
    /// What the user may do.
    pub role: Role,
    /// PHC string.
    pub password_hash: Box<str>,
}

/// A table to add.
#[derive(Debug, Clone)]
pub struct NewTable {
    /// Unique in the store.
    pub number: TableNumber,
    /// Shown beside the number.
    pub label: Option<Label>,
    /// Seats.
    pub seats: Option<u16>,
    /// PHC string.
    pub password_hash: Box<str>,
}

/// Changes of a table.
#[derive(Debug, Clone, Default)]
pub struct TableChange {
    /// New number.
    pub number: Option<TableNumber>,
    /// New label.
    pub label: Option<Option<Label>>,
    /// New seats.
    pub seats: Option<Option<u16>>,
    /// New password, as a PHC string.
    pub password_hash: Option<Box<str>>,
}

/// A basket to order.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// The table.
    pub table: TableId,
    /// The session the page believes in; another one running, or none, refuses the order.
    pub session: Option<SessionId>,
    /// 1 to 50 lines.
    pub items: Vec<NewOrderItem>,
    /// For the kitchen.
    pub note: Option<Note>,
    /// The client's key.
    pub key: KeyText,
}

/// A line to order.
#[derive(Debug, Clone)]
pub struct NewOrderItem {
    /// What.
    pub menu_id: MenuItemId,
    /// 1 to 99.
    pub quantity: u32,
    /// Chosen options.
    pub options: Vec<MenuOptionId>,
    /// For the kitchen.
    pub note: Option<Note>,
}

/// A category to add.
#[derive(Debug, Clone)]
pub struct NewCategory {
    /// Unique in the store.
    pub name: CategoryName,
    /// In other languages.
    pub names: Translations<CategoryName>,
}

/// Changes of a category.
#[derive(Debug, Clone, Default)]
pub struct CategoryChange {
    /// New name.
    pub name: Option<CategoryName>,
    /// New translations, as a whole.
    pub names: Option<Translations<CategoryName>>,
}

/// A menu item to add.
#[derive(Debug, Clone)]
pub struct NewMenuItem {
    /// The category.
    pub category_id: CategoryId,
    /// Korean name.
    pub name: MenuName,
    /// In other languages.
    pub names: Translations<MenuName>,
    /// Korean description.
    pub description: Option<Description>,
    /// In other languages.
    pub descriptions: Translations<Description>,
    /// In won.
    pub price: Money,
    /// Kind of drawing.
    pub drawing: Option<Label>,
    /// Marks.
    pub badges: Vec<Label>,
    /// Origin line.
    pub origin: Option<Note>,
    /// Allergens, absent = unknown.
    pub allergens: Option<Vec<Label>>,
    /// Needs an identity check.
    pub alcohol: bool,
    /// Choices.
    pub option_groups: Vec<OptionGroupDraft>,
}

/// Changes of a menu item.
#[derive(Debug, Clone, Default)]
pub struct MenuItemChange {
    /// New category.
    pub category_id: Option<CategoryId>,
    /// New Korean name.
    pub name: Option<MenuName>,
    /// New translations, as a whole.
    pub names: Option<Translations<MenuName>>,
    /// New Korean description.
    pub description: Option<Option<Description>>,
    /// New translations, as a whole.
    pub descriptions: Option<Translations<Description>>,
    /// New price in won.
    pub price: Option<Money>,
    /// New drawing.
    pub drawing: Option<Option<Label>>,
    /// New marks, as a whole.
    pub badges: Option<Vec<Label>>,
    /// New origin line.
    pub origin: Option<Option<Note>>,
    /// New allergens, as a whole.
    pub allergens: Option<Option<Vec<Label>>>,
    /// Needs an identity check.
    pub alcohol: Option<bool>,
    /// New choices, as a whole.
    pub option_groups: Option<Vec<OptionGroupDraft>>,
}

/// An option group as written by the owner; an id keeps the group's identity.
#[derive(Debug, Clone)]
pub struct OptionGroupDraft {
    /// Identity of a group that exists.
    pub id: Option<OptionGroupId>,
    /// Korean name.
    pub name: MenuName,
    /// In other languages.
    pub names: Translations<MenuName>,
    /// Fewest options.
    pub min: u32,
    /// Most options.
    pub max: u32,
    /// What can be chosen.
    pub options: Vec<MenuOptionDraft>,
}

/// An option as written by the owner; an id keeps the option's identity.
#[derive(Debug, Clone)]
pub struct MenuOptionDraft {
    /// Identity of an option that exists.
    pub id: Option<MenuOptionId>,
    /// Korean name.
    pub name: MenuName,
    /// In other languages.
    pub names: Translations<MenuName>,
    /// In won.
    pub price_delta: Money,
    /// Can be chosen.
    pub available: bool,
}
