//! Whether the trees hold what the store's state and the journal say. For tests and `verify`; it changes nothing.

use std::collections::BTreeMap;

use super::Encoders;
use super::codec::encode;
use super::error::TreesError;
use super::keys;
use super::projection::json;
use super::row_tree::RowTree;
use super::rows::{SessionRow, TableRow};
use super::view::View;
use crate::domain::state::StoreState;

/// Disagreements named at most per tree; one is enough to rebuild.
const NAMED_MAX: usize = 20;

/// A row that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Which tree.
    pub tree: &'static str,
    /// What is wrong, with the row's key in hex.
    pub what: String,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.tree, self.what)
    }
}

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

/// Compares tables, menus, running sessions and live orders with a state of the same seq, row by row.
pub(super) fn with_state(view: &View, state: &StoreState, encoders: Encoders) -> Result<Vec<Disagreement>, TreesError> {
    let mut found = Vec::new();
    compare(&view.menus, menus(state), &mut found)?;
    let tables = state.access.tables.values().map(|table| (keys::table(table.id), encode(&TableRow::from(&**table))));
    compare(&view.tables, tables.collect(), &mut found)?;
    let sessions =
        state.sessions.values().map(|running| (keys::session(running.id), encode(&SessionRow::from(running))));
    compare(&view.sessions, sessions.collect(), &mut found)?;
    let orders = state.orders.values().map(|order| (keys::order(order.session_id, order.id), (encoders.order)(order)));
    compare(&view.orders, orders.collect(), &mut found)?;
    Ok(found)
}

fn menus(state: &StoreState) -> Rows {
    let menu = &state.menu;
    let version = (menu.version > 0).then(|| (keys::menu_version(), encode(&menu.version)));
    let categories = menu.categories.values().map(|category| (keys::category(category.id), json(&**category)));
    let items = menu.items.values().map(|item| (keys::menu_item(item.id), json(&**item)));
    version.into_iter().chain(categories).chain(items).collect()
}

fn compare(tree: &RowTree, mut expected: Rows, found: &mut Vec<Disagreement>) -> Result<(), TreesError> {
    let mut named = Vec::new();
    for entry in tree.rows(keys::all_rows()) {
        let (key, row) = entry?;
        match expected.remove(&*key) {
            Some(wanted) if wanted == row => {}
            Some(_) => named.push(format!("row {} differs", hex(&key))),
            None => named.push(format!("row {} should not be there", hex(&key))),
        }
    }
    named.extend(expected.keys().map(|key| format!("row {} is missing", hex(key))));
    let named = named.into_iter().take(NAMED_MAX);
    found.extend(named.map(|what| Disagreement { tree: tree.name, what }));
    Ok(())
}

/// Reads every row of every tree and counts them against the marks.
pub(super) fn with_marks(view: &View) -> Result<Vec<Disagreement>, TreesError> {
    let mut found = Vec::new();
    for tree in view.trees() {
        let expected = tree.mark()?.map_or(0, |mark| mark.rows);
        let mut counted = 0_u64;
        for entry in tree.rows(keys::all_rows()) {
            entry?;
            counted += 1;
        }
        if counted != expected {
            let what = format!("{counted} rows are there, its mark says {expected}");
            found.push(Disagreement { tree: tree.name, what });
        }
    }
    Ok(found)
}

fn hex(key: &[u8]) -> String {
    use std::fmt::Write;
    key.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
