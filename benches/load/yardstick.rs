//! What figures are compared with, measured in the same run: plain append + fdatasync, and actix-web sending fixed bytes.

use std::io::Write;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::server::{data_parent, start};

/// First word that turns this bench into the fixed-bytes server.
pub const FIXED_BYTES_WORD: &str = "serve-fixed-bytes";

/// What one thread reaches that appends `bytes` and syncs each time.
pub struct AppendAndSync {
    /// Appends a second.
    pub rate: f64,
    /// Median latency, seconds.
    pub p50: f64,
    /// 99th percentile of latency, seconds.
    pub p99: f64,
}

/// Appends and syncs for `how_long`.
pub fn append_and_sync(bytes: usize, how_long: Duration) -> AppendAndSync {
    let file = tempfile::tempfile_in(data_parent()).expect("a file");
    let line = vec![b'x'; bytes];
    let (begin, mut samples) = (Instant::now(), Vec::new());
    while begin.elapsed() < how_long {
        let before = Instant::now();
        (&file).write_all(&line).expect("the disk takes it");
        file.sync_data().expect("the disk syncs");
        samples.push(before.elapsed().as_secs_f64());
    }
    samples.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "few samples")]
    let rate = samples.len() as f64 / begin.elapsed().as_secs_f64();
    AppendAndSync { rate, p50: super::quantile(&samples, 0.5), p99: super::quantile(&samples, 0.99) }
}

/// A process of actix-web sending a file's bytes at every path.
pub fn fixed_bytes_server(bytes: &[u8]) -> (Child, String) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("the disk takes it");
    let mut command = Command::new(std::env::current_exe().expect("this bench"));
    command.args([FIXED_BYTES_WORD.as_ref(), file.path().as_os_str()]);
    let (child, line) = start(command);
    (child, line.trim().to_owned())
}

/// The fixed-bytes server itself.
pub fn serve_fixed_bytes(words: &[String]) {
    use actix_web::{App, HttpResponse, HttpServer, web};
    let bytes = web::Bytes::from(std::fs::read(&words[1]).expect("a file to send"));
    actix_web::rt::System::new()
        .block_on(async move {
            let server = HttpServer::new(move || {
                let bytes = bytes.clone();
                App::new().default_service(web::to(move || {
                    let bytes = bytes.clone();
                    async move { HttpResponse::Ok().content_type("application/json").body(bytes) }
                }))
            })
            .bind("127.0.0.1:0")?;
            println!("{}", server.addrs()[0]);
            server.run().await
        })
        .expect("the server runs");
}
