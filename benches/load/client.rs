//! A keep-alive HTTP client that does no more than a load needs: it writes prepared bytes and reads one answer.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer's status, and where its body stands in the client's buffer.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Client {
    pub async fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a TCP option");
        Self { stream, buffer: Vec::with_capacity(64 * 1024) }
    }

    /// Sends a request and reads its answer, body included.
    pub async fn send(&mut self, request: &[u8]) -> Answer {
        let (status, head, total) = self.exchange(request).await;
        Answer { status, body: String::from_utf8_lossy(&self.buffer[head..total]).into_owned() }
    }

    /// Sends a request, reads its answer and tells only its status.
    pub async fn send_fast(&mut self, request: &[u8]) -> u16 {
        self.exchange(request).await.0
    }

    async fn exchange(&mut self, request: &[u8]) -> (u16, usize, usize) {
        self.stream.write_all(request).await.expect("the server reads");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("the server answers");
            assert!(read > 0, "the server closed the connection");
            let Some(head) = find(&self.buffer, b"\r\n\r\n").map(|at| at + 4) else { continue };
            let total = head + content_length(&self.buffer[..head]);
            if self.buffer.len() >= total {
                let status = std::str::from_utf8(&self.buffer[9..12]).ok().and_then(|s| s.parse().ok());
                return (status.expect("a status line"), head, total);
            }
        }
    }

    /// The bare connection, for streams.
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }
}

pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

fn content_length(head: &[u8]) -> usize {
    let value = find(head, b"content-length: ").map(|at| &head[at + 16..]);
    let digits = value.unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
}

/// A request's bytes.
pub fn request(method: &str, path: &str, token: &str, extra: &str, body: &str) -> Vec<u8> {
    let length = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len())
    };
    let bearer = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{bearer}{extra}{length}\r\n{body}").into_bytes()
}
