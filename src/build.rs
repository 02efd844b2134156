//! Packs the pages below `assets/` for the binary: of each page one script and one style sheet, HTML with the versioned
//! prefix, text as gzip. Packed here, they cost the running program neither time nor memory. The API's description and the
//! demo's restaurant, which hardly anybody asks for, are packed too.

#[path = "http/page_bundle.rs"]
mod page_bundle;
#[path = "http/page_module.rs"]
mod page_module;
#[path = "http/page_names.rs"]
mod page_names;
#[path = "http/page_script.rs"]
mod page_script;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use page_bundle::Files;

/// What HTML has in the place of the versioned prefix.
const PREFIX_MARK: &str = "__ASSETS__";
/// The demo's restaurant, which is no part of the pages.
const DEMO: &str = "demo/menu.json";
const DOCUMENT: &str = "docs/openapi.json";
/// The folder of the page that only a build with the feature `api-explorer` has.
const EXPLORER: &str = "explorer/";

fn main() {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed={DOCUMENT}");
    for part in ["page_bundle", "page_module", "page_names", "page_script"] {
        println!("cargo::rerun-if-changed=src/http/{part}.rs");
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder"));
    let mut files = Files::new();
    read(Path::new("assets"), "", &mut files);
    let demo = files.remove(DEMO).expect("the demo has a restaurant");
    let document = std::fs::read(DOCUMENT).expect("the document is readable");
    for (name, bytes) in [("demo.json.gz", demo), ("openapi.json.gz", document)] {
        std::fs::write(folder.join(name), gzip(&bytes)).expect("the folder is writable");
    }
    if std::env::var_os("CARGO_FEATURE_API_EXPLORER").is_none() {
        files.retain(|path, _| !path.starts_with(EXPLORER));
    }
    let files = put_together(files);
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
        std::fs::write(folder.join(format!("{number}.gz")), gzip(&bytes)).expect("the folder is writable");
        let gzip = format!(r#"include_bytes!(concat!(env!("OUT_DIR"), "/{number}.gz"))"#);
        writeln!(table, "Asset {{ path: {path:?}, hash: {hash:?}, gzip: {gzip} }},").expect("writing to memory");
    }
    table.push_str("];\n");
    std::fs::write(folder.join("assets.rs"), table).expect("the folder is writable");
}

/// Every page put together, and all else but the scripts and sheets that no HTML names any more.
fn put_together(mut files: Files) -> Files {
    let mut made = Files::new();
    let mut named = String::new();
    for path in files.keys().filter(|path| is(path, "html")) {
        let page = page_bundle::page(path, &files).unwrap_or_else(|refusal| {
            println!("cargo::error={refusal}");
            std::process::exit(1);
        });
        named.push_str(&page.html);
        made.insert(path.clone(), page.html.into_bytes());
        let parts = [Some(page.script), page.late, Some(page.sheet)];
        made.extend(parts.into_iter().flatten().map(|(path, text)| (path, text.into_bytes())));
    }
    files.retain(|path, _| !(is(path, "js") || is(path, "css")) || named.contains(&format!("\"{PREFIX_MARK}{path}\"")));
    for path in made.keys().filter(|path| !is(path, "html")) {
        assert!(!files.contains_key(path), "assets/{path} has the name of what the build makes");
    }
    for (_, bytes) in files.iter_mut().filter(|(path, _)| is(path, "js")) {
        *bytes = page_script::without_comments(&String::from_utf8_lossy(bytes)).into_bytes();
    }
    files.extend(made);
    files
}

/// Every file below a folder by its path.
fn read(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("assets are readable") {
        let entry = entry.expect("assets are readable");
        let path = format!("{prefix}{}", entry.file_name().to_str().expect("names are UTF-8"));
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{path}/"), files);
            continue;
        }
        files.insert(path, std::fs::read(entry.path()).expect("assets are readable"));
    }
}

/// No brotli: browsers take it over TLS only, and it would save a tenth of what a shop's own network carries in no time.
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
