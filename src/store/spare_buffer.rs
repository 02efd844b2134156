//! One buffer a thread for what is made, sent and gone at once: a stream's first frame. Taken from the heap each time,
//! that memory would come back as the half-used buffers of the next connection, which then count in full.

use std::cell::RefCell;

use bytes::Bytes;

/// A larger buffer is not kept.
const KEPT_MAX: usize = 256 * 1024;

thread_local! {
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Bytes that `fill` wrote. Their memory serves again when they are dropped.
pub(super) fn filled(fill: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut buffer = SPARE.take();
    fill(&mut buffer);
    Bytes::from_owner(Lent(buffer))
}

struct Lent(Vec<u8>);

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut buffer = std::mem::take(&mut self.0);
        buffer.clear();
        // A thread that is ending keeps nothing.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if (spare.capacity()..=KEPT_MAX).contains(&buffer.capacity()) {
                *spare = buffer;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_serves_again_and_what_is_held_stays_as_it_is() {
        let first = filled(|buffer| buffer.extend_from_slice(&[1; 1_000]));
        let second = filled(|buffer| buffer.extend_from_slice(b"second"));
        let place = first.as_ptr();
        drop(first);
        let third = filled(|buffer| buffer.extend_from_slice(b"third"));
        assert_eq!((third.as_ptr(), &*third, &*second), (place, &b"third"[..], &b"second"[..]));
        drop(filled(|buffer| buffer.resize(KEPT_MAX + 1, 0)));
        assert!(SPARE.with_borrow(Vec::capacity) <= KEPT_MAX);
    }
}
