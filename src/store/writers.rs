//! The threads behind a store's actor: commit writer, checkpoints, view. They begin once the journal can be written; until
//! then the store answers reads, and says why it takes nothing.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use actix::Addr;
use arc_swap::ArcSwapOption;

use super::directory::{OpenStoreError, encoders};
use super::published::Published;
use super::recent_tail::RecentTail;
use super::release::{Outlets, Release};
use super::stream_hub::StreamHub;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;
use crate::journal::{
    CheckpointWriter, CommitQueue, CommitWriter, Compactor, JournalError, Mirror, Opened, Recovered, RecoveryNote,
};
use crate::trees::{TreesHandle, TreesWriter};

/// The threads that make durable what the actor decides.
pub(super) struct Writers {
    pub(super) queue: CommitQueue<Release>,
    pub(super) checkpoints: CheckpointWriter,
    /// Compresses what was written long ago, until the store stops.
    pub(super) compactor: Compactor,
}

/// What a store has once its journal can be written.
pub(super) struct Begun {
    pub(super) trees: TreesHandle,
    pub(super) notes: Vec<RecoveryNote>,
    /// The second copy, if there is to be one.
    pub(super) mirror: Option<Mirror>,
}

/// How far a store has come, for everybody who holds it.
#[derive(Default)]
pub(super) struct Progress {
    begun: OnceLock<Begun>,
    obstacle: ArcSwapOption<String>,
}

impl Progress {
    /// Nothing while the journal cannot be written.
    pub(super) fn begun(&self) -> Option<&Begun> {
        self.begun.get()
    }

    /// Why the journal cannot be written.
    pub(super) fn obstacle(&self) -> Option<Arc<String>> {
        self.obstacle.load_full()
    }
}

/// A store that is not begun yet: what was read, and what its threads will need.
pub(super) struct Waiting {
    pub(super) recovered: Box<Recovered>,
    pub(super) beginning: Beginning,
}

/// What the threads of a store need to begin.
pub(super) struct Beginning {
    pub(super) slug: StoreSlug,
    pub(super) trees_folder: PathBuf,
    pub(super) mirror: Option<PathBuf>,
    pub(super) tail: Arc<RecentTail>,
    pub(super) hub: Addr<StreamHub>,
    pub(super) published: Arc<Published>,
    pub(super) progress: Arc<Progress>,
}

/// What came of a try to begin.
pub(super) enum Attempt {
    /// The store is open.
    Writing(Box<(StoreState, Writers)>),
    /// The disk takes nothing at present; it may be tried again.
    Waiting(Waiting),
}

impl Waiting {
    /// Tries to begin.
    ///
    /// # Errors
    /// When trying again is no use: the journal belongs to somebody else, or there are no threads.
    pub(super) fn try_to_begin(self) -> Result<Attempt, OpenStoreError> {
        let Self { recovered, beginning } = self;
        let failed = match recovered.start() {
            Ok(opened) => return Ok(Attempt::Writing(Box::new(beginning.begin(opened)?))),
            Err(failed) => failed,
        };
        if !matches!(failed.error, JournalError::Disk { .. }) {
            return Err(OpenStoreError::Journal { slug: beginning.slug, source: failed.error });
        }
        let why = failed.error.to_string();
        if beginning.progress.obstacle().is_none_or(|known| *known != why) {
            tracing::error!(store = %beginning.slug, %why, "the journal cannot be written; what is there is served read-only");
            beginning.progress.obstacle.store(Some(Arc::new(why)));
        }
        Ok(Attempt::Waiting(Self { recovered: failed.recovered, beginning }))
    }
}

impl Beginning {
    fn begin(self, opened: Opened) -> Result<(StoreState, Writers), OpenStoreError> {
        let Self { slug, trees_folder, mirror, tail, hub, published, progress } = self;
        let Opened { state, journal, reader, notes, .. } = opened;
        let journal_failed = |source| OpenStoreError::Journal { slug: slug.clone(), source };
        for note in &notes {
            tracing::warn!(store = %slug, %note, "the journal was repaired at start");
        }
        let trees = TreesWriter::spawn(trees_folder, reader.clone(), encoders())
            .map_err(|source| OpenStoreError::Trees { slug: slug.clone(), source })?;
        let outlets = Outlets { tail, trees: trees.clone(), hub, published };
        let queue = CommitWriter::spawn(
            journal,
            move |durable| outlets.release(durable),
            |error| {
                tracing::error!(%error, "the journal cannot be written; the program ends, the next start decides");
                std::process::exit(1);
            },
        )
        .map_err(journal_failed)?;
        let checkpoints = CheckpointWriter::spawn(reader.clone(), slug.clone()).map_err(journal_failed)?;
        let compactor = Compactor::spawn(&reader).map_err(journal_failed)?;
        let mirror = mirror.map(|folder| Mirror::spawn(&reader, slug.clone(), folder));
        let mirror = mirror.transpose().map_err(journal_failed)?;
        if progress.begun.set(Begun { trees, notes, mirror }).is_err() {
            unreachable!("a store begins once: what begins it is consumed");
        }
        progress.obstacle.store(None);
        Ok((state, Writers { queue, checkpoints, compactor }))
    }
}
