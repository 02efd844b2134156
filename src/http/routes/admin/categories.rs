//! Categories of the menu.

use std::sync::Arc;

use serde::Serialize;

use super::write::Write;
use crate::domain::command::Command;
use crate::domain::error::Thing;
use crate::domain::event::Event;
use crate::domain::ids::CategoryId;
use crate::domain::menu::{Category, Menu, MenuChange};
use crate::http::answers::{Answer, created, no_content, ok};
use crate::http::body::Json;
use crate::http::body::menu::{CategoryBody, CategoryChangeBody, OrderOfIdsBody};
use crate::http::error::not_found;
use crate::http::identity::principal::{Managing, Staff, StaffPrincipal};
use crate::http::openapi::{CategoriesDocument, CategoryDocument};
use crate::http::path_id::PathId;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::store::Outcome;
use crate::store::wire::menu::CategoryWire;

#[derive(Serialize)]
struct CategoriesWire<'a> {
    categories: Vec<CategoryWire<'a>>,
}

/// The menu as it stands now.
pub(super) async fn menu(staff: &StaffPrincipal) -> Result<Arc<Menu>, ApiError> {
    Ok(staff.store.read(|state| Arc::clone(&state.menu)).await?)
}

async fn all(staff: &StaffPrincipal) -> Answer {
    let menu = menu(staff).await?;
    let categories = menu.categories_in_order().into_iter().map(|category| CategoryWire::from(&**category)).collect();
    Ok(ok(&CategoriesWire { categories }))
}

fn changed(outcome: &Outcome) -> Option<Arc<Category>> {
    outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::MenuChanged { change: MenuChange::Category(category), .. } => Some(Arc::clone(category)),
        _ => None,
    })
}

/// All categories, as they are shown.
#[utoipa::path(get, path = "/api/admin/categories", tag = "staff", operation_id = "listCategories",
    responses(
        (status = 200, description = "All categories", body = CategoriesDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn list(Staff(staff, _): Staff, _: Query<NoQuery>) -> Answer {
    all(&staff).await
}

/// Add a category at the end.
#[utoipa::path(post, path = "/api/admin/categories", tag = "staff", operation_id = "createCategory",
    request_body = CategoryBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 201, description = "The category", body = CategoryDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn create(Write(by, body, ..): Write<Managing, Json<CategoryBody>>) -> Answer {
    let command = Command::AddCategory(body.into_command());
    let outcome = by.execute(command).await?;
    let category = changed(&outcome).ok_or_else(|| ApiError::internal("a new category made no event"))?;
    Ok(created(&CategoryWire::from(&*category)))
}

/// Change a category; absent is unchanged, null is cleared.
#[utoipa::path(patch, path = "/api/admin/categories/{category_id}", tag = "staff", operation_id = "changeCategory",
    request_body = CategoryChangeBody,
    params(("category_id" = u64, Path, description = "The category"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The category as it stands now", body = CategoryDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn change(
    Write(by, body, ..): Write<Managing, Json<CategoryChangeBody>>,
    PathId(id): PathId,
) -> Answer {
    let id = CategoryId::new(id);
    let command = Command::ChangeCategory(id, body.into_command());
    let outcome = by.execute(command).await?;
    let category = match changed(&outcome) {
        Some(category) => Some(category),
        None => menu(&by.staff).await?.categories.get(&id).cloned(),
    };
    Ok(ok(&CategoryWire::from(&*category.ok_or_else(|| not_found(Thing::Category))?)))
}

/// Remove a category without items.
#[utoipa::path(delete, path = "/api/admin/categories/{category_id}", tag = "staff", operation_id = "deleteCategory",
    params(("category_id" = u64, Path, description = "The category"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 204, description = "Removed"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn delete(Write(by, ..): Write<Managing>, PathId(id): PathId) -> Answer {
    by.execute(Command::RemoveCategory(CategoryId::new(id))).await?;
    Ok(no_content())
}

/// Put all categories in order.
#[utoipa::path(put, path = "/api/admin/categories/order", tag = "staff", operation_id = "orderCategories",
    request_body = OrderOfIdsBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "All categories in their new order", body = CategoriesDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn order(Write(by, body, ..): Write<Managing, Json<OrderOfIdsBody>>) -> Answer {
    let command = Command::OrderCategories(body.into_ids(CategoryId::new));
    by.execute(command).await?;
    all(&by.staff).await
}
