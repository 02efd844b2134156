//! What staff do.

pub(crate) mod calls;
pub(crate) mod categories;
pub(crate) mod history;
pub(crate) mod losses;
pub(crate) mod menu_images;
pub(crate) mod menus;
pub(crate) mod orders;
pub(crate) mod pairing;
pub(crate) mod sticker;
pub(crate) mod tables;
mod write;

use super::{Resource, at};

/// This part of the table of routes.
pub(super) fn resources() -> Vec<Resource> {
    vec![
        at("/api/admin/orders").get(orders::list),
        at("/api/admin/orders/{order_id}/status").patch(orders::change_status),
        at("/api/admin/orders/{order_id}/identity").patch(orders::check_identity),
        at("/api/admin/orders/{order_id}").delete(orders::delete),
        at("/api/admin/tables").get(tables::list).post(tables::create),
        at("/api/admin/tables/{table_id}").patch(tables::change).delete(tables::delete),
        at("/api/admin/tables/{table_id}/seat").post(tables::seat),
        at("/api/admin/tables/{table_id}/complete").post(tables::complete),
        at("/api/admin/tables/{table_id}/pairing").post(pairing::offer),
        at("/api/admin/tables/{table_id}/sticker").get(sticker::read),
        at("/api/admin/tables/{table_id}/history").get(history::of_table),
        at("/api/admin/history").get(history::of_store),
        at("/api/admin/categories").get(categories::list).post(categories::create),
        at("/api/admin/categories/order").put(categories::order),
        at("/api/admin/categories/{category_id}").patch(categories::change).delete(categories::delete),
        at("/api/admin/menus").get(menus::list).post(menus::create),
        at("/api/admin/menus/order").put(menus::order),
        at("/api/admin/menus/{menu_id}").get(menus::read).patch(menus::change).delete(menus::delete),
        at("/api/admin/menus/{menu_id}/availability").put(menus::set_availability),
        at("/api/admin/menus/{menu_id}/image").put(menu_images::put).delete(menu_images::delete),
        at("/api/admin/losses").get(losses::list),
        at("/api/admin/losses/confirm").post(losses::confirm),
        at("/api/admin/calls").get(calls::list),
        at("/api/admin/calls/{call_id}/resolve").post(calls::resolve),
    ]
}
