//! Looks through a whole data folder and says whether everything in it is sound. It repairs nothing; the view of a store
//! is only opened where nothing serves the folder and the files are this user's own.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::data_folder::DataFolderVisit;
use crate::domain::ids::Seq;
use crate::domain::text::StoreSlug;
use crate::journal::{self, JournalError, JournalSettings, Lineage, LostRange, Verified};
use crate::store;
use crate::trees::{self, TreesReport};

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

/// The view that history is read from.
#[derive(Debug, Serialize)]
pub struct ViewReport {
    /// Events up to this one are in it.
    pub applied: Seq,
    /// Finished sessions in it.
    pub finished_sessions: u64,
}

/// Reads everything below a data folder.
///
/// # Errors
/// [`JournalError`] when a journal cannot be read at all or is of a newer version. Damage is no error.
pub fn verify(visit: &DataFolderVisit) -> Result<Report, JournalError> {
    let mut report =
        Report { sound: true, folder: visit.path().to_owned(), problems: visit.faults(), stores: Vec::new() };
    for slug in visit.stores() {
        let folder = visit.path().join("stores").join(slug.as_str());
        let verified = journal::verify(&folder.join("journal"))?;
        let problems = journal_problems(&slug, &verified);
        let view = if !problems.is_empty() || visit.is_in_use() || !is_own(&folder) {
            Ok(None)
        } else {
            view_of(&folder, &slug, verified.lineage)
        };
        report.problems.extend(problems);
        let view = view.unwrap_or_else(|problem| {
            report.problems.push(problem);
            None
        });
        report.stores.push(store_report(&slug, verified, view));
    }
    report.sound = report.problems.is_empty();
    Ok(report)
}

fn journal_problems(slug: &StoreSlug, verified: &Verified) -> Vec<String> {
    let mut problems = Vec::new();
    if let Some(other) = verified.store.as_ref().filter(|store| *store != slug) {
        problems.push(format!("store {slug}: its journal belongs to the store {other}; put it back to where it was"));
    }
    for lost in &verified.lost {
        let kept = if lost.in_checkpoint { "; their effect is kept in a checkpoint" } else { "" };
        problems.push(format!("store {slug}: seq {} to {} are lost: {}{kept}", lost.first, lost.last, lost.why));
    }
    for checkpoint in &verified.checkpoints {
        if let Some(fault) = &checkpoint.fault {
            problems.push(format!("store {slug}: the checkpoint at {} is damaged: {fault}", checkpoint.seq));
        } else if checkpoint.agrees == Some(false) {
            problems.push(format!("store {slug}: the checkpoint at {} is not what its journal says", checkpoint.seq));
        }
    }
    problems
        .extend(verified.broken_invariant.iter().map(|rule| format!("store {slug}: its state breaks a rule: {rule}")));
    if problems.is_empty() && !verified.is_sound() {
        let notes = verified.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        problems.push(format!("store {slug}: its journal is damaged: {notes}"));
    }
    problems
}

/// The view is compared with the state that a start would serve.
fn view_of(folder: &Path, slug: &StoreSlug, lineage: Option<Lineage>) -> Result<Option<ViewReport>, String> {
    let Some(lineage) = lineage else { return Ok(None) };
    let again = "the next start rebuilds it from the journal, nothing is lost";
    let recovered = journal::recover(&folder.join("journal"), slug, JournalSettings::default());
    let recovered = recovered.map_err(|error| format!("store {slug}: {error}"))?;
    let found = trees::verify(&folder.join("trees"), lineage, &recovered.state, store::encoders());
    match found {
        Ok(Some(TreesReport { applied, finished_sessions, disagreements })) => match disagreements.first() {
            None => Ok(Some(ViewReport { applied, finished_sessions })),
            Some(first) => Err(format!(
                "store {slug}: its view differs from its journal in {} rows ({first}); remove {} with the program \
                 stopped, {again}",
                disagreements.len(),
                folder.join("trees").display()
            )),
        },
        Ok(None) => Ok(None),
        Err(error) if error.is_passing() => Ok(None),
        Err(error) => Err(format!("store {slug}: {error}; {again}")),
    }
}

fn store_report(slug: &StoreSlug, verified: Verified, view: Option<ViewReport>) -> StoreReport {
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
    }
}

/// Opening a view writes into its folder; an administrator's files there would lock the program out.
fn is_own(folder: &Path) -> bool {
    let user = rustix::process::geteuid().as_raw();
    std::fs::metadata(folder).is_ok_and(|metadata| metadata.uid() == user)
}
