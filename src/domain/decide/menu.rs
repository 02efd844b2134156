//! The menu: unique category names, ids that survive edits, availability.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::command::{
    CategoryChange, MenuItemChange, MenuOptionDraft, NewCategory, NewMenuItem, OptionGroupDraft,
};
use crate::domain::error::{Conflict, DomainError, FieldError, Thing};
use crate::domain::event::Event;
use crate::domain::ids::{CategoryId, MenuItemId, MenuOptionId, OptionGroupId};
use crate::domain::limits;
use crate::domain::menu::{Category, MenuChange, MenuImage, MenuItem, MenuOption, OptionGroup};
use crate::domain::state::StoreState;
use crate::domain::text::CategoryName;
use crate::domain::time::BusinessDay;

fn changed(state: &StoreState, change: MenuChange) -> Vec<Event> {
    vec![Event::MenuChanged { version: state.menu.version + 1, change }]
}

fn category(state: &StoreState, id: CategoryId) -> Result<&Arc<Category>, DomainError> {
    state.menu.categories.get(&id).ok_or(DomainError::NotFound(Thing::Category))
}

fn item(state: &StoreState, id: MenuItemId) -> Result<&Arc<MenuItem>, DomainError> {
    state.menu.items.get(&id).ok_or(DomainError::NotFound(Thing::MenuItem))
}

fn refuse_taken_name(state: &StoreState, name: &CategoryName, except: Option<CategoryId>) -> Result<(), DomainError> {
    let taken = state.menu.categories.values().any(|other| other.name == *name && Some(other.id) != except);
    if taken { Err(DomainError::Conflict(Conflict::CategoryNameTaken)) } else { Ok(()) }
}

pub(super) fn add_category(state: &StoreState, new: &NewCategory) -> Result<Vec<Event>, DomainError> {
    refuse_taken_name(state, &new.name, None)?;
    if state.menu.categories.len() >= limits::CATEGORIES_MAX {
        return Err(DomainError::Conflict(Conflict::TooMany("categories")));
    }
    let sort = state.menu.categories.values().map(|other| other.sort + 1).max().unwrap_or(0);
    let category = Category { id: state.next.category, name: new.name.clone(), names: new.names.clone(), sort };
    Ok(changed(state, MenuChange::Category(Arc::new(category))))
}

pub(super) fn change_category(
    state: &StoreState,
    id: CategoryId,
    change: &CategoryChange,
) -> Result<Vec<Event>, DomainError> {
    let before = category(state, id)?;
    let mut after = Category::clone(before);
    if let Some(name) = &change.name {
        refuse_taken_name(state, name, Some(id))?;
        after.name.clone_from(name);
    }
    if let Some(names) = &change.names {
        after.names.clone_from(names);
    }
    Ok(if after == **before { Vec::new() } else { changed(state, MenuChange::Category(Arc::new(after))) })
}

pub(super) fn remove_category(state: &StoreState, id: CategoryId) -> Result<Vec<Event>, DomainError> {
    category(state, id)?;
    if state.menu.items.values().any(|item| item.category_id == id) {
        return Err(DomainError::Conflict(Conflict::CategoryInUse));
    }
    Ok(changed(state, MenuChange::CategoryRemoved(id)))
}

pub(super) fn order_categories(state: &StoreState, ids: &[CategoryId]) -> Result<Vec<Event>, DomainError> {
    let all: BTreeSet<_> = state.menu.categories.keys().copied().collect();
    let wanted: BTreeSet<_> = ids.iter().copied().collect();
    if ids.len() != all.len() || wanted != all {
        return Err(DomainError::Conflict(Conflict::OrderListMismatch));
    }
    let as_they_are = state.menu.categories_in_order().iter().map(|category| category.id).eq(ids.iter().copied());
    Ok(if as_they_are { Vec::new() } else { changed(state, MenuChange::CategoriesOrdered(ids.to_vec())) })
}

pub(super) fn add_item(state: &StoreState, new: &NewMenuItem) -> Result<Vec<Event>, DomainError> {
    category(state, new.category_id)?;
    if state.menu.items.len() >= limits::MENU_ITEMS_MAX {
        return Err(DomainError::Conflict(Conflict::TooMany("menu items")));
    }
    let item = MenuItem {
        id: state.next.menu_item,
        category_id: new.category_id,
        name: new.name.clone(),
        names: new.names.clone(),
        description: new.description.clone(),
        descriptions: new.descriptions.clone(),
        price: new.price,
        image: None,
        drawing: new.drawing.clone(),
        available: true,
        sold_out_on: None,
        remaining: None,
        badges: new.badges.clone(),
        origin: new.origin.clone(),
        allergens: new.allergens.clone(),
        alcohol: new.alcohol,
        option_groups: option_groups(state, None, &new.option_groups)?,
        sort: last_sort(state, new.category_id),
    };
    Ok(changed(state, MenuChange::Item(Arc::new(item))))
}

fn last_sort(state: &StoreState, category: CategoryId) -> u32 {
    let in_category = state.menu.items.values().filter(|other| other.category_id == category);
    in_category.map(|other| other.sort + 1).max().unwrap_or(0)
}

/// Replaces a field that the change names.
fn set<T: Clone>(field: &mut T, new: Option<&T>) {
    if let Some(value) = new {
        field.clone_from(value);
    }
}

pub(super) fn change_item(
    state: &StoreState,
    id: MenuItemId,
    change: &MenuItemChange,
) -> Result<Vec<Event>, DomainError> {
    let before = item(state, id)?;
    let mut after = MenuItem::clone(before);
    if let Some(target) = change.category_id
        && target != before.category_id
    {
        category(state, target)?;
        after.category_id = target;
        after.sort = last_sort(state, target);
    }
    set(&mut after.name, change.name.as_ref());
    set(&mut after.names, change.names.as_ref());
    set(&mut after.description, change.description.as_ref());
    set(&mut after.descriptions, change.descriptions.as_ref());
    set(&mut after.price, change.price.as_ref());
    set(&mut after.drawing, change.drawing.as_ref());
    set(&mut after.badges, change.badges.as_ref());
    set(&mut after.origin, change.origin.as_ref());
    set(&mut after.allergens, change.allergens.as_ref());
    set(&mut after.alcohol, change.alcohol.as_ref());
    if let Some(drafts) = &change.option_groups {
        after.option_groups = option_groups(state, Some(before), drafts)?;
    }
    Ok(if after == **before { Vec::new() } else { changed(state, MenuChange::Item(Arc::new(after))) })
}

pub(super) fn remove_item(state: &StoreState, id: MenuItemId) -> Result<Vec<Event>, DomainError> {
    item(state, id)?;
    Ok(changed(state, MenuChange::ItemRemoved(id)))
}

/// Takes all items of one category, in their new order.
pub(super) fn order_items(state: &StoreState, ids: &[MenuItemId]) -> Result<Vec<Event>, DomainError> {
    let mismatch = DomainError::Conflict(Conflict::OrderListMismatch);
    let Some(first) = ids.first() else { return Err(mismatch) };
    let category = item(state, *first)?.category_id;
    let present = state.menu.items_in_order(category);
    let all: BTreeSet<_> = present.iter().map(|item| item.id).collect();
    let wanted: BTreeSet<_> = ids.iter().copied().collect();
    if ids.len() != all.len() || wanted != all {
        return Err(mismatch);
    }
    let as_they_are = present.iter().map(|item| item.id).eq(ids.iter().copied());
    Ok(if as_they_are { Vec::new() } else { changed(state, MenuChange::ItemsOrdered(ids.to_vec())) })
}

pub(super) fn set_availability(
    state: &StoreState,
    id: MenuItemId,
    available: bool,
    remaining: Option<u32>,
    sold_out_on: Option<BusinessDay>,
) -> Result<Vec<Event>, DomainError> {
    let before = item(state, id)?;
    let after = MenuItem { available, sold_out_on, remaining, ..MenuItem::clone(before) };
    Ok(if after == **before { Vec::new() } else { changed(state, MenuChange::Item(Arc::new(after))) })
}

/// The pictures are on the disk by now.
pub(super) fn set_image(
    state: &StoreState,
    id: MenuItemId,
    image: Option<MenuImage>,
) -> Result<Vec<Event>, DomainError> {
    let before = item(state, id)?;
    let after = MenuItem { image, ..MenuItem::clone(before) };
    Ok(if after == **before { Vec::new() } else { changed(state, MenuChange::Item(Arc::new(after))) })
}

/// Items whose sold-out day is over. A clock that jumps back ends nothing early.
pub(super) fn end_sold_out_days(state: &StoreState, today: BusinessDay) -> Vec<Event> {
    let over = state.menu.items.values().filter(|item| item.sold_out_on.is_some_and(|day| day < today));
    let on_sale = over.map(|item| MenuItem { available: true, sold_out_on: None, ..MenuItem::clone(item) });
    let versions = state.menu.version + 1..;
    let changed = |(version, item)| Event::MenuChanged { version, change: MenuChange::Item(Arc::new(item)) };
    versions.zip(on_sale).map(changed).collect()
}

/// Drafts become groups: an id keeps the identity it has on `before`, everything else gets a new one.
fn option_groups(
    state: &StoreState,
    before: Option<&MenuItem>,
    drafts: &[OptionGroupDraft],
) -> Result<Vec<OptionGroup>, DomainError> {
    let mut ids = DraftIds {
        known_groups: before.iter().flat_map(|item| &item.option_groups).map(|group| group.id).collect(),
        known_options: before
            .iter()
            .flat_map(|item| &item.option_groups)
            .flat_map(|group| &group.options)
            .map(|option| option.id)
            .collect(),
        next_group: state.next.option_group,
        next_option: state.next.menu_option,
    };
    let groups = drafts.iter().enumerate().map(|(index, draft)| {
        let options = draft.options.iter().enumerate().map(|(place, option)| {
            let id = ids.option(option, || format!("option_groups[{index}].options[{place}].id"))?;
            Ok(MenuOption {
                id,
                name: option.name.clone(),
                names: option.names.clone(),
                price_delta: option.price_delta,
                available: option.available,
            })
        });
        let options = options.collect::<Result<Vec<_>, FieldError>>()?;
        let id = ids.group(draft, || format!("option_groups[{index}].id"))?;
        Ok(OptionGroup {
            id,
            name: draft.name.clone(),
            names: draft.names.clone(),
            min: draft.min,
            max: draft.max,
            options,
        })
    });
    groups.collect::<Result<Vec<_>, FieldError>>().map_err(|error| DomainError::Invalid(vec![error]))
}

struct DraftIds {
    known_groups: BTreeSet<OptionGroupId>,
    known_options: BTreeSet<MenuOptionId>,
    next_group: OptionGroupId,
    next_option: MenuOptionId,
}

impl DraftIds {
    fn group(&mut self, draft: &OptionGroupDraft, field: impl Fn() -> String) -> Result<OptionGroupId, FieldError> {
        match draft.id {
            Some(id) if self.known_groups.remove(&id) => Ok(id),
            Some(id) => {
                Err(FieldError::new(field(), format!("{id} is not a group of this item; leave it out for a new one")))
            }
            None => {
                let id = self.next_group;
                self.next_group = id.next();
                Ok(id)
            }
        }
    }

    fn option(&mut self, draft: &MenuOptionDraft, field: impl Fn() -> String) -> Result<MenuOptionId, FieldError> {
        match draft.id {
            Some(id) if self.known_options.remove(&id) => Ok(id),
            Some(id) => {
                Err(FieldError::new(field(), format!("{id} is not an option of this item; leave it out for a new one")))
            }
            None => {
                let id = self.next_option;
                self.next_option = id.next();
                Ok(id)
            }
        }
    }
}
