//! A staff screen that stays: it follows the stream through every restart and notes each order it was shown.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// Events shown, by seq.
pub type Seen = BTreeMap<u64, Value>;

pub struct Watcher {
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Watcher {
    pub fn start(port: u16, token: String) -> Self {
        let seen = Arc::new(Mutex::new(Seen::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shown, stopping) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let mut after = 0;
            while !stopping.load(Ordering::Relaxed) {
                if follow(port, &token, &mut after, &shown, &stopping).is_none() {
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        });
        Self { seen, stop, thread }
    }

    /// What was shown since this was last asked.
    pub fn take_seen(&self) -> Seen {
        std::mem::take(&mut self.seen.lock().expect("the watcher does not panic"))
    }

    /// Ends the watcher; gives what was shown since the last time.
    pub fn stop(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the watcher ends well");
        std::mem::take(&mut self.seen.lock().expect("the watcher does not panic"))
    }
}

fn follow(port: u16, token: &str, after: &mut u64, seen: &Mutex<Seen>, stop: &AtomicBool) -> Option<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_millis(500))).ok()?;
    write!(
        stream,
        "GET /api/admin/orders/stream?after={after} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    .ok()?;
    let mut lines = BufReader::new(stream);
    while !stop.load(Ordering::Relaxed) {
        let mut line = String::new();
        match lines.read_line(&mut line) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(_) => return None,
        }
        let Some(data) = line.strip_prefix("data: ") else { continue };
        let Ok(event) = serde_json::from_str::<Value>(data) else { continue };
        let Some(seq) = event["seq"].as_u64() else { continue };
        assert_eq!(seq, *after + 1, "the stream has a hole or a repeat: {event}");
        *after = seq;
        seen.lock().expect("the watcher does not panic").insert(seq, event);
    }
    Some(())
}
