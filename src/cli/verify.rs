//! `verify`: says whether a data folder is sound, as text or as one JSON line.

use std::fmt::Write as _;

use super::{Failure, say};
use crate::config::Settings;
use crate::journal::JournalError;
use crate::ops::backup::Depth;
use crate::ops::data_folder::DataFolderVisit;
use crate::ops::verify::{self, Report};

pub(super) fn run(settings: &Settings, backups: bool, json: bool) -> Result<(), Failure> {
    let visit = DataFolderVisit::begin(&settings.data_dir)?;
    let depth = if backups { Depth::Full } else { Depth::Entries };
    let report = verify::verify(&visit, depth).map_err(|error| match error {
        JournalError::NewerFormat { .. } => Failure::damaged(error.to_string()),
        error => Failure::failed(error.to_string()),
    })?;
    say(&if json { format!("{}\n", serde_json::json!(report)) } else { text(&report) });
    if report.sound { Ok(()) } else { Err(Failure::damaged(report.problems.join("\n"))) }
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    for store in &report.stores {
        let _ = writeln!(
            text,
            "store {}: {} commits up to seq {} in {} segments, {} checkpoints",
            store.store,
            store.commits,
            store.last_seq,
            store.segments,
            store.checkpoints.len()
        );
        match &store.view {
            Some(view) => {
                let _ =
                    writeln!(text, "  view: up to seq {}, {} finished tables", view.applied, view.finished_sessions);
            }
            None => text.push_str("  view: not looked at\n"),
        }
        for note in &store.notes {
            let _ = writeln!(text, "  {note}");
        }
    }
    for backup in &report.backups {
        let state = backup.fault.as_deref().unwrap_or("sound");
        let _ = writeln!(text, "backup {}: {} bytes, {state}", backup.file.display(), backup.bytes);
    }
    let folder = report.folder.display();
    let verdict = if report.sound { "sound" } else { "NOT sound" };
    let _ = writeln!(text, "{folder} is {verdict}: {} stores, {} problems", report.stores.len(), report.problems.len());
    text
}
