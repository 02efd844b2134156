//! Every maximum of the domain stands here, with its unit and the rule it comes from ("Rules settled" of the product).

/// Highest price of a menu item and highest absolute price change of an option, in won.
pub const PRICE_MAX: i64 = 10_000_000;
/// Quantity of one order line: 1 to this.
pub const QUANTITY_MAX: u32 = 99;
/// Lines of one order: 1 to this.
pub const ORDER_ITEMS_MAX: usize = 50;
/// Characters of a menu item's or option's name.
pub const MENU_NAME_MAX: usize = 100;
/// Characters of a category's name.
pub const CATEGORY_NAME_MAX: usize = 50;
/// Characters of a menu item's description.
pub const DESCRIPTION_MAX: usize = 500;
/// Characters of a note, of a cancellation reason and of an origin line.
pub const NOTE_MAX: usize = 200;
/// Characters of a table label, a call kind, a badge and an allergen.
pub const LABEL_MAX: usize = 50;
/// Characters of a staff user name.
pub const USERNAME_MAX: usize = 50;
/// Characters of a store's display name.
pub const STORE_NAME_MAX: usize = 100;
/// Characters of a store slug.
pub const STORE_SLUG_MAX: usize = 32;
/// Bytes of an Idempotency-Key.
pub const IDEMPOTENCY_KEY_MAX: usize = 128;
/// Table numbers run from 1 to this.
pub const TABLE_NUMBER_MAX: u16 = 999;
/// Seats of one table.
pub const TABLE_SEATS_MAX: u16 = 999;
/// Option groups of one menu item.
pub const OPTION_GROUPS_MAX: usize = 20;
/// Options of one option group.
pub const GROUP_OPTIONS_MAX: usize = 50;
/// Badges of one menu item.
pub const BADGES_MAX: usize = 8;
/// Allergens of one menu item.
pub const ALLERGENS_MAX: usize = 30;
/// Categories of one store.
pub const CATEGORIES_MAX: usize = 200;
/// Menu items of one store.
pub const MENU_ITEMS_MAX: usize = 2_000;
/// Portions left of a menu item: 0 to this.
pub const REMAINING_MAX: u32 = 100_000;
/// Staff users of one store.
pub const USERS_MAX: usize = 200;
/// Paired tablets kept per table; pairing one more revokes the oldest.
pub const TABLETS_PER_TABLE_MAX: usize = 20;
/// Open calls of one table; one more is a conflict, since nobody answers the twenty-first sooner.
pub const OPEN_CALLS_PER_TABLE_MAX: usize = 20;
/// Resolved calls kept per store so that a guest sees the answer.
pub const RESOLVED_CALLS_MAX: usize = 500;
/// Logged-out tokens remembered until they expire.
pub const REVOKED_TOKENS_MAX: usize = 10_000;
/// Account locks remembered.
pub const LOCKS_MAX: usize = 1_000;
/// Idempotency keys of orders remembered, newest first.
pub const ORDER_KEYS_MAX: usize = 100_000;
/// Idempotency keys of all other writes remembered, newest first.
pub const WRITE_KEYS_MAX: usize = 1_000;
/// Business days with orders whose order numbers are remembered, counted in days used, never by the clock.
pub const NUMBER_DAYS_MAX: usize = 400;
/// A table session ends by itself after this many milliseconds (16 h).
pub const SESSION_LIFE_MS: i64 = 16 * 60 * 60 * 1_000;
/// Ranges of lost seqs that are confirmed one by one; more of them are confirmed as one range.
pub const CONFIRMED_LOSSES_MAX: usize = 1_000;
/// Orders named in an `OPEN_ORDERS` refusal.
pub const OPEN_ORDERS_NAMED_MAX: usize = 50;
