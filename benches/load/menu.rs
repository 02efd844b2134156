//! Menu reads beside actix-web sending the same bytes.

use std::time::{Duration, Instant};

use super::client::{Client, request};
use super::server::Server;
use super::yardstick;

const CONNECTIONS: usize = 64;
const ROUND: Duration = Duration::from_secs(2);

pub async fn run() {
    let server = Server::small_shop();
    let (token, _) = server.table_login(0).await;
    let read = request("GET", "/api/menus", &token, "", "");
    let answer = Client::connect(&server.address).await.send(&read).await;
    let (mut fixed, fixed_address) = yardstick::fixed_bytes_server(answer.body.as_bytes());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..4 {
        theirs.push(rate(&fixed_address, &read).await);
        ours.push(rate(&server.address, &read).await);
    }
    let _ = fixed.kill();
    let _ = fixed.wait();
    ours.sort_by(f64::total_cmp);
    theirs.sort_by(f64::total_cmp);
    let (ours, theirs) = (super::quantile(&ours, 0.5), super::quantile(&theirs, 0.5));
    println!("menu reads, {} bytes, {CONNECTIONS} connections (median of 4 alternating rounds)", answer.body.len());
    println!("  ours {ours:.0}/s, actix-web sending the same fixed bytes {theirs:.0}/s, ratio {:.2}", ours / theirs);
}

async fn rate(address: &str, read: &[u8]) -> f64 {
    let local = tokio::task::LocalSet::new();
    let begin = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (address, read) = (address.to_owned(), read.to_vec());
            local.spawn_local(async move {
                let mut connection = Client::connect(&address).await;
                let mut count = 0_u32;
                while begin.elapsed() < ROUND {
                    assert_eq!(connection.send_fast(&read).await, 200);
                    count += 1;
                }
                count
            })
        })
        .collect();
    let total = local
        .run_until(async move {
            let mut total = 0;
            for task in tasks {
                total += task.await.expect("a client ends");
            }
            total
        })
        .await;
    f64::from(total) / begin.elapsed().as_secs_f64()
}
