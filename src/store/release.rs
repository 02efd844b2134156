//! What leaves a store once it is durable, in this order: snapshots, recent tail, view, streams, replies. Runs on the
//! commit writer's thread; no other path leads out. Snapshots go first: who hears of a change by a stream or by sync
//! may ask for the menu in the same instant and must not be answered with the one before.

use std::sync::Arc;

use actix::Addr;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::handle::CannotWrite;
use super::published::{Changed, Published};
use super::recent_tail::RecentTail;
use super::stream_hub::{Publish, StreamHub};
use crate::domain::error::DomainError;
use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::journal::Durable;
use crate::trees::TreesHandle;

/// The actor's answer to a command.
#[derive(Debug)]
pub(super) enum Answer {
    /// Done by this commit.
    Done(Arc<Commit>),
    /// Nothing needed to change.
    Unchanged,
    /// The commit at this seq did it when the key was first used.
    Repeated(Seq),
    /// Refused.
    Refused(DomainError),
    /// Not even decided, because it could not be written.
    CannotWrite(CannotWrite),
}

/// What waits for durability.
pub(super) enum Release {
    /// An answer to a command; the permit is given back with it.
    Answer { reply: oneshot::Sender<Answer>, answer: Answer, changed: Changed, permit: OwnedSemaphorePermit },
    /// The result of a read.
    Read(Box<dyn FnOnce() + Send>),
    /// A commit that nobody waits for.
    Silent { changed: Changed },
}

impl Release {
    /// Lets go what waits for nothing, as in a store that does not write.
    pub(super) fn at_once(self) {
        match self {
            Self::Answer { reply, answer, permit, .. } => send(reply, answer, permit),
            Self::Read(release) => release(),
            Self::Silent { .. } => {}
        }
    }
}

fn send(reply: oneshot::Sender<Answer>, answer: Answer, permit: OwnedSemaphorePermit) {
    drop(permit);
    // The asker may have hung up; its commit stands all the same.
    let _ = reply.send(answer);
}

/// Where durable commits go.
pub(super) struct Outlets {
    pub(super) tail: Arc<RecentTail>,
    pub(super) trees: TreesHandle,
    pub(super) hub: Addr<StreamHub>,
    pub(super) published: Arc<Published>,
}

impl Outlets {
    /// Lets a durable batch out.
    pub(super) fn release(&self, durable: Durable<Release>) {
        let mut commits = Vec::with_capacity(durable.items.len());
        let mut waiting = Vec::with_capacity(durable.items.len());
        let mut all_changed = Changed::default();
        for item in durable.items {
            commits.extend(item.commit);
            match item.release {
                Release::Answer { reply, answer, changed, permit } => {
                    merge(&mut all_changed, changed);
                    waiting.push(Waiting::Answer(reply, answer, permit));
                }
                Release::Read(release) => waiting.push(Waiting::Read(release)),
                Release::Silent { changed } => merge(&mut all_changed, changed),
            }
        }
        self.published.publish(all_changed);
        if !commits.is_empty() {
            self.tail.extend(commits.iter());
            self.trees.publish(&commits);
            self.hub.do_send(Publish { commits, through: durable.durable_seq });
        }
        for waiting in waiting {
            match waiting {
                Waiting::Answer(reply, answer, permit) => send(reply, answer, permit),
                Waiting::Read(release) => release(),
            }
        }
    }
}

enum Waiting {
    Answer(oneshot::Sender<Answer>, Answer, OwnedSemaphorePermit),
    Read(Box<dyn FnOnce() + Send>),
}

fn merge(all: &mut Changed, newer: Changed) {
    all.profile = newer.profile.or(all.profile.take());
    all.access = newer.access.or(all.access.take());
    all.menu = newer.menu.or(all.menu.take());
    all.sitting.extend(newer.sitting);
    all.confirmed_losses = newer.confirmed_losses.or(all.confirmed_losses.take());
}
