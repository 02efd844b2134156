//! Who asks: signed tokens, cookies, the host and origin check, and the extractors that handlers begin with.

pub(crate) mod cookies;
pub(crate) mod host_origin;
mod hs256;
pub(crate) mod phone_keys;
pub(crate) mod principal;
pub(crate) mod tablet_secret;
pub(crate) mod tokens;
