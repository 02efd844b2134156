//! Screens that follow a stream and write down all they are shown: one that stays, one that flaps, one that always comes
//! late. They judge nothing; the check compares what they saw with what the program has on disk.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::Client;
use super::dice::Dice;

/// Time between two looks at whether to stop.
const LOOK: Duration = Duration::from_millis(100);
const RETRY: Duration = Duration::from_millis(15);
const LIFE_OF_FLAPPING_MS: std::ops::Range<u64> = 10..300;

/// How a screen behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Reconnects only when it has to, where it stopped.
    Stays,
    /// Reconnects at random, where it stopped.
    Flaps,
    /// Begins anew at random, with a fresh snapshot.
    ComesLate,
}

/// What was shown on one connection.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Where it began, if it knew a position.
    pub after: Option<u64>,
    /// The snapshot it began with otherwise.
    pub snapshot: Option<Value>,
    /// Events with their seq, positions among them.
    pub events: Vec<(u64, Value)>,
    /// The program told it to begin anew.
    pub resync: Option<String>,
}

#[derive(Debug)]
pub struct Dashboard {
    pub name: String,
    pub habit: Habit,
    /// Id of the table whose stream it follows; none for the staff's.
    pub table: Option<u64>,
    /// Everything since this was last taken.
    shown: Mutex<Vec<Shown>>,
    last: Mutex<Option<u64>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Dashboard {
    pub fn new(name: &str, habit: Habit, table: Option<u64>) -> Arc<Self> {
        Arc::new(Self { name: name.to_owned(), habit, table, shown: Mutex::default(), last: Mutex::default() })
    }

    /// What was shown since this was last asked.
    pub fn take(&self) -> Vec<Shown> {
        let mut shown = lock(&self.shown);
        let taken = std::mem::take(&mut *shown);
        // The connection goes on: what it is shown next follows what is taken now.
        if let Some(position) = taken.last().and_then(Shown::position) {
            shown.push(Shown { after: Some(position), ..Shown::default() });
        }
        taken
    }

    /// Seq of the last thing it was shown.
    pub fn last(&self) -> Option<u64> {
        *lock(&self.last)
    }

    /// Watches until told to stop.
    pub fn watch(&self, mut client: Client, mut dice: Dice, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let life = match self.habit {
                Habit::Stays => Duration::MAX,
                Habit::Flaps | Habit::ComesLate => Duration::from_millis(dice.within(LIFE_OF_FLAPPING_MS)),
            };
            let after = self.last().filter(|_| self.habit != Habit::ComesLate);
            if self.follow(&client, after, life, stop) == Some(401) {
                client.log_in();
            }
            std::thread::sleep(RETRY);
        }
    }

    /// One connection; tells the status if it was refused.
    fn follow(&self, client: &Client, after: Option<u64>, life: Duration, stop: &AtomicBool) -> Option<u16> {
        let began = Instant::now();
        let mut stream = TcpStream::connect(("127.0.0.1", client.port.load(Ordering::Relaxed))).ok()?;
        stream.set_read_timeout(Some(LOOK)).ok()?;
        let path = match self.table {
            Some(table) => format!("/api/sse/orders/{table}"),
            None => "/api/admin/orders/stream".to_owned(),
        };
        let position = after.map_or(String::new(), |seq| format!("Last-Event-ID: {seq}\r\n"));
        let token = &client.token;
        // Under HTTP/1.0 the body comes as it is, without lengths of chunks in between.
        let request =
            format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n{position}Authorization: Bearer {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).ok()?;
        lock(&self.shown).push(Shown { after, ..Shown::default() });
        let (mut bytes, mut read, mut in_body) = (Vec::new(), vec![0; 64 << 10], false);
        while !stop.load(Ordering::Relaxed) && began.elapsed() < life {
            match stream.read(&mut read) {
                Ok(0) => break,
                Ok(count) => bytes.extend_from_slice(&read[..count]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
                Err(_) => break,
            }
            if !in_body {
                let Some(head) = find(&bytes, b"\r\n\r\n") else { continue };
                let status = std::str::from_utf8(&bytes[9..12]).ok()?.parse().ok()?;
                if status != 200 {
                    return Some(status);
                }
                bytes.drain(..head + 4);
                in_body = true;
            }
            while let Some(end) = find(&bytes, b"\n\n") {
                let frame: Vec<u8> = bytes.drain(..end + 2).collect();
                self.note(&String::from_utf8(frame).expect("frames are UTF-8"));
            }
        }
        // A screen that stays knows only what it was shown in whole.
        None
    }

    fn note(&self, frame: &str) {
        let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name));
        let (Some(kind), Some(text)) = (field("event: "), field("data: ")) else { return };
        let content: Value = serde_json::from_str(text).expect("frames hold JSON");
        let id = field("id: ").and_then(|id| id.parse::<u64>().ok());
        let mut shown = lock(&self.shown);
        let Some(connection) = shown.last_mut() else { return };
        match (kind, id) {
            ("ping", _) => {}
            ("resync", _) => {
                connection.resync = Some(content["reason"].to_string());
                *lock(&self.last) = None;
            }
            ("initial", Some(seq)) => {
                connection.snapshot = Some(content);
                *lock(&self.last) = Some(seq);
            }
            (_, Some(seq)) => {
                connection.events.push((seq, content));
                *lock(&self.last) = Some(seq);
            }
            (kind, None) => panic!("a frame {kind} without an id: {frame}"),
        }
    }
}

impl Shown {
    /// Where it stood in the end.
    fn position(&self) -> Option<u64> {
        let snapshot = || self.snapshot.as_ref().and_then(|snapshot| snapshot["seq"].as_u64());
        self.events.last().map(|(seq, _)| *seq).or_else(snapshot).or(self.after)
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, part)
}
