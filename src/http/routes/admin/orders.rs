//! Every order of the running sessions, and what staff do with them.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::write::{Write, Writer};
use crate::domain::command::Command;
use crate::domain::error::Thing;
use crate::domain::event::Event;
use crate::domain::ids::{OrderId, TableId};
use crate::domain::order::OrderStatus;
use crate::http::answers::{Answer, json_bytes, no_content, ok};
use crate::http::body::Json;
use crate::http::body::orders::{IdentityBody, StatusBody};
use crate::http::error::not_found;
use crate::http::identity::principal::{Everyone, Serving, Staff};
use crate::http::openapi::{OrderDocument, OrderPageDocument};
use crate::http::path_id::PathId;
use crate::http::problem::ProblemDocument;
use crate::http::query::{IdCursor, Limit, Query, id};
use crate::store::wire::order::{self, OrderFor};

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrdersQuery {
    /// Only of this table.
    #[serde(default, deserialize_with = "id")]
    #[param(value_type = Option<u64>)]
    table_id: Option<u64>,
    /// Only of this status.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    status: Option<OrderStatus>,
    /// Orders of a page, 1 to 500.
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
    orders: Vec<OrderFor<'a>>,
    next_cursor: Option<String>,
}

/// Every order of running sessions, newest first; deleted ones never.
#[utoipa::path(get, path = "/api/admin/orders", tag = "staff", operation_id = "listStoreOrders", params(OrdersQuery),
    responses(
        (status = 200, description = "A page of orders", body = OrderPageDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn list(Staff(staff, _): Staff, query: Query<OrdersQuery>) -> Answer {
    let OrdersQuery { table_id, status, limit, cursor } = query.0;
    let (table, limit) = (table_id.map(TableId::new), limit.get());
    let found = staff.store.read(move |state| {
        let below = OrderId::new(cursor.map_or(u64::MAX, |cursor| cursor.0));
        let asked = state.orders.range(..below).rev().map(|(_, order)| order).filter(|order| {
            table.is_none_or(|table| order.table_id == table) && status.is_none_or(|status| order.status == status)
        });
        asked.take(limit + 1).cloned().collect::<Vec<_>>()
    });
    let mut orders = found.await?;
    let more = orders.len() > limit;
    orders.truncate(limit);
    let next = orders.last().filter(|_| more).map(|order| IdCursor(order.id.get()).text());
    let orders = orders.iter().map(|order| OrderFor { order, staff: true }).collect();
    Ok(ok(&PageWire { orders, next_cursor: next }))
}

/// Move an order on, one step back, or cancel it.
#[utoipa::path(patch, path = "/api/admin/orders/{order_id}/status", tag = "staff", operation_id = "changeOrderStatus",
    request_body = StatusBody,
    params(("order_id" = u64, Path, description = "The order"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The order as it stands now", body = OrderDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn change_status(
    Write(by, body, ..): Write<Everyone, Json<StatusBody>>,
    PathId(id): PathId,
) -> Answer {
    let id = OrderId::new(id);
    let (status, reason) = body.into_parts()?;
    let command = Command::ChangeOrderStatus { order: id, status, reason };
    changed(&by, id, command).await
}

/// Runs a command that changes an order and answers the order after it; as it stands now when nothing was to change.
async fn changed(by: &Writer, id: OrderId, command: Command) -> Answer {
    let outcome = by.execute(command).await?;
    let told = outcome.commit.iter().flat_map(|commit| &commit.events).find_map(|event| match event {
        Event::OrderStatusChanged { order, .. } | Event::IdentityChecked { order, .. } if order.id == id => {
            Some(order.clone())
        }
        _ => None,
    });
    let order = match told {
        Some(order) => Some(order),
        None => by.staff.store.read(move |state| state.orders.get(&id).cloned()).await?,
    };
    let order = order.ok_or_else(|| not_found(Thing::Order))?;
    Ok(json_bytes(StatusCode::OK, order::staff_json(&order)))
}

/// Say what the identity check for an order's alcohol showed: with `passed` all waiting lines of its session go to the
/// kitchen and later ones need no check, without it this order's waiting lines are cancelled and leave its total.
#[utoipa::path(patch, path = "/api/admin/orders/{order_id}/identity", tag = "staff", operation_id = "checkIdentity",
    request_body = IdentityBody,
    params(("order_id" = u64, Path, description = "The order"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 200, description = "The order after it", body = OrderDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn check_identity(
    Write(by, body, ..): Write<Serving, Json<IdentityBody>>,
    PathId(id): PathId,
) -> Answer {
    let id = OrderId::new(id);
    changed(&by, id, Command::CheckIdentity { order: id, passed: body.passed }).await
}

/// Take an order off the live list and the total.
#[utoipa::path(delete, path = "/api/admin/orders/{order_id}", tag = "staff", operation_id = "deleteOrder",
    params(("order_id" = u64, Path, description = "The order"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for repeats")),
    responses(
        (status = 204, description = "Deleted; who and when stay in the journal"),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn delete(Write(by, ..): Write<Serving>, PathId(id): PathId) -> Answer {
    by.execute(Command::DeleteOrder(OrderId::new(id))).await?;
    Ok(no_content())
}
