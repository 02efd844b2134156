//! Looks at the backups that lie in a data folder.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::ops::backup::{self, ArchiveError, Depth, Kind};

/// One backup.
#[derive(Debug, Serialize)]
pub struct BackupReport {
    /// The archive.
    pub file: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// When it was made; nothing if it does not say.
    pub made_at: Option<String>,
    /// What for.
    pub kind: Option<Kind>,
    /// What is wrong with it.
    pub fault: Option<String>,
}

/// Reads all of them; adds what is wrong to `problems`.
pub(super) fn look(data: &Path, depth: Depth, problems: &mut Vec<String>) -> Vec<BackupReport> {
    let mut reports = Vec::new();
    for file in backup::list(&backup::folder(data)) {
        let bytes = std::fs::metadata(&file).map_or(0, |metadata| metadata.len());
        let mut todo = "it is of no use, remove it and make another one with `tableorder backup`";
        let (opening, fault) = match backup::walk(&file, depth, |_, _| Ok(())) {
            Ok(walked) => (Some(walked.opening), None),
            // Pruned a moment ago, by the process that serves the folder.
            Err(ArchiveError::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                if matches!(error, ArchiveError::Newer { .. }) {
                    todo = "keep it for that version";
                }
                (backup::opening(&file).ok(), Some(error.to_string()))
            }
        };
        if let Some(fault) = &fault {
            problems.push(format!("the backup {}: {fault}; {todo}", file.display()));
        }
        let (made_at, kind) = opening.map(|opening| (opening.made_at, opening.kind)).unzip();
        reports.push(BackupReport { file, bytes, made_at, kind, fault });
    }
    reports
}
