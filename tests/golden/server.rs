//! A real program serving a data folder, and the requests that these tests send to it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program that serves; killed with the test.
pub struct Server {
    child: Child,
    base_url: String,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Server {
    /// Starts `program serve` on a folder, on any free port, and waits until it listens. The clock is shifted by what
    /// stands in `offset_file`.
    pub fn start(program: &Path, folder: &Path, offset_file: &Path) -> Self {
        let mut child = Command::new(program)
            .args(["serve", "--bind", "127.0.0.1", "--port", "0", "--data-dir"])
            .arg(folder)
            .env("TABLEORDER_CLOCK_OFFSET_FILE", offset_file)
            .env("TABLEORDER_LIMITS_TABLE_REQUESTS_PER_MINUTE", "0")
            .env("TABLEORDER_LIMITS_STAFF_REQUESTS_PER_MINUTE", "0")
            .env("TABLEORDER_LOG_LEVEL", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let first = lines.next().expect("it listens").expect("text");
        let base_url = first.strip_prefix("listening on ").expect("the first line of the contract").to_owned();
        Self { child, base_url, lines }
    }

    /// The one-time code of the setup link it printed.
    pub fn setup_code(&mut self) -> String {
        let line = self.lines.by_ref().map_while(Result::ok).find(|line| line.contains("/setup#"));
        line.expect("a setup link").trim().split_once('#').expect("a code").1.to_owned()
    }

    pub fn get(&self, path: &str, token: &str) -> Value {
        let request = client().get(format!("{}{path}", self.base_url)).header("Authorization", bearer(token));
        let (status, body) = answer(request.call());
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub fn post(&self, path: &str, token: &str, key: Option<&str>, body: &Value) -> (u16, Value) {
        let mut request = client().post(format!("{}{path}", self.base_url)).header("Authorization", bearer(token));
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        answer(request.send_json(body))
    }

    pub fn put(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        answer(client().put(format!("{}{path}", self.base_url)).header("Authorization", bearer(token)).send_json(body))
    }

    pub fn patch(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        answer(
            client().patch(format!("{}{path}", self.base_url)).header("Authorization", bearer(token)).send_json(body),
        )
    }

    pub fn delete(&self, path: &str, token: &str) -> u16 {
        answer(client().delete(format!("{}{path}", self.base_url)).header("Authorization", bearer(token)).call()).0
    }

    /// A staff or tablet login's token.
    pub fn login(&self, path: &str, body: &Value) -> Value {
        let (status, login) = answer(client().post(format!("{}{path}", self.base_url)).send_json(body));
        assert_eq!(status, 200, "{path}: {login}");
        login
    }

    /// Sends a signal and waits for the end.
    pub fn end(mut self, signal: Signal) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), signal).expect("sent");
        self.child.wait().expect("a child")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
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
