//! A client's connection with an end to its patience: one on which nothing was sent for long reads as closed by the
//! client. The HTTP library bounds only the first request's head; without this, whoever sends the next head byte by byte,
//! or a body in chunks that nobody reads any more, would keep the connection for ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A connection.
pub(super) struct Connection {
    stream: TcpStream,
    patience: Duration,
    /// Looked at only when it is over, so that sending costs no look at the clock.
    deadline: Pin<Box<Sleep>>,
    sent_since: bool,
}

impl Connection {
    /// One that ends when nothing was sent for `patience`, and at the latest after twice that time.
    pub(super) fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, deadline: Box::pin(tokio::time::sleep(patience)), sent_since: false }
    }

    fn patience_is_over(&mut self, context: &mut Context<'_>) -> bool {
        while self.deadline.as_mut().poll(context).is_ready() {
            if !std::mem::take(&mut self.sent_since) {
                return true;
            }
            self.deadline.as_mut().reset(Instant::now() + self.patience);
        }
        false
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.patience_is_over(context) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut this.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.sent_since |= written.is_ready();
        written
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, pieces);
        this.sent_since |= written.is_ready();
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair(patience: Duration) -> (TcpStream, Connection) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let client = TcpStream::connect(listener.local_addr().expect("bound")).await.expect("connected");
        let (stream, _) = listener.accept().await.expect("accepted");
        (client, Connection::new(stream, patience))
    }

    #[actix_web::test]
    async fn a_client_that_is_sent_nothing_is_let_go_however_much_it_sends() {
        let (mut client, mut connection) = pair(Duration::from_millis(50)).await;
        let dripping = actix_web::rt::spawn(async move { while client.write_all(b"x").await.is_ok() {} });
        let mut buffer = [0; 1_024];
        while connection.read(&mut buffer).await.expect("no error") > 0 {}
        drop(connection);
        dripping.await.expect("it was told");
    }

    #[actix_web::test]
    async fn a_silent_client_that_is_sent_something_is_kept() {
        let patience = Duration::from_millis(200);
        let (mut client, mut connection) = pair(patience).await;
        let begin = Instant::now();
        while begin.elapsed() < patience * 3 {
            connection.write_all(b"ping").await.expect("sent");
            let nothing = tokio::time::timeout(patience / 4, connection.read(&mut [0; 8])).await;
            assert!(nothing.is_err(), "it neither ends nor reads: {nothing:?}");
        }
        client.write_all(b"x").await.expect("sent");
        assert_eq!(connection.read(&mut [0; 8]).await.expect("read"), 1);
    }
}
