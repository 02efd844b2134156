//! Golden folders in the repository: how they are packed, and how a copy of one becomes a data folder again. Everything
//! of a store's view is binary and mostly empty, so it lies there as gzip (`*.packed`); all other files as they were.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

const PACKED: &str = "packed";
/// Made anew by each start, or never part of the data.
const LEFT_OUT: &[&str] = &["lock", "address", "logs"];

/// Folder of all golden folders.
pub fn all() -> Vec<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let entries = fs::read_dir(home).expect("read").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Puts a data folder into the repository.
pub fn pack(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for (path, name) in entries(from) {
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            pack(&path, &to.join(name));
        } else if path.components().any(|part| part.as_os_str() == "trees") {
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&fs::read(&path).expect("read")).expect("packed");
            fs::write(to.join(format!("{name}.{PACKED}")), packed.finish().expect("packed")).expect("written");
        } else {
            fs::write(to.join(name), fs::read(&path).expect("read")).expect("written");
        }
    }
}

/// Takes a data folder out of the repository.
pub fn unpack(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for (path, name) in entries(from) {
        if path.is_dir() {
            unpack(&path, &to.join(name));
        } else if let Some(name) = name.strip_suffix(&format!(".{PACKED}")) {
            let mut bytes = Vec::new();
            GzDecoder::new(fs::File::open(&path).expect("opened")).read_to_end(&mut bytes).expect("unpacked");
            fs::write(to.join(name), bytes).expect("written");
        } else {
            fs::copy(&path, to.join(name)).expect("copied");
        }
    }
}

fn entries(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(folder).expect("read").map(|entry| entry.expect("an entry"));
    entries.map(|entry| (entry.path(), entry.file_name().into_string().expect("a name"))).collect()
}
