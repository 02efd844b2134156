//! The menu on the wire: as guests read it, and single items and categories as the owner edits them.

use serde::Serialize;

use super::to_json;
use crate::domain::ids::{CategoryId, MenuItemId, MenuOptionId, OptionGroupId, PictureHash};
use crate::domain::menu::{Category, Menu, MenuImage, MenuItem, MenuOption, OptionGroup, Translations};
use crate::domain::money::Money;
use crate::domain::text::{CategoryName, Description, Label, MenuName, Note, StoreSlug};

/// The public menu's JSON.
pub fn menu_json(store: &StoreSlug, menu: &Menu) -> Vec<u8> {
    #[derive(Serialize)]
    struct MenuWire<'a> {
        version: u64,
        categories: Vec<CategoryWithItems<'a>>,
    }
    #[derive(Serialize)]
    struct CategoryWithItems<'a> {
        #[serde(flatten)]
        category: CategoryWire<'a>,
        items: Vec<ItemWire<'a>>,
    }
    let categories = menu
        .categories_in_order()
        .into_iter()
        .map(|category| CategoryWithItems {
            category: CategoryWire::from(&**category),
            items: menu.items_in_order(category.id).into_iter().map(|item| ItemWire::of(store, item)).collect(),
        })
        .collect();
    to_json(&MenuWire { version: menu.version, categories })
}

/// A category.
#[derive(Debug, Serialize)]
pub struct CategoryWire<'a> {
    id: CategoryId,
    name: &'a CategoryName,
    names: &'a Translations<CategoryName>,
    sort: u32,
}

impl<'a> From<&'a Category> for CategoryWire<'a> {
    fn from(category: &'a Category) -> Self {
        Self { id: category.id, name: &category.name, names: &category.names, sort: category.sort }
    }
}

/// A menu item as guests read it.
#[derive(Debug, Serialize)]
pub struct ItemWire<'a> {
    id: MenuItemId,
    name: &'a MenuName,
    names: &'a Translations<MenuName>,
    description: Option<&'a Description>,
    descriptions: &'a Translations<Description>,
    price: Money,
    image: Option<ImageWire>,
    drawing: Option<&'a Label>,
    available: bool,
    remaining: Option<u32>,
    badges: &'a [Label],
    origin: Option<&'a Note>,
    allergens: Option<&'a [Label]>,
    alcohol: bool,
    option_groups: Vec<GroupWire<'a>>,
}

impl<'a> ItemWire<'a> {
    fn of(store: &StoreSlug, item: &'a MenuItem) -> Self {
        Self {
            id: item.id,
            name: &item.name,
            names: &item.names,
            description: item.description.as_ref(),
            descriptions: &item.descriptions,
            price: item.price,
            image: item.image.map(|image| ImageWire::of(store, image)),
            drawing: item.drawing.as_ref(),
            available: item.is_orderable(),
            remaining: item.remaining,
            badges: &item.badges,
            origin: item.origin.as_ref(),
            allergens: item.allergens.as_deref(),
            alcohol: item.alcohol,
            option_groups: item.option_groups.iter().map(GroupWire::from).collect(),
        }
    }
}

/// Addresses of a photo's three sizes.
#[derive(Debug, Serialize)]
struct ImageWire {
    small: String,
    medium: String,
    large: String,
}

impl ImageWire {
    fn of(store: &StoreSlug, image: MenuImage) -> Self {
        let address = |picture: PictureHash| format!("/images/{store}/{picture}.jpg");
        Self { small: address(image.small), medium: address(image.medium), large: address(image.large) }
    }
}

/// A menu item as the owner edits it.
#[derive(Debug, Serialize)]
pub struct AdminItemWire<'a> {
    #[serde(flatten)]
    item: ItemWire<'a>,
    category_id: CategoryId,
    sort: u32,
    until: Option<&'static str>,
}

impl<'a> AdminItemWire<'a> {
    /// An item of that store.
    pub fn of(store: &StoreSlug, item: &'a MenuItem) -> Self {
        Self {
            item: ItemWire::of(store, item),
            category_id: item.category_id,
            sort: item.sort,
            until: item.sold_out_on.map(|_| "day_end"),
        }
    }
}

#[derive(Debug, Serialize)]
struct GroupWire<'a> {
    id: OptionGroupId,
    name: &'a MenuName,
    names: &'a Translations<MenuName>,
    min: u32,
    max: u32,
    options: Vec<OptionWire<'a>>,
}

impl<'a> From<&'a OptionGroup> for GroupWire<'a> {
    fn from(group: &'a OptionGroup) -> Self {
        Self {
            id: group.id,
            name: &group.name,
            names: &group.names,
            min: group.min,
            max: group.max,
            options: group.options.iter().map(OptionWire::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct OptionWire<'a> {
    id: MenuOptionId,
    name: &'a MenuName,
    names: &'a Translations<MenuName>,
    price_delta: Money,
    available: bool,
}

impl<'a> From<&'a MenuOption> for OptionWire<'a> {
    fn from(option: &'a MenuOption) -> Self {
        Self {
            id: option.id,
            name: &option.name,
            names: &option.names,
            price_delta: option.price_delta,
            available: option.available,
        }
    }
}
