//! The one table of routes. From it the app is configured, with HEAD on every GET and a 405 that names what an address
//! knows; a test compares it with the OpenAPI document.

pub(super) mod admin;
pub(super) mod auth;
pub(super) mod calls;
pub(super) mod documents;
pub(super) mod health;
pub(super) mod login;
pub(super) mod menus;
pub(super) mod metrics;
pub(super) mod orders;
mod pages;
pub(super) mod phone;
mod pictures;
pub(super) mod setup;
pub(super) mod streams;
pub(super) mod sync;

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, HttpResponse, Responder, Route, guard, web};

use super::answers::Answer;
use super::identity::tokens::VerifiedTokens;
use super::problem::{ApiError, ErrorCode};
use super::{AppState, assets};

/// What an address answers.
pub(super) struct Resource {
    /// Its path.
    pub(super) path: &'static str,
    /// Its methods without HEAD, each with its handler.
    pub(super) operations: Vec<(Method, Route)>,
}

/// Begins the resource of a path.
fn at(path: &'static str) -> Resource {
    Resource { path, operations: Vec::new() }
}

impl Resource {
    fn on<F, Args>(mut self, method: Method, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let route = if method == Method::GET {
            web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
        } else {
            web::route().guard(guard::Method(method.clone()))
        };
        self.operations.push((method, route.to(handler)));
        self
    }

    fn get<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::GET, handler)
    }

    fn post<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::POST, handler)
    }

    fn put<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::PUT, handler)
    }

    fn patch<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::PATCH, handler)
    }

    fn delete<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::DELETE, handler)
    }

    /// The methods it knows, as `Allow` names them.
    fn allow(&self) -> &'static str {
        let known = |method: &Method| self.operations.iter().any(|(known, _)| known == method);
        match (
            known(&Method::GET),
            known(&Method::POST),
            known(&Method::PUT),
            known(&Method::PATCH),
            known(&Method::DELETE),
        ) {
            (true, false, false, false, false) => "GET, HEAD",
            (true, true, false, false, false) => "GET, HEAD, POST",
            (true, false, false, true, true) => "GET, HEAD, PATCH, DELETE",
            (false, false, true, false, true) => "PUT, DELETE",
            (false, true, false, false, false) => "POST",
            (false, false, true, false, false) => "PUT",
            (false, false, false, true, false) => "PATCH",
            (false, false, false, false, true) => "DELETE",
            (false, false, false, true, true) => "PATCH, DELETE",
            _ => unreachable!("{}: add this set of methods to the list", self.path),
        }
    }

    fn configure(self, config: &mut web::ServiceConfig) {
        let allow = self.allow();
        let mut resource = web::resource(self.path);
        for (_, route) in self.operations {
            resource = resource.route(route);
        }
        let refuse = move || async move { Err::<HttpResponse, _>(ApiError::method_not_allowed(allow)) };
        config.service(resource.default_service(web::to(refuse)));
    }
}

/// Every route of the API, the most used first, since they are looked through in this order.
pub(super) fn table() -> Vec<Resource> {
    let mut table = vec![
        at("/api/orders").post(orders::create).get(orders::list),
        at("/api/menus").get(menus::read),
        at("/api/sse/orders/{table_id}").get(streams::table),
        at("/api/admin/orders/stream").get(streams::staff),
        at("/api/sync").get(sync::read),
        at("/api/orders/{order_id}").get(orders::read),
        at("/api/phone").get(phone::read),
        at("/api/calls").post(calls::create).get(calls::list),
    ];
    table.extend(auth::resources());
    table.extend(admin::resources());
    table.extend([
        at("/api/setup").post(setup::create),
        at("/api/openapi.json").get(documents::openapi),
        at("/health").get(health::report),
        at("/health/live").get(health::live),
        at("/health/ready").get(health::ready),
        at("/metrics").get(metrics::read),
    ]);
    table
}

/// Configures an app.
pub(super) fn configure(config: &mut web::ServiceConfig, state: web::Data<AppState>) {
    config.app_data(state).app_data(VerifiedTokens::default());
    for resource in table() {
        resource.configure(config);
    }
    for address in assets::page_addresses() {
        at(address).get(pages::page).configure(config);
    }
    at("/images/{store}/{name}").get(pictures::read).configure(config);
    at("/assets/{version}/{path:.*}").get(pages::asset).configure(config);
    config.default_service(web::to(unknown));
}

async fn unknown() -> Answer {
    Err(ApiError::new(
        ErrorCode::NotFound,
        "There is nothing at this address. See /api/openapi.json for what there is.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_can_name_its_methods_and_stands_once() {
        let mut paths: Vec<_> = table().iter().map(|resource| (resource.path, resource.allow())).collect();
        let count = paths.len();
        paths.sort_unstable();
        paths.dedup_by_key(|(path, _)| *path);
        assert_eq!(paths.len(), count);
    }
}
