//! Notices a store that answers no more, as when its disk hangs: says so in health, and ends the program after a while,
//! so that the service manager starts it again. While every store answers, the service manager is told.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::rt::time::{sleep, timeout};

use super::service_manager;
use crate::http::{Alert, Finding, HealthCheck};
use crate::store::StoreDirectory;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(5);
/// A store that gives no answer for this long is told in health.
const SILENT: Duration = Duration::from_secs(10);
/// After this much longer the program ends. Orders that wait had their 503 by then; an answer that was given stays true.
const GIVE_UP: Duration = Duration::from_secs(20);

/// Stores that answer nothing now.
#[derive(Clone, Default)]
pub(super) struct Watchdog {
    silent: Arc<Mutex<BTreeSet<String>>>,
}

impl Watchdog {
    /// What it found, for health.
    pub(super) fn check(&self) -> HealthCheck {
        let silent = Arc::clone(&self.silent);
        Box::new(move || {
            let silent = silent.lock().unwrap_or_else(PoisonError::into_inner);
            let finding = |slug| {
                let text = format!("{slug}: nothing can be written; the disk may hang");
                Finding::Degraded(Alert::WriterStuck, text)
            };
            silent.iter().map(finding).collect()
        })
    }

    /// Watches for as long as the program runs.
    pub(super) async fn watch(self, directory: Arc<StoreDirectory>) {
        loop {
            for store in directory.all() {
                if !self.answers(store.slug().as_str(), store.answers()).await {
                    tracing::error!(store = %store.slug(), "no order can be written; the program ends so that it is started again");
                    std::process::exit(1);
                }
            }
            service_manager::alive();
            sleep(PAUSE).await;
        }
    }

    /// Whether an answer comes before all patience is over.
    async fn answers(&self, slug: &str, answer: impl Future<Output = ()>) -> bool {
        let mut answer = pin!(answer);
        if timeout(SILENT, &mut answer).await.is_ok() {
            return true;
        }
        tracing::warn!(store = slug, "no order can be written at present");
        self.note(|silent| silent.insert(slug.to_owned()));
        let answered = timeout(GIVE_UP, &mut answer).await.is_ok();
        if answered {
            self.note(|silent| silent.remove(slug));
            tracing::info!(store = slug, "orders are written again");
        }
        answered
    }

    fn note(&self, change: impl FnOnce(&mut BTreeSet<String>) -> bool) {
        change(&mut self.silent.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(check: &HealthCheck) -> usize {
        check()
            .iter()
            .filter(|finding| matches!(finding, Finding::Degraded(_, why) if why.starts_with("shop: ")))
            .count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_answers_late_is_told_until_it_answers() {
        let watchdog = Watchdog::default();
        let check = watchdog.check();
        let looking = watchdog.answers("shop", sleep(SILENT + GIVE_UP / 2));
        let seeing = async {
            sleep(SILENT / 2).await;
            let early = told(&check);
            sleep(SILENT).await;
            (early, told(&check))
        };
        assert_eq!(tokio::join!(looking, seeing), (true, (0, 1)));
        assert_eq!(told(&check), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_never_answers_is_given_up() {
        let watchdog = Watchdog::default();
        assert!(!watchdog.answers("shop", std::future::pending()).await);
        assert_eq!(told(&watchdog.check()), 1);
    }
}
