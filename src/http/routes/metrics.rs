//! Figures for Prometheus, written by hand: few, cheap, no names of people or tables.

use std::fmt::Write as _;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;

use crate::clock;
use crate::http::answers::Answer;
use crate::http::query::{NoQuery, Query};
use crate::http::{AppState, every_answer};

/// Figures in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "operation", operation_id = "readMetrics", security(()),
    responses((status = 200, description = "Figures", body = String, content_type = "text/plain")))]
pub(crate) async fn read(_: Query<NoQuery>, state: Data<AppState>) -> Answer {
    let mut text = String::with_capacity(1_024);
    let uptime_s = clock::monotonic_ms().saturating_sub(state.started_ms) / 1_000;
    metric(&mut text, "tableorder_uptime_seconds", "gauge", "Seconds since the program started.", [("", uptime_s)]);
    let requests = every_answer::count();
    metric(&mut text, "tableorder_answers_total", "counter", "Answers given.", [("", requests)]);
    let stores: Vec<_> =
        state.directory.all().into_iter().map(|store| (store.slug().to_string(), store.health())).collect();
    let per_store = |figure: fn(&crate::store::StoreHealth) -> u64| {
        stores.iter().map(move |(slug, health)| (slug.as_str(), figure(health))).collect::<Vec<_>>()
    };
    metric(
        &mut text,
        "tableorder_streams",
        "gauge",
        "Streams open now.",
        per_store(|health| health.connections as u64),
    );
    let help = "The last event on disk.";
    metric(&mut text, "tableorder_durable_seq", "counter", help, per_store(|health| health.durable_seq.get()));
    let help = "Commands and reads that may still be taken now.";
    metric(&mut text, "tableorder_permits_free", "gauge", help, per_store(|health| health.permits_free as u64));
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, kind)).body(text))
}

/// One metric with a value per store; an empty store name stands for the whole program.
fn metric<'a>(text: &mut String, name: &str, kind: &str, help: &str, values: impl IntoIterator<Item = (&'a str, u64)>) {
    let written = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    let written = values.into_iter().fold(written, |written, (store, value)| {
        written.and(if store.is_empty() {
            writeln!(text, "{name} {value}")
        } else {
            writeln!(text, "{name}{{store=\"{store}\"}} {value}")
        })
    });
    written.expect("writing to a String does not fail");
}
