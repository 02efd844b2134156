//! Menu items as the owner edits them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::categories::menu;
use super::write::Write;
use crate::domain::command::Command;
use crate::domain::error::Thing;
use crate::domain::event::Event;
use crate::domain::ids::{CategoryId, MenuItemId};
use crate::domain::menu::{MenuChange, MenuItem};
use crate::http::answers::{Answer, created, no_content, ok};
use crate::http::body::Json;
use crate::http::body::menu::{AvailabilityBody, MenuItemBody, MenuItemChangeBody, OrderOfIdsBody};
use crate::http::error::not_found;
use crate::http::identity::principal::{Everyone, Managing, Staff, StaffPrincipal};
use crate::http::openapi::{AdminMenuItemDocument, MenuItemPageDocument};
use crate::http::path_id::PathId;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{IdCursor, Limit, NoQuery, Query, id};
use crate::store::Outcome;
use crate::store::wire::menu::AdminItemWire;

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MenusQuery {
    /// Only of this category.
    #[serde(default, deserialize_with = "id")]
    #[param(value_type = Option<u64>)]
    category_id: Option<u64>,
    /// Items of a page, 1 to 500.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    cursor: Option<IdCursor>,
}

#[derive(Serialize)]
struct PageWire<'a> {
    menus: Vec<AdminItemWire<'a>>,
    next_cursor: Option<String>,
}

fn changed(outcome: &Outcome) -> Option<Arc<MenuItem>> {
    outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::MenuChanged { change: MenuChange::Item(item), .. } => Some(Arc::clone(item)),
        _ => None,
    })
}

/// What a command changed, or the item as it stands when there was nothing to change.
pub(super) async fn as_it_stands(staff: &StaffPrincipal, outcome: &Outcome, id: MenuItemId) -> Answer {
    let item = match changed(outcome) {
        Some(item) => Some(item),
        None => menu(staff).await?.items.get(&id).cloned(),
    };
    let item = item.ok_or_else(|| not_found(Thing::MenuItem))?;
    Ok(ok(&AdminItemWire::of(staff.store.slug(), &item)))
}

/// All menu items, by id.
#[utoipa::path(get, path = "/api/admin/menus", tag = "staff", operation_id = "listMenuItems", params(MenusQuery),
    responses(
        (status = 200, description = "A page of menu items", body = MenuItemPageDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn list(Staff(staff, _): Staff, query: Query<MenusQuery>) -> Answer {
    let MenusQuery { category_id, limit, cursor } = query.0;
    let (category, limit) = (category_id.map(CategoryId::new), limit.get());
    let menu = menu(&staff).await?;
    let after = MenuItemId::new(cursor.map_or(0, |cursor| cursor.0)).next();
    let asked = menu.items.range(after..).map(|(_, item)| item);
    let mut items: Vec<_> =
        asked.filter(|item| category.is_none_or(|category| item.category_id == category)).take(limit + 1).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|item| IdCursor(item.id.get()).text());
    let store = staff.store.slug();
    let menus = items.into_iter().map(|item| AdminItemWire::of(store, item)).collect();
    Ok(ok(&PageWire { menus, next_cursor }))
}

/// One menu item.
#[utoipa::path(get, path = "/api/admin/menus/{menu_id}", tag = "staff", operation_id = "readMenuItem",
    params(("menu_id" = u64, Path, description = "The item")),
    responses(
        (status = 200, description = "The item", body = AdminMenuItemDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn read(Staff(staff, _): Staff, PathId(id): PathId, _: Query<NoQuery>) -> Answer {
    let menu = menu(&staff).await?;
    let item = menu.items.get(&MenuItemId::new(id)).ok_or_else(|| not_found(Thing::MenuItem))?;
    Ok(ok(&AdminItemWire::of(staff.store.slug(), item)))
}

/// Add a menu item at the end of its category.
#[utoipa::path(post, path = "/api/admin/menus", tag = "staff", operation_id = "createMenuItem",
    request_body = MenuItemBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 201, description = "The item", body = AdminMenuItemDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn create(Write(by, body, ..): Write<Managing, Json<MenuItemBody>>) -> Answer {
    let command = Command::AddMenuItem(Box::new(body.into_command()?));
    let outcome = by.execute(command).await?;
    let item = changed(&outcome).ok_or_else(|| ApiError::internal("a new menu item made no event"))?;
    Ok(created(&AdminItemWire::of(by.staff.store.slug(), &item)))
}

/// Change a menu item; absent is unchanged, null is cleared. Orders already made stay as they were.
#[utoipa::path(patch, path = "/api/admin/menus/{menu_id}", tag = "staff", operation_id = "changeMenuItem",
    request_body = MenuItemChangeBody,
    params(("menu_id" = u64, Path, description = "The item"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The item as it stands now", body = AdminMenuItemDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn change(
    Write(by, body, ..): Write<Managing, Json<MenuItemChangeBody>>,
    PathId(id): PathId,
) -> Answer {
    let id = MenuItemId::new(id);
    let command = Command::ChangeMenuItem(id, Box::new(body.into_command()?));
    let outcome = by.execute(command).await?;
    as_it_stands(&by.staff, &outcome, id).await
}

/// Remove a menu item. Orders already made stay as they were.
#[utoipa::path(delete, path = "/api/admin/menus/{menu_id}", tag = "staff", operation_id = "deleteMenuItem",
    params(("menu_id" = u64, Path, description = "The item"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 204, description = "Removed"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn delete(Write(by, ..): Write<Managing>, PathId(id): PathId) -> Answer {
    by.execute(Command::RemoveMenuItem(MenuItemId::new(id))).await?;
    Ok(no_content())
}

/// Put the items of one category in order.
#[utoipa::path(put, path = "/api/admin/menus/order", tag = "staff", operation_id = "orderMenuItems",
    request_body = OrderOfIdsBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The category's items in their new order", body = MenuItemPageDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn order(Write(by, body, ..): Write<Managing, Json<OrderOfIdsBody>>) -> Answer {
    let ids = body.into_ids(MenuItemId::new);
    let first = ids.first().copied();
    by.execute(Command::OrderMenuItems(ids)).await?;
    let menu = menu(&by.staff).await?;
    let category = first.and_then(|id| menu.items.get(&id)).map(|item| item.category_id);
    let items = category.map(|category| menu.items_in_order(category)).unwrap_or_default();
    let store = by.staff.store.slug();
    let menus = items.into_iter().map(|item| AdminItemWire::of(store, item)).collect();
    Ok(ok(&PageWire { menus, next_cursor: None }))
}

/// Sell or stop selling a menu item.
#[utoipa::path(put, path = "/api/admin/menus/{menu_id}/availability", tag = "staff", operation_id = "setAvailability",
    request_body = AvailabilityBody,
    params(("menu_id" = u64, Path, description = "The item"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The item as it stands now", body = AdminMenuItemDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn set_availability(
    Write(by, body, ..): Write<Everyone, Json<AvailabilityBody>>,
    PathId(id): PathId,
) -> Answer {
    let id = MenuItemId::new(id);
    let outcome = by.execute(body.into_command(id)).await?;
    as_it_stands(&by.staff, &outcome, id).await
}
