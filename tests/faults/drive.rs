//! A simulated disk: what the program wrote, read from the log of its own operations, and what a power cut leaves of it.
//!
//! Durable is what a sync that came to an end covers, and names once their folder's sync did. Of everything else each
//! 512-byte sector in any of its versions, each length and each name survives or not, independent of all others.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::dice::Dice;

const SECTOR_BYTES: usize = 512;

type Sector = Vec<u8>;

#[derive(Default)]
pub struct Drive {
    files: Vec<DriveFile>,
    /// Names as the program sees them.
    names: BTreeMap<PathBuf, usize>,
    /// Names that are on disk for certain.
    durable_names: BTreeMap<PathBuf, usize>,
    /// Changes of names since, oldest first, each with the number of its operation.
    unsynced_names: Vec<(u64, NameChange)>,
    /// Syncs under way: number of the operation, and what is being synced.
    syncs: HashMap<u64, Syncing>,
}

#[derive(Default)]
struct DriveFile {
    durable: Vec<u8>,
    /// As the program sees it.
    cache: Vec<u8>,
    /// Versions of sectors since the last sync, with the number of the operation that made them.
    sectors: BTreeMap<usize, Vec<(u64, Sector)>>,
    lengths: Vec<(u64, usize)>,
}

struct NameChange {
    folder: PathBuf,
    /// A name and the file it then stands for; none once it is gone.
    bindings: Vec<(PathBuf, Option<usize>)>,
}

enum Syncing {
    File(usize),
    Folder(PathBuf),
}

impl Drive {
    /// A disk on which everything in a folder is durable.
    pub fn holding(folder: &Path) -> Self {
        let mut drive = Self::default();
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_file() {
                let bytes = std::fs::read(entry.path()).expect("a file");
                let file = drive.add(DriveFile { durable: bytes.clone(), cache: bytes, ..DriveFile::default() });
                drive.names.insert(entry.path(), file);
            }
        }
        drive.durable_names = drive.names.clone();
        drive
    }

    fn add(&mut self, file: DriveFile) -> usize {
        self.files.push(file);
        self.files.len() - 1
    }

    /// Does everything once more that a log tells, up to its end or the first entry that is not whole.
    pub fn replay(&mut self, log: &[u8]) {
        let mut rest = log;
        while let Some((entry, bytes, after)) = next_entry(rest) {
            rest = after;
            if entry["fails"] != true {
                self.take(&entry, &bytes);
            }
        }
    }

    fn take(&mut self, entry: &Value, bytes: &[u8]) {
        let number = entry["n"].as_u64().expect("a number");
        let path = PathBuf::from(entry["path"].as_str().unwrap_or_default());
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let size = |name: &str| usize::try_from(entry[name].as_u64().expect("a size")).expect("a size");
        match entry["op"].as_str().expect("an operation") {
            "create" => {
                if let Some(file) = self.names.get(&path) {
                    self.files[*file].set_length(number, 0);
                } else {
                    let file = self.add(DriveFile::default());
                    self.change_names(number, folder, vec![(path, Some(file))]);
                }
            }
            "write" => {
                if let Some(file) = self.names.get(&path) {
                    self.files[*file].write(number, size("offset"), bytes);
                }
            }
            "set_length" => {
                if let Some(file) = self.names.get(&path) {
                    self.files[*file].set_length(number, size("length"));
                }
            }
            "rename" => {
                let to = PathBuf::from(entry["to"].as_str().expect("a name"));
                if let Some(file) = self.names.get(&path).copied() {
                    self.change_names(number, folder, vec![(path, None), (to, Some(file))]);
                }
            }
            "remove" => self.change_names(number, folder, vec![(path, None)]),
            "sync" => {
                if let Some(file) = self.names.get(&path) {
                    self.syncs.insert(number, Syncing::File(*file));
                }
            }
            "sync_folder" => drop(self.syncs.insert(number, Syncing::Folder(path))),
            "done" => match self.syncs.remove(&number) {
                Some(Syncing::File(file)) => self.files[file].synced(number),
                Some(Syncing::Folder(folder)) => self.names_synced(number, &folder),
                None => {}
            },
            _ => {}
        }
    }

    fn change_names(&mut self, number: u64, folder: PathBuf, bindings: Vec<(PathBuf, Option<usize>)>) {
        bind(&mut self.names, &bindings);
        self.unsynced_names.push((number, NameChange { folder, bindings }));
    }

    /// A folder's sync that began as operation `number` came to an end.
    fn names_synced(&mut self, number: u64, folder: &Path) {
        for (of, change) in std::mem::take(&mut self.unsynced_names) {
            if of < number && change.folder == folder {
                bind(&mut self.durable_names, &change.bindings);
            } else {
                self.unsynced_names.push((of, change));
            }
        }
    }

    /// What is left when the power goes now and each thing that was not synced survives with that many percent.
    pub fn cut(&self, percent: u64, dice: &mut Dice) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut names = self.durable_names.clone();
        for (_, change) in &self.unsynced_names {
            if dice.chance(percent) {
                bind(&mut names, &change.bindings);
            }
        }
        names.into_iter().map(|(name, file)| (name, self.files[file].cut(percent, dice))).collect()
    }
}

fn bind(names: &mut BTreeMap<PathBuf, usize>, bindings: &[(PathBuf, Option<usize>)]) {
    for (name, file) in bindings {
        match file {
            Some(file) => names.insert(name.clone(), *file),
            None => names.remove(name),
        };
    }
}

impl DriveFile {
    fn write(&mut self, number: u64, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        if end > self.cache.len() {
            self.cache.resize(end, 0);
            self.lengths.push((number, end));
        }
        self.cache[offset..end].copy_from_slice(bytes);
        for sector in offset / SECTOR_BYTES..end.div_ceil(SECTOR_BYTES) {
            let start = sector * SECTOR_BYTES;
            let version = self.cache[start..self.cache.len().min(start + SECTOR_BYTES)].to_vec();
            self.sectors.entry(sector).or_default().push((number, version));
        }
    }

    fn set_length(&mut self, number: u64, length: usize) {
        self.cache.resize(length, 0);
        self.lengths.push((number, length));
    }

    /// A sync that began as operation `number` came to an end: what was written before that is durable.
    fn synced(&mut self, number: u64) {
        if let Some((_, length)) = self.lengths.iter().rfind(|(of, _)| *of < number) {
            self.durable.resize(*length, 0);
        }
        self.lengths.retain(|(of, _)| *of > number);
        for (sector, versions) in &mut self.sectors {
            if let Some((_, version)) = versions.iter().rfind(|(of, _)| *of < number) {
                put(&mut self.durable, *sector, version);
            }
            versions.retain(|(of, _)| *of > number);
        }
        self.sectors.retain(|_, versions| !versions.is_empty());
    }

    fn cut(&self, percent: u64, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for (_, length) in &self.lengths {
            if dice.chance(percent) {
                bytes.resize(*length, 0);
            }
        }
        for (sector, versions) in &self.sectors {
            if dice.chance(percent) {
                put(&mut bytes, *sector, &dice.pick(versions).1);
            }
        }
        bytes
    }
}

/// Writes a sector as far as the file reaches.
fn put(bytes: &mut [u8], sector: usize, version: &[u8]) {
    let start = (sector * SECTOR_BYTES).min(bytes.len());
    let end = (start + version.len()).min(bytes.len());
    bytes[start..end].copy_from_slice(&version[..end - start]);
}

/// One entry of a log, the bytes it wrote, and the rest.
fn next_entry(log: &[u8]) -> Option<(Value, Vec<u8>, &[u8])> {
    let end = memchr::memchr(b'\n', log)?;
    let entry: Value = serde_json::from_slice(&log[..end]).expect("an entry of the log");
    let size = |name: &str| usize::try_from(entry[name].as_u64().unwrap_or(0)).expect("a size");
    let rest = &log[end + 1..];
    let bytes = if entry["zeros"].is_null() { rest.get(..size("bytes"))?.to_vec() } else { vec![0; size("zeros")] };
    let rest = &rest[size("bytes")..];
    Some((entry, bytes, rest))
}

/// Operations that a log tells, by kind.
pub fn operations(log: &[u8]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let mut rest = log;
    while let Some((entry, _, after)) = next_entry(rest) {
        rest = after;
        *counts.entry(entry["op"].as_str().expect("an operation").to_owned()).or_default() += 1;
    }
    counts.remove("done");
    counts
}

#[test]
fn a_drive_keeps_what_was_synced_and_loses_the_rest() {
    let log = |lines: &[&str]| lines.concat().into_bytes();
    let entries = [
        "{\"op\":\"create\",\"n\":1,\"path\":\"/f/a.tmp\",\"zeros\":0}\n",
        "{\"op\":\"write\",\"n\":2,\"path\":\"/f/a.tmp\",\"offset\":0,\"bytes\":3}\nabc",
        "{\"op\":\"sync\",\"n\":3,\"path\":\"/f/a.tmp\",\"zeros\":0}\n",
        "{\"op\":\"write\",\"n\":4,\"path\":\"/f/a.tmp\",\"offset\":1,\"bytes\":1}\nX",
        "{\"op\":\"done\",\"n\":3,\"zeros\":0}\n",
        "{\"op\":\"rename\",\"n\":5,\"path\":\"/f/a.tmp\",\"to\":\"/f/a\",\"zeros\":0}\n",
        "{\"op\":\"sync_folder\",\"n\":6,\"path\":\"/f\",\"zeros\":0}\n",
        "{\"op\":\"done\",\"n\":6,\"zeros\":0}\n",
    ];
    let left = |entries: &[&str], percent| {
        let mut drive = Drive::default();
        drive.replay(&log(entries));
        drive
            .cut(percent, &mut Dice::new(7))
            .into_iter()
            .map(|(name, bytes)| (name.display().to_string(), bytes))
            .collect::<Vec<_>>()
    };
    assert_eq!(left(&entries[..7], 0), []);
    assert_eq!(left(&entries, 0), [("/f/a".to_owned(), b"abc".to_vec())], "written after the sync began");
    assert_eq!(left(&entries, 100), [("/f/a".to_owned(), b"aXc".to_vec())]);
    assert_eq!(left(&entries[..2], 100), [("/f/a.tmp".to_owned(), b"abc".to_vec())]);
    assert_eq!(operations(&log(&entries))["write"], 2);
}
