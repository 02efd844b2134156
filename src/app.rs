//! The running program: opens the stores of a data folder, listens, and stops in order. The only wiring of all parts.

mod addresses;
mod backups;
mod connection;
mod disk_space;
mod server;
mod service_manager;
mod setup;
mod signals;
mod watchdog;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_server::{Server, ServerHandle};
use actix_web::web;

use crate::cli::{Failure, Start};
use crate::config::{HousekeepingSettings, Settings};
use crate::http::{self, AppState, HttpSettings, StreamLimits, TokenKeys};
use crate::journal::JournalError;
use crate::ops::data_folder::{DataFolder, Purpose};
use crate::ops::demo::{self, DemoAccess};
use crate::ops::disk_guard::DiskGuard;
use crate::store::{Housekeeping, OpenStoreError, OrderGate, StoreDirectory, StoreSettings, StreamSettings};
use signals::StopSignals;
use watchdog::Watchdog;

/// Everything about stopping is done within this time; the service manager would kill the program later.
const STOP_DEADLINE: Duration = Duration::from_millis(4_500);

/// The program, listening.
pub struct Application {
    server: Server,
    listening: SocketAddr,
    directory: Arc<StoreDirectory>,
    stop_signals: StopSignals,
}

/// Serves until the process is told to stop.
///
/// # Errors
/// [`Failure`] with the exit code when it cannot start.
pub fn serve_until_stopped(start: Start) -> Result<(), Failure> {
    let system = actix_web::rt::System::new();
    system.block_on(async move {
        let mut start = start;
        let application = Application::build(&mut start)?;
        if start.purpose == Purpose::Demo {
            let access = open_demo(&start.folder, &application.directory).await?;
            start.say_demo(application.listening, &access);
        } else {
            start.say_serving(application.listening, !application.directory.all().is_empty());
        }
        start.log_notes();
        service_manager::ready();
        application.run_until_stopped().await;
        start.folder.remove_address();
        Ok(())
    })
}

/// Opens the demo's store; a first start builds it.
async fn open_demo(folder: &DataFolder, directory: &StoreDirectory) -> Result<DemoAccess, Failure> {
    let complete = folder.demo_is_complete();
    let store = demo::open(directory, complete, http::hash_password)
        .await
        .map_err(|error| Failure::failed(format!("the demo cannot be built: {error}")))?;
    if !complete {
        folder.remember_demo_complete()?;
    }
    Ok(demo::access_of(store.access().tables.values().map(|table| table.number.get())))
}

impl Application {
    /// Opens the stores and binds the port. Must run inside an actix system.
    ///
    /// # Errors
    /// [`Failure`]: the port is taken, a store cannot be opened, the secret cannot be read or written.
    pub fn build(start: &mut Start) -> Result<Self, Failure> {
        let stop_signals = StopSignals::watch().map_err(|error| Failure::failed(error.to_string()))?;
        let settings = &start.settings;
        let address = SocketAddr::new(settings.server.bind, settings.server.port);
        let listener = listen(address)?;
        let listening = listener.local_addr().map_err(|error| Failure::failed(error.to_string()))?;
        let orders = OrderGate::default();
        let disk_guard = Arc::new(DiskGuard::new(start.folder.path(), start.settings.disk, orders.clone()));
        disk_guard.watch().map_err(|error| Failure::failed(error.to_string()))?;
        let secret = start.folder.secret_key()?;
        let directory = StoreDirectory::open(&start.folder.stores(), store_settings(start, orders))
            .map_err(|error| store_failure(&error))?;
        let directory = Arc::new(directory);
        let watchdog = Watchdog::default();
        let mut checks = vec![disk_space::check(disk_guard), watchdog.check()];
        if start.purpose == Purpose::Shop {
            let automatic = backups::begin(start).map_err(|error| Failure::failed(error.to_string()))?;
            checks.push(backups::check(automatic));
        }
        let state = web::Data::new(AppState::new(
            Arc::clone(&directory),
            http_settings(&start.settings),
            TokenKeys::new(&secret),
            Box::new(setup::Codes::new(start.setup_codes())),
            Box::new(addresses::Addresses::new(listening)),
            checks,
        ));
        actix_web::rt::spawn(watchdog.watch(Arc::clone(&directory)));
        let HousekeepingSettings { hour, view_factor } = start.settings.housekeeping;
        actix_web::rt::spawn(Housekeeping { hour, view_factor }.keep(Arc::clone(&directory)));
        let server = server::run(state, listener).map_err(|error| Failure::failed(error.to_string()))?;
        Ok(Self { server, listening, directory, stop_signals })
    }

    /// Where it listens.
    pub const fn listening(&self) -> SocketAddr {
        self.listening
    }

    /// Serves until SIGTERM or SIGINT, then stops in order: nothing new, what runs is finished, streams end with a hint
    /// when to come back, checkpoints are written.
    pub async fn run_until_stopped(self) {
        let Self { server, directory, stop_signals, .. } = self;
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            stop_signals.told_to_stop().await;
            tracing::info!("stopping");
            service_manager::stopping();
            if actix_web::rt::time::timeout(STOP_DEADLINE, stop(&directory, &handle)).await.is_err() {
                tracing::warn!("stopping took too long; the rest is done at the next start");
                std::process::exit(0);
            }
        });
        if let Err(error) = server.await {
            tracing::error!(%error, "the server ended");
        }
    }
}

/// A journal of a newer program has an exit code of its own, so that nobody takes it for a broken disk.
fn store_failure(error: &OpenStoreError) -> Failure {
    match error {
        OpenStoreError::Journal { source: JournalError::NewerFormat { .. }, .. } => Failure::damaged(error.to_string()),
        _ => Failure::failed(error.to_string()),
    }
}

async fn stop(directory: &StoreDirectory, server: &ServerHandle) {
    directory.stop().await;
    server.stop(true).await;
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    use socket2::{Domain, Protocol, Socket, Type};
    let bind = || {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(4_096)?;
        Ok(TcpListener::from(socket))
    };
    bind().map_err(|error: std::io::Error| {
        Failure::failed(format!(
            "cannot listen on {address}: {error}. Is tableorder running already? Another port can be given with --port."
        ))
    })
}

fn store_settings(start: &Start, orders: OrderGate) -> StoreSettings {
    let settings = &start.settings;
    StoreSettings {
        segment_bytes: settings.segment_mib << 20,
        mirror: settings.mirror_folder.clone(),
        stream: StreamSettings {
            ping: Duration::from_secs(settings.stream.ping_seconds.into()),
            life: Duration::from_secs(settings.stream.life_seconds.into()),
            retry_ms: settings.stream.retry_ms.into(),
        },
        uploads: start.folder.path().join("uploads"),
        orders,
    }
}

fn http_settings(settings: &Settings) -> HttpSettings {
    HttpSettings {
        hosts: settings.server.hosts.clone(),
        table_requests_per_minute: settings.limits.table_requests_per_minute,
        staff_requests_per_minute: settings.limits.staff_requests_per_minute,
        streams: StreamLimits {
            per_table: settings.limits.table_streams as usize,
            per_staff_login: settings.limits.staff_streams as usize,
            total: settings.limits.streams_total as usize,
        },
        currency: settings.store.currency.clone(),
        time_zone: settings.store.time_zone.clone(),
        day_cutoff_hour: settings.store.day_cutoff_hour,
        guest_page: settings.guest_page,
    }
}
