//! Puts restored data in the place of what was there, in steps of which each can be the last one before the power goes:
//! before the marker stands, the old data is in place; from then on the next start or restore goes on to the new. What
//! was there is moved aside, never deleted.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::ops::durable_file;

/// Folder in which restored data is made ready.
const STAGING: &str = "restoring";
/// Says that what is ready counts.
const MARKER: &str = "restoring.json";
/// Folder of everything that restores replaced.
const SET_ASIDE: &str = "set-aside";
/// What a restore replaces.
const PARTS: [&str; 2] = ["stores", "uploads"];

#[derive(Serialize, Deserialize)]
struct Marker {
    set_aside: String,
}

/// Where restored data is made ready, as a data folder of its own without anything but `stores` and `uploads`.
pub(in crate::ops) fn staging(data: &Path) -> PathBuf {
    data.join(STAGING)
}

/// Whether a restore was interrupted after its data began to count.
pub(in crate::ops) fn is_pending(data: &Path) -> bool {
    data.join(MARKER).exists()
}

/// Makes what is ready count: gives the folder that holds what was there before.
pub(in crate::ops) fn replace(data: &Path, stamp: &str) -> io::Result<PathBuf> {
    replace_in_steps(data, stamp, &mut || Ok(()))
}

/// Goes on with what an interrupted restore left: to its end if its data counts, back if not. Gives the folder of what
/// was replaced, if anything was.
pub(in crate::ops) fn finish(data: &Path) -> io::Result<Option<PathBuf>> {
    if is_pending(data) {
        return go_on(data, &mut || Ok(())).map(Some);
    }
    // It never counted; on a disk that cannot be written to it does no harm.
    let _ = std::fs::remove_dir_all(staging(data));
    Ok(None)
}

/// `step` is asked before each step; its error stands for the power going.
fn replace_in_steps(data: &Path, stamp: &str, step: &mut impl FnMut() -> io::Result<()>) -> io::Result<PathBuf> {
    let mut name = stamp.to_owned();
    let mut number = 2;
    while data.join(SET_ASIDE).join(&name).exists() {
        name = format!("{stamp}-{number}");
        number += 1;
    }
    step()?;
    let marker = serde_json::json!(Marker { set_aside: name });
    durable_file::write(&data.join(MARKER), format!("{marker}\n").as_bytes())?;
    go_on(data, step)
}

fn go_on(data: &Path, step: &mut impl FnMut() -> io::Result<()>) -> io::Result<PathBuf> {
    let marker = std::fs::read(data.join(MARKER))?;
    // That it stands there is what counts; a damaged one only forgot a name.
    let told = serde_json::from_slice::<Marker>(&marker).map(|marker| marker.set_aside).unwrap_or_default();
    let plain = !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let aside = data.join(SET_ASIDE).join(if plain { told } else { "unnamed".to_owned() });
    step()?;
    super::make_folder(&aside).map_err(io::Error::other)?;
    for part in PARTS {
        let (ready, place, kept) = (staging(data).join(part), data.join(part), aside.join(part));
        if !ready.exists() {
            continue;
        }
        if place.exists() && !kept.exists() {
            step()?;
            std::fs::rename(&place, &kept)?;
            durable_file::sync_folder(&aside)?;
        }
        step()?;
        std::fs::rename(&ready, &place)?;
        durable_file::sync_folder(data)?;
    }
    step()?;
    std::fs::remove_file(data.join(MARKER))?;
    durable_file::sync_folder(data)?;
    step()?;
    if staging(data).exists() {
        std::fs::remove_dir_all(staging(data))?;
    }
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(file: &Path, text: &str) {
        std::fs::create_dir_all(file.parent().expect("inside")).expect("made");
        std::fs::write(file, text).expect("written");
    }

    fn read(file: &Path) -> Option<String> {
        std::fs::read_to_string(file).ok()
    }

    #[test]
    fn whenever_the_power_goes_either_all_of_the_old_or_all_of_the_new_is_in_place_after_the_next_start() {
        let mut ends = Vec::new();
        for steps in 0.. {
            let place = tempfile::tempdir().expect("a folder");
            let data = place.path();
            write(&data.join("stores/moon/x"), "old");
            write(&data.join("uploads/moon/x"), "old");
            write(&data.join("restoring/stores/moon/x"), "new");
            write(&data.join("restoring/uploads/moon/x"), "new");
            let mut left = steps;
            let outcome = replace_in_steps(data, "20261121-060000", &mut || {
                left -= 1;
                if left < 0 { Err(io::Error::other("the power is gone")) } else { Ok(()) }
            });
            finish(data).expect("finished");
            let found = [data.join("stores/moon/x"), data.join("uploads/moon/x")].map(|file| read(&file));
            let found = found.map(|text| text.expect("something is in place"));
            assert_eq!(found[0], found[1], "after {steps} steps");
            assert!(!data.join(STAGING).exists() && !is_pending(data));
            if found[0] == "new" {
                for part in PARTS {
                    let kept = data.join("set-aside/20261121-060000").join(part).join("moon/x");
                    assert_eq!(read(&kept).as_deref(), Some("old"), "after {steps} steps");
                }
            }
            ends.push(found[0].clone());
            if outcome.is_ok() {
                break;
            }
        }
        assert_eq!((ends[0].as_str(), ends.len()), ("old", 9), "one step before the marker, seven behind it: {ends:?}");
        assert!(ends[1..].iter().all(|end| end == "new"), "{ends:?}");
    }

    #[test]
    fn a_damaged_marker_still_counts_and_what_is_there_is_never_replaced_twice() {
        let place = tempfile::tempdir().expect("a folder");
        let data = place.path();
        write(&data.join("stores/x"), "old");
        write(&data.join("restoring/stores/x"), "new");
        write(&data.join(MARKER), "\0\0\0");
        let aside = finish(data).expect("finished").expect("there was one");
        assert_eq!(
            (read(&data.join("stores/x")).as_deref(), read(&aside.join("stores/x")).as_deref()),
            (Some("new"), Some("old"))
        );
        write(&data.join("restoring/stores/x"), "newer");
        let again = replace(data, "20261121-060000").expect("replaced");
        write(&data.join("restoring/stores/x"), "newest");
        let third = replace(data, "20261121-060000").expect("replaced");
        let kept = [aside, again, third].map(|aside| read(&aside.join("stores/x")).expect("kept"));
        assert_eq!(kept, ["old", "new", "newer"]);
    }
}
