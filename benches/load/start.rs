//! What grows with the orders a shop has ever had: time from starting the program to its first answer, memory one second
//! later, and what one order then takes.

use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::client::{Client, request};
use super::orders::{self, plain_item};
use super::quantile;
use super::server::{address_in, data_parent, serve, start};
use super::shop;

pub async fn run(counts: &[usize]) {
    println!("start after a clean stop, memory one second later, and orders of one client after that");
    println!(
        "{:>10} {:>12} {:>12} {:>10} {:>10} {:>14}",
        "orders", "answers ms", "history ms", "disk MB", "RSS MB", "order p50 ms"
    );
    for count in counts {
        let folder = tempfile::tempdir_in(data_parent()).expect("a folder");
        let data = folder.path().join("data");
        shop::prepare(&data, *count);
        stop_cleanly(&data);
        let begin = Instant::now();
        let (mut child, line) = start(serve(&data));
        let address = address_in(&line);
        let answer = Client::connect(&address).await.send(&request("GET", "/health/live", "", "", "")).await;
        assert_eq!(answer.status, 200);
        let answered = begin.elapsed();
        let ready = wait_ready(&address, begin).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (disk, memory) = (folder_mb(&data.join("stores")), rss_mb(child.id()));
        let token = table_token(&address).await;
        let item = plain_item(&address, &token).await;
        let (_, samples) = orders::round(&address, &Rc::new(vec![token]), item, 1).await;
        println!(
            "{count:>10} {:>12.1} {:>12.1} {disk:>10.1} {memory:>10.1} {:>14.3}",
            answered.as_secs_f64() * 1e3,
            ready.as_secs_f64() * 1e3,
            quantile(&samples, 0.5) * 1e3,
        );
        let _ = child.kill();
        let _ = child.wait();
    }
}

async fn table_token(address: &str) -> String {
    let login =
        serde_json::json!({"store": shop::SLUG, "table_number": 1, "password": shop::TABLE_PASSWORD}).to_string();
    let answer = Client::connect(address).await.send(&request("POST", "/api/auth/table/login", "", "", &login)).await;
    let answer: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    answer["token"].as_str().expect("a token").to_owned()
}

/// Runs the program once so that checkpoint and view are complete, and stops it with SIGTERM.
fn stop_cleanly(data: &Path) {
    let (mut child, line) = start(serve(data));
    let address = address_in(&line);
    let runtime = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(wait_ready(&address, Instant::now()))
    });
    runtime.join().expect("it becomes ready");
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    assert!(child.wait().expect("it ends").success());
}

async fn wait_ready(address: &str, begin: Instant) -> Duration {
    loop {
        let answer = Client::connect(address).await.send(&request("GET", "/health", "", "", "")).await;
        if answer.status == 200 && !answer.body.contains("rebuilding") && !answer.body.contains("opening") {
            return begin.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Megabytes below a folder.
fn folder_mb(folder: &Path) -> f64 {
    fn bytes(folder: &Path) -> u64 {
        let entries =
            std::fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
        entries
            .iter()
            .map(|entry| match entry.metadata() {
                Ok(meta) if meta.is_dir() => bytes(&entry.path()),
                Ok(meta) => meta.len(),
                Err(_) => 0,
            })
            .sum()
    }
    #[expect(clippy::cast_precision_loss, reason = "a size to print")]
    let total = bytes(folder) as f64;
    total / 1e6
}

/// Resident memory of a process in megabytes.
pub fn rss_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}
