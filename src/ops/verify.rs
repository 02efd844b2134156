//! Looks through a whole data folder and says whether everything in it is sound, and what to do where it is not. It
//! changes nothing, and may run beside the process that serves the folder.

mod archives;
mod pictures;
mod view;

use std::path::PathBuf;

use serde::Serialize;

pub use archives::BackupReport;
pub use pictures::UploadsReport;
pub use view::ViewReport;

use super::backup::Depth;
use super::data_folder::DataFolderVisit;
use crate::domain::ids::Seq;
use crate::domain::text::StoreSlug;
use crate::journal::{self, JournalError, LostRange, Verified};

/// What was found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Nothing is damaged and nothing acknowledged is lost.
    pub sound: bool,
    /// The data folder.
    pub folder: PathBuf,
    /// What is wrong, one sentence each, with what to do about it.
    pub problems: Vec<String>,
    /// Each store's own report.
    pub stores: Vec<StoreReport>,
    /// Backups in the data folder, oldest first.
    pub backups: Vec<BackupReport>,
}

/// One store's journal and view.
#[derive(Debug, Serialize)]
pub struct StoreReport {
    /// The store.
    pub store: String,
    /// The id of its unbroken history; nothing for a journal without a readable segment.
    pub lineage: Option<String>,
    /// Segments that count.
    pub segments: u64,
    /// Segments that later ones replace.
    pub superseded: u64,
    /// Bytes of all segments.
    pub bytes: u64,
    /// Commits that apply.
    pub commits: u64,
    /// Last seq.
    pub last_seq: Seq,
    /// Acknowledged seqs that are lost.
    pub lost: Vec<LostRange>,
    /// What was read, in words.
    pub notes: Vec<String>,
    /// Its checkpoints, oldest first.
    pub checkpoints: Vec<CheckpointReport>,
    /// Its view; nothing if there is none or it was not looked at.
    pub view: Option<ViewReport>,
    /// Its pictures.
    pub uploads: UploadsReport,
}

/// One checkpoint.
#[derive(Debug, Serialize)]
pub struct CheckpointReport {
    /// Where it stands.
    pub seq: Seq,
    /// What is wrong with the file.
    pub fault: Option<String>,
    /// Whether it is what the commits before it lead to; unknown when some of those are lost.
    pub agrees: Option<bool>,
}

/// Reads everything below a data folder; its backups as deeply as asked.
///
/// # Errors
/// [`JournalError`] when a journal cannot be read at all or is of a newer version. Damage is no error.
pub fn verify(visit: &DataFolderVisit, backups: Depth) -> Result<Report, JournalError> {
    let mut report = Report {
        sound: true,
        folder: visit.path().to_owned(),
        problems: visit.faults(),
        stores: Vec::new(),
        backups: Vec::new(),
    };
    for slug in visit.stores() {
        let folder = visit.path().join("stores").join(slug.as_str());
        let verified = journal::verify(&folder.join("journal"))?;
        let problems = journal_problems(&slug, &verified);
        // Beside a process that writes it a view is never at rest, and beside a damaged journal it proves nothing.
        let looks = problems.is_empty() && !visit.is_in_use();
        let view = if looks { view::look(&folder, &slug, verified.lineage, &verified.state) } else { Ok(None) };
        report.problems.extend(problems);
        let view = view.unwrap_or_else(|problem| {
            report.problems.push(problem);
            None
        });
        let uploads = pictures::look(visit.path(), &slug, &verified.state.menu, &mut report.problems);
        report.stores.push(store_report(&slug, verified, view, uploads));
    }
    report.backups = archives::look(visit.path(), backups, &mut report.problems);
    report.sound = report.problems.is_empty();
    Ok(report)
}

fn journal_problems(slug: &StoreSlug, verified: &Verified) -> Vec<String> {
    let mut problems = Vec::new();
    if let Some(other) = verified.store.as_ref().filter(|store| *store != slug) {
        problems.push(format!("store {slug}: its journal belongs to the store {other}; put it back to where it was"));
    }
    for lost in &verified.lost {
        let todo = if lost.in_checkpoint {
            "a checkpoint keeps their effect, only the history lacks them"
        } else {
            "a mirror gives them back at the next start if it has them; otherwise confirm the loss on the staff page, \
             and look into the newest backup with `tableorder restore` into another folder"
        };
        problems.push(format!("store {slug}: seq {} to {} are lost: {}; {todo}", lost.first, lost.last, lost.why));
    }
    let older = "the next start takes an older one and reads on from there, nothing is lost";
    for checkpoint in &verified.checkpoints {
        if let Some(fault) = &checkpoint.fault {
            problems.push(format!("store {slug}: the checkpoint at {} is damaged: {fault}; {older}", checkpoint.seq));
        } else if checkpoint.agrees == Some(false) {
            problems.push(format!(
                "store {slug}: the checkpoint at {} is not what its journal says; keep a copy of the folder, then restore \
                 the newest backup",
                checkpoint.seq
            ));
        }
    }
    problems.extend(verified.broken_invariant.iter().map(|rule| {
        format!(
            "store {slug}: its state breaks a rule: {rule}; keep a copy of the folder and restore the newest backup"
        )
    }));
    if problems.is_empty() && !verified.is_sound() {
        let notes = verified.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        problems.push(format!(
            "store {slug}: its journal is damaged: {notes}; keep a copy of the folder and start tableorder, which goes on \
             with everything that can be read"
        ));
    }
    problems
}

fn store_report(slug: &StoreSlug, verified: Verified, view: Option<ViewReport>, uploads: UploadsReport) -> StoreReport {
    let checkpoint =
        |one: journal::VerifiedCheckpoint| CheckpointReport { seq: one.seq, fault: one.fault, agrees: one.agrees };
    StoreReport {
        store: slug.to_string(),
        lineage: verified.lineage.map(|lineage| lineage.to_string()),
        segments: verified.segments,
        superseded: verified.superseded,
        bytes: verified.bytes,
        commits: verified.commits,
        last_seq: verified.last_seq,
        lost: verified.lost,
        notes: verified.notes.iter().map(ToString::to_string).collect(),
        checkpoints: verified.checkpoints.into_iter().map(checkpoint).collect(),
        view,
        uploads,
    }
}

#[cfg(test)]
mod tests;
