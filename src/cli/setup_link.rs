//! `setup-link`: a fresh one-time link from a process of its own, beside a running `serve` or without one.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;

use super::{Failure, say};
use crate::clock;
use crate::config::Settings;
use crate::ops::announce;
use crate::ops::data_folder::DataFolderVisit;
use crate::ops::setup_codes::{CodeScope, SetupCodes};

pub(super) fn run(settings: &Settings, new_store: bool, json: bool) -> Result<(), Failure> {
    let visit = DataFolderVisit::begin(&settings.data_dir)?;
    let codes = SetupCodes::new(visit.setup()?);
    let scope = if new_store { CodeScope::FurtherStore } else { CodeScope::FirstStore };
    let issued = codes.issue(scope, clock::now()).map_err(|error| Failure::failed(error.to_string()))?;
    let running = visit.address().as_deref().and_then(listening_at);
    if running.is_none() {
        let folder = visit.path().display();
        let _ = writeln!(
            std::io::stderr(),
            "tableorder: nothing serves this folder now; the link works once `tableorder serve --data-dir {folder}` runs"
        );
    }
    let listening = running.unwrap_or_else(|| SocketAddr::new(settings.server.bind, settings.server.port));
    let base_urls = announce::base_urls(listening, &announce::lan_addresses());
    let base_url = base_urls.first().map_or_else(|| announce::loopback_url(listening), Clone::clone);
    say(&if json {
        let url = announce::setup_url(&base_url, &issued.code);
        let expires_at = clock::rfc3339(issued.expires_at);
        format!("{}\n", serde_json::json!({ "url": url, "code": issued.code, "expires_at": expires_at }))
    } else {
        announce::setup_text(&base_url, &issued, visit.path(), std::io::stdout().is_terminal())
    });
    Ok(())
}

fn listening_at(address: &str) -> Option<SocketAddr> {
    address.strip_prefix("http://")?.parse().ok()
}
