//! Pictures of dishes: what staff upload is decoded within bounds, made into three JPEGs without metadata, and kept as
//! `<data>/uploads/<store>/<SHA-256>.jpg`, durable before any command names it. They are in neither journal nor trees, and
//! a name never gets another content.

mod decoding;
mod encoding;
mod folder;
mod kind;
mod orientation;
mod resizing;

use std::collections::BTreeSet;
use std::io;
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::oneshot;

use super::{CannotWrite, OrderGate};
use crate::domain::ids::PictureHash;
use crate::domain::menu::{Menu, MenuImage};
use crate::domain::text::StoreSlug;
use folder::PictureFolder;
pub use kind::PIXELS_MAX;

/// Why a picture was not taken. Nothing changed then, but that a file nobody names may be there.
#[derive(Debug)]
pub enum PictureRefused {
    /// It is neither JPEG nor PNG nor WebP.
    AnotherKind,
    /// It has more than [`PIXELS_MAX`] pixels, whatever its file's size.
    TooManyPixels,
    /// It is damaged or ends too early.
    Broken,
    /// It cannot be written at present.
    CannotWrite(CannotWrite),
    /// A fault of the server; the cause is for the log.
    Failed(String),
}

/// The pictures of one store. Clones share everything; pictures of all stores are made one after another.
#[derive(Debug, Clone)]
pub(super) struct Pictures {
    folder: Arc<PictureFolder>,
    thread: PictureThread,
    gate: OrderGate,
}

type Work = Box<dyn FnOnce() + Send>;

/// The one thread of the process on which pictures are made, one after another, behind everything that answers a guest. It
/// is begun with the first picture and stays: a thread for each would leave each its share of memory behind.
#[derive(Debug, Clone, Default)]
pub(super) struct PictureThread(Arc<Mutex<Option<Sender<Work>>>>);

impl PictureThread {
    fn take(&self, work: Work) -> io::Result<()> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = match waiting.take() {
            Some(sender) => sender,
            None => Self::begin()?,
        };
        // One that ended is begun anew with the next picture.
        sender.send(work).map_err(|_| io::Error::other("their thread ended"))?;
        *waiting = Some(sender);
        Ok(())
    }

    fn begin() -> io::Result<Sender<Work>> {
        let (sender, waiting) = mpsc::channel::<Work>();
        let make_all = move || {
            crate::priority::stand_back();
            for work in waiting {
                work();
            }
        };
        std::thread::Builder::new().name("pictures".to_owned()).spawn(make_all).map(|_| sender)
    }
}

impl Pictures {
    /// Those of `store` below `uploads`. The folder is made with the first picture.
    pub(super) fn new(uploads: &Path, store: &StoreSlug, thread: &PictureThread, gate: OrderGate) -> Self {
        let folder = Arc::new(PictureFolder::new(uploads.join(store.as_str())));
        Self { folder, thread: thread.clone(), gate }
    }

    /// Makes the three sizes of an uploaded picture and keeps them; they are durable when this answers. The work is done
    /// on a thread of its own.
    pub(super) async fn take(&self, uploaded: Bytes) -> Result<MenuImage, PictureRefused> {
        if self.gate.is_closed() {
            return Err(PictureRefused::CannotWrite(CannotWrite::DiskFull));
        }
        let folder = Arc::clone(&self.folder);
        let (reply, answer) = oneshot::channel();
        let work = move || {
            // A fault of a decoder is a picture's fault, never the program's.
            let made = catch_unwind(|| make(&uploaded)).unwrap_or(Err(PictureRefused::Broken));
            let kept = made.and_then(|sizes| keep(&folder, &sizes));
            // The asker may have hung up.
            let _ = reply.send(kept);
        };
        let taken = self.thread.take(Box::new(work));
        taken.map_err(|error| PictureRefused::Failed(format!("pictures are not made any more: {error}")))?;
        answer.await.unwrap_or_else(|_| Err(PictureRefused::Failed("a picture was not made".to_owned())))
    }

    /// A picture's bytes; nothing when there is none of that name.
    pub(super) async fn read(&self, picture: PictureHash) -> io::Result<Option<Vec<u8>>> {
        let folder = Arc::clone(&self.folder);
        tokio::task::spawn_blocking(move || folder.read(picture)).await.map_err(io::Error::other)?
    }

    /// Notes that the menu's pictures are wanted, and removes those that nothing has named for some days.
    pub(super) async fn tidy(&self, menu: Arc<Menu>) {
        let folder = Arc::clone(&self.folder);
        let tidying = tokio::task::spawn_blocking(move || {
            let wanted: BTreeSet<_> = menu.pictures().collect();
            folder.tidy(&wanted, crate::clock::now())
        });
        match tidying.await {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(removed)) => tracing::info!(removed, "pictures that no dish shows any more were removed"),
            Ok(Err(error)) => tracing::warn!(%error, "pictures that no dish shows any more cannot be removed"),
        }
    }
}

/// The three sizes as JPEG, smallest first.
fn make(uploaded: &[u8]) -> Result<[Vec<u8>; 3], PictureRefused> {
    let picture = decoding::decode(uploaded)?;
    encoding::encode(&resizing::sizes(picture)).map_err(PictureRefused::Failed)
}

fn keep(folder: &PictureFolder, sizes: &[Vec<u8>; 3]) -> Result<MenuImage, PictureRefused> {
    match folder.keep(sizes) {
        Ok([small, medium, large]) => Ok(MenuImage { small, medium, large }),
        Err(error) => Err(match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                PictureRefused::CannotWrite(CannotWrite::DiskFull)
            }
            io::ErrorKind::ReadOnlyFilesystem => PictureRefused::CannotWrite(CannotWrite::ReadOnly),
            _ => PictureRefused::Failed(format!("a picture cannot be kept: {error}")),
        }),
    }
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
