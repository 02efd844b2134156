//! What stays on the disk, and for how long.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use bytes::Bytes;
use rustix::fs::{Timespec, Timestamps};

use super::{BLUE, GREEN, RED, YELLOW, assert_quarters, decoded};
use crate::clock;
use crate::domain::ids::PictureHash;
use crate::domain::text::StoreSlug;
use crate::store::CannotWrite;
use crate::store::pictures::folder::PictureFolder;
use crate::store::pictures::samples::jpeg;
use crate::store::pictures::{OrderGate, PictureRefused, PictureThread, Pictures};

fn slug() -> StoreSlug {
    StoreSlug::parse("moon").expect("a slug")
}

#[actix::test]
async fn pictures_are_kept_by_their_content_and_survive_whoever_made_them() {
    let place = tempfile::tempdir().expect("a folder");
    let pictures = || Pictures::new(place.path(), &slug(), &PictureThread::default(), OrderGate::default());
    let image = pictures().take(Bytes::from(jpeg(240, 180, 0))).await.expect("taken");
    assert_eq!(pictures().take(Bytes::from(jpeg(240, 180, 0))).await.expect("taken"), image, "the same once more");
    let entries = fs::read_dir(place.path().join("moon")).expect("read").flatten();
    let names: BTreeSet<_> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let expected: BTreeSet<_> = image.pictures().iter().map(|picture| format!("{picture}.jpg")).collect();
    assert_eq!(names, expected, "and nothing else");
    let large = pictures().read(image.large).await.expect("read").expect("there");
    assert_quarters(&decoded(&large), [RED, GREEN, BLUE, YELLOW]);
    let file = place.path().join("moon").join(format!("{}.jpg", image.large));
    fs::write(&file, b"damaged").expect("written");
    pictures().take(Bytes::from(jpeg(240, 180, 0))).await.expect("taken");
    assert_eq!(fs::read(&file).expect("read"), large, "what was damaged is written anew");
    assert_eq!(pictures().read(PictureHash([0; 32])).await.expect("read"), None);
}

#[actix::test]
async fn no_picture_is_taken_where_orders_are_refused_for_want_of_space() {
    let place = tempfile::tempdir().expect("a folder");
    let gate = OrderGate::default();
    let pictures = Pictures::new(place.path(), &slug(), &PictureThread::default(), gate.clone());
    gate.close();
    let refused = pictures.take(Bytes::from(jpeg(8, 8, 0))).await;
    assert!(matches!(refused, Err(PictureRefused::CannotWrite(CannotWrite::DiskFull))));
    gate.open();
    pictures.take(Bytes::from(jpeg(8, 8, 0))).await.expect("taken");
}

#[test]
fn only_pictures_that_nobody_wanted_for_a_week_are_removed() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = PictureFolder::new(place.path().join("moon"));
    assert_eq!(folder.tidy(&BTreeSet::new(), clock::now()).expect("nothing there"), 0);
    let [shown, gone] = folder.keep(&[b"shown".to_vec(), b"gone".to_vec()]).expect("kept");
    let foreign = place.path().join("moon/picture.png");
    fs::write(&foreign, b"somebody's").expect("written");
    let after = |days: u64| {
        let ms = i64::try_from(Duration::from_secs(days * 24 * 3_600).as_millis()).expect("some days");
        clock::now().plus_ms(ms)
    };
    assert_eq!(folder.tidy(&BTreeSet::from([shown]), after(6)).expect("tidied"), 0, "a tablet may still show it");
    assert_eq!(folder.tidy(&BTreeSet::from([shown]), after(8)).expect("tidied"), 1);
    assert!(folder.read(shown).expect("read").is_some() && folder.read(gone).expect("read").is_none());
    assert!(foreign.exists());
    // It was wanted until now, however old its file is: the grace begins when the dish loses it.
    let file = place.path().join(format!("moon/{shown}.jpg"));
    let long_ago = Timespec { tv_sec: 1_000_000, tv_nsec: 0 };
    let times = Timestamps { last_access: long_ago, last_modification: long_ago };
    rustix::fs::futimens(fs::File::open(&file).expect("there"), &times).expect("set");
    assert_eq!(folder.tidy(&BTreeSet::from([shown]), clock::now()).expect("tidied"), 0);
    assert_eq!(folder.tidy(&BTreeSet::new(), after(6)).expect("tidied"), 0);
    assert_eq!(folder.tidy(&BTreeSet::new(), after(8)).expect("tidied"), 1);
}
