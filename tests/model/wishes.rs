//! Random wishes of guests and staff, drawn so that they often meet things that exist.

use proptest::prelude::*;
use tableorder::domain::access::{Principal, Role};
use tableorder::domain::command::{
    Command, Envelope, MenuItemChange, MenuOptionDraft, NewCategory, NewMenuItem, NewOrder, NewOrderItem, NewStore,
    NewTable, NewUser, OptionGroupDraft, TableChange,
};
use tableorder::domain::decide::execute;
use tableorder::domain::event::Commit;
use tableorder::domain::ids::{
    CallId, CategoryId, MenuItemId, MenuOptionId, OrderId, PictureHash, TableId, TableNumber, UserId,
};
use tableorder::domain::menu::{MenuImage, Translations};
use tableorder::domain::money::Money;
use tableorder::domain::order::OrderStatus;
use tableorder::domain::state::StoreState;
use tableorder::domain::text::{CategoryName, KeyText, Label, MenuName, Note, StoreName, StoreSlug, Username};
use tableorder::domain::time::{BusinessDay, Timestamp};

/// A wish; numbers are taken modulo what exists.
#[derive(Debug, Clone)]
pub enum Wish {
    Order { table: u64, lines: Vec<(u64, u32, bool)>, know_session: bool },
    Status { order: u64, status: OrderStatus },
    Identity { order: u64, passed: bool },
    Delete { order: u64 },
    Seat { table: u64 },
    Finish { table: u64, force: bool },
    Expire { hours: i64 },
    Suspend,
    Call { table: u64 },
    Resolve { call: u64 },
    Availability { item: u64, available: bool, remaining: Option<u32>, day: bool },
    Price { item: u64, price: i64 },
    Picture { item: u64, picture: Option<u8> },
    AddItem { category: u64 },
    RemoveItem { item: u64 },
    AddTable { number: u64 },
    Renumber { table: u64, number: u64 },
    RemoveTable { table: u64 },
    NextDay,
    DayBefore,
}

pub fn wishes(count: usize) -> impl Strategy<Value = Vec<Wish>> {
    prop::collection::vec(wish(), 1..count)
}

fn wish() -> impl Strategy<Value = Wish> {
    let line = (0u64..8, 1u32..4, any::<bool>());
    let status = prop_oneof![
        Just(OrderStatus::Pending),
        Just(OrderStatus::Preparing),
        Just(OrderStatus::Completed),
        Just(OrderStatus::Cancelled)
    ];
    prop_oneof![
        10 => (0u64..6, prop::collection::vec(line, 1..4), any::<bool>())
            .prop_map(|(table, lines, know_session)| Wish::Order { table, lines, know_session }),
        8 => (any::<u64>(), status).prop_map(|(order, status)| Wish::Status { order, status }),
        4 => (any::<u64>(), any::<bool>()).prop_map(|(order, passed)| Wish::Identity { order, passed }),
        2 => any::<u64>().prop_map(|order| Wish::Delete { order }),
        2 => (0u64..6).prop_map(|table| Wish::Seat { table }),
        4 => (0u64..6, any::<bool>()).prop_map(|(table, force)| Wish::Finish { table, force }),
        1 => (0i64..20).prop_map(|hours| Wish::Expire { hours }),
        1 => Just(Wish::Suspend),
        3 => (0u64..6).prop_map(|table| Wish::Call { table }),
        2 => any::<u64>().prop_map(|call| Wish::Resolve { call }),
        3 => (0u64..8, any::<bool>(), prop::option::of(0u32..6), any::<bool>())
            .prop_map(|(item, available, remaining, day)| Wish::Availability { item, available, remaining, day }),
        2 => (0u64..8, 0i64..20_000).prop_map(|(item, price)| Wish::Price { item, price }),
        2 => (0u64..8, prop::option::of(any::<u8>())).prop_map(|(item, picture)| Wish::Picture { item, picture }),
        1 => (0u64..3).prop_map(|category| Wish::AddItem { category }),
        1 => (0u64..8).prop_map(|item| Wish::RemoveItem { item }),
        1 => (1u64..12).prop_map(|number| Wish::AddTable { number }),
        1 => (0u64..6, 1u64..12).prop_map(|(table, number)| Wish::Renumber { table, number }),
        1 => (0u64..6).prop_map(|table| Wish::RemoveTable { table }),
        1 => Just(Wish::NextDay),
        1 => Just(Wish::DayBefore),
    ]
}

const OWNER: Principal = Principal::Staff { user: UserId::new(1), role: Role::Owner };
const HOUR_MS: i64 = 3_600_000;

/// Turns a wish into an envelope; the step decides time and key.
pub fn envelope(state: &StoreState, step: usize, wish: &Wish) -> Envelope {
    let step = i64::try_from(step).expect("few steps");
    let mut at = Timestamp::from_ms(1_790_000_000_000 + step * 60_000);
    let mut day = BusinessDay::new(2026, 11, u8::try_from(10 + step / 40).expect("few days")).expect("a date");
    let pick =
        |ids: Vec<u64>, n: u64| ids.get(usize::try_from(n).unwrap_or(0) % ids.len().max(1)).copied().unwrap_or(999);
    let table = |n| TableId::new(pick(state.access.tables.keys().map(|id| id.get()).collect(), n));
    let item = |n| MenuItemId::new(pick(state.menu.items.keys().map(|id| id.get()).collect(), n));
    let order = |n| OrderId::new(pick(state.orders.keys().map(|id| id.get()).collect(), n));
    let command = match wish {
        Wish::Order { table: t, lines, know_session } => Command::CreateOrder(NewOrder {
            table: table(*t),
            session: state.session_at(table(*t)).map(|session| session.id).filter(|_| *know_session),
            items: lines
                .iter()
                .map(|(menu, quantity, with_option)| line(state, item(*menu), *quantity, *with_option))
                .collect(),
            note: None,
            key: KeyText::parse(&format!("key-{step}")).expect("a key"),
        }),
        Wish::Status { order: o, status } => {
            Command::ChangeOrderStatus { order: order(*o), status: *status, reason: Note::parse("재료 소진").ok() }
        }
        Wish::Identity { order: o, passed } => Command::CheckIdentity { order: order(*o), passed: *passed },
        Wish::Delete { order: o } => Command::DeleteOrder(order(*o)),
        Wish::Seat { table: t } => Command::SeatParty { table: table(*t) },
        Wish::Finish { table: t, force } => Command::CompleteSession { table: table(*t), force: *force },
        Wish::Expire { hours } => {
            at = at.plus_ms(hours * HOUR_MS);
            Command::ExpireSessions
        }
        Wish::Suspend => Command::SuspendExpiry,
        Wish::Call { table: t } => {
            Command::CreateCall { table: table(*t), kind: Label::parse("water").expect("a kind"), note: None }
        }
        Wish::Resolve { call } => {
            Command::ResolveCall(CallId::new(pick(state.calls.keys().map(|id| id.get()).collect(), *call)))
        }
        Wish::Availability { item: i, available, remaining, day } => Command::SetAvailability {
            item: item(*i),
            available: *available,
            remaining: *remaining,
            until_day_end: *day,
        },
        Wish::Price { item: i, price } => Command::ChangeMenuItem(
            item(*i),
            Box::new(MenuItemChange { price: Some(Money::new(*price)), ..MenuItemChange::default() }),
        ),
        Wish::Picture { item: i, picture } => {
            let size =
                |size: u8| move |picture: u8| PictureHash([picture, size].repeat(16).try_into().expect("32 bytes"));
            let image =
                |picture| MenuImage { small: size(1)(picture), medium: size(2)(picture), large: size(3)(picture) };
            Command::SetMenuImage(item(*i), picture.map(image))
        }
        Wish::AddItem { category } => {
            let id = pick(state.menu.categories.keys().map(|id| id.get()).collect(), *category);
            Command::AddMenuItem(Box::new(new_item(CategoryId::new(id), "새 메뉴", 7_000)))
        }
        Wish::RemoveItem { item: i } => Command::RemoveMenuItem(item(*i)),
        Wish::AddTable { number } => Command::AddTable(new_table(*number)),
        Wish::Renumber { table: t, number } => Command::ChangeTable(
            table(*t),
            TableChange { number: TableNumber::parse(*number), ..TableChange::default() },
        ),
        Wish::RemoveTable { table: t } => Command::RemoveTable(table(*t)),
        Wish::NextDay => {
            day = BusinessDay::new(2026, 12, 1).expect("a date");
            Command::EndSoldOutDays
        }
        Wish::DayBefore => {
            day = BusinessDay::new(2026, 11, 1).expect("a date");
            Command::EndSoldOutDays
        }
    };
    Envelope { principal: OWNER, at, business_day: day, key: None, command }
}

fn line(state: &StoreState, menu_id: MenuItemId, quantity: u32, with_option: bool) -> NewOrderItem {
    let first = |id| state.menu.items.get(&id)?.option_groups.first()?.options.first().map(|option| option.id);
    let options: Vec<MenuOptionId> = first(menu_id).filter(|_| with_option).into_iter().collect();
    NewOrderItem { menu_id, quantity, options, note: None }
}

/// A store with an owner, four tables and five menu items, two of which need a choice.
pub fn prepare_store() -> (StoreState, Vec<Commit>) {
    let mut commands = vec![Command::CreateStore(NewStore {
        slug: StoreSlug::parse("model").expect("a slug"),
        name: StoreName::parse("모형 식당").expect("a name"),
        owner: NewUser {
            username: Username::parse("owner").expect("a name"),
            role: Role::Owner,
            password_hash: "hash".into(),
        },
        currency: Label::parse("KRW").expect("a currency"),
        time_zone: Label::parse("Asia/Seoul").expect("a zone"),
        day_cutoff_hour: 5,
    })];
    commands.extend((1..=4).map(|number| Command::AddTable(new_table(number))));
    commands.extend(["찌개", "음료"].map(|name| {
        let name = CategoryName::parse(name).expect("a name");
        Command::AddCategory(NewCategory { name, names: Translations::default() })
    }));
    let items =
        [("김치찌개", 9_000, 1), ("된장찌개", 9_500, 1), ("공깃밥", 0, 1), ("콜라", 2_000, 2), ("소주", 5_000, 2)];
    commands.extend(items.map(|(name, price, category)| {
        Command::AddMenuItem(Box::new(new_item(CategoryId::new(category), name, price)))
    }));
    let mut state = StoreState::default();
    let commits = commands.into_iter().map(|command| {
        let at = Timestamp::from_ms(1_780_000_000_000);
        let day = BusinessDay::new(2026, 11, 1).expect("a date");
        let envelope = Envelope { principal: Principal::System, at, business_day: day, key: None, command };
        execute(&mut state, &envelope).expect("is accepted").expect("changes something")
    });
    let commits = commits.collect();
    (state, commits)
}

fn new_table(number: u64) -> NewTable {
    NewTable {
        number: TableNumber::parse(number).expect("a number"),
        label: None,
        seats: Some(4),
        password_hash: "hash".into(),
    }
}

fn new_item(category_id: CategoryId, name: &str, price: i64) -> NewMenuItem {
    let text = |text: &str| MenuName::parse(text).expect("a name");
    let choice = OptionGroupDraft {
        id: None,
        name: text("사리"),
        names: Translations::default(),
        min: u32::from(name == "된장찌개"),
        max: 2,
        options: ["라면", "당면"]
            .map(|option| MenuOptionDraft {
                id: None,
                name: text(option),
                names: Translations::default(),
                price_delta: Money::new(1_000),
                available: true,
            })
            .to_vec(),
    };
    NewMenuItem {
        category_id,
        name: text(name),
        names: Translations::default(),
        description: None,
        descriptions: Translations::default(),
        price: Money::new(price),
        drawing: None,
        badges: Vec::new(),
        origin: None,
        allergens: None,
        alcohol: name == "소주",
        option_groups: if price > 8_000 { vec![choice] } else { Vec::new() },
    }
}
