//! Photos of menu items as the owner uploads them.

use bytes::Bytes;

use super::categories::menu;
use super::menus::as_it_stands;
use super::write::{Body, Write};
use crate::domain::command::Command;
use crate::domain::error::Thing;
use crate::domain::ids::MenuItemId;
use crate::http::answers::{Answer, no_content};
use crate::http::body::picture::Picture;
use crate::http::error::not_found;
use crate::http::identity::principal::Managing;
use crate::http::openapi::AdminMenuItemDocument;
use crate::http::path_id::PathId;
use crate::http::problem::ProblemDocument;

impl Body for Picture {
    type Value = Self;

    fn into_parts(self) -> (Self, Bytes) {
        let bytes = self.bytes.clone();
        (self, bytes)
    }
}

/// Give a menu item a photo. The body is the picture itself, JPEG, PNG or WebP, of at most 10 MB and 25 megapixels. It is
/// turned upright and made into three JPEGs of at most 160, 400 and 800 pixels' width without any of its metadata; the
/// item tells their addresses.
#[utoipa::path(put, path = "/api/admin/menus/{menu_id}/image", tag = "staff", operation_id = "putMenuItemImage",
    request_body(content(("image/jpeg"), ("image/png"), ("image/webp"))),
    params(("menu_id" = u64, Path, description = "The item"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The item as it stands now", body = AdminMenuItemDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn put(Write(by, picture, ..): Write<Managing, Picture>, PathId(id): PathId) -> Answer {
    let id = MenuItemId::new(id);
    if !menu(&by.staff).await?.items.contains_key(&id) {
        return Err(not_found(Thing::MenuItem));
    }
    let Picture { bytes, place } = picture;
    let image = by.staff.store.take_picture(bytes).await?;
    drop(place);
    let outcome = by.execute(Command::SetMenuImage(id, Some(image))).await?;
    as_it_stands(&by.staff, &outcome, id).await
}

/// Take a menu item's photo away; a drawing is shown instead.
#[utoipa::path(delete, path = "/api/admin/menus/{menu_id}/image", tag = "staff", operation_id = "deleteMenuItemImage",
    params(("menu_id" = u64, Path, description = "The item"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 204, description = "It has none any more"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn delete(Write(by, ..): Write<Managing>, PathId(id): PathId) -> Answer {
    by.execute(Command::SetMenuImage(MenuItemId::new(id), None)).await?;
    Ok(no_content())
}
