//! Start and memory with journals of growing length: from starting the program to its first answer, and its memory one
//! second later.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::client::{Client, request};
use super::server::{address_in, data_parent, serve, start};
use super::shop;

pub async fn run(counts: &[usize]) {
    println!("start after a clean stop, and memory one second later");
    println!("{:>10} {:>12} {:>12} {:>12} {:>10}", "orders", "answers ms", "history ms", "journal MB", "RSS MB");
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
        println!(
            "{count:>10} {:>12.1} {:>12.1} {:>12.1} {:>10.1}",
            answered.as_secs_f64() * 1e3,
            ready.as_secs_f64() * 1e3,
            folder_mb(&data.join("stores")),
            rss_mb(child.id())
        );
        let _ = child.kill();
        let _ = child.wait();
    }
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
