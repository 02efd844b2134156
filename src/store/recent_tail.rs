//! The newest durable commits in memory, so that a reader who missed little never touches the disk.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::event::Commit;
use crate::domain::ids::Seq;

/// Commits kept; at about a kilobyte each this bounds the tail to a megabyte.
const COMMITS_MAX: usize = 1_024;

/// The newest durable commits, without gaps.
#[derive(Debug, Default)]
pub struct RecentTail {
    commits: Mutex<VecDeque<Arc<Commit>>>,
}

impl RecentTail {
    /// Adds durable commits, in seq order.
    pub fn extend<'a>(&self, durable: impl Iterator<Item = &'a Arc<Commit>>) {
        let mut commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        for commit in durable {
            if commits.len() == COMMITS_MAX {
                commits.pop_front();
            }
            commits.push_back(Arc::clone(commit));
        }
    }

    /// Up to `commits_max` commits that hold events after `seq`; nothing if the tail does not reach back that far.
    pub fn after(&self, seq: Seq, commits_max: usize) -> Option<Vec<Arc<Commit>>> {
        let commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        let first = commits.front()?;
        if first.seq > seq.next() {
            return None;
        }
        let start = commits.partition_point(|commit| commit.last_seq() <= seq);
        Some(commits.iter().skip(start).take(commits_max).cloned().collect())
    }

    /// The commit that begins at `seq`, if the tail still has it.
    pub fn commit_at(&self, seq: Seq) -> Option<Arc<Commit>> {
        let commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        let index = commits.binary_search_by_key(&seq, |commit| commit.seq).ok()?;
        commits.get(index).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::Principal;
    use crate::domain::event::Event;
    use crate::domain::ids::TabletId;
    use crate::domain::time::Timestamp;

    fn commit(seq: u64, events: usize) -> Arc<Commit> {
        Arc::new(Commit {
            seq: Seq::new(seq),
            at: Timestamp::from_ms(0),
            principal: Principal::System,
            key: None,
            events: vec![Event::TabletRevoked(TabletId::new(1)); events],
        })
    }

    #[test]
    fn the_tail_answers_only_what_it_holds_without_gaps() {
        let tail = RecentTail::default();
        assert!(tail.after(Seq::new(0), 10).is_none());
        tail.extend([commit(5, 2), commit(7, 1), commit(8, 3)].iter());
        let seqs = |after| {
            tail.after(Seq::new(after), 10).map(|commits| commits.iter().map(|c| c.seq.get()).collect::<Vec<_>>())
        };
        assert_eq!(seqs(3), None);
        assert_eq!(seqs(4), Some(vec![5, 7, 8]));
        assert_eq!(seqs(5), Some(vec![5, 7, 8]));
        assert_eq!(seqs(6), Some(vec![7, 8]));
        assert_eq!(seqs(10), Some(vec![]));
        assert_eq!(tail.commit_at(Seq::new(7)).map(|c| c.seq.get()), Some(7));
        assert!(tail.commit_at(Seq::new(6)).is_none());
    }

    #[test]
    fn the_oldest_commits_leave_a_full_tail() {
        let tail = RecentTail::default();
        let commits: Vec<_> = (1..=COMMITS_MAX as u64 + 1).map(|seq| commit(seq, 1)).collect();
        tail.extend(commits.iter());
        assert!(tail.after(Seq::new(0), 1).is_none());
        assert_eq!(tail.after(Seq::new(1), 1).map(|c| c[0].seq.get()), Some(2));
    }
}
