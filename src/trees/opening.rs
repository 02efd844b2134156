//! Opens the view and decides whether it may be trusted; moves aside what may not. Nothing is ever deleted here.

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Encoders;
use super::error::TreesError;
use super::projection::Projection;
use super::renewal;
use super::rows::Mark;
use super::view::{View, was_used};
use crate::domain::ids::Seq;

/// Where the journal stands, against which the trees are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct JournalPosition {
    pub(super) lineage: u128,
    pub(super) durable: Seq,
}

/// Opens the view on a thread of its own and catches its panics, since sled panics on many kinds of damage.
///
/// # Errors
/// [`TreesError::Damaged`] when the folder must be moved aside, a passing one when it must be tried again.
pub(super) fn open(folder: &Path, journal: JournalPosition, encoders: Encoders) -> Result<Projection, TreesError> {
    std::thread::scope(|scope| {
        let opener = std::thread::Builder::new().name("trees-open".to_owned());
        let thread = opener.spawn_scoped(scope, || guarded(|| open_and_judge(folder, journal, encoders)))?;
        thread.join().unwrap_or_else(|panic| Err(panicked(&*panic)))
    })
}

/// Runs something that reads or writes trees; its panic becomes damage.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, TreesError>) -> Result<T, TreesError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(&*panic)))
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> TreesError {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    TreesError::Damaged(format!("panic: {}", text.unwrap_or("without a text")))
}

fn open_and_judge(folder: &Path, journal: JournalPosition, encoders: Encoders) -> Result<Projection, TreesError> {
    let used = was_used(folder);
    let view = View::open(folder)?;
    let mut marks = Vec::new();
    for tree in view.trees() {
        marks.extend(tree.mark()?);
    }
    let begun = !marks.is_empty();
    let marks = judge(marks, used, journal, encoders.form())?;
    let mut projection = Projection::new(Arc::new(view), marks, encoders);
    if !begun {
        projection.write_first_marks()?;
        projection.view.checkpoint()?;
        projection.view.sync_names()?;
    }
    Ok(projection)
}

/// Whether marks fit each other and the journal; new trees get theirs.
fn judge(marks: Vec<Mark>, used: bool, journal: JournalPosition, form: u32) -> Result<[Mark; 5], TreesError> {
    let damaged = |why: String| Err(TreesError::Damaged(why));
    if marks.is_empty() {
        if used && journal.durable > Seq::default() {
            return damaged("the trees are empty beside a journal that is not".to_owned());
        }
        return Ok([Mark { lineage: journal.lineage, form, applied: Seq::default(), rows: 0 }; 5]);
    }
    let Ok(marks) = <[Mark; 5]>::try_from(marks) else { return damaged("some of the trees are gone".to_owned()) };
    for mark in marks {
        if mark.lineage != journal.lineage {
            return damaged(format!("the trees follow lineage {:032x}, the journal is another", mark.lineage));
        }
        if mark.form != form {
            return damaged("the trees hold JSON of another version of this program".to_owned());
        }
        if mark.applied > journal.durable {
            return damaged(format!("the trees are at {}, ahead of the journal at {}", mark.applied, journal.durable));
        }
    }
    Ok(marks)
}

/// Moves the folder to `<its name>.broken-<n>` beside it.
pub(super) fn move_aside(folder: &Path) -> Result<PathBuf, TreesError> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let newest = renewal::broken_folders(folder).last().map_or(0, |(number, _)| *number);
    let aside = folder.with_file_name(format!("{name}.broken-{}", newest.saturating_add(1)));
    fs::rename(folder, &aside)?;
    if let Some(parent) = folder.parent() {
        File::open(parent)?.sync_all()?;
    }
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOURNAL: JournalPosition = JournalPosition { lineage: 7, durable: Seq::new(10) };

    fn mark(applied: u64) -> Mark {
        Mark { lineage: 7, form: 3, applied: Seq::new(applied), rows: 0 }
    }

    #[test]
    fn trees_behind_the_journal_are_trusted_and_each_keeps_its_own_mark() {
        let marks = [mark(3), mark(10), mark(0), mark(9), mark(9)];
        assert_eq!(judge(marks.to_vec(), true, JOURNAL, 3), Ok(marks));
    }

    #[test]
    fn new_trees_begin_before_the_first_event() {
        assert_eq!(judge(vec![], false, JOURNAL, 3), Ok([mark(0); 5]));
        let empty = JournalPosition { durable: Seq::default(), ..JOURNAL };
        assert_eq!(judge(vec![], true, empty, 3), Ok([mark(0); 5]));
    }

    #[test]
    fn trees_that_are_empty_incomplete_ahead_or_of_another_lineage_or_form_are_damaged() {
        let other = Mark { lineage: 8, ..mark(3) };
        let older = Mark { form: 2, ..mark(3) };
        for marks in [
            vec![],
            vec![mark(3); 4],
            vec![mark(3), mark(3), mark(11), mark(3), mark(3)],
            vec![other, mark(3), mark(3), mark(3), mark(3)],
            vec![mark(3), mark(3), mark(3), older, mark(3)],
        ] {
            assert!(matches!(judge(marks.clone(), true, JOURNAL, 3), Err(TreesError::Damaged(_))), "{marks:?}");
        }
    }
}
