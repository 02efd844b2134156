//! Automatic backups of a shop's data folder, on a thread that stands back, and what health says about them.

use std::sync::Arc;
use std::time::Duration;

use crate::cli::Start;
use crate::clock::{self, Calendar};
use crate::http::{Alert, Finding, HealthCheck};
use crate::ops::backup::Automatic;
use crate::ops::disk_guard;
use crate::priority;

/// Between two looks at the clock.
const PAUSE: Duration = Duration::from_secs(1);

/// Begins them; the thread ends with the process.
///
/// # Errors
/// When the thread cannot be started.
pub(super) fn begin(start: &Start) -> std::io::Result<Arc<Automatic>> {
    let settings = &start.settings;
    let data = start.folder.path().to_owned();
    let keep_free = disk_guard::refuse_bytes(&data, settings.disk);
    let calendar = Calendar::new(&settings.store.time_zone, settings.store.day_cutoff_hour).unwrap_or_default();
    let (file, second) = (start.settings_file.clone(), settings.backup_folder.clone());
    let automatic = Arc::new(Automatic::new(data, file, second, calendar, keep_free, clock::now()));
    let running = Arc::clone(&automatic);
    let run = move || {
        priority::stand_back();
        loop {
            std::thread::sleep(PAUSE);
            if running.is_due(clock::now(), clock::monotonic_ms()) {
                running.run();
            }
        }
    };
    std::thread::Builder::new().name("backup".to_owned()).spawn(run)?;
    Ok(automatic)
}

/// A check that tells when the newest good backup was made, and what somebody must see to.
pub(super) fn check(automatic: Arc<Automatic>) -> HealthCheck {
    Box::new(move || {
        let told = automatic.told(clock::now());
        let newest =
            told.newest_good.map(|at| Finding::Note(format!("the newest backup was made at {}", clock::rfc3339(at))));
        let problems = told.problems.into_iter().map(|problem| Finding::Warning(Alert::BackupFailed, problem));
        let damage = told.damage.map(|damage| Finding::Warning(Alert::RecordsDamaged, damage));
        newest.into_iter().chain(problems).chain(damage).collect()
    })
}
