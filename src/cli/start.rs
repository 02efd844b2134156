//! What `serve` and `demo` begin with: settings, a locked data folder, logging; and what they say once they listen.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Failure, say};
use crate::clock;
use crate::config::{self, Loaded, Settings};
use crate::ops::announce;
use crate::ops::data_folder::{DataFolder, Purpose};
use crate::ops::demo::DemoAccess;
use crate::ops::logging::{self, Destination, Logging};
use crate::ops::setup_codes::{CodeScope, SetupCodes};

/// Everything that serving needs from the command line. The data folder stays locked until this is dropped.
#[derive(Debug)]
pub struct Start {
    /// What counts.
    pub settings: Settings,
    /// The locked data folder, with its layout complete.
    pub folder: DataFolder,
    /// Shop or demo.
    pub purpose: Purpose,
    /// The settings file that was read, if there is one.
    pub settings_file: Option<PathBuf>,
    json: bool,
    in_journald: bool,
    _logging: Option<Logging>,
}

#[derive(Serialize)]
struct DemoLine<'a> {
    base_url: &'a str,
    #[serde(flatten)]
    access: &'a DemoAccess,
}

impl Start {
    /// Locks the data folder and begins logging.
    pub(super) fn prepare(loaded: Loaded, folder: &Path, purpose: Purpose, json: bool) -> Result<Self, Failure> {
        let Loaded { settings, file: settings_file, .. } = loaded;
        if let Some(file) = &settings.clock_offset_file {
            clock::follow_offset_file(file.clone()).map_err(|error| Failure::failed(error.to_string()))?;
        }
        #[cfg(debug_assertions)]
        if let Some(folder) = &settings.faults_folder {
            crate::faults::follow(folder).map_err(|error| Failure::failed(error.to_string()))?;
        }
        let folder = DataFolder::open(folder, purpose)?;
        let destination = Destination::of_process(config::journal_stream().as_deref());
        let logs = settings.log.folder.clone().unwrap_or_else(|| folder.logs());
        let logging = match logging::start(&settings.log.level, destination, &logs) {
            Ok(logging) => Some(logging),
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "tableorder: no log in {}: {error}", logs.display());
                None
            }
        };
        tracing::info!(version = env!("CARGO_PKG_VERSION"), folder = %folder.path().display(), ?purpose, "starting");
        let in_journald = destination == Destination::Stderr && !std::io::stderr().is_terminal();
        Ok(Self { settings, folder, purpose, settings_file, json, in_journald, _logging: logging })
    }

    /// Logs what had to be put right in the data folder. Called when everything of it was opened.
    pub fn log_notes(&self) {
        for note in &self.folder.notes {
            tracing::warn!("{note}");
        }
    }

    /// The data folder's setup codes.
    #[must_use]
    pub fn setup_codes(&self) -> SetupCodes {
        SetupCodes::new(self.folder.setup())
    }

    /// Says that the shop is served: the first line on stdout, the pages' addresses, and a setup link if there is no
    /// store yet. Where stdout is a log, the link itself is kept out of it.
    pub fn say_serving(&self, listening: SocketAddr, store_exists: bool) {
        self.write_address(listening);
        let base_urls = announce::base_urls(listening, &announce::lan_addresses());
        say(&format!("listening on http://{listening}\n{}", announce::addresses_text(&base_urls)));
        if store_exists {
            return self.remember_owner();
        }
        if self.in_journald {
            return say(&announce::setup_hint(self.folder.path()));
        }
        let base_url = base_urls.first().map_or_else(|| announce::loopback_url(listening), Clone::clone);
        match self.setup_codes().issue(CodeScope::FirstStore, clock::now()) {
            Ok(issued) => say(&announce::setup_text(&base_url, &issued, self.folder.path(), terminal())),
            Err(error) => {
                tracing::warn!(%error, "no setup link");
                say(&announce::setup_hint(self.folder.path()));
            }
        }
    }

    /// Says that the demo is served, as text or as one JSON line.
    pub fn say_demo(&self, listening: SocketAddr, access: &DemoAccess) {
        self.write_address(listening);
        self.remember_owner();
        let local = announce::loopback_url(listening);
        if self.json {
            let line = DemoLine { base_url: &local, access };
            return say(&format!("{}\n", serde_json::json!(line)));
        }
        let base_urls = announce::base_urls(listening, &announce::lan_addresses());
        let qr = base_urls.first().map(|base_url| announce::qr_for_terminal(&format!("{base_url}/"), terminal()));
        let DemoAccess { store, username, password, tables } = access;
        let numbers = tables.first().zip(tables.last());
        let numbers = numbers.map_or_else(String::new, |(first, last)| format!("{} to {}", first.number, last.number));
        let table_password = tables.first().map_or("", |table| &table.password);
        say(&format!(
            "listening on http://{listening}\n{}  API      {local}/api/openapi.json\n\nDemo restaurant, store \"{store}\":\n  \
             staff    user {username}, password {password}\n  tablets  table {numbers}, password {table_password}\n\n{}",
            announce::addresses_text(&base_urls),
            qr.unwrap_or_default(),
        ));
    }

    fn remember_owner(&self) {
        if let Err(error) = self.setup_codes().remember_owner() {
            tracing::warn!(%error, "cannot write down that there is an owner");
        }
    }

    fn write_address(&self, listening: SocketAddr) {
        if let Err(error) = self.folder.write_address(&format!("http://{listening}")) {
            tracing::warn!(%error, "setup-link will not know the address");
        }
    }
}

fn terminal() -> bool {
    std::io::stdout().is_terminal()
}
