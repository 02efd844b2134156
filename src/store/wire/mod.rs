//! The wire form of everything a store tells: orders, calls, tables, sessions, the menu, frames and snapshots. Pure
//! functions of domain values; journal form and wire form are different types even where they look alike.

pub mod call;
pub mod frame;
pub mod menu;
pub mod order;
pub mod snapshot;
pub mod table;

use serde::{Serialize, Serializer};

use crate::clock;
use crate::domain::time::Timestamp;

/// A point in time as RFC 3339 UTC with milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct WireTime(pub Timestamp);

impl Serialize for WireTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&clock::rfc3339(self.0))
    }
}

/// JSON bytes of a wire value.
///
/// # Panics
/// Never: wire types hold nothing that can fail to serialise.
pub fn to_json(value: &impl Serialize) -> Vec<u8> {
    let mut json = Vec::with_capacity(128);
    write_json(&mut json, value);
    json
}

/// Appends a value's JSON.
///
/// # Panics
/// Never: wire types hold nothing that can fail to serialise.
pub fn write_json(buffer: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(buffer, value).expect("wire types have string keys and no failing serializers");
}
