//! The HTTP server below the app: how connections are taken, tuned and timed, and how many there may be.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_server::Server;
use actix_service::{ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;
use actix_web::web;

use super::connection::Connection;
use crate::http::{self, AppState};

/// A connection's first head must arrive within this time.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// A connection without requests is kept this long.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// A connection on which nothing is sent for this long is ended; longer than it is kept without requests, and longer than
/// the longest time between two pings of a stream.
const PATIENCE: Duration = Duration::from_secs(80);
/// A client that was refused in the middle of its body has this long to read why.
const DISCONNECT_DEADLINE: Duration = Duration::from_secs(1);
/// What still runs when the program stops has this long, in seconds.
const SHUTDOWN_SECONDS: u64 = 1;
/// Threads that serve requests, at most: each holds routes, buffers and verified tokens of its own, and a shop PC with
/// more cores has no use for more.
const WORKERS_MAX: usize = 4;
/// Connections of one worker: streams in all, and as many again for requests.
const CONNECTIONS_MAX: usize = 24_000;
/// Bytes the kernel may hold for one reader, so that a stalled one is noticed early.
const SEND_BUFFER_BYTES: usize = 32 * 1024;
/// Bytes of a stream gathered before they are sent; small, so that no connection keeps a large buffer.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;
/// A peer that acknowledges nothing for this long is gone.
const PEER_TIMEOUT: Duration = Duration::from_secs(20);

/// Serves the app on a socket that listens already.
///
/// # Errors
/// When the socket cannot be used.
pub(super) fn run(state: web::Data<AppState>, listener: TcpListener) -> io::Result<Server> {
    let address = listener.local_addr()?;
    let builder = Server::build()
        .workers(std::thread::available_parallelism().map_or(2, |cores| cores.get().min(WORKERS_MAX)))
        .max_concurrent_connections(CONNECTIONS_MAX)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let connections = move || {
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .client_request_timeout(HEAD_DEADLINE)
            .client_disconnect_timeout(DISCONNECT_DEADLINE)
            .keep_alive(KEEP_ALIVE)
            // A page that goes away gives its streams back at once, not when the second ping finds nobody.
            .h1_allow_half_closed(false)
            .h1_write_buffer_size(WRITE_BUFFER_BYTES)
            .local_addr(address)
            .h1(map_config(http::app(&state), |()| AppConfig::default()));
        fn_service(|stream: TcpStream| async move {
            tune(&stream);
            let peer = stream.peer_addr().ok();
            Ok::<_, DispatchError>((Connection::new(stream, PATIENCE), peer))
        })
        .and_then(http)
    };
    Ok(builder.listen("http", listener, connections)?.run())
}

fn tune(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    let tuned = socket
        .set_send_buffer_size(SEND_BUFFER_BYTES)
        .and_then(|()| socket.set_tcp_user_timeout(Some(PEER_TIMEOUT)))
        .and_then(|()| socket.set_tcp_nodelay(true));
    if let Err(error) = tuned {
        tracing::debug!(%error, "a connection keeps its default buffers");
    }
}
