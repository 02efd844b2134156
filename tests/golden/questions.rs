//! What a golden folder is asked, and when an answer still says the same. Answers may gain fields in later versions; what
//! they said once they say for ever.

use serde_json::{Map, Value, json};

use super::make::{PASSWORD, STORE};
use super::server::Server;

/// What staff ask.
const STAFF: &[&str] = &[
    "/api/sync?after=0",
    "/api/sync",
    "/api/admin/orders?limit=500",
    "/api/admin/tables",
    "/api/admin/categories",
    "/api/admin/menus?limit=500",
    "/api/menus",
    "/api/admin/calls",
    "/api/admin/history?date_from=2000-01-01&date_to=2999-12-31",
];
/// What a tablet asks.
const TABLET: &[&str] = &["/api/orders", "/api/calls", "/api/menus", "/api/sync"];
/// Names that say which program answers, or when, and nothing about the shop.
const PASSING: &[&str] = &["server_version", "last_contact"];

/// The staff's token.
pub fn staff(server: &Server) -> String {
    let login = json!({"store": STORE, "username": "owner", "password": PASSWORD});
    text(&server.login("/api/auth/admin/login", &login)["token"])
}

/// A tablet's token, from the credential it was paired with.
pub fn tablet(server: &Server, device_token: &Value) -> String {
    text(&server.login("/api/auth/table/renew", &json!({"device_token": device_token}))["token"])
}

/// Asks everything; answers by who asked and what.
pub fn ask(server: &Server, expected: &Value) -> Map<String, Value> {
    let mut answers = Map::new();
    let staff = staff(server);
    for path in STAFF {
        answers.insert(format!("staff {path}"), lasting(server.get(path, &staff)));
    }
    for (place, device_token) in expected["tablets"].as_array().expect("tablets").iter().enumerate() {
        let token = tablet(server, device_token);
        for path in TABLET {
            answers.insert(format!("tablet {place} {path}"), lasting(server.get(path, &token)));
        }
    }
    answers
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// An answer without what passes.
fn lasting(answer: Value) -> Value {
    match answer {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, _)| !PASSING.contains(&name.as_str()));
            Value::Object(kept.map(|(name, value)| (name, lasting(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(lasting).collect()),
        other => other,
    }
}

/// Where `found` does not say what `expected` says; nothing when it does.
pub fn difference(expected: &Value, found: &Value, place: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => expected.iter().find_map(|(name, value)| {
            difference(value, found.get(name).unwrap_or(&Value::Null), &format!("{place}.{name}"))
        }),
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs.find_map(|(at, (expected, found))| difference(expected, found, &format!("{place}[{at}]")))
        }
        (expected, found) => (expected != found).then(|| format!("{place} was {expected}, is {found}")),
    }
}
