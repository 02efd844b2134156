//! Disk faults on order, for the fault bench in `tests/faults/`: every operation of journal and trees is written to a log
//! that survives the process, and a plan says which operation fails or takes long. Only debug builds and tests hold any
//! of this; a release binary has neither the code nor the setting. CONTRIBUTING.md describes both files.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

static FOLLOWED: OnceLock<Faults> = OnceLock::new();

/// The plan and the log of this process.
#[derive(Debug)]
pub struct Faults {
    plan: Plan,
    log: Mutex<Log>,
}

#[derive(Debug)]
struct Log {
    file: File,
    counts: BTreeMap<String, u64>,
    serial: u64,
}

#[derive(Debug, Default)]
struct Plan {
    path: PathBuf,
    failures: Vec<Failure>,
    delays: BTreeMap<String, Duration>,
    hurries: bool,
}

/// `fail <kind> <n> <eio|enospc> <once|on>`: the n-th operation of a kind fails, or with `on` every one from there on
/// as long as the plan's file exists.
#[derive(Debug)]
struct Failure {
    kind: String,
    nth: u64,
    errno: i32,
    once: bool,
}

/// Follows `plan` in a folder, if it is there, and writes `log` beside it, until the process ends (setting
/// `faults.folder`). Operations before this call are not seen.
///
/// # Errors
/// When the log cannot be made or the plan is not understood.
pub fn follow(folder: &Path) -> io::Result<()> {
    let path = folder.join("plan");
    let plan = match std::fs::read_to_string(&path) {
        Ok(text) => Plan::parse(path, &text).ok_or_else(|| io::Error::other(format!("no plan of faults: {text}")))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Plan::default(),
        Err(error) => return Err(error),
    };
    let file = OpenOptions::new().create(true).append(true).open(folder.join("log"))?;
    let log = Mutex::new(Log { file, counts: BTreeMap::new(), serial: 0 });
    FOLLOWED.set(Faults { plan, log }).map_err(|_| io::Error::other("faults are followed already"))
}

/// What this process follows, if anything.
pub fn followed() -> Option<&'static Faults> {
    FOLLOWED.get()
}

/// Asks for an operation that changes no bytes the bench knows of, such as a flush of the trees.
///
/// # Errors
/// What the plan orders.
pub fn meet(kind: &str, path: &Path) -> io::Result<()> {
    followed().map_or(Ok(()), |faults| faults.begin(kind, json!({"path": path}), &[]).map(drop))
}

/// Whether work that waits for a quiet minute, such as compressing segments, is to be done at once, so that faults meet
/// it too.
pub fn hurries() -> bool {
    followed().is_some_and(|faults| faults.plan.hurries)
}

impl Plan {
    fn parse(path: PathBuf, text: &str) -> Option<Self> {
        let mut plan = Self { path, ..Self::default() };
        for line in text.lines() {
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["fail", kind, nth, errno, often] => plan.failures.push(Failure {
                    kind: kind.to_owned(),
                    nth: nth.parse().ok()?,
                    errno: match errno {
                        "eio" => rustix::io::Errno::IO.raw_os_error(),
                        "enospc" => rustix::io::Errno::NOSPC.raw_os_error(),
                        _ => return None,
                    },
                    once: often == "once",
                }),
                ["hurry"] => plan.hurries = true,
                ["delay", kind, ms] => {
                    plan.delays.insert(kind.to_owned(), Duration::from_millis(ms.parse().ok()?));
                }
                [] => {}
                _ => return None,
            }
        }
        Some(plan)
    }

    fn failure(&self, kind: &str, count: u64) -> Option<io::Error> {
        let orders = |failure: &&Failure| {
            let due = if failure.once { count == failure.nth } else { count >= failure.nth };
            failure.kind == kind && due && (failure.once || self.path.exists())
        };
        self.failures.iter().find(orders).map(|failure| io::Error::from_raw_os_error(failure.errno))
    }
}

impl Faults {
    /// Logs an operation that is about to happen, with the bytes it writes; gives its number for [`Faults::done`].
    ///
    /// # Errors
    /// What the plan orders; the operation must then not happen.
    pub fn begin(&self, kind: &str, mut entry: Value, bytes: &[u8]) -> io::Result<u64> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.serial += 1;
        let serial = log.serial;
        let count = log.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        let failure = self.plan.failure(kind, *count);
        entry["op"] = kind.into();
        entry["n"] = serial.into();
        entry["fails"] = failure.is_some().into();
        let is_zero = bytes.iter().all(|byte| *byte == 0);
        entry[if is_zero { "zeros" } else { "bytes" }] = bytes.len().into();
        log.write(&entry, if is_zero { &[] } else { bytes })?;
        drop(log);
        if let Some(delay) = self.plan.delays.get(kind) {
            std::thread::sleep(*delay);
        }
        failure.map_or(Ok(serial), Err)
    }

    /// Logs that the operation came to a good end.
    pub fn done(&self, serial: u64) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever reads the log takes what is missing for not done, which is always possible.
        let _ = log.write(&json!({"op": "done", "n": serial}), &[]);
    }
}

impl Log {
    /// One JSON object on a line, then the bytes: with one write, so that a killed process leaves whole entries.
    fn write(&mut self, entry: &Value, bytes: &[u8]) -> io::Result<()> {
        let mut all = entry.to_string().into_bytes();
        all.push(b'\n');
        all.extend_from_slice(bytes);
        self.file.write_all(&all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(plan: &Plan, kind: &str) -> String {
        (1..=5).map(|count| if plan.failure(kind, count).is_some() { '-' } else { '+' }).collect()
    }

    #[test]
    fn a_plan_fails_the_nth_of_a_kind_once_or_until_it_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plan");
        std::fs::write(&path, "").expect("written");
        let text = "fail sync 2 eio once\nfail write 3 enospc on\ndelay sync 7\nhurry\n";
        let plan = Plan::parse(path.clone(), text).expect("a plan");
        assert_eq!((outcomes(&plan, "sync"), outcomes(&plan, "write")), ("+-+++".to_owned(), "++---".to_owned()));
        assert_eq!(outcomes(&plan, "rename"), "+++++");
        assert_eq!(plan.failure("write", 3).expect("fails").kind(), io::ErrorKind::StorageFull);
        assert_eq!((plan.delays["sync"], plan.hurries), (Duration::from_millis(7), true));
        std::fs::remove_file(path).expect("removed");
        assert_eq!((outcomes(&plan, "sync"), outcomes(&plan, "write")), ("+-+++".to_owned(), "+++++".to_owned()));
        for bad in ["fail sync x eio once", "fail sync 1 eperm on", "break everything"] {
            assert!(Plan::parse(PathBuf::new(), bad).is_none(), "{bad}");
        }
    }
}
