//! A data folder for the tests of this folder: the first release's golden shop, which has several segments and checkpoints.

use std::fs;
use std::path::{Path, PathBuf};

use super::backup::{Kind, Plan, Target, folder, make};
use super::data_folder::DataFolderVisit;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;
use crate::journal::{self, JournalSettings, Lineage};

/// A data folder with the golden shop in it.
pub(super) struct Shop {
    pub(super) place: tempfile::TempDir,
}

impl Shop {
    pub(super) fn new() -> Self {
        let shop = Self { place: tempfile::tempdir().expect("a folder") };
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-1/data");
        copy(&golden.join("stores/moon/journal"), &shop.journal());
        fs::copy(golden.join("format"), shop.data().join("format")).expect("copied");
        fs::copy(golden.join("secret.key"), shop.data().join("secret.key")).expect("copied");
        let upload = shop.data().join("uploads/moon/picture.png");
        fs::create_dir_all(upload.parent().expect("a folder")).expect("made");
        fs::create_dir_all(folder(&shop.data())).expect("made");
        fs::write(upload, [137, 80, 78, 71, 0, 255]).expect("written");
        shop
    }

    pub(super) fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.data().join("stores/moon/journal")
    }

    pub(super) fn plan(&self) -> Plan {
        Plan::of(&DataFolderVisit::begin(&self.data()).expect("a data folder"), Kind::ByHand)
    }

    /// A backup outside the data folder.
    pub(super) fn backup(&self) -> PathBuf {
        let file = self.place.path().join("backup.tar.gz");
        let made = make(&Plan { target: Target::Named(file.clone()), ..self.plan() }).expect("made");
        assert_eq!(made.file, file);
        file
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("read") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

pub(super) fn moon() -> StoreSlug {
    StoreSlug::parse("moon").expect("a slug")
}

/// Every file of a folder with its content, but for locks.
pub(super) fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(content(&path));
        } else if path.file_name().is_none_or(|name| name != "lock") {
            found.push((path.clone(), fs::read(&path).expect("read")));
        }
    }
    found.sort();
    found
}

/// State and lineage of its journal.
pub(super) fn state(journal: &Path) -> (StoreState, Lineage) {
    let opened = journal::open(journal, &moon(), JournalSettings::default()).expect("opens");
    let lineage = opened.lineage;
    opened.journal.finish().expect("ends");
    (opened.state, lineage)
}
