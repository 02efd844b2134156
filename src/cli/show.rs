//! What this program is, and which settings count for it.

use super::say;
use crate::config::Loaded;

/// The version that the program was built as.
pub(super) fn version(json: bool) {
    let version = env!("CARGO_PKG_VERSION");
    say(&if json {
        format!("{}\n", serde_json::json!({ "version": version }))
    } else {
        format!("tableorder {version}\n")
    });
}

/// The settings that count, as a settings file or as JSON.
pub(super) fn settings(loaded: &Loaded, origin: bool, json: bool) {
    say(&if json { format!("{}\n", loaded.show_json(origin)) } else { loaded.show(origin) });
}
