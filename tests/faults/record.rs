//! The bench's own record: every answer on a line of its own, synced before the client goes on. It is what a failure is
//! proved with, and lies where no fault reaches it.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// What the program answered for good: it must hold for ever.
#[derive(Debug, Clone)]
pub enum Told {
    /// An order, as its guest was answered first.
    Order { key: String, order: Value },
    /// An order, as staff were answered after changing its status.
    Changed { order: Value },
    /// An order that staff deleted.
    Deleted { order_id: u64 },
    /// A session of a party that staff seated.
    Seated { session: Value },
    /// A session that staff finished.
    Finished { session: Value },
}

pub struct Record {
    pub path: PathBuf,
    file: Mutex<File>,
    told: Mutex<Vec<Told>>,
    acknowledged: AtomicUsize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Record {
    pub fn begin(path: &Path) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(path).expect("the record opens");
        Self {
            path: path.to_owned(),
            file: Mutex::new(file),
            told: Mutex::default(),
            acknowledged: AtomicUsize::new(0),
        }
    }

    /// Writes an answer down and syncs it.
    pub fn write(&self, who: &str, told: Told) {
        let entry = match &told {
            Told::Order { key, order } => json!({"who": who, "key": key, "ordered": order}),
            Told::Changed { order } => json!({"who": who, "changed": order}),
            Told::Deleted { order_id } => json!({"who": who, "deleted": order_id}),
            Told::Seated { session } => json!({"who": who, "seated": session}),
            Told::Finished { session } => json!({"who": who, "finished": session}),
        };
        let mut file = lock(&self.file);
        file.write_all(format!("{entry}\n").as_bytes()).expect("the record is written");
        file.sync_data().expect("the record is synced");
        drop(file);
        if matches!(told, Told::Order { .. }) {
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
        }
        lock(&self.told).push(told);
    }

    /// Orders that were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// What was told since this was last asked.
    pub fn take(&self) -> Vec<Told> {
        std::mem::take(&mut lock(&self.told))
    }
}
