//! Logging in and out, and who one is.

pub(crate) mod admin_login;
pub(crate) mod logout;
pub(crate) mod me;
pub(crate) mod pair;
pub(crate) mod phone_login;
pub(crate) mod renew;
pub(crate) mod table_login;
mod tablet_token;

use super::{Resource, at};

/// This part of the table of routes.
pub(super) fn resources() -> Vec<Resource> {
    vec![
        at("/api/auth/admin/login").post(admin_login::login),
        at("/api/auth/table/login").post(table_login::login),
        at("/api/auth/table/renew").post(renew::renew),
        at("/api/auth/table/pair").post(pair::pair),
        at("/api/auth/phone/login").post(phone_login::login),
        at("/api/auth/logout").post(logout::logout),
        at("/api/auth/me").get(me::me),
    ]
}
