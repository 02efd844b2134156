//! A guest's orders: order, and read the running session's own ones.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use serde::Serialize;

use crate::domain::command::Command;
use crate::domain::error::Thing;
use crate::domain::event::Event;
use crate::domain::ids::OrderId;
use crate::domain::money::Money;
use crate::http::answers::{Answer, json_bytes, ok};
use crate::http::body::orders::OrderBody;
use crate::http::body::{Frequent, Json};
use crate::http::error::not_found;
use crate::http::idempotency;
use crate::http::identity::principal::TablePrincipal;
use crate::http::openapi::{OrderDocument, OrdersDocument};
use crate::http::path_id::PathId;
use crate::http::problem::{ApiError, ProblemDocument};
use crate::http::query::{NoQuery, Query};
use crate::store::wire::order::{self, OrderFor};
use crate::store::wire::table::SessionWire;

/// Order a basket.
#[utoipa::path(post, path = "/api/orders", tag = "guests", operation_id = "createOrder", request_body = OrderBody,
    params(("Idempotency-Key" = String, Header, description = "Fresh for each order, the same for its repeats")),
    responses(
        (status = 201, description = "Ordered and on disk", body = OrderDocument),
        (status = 200, description = "Ordered before with this key", body = OrderDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Unknown: repeat with the same key", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn create(
    table: TablePrincipal,
    body: Json<OrderBody, Frequent>,
    _: Query<NoQuery>,
    request: HttpRequest,
) -> Answer {
    let (text, key) = idempotency::of_order(&request, table.store.slug(), table.table.id, &body.bytes)?;
    let command = Command::CreateOrder(body.value.into_command(table.table.id, text));
    let outcome = table.store.execute(table.principal(), Some(key), command).await?;
    let commit = outcome.commit.ok_or_else(|| ApiError::internal("an order made no commit"))?;
    let created = commit.events.iter().find_map(|event| match event {
        Event::OrderCreated { order, .. } => Some(order),
        _ => None,
    });
    let order = created.ok_or_else(|| ApiError::internal("the key's commit holds no order"))?;
    let status = if outcome.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok(json_bytes(status, order::guest_json(order)))
}

#[derive(Serialize)]
struct OrdersWire<'a> {
    orders: Vec<OrderFor<'a>>,
    total: Money,
    session: Option<SessionWire>,
}

/// Own orders of the running session, oldest first.
#[utoipa::path(get, path = "/api/orders", tag = "guests", operation_id = "listOrders",
    responses(
        (status = 200, description = "Own orders", body = OrdersDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn list(table: TablePrincipal, _: Query<NoQuery>) -> Answer {
    let id = table.table.id;
    let found = table.read(move |state| {
        let session = state.session_at(id).copied();
        let orders = session.map(|session| state.orders_of(session.id).cloned().collect::<Vec<_>>());
        (session, orders.unwrap_or_default())
    });
    let (session, orders) = found.await?;
    Ok(ok(&OrdersWire {
        orders: orders.iter().map(|order| OrderFor { order, staff: false }).collect(),
        total: session.map_or(Money::ZERO, |session| session.total),
        session: session.as_ref().map(SessionWire::from),
    }))
}

/// One own order of the running session.
#[utoipa::path(get, path = "/api/orders/{order_id}", tag = "guests", operation_id = "readOrder",
    params(("order_id" = u64, Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = OrderDocument),
        (status = "4XX", description = "Refused", body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn read(table: TablePrincipal, PathId(id): PathId, _: Query<NoQuery>) -> Answer {
    let own = table.table.id;
    let found = table.read(move |state| state.orders.get(&OrderId::new(id)).cloned()).await?;
    let order = found.filter(|order| order.table_id == own).ok_or_else(|| not_found(Thing::Order))?;
    Ok(json_bytes(StatusCode::OK, order::guest_json(&order)))
}
