//! Free disk space as a finding for health.

use std::path::Path;

use crate::config::DiskSettings;
use crate::http::{Alert, Finding, HealthCheck};

/// Each limit is at most this part of the file system.
const FILE_SYSTEM_PARTS: u64 = 20;

/// A check of the file system that a folder is on.
pub(super) fn check(folder: &Path, limits: DiskSettings) -> HealthCheck {
    let folder = folder.to_owned();
    Box::new(move || {
        let Ok(numbers) = rustix::fs::statvfs(&folder) else {
            return vec![Finding::Note("free disk space cannot be read".to_owned())];
        };
        let free = numbers.f_bavail.saturating_mul(numbers.f_frsize);
        let part = numbers.f_blocks.saturating_mul(numbers.f_frsize) / FILE_SYSTEM_PARTS;
        let free_mib = free >> 20;
        if free < part.min(limits.refuse_mib << 20) {
            let text = format!("only {free_mib} MiB of disk space are free: free some now");
            vec![Finding::Degraded(Alert::DiskFull, text)]
        } else if free < part.min(limits.warn_mib << 20) {
            vec![Finding::Warning(Alert::DiskLow, format!("only {free_mib} MiB of disk space are free"))]
        } else {
            Vec::new()
        }
    })
}
