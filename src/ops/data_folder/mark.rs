//! The format mark of a data folder: which format it has, what the folder is used for, which program wrote it and which
//! one is needed to read it. A mark of a newer program is refused before anything else of the folder is looked at.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{DEMO_FILE, DataFolderError, KEY_FILE, Purpose, io_error, read_small, stores_exist};
use crate::ops::durable_file;

/// The format of data folders that this program writes. A higher one was written by a newer program, a lower one is
/// upgraded. 1: plain segments. 2: closed segments may be compressed. 3: identity checks, photos
/// and parties that were seated, whose records an older program takes for damaged ones.
pub const FORMAT: u32 = 3;
/// Version of the oldest program that knows this format.
pub const NEEDS: &str = "0.3.0";

pub(super) const FORMAT_FILE: &str = "format";
/// Longest version that is shown.
const VERSION_SIGNS_MAX: usize = 40;

#[derive(Serialize, Deserialize)]
pub(super) struct FormatMark {
    tableorder_data_folder: u32,
    purpose: Purpose,
    /// Not in a mark of format 1.
    #[serde(default)]
    written_by: String,
    #[serde(default)]
    needs_program: String,
}

impl FormatMark {
    /// The folder's format, at most [`FORMAT`].
    pub(super) const fn format(&self) -> u32 {
        self.tableorder_data_folder
    }
}

/// What the format mark says.
pub(super) enum Mark {
    Read(FormatMark),
    Damaged,
    Absent,
}

/// Refuses a folder of a newer program.
pub(super) fn read_mark(path: &Path) -> Result<Mark, DataFolderError> {
    let file = path.join(FORMAT_FILE);
    let text = match read_small(&file) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(Mark::Absent),
        Err(error) => return Err(io_error("read", &file)(error)),
    };
    // The number alone is read first: a newer program's mark may hold words that this one does not know.
    let number = serde_json::from_str::<serde_json::Value>(&text).ok().and_then(|mark| {
        let number = mark.get("tableorder_data_folder")?.as_u64()?;
        u32::try_from(number).ok()
    });
    match number {
        Some(found) if found > FORMAT => {
            let needs = needs(&text).unwrap_or_else(|| "of a newer version".to_owned());
            Err(DataFolderError::Newer { folder: path.to_owned(), found, needs })
        }
        _ => Ok(serde_json::from_str(&text).map_or(Mark::Damaged, Mark::Read)),
    }
}

pub(super) fn write_mark(path: &Path, purpose: Purpose, notes: &mut Vec<String>) -> Result<(), DataFolderError> {
    let file = path.join(FORMAT_FILE);
    let mark = serde_json::json!(FormatMark {
        tableorder_data_folder: FORMAT,
        purpose,
        written_by: env!("CARGO_PKG_VERSION").to_owned(),
        needs_program: NEEDS.to_owned(),
    });
    match durable_file::write(&file, format!("{mark}\n").as_bytes()) {
        Ok(()) => Ok(()),
        Err(error) if stores_exist(path) => {
            notes.push(format!("the format mark of the data folder could not be written: {error}"));
            Ok(())
        }
        Err(error) => Err(io_error("write", &file)(error)),
    }
}

/// What a folder is used for: a demo's if either of its two marks says so, so that losing one never turns it into a
/// shop's; a shop's if it is marked as one or has stores or a key without any mark.
pub(super) fn purpose_of(path: &Path, mark: &Mark) -> Result<Option<Purpose>, DataFolderError> {
    let demo_file = path.join(DEMO_FILE);
    if demo_file.try_exists().map_err(io_error("look at", &demo_file))? {
        return Ok(Some(Purpose::Demo));
    }
    Ok(match mark {
        Mark::Read(mark) => Some(mark.purpose),
        Mark::Damaged => Some(Purpose::Shop),
        Mark::Absent if stores_exist(path) || path.join(KEY_FILE).exists() => Some(Purpose::Shop),
        Mark::Absent => None,
    })
}

/// The program that a newer mark asks for, if it says so in a way that can be shown.
fn needs(text: &str) -> Option<String> {
    let mark: serde_json::Value = serde_json::from_str(text).ok()?;
    let needs = mark.get("needs_program")?.as_str()?;
    let shown =
        !needs.is_empty() && needs.len() <= VERSION_SIGNS_MAX && needs.bytes().all(|byte| byte.is_ascii_graphic());
    shown.then(|| needs.to_owned())
}
