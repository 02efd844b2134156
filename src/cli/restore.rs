//! `restore`: a backup in the place of a data folder's stores.

use std::fmt::Write as _;
use std::path::Path;

use super::{Failure, say};
use crate::config::Settings;
use crate::ops::restore::{self, Restored};

pub(super) fn run(settings: &Settings, archive: &Path, json: bool) -> Result<(), Failure> {
    let restored = restore::restore(archive, &settings.data_dir)
        .map_err(|error| Failure { code: error.exit_code(), reason: error.to_string() })?;
    say(&if json { format!("{}\n", serde_json::json!(restored)) } else { text(&restored) });
    Ok(())
}

fn text(restored: &Restored) -> String {
    let mut text = String::new();
    for store in &restored.stores {
        let _ = writeln!(text, "store {}: everything up to seq {}", store.store, store.last_seq);
    }
    if let Some(aside) = &restored.set_aside {
        let _ = writeln!(text, "what was there before is kept in {}", aside.display());
    }
    if let Some(settings) = &restored.settings {
        let _ =
            writeln!(text, "the settings of the backup are in {}; they do not count by themselves", settings.display());
    }
    let folder = restored.folder.display();
    let _ = writeln!(text, "{folder} is as it was at {}; start tableorder again", restored.made_at);
    text
}
