//! StoreDirectory: the stores of one process. Each has its own folder, threads and actor; none shares anything with
//! another.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, PoisonError, RwLock};

use actix::{Actor, Arbiter};
use tokio::sync::{Mutex, Semaphore};

use super::StoreSettings;
use super::actor::StoreActor;
use super::handle::{ExecuteError, PERMITS, Shared, StoreHandle};
use super::pictures::{PictureThread, Pictures};
use super::published::Published;
use super::recent_tail::RecentTail;
use super::stream_hub::StreamHub;
use super::wire::{order, table, to_json};
use super::writers::{Beginning, Progress, Waiting};
use crate::domain::access::Principal;
use crate::domain::command::{Command, NewStore};
use crate::domain::text::StoreSlug;
use crate::journal::{self, JournalError, JournalSettings};
use crate::trees::{Encoders, TreesError};

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenStoreError {
    /// Its folder cannot be read or made.
    #[error("the folder {path} cannot be used: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its view's thread cannot be started.
    #[error("the history view of store {slug} cannot be started: {source}")]
    Trees {
        /// Which store.
        slug: StoreSlug,
        /// Why.
        source: TreesError,
    },
    /// Its journal cannot be opened.
    #[error("the journal of store {slug} cannot be opened: {source}")]
    Journal {
        /// Which store.
        slug: StoreSlug,
        /// Why.
        source: JournalError,
    },
}

/// Why a store could not be made.
#[derive(Debug)]
pub enum CreateStoreError {
    /// The slug is taken.
    Taken,
    /// It could not be opened.
    Open(OpenStoreError),
    /// Its first command failed.
    Execute(ExecuteError),
}

/// All stores of this process.
pub struct StoreDirectory {
    folder: PathBuf,
    settings: StoreSettings,
    picture_thread: PictureThread,
    stores: RwLock<BTreeMap<StoreSlug, StoreHandle>>,
    /// Stores that were begun and have no name yet, because their first commit never came: the next try goes on with
    /// them. Whoever makes a store holds this.
    begun: Mutex<BTreeMap<StoreSlug, StoreHandle>>,
}

impl StoreDirectory {
    /// Opens every store below `folder`. Must run inside an actix system.
    ///
    /// # Errors
    /// [`OpenStoreError`] when one cannot be opened; damage to its files is repaired or reported, not an error.
    pub fn open(folder: &Path, settings: StoreSettings) -> Result<Self, OpenStoreError> {
        let mut directory = Self {
            folder: folder.to_owned(),
            settings,
            picture_thread: PictureThread::default(),
            stores: RwLock::default(),
            begun: Mutex::default(),
        };
        let failed = |source| OpenStoreError::Folder { path: folder.to_owned(), source };
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let Some(slug) = name.to_str().and_then(StoreSlug::parse) else { continue };
            let handle = directory.open_store(&slug)?;
            if handle.profile().is_some() {
                directory.insert(handle);
            } else {
                directory.begun.get_mut().insert(slug, handle);
            }
        }
        Ok(directory)
    }

    /// The store of that name.
    pub fn get(&self, slug: &str) -> Option<StoreHandle> {
        let slug = StoreSlug::parse(slug)?;
        self.stores.read().unwrap_or_else(PoisonError::into_inner).get(&slug).cloned()
    }

    /// All stores, by name.
    pub fn all(&self) -> Vec<StoreHandle> {
        self.stores.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Makes a store with its owner.
    ///
    /// # Errors
    /// [`CreateStoreError`]; a store that was not made leaves its name free.
    pub async fn create(&self, new: NewStore) -> Result<StoreHandle, CreateStoreError> {
        let mut begun = self.begun.lock().await;
        let handle = match begun.remove(&new.slug) {
            Some(handle) => handle,
            None if self.get(new.slug.as_str()).is_some() => return Err(CreateStoreError::Taken),
            None => self.open_store(&new.slug).map_err(CreateStoreError::Open)?,
        };
        if handle.profile().is_some() {
            // An earlier try that got no answer was carried out after all.
            self.insert(handle);
            return Err(CreateStoreError::Taken);
        }
        match handle.execute(Principal::System, None, Command::CreateStore(new)).await {
            Ok(_) => {
                self.insert(handle.clone());
                Ok(handle)
            }
            Err(error) => {
                begun.insert(handle.slug().clone(), handle);
                Err(CreateStoreError::Execute(error))
            }
        }
    }

    /// Stops every store: nothing new, what runs is finished, streams end, checkpoints are written.
    pub async fn stop(&self) {
        for store in self.all() {
            store.stop().await;
        }
        for store in self.begun.lock().await.values() {
            store.stop().await;
        }
    }

    fn insert(&self, handle: StoreHandle) {
        self.stores.write().unwrap_or_else(PoisonError::into_inner).insert(handle.slug().clone(), handle);
    }

    fn open_store(&self, slug: &StoreSlug) -> Result<StoreHandle, OpenStoreError> {
        let folder = self.folder.join(slug.as_str());
        let journal_folder = folder.join("journal");
        std::fs::create_dir_all(&journal_folder)
            .map_err(|source| OpenStoreError::Folder { path: journal_folder.clone(), source })?;
        let journal_settings = JournalSettings { segment_bytes: self.settings.segment_bytes };
        let recovered =
            journal::recover_mirrored(&journal_folder, slug, journal_settings, self.settings.mirror.as_deref())
                .map_err(|source| OpenStoreError::Journal { slug: slug.clone(), source })?;
        let tail = Arc::new(RecentTail::default());
        let published = Arc::new(Published::of(slug, &recovered.state));
        let connections = Arc::new(AtomicUsize::new(0));
        let (stream, head) = (self.settings.stream, recovered.state.seq);
        let hub = {
            let (name, tail, connections) = (slug.to_string(), Arc::clone(&tail), Arc::clone(&connections));
            StreamHub::start_in_arbiter(&Arbiter::new().handle(), move |_| {
                StreamHub::new(name, stream, tail, connections, head)
            })
        };
        let progress = Arc::new(Progress::default());
        let (reader, lost, notes) = (recovered.reader(), recovered.lost(), recovered.notes.clone());
        let checkpoint = recovered.checkpoint();
        let beginning = Beginning {
            slug: slug.clone(),
            trees_folder: folder.join("trees"),
            mirror: self.settings.mirror.clone(),
            tail: Arc::clone(&tail),
            hub: hub.clone(),
            published: Arc::clone(&published),
            progress: Arc::clone(&progress),
        };
        let attempt = Waiting { recovered: Box::new(recovered), beginning }.try_to_begin()?;
        let gate = self.settings.orders.clone();
        let pictures = Pictures::new(&self.settings.uploads, slug, &self.picture_thread, gate.clone());
        let actor =
            StoreActor::start_in_arbiter(&Arbiter::new().handle(), move |_| StoreActor::new(attempt, checkpoint, gate));
        Ok(StoreHandle::new(Shared {
            slug: slug.clone(),
            actor,
            hub,
            permits: Arc::new(Semaphore::new(PERMITS)),
            published,
            tail,
            reader,
            progress,
            pictures,
            connections,
            notes,
            lost,
        }))
    }
}

/// How a view keeps orders and finished sessions: as the JSON that staff get.
pub fn encoders() -> Encoders {
    Encoders { order: order::staff_json, session: |session| to_json(&table::CompletedSessionWire::from(session)) }
}
