//! Threads whose work may wait stand back behind those that answer a guest.

/// How far they stand back; 19 would be the furthest.
const NICENESS: i32 = 10;

/// Lets every other thread go before the calling one, and before those that it starts from now on, while the processor
/// is short. On Linux a priority belongs to a thread, not to its process.
pub fn stand_back() {
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS) {
        tracing::debug!(%error, "work in the background runs at the same priority as orders");
    }
}
