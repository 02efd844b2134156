//! Whether new orders are taken at all: closed while disk space runs out, so that an order is refused before anything is
//! decided instead of failing later.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The gate that every new order of every store passes. Clones share it; a new one is open.
#[derive(Debug, Clone, Default)]
pub struct OrderGate(Arc<AtomicBool>);

impl OrderGate {
    /// Refuses new orders from now on. Reads, changes of orders and finishing tables go on.
    pub fn close(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Takes new orders again.
    pub fn open(&self) {
        self.0.store(false, Ordering::Release);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
