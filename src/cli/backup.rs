//! `backup`: one verified archive of everything in a data folder, also beside a running `serve`.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::{Failure, say};
use crate::clock;
use crate::config::Loaded;
use crate::journal::JournalError;
use crate::ops::backup::{self, BackupError, Kind, Made, Plan, Target};
use crate::ops::data_folder::DataFolderVisit;
use crate::ops::disk_guard;

pub(super) fn run(loaded: &Loaded, to: Option<PathBuf>, json: bool) -> Result<(), Failure> {
    if let Some(file) = &loaded.settings.clock_offset_file {
        clock::follow_offset_file(file.clone()).map_err(|error| Failure::failed(error.to_string()))?;
    }
    let visit = DataFolderVisit::begin(&loaded.settings.data_dir)?;
    let made = backup::make(&Plan {
        settings_file: loaded.file.clone(),
        target: to.map_or(Target::Own, Target::Named),
        keep_free: disk_guard::refuse_bytes(visit.path(), loaded.settings.disk),
        ..Plan::of(&visit, Kind::ByHand)
    })?;
    say(&if json { format!("{}\n", serde_json::json!(made)) } else { text(&made) });
    Ok(())
}

fn text(made: &Made) -> String {
    let mut text = String::new();
    for store in &made.stores {
        let _ = writeln!(text, "store {}: everything up to seq {}", store.store, store.last_seq);
        for lost in &store.missing {
            let _ = writeln!(
                text,
                "  without seq {} to {}, which the journal has lost: {}",
                lost.first, lost.last, lost.why
            );
        }
    }
    for gone in &made.pruned {
        let _ = writeln!(text, "removed the older backup {}", gone.display());
    }
    let _ = writeln!(text, "{}: {} bytes, read back and found sound", made.file.display(), made.bytes);
    text
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Journal(JournalError::NewerFormat { .. }) => Self::damaged(error.to_string()),
            _ => Self::failed(error.to_string()),
        }
    }
}
