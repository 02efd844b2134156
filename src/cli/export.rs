//! `export`: one store as JSON lines, to stdout or into a file.

use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::{Failure, say};
use crate::config::Settings;
use crate::domain::text::StoreSlug;
use crate::ops::data_folder::DataFolderVisit;
use crate::ops::export::{self, ExportError};

pub(super) fn run(settings: &Settings, store: Option<&str>, to: Option<&Path>, json: bool) -> Result<(), Failure> {
    let visit = DataFolderVisit::begin(&settings.data_dir)?;
    let store = chosen(visit.stores(), store)?;
    let Some(to) = to else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        export::export(&visit, &store, &mut out)?;
        return Ok(());
    };
    let failed = |error: std::io::Error| Failure::failed(format!("cannot make {}: {error}", to.display()));
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let written = export::export(&visit, &store, &mut out)
        .map_err(Failure::from)
        .and_then(|last| out.flush().and_then(|()| out.get_ref().sync_all()).map(|()| last).map_err(failed));
    let last = written.inspect_err(|_| {
        let _ = std::fs::remove_file(to);
    })?;
    say(&if json {
        format!(
            "{}\n",
            serde_json::json!({ "store": store, "file": to, "last_seq": last.last_seq, "commits": last.commits, "uploads": last.uploads })
        )
    } else {
        format!("store {store}: {} commits up to seq {} in {}\n", last.commits, last.last_seq, to.display())
    });
    Ok(())
}

/// The store that is named, or the only one.
fn chosen(stores: Vec<StoreSlug>, named: Option<&str>) -> Result<StoreSlug, Failure> {
    let names = stores.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match named {
        Some(name) => {
            let found = stores.into_iter().find(|store| store.as_str() == name);
            found.ok_or_else(|| Failure::failed(format!("there is no store {name}; there is: {names}")))
        }
        None if stores.len() > 1 => Err(Failure::wrong_usage(format!("name one with --store: {names}"))),
        None => stores.into_iter().next().ok_or_else(|| Failure::failed("there is no store to export yet")),
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        use crate::journal::JournalError;
        match error {
            ExportError::Journal(JournalError::NewerFormat { .. }) => Self::damaged(error.to_string()),
            _ => Self::failed(error.to_string()),
        }
    }
}
