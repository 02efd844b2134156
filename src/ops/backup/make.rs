//! Makes one backup: copies what counts at this moment into an archive under a temporary name, syncs it, reads it back in
//! full, and only then gives it its name.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::archive::{ArchiveWriter, FORMAT, Kind, NEEDS, OPENING, Opening, SETTINGS, is_upload_name};
use super::error::{ArchiveError, BackupError};
use super::name::{self, BackupName, UNFINISHED};
use super::retention;
use super::walk::{self, Depth};
use crate::clock;
use crate::domain::text::StoreSlug;
use crate::domain::time::Timestamp;
use crate::journal::{CopyEnd, JournalCopy, LostRange};
use crate::ops::data_folder::{DataFolderVisit, Purpose};
use crate::ops::disk_guard::free_bytes;
use crate::ops::durable_file::{self, FILE_MODE};

/// Held by the one process that makes a backup of a data folder.
const LOCK_FILE: &str = "lock";
/// A backup's name may be so far ahead of the clock.
const STAMP_AHEAD_MS: i64 = 60_000;
/// Longest settings file that is taken along.
const SETTINGS_BYTES_MAX: u64 = 1 << 20;

/// Where a backup goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Among the data folder's own, older ones of which are pruned.
    Own,
    /// A file, or into a folder that is there. Nothing is ever pruned there.
    Named(PathBuf),
}

/// What to back up, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The data folder, absolute.
    pub data: PathBuf,
    /// A shop's or a demo's.
    pub purpose: Purpose,
    /// Its stores.
    pub stores: Vec<StoreSlug>,
    /// The settings file that counts, if there is one.
    pub settings_file: Option<PathBuf>,
    /// What for.
    pub kind: Kind,
    /// Where to.
    pub target: Target,
    /// Bytes of the file system that must stay free; orders need them.
    pub keep_free: u64,
}

/// A backup that was made and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// The archive.
    pub file: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// When it was begun; everything acknowledged by then is in it.
    pub made_at: String,
    /// The same in milliseconds since 1970.
    #[serde(skip)]
    pub made_at_ms: i64,
    /// What is in it.
    pub stores: Vec<MadeStore>,
    /// Older backups that were pruned.
    pub pruned: Vec<PathBuf>,
}

/// One store of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MadeStore {
    /// The store.
    pub store: StoreSlug,
    /// Where its journal ended.
    pub last_seq: u64,
    /// Acknowledged events that the journal does not give back any more and that are therefore not in it.
    pub missing: Vec<LostRange>,
}

impl Plan {
    /// A backup of a data folder, made by another process than the one that serves it, or beside it in the same one.
    #[must_use]
    pub fn of(visit: &DataFolderVisit, kind: Kind) -> Self {
        Self {
            data: visit.path().to_owned(),
            purpose: visit.purpose.unwrap_or(Purpose::Shop),
            stores: visit.stores(),
            settings_file: None,
            kind,
            target: Target::Own,
            keep_free: 0,
        }
    }
}

/// Makes a backup.
///
/// # Errors
/// [`BackupError`]; nothing that was there before is gone, except older backups that had to make room.
pub fn make(plan: &Plan) -> Result<Made, BackupError> {
    let own = super::folder(&plan.data);
    let _lock = lock(&own, &plan.data)?;
    let copies = begin(plan)?;
    let made_at = clock::now();
    let slugs: Vec<_> = copies.iter().map(|(slug, _)| slug.clone()).collect();
    let file = place(plan, &own, &slugs, made_at)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for left_behind in name::unfinished(&own) {
        let _ = std::fs::remove_file(left_behind);
    }
    let mut pruned = make_room(plan, &own, folder)?;
    let unfinished = with_ending(&file, UNFINISHED);
    let finished = write(plan, copies, made_at, &unfinished)
        .and_then(|stores| verify(&unfinished).map(|()| stores))
        .and_then(|stores| put_in_place(&unfinished, &file, folder).map(|()| stores));
    let stores = match finished {
        Ok(stores) => stores,
        Err(error) => {
            let _ = std::fs::remove_file(&unfinished);
            return Err(error);
        }
    };
    if plan.target == Target::Own {
        pruned.extend(prune(folder, &file));
    }
    let bytes = std::fs::metadata(&file).map(|metadata| metadata.len()).map_err(BackupError::io("read", &file))?;
    Ok(Made { file, bytes, made_at: clock::rfc3339(made_at).to_string(), made_at_ms: made_at.as_ms(), stores, pruned })
}

/// Removes what is not kept in a folder of backups, but never the one that was `made` just now, whatever the clock says;
/// what cannot be removed stays for the next time.
pub(super) fn prune(folder: &Path, made: &Path) -> Vec<PathBuf> {
    let gone = retention::superfluous(&name::list(folder));
    let files = gone.iter().map(|name| folder.join(name.to_string()));
    files.filter(|file| file != made && std::fs::remove_file(file).is_ok()).collect()
}

/// Only one process at a time makes backups of a data folder. Where no lock can be made, the file system is read-only or
/// full, and then nobody else can write there either.
fn lock(own: &Path, data: &Path) -> Result<Option<File>, BackupError> {
    let path = own.join(LOCK_FILE);
    let open = OpenOptions::new().write(true).create(true).truncate(false).mode(FILE_MODE).open(&path);
    let Ok(file) = open else { return Ok(None) };
    durable_file::give_to_owner_of_folder(&path);
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(BackupError::UnderWay(data.to_owned())),
        _ => Ok(Some(file)),
    }
}

fn begin(plan: &Plan) -> Result<Vec<(StoreSlug, JournalCopy)>, BackupError> {
    let mut copies = Vec::new();
    for slug in &plan.stores {
        let journal = plan.data.join("stores").join(slug.as_str()).join("journal");
        copies.extend(JournalCopy::begin(&journal, slug)?.map(|copy| (slug.clone(), copy)));
    }
    if copies.is_empty() { Err(BackupError::Nothing(plan.data.clone())) } else { Ok(copies) }
}

/// Where the archive goes; a name that is not taken.
fn place(plan: &Plan, own: &Path, slugs: &[StoreSlug], made_at: Timestamp) -> Result<PathBuf, BackupError> {
    let folder = match &plan.target {
        Target::Own => own,
        Target::Named(path) if path.is_dir() => path,
        Target::Named(path) if path.exists() => return Err(BackupError::Exists(path.clone())),
        Target::Named(path) => return Ok(path.clone()),
    };
    let of = if let [slug] = slugs { slug.to_string() } else { "all".to_owned() };
    // Two of one second still sort as they were made; a clock that was set back further does not matter.
    let newest = name::list(folder).pop().map(|name| name.stamp);
    let soon = clock::local_stamp(made_at.plus_ms(STAMP_AHEAD_MS));
    let newest = newest.filter(|newest| *newest <= soon);
    let mut at = made_at;
    loop {
        let name = BackupName {
            of: of.clone(),
            stamp: clock::local_stamp(at),
            before_upgrade: plan.kind == Kind::BeforeUpgrade,
        };
        let file = folder.join(name.to_string());
        if !file.exists() && Some(&name.stamp) > newest.as_ref() {
            return Ok(file);
        }
        at = at.plus_ms(1_000);
    }
}

/// Makes sure that the archive fits and orders keep their space; older daily backups go for it, oldest first, as many as
/// it takes and none if all of them would not be enough.
fn make_room(plan: &Plan, own: &Path, folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let needed = estimate(plan, own);
    let Some(free) = free_bytes(folder) else { return Ok(Vec::new()) };
    let mut short = needed.saturating_add(plan.keep_free).saturating_sub(free);
    let names = name::list(own);
    let older = names.split_last().map_or(&[][..], |(_, older)| older);
    let mut to_go = Vec::new();
    for name in older.iter().filter(|name| plan.target == Target::Own && !name.before_upgrade) {
        if short == 0 {
            break;
        }
        let file = own.join(name.to_string());
        short = short.saturating_sub(std::fs::metadata(&file).map_or(0, |metadata| metadata.len()));
        to_go.push(file);
    }
    if short > 0 {
        return Err(BackupError::NoRoom {
            folder: folder.to_owned(),
            needed_mib: needed.div_ceil(1 << 20),
            free_mib: free >> 20,
            kept_mib: plan.keep_free >> 20,
        });
    }
    to_go.retain(|file| std::fs::remove_file(file).is_ok());
    for file in &to_go {
        tracing::warn!(file = %file.display(), "an older backup made room for a new one");
    }
    Ok(to_go)
}

/// About how large the archive gets: a little more than the last one, or a third of plain text for a first one.
fn estimate(plan: &Plan, own: &Path) -> u64 {
    let size = |file: PathBuf| std::fs::metadata(file).map(|metadata| metadata.len()).ok();
    let last = name::list(own).last().and_then(|name| size(own.join(name.to_string())));
    if let Some(last) = last {
        return last + last / 8 + (1 << 20);
    }
    let folders = plan.stores.iter().flat_map(|slug| {
        [plan.data.join("stores").join(slug.as_str()).join("journal"), plan.data.join("uploads").join(slug.as_str())]
    });
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
    let bytes: u64 = files
        .filter_map(|file| {
            let is_plain = file.path().extension().is_some_and(|ending| ending == "journal");
            size(file.path()).map(|bytes| if is_plain { bytes / 3 } else { bytes })
        })
        .sum();
    bytes + (1 << 20)
}

fn write(
    plan: &Plan,
    copies: Vec<(StoreSlug, JournalCopy)>,
    made_at: Timestamp,
    unfinished: &Path,
) -> Result<Vec<MadeStore>, BackupError> {
    let _ = std::fs::remove_file(unfinished);
    let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(unfinished);
    let file = file.map_err(BackupError::io("make", unfinished))?;
    durable_file::give_to_owner_of_folder(unfinished);
    let refused = |source| BackupError::Io { what: "write", path: unfinished.to_owned(), source };
    let mut archive = ArchiveWriter::new(BufWriter::with_capacity(64 << 10, file));
    let settings = plan.settings_file.as_deref().and_then(|file| small_file(file).ok());
    let opening = Opening {
        tableorder_backup: FORMAT,
        needs_program: NEEDS.to_owned(),
        written_by: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: clock::rfc3339(made_at).to_string(),
        made_at_ms: made_at.as_ms(),
        kind: plan.kind,
        purpose: plan.purpose,
        settings: settings.is_some(),
        stores: copies.iter().map(|(_, copy)| copy.beginning().clone()).collect(),
    };
    archive.add_json(OPENING, &opening).map_err(refused)?;
    if let Some(settings) = settings {
        archive.add(SETTINGS, &settings).map_err(refused)?;
    }
    let mut ends: Vec<CopyEnd> = Vec::new();
    let mut stores = Vec::new();
    for (slug, copy) in copies {
        if let Some((name, bytes)) = copy.checkpoint() {
            archive.add(&format!("stores/{slug}/{name}"), bytes).map_err(refused)?;
        }
        let end = copy.segments(
            |name, bytes| archive.add(&format!("stores/{slug}/{name}"), bytes).map_err(refused),
            BackupError::Journal,
        )?;
        stores.push(MadeStore { store: slug, last_seq: end.last_seq.get(), missing: end.missing.clone() });
        ends.push(end);
    }
    for slug in stores.iter().map(|made| &made.store) {
        for (name, file) in uploads(&plan.data, slug) {
            let content = match std::fs::read(&file) {
                // Nobody wanted it any more, and it was removed meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                content => content.map_err(BackupError::io("read", &file))?,
            };
            archive.add(&format!("uploads/{slug}/{name}"), &content).map_err(refused)?;
        }
    }
    let mut out = archive.finish(ends).map_err(refused)?;
    out.flush().and_then(|()| out.get_ref().sync_all()).map_err(refused)?;
    Ok(stores)
}

/// Files that a store's guests and staff uploaded, by name.
pub(in crate::ops) fn uploads(data: &Path, slug: &StoreSlug) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(data.join("uploads").join(slug.as_str())).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let named = files.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())));
    let mut uploads: Vec<_> = named.filter(|(name, _)| is_upload_name(name)).collect();
    uploads.sort_unstable();
    uploads
}

fn small_file(file: &Path) -> io::Result<Vec<u8>> {
    let too_large = std::fs::metadata(file)?.len() > SETTINGS_BYTES_MAX;
    if too_large { Err(io::ErrorKind::FileTooLarge.into()) } else { std::fs::read(file) }
}

/// Reads the whole archive back, from the medium as far as the system can be made to.
fn verify(unfinished: &Path) -> Result<(), BackupError> {
    if let Ok(file) = File::open(unfinished) {
        // What is kept in memory says nothing about the disk.
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
    match walk::walk(unfinished, Depth::Full, |_, _| Ok::<(), ArchiveError>(())) {
        Ok(_) => Ok(()),
        Err(error) => Err(BackupError::NotVerified(error)),
    }
}

fn put_in_place(unfinished: &Path, file: &Path, folder: &Path) -> Result<(), BackupError> {
    // A name that was taken meanwhile is never replaced.
    std::fs::hard_link(unfinished, file)
        .and_then(|()| std::fs::remove_file(unfinished))
        .or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Err(error),
            // A USB stick's file system knows no links.
            _ => std::fs::rename(unfinished, file),
        })
        .and_then(|()| durable_file::sync_folder(folder))
        .map_err(BackupError::io("give its name to", file))
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
