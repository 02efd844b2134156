//! The real binary, killed and started again on one folder and one port.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// A demo store's process.
pub struct Server {
    child: Child,
    data: PathBuf,
    pub port: u16,
    pub demo: Value,
}

impl Server {
    pub fn start(data: &Path, port: u16) -> Self {
        let (child, demo) = launch(data, port);
        let base = demo["base_url"].as_str().expect("an address").trim_end_matches('/');
        let port = base.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { child, data: data.to_owned(), port, demo }
    }

    pub fn kill(&mut self) {
        self.child.kill().expect("SIGKILL is sent");
        self.child.wait().expect("it ends");
    }

    /// Starts and kills it again while it starts.
    pub fn start_and_kill(&mut self, after: Duration) {
        let mut child = command(&self.data, self.port).stdout(Stdio::null()).spawn().expect("the binary starts");
        std::thread::sleep(after);
        child.kill().expect("SIGKILL is sent");
        child.wait().expect("it ends");
    }

    pub fn restart(&mut self) {
        self.child = launch(&self.data, self.port).0;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn staff_token(&self) -> String {
        let login =
            json!({"store": self.demo["store"], "username": self.demo["username"], "password": self.demo["password"]});
        token(&self.url("/api/auth/admin/login"), &login)
    }

    pub fn table_token(&self, index: usize) -> String {
        let table = &self.demo["tables"][index];
        let login =
            json!({"store": self.demo["store"], "table_number": table["number"], "password": table["password"]});
        token(&self.url("/api/auth/table/login"), &login)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn token(url: &str, login: &Value) -> String {
    let mut answer = ureq::post(url).send_json(login).expect("a login");
    let answer: Value = answer.body_mut().read_json().expect("JSON");
    answer["token"].as_str().expect("a token").to_owned()
}

fn command(data: &Path, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tableorder"));
    command
        .args(["demo", "--json", "--port", &port.to_string(), "--data-dir"])
        .arg(data)
        .env("TABLEORDER_LIMITS_TABLE_REQUESTS_PER_MINUTE", "0")
        .env("TABLEORDER_LIMITS_STAFF_REQUESTS_PER_MINUTE", "0")
        .env("TABLEORDER_LOG_LEVEL", "error");
    command
}

fn launch(data: &Path, port: u16) -> (Child, Value) {
    let mut child = command(data, port).stdout(Stdio::piped()).spawn().expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let demo = serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON line from demo: {error}: {line:?}"));
    (child, demo)
}
