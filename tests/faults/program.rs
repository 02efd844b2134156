//! The real binary: started, killed, stopped and started again on one port, with the settings that a fault needs.
//! `BINARY_UNDER_TEST` names another one than cargo built.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A start that has not spoken by then hangs.
const START_LIMIT: Duration = Duration::from_secs(20);
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// The port that clients use; 0 before the first start.
pub type Port = Arc<AtomicU16>;

pub struct Program {
    child: Option<Child>,
    pub data: PathBuf,
    /// Where it writes what it says on stderr.
    pub log: PathBuf,
    port: Port,
    environment: Vec<(String, String)>,
}

/// A start that ended before it served.
#[derive(Debug)]
pub struct NotStarted {
    pub stderr: String,
}

impl Program {
    pub fn new(data: &Path, log: &Path) -> Self {
        Self { child: None, data: data.to_owned(), log: log.to_owned(), port: Port::default(), environment: Vec::new() }
    }

    pub fn port(&self) -> Port {
        Arc::clone(&self.port)
    }

    /// Sets an environment variable of the starts to come.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.unset(name);
        self.environment.push((name.to_owned(), value.into()));
    }

    pub fn unset(&mut self, name: &str) {
        self.environment.retain(|(known, _)| known != name);
    }

    pub fn start(&mut self) {
        let started = self.try_start();
        started.unwrap_or_else(|NotStarted { stderr }| panic!("the program does not start: {stderr}"));
    }

    /// Starts it and waits until it listens.
    pub fn try_start(&mut self) -> Result<(), NotStarted> {
        let mut child = self.spawn();
        let stdout = child.stdout.take().expect("piped");
        let (sender, first_line) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout);
            let mut line = String::new();
            let _ = lines.read_line(&mut line);
            let _ = sender.send(line);
            // Read on, so that it never waits for a reader.
            let _ = lines.read_to_end(&mut Vec::new());
        });
        let line = first_line.recv_timeout(START_LIMIT);
        let line = line.unwrap_or_else(|_| panic!("a start neither serves nor ends: {}", self.last_words()));
        let Some(port) = line.trim().strip_prefix("listening on http://127.0.0.1:") else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(NotStarted { stderr: self.last_words() });
        };
        self.port.store(port.parse().expect("a port"), Ordering::Relaxed);
        self.child = Some(child);
        Ok(())
    }

    /// Starts it and kills it while it starts.
    pub fn start_and_kill(&mut self, after: Duration) {
        let mut child = self.spawn();
        std::thread::sleep(after);
        child.kill().expect("SIGKILL is sent");
        child.wait().expect("it ends");
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("SIGKILL is sent");
            child.wait().expect("it ends");
        }
    }

    /// Stops it as an owner does, with SIGTERM.
    pub fn stop(&mut self) {
        let Some(child) = &self.child else { return };
        let _ = rustix::process::kill_process(rustix::process::Pid::from_child(child), rustix::process::Signal::TERM);
        let begin = Instant::now();
        while self.is_running() {
            assert!(begin.elapsed() < STOP_LIMIT, "it does not stop");
            std::thread::sleep(Duration::from_millis(5));
        }
        self.child = None;
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// The end of what it said on stderr.
    pub fn last_words(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text[text.len().saturating_sub(4_000)..]).into_owned();
        format!("{text}\n(all of it: {})", self.log.display())
    }

    fn spawn(&self) -> Child {
        let stderr = File::options().create(true).append(true).open(&self.log).expect("a log");
        let port = self.port.load(Ordering::Relaxed).to_string();
        self.command(&["serve", "--bind", "127.0.0.1", "--port", &port])
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the binary starts")
    }

    /// Any of its commands on this data folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let built = env!("CARGO_BIN_EXE_tableorder");
        let binary = std::env::var("BINARY_UNDER_TEST").unwrap_or_else(|_| built.to_owned());
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(&self.data)
            .current_dir(super::run::scratch())
            .env("TABLEORDER_LIMITS_TABLE_REQUESTS_PER_MINUTE", "0")
            .env("TABLEORDER_LIMITS_STAFF_REQUESTS_PER_MINUTE", "0")
            .env("TABLEORDER_JOURNAL_SEGMENT_MIB", "1")
            .env("TABLEORDER_DISK_BALLAST_MIB", "0")
            .env("TABLEORDER_LOG_LEVEL", "warn")
            .envs(self.environment.iter().cloned());
        command
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
