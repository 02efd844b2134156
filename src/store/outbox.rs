//! What waits to be sent to one reader of a stream. Its backlog is counted in bytes, since one sync can carry hundreds
//! of orders. Session actors put frames in, the connection takes them out; a slow reader is cut off, never waited for.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_core::Stream;
use tokio::sync::Notify;

/// Live frames that may wait for one reader.
const BACKLOG_MAX: usize = 256 * 1024;

/// Bytes of the past that are handed over at a time: a connection's buffer keeps the size of the largest piece it was
/// given, for as long as the stream lives.
const PIECE_BYTES: usize = 4 * 1024;

/// Whether a live frame was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It waits to be sent.
    Yes,
    /// The reader has fallen behind; what waited is gone and only the farewell is left.
    FellBehind,
    /// The stream has ended or the connection is gone.
    Ended,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Bytes>,
    backlog: usize,
    ended: bool,
    gone: bool,
    waker: Option<Waker>,
}

/// The queue between one session actor and its connection.
#[derive(Debug, Default)]
pub struct Outbox {
    state: Mutex<State>,
    drained: Notify,
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a live frame. Beyond the backlog everything waiting is dropped, `farewell` is queued and the stream ends.
    pub fn push_live(&self, frame: Bytes, farewell: impl FnOnce() -> Bytes) -> Taken {
        let mut state = self.lock();
        if state.ended || state.gone {
            return Taken::Ended;
        }
        let fits = state.backlog + frame.len() <= BACKLOG_MAX;
        if fits {
            state.backlog += frame.len();
            state.frames.push_back(frame);
        } else {
            state.frames.clear();
            state.backlog = 0;
            state.frames.push_back(farewell());
            state.ended = true;
        }
        wake(&mut state);
        if fits { Taken::Yes } else { Taken::FellBehind }
    }

    /// Queues a page of the past and waits until the reader has taken it: replay is pulled, so it is no backlog.
    /// Tells whether the reader is still there.
    pub async fn push_replay(&self, mut page: Bytes) -> bool {
        {
            let mut state = self.lock();
            if state.ended || state.gone {
                return false;
            }
            state.backlog += page.len();
            while !page.is_empty() {
                state.frames.push_back(split_piece(&mut page));
            }
            wake(&mut state);
        }
        loop {
            let drained = self.drained.notified();
            {
                let state = self.lock();
                if state.ended || state.gone {
                    return false;
                }
                if state.frames.is_empty() {
                    return true;
                }
            }
            drained.await;
        }
    }

    /// Queues a last frame behind what waits and ends the stream.
    pub fn end(&self, last: Bytes) {
        let mut state = self.lock();
        if !state.ended {
            if !last.is_empty() {
                state.frames.push_back(last);
            }
            state.ended = true;
            wake(&mut state);
        }
    }

    /// Whether the connection is gone.
    pub fn is_gone(&self) -> bool {
        self.lock().gone
    }
}

/// The next piece of a page: whole frames if one ends within a piece, part of a long frame otherwise.
fn split_piece(page: &mut Bytes) -> Bytes {
    if page.len() <= PIECE_BYTES {
        return std::mem::take(page);
    }
    let whole_frames = memchr::memmem::rfind(&page[..PIECE_BYTES], b"\n\n").map(|end| end + 2);
    page.split_to(whole_frames.unwrap_or(PIECE_BYTES))
}

fn wake(state: &mut State) {
    if let Some(waker) = state.waker.take() {
        waker.wake();
    }
}

/// The connection's end of an outbox: a response body. Dropping it tells the session actor by `on_gone`.
pub struct OutboxBody {
    outbox: Arc<Outbox>,
    on_gone: Option<Box<dyn FnOnce()>>,
}

impl OutboxBody {
    /// The body that sends what is put into the outbox.
    pub fn new(outbox: Arc<Outbox>, on_gone: impl FnOnce() + 'static) -> Self {
        Self { outbox, on_gone: Some(Box::new(on_gone)) }
    }
}

impl Stream for OutboxBody {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut state = self.outbox.lock();
        if let Some(frame) = state.frames.pop_front() {
            state.backlog = state.backlog.saturating_sub(frame.len());
            let empty = state.frames.is_empty();
            drop(state);
            if empty {
                self.outbox.drained.notify_waiters();
            }
            return Poll::Ready(Some(Ok(frame)));
        }
        if state.ended {
            return Poll::Ready(None);
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for OutboxBody {
    fn drop(&mut self) {
        {
            let mut state = self.outbox.lock();
            state.gone = true;
            state.frames.clear();
        }
        self.outbox.drained.notify_waiters();
        if let Some(on_gone) = self.on_gone.take() {
            on_gone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(body: &mut OutboxBody) -> Option<Bytes> {
        let mut context = Context::from_waker(Waker::noop());
        match Pin::new(body).poll_next(&mut context) {
            Poll::Ready(Some(Ok(frame))) => Some(frame),
            _ => None,
        }
    }

    #[test]
    fn a_reader_that_falls_behind_gets_the_farewell_only() {
        let outbox = Arc::new(Outbox::default());
        let mut body = OutboxBody::new(Arc::clone(&outbox), || {});
        let frame = Bytes::from(vec![b'x'; BACKLOG_MAX / 2]);
        let farewell = || Bytes::from_static(b"resync");
        assert_eq!(outbox.push_live(frame.clone(), farewell), Taken::Yes);
        assert_eq!(outbox.push_live(frame.clone(), farewell), Taken::Yes);
        assert_eq!(outbox.push_live(Bytes::from_static(b"y"), farewell), Taken::FellBehind);
        assert_eq!(outbox.push_live(frame, farewell), Taken::Ended);
        assert_eq!(take(&mut body).as_deref(), Some(b"resync".as_slice()));
        assert_eq!(take(&mut body), None);
    }

    #[test]
    fn what_was_sent_is_backlog_no_more() {
        let outbox = Arc::new(Outbox::default());
        let mut body = OutboxBody::new(Arc::clone(&outbox), || {});
        for _ in 0..10 {
            let frame = Bytes::from(vec![b'x'; BACKLOG_MAX]);
            assert_eq!(outbox.push_live(frame, Bytes::new), Taken::Yes);
            assert!(take(&mut body).is_some());
        }
    }

    #[test]
    fn a_page_leaves_in_small_pieces_of_whole_frames_and_nothing_of_it_is_lost() {
        let short = |n: usize| format!("id: {n}\ndata: {}\n\n", "x".repeat(1_500));
        let text: String = (0..4).map(short).chain([format!("data: {}\n\n", "y".repeat(9_000))]).collect();
        let mut page = Bytes::from(text.clone());
        let mut pieces = Vec::new();
        while !page.is_empty() {
            pieces.push(split_piece(&mut page));
        }
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE_BYTES));
        assert!(pieces[..2].iter().all(|piece| piece.ends_with(b"\n\n")), "two short frames fit a piece");
        assert_eq!(pieces.concat(), text.as_bytes());
    }

    #[test]
    fn a_gone_connection_takes_nothing_and_tells_once() {
        let outbox = Arc::new(Outbox::default());
        let told = std::rc::Rc::new(std::cell::Cell::new(0));
        let counter = std::rc::Rc::clone(&told);
        drop(OutboxBody::new(Arc::clone(&outbox), move || counter.set(counter.get() + 1)));
        assert_eq!(told.get(), 1);
        assert_eq!(outbox.push_live(Bytes::from_static(b"x"), Bytes::new), Taken::Ended);
    }
}
