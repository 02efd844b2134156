//! The OpenAPI document: generated from the handlers and their bodies. The answers that a store writes are described
//! here; a test compares each description with a real answer.

use utoipa::ToSchema;

use super::compression;

/// The document as gzip. A test writes it and holds it to the handlers; it is shipped as text, since the code that makes
/// it is larger than the document and would be a tenth of the program.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));

/// The document's JSON.
pub(crate) fn document() -> Vec<u8> {
    compression::gunzip(PACKED)
}

macro_rules! documents {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(ToSchema)]
        #[expect(dead_code, reason = "read by the OpenAPI document only")]
        pub(crate) struct $name { $($(#[$field_doc])* $field: $kind,)+ }
    )+};
}

documents! {
    /// Which table.
    TableRefDocument {
        /// Identity.
        id: u64,
        /// Number.
        number: u16,
    }
    /// An order.
    OrderDocument {
        /// Identity.
        id: u64,
        /// `T{table number}-{n}`, counted per table number and business day.
        number: String,
        /// Where.
        table: TableRefDocument,
        /// Of which session.
        session_id: u64,
        /// `pending`, `preparing`, `completed` or `cancelled`.
        status: String,
        /// Why it was cancelled.
        cancel_reason: Option<String>,
        /// Lines as sent.
        items: Vec<OrderItemDocument>,
        /// Sum of the lines but those whose identity check was refused.
        total: i64,
        /// For the kitchen.
        note: Option<String>,
        /// The day it is booked on.
        #[schema(format = Date)]
        business_day: String,
        /// When it was made.
        #[schema(format = DateTime)]
        created_at: String,
        /// When it was last changed.
        #[schema(format = DateTime)]
        updated_at: String,
        /// For staff: the client's Idempotency-Key.
        #[schema(required = false)]
        key: String,
    }
    /// A line of an order, with name and price as sold.
    OrderItemDocument {
        /// Identity.
        id: u64,
        /// The menu item it came from.
        menu_id: u64,
        /// Name as sold.
        menu_name: String,
        /// Options as sold.
        options: Vec<OrderedOptionDocument>,
        /// Price without options as sold.
        unit_price: i64,
        /// How many.
        quantity: u32,
        /// (`unit_price` + options) × `quantity`.
        subtotal: i64,
        /// For the kitchen.
        note: Option<String>,
        /// Moves with its order; pending while its identity check waits, cancelled for good once that is refused.
        status: String,
        /// Of alcohol: `waiting`, `passed` or `refused`. What waits is held from the kitchen.
        identity_check: Option<String>,
    }
    /// An option as sold.
    OrderedOptionDocument {
        /// The menu option it came from.
        id: u64,
        /// Name as sold.
        name: String,
        /// Added to the unit price as sold.
        price_delta: i64,
    }
    /// Own orders of the running session.
    OrdersDocument {
        /// Oldest first.
        orders: Vec<OrderDocument>,
        /// Without cancelled and deleted ones.
        total: i64,
        /// The running session.
        session: Option<SessionDocument>,
    }
    /// A page of orders.
    OrderPageDocument {
        /// Newest first.
        orders: Vec<OrderDocument>,
        /// Null at the end.
        next_cursor: Option<String>,
    }
    /// A running session.
    SessionDocument {
        /// Identity.
        id: u64,
        /// The table.
        table_id: u64,
        /// Which party of that table.
        visit: u32,
        /// When it was seated or made its first order.
        #[schema(format = DateTime)]
        started_at: String,
        /// When it ends by itself.
        #[schema(format = DateTime)]
        expires_at: String,
        /// Orders that are not deleted.
        order_count: u32,
        /// Without cancelled and deleted ones.
        total: i64,
        /// Staff saw that this party may drink: alcohol it orders needs no further check.
        identity_checked: bool,
    }
    /// A table, as guests see it.
    TableBriefDocument {
        /// Identity.
        id: u64,
        /// Number.
        number: u16,
        /// Shown beside the number.
        label: Option<String>,
    }
    /// A tablet login's answer.
    TabletLoginDocument {
        /// For programs; pages get a cookie.
        token: String,
        /// `Bearer`.
        token_type: String,
        /// Seconds.
        expires_in: i64,
        /// The tablet's credential, for renewing.
        device_token: String,
        /// Where.
        store: super::routes::login::StoreBrief,
        /// The table.
        table: TableBriefDocument,
        /// The running session.
        session: Option<SessionDocument>,
        /// How the page behaves.
        guest_page: super::routes::login::GuestPageBrief,
    }
    /// A phone login's answer.
    PhoneLoginDocument {
        /// For programs; pages get a cookie.
        token: String,
        /// `Bearer`.
        token_type: String,
        /// Seconds; it ends with the visit at the latest.
        expires_in: i64,
        /// Where.
        store: super::routes::login::StoreBrief,
        /// The table.
        table: TableBriefDocument,
        /// The running session.
        session: Option<SessionDocument>,
        /// How the page behaves.
        guest_page: super::routes::login::GuestPageBrief,
    }
    /// A table, as staff see it.
    TableDocument {
        /// Identity.
        id: u64,
        /// Unique in the store.
        number: u16,
        /// Shown beside the number.
        label: Option<String>,
        /// Seats.
        seats: Option<u16>,
        /// The running session.
        session: Option<SessionDocument>,
        /// The running session's total.
        total: i64,
        /// Orders pending or preparing.
        open_orders: u32,
        /// The running session's newest order.
        latest_order: Option<OrderDocument>,
        /// When its tablet last asked for anything, since the program started.
        #[schema(format = DateTime)]
        last_contact: Option<String>,
    }
    /// All tables.
    TablesDocument {
        /// By number.
        tables: Vec<TableDocument>,
    }
    /// A finished session.
    FinishedSessionDocument {
        /// Identity.
        id: u64,
        /// Where.
        table: TableRefDocument,
        /// Which party of that table.
        visit: u32,
        /// When it was seated or made its first order.
        #[schema(format = DateTime)]
        started_at: String,
        /// When it was finished.
        #[schema(format = DateTime)]
        completed_at: String,
        /// The day it is booked on.
        #[schema(format = Date)]
        business_day: String,
        /// By whom; null when it ended by itself.
        completed_by: Option<String>,
        /// Finished although orders were open.
        forced: bool,
        /// Orders that were not deleted.
        order_count: u32,
        /// Without cancelled and deleted ones.
        total: i64,
        /// In history: its orders.
        #[schema(required = false)]
        orders: Vec<OrderDocument>,
    }
    /// A table that was finished.
    CompletedDocument {
        /// The session.
        session: FinishedSessionDocument,
    }
    /// A party that was seated.
    SeatedDocument {
        /// The session.
        session: SessionDocument,
    }
    /// A page of history.
    HistoryDocument {
        /// Newest first.
        sessions: Vec<FinishedSessionDocument>,
        /// Null at the end.
        next_cursor: Option<String>,
    }
    /// A staff call.
    CallDocument {
        /// Identity.
        id: u64,
        /// Where.
        table: TableRefDocument,
        /// The running session.
        session_id: Option<u64>,
        /// What for.
        kind: String,
        /// More words.
        note: Option<String>,
        /// `open` or `resolved`.
        status: String,
        /// When it was made.
        #[schema(format = DateTime)]
        created_at: String,
        /// When staff answered it.
        #[schema(format = DateTime)]
        resolved_at: Option<String>,
        /// Who answered it.
        resolved_by: Option<u64>,
    }
    /// Calls.
    CallsDocument {
        /// Oldest first.
        calls: Vec<CallDocument>,
    }
    /// Acknowledged events that are lost.
    LossesDocument {
        /// In order.
        losses: Vec<LossDocument>,
    }
    /// A run of events that are lost.
    LossDocument {
        /// First seq.
        first_seq: u64,
        /// Last seq.
        last_seq: u64,
        /// When the event before it happened; null when that is not known.
        after: Option<String>,
        /// When the event after it happened; null at the end.
        before: Option<String>,
        /// The present state is right all the same; only what led to it is gone.
        effect_kept: bool,
        /// The owner knows of it.
        confirmed: bool,
    }
    /// The public menu.
    MenuDocument {
        /// Rises with every change.
        version: u64,
        /// As they are shown.
        categories: Vec<CategoryWithItemsDocument>,
    }
    /// A category of the public menu.
    CategoryWithItemsDocument {
        /// Identity.
        id: u64,
        /// Korean name.
        name: String,
        /// In other languages.
        names: super::body::menu::TranslationsBody,
        /// Place among the categories.
        sort: u32,
        /// As they are shown.
        items: Vec<MenuItemDocument>,
    }
    /// A menu item.
    MenuItemDocument {
        /// Identity.
        id: u64,
        /// Korean name.
        name: String,
        /// In other languages.
        names: super::body::menu::TranslationsBody,
        /// Korean description.
        description: Option<String>,
        /// In other languages.
        descriptions: super::body::menu::TranslationsBody,
        /// Price without options.
        price: i64,
        /// Photo; null shows a drawing.
        image: Option<ImageDocument>,
        /// Drawing shown without a photo.
        drawing: Option<String>,
        /// Whether it can be ordered now.
        available: bool,
        /// Portions left, if counted.
        remaining: Option<u32>,
        /// Marks.
        badges: Vec<String>,
        /// Origin of ingredients.
        origin: Option<String>,
        /// Null is unknown.
        allergens: Option<Vec<String>>,
        /// Needs an identity check.
        alcohol: bool,
        /// What the guest chooses.
        option_groups: Vec<OptionGroupDocument>,
    }
    /// Addresses of a photo, JPEG in three sizes, which never change their content. They need no login.
    ImageDocument {
        /// At most 160 pixels wide.
        small: String,
        /// At most 400 pixels wide.
        medium: String,
        /// At most 800 pixels wide.
        large: String,
    }
    /// A choice of `min` to `max` different options.
    OptionGroupDocument {
        /// Identity.
        id: u64,
        /// Korean name.
        name: String,
        /// In other languages.
        names: super::body::menu::TranslationsBody,
        /// Fewest options.
        min: u32,
        /// Most options.
        max: u32,
        /// What can be chosen.
        options: Vec<MenuOptionDocument>,
    }
    /// One option of a group.
    MenuOptionDocument {
        /// Identity.
        id: u64,
        /// Korean name.
        name: String,
        /// In other languages.
        names: super::body::menu::TranslationsBody,
        /// Added to the price.
        price_delta: i64,
        /// Whether it can be chosen now.
        available: bool,
    }
    /// A menu item, as the owner edits it.
    AdminMenuItemDocument {
        /// What guests see.
        #[schema(inline)]
        #[serde(flatten)]
        item: MenuItemDocument,
        /// The category it stands in.
        category_id: u64,
        /// Place within its category.
        sort: u32,
        /// `day_end` while it is sold out for this business day only.
        until: Option<String>,
    }
    /// A page of menu items.
    MenuItemPageDocument {
        /// By id.
        menus: Vec<AdminMenuItemDocument>,
        /// Null at the end.
        next_cursor: Option<String>,
    }
    /// A category.
    CategoryDocument {
        /// Identity.
        id: u64,
        /// Korean name.
        name: String,
        /// In other languages.
        names: super::body::menu::TranslationsBody,
        /// Place among the categories.
        sort: u32,
    }
    /// All categories.
    CategoriesDocument {
        /// As they are shown.
        categories: Vec<CategoryDocument>,
    }
    /// Events after a position, or a snapshot.
    SyncDocument {
        /// The seq this answer is complete to: the next `after`.
        last_event_id: u64,
        /// The same objects as a stream's data.
        #[schema(value_type = Vec<Object>)]
        events: Vec<()>,
        /// Whether more events follow at once.
        more: bool,
        /// Instead of events when the position cannot be continued.
        #[schema(value_type = Option<Object>)]
        snapshot: Option<()>,
    }
}

#[cfg(test)]
mod generated;
