//! Free disk space as a finding for health.

use std::sync::Arc;

use crate::http::{Alert, Finding, HealthCheck};
use crate::ops::disk_guard::{DiskGuard, DiskSpace};

/// A check that tells what the guard found last.
pub(super) fn check(guard: Arc<DiskGuard>) -> HealthCheck {
    Box::new(move || match guard.found() {
        DiskSpace::Enough => Vec::new(),
        DiskSpace::Low(free) => {
            vec![Finding::Warning(Alert::DiskLow, format!("only {} MiB of disk space are free", free >> 20))]
        }
        DiskSpace::Full(free) => {
            let text =
                format!("only {} MiB of disk space are free: new orders are refused until some is freed", free >> 20);
            vec![Finding::Degraded(Alert::DiskFull, text)]
        }
        DiskSpace::Unknown => vec![Finding::Note("free disk space cannot be read".to_owned())],
    })
}
