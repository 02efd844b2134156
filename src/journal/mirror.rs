//! The thread that keeps a second copy of a store's journal in another folder, shortly after each commit. Whatever
//! happens to that folder, no order ever waits for it: it is told, and tried again until it works.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::JournalError;
use super::mirror_copy::{MirrorCopy, Round};
use super::reader::{JournalReader, Shared};
use crate::domain::ids::Seq;
use crate::domain::text::StoreSlug;
use crate::priority;

/// How often it is looked whether there is something to copy.
const LOOK_PAUSE: Duration = Duration::from_millis(500);
/// How often the folder is looked at although there is nothing to copy.
const CHECK_PAUSE: Duration = Duration::from_secs(10);
/// Pause after a failure; doubled each time up to the longest.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(30);
/// A mirror that neither reads nor writes anything for so long hangs.
const HANG_DEADLINE: Duration = Duration::from_secs(10);
/// How long a stop waits for the last lines.
const FINISH_DEADLINE: Duration = Duration::from_secs(1);

/// How a mirror is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorStatus {
    /// Everything up to here is in the mirror; 0 while that is not known yet.
    pub mirrored: Seq,
    /// Since how many seconds it fails, and why.
    pub failing: Option<(u64, String)>,
    /// Segments of the journal that were repaired from it since the start.
    pub repaired: u32,
    /// Files of other content that were found in it and moved aside since the start.
    pub set_aside: u32,
}

/// The mirror of one store.
#[derive(Debug)]
pub struct Mirror {
    desk: Arc<Desk>,
    hang_deadline: Duration,
}

#[derive(Debug, Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    mirrored: Seq,
    failing: Option<(Instant, String)>,
    /// When the copying last came on, while it is under way.
    progress: Option<Instant>,
    repaired: u32,
    set_aside: u32,
    ending: bool,
    ended: bool,
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was told to end, at the latest after `pause`.
    fn is_told_to_end_within(&self, pause: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.state(), pause, |state| !state.ending);
        waited.unwrap_or_else(PoisonError::into_inner).0.ending
    }
}

impl Mirror {
    /// Begins to mirror into `folder`, which must be there and hold the mark of a mirror.
    ///
    /// # Errors
    /// When the thread cannot be started. Nothing about the folder is an error; it stands in the status.
    pub fn spawn(reader: &JournalReader, store: StoreSlug, folder: PathBuf) -> Result<Self, JournalError> {
        Self::spawn_with(HANG_DEADLINE, reader, store, folder)
    }

    pub(super) fn spawn_with(
        hang_deadline: Duration,
        reader: &JournalReader,
        store: StoreSlug,
        folder: PathBuf,
    ) -> Result<Self, JournalError> {
        let desk: Arc<Desk> = Arc::default();
        let (working, shared) = (Arc::clone(&desk), Arc::clone(&reader.shared));
        std::thread::Builder::new()
            .name("journal-mirror".to_owned())
            .spawn(move || run(&working, &shared, store, folder))
            .map_err(|source| JournalError::disk("start a thread for", &reader.shared.folder, source))?;
        Ok(Self { desk, hang_deadline })
    }

    /// How it is, at this moment.
    #[must_use]
    pub fn status(&self) -> MirrorStatus {
        let state = self.desk.state();
        let hangs = state.progress.map(|since| since.elapsed()).filter(|silent| *silent >= self.hang_deadline);
        let failing = match (&state.failing, hangs) {
            (Some((since, why)), _) => Some((since.elapsed().as_secs(), why.clone())),
            (None, Some(silent)) => Some((silent.as_secs(), "its folder gives no answer".to_owned())),
            (None, None) => None,
        };
        MirrorStatus { mirrored: state.mirrored, failing, repaired: state.repaired, set_aside: state.set_aside }
    }

    /// Clean stop, after the commit queue's: waits a second at most for the last lines.
    pub fn finish(&self) {
        self.tell_to_end();
        let state = self.desk.state();
        drop(self.desk.changed.wait_timeout_while(state, FINISH_DEADLINE, |state| !state.ended));
    }

    fn tell_to_end(&self) {
        self.desk.state().ending = true;
        self.desk.changed.notify_all();
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        self.tell_to_end();
    }
}

/// Tells that the thread has ended, however it ended.
struct Ended<'a>(&'a Desk);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.ended = true;
        if std::thread::panicking() {
            state.failing = Some((Instant::now(), "its thread panicked".to_owned()));
        }
        drop(state);
        self.0.changed.notify_all();
    }
}

fn run(desk: &Desk, shared: &Arc<Shared>, store: StoreSlug, folder: PathBuf) {
    priority::stand_back();
    let _ended = Ended(desk);
    let progress = || desk.state().progress = Some(Instant::now());
    let mut copy = MirrorCopy::new(Arc::clone(shared), store, folder, progress);
    let mut last: Option<(Instant, Seq)> = None;
    let mut pause = LOOK_PAUSE;
    let mut retry = RETRY_PAUSE;
    let mut is_final = false;
    loop {
        let is_due = last.is_none_or(|(at, mirrored)| shared.durable() > mirrored || at.elapsed() >= CHECK_PAUSE);
        if is_due {
            desk.state().progress = Some(Instant::now());
            let round = copy.round();
            (last, pause) = match &round {
                Ok(round) => (Some((Instant::now(), round.mirrored)), LOOK_PAUSE),
                Err(_) => (None, retry),
            };
            retry = if round.is_ok() { RETRY_PAUSE } else { (retry * 2).min(RETRY_PAUSE_MAX) };
            tell(desk, round);
        }
        if is_final {
            return;
        }
        // What became durable up to the end is copied too.
        is_final = desk.is_told_to_end_within(pause);
    }
}

fn tell(desk: &Desk, round: Result<Round, JournalError>) {
    let mut state = desk.state();
    state.progress = None;
    match round {
        Ok(round) => {
            state.mirrored = round.mirrored;
            state.repaired += round.repaired;
            state.set_aside += round.set_aside;
            if state.failing.take().is_some() {
                tracing::info!("the mirror of the journal works again");
            }
        }
        Err(error) => {
            let why = error.to_string();
            let since = state.failing.as_ref().map_or_else(Instant::now, |(since, _)| *since);
            if state.failing.as_ref().is_none_or(|(_, known)| *known != why) {
                tracing::warn!(%error, "the journal is not mirrored; tried again until it works");
            }
            state.failing = Some((since, why));
        }
    }
}
