//! Stores at run time: one actor per store is its only writer; handles ask it, snapshots answer without it, streams
//! follow it. Nothing leaves a store before it is durable.

mod actor;
mod directory;
mod handle;
mod housekeeping;
mod losses;
mod menu_snapshot;
mod order_gate;
mod outbox;
mod pictures;
mod published;
mod recent_tail;
mod release;
mod spare_buffer;
mod sse_session;
mod stream;
mod stream_hub;
mod sync;
pub mod wire;
mod writers;

use std::path::PathBuf;
use std::time::Duration;

pub use crate::journal::MirrorStatus;
pub use crate::trees::{HistoryCursor, HistoryPage, HistoryQuery, TreesStatus};
pub use directory::{CreateStoreError, OpenStoreError, StoreDirectory, encoders};
pub use handle::{CannotWrite, ExecuteError, Outcome, StoreHandle, StoreHealth};
pub use housekeeping::Housekeeping;
pub use losses::Loss;
pub use menu_snapshot::MenuSnapshot;
pub use order_gate::OrderGate;
pub use outbox::OutboxBody;
pub use pictures::{PIXELS_MAX, PictureRefused};
pub use published::Sitting;
pub use stream::{From, Reader};
pub use stream_hub::StreamIdentity;

/// How streams live.
#[derive(Debug, Clone, Copy)]
pub struct StreamSettings {
    /// Between two heart-beats.
    pub ping: Duration,
    /// Planned life of a stream.
    pub life: Duration,
    /// Told to the browser as its reconnect delay, in milliseconds.
    pub retry_ms: u64,
}

/// How stores run.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// Bytes of a journal segment.
    pub segment_bytes: u64,
    /// Folder that gets a second copy of every store's journal.
    pub mirror: Option<PathBuf>,
    /// How streams live.
    pub stream: StreamSettings,
    /// Folder that holds every store's pictures.
    pub uploads: PathBuf,
    /// What closes while disk space runs out.
    pub orders: OrderGate,
}

#[cfg(test)]
pub(crate) use pictures::samples as picture_samples;
