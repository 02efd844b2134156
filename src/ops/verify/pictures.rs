//! Looks at what a store uploaded: a file that is named after the hash of its content must have that content, and every
//! picture that a dish shows must be there.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use crate::domain::menu::{Menu, MenuImage};
use crate::domain::text::StoreSlug;
use crate::ops::backup::{sha256, uploads};

/// What helps against a picture that is not what it should be.
const REMEDY: &str = "upload the picture again, or take the file out of a backup";
/// Hex digits of a SHA-256.
const HASH_DIGITS: usize = 64;

/// A store's uploads.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct UploadsReport {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Reads all of them; adds what is wrong to `problems`.
pub(super) fn look(data: &Path, slug: &StoreSlug, menu: &Menu, problems: &mut Vec<String>) -> UploadsReport {
    let mut report = UploadsReport::default();
    let mut there = BTreeSet::new();
    for (name, file) in uploads(data, slug) {
        match std::fs::read(&file) {
            Ok(content) => {
                report.files += 1;
                report.bytes += content.len() as u64;
                if told_hash(&name).is_some_and(|hash| hash != sha256(&content)) {
                    problems.push(format!("store {slug}: the picture {name} is damaged; {REMEDY}"));
                }
            }
            Err(error) => problems.push(format!("store {slug}: the picture {name} cannot be read: {error}; {REMEDY}")),
        }
        there.insert(name);
    }
    for item in menu.items.values() {
        let pictures = item.image.iter().flat_map(MenuImage::pictures).collect::<BTreeSet<_>>();
        for name in pictures.iter().map(|picture| format!("{picture}.jpg")).filter(|name| !there.contains(name)) {
            let dish = item.name.as_str();
            problems.push(format!("store {slug}: the picture {name} of the dish {dish} is missing; {REMEDY}"));
        }
    }
    report
}

/// The hash that a name tells: `<SHA-256 in hex>.<kind>`.
fn told_hash(name: &str) -> Option<&str> {
    let (hash, _) = name.split_once('.')?;
    let plain = hash.len() == HASH_DIGITS && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    plain.then_some(hash)
}
