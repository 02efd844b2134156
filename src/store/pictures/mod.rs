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
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Semaphore, oneshot};

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
    turns: Arc<Semaphore>,
    gate: OrderGate,
}

/// The right to make a picture, one at a time in the whole process.
#[derive(Debug, Clone)]
pub(super) struct PictureTurns(Arc<Semaphore>);

impl Default for PictureTurns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Pictures {
    /// Those of `store` below `uploads`. The folder is made with the first picture.
    pub(super) fn new(uploads: &Path, store: &StoreSlug, turns: &PictureTurns, gate: OrderGate) -> Self {
        let folder = Arc::new(PictureFolder::new(uploads.join(store.as_str())));
        Self { folder, turns: Arc::clone(&turns.0), gate }
    }

    /// Makes the three sizes of an uploaded picture and keeps them; they are durable when this answers. The work is done
    /// on a thread of its own, behind everything that answers a guest.
    pub(super) async fn take(&self, uploaded: Bytes) -> Result<MenuImage, PictureRefused> {
        if self.gate.is_closed() {
            return Err(PictureRefused::CannotWrite(CannotWrite::DiskFull));
        }
        let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else {
            return Err(PictureRefused::Failed("nobody has a turn any more".to_owned()));
        };
        let folder = Arc::clone(&self.folder);
        let (reply, answer) = oneshot::channel();
        let work = move || {
            crate::priority::stand_back();
            // A fault of a decoder is a picture's fault, never the program's.
            let made = catch_unwind(|| make(&uploaded)).unwrap_or(Err(PictureRefused::Broken));
            let kept = made.and_then(|sizes| keep(&folder, &sizes));
            drop(turn);
            // The asker may have hung up.
            let _ = reply.send(kept);
        };
        let thread = std::thread::Builder::new().name("picture".to_owned()).spawn(work);
        thread.map_err(|error| PictureRefused::Failed(format!("no thread for a picture: {error}")))?;
        answer.await.unwrap_or_else(|_| Err(PictureRefused::Failed("a picture's thread died".to_owned())))
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
