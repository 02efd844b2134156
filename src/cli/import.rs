//! `import`: an exported store into a data folder that does not have it.

use std::path::Path;

use super::{Failure, say};
use crate::config::Settings;
use crate::ops::import;

pub(super) fn run(settings: &Settings, export: &Path, json: bool) -> Result<(), Failure> {
    let imported = import::import(export, &settings.data_dir)
        .map_err(|error| Failure { code: error.exit_code(), reason: error.to_string() })?;
    say(&if json {
        format!("{}\n", serde_json::json!(imported))
    } else {
        let (store, last) = (&imported.store, imported.last);
        format!(
            "store {store}: {} commits up to seq {} are in {}\n",
            last.commits,
            last.last_seq,
            imported.folder.display()
        )
    });
    Ok(())
}
