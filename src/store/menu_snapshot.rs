//! The public menu as ready bytes. Immutable: a changed menu is a new snapshot, swapped when its commit is durable.

use std::sync::OnceLock;

use bytes::Bytes;

use super::wire;
use crate::domain::menu::Menu;
use crate::domain::text::StoreSlug;

/// A menu, serialised once; compressed once when somebody first asks for it.
#[derive(Debug)]
pub struct MenuSnapshot {
    /// The menu's version.
    pub version: u64,
    /// The JSON.
    pub json: Bytes,
    hash: OnceLock<String>,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

impl MenuSnapshot {
    /// Serialises a store's menu.
    pub fn of(store: &StoreSlug, menu: &Menu) -> Self {
        Self {
            version: menu.version,
            json: wire::menu::menu_json(store, menu).into(),
            hash: OnceLock::new(),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    /// A hash of the JSON, made by `hash` at the first call.
    pub fn hash(&self, hash: impl FnOnce(&[u8]) -> String) -> &str {
        self.hash.get_or_init(|| hash(&self.json))
    }

    /// The gzip form, made by `compress` at the first call.
    pub fn gzip(&self, compress: impl FnOnce(&[u8]) -> Vec<u8>) -> &Bytes {
        self.gzip.get_or_init(|| compress(&self.json).into())
    }

    /// The brotli form, made by `compress` at the first call.
    pub fn brotli(&self, compress: impl FnOnce(&[u8]) -> Vec<u8>) -> &Bytes {
        self.brotli.get_or_init(|| compress(&self.json).into())
    }
}
