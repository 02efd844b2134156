//! Makes the OpenAPI document from the handlers and holds `docs/openapi.json` to it.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::http::problem::ErrorCode;
use crate::http::routes::{admin, auth, calls, documents, health, menus, metrics, orders, phone, setup, streams, sync};

#[derive(OpenApi)]
#[openapi(
    info(title = "tableorder", description = "Table ordering for one restaurant or many. Money is in minor units of \
        the store's currency, times are RFC 3339 UTC, ids are integers from 1. Unknown fields are refused."),
    modifiers(&Identities),
    security(("bearer" = []), ("staff_cookie" = []), ("table_cookie" = [])),
    components(schemas(ErrorCode)),
    paths(
        setup::create, auth::admin_login::login, auth::table_login::login, auth::renew::renew, auth::pair::pair, auth::phone_login::login, auth::logout::logout,
        auth::me::me, menus::read, orders::create, orders::list, orders::read, calls::create, calls::list, phone::read,
        streams::table, streams::staff, sync::read, admin::orders::list, admin::orders::change_status,
        admin::orders::check_identity,
        admin::orders::delete, admin::tables::list, admin::tables::create, admin::tables::change,
        admin::tables::delete, admin::tables::seat, admin::tables::complete, admin::pairing::offer, admin::sticker::read, admin::history::of_table, admin::history::of_store,
        admin::categories::list, admin::categories::create, admin::categories::change, admin::categories::delete,
        admin::categories::order, admin::menus::list, admin::menus::create, admin::menus::read, admin::menus::change,
        admin::menus::delete, admin::menus::order, admin::menus::set_availability, admin::menu_images::put,
        admin::menu_images::delete, admin::calls::list,
        admin::calls::resolve, admin::losses::list, admin::losses::confirm, health::report, health::live, health::ready, metrics::read, documents::openapi,
    )
)]
struct Api;

struct Identities;

impl Modify for Identities {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let cookie = |name: &str| SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(name)));
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("staff_cookie", cookie(crate::http::identity::cookies::STAFF));
        components.add_security_scheme("table_cookie", cookie(crate::http::identity::cookies::TABLE));
    }
}

/// The document.
fn document() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

#[cfg(test)]
mod tests {
    use super::super::document as shipped;
    use super::document;

    /// With `WRITE_OPENAPI=1` in the environment it writes the document instead.
    #[test]
    fn the_shipped_document_is_what_the_handlers_say() {
        let mut generated = document().to_pretty_json().expect("a document");
        generated.push('\n');
        if std::env::var_os("WRITE_OPENAPI").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json"), generated).expect("written");
            return;
        }
        let alike = generated.as_bytes() == shipped();
        assert!(
            alike,
            "docs/openapi.json is behind the handlers; WRITE_OPENAPI=1 cargo test --lib openapi writes it anew"
        );
    }
}
