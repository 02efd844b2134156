//! How the program is: for people, for service managers and for load balancers. No login, no secrets.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock;
use crate::http::answers::{Answer, json_bytes, ok};
use crate::http::query::{NoQuery, Query};
use crate::http::{Alert, AppState, Finding};
use crate::store::{MirrorStatus, TreesStatus, wire};

/// How the program is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthReport {
    /// `ok` or `degraded`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
    /// Seconds since it started.
    uptime_s: u64,
    /// What the owner should know, alerts included.
    notes: Vec<String>,
    /// What somebody must see to now. Staff pages show each in words of their own language.
    alerts: Vec<ToldAlert>,
    /// Streams.
    sse: StreamFigures,
    /// Stores, by name.
    stores: BTreeMap<String, StoreFigures>,
}

/// One alert.
#[derive(Debug, Serialize, ToSchema)]
struct ToldAlert {
    /// What it is about.
    code: Alert,
    /// The store it concerns; null for all of them.
    store: Option<String>,
    /// The cause in plain English, as in `notes`.
    text: String,
}

/// Streams that are open now.
#[derive(Debug, Serialize, ToSchema)]
struct StreamFigures {
    /// In all.
    total_connections: usize,
    /// Stores that have any.
    stores_connected: usize,
    /// Per store.
    connections_by_store: BTreeMap<String, usize>,
}

/// One store.
#[derive(Debug, Serialize, ToSchema)]
struct StoreFigures {
    /// The last event on disk.
    durable_seq: u64,
    /// Commands and reads that may still be taken now.
    permits_free: usize,
    /// How the history view is: `opening`, `rebuilding` or `ready`. Orders never wait for it.
    view: &'static str,
    /// The last event in the history view; it may lag behind `durable_seq` by what nobody asked for yet.
    view_applied_seq: Option<u64>,
    /// The last event in the second copy of the journal; null without one.
    mirrored_seq: Option<u64>,
}

/// What was found, gathered.
#[derive(Default)]
struct Findings {
    notes: Vec<String>,
    alerts: Vec<ToldAlert>,
    degraded: bool,
}

impl Findings {
    fn take(&mut self, store: Option<&str>, finding: Finding) {
        let (text, alert) = match finding {
            Finding::Note(text) => (text, None),
            Finding::Warning(alert, text) => (text, Some(alert)),
            Finding::Degraded(alert, text) => {
                self.degraded = true;
                (text, Some(alert))
            }
        };
        let text = store.map_or_else(|| text.clone(), |store| format!("{store}: {text}"));
        self.alerts.extend(alert.map(|code| ToldAlert { code, store: store.map(str::to_owned), text: text.clone() }));
        self.notes.push(text);
    }
}

fn examine(state: &AppState) -> HealthReport {
    let mut found = Findings::default();
    for finding in state.health_checks.iter().flat_map(|check| check()) {
        found.take(None, finding);
    }
    let mut connections_by_store = BTreeMap::new();
    let mut stores = BTreeMap::new();
    for store in state.directory.all() {
        let (slug, health) = (store.slug().to_string(), store.health());
        for note in health.notes {
            found.take(Some(&slug), Finding::Note(note));
        }
        if let Some(lost) = &health.lost {
            found.take(Some(&slug), Finding::Degraded(Alert::DataLost, lost.to_string()));
        }
        if let Some(why) = health.obstacle {
            found.take(Some(&slug), Finding::Degraded(Alert::ReadOnly, why));
        }
        let (view, view_applied_seq) = match health.trees {
            TreesStatus::Opening => ("opening", None),
            TreesStatus::Rebuilding { applied, .. } => ("rebuilding", Some(applied.get())),
            TreesStatus::Ready => ("ready", Some(health.view_applied.get())),
        };
        let figures = StoreFigures {
            durable_seq: health.durable_seq.get(),
            permits_free: health.permits_free,
            view,
            view_applied_seq,
            mirrored_seq: health.mirror.as_ref().map(|mirror| mirror.mirrored.get()),
        };
        for finding in health.mirror.iter().flat_map(about_mirror) {
            found.take(Some(&slug), finding);
        }
        connections_by_store.insert(slug.clone(), health.connections);
        stores.insert(slug, figures);
    }
    if stores.is_empty() {
        found.notes.push("There is no store yet. Open the set-up link.".to_owned());
    }
    HealthReport {
        status: if found.degraded { "degraded" } else { "ok" },
        version: env!("CARGO_PKG_VERSION"),
        uptime_s: clock::monotonic_ms().saturating_sub(state.started_ms) / 1_000,
        notes: found.notes,
        alerts: found.alerts,
        sse: StreamFigures {
            total_connections: state.slots.total(),
            stores_connected: connections_by_store.values().filter(|count| **count > 0).count(),
            connections_by_store,
        },
        stores,
    }
}

/// What somebody must see to about a mirror, and what it did.
fn about_mirror(mirror: &MirrorStatus) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some((seconds, why)) = &mirror.failing {
        let text = format!("the mirror has failed for {seconds} s: {why}");
        findings.push(Finding::Warning(Alert::MirrorFailed, text));
    }
    if mirror.repaired > 0 {
        let text = format!("{} damaged segments of the journal were repaired from the mirror", mirror.repaired);
        findings.push(Finding::Note(text));
    }
    if mirror.set_aside > 0 {
        let text = format!("{} files of the mirror were not ours and were moved aside in it", mirror.set_aside);
        findings.push(Finding::Note(text));
    }
    findings
}

fn with_status(report: &HealthReport, body: Vec<u8>) -> HttpResponse {
    let status = if report.status == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    json_bytes(status, body)
}

/// How the program is, with figures.
#[utoipa::path(get, path = "/health", tag = "operation", operation_id = "readHealth", security(()),
    responses(
        (status = 200, description = "It works", body = HealthReport),
        (status = 503, description = "It does not do its work", body = HealthReport)))]
pub(crate) async fn report(_: Query<NoQuery>, state: Data<AppState>) -> Answer {
    let report = examine(&state);
    Ok(with_status(&report, wire::to_json(&report)))
}

/// One word of state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusWord {
    /// `live`, `ready` or `not_ready`.
    status: &'static str,
}

/// Whether the process serves.
#[utoipa::path(get, path = "/health/live", tag = "operation", operation_id = "isLive", security(()),
    responses((status = 200, description = "The process serves", body = StatusWord)))]
pub(crate) async fn live(_: Query<NoQuery>) -> Answer {
    Ok(ok(&StatusWord { status: "live" }))
}

/// Whether every store takes orders.
#[utoipa::path(get, path = "/health/ready", tag = "operation", operation_id = "isReady", security(()),
    responses(
        (status = 200, description = "Every store takes orders", body = StatusWord),
        (status = 503, description = "Not yet or not any more", body = StatusWord)))]
pub(crate) async fn ready(_: Query<NoQuery>, state: Data<AppState>) -> Answer {
    let report = examine(&state);
    let word = StatusWord { status: if report.status == "ok" { "ready" } else { "not_ready" } };
    Ok(with_status(&report, wire::to_json(&word)))
}
