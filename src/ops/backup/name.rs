//! File names of backups: `tableorder-<store>-<local time>.tar.gz`, with `all` for several stores and `-before-upgrade`
//! behind the time where it was made for that. Only files with such names are ever counted or pruned.

use std::path::{Path, PathBuf};

use crate::domain::time::BusinessDay;

const BEGIN: &str = "tableorder-";
const END: &str = ".tar.gz";
const BEFORE_UPGRADE: &str = "-before-upgrade";
/// Behind the name of one that is being written.
pub(super) const UNFINISHED: &str = ".tmp";

/// A backup's file name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BackupName {
    /// The store, or `all`.
    pub(super) of: String,
    /// Local time, such as `20261121-060000`; sorts as time.
    pub(super) stamp: String,
    /// Made before an upgrade.
    pub(super) before_upgrade: bool,
}

impl BackupName {
    pub(super) fn parse(name: &str) -> Option<Self> {
        let middle = name.strip_prefix(BEGIN)?.strip_suffix(END)?;
        let stripped = middle.strip_suffix(BEFORE_UPGRADE);
        let (of, stamp) =
            stripped.unwrap_or(middle).split_at_checked(stripped.unwrap_or(middle).len().checked_sub(15)?)?;
        let of = of.strip_suffix('-').filter(|of| !of.is_empty())?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (date, time) = stamp.split_once('-')?;
        let fits = date.len() == 8 && time.len() == 6 && digits(date) && digits(time);
        let name = Self { of: of.to_owned(), stamp: stamp.to_owned(), before_upgrade: stripped.is_some() };
        (fits && name.date().is_some()).then_some(name)
    }

    /// The local date.
    pub(super) fn day(&self) -> BusinessDay {
        self.date().expect("names are only made and read with one")
    }

    fn date(&self) -> Option<BusinessDay> {
        let date = self.stamp.as_str();
        BusinessDay::parse(&format!("{}-{}-{}", date.get(..4)?, date.get(4..6)?, date.get(6..8)?))
    }
}

impl std::fmt::Display for BackupName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.before_upgrade { BEFORE_UPGRADE } else { "" };
        write!(f, "{BEGIN}{}-{}{kind}{END}", self.of, self.stamp)
    }
}

/// The backups in a folder, oldest first. A folder that is not there has none.
pub(super) fn list(folder: &Path) -> Vec<BackupName> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.filter_map(|entry| BackupName::parse(entry.file_name().to_str()?)).collect();
    names.sort_unstable_by(|one, other| one.stamp.cmp(&other.stamp));
    names
}

/// Files that a backup left behind when it was interrupted.
pub(super) fn unfinished(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_ours = |name: &str| name.starts_with(BEGIN) && name.ends_with(UNFINISHED);
    entries.filter(|entry| entry.file_name().to_str().is_some_and(is_ours)).map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_nothing_else_is_taken_for_one() {
        for name in [
            "tableorder-moon-20261121-060000.tar.gz",
            "tableorder-round-moon-2-20261121-060000-before-upgrade.tar.gz",
            "tableorder-all-20261121-235959.tar.gz",
        ] {
            assert_eq!(BackupName::parse(name).expect("a name").to_string(), name);
        }
        for other in [
            "tableorder-20261121-060000.tar.gz",
            "tableorder-moon-20261321-060000.tar.gz",
            "tableorder-moon-2026112-0060000.tar.gz",
            "tableorder-moon-20261121-060000.tar.gz.tmp",
            "tableorder-moon-20261121-060000.zip",
            "my-tableorder-moon-20261121-060000.tar.gz",
            "tableorder-é0261121-060000.tar.gz",
            "letter.txt",
        ] {
            assert_eq!(BackupName::parse(other), None, "{other}");
        }
    }
}
