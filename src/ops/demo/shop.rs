//! The demo's restaurant as it is written down in `assets/demo/menu.json`, and what a store still misses of it. The file is
//! ours and compiled in; a test holds its texts to the domain's bounds.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde::Deserialize;

use super::{DemoError, Step};
use crate::domain::access::Principal;
use crate::domain::command::{
    Command, MenuOptionDraft, NewCategory, NewMenuItem, NewOrder, NewOrderItem, OptionGroupDraft,
};
use crate::domain::ids::{MenuOptionId, TableId, TableNumber};
use crate::domain::menu::{Category, Menu, MenuItem, Translations};
use crate::domain::money::Money;
use crate::domain::order::OrderStatus;
use crate::domain::state::StoreState;
use crate::domain::text::{CategoryName, Description, KeyText, Label, MenuName, Note, StoreName};

/// `assets/demo/menu.json` as gzip.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/demo.json.gz"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoShop {
    pub(super) store_name: StoreName,
    pub(super) categories: Vec<DemoCategory>,
    pub(super) tables: Vec<DemoTable>,
    pub(super) orders: Vec<DemoOrder>,
    pub(super) calls: Vec<DemoCall>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoTable {
    pub(super) number: TableNumber,
    pub(super) label: Option<Label>,
    pub(super) seats: Option<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoCategory {
    pub(super) name: CategoryName,
    #[serde(default)]
    pub(super) names: Translations<CategoryName>,
    pub(super) items: Vec<DemoItem>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoItem {
    pub(super) name: MenuName,
    #[serde(default)]
    pub(super) names: Translations<MenuName>,
    pub(super) price: Money,
    pub(super) description: Option<Description>,
    #[serde(default)]
    pub(super) descriptions: Translations<Description>,
    pub(super) drawing: Option<Label>,
    pub(super) origin: Option<Note>,
    pub(super) allergens: Option<Vec<Label>>,
    #[serde(default)]
    pub(super) badges: Vec<Label>,
    #[serde(default)]
    pub(super) alcohol: bool,
    #[serde(default = "yes")]
    pub(super) available: bool,
    pub(super) remaining: Option<u32>,
    #[serde(default)]
    pub(super) option_groups: Vec<DemoGroup>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoGroup {
    pub(super) name: MenuName,
    #[serde(default)]
    pub(super) names: Translations<MenuName>,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) options: Vec<DemoOption>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoOption {
    pub(super) name: MenuName,
    #[serde(default)]
    pub(super) names: Translations<MenuName>,
    pub(super) price_delta: Money,
    #[serde(default = "yes")]
    pub(super) available: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoOrder {
    table_number: TableNumber,
    items: Vec<DemoLine>,
    note: Option<Note>,
    pub(super) status: OrderStatus,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoLine {
    name: MenuName,
    quantity: u32,
    options: Vec<MenuName>,
    note: Option<Note>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoCall {
    table_number: TableNumber,
    kind: Label,
    note: Option<Note>,
}

const fn yes() -> bool {
    true
}

impl DemoShop {
    pub(super) fn read() -> Result<Self, DemoError> {
        let mut text = Vec::new();
        GzDecoder::new(PACKED).read_to_end(&mut text).map_err(|error| DemoError::Shop(error.to_string()))?;
        serde_json::from_slice(&text).map_err(|error| DemoError::Shop(error.to_string()))
    }

    /// The first category, item or mark of an item that a menu misses.
    pub(super) fn missing_menu(&self, menu: &Menu) -> Option<Command> {
        self.categories.iter().find_map(|wanted| {
            let Some(category) = menu.categories.values().find(|category| category.name == wanted.name) else {
                let (name, names) = (wanted.name.clone(), wanted.names.clone());
                return Some(Command::AddCategory(NewCategory { name, names }));
            };
            wanted.items.iter().find_map(|item| item.missing(menu, category))
        })
    }

    /// The first order that is not there or stands elsewhere.
    pub(super) fn missing_order(&self, state: &StoreState, owner: Principal) -> Option<Step> {
        self.orders.iter().enumerate().find_map(|(index, wanted)| {
            let key = KeyText::parse(&format!("demo-order-{}", index + 1))?;
            match state.orders.values().find(|order| order.key == key) {
                None => wanted.step(state, key),
                Some(order) if order.status == wanted.status => None,
                // Only a new order still waits: the others could not have been prepared.
                Some(order) if order.awaits_identity() => {
                    let command = Command::CheckIdentity { order: order.id, passed: true };
                    Some(Step { principal: owner, command })
                }
                Some(order) => {
                    let (order, status) = (order.id, wanted.status);
                    let command = Command::ChangeOrderStatus { order, status, reason: None };
                    Some(Step { principal: owner, command })
                }
            }
        })
    }

    /// The first call that is not there.
    pub(super) fn missing_call(&self, state: &StoreState) -> Option<Step> {
        self.calls.iter().find_map(|wanted| {
            let (table, principal) = guest_at(state, wanted.table_number)?;
            let there = state.calls.values().any(|call| call.table_id == table && call.kind == wanted.kind);
            let command = || Command::CreateCall { table, kind: wanted.kind.clone(), note: wanted.note.clone() };
            (!there).then(|| Step { principal, command: command() })
        })
    }
}

impl DemoItem {
    fn missing(&self, menu: &Menu, category: &Category) -> Option<Command> {
        let there = menu.items.values().find(|item| item.category_id == category.id && item.name == self.name);
        match there {
            None => Some(Command::AddMenuItem(Box::new(self.to_new(category)))),
            Some(item) if item.available == self.available && item.remaining == self.remaining => None,
            Some(item) => Some(Command::SetAvailability {
                item: item.id,
                available: self.available,
                remaining: self.remaining,
                until_day_end: false,
            }),
        }
    }

    fn to_new(&self, category: &Category) -> NewMenuItem {
        NewMenuItem {
            category_id: category.id,
            name: self.name.clone(),
            names: self.names.clone(),
            description: self.description.clone(),
            descriptions: self.descriptions.clone(),
            price: self.price,
            drawing: self.drawing.clone(),
            badges: self.badges.clone(),
            origin: self.origin.clone(),
            allergens: self.allergens.clone(),
            alcohol: self.alcohol,
            option_groups: self.option_groups.iter().map(DemoGroup::to_draft).collect(),
        }
    }
}

impl DemoGroup {
    fn to_draft(&self) -> OptionGroupDraft {
        let option = |option: &DemoOption| MenuOptionDraft {
            id: None,
            name: option.name.clone(),
            names: option.names.clone(),
            price_delta: option.price_delta,
            available: option.available,
        };
        OptionGroupDraft {
            id: None,
            name: self.name.clone(),
            names: self.names.clone(),
            min: self.min,
            max: self.max,
            options: self.options.iter().map(option).collect(),
        }
    }
}

impl DemoOrder {
    fn step(&self, state: &StoreState, key: KeyText) -> Option<Step> {
        let (table, principal) = guest_at(state, self.table_number)?;
        let items = self.items.iter().map(|line| line.to_new(&state.menu)).collect::<Option<_>>()?;
        let order = NewOrder { table, session: None, items, note: self.note.clone(), key };
        Some(Step { principal, command: Command::CreateOrder(order) })
    }
}

impl DemoLine {
    fn to_new(&self, menu: &Menu) -> Option<NewOrderItem> {
        let item = menu.items.values().find(|item| item.name == self.name)?;
        let options = self.options.iter().map(|name| option_named(item, name)).collect::<Option<_>>()?;
        Some(NewOrderItem { menu_id: item.id, quantity: self.quantity, options, note: self.note.clone() })
    }
}

fn option_named(item: &MenuItem, name: &MenuName) -> Option<MenuOptionId> {
    let mut options = item.option_groups.iter().flat_map(|group| &group.options);
    options.find(|option| option.name == *name).map(|option| option.id)
}

/// The table of that number, and whoever sits there.
fn guest_at(state: &StoreState, number: TableNumber) -> Option<(TableId, Principal)> {
    let table = state.access.tables.values().find(|table| table.number == number)?.id;
    Some((table, Principal::Guest { table, visit: state.seating_of(table).visit }))
}
