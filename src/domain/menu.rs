//! What can be ordered: categories and menu items with option groups, as the owner wrote them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{CategoryId, MenuItemId, MenuOptionId, OptionGroupId, PictureHash};
use super::money::Money;
use super::text::{CategoryName, Description, Label, MenuName, Note};
use super::time::BusinessDay;

/// One text in the languages besides Korean; absent means not translated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translations<T> {
    /// English.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub en: Option<T>,
    /// Japanese.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub ja: Option<T>,
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans", default = "none", skip_serializing_if = "Option::is_none")]
    pub zh_hans: Option<T>,
    /// Traditional Chinese.
    #[serde(rename = "zh-Hant", default = "none", skip_serializing_if = "Option::is_none")]
    pub zh_hant: Option<T>,
}

const fn none<T>() -> Option<T> {
    None
}

impl<T> Default for Translations<T> {
    fn default() -> Self {
        Self { en: None, ja: None, zh_hans: None, zh_hant: None }
    }
}

/// A menu category; categories are shown by `sort`, then by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Identity.
    pub id: CategoryId,
    /// Korean name, unique in the store.
    pub name: CategoryName,
    /// Name in other languages.
    pub names: Translations<CategoryName>,
    /// Place among the categories, from 0.
    pub sort: u32,
}

/// A photo in three sizes; one that is small itself may stand for a larger one too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuImage {
    /// At most 160 pixels wide.
    pub small: PictureHash,
    /// At most 400 pixels wide.
    pub medium: PictureHash,
    /// At most 800 pixels wide.
    pub large: PictureHash,
}

impl MenuImage {
    /// The pictures it consists of.
    #[must_use]
    pub const fn pictures(&self) -> [PictureHash; 3] {
        [self.small, self.medium, self.large]
    }
}

/// A menu item; items are shown by `sort` within their category, then by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuItem {
    /// Identity.
    pub id: MenuItemId,
    /// The category it stands in.
    pub category_id: CategoryId,
    /// Korean name.
    pub name: MenuName,
    /// Name in other languages.
    pub names: Translations<MenuName>,
    /// Korean description.
    pub description: Option<Description>,
    /// Description in other languages.
    pub descriptions: Translations<Description>,
    /// Price without options, in won, 0 to 10,000,000.
    pub price: Money,
    /// Its photo; absent means that a drawing is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<MenuImage>,
    /// Kind of drawing shown without a photo; absent means guessed from the name.
    pub drawing: Option<Label>,
    /// Whether the owner sells it now.
    pub available: bool,
    /// Set while sold out for a business day only: on sale again once that day is over.
    pub sold_out_on: Option<BusinessDay>,
    /// Portions left; absent means not counted, 0 means sold out.
    pub remaining: Option<u32>,
    /// Marks such as `popular`, `spicy2`.
    pub badges: Vec<Label>,
    /// Origin of ingredients, as the law wants it shown.
    pub origin: Option<Note>,
    /// Allergens; absent means unknown, never "none".
    pub allergens: Option<Vec<Label>>,
    /// Needs an identity check.
    pub alcohol: bool,
    /// What the guest chooses.
    pub option_groups: Vec<OptionGroup>,
    /// Place within its category, from 0.
    pub sort: u32,
}

impl MenuItem {
    /// Whether a guest can order it now.
    #[must_use]
    pub fn is_orderable(&self) -> bool {
        self.available && self.remaining != Some(0)
    }

    /// The option of that id in any of its groups.
    #[must_use]
    pub fn option(&self, id: MenuOptionId) -> Option<&MenuOption> {
        self.option_groups.iter().flat_map(|group| &group.options).find(|option| option.id == id)
    }
}

/// A choice of `min` to `max` different options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionGroup {
    /// Identity.
    pub id: OptionGroupId,
    /// Korean name.
    pub name: MenuName,
    /// Name in other languages.
    pub names: Translations<MenuName>,
    /// Fewest options to choose; 0 makes the group optional.
    pub min: u32,
    /// Most options to choose, at least 1.
    pub max: u32,
    /// What can be chosen.
    pub options: Vec<MenuOption>,
}

/// One option of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuOption {
    /// Identity.
    pub id: MenuOptionId,
    /// Korean name.
    pub name: MenuName,
    /// Name in other languages.
    pub names: Translations<MenuName>,
    /// Added to the unit price, in won; may be negative.
    pub price_delta: Money,
    /// Whether it can be chosen now.
    pub available: bool,
}

/// The whole menu of a store. `version` rises with every change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Menu {
    /// Counts changes, from 0.
    pub version: u64,
    /// By id.
    pub categories: BTreeMap<CategoryId, Arc<Category>>,
    /// By id.
    pub items: BTreeMap<MenuItemId, Arc<MenuItem>>,
}

impl Menu {
    /// Categories in the order they are shown.
    #[must_use]
    pub fn categories_in_order(&self) -> Vec<&Arc<Category>> {
        let mut categories: Vec<_> = self.categories.values().collect();
        categories.sort_by_key(|category| (category.sort, category.id));
        categories
    }

    /// Every picture that a menu item shows.
    pub fn pictures(&self) -> impl Iterator<Item = PictureHash> + '_ {
        self.items.values().filter_map(|item| item.image).flat_map(|image| image.pictures())
    }

    /// Items of one category in the order they are shown.
    #[must_use]
    pub fn items_in_order(&self, category: CategoryId) -> Vec<&Arc<MenuItem>> {
        let mut items: Vec<_> = self.items.values().filter(|item| item.category_id == category).collect();
        items.sort_by_key(|item| (item.sort, item.id));
        items
    }
}

/// One change of the menu, as an after-image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MenuChange {
    /// A category was added or changed.
    Category(Arc<Category>),
    /// A category was removed.
    CategoryRemoved(CategoryId),
    /// All categories, in their new order.
    CategoriesOrdered(Vec<CategoryId>),
    /// An item was added or changed.
    Item(Arc<MenuItem>),
    /// An item was removed.
    ItemRemoved(MenuItemId),
    /// Items of one category, in their new order.
    ItemsOrdered(Vec<MenuItemId>),
}
