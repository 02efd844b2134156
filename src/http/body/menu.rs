//! Bodies of the menu: categories, items with their option groups, availability.

#![expect(clippy::option_option, reason = "absent is unchanged, null is cleared")]

use serde::Deserialize;
use utoipa::ToSchema;

use super::fields::{Id, List, Object, Parsed, Price, PriceDelta, Text, Whole, there, there_or_null};
use crate::domain::command::{
    CategoryChange, Command, MenuItemChange, MenuOptionDraft, NewCategory, NewMenuItem, OptionGroupDraft,
};
use crate::domain::error::FieldError;
use crate::domain::ids::{CategoryId, MenuItemId, MenuOptionId, OptionGroupId};
use crate::domain::limits;
use crate::domain::menu::Translations;
use crate::domain::text::{CategoryName, Description, Label, MenuName, Note};
use crate::http::problem::ApiError;

#[expect(clippy::cast_possible_wrap, reason = "the bound is small")]
const GROUP_OPTIONS_MAX: i64 = limits::GROUP_OPTIONS_MAX as i64;

/// One text in other languages; absent or null means not translated.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Text"))]
struct InLanguages<T> {
    #[serde(default = "absent")]
    en: Option<Parsed<T>>,
    #[serde(default = "absent")]
    ja: Option<Parsed<T>>,
    #[serde(rename = "zh-Hans", default = "absent")]
    zh_hans: Option<Parsed<T>>,
    #[serde(rename = "zh-Hant", default = "absent")]
    zh_hant: Option<Parsed<T>>,
}

const fn absent<T>() -> Option<T> {
    None
}

/// One text in other languages; absent or null means not translated.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by the OpenAPI document only")]
pub(crate) struct TranslationsBody {
    /// English.
    en: Option<String>,
    /// Japanese.
    ja: Option<String>,
    /// Simplified Chinese.
    #[schema(rename = "zh-Hans")]
    zh_hans: Option<String>,
    /// Traditional Chinese.
    #[schema(rename = "zh-Hant")]
    zh_hant: Option<String>,
}

impl<T> From<InLanguages<T>> for Translations<T> {
    fn from(texts: InLanguages<T>) -> Self {
        let text = |text: Option<Parsed<T>>| text.map(|text| text.0);
        Self { en: text(texts.en), ja: text(texts.ja), zh_hans: text(texts.zh_hans), zh_hant: text(texts.zh_hant) }
    }
}

fn translations<T>(texts: Option<Object<InLanguages<T>>>) -> Translations<T> {
    texts.map(|texts| texts.0.into()).unwrap_or_default()
}

/// A category to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoryBody {
    /// Korean name, unique in the store.
    #[schema(value_type = String, min_length = 1, max_length = 50)]
    name: Parsed<CategoryName>,
    /// In other languages.
    #[serde(default)]
    #[schema(value_type = Option<TranslationsBody>)]
    names: Option<Object<InLanguages<CategoryName>>>,
}

impl CategoryBody {
    /// As the store takes it.
    pub(crate) fn into_command(self) -> NewCategory {
        NewCategory { name: self.name.0, names: translations(self.names) }
    }
}

/// Changes of a category.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoryChangeBody {
    /// New Korean name.
    #[serde(default, deserialize_with = "there")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50)]
    name: Option<Parsed<CategoryName>>,
    /// New translations, as a whole; null clears them.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<TranslationsBody>)]
    names: Option<Option<Object<InLanguages<CategoryName>>>>,
}

impl CategoryChangeBody {
    /// As the store takes it.
    pub(crate) fn into_command(self) -> CategoryChange {
        CategoryChange { name: self.name.map(|name| name.0), names: self.names.map(translations) }
    }
}

/// All of them, in their new order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderOfIdsBody {
    /// Every id exactly once.
    #[schema(value_type = Vec<u64>)]
    ids: List<Id, 0, { limits::MENU_ITEMS_MAX }>,
}

impl OrderOfIdsBody {
    /// As ids of one kind.
    pub(crate) fn into_ids<T>(self, new: impl Fn(u64) -> T) -> Vec<T> {
        self.ids.0.into_iter().map(|id| new(id.raw())).collect()
    }
}

type Badges = List<Parsed<Label>, 0, { limits::BADGES_MAX }>;
type Allergens = List<Parsed<Label>, 0, { limits::ALLERGENS_MAX }>;
type Groups = List<Object<OptionGroupBody>, 0, { limits::OPTION_GROUPS_MAX }>;

/// A menu item to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MenuItemBody {
    /// Korean name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: Parsed<MenuName>,
    /// In won, tax included.
    #[schema(value_type = i64, minimum = 0, maximum = 10_000_000)]
    price: Price,
    /// The category it stands in.
    #[schema(value_type = u64)]
    category_id: Id,
    /// Korean description.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    description: Option<Parsed<Description>>,
    /// The name in other languages.
    #[serde(default)]
    #[schema(value_type = Option<TranslationsBody>)]
    names: Option<Object<InLanguages<MenuName>>>,
    /// The description in other languages.
    #[serde(default)]
    #[schema(value_type = Option<TranslationsBody>)]
    descriptions: Option<Object<InLanguages<Description>>>,
    /// What the guest chooses.
    #[serde(default)]
    #[schema(value_type = Option<Vec<OptionGroupBody>>, max_items = 20)]
    option_groups: Option<Groups>,
    /// Origin of ingredients, as the law wants it shown.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    origin: Option<Parsed<Note>>,
    /// Allergens; null or absent is unknown, never "none".
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 30)]
    allergens: Option<Allergens>,
    /// Needs an identity check.
    #[serde(default)]
    alcohol: Option<bool>,
    /// Marks such as `popular`, `spicy2`.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 8)]
    badges: Option<Badges>,
    /// Drawing shown without a photo, such as `stew:red`; absent is guessed from the name.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 50)]
    drawing: Option<Parsed<Label>>,
}

impl MenuItemBody {
    /// As the store takes it.
    ///
    /// # Errors
    /// When a group's bounds do not fit its options.
    pub(crate) fn into_command(self) -> Result<NewMenuItem, ApiError> {
        Ok(NewMenuItem {
            category_id: CategoryId::new(self.category_id.raw()),
            name: self.name.0,
            names: translations(self.names),
            description: self.description.map(|text| text.0),
            descriptions: translations(self.descriptions),
            price: self.price.into(),
            drawing: self.drawing.map(|text| text.0),
            badges: self.badges.map(labels).unwrap_or_default(),
            origin: self.origin.map(|text| text.0),
            allergens: self.allergens.map(labels),
            alcohol: self.alcohol.unwrap_or(false),
            option_groups: self.option_groups.map(drafts).transpose()?.unwrap_or_default(),
        })
    }
}

/// Changes of a menu item: absent is unchanged, null is cleared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MenuItemChangeBody {
    /// New Korean name.
    #[serde(default, deserialize_with = "there")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    name: Option<Parsed<MenuName>>,
    /// New price in won.
    #[serde(default, deserialize_with = "there")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_000_000)]
    price: Option<Price>,
    /// New category.
    #[serde(default, deserialize_with = "there")]
    #[schema(value_type = Option<u64>)]
    category_id: Option<Id>,
    /// New Korean description.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<String>, max_length = 500)]
    description: Option<Option<Parsed<Description>>>,
    /// New translations of the name, as a whole.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<TranslationsBody>)]
    names: Option<Option<Object<InLanguages<MenuName>>>>,
    /// New translations of the description, as a whole.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<TranslationsBody>)]
    descriptions: Option<Option<Object<InLanguages<Description>>>>,
    /// New choices, as a whole; an id keeps a group's or an option's identity.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<Vec<OptionGroupBody>>, max_items = 20)]
    option_groups: Option<Option<Groups>>,
    /// New origin line.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<String>, max_length = 200)]
    origin: Option<Option<Parsed<Note>>>,
    /// New allergens, as a whole; null is unknown.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<Vec<String>>, max_items = 30)]
    allergens: Option<Option<Allergens>>,
    /// Needs an identity check.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<bool>)]
    alcohol: Option<Option<bool>>,
    /// New marks, as a whole.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<Vec<String>>, max_items = 8)]
    badges: Option<Option<Badges>>,
    /// New drawing.
    #[serde(default, deserialize_with = "there_or_null")]
    #[schema(value_type = Option<String>, max_length = 50)]
    drawing: Option<Option<Parsed<Label>>>,
}

impl MenuItemChangeBody {
    /// As the store takes it.
    ///
    /// # Errors
    /// When a group's bounds do not fit its options.
    pub(crate) fn into_command(self) -> Result<MenuItemChange, ApiError> {
        let text = |text: Option<Parsed<Note>>| text.map(|text| text.0);
        let groups = self.option_groups.map(|groups| groups.map(drafts).transpose()).transpose()?;
        Ok(MenuItemChange {
            category_id: self.category_id.map(|id| CategoryId::new(id.raw())),
            name: self.name.map(|name| name.0),
            names: self.names.map(translations),
            description: self.description.map(|text| text.map(|text| text.0)),
            descriptions: self.descriptions.map(translations),
            price: self.price.map(Into::into),
            drawing: self.drawing.map(|text| text.map(|text| text.0)),
            badges: self.badges.map(|badges| badges.map(labels).unwrap_or_default()),
            origin: self.origin.map(text),
            allergens: self.allergens.map(|allergens| allergens.map(labels)),
            alcohol: self.alcohol.map(|alcohol| alcohol.unwrap_or(false)),
            option_groups: groups.map(Option::unwrap_or_default),
        })
    }
}

/// A choice of `min` to `max` different options.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionGroupBody {
    /// Identity of a group that exists; absent for a new one.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    id: Option<Id>,
    /// Korean name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: Parsed<MenuName>,
    /// In other languages.
    #[serde(default)]
    #[schema(value_type = Option<TranslationsBody>)]
    names: Option<Object<InLanguages<MenuName>>>,
    /// Fewest options to choose; 0 makes the group optional.
    #[schema(value_type = u32, minimum = 0, maximum = 50)]
    min: Whole<0, GROUP_OPTIONS_MAX>,
    /// Most options to choose.
    #[schema(value_type = u32, minimum = 1, maximum = 50)]
    max: Whole<1, GROUP_OPTIONS_MAX>,
    /// What can be chosen.
    #[schema(value_type = Vec<MenuOptionBody>, min_items = 1, max_items = 50)]
    options: List<Object<MenuOptionBody>, 1, { limits::GROUP_OPTIONS_MAX }>,
}

/// One option of a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MenuOptionBody {
    /// Identity of an option that exists; absent for a new one.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    id: Option<Id>,
    /// Korean name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: Parsed<MenuName>,
    /// In other languages.
    #[serde(default)]
    #[schema(value_type = Option<TranslationsBody>)]
    names: Option<Object<InLanguages<MenuName>>>,
    /// Added to the price, in won; may be negative.
    #[serde(default = "no_delta")]
    #[schema(value_type = i64, minimum = -10_000_000, maximum = 10_000_000)]
    price_delta: PriceDelta,
    /// Whether it can be chosen now.
    #[serde(default = "yes")]
    available: bool,
}

const fn no_delta() -> PriceDelta {
    Whole(0)
}

const fn yes() -> bool {
    true
}

fn labels<const MAX: usize>(list: List<Parsed<Label>, 0, MAX>) -> Vec<Label> {
    list.0.into_iter().map(|label| label.0).collect()
}

fn drafts(groups: Groups) -> Result<Vec<OptionGroupDraft>, ApiError> {
    let mut errors = Vec::new();
    for (index, Object(group)) in groups.0.iter().enumerate() {
        let count = i64::try_from(group.options.0.len()).unwrap_or(i64::MAX);
        if group.min.0 > group.max.0 {
            errors.push(FieldError::new(format!("option_groups[{index}].min"), "must not be above max"));
        }
        if group.max.0 > count {
            let message = format!("must not be above the number of options, {count}");
            errors.push(FieldError::new(format!("option_groups[{index}].max"), message));
        }
    }
    if !errors.is_empty() {
        return Err(ApiError::fields(errors));
    }
    let option = |Object(option): Object<MenuOptionBody>| MenuOptionDraft {
        id: option.id.map(|id| MenuOptionId::new(id.raw())),
        name: option.name.0,
        names: translations(option.names),
        price_delta: option.price_delta.into(),
        available: option.available,
    };
    let group = |Object(group): Object<OptionGroupBody>| OptionGroupDraft {
        id: group.id.map(|id| OptionGroupId::new(id.raw())),
        name: group.name.0,
        names: translations(group.names),
        min: group.min.small(),
        max: group.max.small(),
        options: group.options.0.into_iter().map(option).collect(),
    };
    Ok(groups.0.into_iter().map(group).collect())
}

/// Whether an item is on sale.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AvailabilityBody {
    /// On sale.
    available: bool,
    /// Portions left; null or absent is not counted.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 100_000)]
    remaining: Option<Whole<0, { limits::REMAINING_MAX as i64 }>>,
    /// `day_end`: on sale again with the next business day.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    until: Option<Parsed<DayEnd>>,
}

/// The one word of `until`.
#[derive(Debug)]
struct DayEnd;

impl Text for DayEnd {
    const EXPECTED: &str = "day_end or null";

    fn take(raw: &str) -> Result<Self, String> {
        if raw == "day_end" { Ok(Self) } else { Err("must be day_end or null".to_owned()) }
    }
}

impl AvailabilityBody {
    /// As the store takes it.
    pub(crate) fn into_command(self, item: MenuItemId) -> Command {
        Command::SetAvailability {
            item,
            available: self.available,
            remaining: self.remaining.map(Whole::small),
            until_day_end: self.until.is_some(),
        }
    }
}
