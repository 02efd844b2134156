//! When the program makes a backup by itself: once a business day, as soon as the day before has ended, or soon after a
//! start that finds the newest one older than that. It keeps what the owner must know about it.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::make::{Made, Plan, Target, make};
use super::{BackupError, Kind, second_place, walk};
use crate::clock::{self, Calendar};
use crate::domain::time::Timestamp;
use crate::ops::data_folder::DataFolderVisit;

/// A start has the disk for itself so long.
const AFTER_START_MS: i64 = 120_000;
/// After a failure it is tried again no sooner.
const RETRY_MS: u64 = 3_600_000;
/// Where there was nothing to back up, it is looked again no sooner.
const LOOK_MS: u64 = 60_000;
/// The owner is told when the newest good backup is older.
const OLD_MS: i64 = 48 * 3_600_000;
/// A backup from so far ahead was made while the clock was wrong.
const AHEAD_MS: i64 = 24 * 3_600_000;

/// The automatic backups of one data folder.
#[derive(Debug)]
pub struct Automatic {
    data: PathBuf,
    settings_file: Option<PathBuf>,
    second_place: Option<PathBuf>,
    calendar: Calendar,
    keep_free: u64,
    began: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    newest_good: Option<Timestamp>,
    /// Why the last try failed; nothing once one was made.
    failure: Option<String>,
    /// Until when it is not tried again.
    rests_until_ms: u64,
    /// There was no store to back up.
    has_nothing: bool,
    second_failure: Option<String>,
    damage: Option<String>,
}

/// What the owner must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When the newest good backup was made.
    pub newest_good: Option<Timestamp>,
    /// What somebody must see to, one sentence each.
    pub problems: Vec<String>,
    /// Old records that the last backup could not read: a start does not look at them again.
    pub damage: Option<String>,
}

impl Automatic {
    /// Begins with what lies in the data folder's own backups. A business day is counted by `calendar`; `keep_free` bytes
    /// of the disk are never touched.
    #[must_use]
    pub fn new(
        data: PathBuf,
        settings_file: Option<PathBuf>,
        second_place: Option<PathBuf>,
        calendar: Calendar,
        keep_free: u64,
        now: Timestamp,
    ) -> Self {
        let newest_first = super::list(&super::folder(&data)).into_iter().rev();
        let believed = newest_first.filter_map(|file| walk::opening(&file).ok()).map(|opening| opening.made_at_ms);
        let newest_good = believed.map(Timestamp::from_ms).find(|made_at| made_at.as_ms() <= now.as_ms() + AHEAD_MS);
        let state = Mutex::new(State { newest_good, ..State::default() });
        Self { data, settings_file, second_place, calendar, keep_free, began: now, state }
    }

    /// Whether it is time for one, asked now and then.
    #[must_use]
    pub fn is_due(&self, now: Timestamp, monotonic_ms: u64) -> bool {
        let state = self.state();
        let rests = monotonic_ms < state.rests_until_ms;
        // Either way round, so that a clock that was set does not put it off.
        let is_settled = (now.as_ms() - self.began.as_ms()).abs() >= AFTER_START_MS;
        let newest = state.newest_good.filter(|newest| newest.as_ms() <= now.as_ms() + AHEAD_MS);
        let is_old = newest.is_none_or(|newest| self.calendar.business_day(newest) < self.calendar.business_day(now));
        is_settled && is_old && !rests
    }

    /// Makes one now, and its copy in the second place. A folder without a store has nothing to back up.
    pub fn run(&self) {
        let begun_at_ms = clock::monotonic_ms();
        match self.make() {
            Ok(made) => {
                let damage = damage_of(&made);
                if let Some(damage) = &damage {
                    tracing::warn!("{damage}");
                }
                tracing::info!(file = %made.file.display(), bytes = made.bytes, "made a backup and read it back");
                let copied = self.second_place.as_deref().map(|folder| second_place::copy(&made.file, folder));
                let second_failure = copied.and_then(Result::err);
                if let Some(why) = &second_failure {
                    tracing::warn!("{why}");
                }
                let newest_good = Some(Timestamp::from_ms(made.made_at_ms));
                *self.state() = State { newest_good, second_failure, damage, ..State::default() };
            }
            Err(BackupError::Nothing(_)) => {
                let rests_until_ms = begun_at_ms + LOOK_MS;
                *self.state() = State { has_nothing: true, rests_until_ms, ..State::default() };
            }
            Err(error) => {
                tracing::warn!(%error, "no backup was made");
                let mut state = self.state();
                state.failure = Some(error.to_string());
                state.has_nothing = false;
                state.rests_until_ms = begun_at_ms + RETRY_MS;
            }
        }
    }

    fn make(&self) -> Result<Made, BackupError> {
        let visit = DataFolderVisit::begin(&self.data).map_err(|error| BackupError::Folder(error.to_string()))?;
        make(&Plan {
            settings_file: self.settings_file.clone(),
            target: Target::Own,
            keep_free: self.keep_free,
            ..Plan::of(&visit, Kind::Daily)
        })
    }

    /// What the owner must know.
    #[must_use]
    pub fn told(&self, now: Timestamp) -> Told {
        let state = self.state();
        let mut problems = Vec::new();
        if let Some(why) = &state.failure {
            problems.push(format!("the last backup failed: {why}"));
        }
        let since = state.newest_good.unwrap_or(self.began);
        if now.as_ms() - since.as_ms() > OLD_MS && !state.has_nothing {
            let since =
                state.newest_good.map_or_else(|| "there is none".to_owned(), |at| clock::rfc3339(at).to_string());
            problems.push(format!("no good backup for more than two days (newest: {since})"));
        }
        problems.extend(state.second_failure.clone());
        Told { newest_good: state.newest_good, problems, damage: state.damage.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a backup found damaged that no start has told yet.
fn damage_of(made: &Made) -> Option<String> {
    let damaged = made.stores.iter().filter(|store| !store.missing.is_empty()).map(|store| {
        let ranges = store.missing.iter().map(|range| format!("{} to {}", range.first, range.last));
        format!("{}: seq {}", store.store, ranges.collect::<Vec<_>>().join(", "))
    });
    let damaged = damaged.collect::<Vec<_>>().join("; ");
    (!damaged.is_empty()).then(|| {
        format!(
            "old records cannot be read any more ({damaged}); what is going on now is not touched by it. `tableorder verify` \
             says where; a mirror or an older backup has them"
        )
    })
}
