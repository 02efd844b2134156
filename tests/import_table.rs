//! Holds the import table of ARCHITECTURE.md: which folder may name which, and which crates live in one folder only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Part of `src/` → parts of the crate it may name. `app` and `cli` wire everything and may name all.
const TABLE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &["domain"]),
    ("config", &["clock"]),
    ("priority", &[]),
    ("faults", &[]),
    ("journal", &["domain", "priority", "faults"]),
    ("trees", &["domain", "journal", "priority", "faults"]),
    ("store", &["domain", "journal", "trees", "clock", "priority", "faults"]),
    ("http", &["domain", "store", "trees", "clock", "config"]),
    ("ops", &["domain", "store", "journal", "trees", "clock", "config"]),
];
const WIRING: &[&str] = &["app", "cli", "main", "lib"];

/// Crate → the parts that may name it.
const CRATES: &[(&str, &[&str])] = &[
    ("sled", &["trees"]),
    ("bincode", &["trees"]),
    ("actix", &["store"]),
    ("actix_web", &["http", "app"]),
    ("chrono", &["clock"]),
    ("argon2", &["http", "ops"]),
    ("jsonwebtoken", &["http"]),
    ("zune_jpeg", &["store"]),
    ("png", &["store"]),
    ("image_webp", &["store"]),
    ("jpeg_encoder", &["store"]),
];

/// Every source file of the crate; the build script is none.
fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("src/build.rs") {
            files.push(path);
        }
    }
}

/// Code of a file without its tests and comments: what stands before the first `#[cfg(test)]`.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source file is readable");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn part_of(path: &Path, src: &Path) -> String {
    let first = path.strip_prefix(src).expect("below src").components().next().expect("a name");
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// Words that follow `prefix` in the code, such as the parts named by `crate::`.
fn words_after<'a>(code: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices(prefix)
        .filter(|(at, _)| !code[..*at].ends_with(is_word))
        .map(|(at, _)| {
            let rest = &code[at + prefix.len()..];
            rest.split(|c| !is_word(c)).next().unwrap_or_default()
        })
        .collect()
}

fn names_crate(code: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices(&format!("{name}::")).any(|(at, _)| !code[..at].ends_with(|c| is_word(c) || c == ':'))
}

#[test]
fn every_part_names_only_what_the_table_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table: BTreeMap<_, _> = TABLE.iter().copied().collect();
    let mut files = Vec::new();
    source_files(&src, &mut files);
    assert!(files.len() > 30, "the sources are found");
    let mut broken = Vec::new();
    for file in &files {
        let (part, code) = (part_of(file, &src), code(file));
        if !WIRING.contains(&part.as_str()) {
            let Some(allowed) = table.get(part.as_str()) else {
                broken.push(format!("{}: the part `{part}` is not in the table", file.display()));
                continue;
            };
            for named in words_after(&code, "crate::") {
                if named != part && !allowed.contains(&named) {
                    broken.push(format!("{}: `{part}` must not name `crate::{named}`", file.display()));
                }
            }
            if code.contains("crate::{") {
                broken.push(format!("{}: write one `use crate::part` a part", file.display()));
            }
        }
        for (name, parts) in CRATES {
            if names_crate(&code, name) && !parts.contains(&part.as_str()) {
                broken.push(format!("{}: only {parts:?} may name `{name}`", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_domain_is_pure() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src.join("domain"), &mut files);
    for file in &files {
        let code = code(file);
        for impure in ["async ", "std::time", "std::fs", "std::net", "std::thread", "std::env", "SystemTime", "Instant"]
        {
            assert!(!code.contains(impure), "{} names {impure}", file.display());
        }
    }
}

#[test]
fn wall_time_and_the_environment_are_each_read_in_one_place() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    for (reads, only) in [("SystemTime::now", "clock"), ("UNIX_EPOCH", "clock"), ("env::var", "config")] {
        // The build script is a program of its own, which cargo talks to through the environment.
        for file in files.iter().filter(|file| ![only, "build"].contains(&part_of(file, &src).as_str())) {
            assert!(!code(file).contains(reads), "{}: only `{only}` may use {reads}", file.display());
        }
    }
}
