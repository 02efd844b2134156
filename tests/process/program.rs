//! The real binary under test: started on a folder of its own, with a clean environment, and ended with the test.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// No test waits for longer than this; a shop's owner would not either.
const PATIENCE: Duration = Duration::from_secs(30);

/// A working folder with a data folder in it, removed with the test.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.path(name);
        std::fs::create_dir_all(file.parent().expect("inside the place")).expect("made");
        std::fs::write(&file, text).expect("written");
        file
    }

    /// The program with these arguments (`DATA` stands for the data folder), in this place, with nothing inherited that
    /// could set anything.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tableorder"));
        command.current_dir(self.folder.path()).stdin(Stdio::null()).env_remove("JOURNAL_STREAM");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TABLEORDER_")) {
            command.env_remove(name);
        }
        for argument in arguments {
            match *argument {
                "DATA" => command.arg(self.data()),
                argument => command.arg(argument),
            };
        }
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.command(arguments).output().expect("started"))
    }

    /// Starts `serve` on any free loopback port.
    pub fn serve(&self) -> Serving {
        Serving::begin(self.command(&["serve", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0"]))
    }
}

/// What a program said and how it ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The one line on stdout as JSON.
    pub fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).expect("JSON")
    }
}

/// A program that serves; killed with the test.
pub struct Serving {
    child: Child,
    lines: Receiver<String>,
    /// Its first line on stdout.
    pub first_line: String,
}

impl Serving {
    /// Starts a program and waits for its first line.
    pub fn begin(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut serving = Self { child, lines, first_line: String::new() };
        serving.first_line = serving.next_line();
        serving
    }

    pub fn next_line(&mut self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            let _ = self.child.kill();
            let mut stderr = String::new();
            let _ = self.child.stderr.take().expect("piped").read_to_string(&mut stderr);
            panic!("it said nothing more; stderr: {stderr}");
        })
    }

    /// Reads on until a line has this in it.
    pub fn line_with(&mut self, part: &str) -> String {
        loop {
            let line = self.next_line();
            if line.contains(part) {
                return line;
            }
        }
    }

    pub fn base_url(&self) -> &str {
        self.first_line.strip_prefix("listening on ").expect("the first line of the contract")
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("sent");
    }

    /// Sends a signal and waits for the end; nothing if it does not come within `limit`.
    pub fn end_with(mut self, signal: Signal, limit: Duration) -> Option<ExitStatus> {
        self.signal(signal);
        let begin = Instant::now();
        while begin.elapsed() < limit {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An HTTP answer: status and JSON body, null if there is none.
pub fn post(url: &str, body: &Value) -> (u16, Value) {
    answer(client().post(url).send_json(body))
}

/// The answer to an order, or to anything else that has an Idempotency-Key.
pub fn post_with_key(url: &str, token: &str, key: &str, body: &Value) -> (u16, Value) {
    let request = client().post(url).header("Authorization", format!("Bearer {token}"));
    answer(request.header("Idempotency-Key", key).send_json(body))
}

/// An HTTP answer to a request with a bearer token.
pub fn get(url: &str, token: &str) -> (u16, Value) {
    answer(client().get(url).header("Authorization", format!("Bearer {token}")).call())
}

/// The answer to a file that is sent.
pub fn put_bytes(url: &str, token: &str, bytes: &[u8]) -> (u16, Value) {
    answer(client().put(url).header("Authorization", format!("Bearer {token}")).send(bytes))
}

/// A file: status and bytes.
pub fn get_bytes(url: &str) -> (u16, Vec<u8>) {
    let mut response = client().get(url).call().expect("an answer");
    (response.status().as_u16(), response.body_mut().read_to_vec().expect("whole"))
}

fn client() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
    ureq::Agent::new_with_config(config.build())
}

fn answer(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, Value) {
    let mut response = result.expect("an answer");
    let body = response.body_mut().read_json().unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

/// Every file and folder below one, with its permission bits.
pub fn modes_below(folder: &Path) -> Vec<(PathBuf, bool, u32)> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        let metadata = std::fs::metadata(&path).expect("there");
        if metadata.is_dir() {
            waiting.extend(std::fs::read_dir(&path).expect("read").map(|entry| entry.expect("entry").path()));
        }
        found.push((path, metadata.is_dir(), metadata.permissions().mode() & 0o777));
    }
    found
}
