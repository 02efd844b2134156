//! Order to stream: from sending the order to the moment each reader has its event, at 1 to 5,000 readers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::client::{Client, find, request};
use super::orders::plain_item;
use super::quantile;
use super::server::Server;

const ORDERS: usize = 60;

#[derive(Default)]
struct Arrivals {
    sent: HashMap<Vec<u8>, Instant>,
    delays: Vec<f64>,
    ready: usize,
}

pub async fn run() {
    println!("order to every staff stream (ms from sending the order; stored durably first)");
    println!("{:>8} {:>10} {:>10} {:>12} {:>8} {:>12}", "readers", "p50", "p99", "slowest p50", "missed", "RSS MB");
    for readers in [1, 100, 1_000, 4_000, 5_000] {
        let server = Server::demo();
        let (token, _) = server.table_login(0).await;
        let staff = server.staff_login().await;
        let item = plain_item(&server.address, &token).await;
        let local = tokio::task::LocalSet::new();
        local.run_until(measure(&server, &token, &staff, item, readers)).await;
    }
}

async fn measure(server: &Server, token: &str, staff: &str, item: u64, readers: usize) {
    let arrivals = Rc::new(RefCell::new(Arrivals::default()));
    for _ in 0..readers {
        let mut stream = Client::connect(&server.address).await.into_stream();
        stream.write_all(&request("GET", "/api/admin/orders/stream", staff, "", "")).await.expect("the server reads");
        tokio::task::spawn_local(read(stream, Rc::clone(&arrivals)));
    }
    while arrivals.borrow().ready < readers {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut client = Client::connect(&server.address).await;
    let body = format!(r#"{{"items":[{{"menu_id":{item},"quantity":1,"options":[]}}]}}"#);
    let mut slowest = Vec::new();
    for n in 0..ORDERS {
        let key = format!("fan-{n}");
        let bytes = request("POST", "/api/orders", token, &format!("Idempotency-Key: {key}\r\n"), &body);
        let begin = arrivals.borrow().delays.len();
        arrivals.borrow_mut().sent.insert(key.into_bytes(), Instant::now());
        assert_eq!(client.send_fast(&bytes).await, 201);
        let deadline = Instant::now() + Duration::from_secs(5);
        while arrivals.borrow().delays.len() < begin + readers && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let max = arrivals.borrow().delays[begin..].iter().copied().fold(0.0, f64::max);
        slowest.push(max * 1e3);
    }
    let mut delays: Vec<f64> = arrivals.borrow().delays.iter().map(|seconds| seconds * 1e3).collect();
    delays.sort_by(f64::total_cmp);
    slowest.sort_by(f64::total_cmp);
    println!(
        "{readers:>8} {:>10.2} {:>10.2} {:>12.2} {:>8} {:>12.1}",
        quantile(&delays, 0.5),
        quantile(&delays, 0.99),
        quantile(&slowest, 0.5),
        readers * ORDERS - delays.len(),
        super::start::rss_mb(server.pid())
    );
}

/// Follows a stream. It looks only for what it needs, so that 4,000 readers in one thread measure the server.
async fn read(mut stream: tokio::net::TcpStream, arrivals: Rc<RefCell<Arrivals>>) {
    let (mut buffer, mut ready) = (Vec::with_capacity(4 * 1024), false);
    while let Ok(read) = stream.read_buf(&mut buffer).await {
        if read == 0 {
            return;
        }
        let now = Instant::now();
        let Some(end) = memchr::memmem::rfind(&buffer, b"\n\n") else { continue };
        if !ready && find(&buffer[..end], b"event: initial").is_some() {
            ready = true;
            arrivals.borrow_mut().ready += 1;
        }
        for at in memchr::memmem::find_iter(&buffer[..end], b"event: order_created") {
            let key = find(&buffer[at..end], br#""key":""#).map(|found| &buffer[at + found + 7..end]);
            let key = key.and_then(|rest| Some(&rest[..find(rest, b"\"")?]));
            let mut arrivals = arrivals.borrow_mut();
            if let Some(sent) = key.and_then(|key| arrivals.sent.get(key)) {
                let delay = now.duration_since(*sent).as_secs_f64();
                arrivals.delays.push(delay);
            }
        }
        buffer.drain(..end);
    }
}
