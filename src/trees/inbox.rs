//! What waits for the trees' writer. Handing commits over costs the store one short lock a batch; the writer is woken
//! once and then gathers, so that a busy evening costs it few large batches instead of many small ones.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::event::Commit;
use crate::domain::ids::Seq;

/// Commits that wait for the writer; more are read from the journal.
pub(super) const COMMITS_MAX: usize = 1_024;
/// Commits written to the trees in one go. sled keeps readers out meanwhile.
pub(super) const GROUP_COMMITS_MAX: usize = 256;
/// How long the writer gathers commits that nobody waits for.
const GATHERING: Duration = Duration::from_millis(100);

#[derive(Default)]
struct Waiting {
    commits: VecDeque<Arc<Commit>>,
    published: Seq,
    wanted: Seq,
    rung: bool,
    /// The writer sleeps until this many commits wait.
    wake_at: Option<usize>,
}

/// Commits on their way to the trees, and the bell that wakes their writer.
#[derive(Default)]
pub(super) struct Inbox {
    waiting: Mutex<Waiting>,
    bell: Condvar,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over durable commits. Never waits: what finds no room is read from the journal later.
    pub(super) fn publish(&self, commits: &[Arc<Commit>]) {
        let Some(last) = commits.last() else { return };
        let mut waiting = self.lock();
        waiting.published = waiting.published.max(last.last_seq());
        let room = COMMITS_MAX - waiting.commits.len();
        waiting.commits.extend(commits.iter().take(room).cloned());
        if waiting.wake_at.is_some_and(|count| waiting.commits.len() >= count) {
            self.bell.notify_one();
        }
    }

    /// Last seq handed over.
    pub(super) fn published(&self) -> Seq {
        self.lock().published
    }

    /// Somebody waits for the view to be complete to `seq`: the writer gathers no longer.
    pub(super) fn want(&self, seq: Seq) {
        let mut waiting = self.lock();
        waiting.wanted = waiting.wanted.max(seq);
        self.bell.notify_one();
    }

    /// Wakes the writer whatever it waits for.
    pub(super) fn ring(&self) {
        self.lock().rung = true;
        self.bell.notify_one();
    }

    /// Blocks until commits after `applied` are worth writing, the bell rings, or `patience` is over.
    pub(super) fn wait(&self, applied: Seq, patience: Duration) {
        let waiting = self.sleep(patience, 1, self.lock(), |waiting| waiting.published <= applied);
        let mut waiting = self.sleep(GATHERING, GROUP_COMMITS_MAX, waiting, |waiting| {
            waiting.published > applied && waiting.wanted <= applied && waiting.commits.len() < GROUP_COMMITS_MAX
        });
        waiting.rung = false;
    }

    /// Blocks until the bell rings or `pause` is over, whatever comes in.
    pub(super) fn pause(&self, pause: Duration) {
        self.sleep(pause, usize::MAX, self.lock(), |_| true).rung = false;
    }

    /// Up to [`GROUP_COMMITS_MAX`] of what waits, in order.
    pub(super) fn take(&self) -> Vec<Arc<Commit>> {
        let mut waiting = self.lock();
        let count = waiting.commits.len().min(GROUP_COMMITS_MAX);
        waiting.commits.drain(..count).collect()
    }

    fn sleep<'a>(
        &'a self,
        at_most: Duration,
        wake_at: usize,
        mut waiting: MutexGuard<'a, Waiting>,
        goes_on: impl Fn(&Waiting) -> bool,
    ) -> MutexGuard<'a, Waiting> {
        let end = Instant::now() + at_most;
        while !waiting.rung && goes_on(&waiting) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            waiting.wake_at = Some(wake_at);
            waiting = self.bell.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        waiting.wake_at = None;
        waiting
    }
}
