//! Packs the pages below `assets/` for the binary: scripts without their comments, HTML with the versioned prefix, text
//! as gzip. Packed here, they cost the running program neither time nor memory. The API's description and the demo's
//! restaurant, which hardly anybody asks for, are packed too.

#[path = "http/page_script.rs"]
mod page_script;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// What HTML has in the place of the versioned prefix.
const PREFIX_MARK: &str = "__ASSETS__";
/// The demo's restaurant, which is no part of the pages.
const DEMO: &str = "demo/menu.json";
const DOCUMENT: &str = "docs/openapi.json";

fn main() {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed=src/http/page_script.rs");
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder"));
    let mut files = BTreeMap::new();
    read(Path::new("assets"), "", &mut files);
    let demo = files.remove(DEMO).expect("the demo has a restaurant");
    let document = std::fs::read(DOCUMENT).expect("the document is readable");
    for (name, bytes) in [("demo.json.gz", demo), ("openapi.json.gz", document)] {
        std::fs::write(folder.join(name), gzip(&bytes)).expect("the folder is writable");
    }
    let mut all = Sha256::new();
    for (path, bytes) in &files {
        all.update(path);
        all.update([0]);
        all.update(Sha256::digest(bytes));
    }
    let version = hex(&all.finalize()[..6]);
    let mut table = format!("static VERSION: &str = {version:?};\nstatic FILES: [Asset; {}] = [\n", files.len());
    for (number, (path, mut bytes)) in files.into_iter().enumerate() {
        if is(&path, "html") {
            let html = String::from_utf8(bytes).expect("HTML is UTF-8");
            bytes = html.replace(PREFIX_MARK, &format!("/assets/{version}/")).into_bytes();
        }
        let hash = hex(&Sha256::digest(&bytes)[..8]);
        let form = form(&folder, number, &bytes);
        writeln!(table, "Asset {{ path: {path:?}, hash: {hash:?}, form: {form} }},").expect("writing to memory");
    }
    table.push_str("];\n");
    std::fs::write(folder.join("assets.rs"), table).expect("the folder is writable");
}

/// Every file below a folder by its path, scripts without their comments.
fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("assets are readable") {
        let entry = entry.expect("assets are readable");
        let path = format!("{prefix}{}", entry.file_name().to_str().expect("names are UTF-8"));
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{path}/"), files);
            continue;
        }
        let mut bytes = std::fs::read(entry.path()).expect("assets are readable");
        if is(&path, "js") || is(&path, "mjs") {
            bytes = page_script::without_comments(&String::from_utf8_lossy(&bytes)).into_bytes();
        }
        files.insert(path, bytes);
    }
}

/// Writes the form that a file is embedded in and names it: gzip where that saves a tenth. No brotli: browsers take it
/// over TLS only, and it would save a tenth of what a shop's own network carries in no time.
fn form(folder: &Path, number: usize, bytes: &[u8]) -> String {
    let write = |ending: &str, bytes: &[u8]| {
        let name = format!("{number}.{ending}");
        std::fs::write(folder.join(&name), bytes).expect("the folder is writable");
        format!(r#"include_bytes!(concat!(env!("OUT_DIR"), "/{name}"))"#)
    };
    let gzip = gzip(bytes);
    if gzip.len() * 10 > bytes.len() * 9 {
        return format!("Form::Plain({})", write("plain", bytes));
    }
    format!("Form::Gzip({})", write("gz", &gzip))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory")
}

fn is(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, own)| own == ending)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
