//! Starts the real binary as a demo store without request limits, and logs in.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::client::{Client, request};
use super::shop;

/// A running server on a folder of its own.
pub struct Server {
    child: Child,
    pub address: String,
    /// Store, names and passwords, as the demo prints them.
    access: Value,
    _folder: TempDir,
}

impl Server {
    /// Starts a demo store and waits until it serves.
    pub fn demo() -> Self {
        let folder = tempfile::tempdir_in(data_parent()).expect("a folder");
        let mut demo = command();
        demo.args(["demo", "--port", "0", "--json", "--data-dir"]).arg(folder.path().join("data"));
        let (child, line) = start(demo);
        let access: Value = serde_json::from_str(&line).expect("demo prints one JSON line");
        Self { address: address_in(access["base_url"].as_str().expect("an address")), child, access, _folder: folder }
    }

    /// Starts a small store of 60 plain dishes, whose menu is about 15 KB.
    pub fn small_shop() -> Self {
        let folder = tempfile::tempdir_in(data_parent()).expect("a folder");
        let data = folder.path().join("data");
        shop::prepare(&data, 0);
        let (child, line) = start(serve(&data));
        let tables = [serde_json::json!({"number": 1, "password": shop::TABLE_PASSWORD})];
        let access = serde_json::json!({"store": shop::SLUG, "tables": tables});
        Self { address: address_in(&line), child, access, _folder: folder }
    }

    /// The process, for its memory.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A token for one of the demo's tables, and the table's id.
    pub async fn table_login(&self, index: usize) -> (String, u64) {
        let table = &self.access["tables"][index];
        let body = serde_json::json!({"store": self.access["store"], "table_number": table["number"], "password": table["password"]});
        let answer = self.post("/api/auth/table/login", &body.to_string()).await;
        (token(&answer), answer["table"]["id"].as_u64().expect("a table id"))
    }

    /// A staff token.
    pub async fn staff_login(&self) -> String {
        let body = serde_json::json!({"store": self.access["store"], "username": self.access["username"], "password": self.access["password"]});
        token(&self.post("/api/auth/admin/login", &body.to_string()).await)
    }

    /// Waits until the view holds everything that is durable.
    pub async fn wait_until_quiet(&self) {
        loop {
            let answer = Client::connect(&self.address).await.send(&request("GET", "/health", "", "", "")).await;
            let health: Value = serde_json::from_str(&answer.body).expect("JSON");
            let store = &health["stores"][self.access["store"].as_str().expect("a name")];
            if store["durable_seq"] == store["view_applied_seq"] {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        // Its last rows are flushed within a second.
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    }

    async fn post(&self, path: &str, body: &str) -> Value {
        let answer = Client::connect(&self.address).await.send(&request("POST", path, "", "", body)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn token(answer: &Value) -> String {
    answer["token"].as_str().expect("a token").to_owned()
}

/// Where data folders are made: BENCH_DIR picks the disk that is measured, otherwise the target folder, since
/// a temporary folder may live in memory.
pub fn data_parent() -> std::path::PathBuf {
    let folder =
        std::env::var_os("BENCH_DIR").map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned(), Into::into);
    std::fs::create_dir_all(&folder).expect("a folder for data");
    folder
}

/// The real binary, without request limits.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tableorder"));
    command
        .env("TABLEORDER_LIMITS_TABLE_REQUESTS_PER_MINUTE", "0")
        .env("TABLEORDER_LIMITS_STAFF_REQUESTS_PER_MINUTE", "0")
        .env("TABLEORDER_LIMITS_TABLE_STREAMS", "0")
        .env("TABLEORDER_LOG_LEVEL", "error");
    command
}

/// Serves a data folder on a free port.
pub fn serve(data: &Path) -> Command {
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1", "--port", "0", "--data-dir"]).arg(data);
    serve
}

/// The address at the end of a line.
pub fn address_in(line: &str) -> String {
    line.trim().trim_end_matches('/').rsplit("http://").next().expect("an address").to_owned()
}

/// Starts it and reads its first line.
pub fn start(mut command: Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("the binary starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("a first line");
    assert!(!line.is_empty(), "the server ended before it served");
    (child, line)
}
