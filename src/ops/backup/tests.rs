//! Backups and restores of a real shop: the first release's golden folder, which has several segments and checkpoints.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::archive::ArchiveWriter;
use super::*;
use crate::clock::{self, Calendar};
use crate::domain::ids::Seq;
use crate::domain::time::Timestamp;
use crate::journal;
use crate::ops::data_folder::{DataFolder, DataFolderError, FORMAT, Purpose};
use crate::ops::golden_shop::{Shop, content, moon, state};
use crate::ops::restore::{RestoreError, restore};

/// The data folder's format mark.
fn mark(shop: &Shop) -> serde_json::Value {
    serde_json::from_slice(&fs::read(shop.data().join("format")).expect("read")).expect("JSON")
}

fn format(shop: &Shop) -> u32 {
    mark(shop)["tableorder_data_folder"].as_u64().and_then(|format| format.try_into().ok()).expect("a format")
}

#[test]
fn a_backup_restores_to_the_same_state_in_a_new_lineage_and_keeps_what_was_there() {
    let shop = Shop::new();
    let before = state(&shop.journal());
    let archive = shop.backup();
    let walked = walk(&archive, Depth::Full, |_, _| Ok(())).expect("sound");
    assert_eq!(walked.manifest.stores[0].last_seq, before.0.seq);
    assert!(walked.manifest.stores[0].missing.is_empty());
    let key = fs::read(shop.data().join("secret.key")).expect("read");
    let old = content(&shop.data().join("stores"));

    drop(DataFolder::open_to_replace(&shop.data(), Purpose::Shop).expect("opens"));
    assert_eq!(format(&shop), 1, "a restore that goes no further changes nothing");
    let restored = restore(&archive, &shop.data()).expect("restored");
    assert_eq!(format(&shop), FORMAT);
    let after = state(&shop.journal());
    assert!(after.0 == before.0, "the state is the same");
    assert_ne!(after.1, before.1, "the lineage is not");
    assert_eq!(restored.stores[0].lineage, after.1.to_string());
    assert_eq!(fs::read(shop.data().join("secret.key")).expect("read"), key, "logins stay");
    let aside = restored.set_aside.expect("there was a store");
    let kept: Vec<_> = content(&aside.join("stores")).into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(kept, old.into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>());
    assert_eq!(fs::read(shop.data().join("uploads/moon/picture.png")).expect("read"), [137, 80, 78, 71, 0, 255]);

    let elsewhere = shop.place.path().join("new-pc");
    restore(&archive, &elsewhere).expect("restored on another computer");
    assert!(state(&elsewhere.join("stores/moon/journal")).0 == before.0);
}

#[test]
fn an_archive_says_what_it_is_and_holds_no_secret() {
    let shop = Shop::new();
    let settings = shop.place.path().join("shop.toml");
    fs::write(&settings, "[server]\nport = 1\n").expect("written");
    let made = make(&Plan { settings_file: Some(settings), ..shop.plan() }).expect("made");
    let name = made.file.file_name().expect("a name").to_string_lossy();
    assert!(name.starts_with("tableorder-moon-") && name.ends_with(".tar.gz"), "{name}");
    let mut names = Vec::new();
    let walked = walk(&made.file, Depth::Entries, |name, _| {
        names.push(name.to_owned());
        Ok(())
    });
    let opening = walked.expect("sound").opening;
    assert_eq!((opening.kind, opening.purpose, opening.tableorder_backup), (Kind::ByHand, Purpose::Shop, 1));
    assert_eq!(names.first().map(String::as_str), Some("settings.toml"));
    assert!(names.iter().all(|name| !name.contains("secret")), "{names:?}");
    assert_eq!(names.last().map(String::as_str), Some("uploads/moon/picture.png"));
}

#[test]
fn what_is_torn_at_the_end_is_left_out_and_what_is_lost_is_told() {
    let shop = Shop::new();
    let newest = shop.journal().join("00000000000000000043.3.journal");
    let mut bytes = fs::read(&newest).expect("read");
    bytes.truncate(bytes.len() - 10);
    fs::write(&newest, &bytes).expect("written");
    for checkpoint in ["00000000000000000045.checkpoint", "00000000000000000042.checkpoint"] {
        fs::remove_file(shop.journal().join(checkpoint)).expect("removed");
    }
    let made = make(&shop.plan()).expect("made");
    assert_eq!((made.stores[0].last_seq, made.stores[0].missing.len()), (44, 0), "{made:?}");
    let oldest = shop.journal().join("00000000000000000001.0.journal");
    let mut bytes = fs::read(&oldest).expect("read");
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    fs::write(&oldest, &bytes).expect("written");
    let made = make(&shop.plan()).expect("what is left is backed up");
    assert!(!made.stores[0].missing.is_empty(), "{made:?}");
    let restored = restore(&made.file, &shop.place.path().join("new-pc")).expect("restored");
    assert_eq!(restored.stores[0].last_seq, made.stores[0].last_seq);
}

#[test]
fn a_restored_journal_knows_what_the_backup_could_not_read() {
    let shop = Shop::new();
    let oldest = shop.journal().join("00000000000000000001.0.journal");
    let mut bytes = fs::read(&oldest).expect("read");
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    fs::write(&oldest, &bytes).expect("written");
    let made = make(&shop.plan()).expect("made");
    let missing: Vec<_> = made.stores[0].missing.iter().map(journal::LostRange::seqs).collect();
    assert!(!missing.is_empty());
    let elsewhere = shop.place.path().join("new-pc");
    restore(&made.file, &elsewhere).expect("restored");
    let opened = journal::open(&elsewhere.join("stores/moon/journal"), &moon(), journal::JournalSettings::default());
    let lost = opened.expect("opens").lost.expect("told until it is confirmed");
    assert_eq!(lost.ranges.iter().map(journal::LostRange::seqs).collect::<Vec<_>>(), missing);
}

/// Nothing in `data` changes by trying to restore this.
fn assert_refused(archive: &Path, data: &Path, what: &str) -> RestoreError {
    let before = content(data);
    let error = restore(archive, data).expect_err(what);
    assert!(content(data) == before, "{what}: something was touched");
    error
}

#[test]
fn an_archive_with_any_damage_is_refused_before_anything_is_touched() {
    let shop = Shop::new();
    let archive = shop.backup();
    let intact = fs::read(&archive).expect("read");
    let damaged = shop.place.path().join("damaged.tar.gz");
    let intact_tar = tar_of(&archive);
    let mut tried = 0;
    let step = intact.len() / 150 + 1;
    for place in (0..intact.len()).step_by(step).chain([intact.len() - 1]) {
        fs::write(&damaged, &intact[..place]).expect("written");
        let error = assert_refused(&damaged, &shop.data(), &format!("cut at {place}"));
        assert_eq!(error.exit_code(), 3, "cut at {place}: {error}");
        // The first ten bytes of gzip name its writer and its time; they say nothing about the content.
        if place >= 10 {
            let mut bytes = intact.clone();
            bytes[place] ^= 0x10;
            // The last bits of a stream may stand for nothing.
            let mut tar = Vec::new();
            if GzDecoder::new(&bytes[..]).read_to_end(&mut tar).is_ok() && tar == intact_tar {
                continue;
            }
            fs::write(&damaged, &bytes).expect("written");
            let error = assert_refused(&damaged, &shop.data(), &format!("flipped at {place}"));
            assert_eq!(error.exit_code(), 3, "flipped at {place}: {error}");
        }
        tried += 2;
    }
    assert!(tried > 100);
    let mut longer = intact;
    longer.push(0);
    fs::write(&damaged, longer).expect("written");
    assert_eq!(assert_refused(&damaged, &shop.data(), "something behind it").exit_code(), 3);
}

/// Something done to a file.
type Change = fn(&mut Vec<u8>);

/// The plain tar of an archive, and a way back.
fn tar_of(archive: &Path) -> Vec<u8> {
    let mut tar = Vec::new();
    GzDecoder::new(fs::File::open(archive).expect("opened")).read_to_end(&mut tar).expect("unpacked");
    tar
}

fn packed(tar: &[u8], to: &Path) {
    let mut out = GzEncoder::new(fs::File::create(to).expect("made"), flate2::Compression::fast());
    out.write_all(tar).expect("written");
    out.finish().expect("written");
}

/// Where each entry begins and ends in a tar.
fn entries(tar: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((_, bytes)) = ustar::parse(tar[at..at + 512].try_into().expect("a block")) {
        let end = at + 512 + usize::try_from(bytes).expect("small") + ustar::padding(bytes);
        found.push(at..end);
        at = end;
    }
    found
}

#[test]
fn an_archive_that_somebody_put_together_is_refused() {
    let shop = Shop::new();
    let tar = tar_of(&shop.backup());
    let ranges = entries(&tar);
    let made_up = shop.place.path().join("made-up.tar.gz");
    let refuse = |tar: &[u8], what: &str| {
        packed(tar, &made_up);
        assert_eq!(assert_refused(&made_up, &shop.data(), what).exit_code(), 3, "{what}");
    };
    packed(&tar, &made_up);
    walk(&made_up, Depth::Full, |_, _| Ok(())).expect("packing alone changes nothing");
    for (place, range) in ranges.iter().enumerate() {
        let mut changed = tar.clone();
        changed[range.start + 512] ^= 1;
        refuse(&changed, &format!("entry {place} changed"));
        let without = [&tar[..range.start], &tar[range.end..]].concat();
        refuse(&without, &format!("entry {place} missing"));
        let twice = [&tar[..range.end], &tar[range.start..]].concat();
        refuse(&twice, &format!("entry {place} twice"));
        if let Some(next) = ranges.get(place + 1) {
            let swapped = [&tar[..range.start], &tar[next.clone()], &tar[range.clone()], &tar[next.end..]].concat();
            refuse(&swapped, &format!("entries {place} and {} swapped", place + 1));
        }
    }
    let picture = ranges.len() - 2;
    let at = ranges[picture].start;
    for name in ["../../evil", "/etc/evil", "uploads/moon/../x", "uploads/sun/x.png", "stores/moon/x", "secret.key"] {
        let mut changed = tar.clone();
        let block = ustar::header(name, 6).unwrap_or_else(|| raw_header(name));
        changed[at..at + 512].copy_from_slice(&block);
        refuse(&changed, name);
    }
    for kind in *b"12567x" {
        let mut block: [u8; 512] = tar[at..at + 512].try_into().expect("a block");
        block[156] = kind;
        block[157..165].copy_from_slice(b"/etc/pas");
        let mut changed = tar.clone();
        changed[at..at + 512].copy_from_slice(&with_checksum(block));
        refuse(&changed, &format!("a link or folder of kind {kind}"));
    }
}

/// A header that our own writer refuses to make.
fn raw_header(name: &str) -> [u8; 512] {
    let mut block = ustar::header("x", 6).expect("fits");
    block[..name.len()].copy_from_slice(name.as_bytes());
    with_checksum(block)
}

fn with_checksum(mut block: [u8; 512]) -> [u8; 512] {
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

#[test]
fn an_archive_whose_hashes_fit_but_whose_journal_does_not_is_refused() {
    let shop = Shop::new();
    let archive = shop.backup();
    let mut entries = Vec::new();
    let walked = walk(&archive, Depth::Full, |name, content| {
        entries.push((name.to_owned(), content.to_owned()));
        Ok(())
    });
    let walked = walked.expect("sound");
    let rewritten = shop.place.path().join("rewritten.tar.gz");
    let write = |change: &dyn Fn(&str, &mut Vec<u8>)| {
        let mut archive = ArchiveWriter::new(fs::File::create(&rewritten).expect("made"));
        archive.add_json("tableorder.json", &walked.opening).expect("written");
        for (name, content) in &entries {
            let mut content = content.clone();
            change(name, &mut content);
            archive.add(name, &content).expect("written");
        }
        archive.finish(walked.manifest.stores.clone()).expect("written");
    };
    write(&|_, _| ());
    walk(&rewritten, Depth::Full, |_, _| Ok(())).expect("rewriting alone changes nothing");
    let changes: [(&str, Change); 3] = [
        ("a byte of a line changed", |content| {
            let at = content.len() / 2;
            content[at] ^= 1;
        }),
        ("the last line is missing", |content| {
            let end = content[..content.len() - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            content.truncate(end);
        }),
        ("half a line is missing", |content| content.truncate(content.len() - 5)),
    ];
    for (what, change) in changes {
        write(&|name, content| {
            if name.ends_with(".3.journal") {
                change(content);
            }
        });
        walk(&rewritten, Depth::Entries, |_, _| Ok(())).expect("the hashes fit");
        assert_eq!(assert_refused(&rewritten, &shop.data(), what).exit_code(), 3, "{what}");
    }
}

#[test]
fn a_newer_archive_is_refused_with_the_program_it_needs() {
    let shop = Shop::new();
    let newer = shop.place.path().join("newer.tar.gz");
    let mut archive = ArchiveWriter::new(fs::File::create(&newer).expect("made"));
    let opening = serde_json::json!({"tableorder_backup": 2, "needs_program": "9.1.0", "else": []});
    archive.add_json("tableorder.json", &opening).expect("written");
    archive.finish(Vec::new()).expect("written");
    let error = assert_refused(&newer, &shop.data(), "newer");
    assert_eq!(error.exit_code(), 3);
    assert!(error.to_string().contains("tableorder 9.1.0"), "{error}");
}

#[test]
fn a_folder_in_use_or_of_another_purpose_is_refused() {
    let shop = Shop::new();
    let archive = shop.backup();
    let held = DataFolder::open(&shop.data(), Purpose::Shop).expect("opens");
    let error = restore(&archive, &shop.data()).expect_err("in use");
    assert_eq!(error.exit_code(), 1, "{error}");
    drop(held);
    let demo = shop.place.path().join("demo");
    drop(DataFolder::open(&demo, Purpose::Demo).expect("opens"));
    let error = assert_refused(&archive, &demo, "a demo's folder");
    assert!(matches!(error, RestoreError::Folder(DataFolderError::IsADemo(_))), "{error}");
    let of_demo = shop.place.path().join("of-demo.tar.gz");
    let plan = Plan { purpose: Purpose::Demo, target: Target::Named(of_demo.clone()), ..shop.plan() };
    make(&plan).expect("made");
    let error = assert_refused(&of_demo, &shop.data(), "a shop's folder");
    assert!(matches!(error, RestoreError::Folder(DataFolderError::NotADemo(_))), "{error}");
}

#[test]
fn an_older_folder_is_upgraded_only_after_a_backup() {
    let shop = Shop::new();
    let own = folder(&shop.data());
    fs::remove_dir(&own).expect("removed");
    fs::write(&own, "somebody's file").expect("written");
    let before = content(&shop.data());
    let refusal = DataFolder::open(&shop.data(), Purpose::Shop).expect_err("no backup can be made");
    assert_eq!(refusal.exit_code(), 1, "{refusal}");
    assert!(content(&shop.data()) == before, "nothing was changed: {refusal}");
    fs::remove_file(&own).expect("removed");

    let opened = DataFolder::open(&shop.data(), Purpose::Shop).expect("upgraded");
    assert!(opened.notes.iter().any(|note| note.contains("upgraded from format 1")), "{:?}", opened.notes);
    let backups = list(&own);
    assert_eq!(backups.len(), 1);
    assert!(backups[0].to_string_lossy().ends_with("-before-upgrade.tar.gz"));
    let walked = walk(&backups[0], Depth::Full, |_, _| Ok(())).expect("sound");
    assert_eq!(walked.opening.kind, Kind::BeforeUpgrade);
    let mark = mark(&shop);
    assert_eq!(mark["tableorder_data_folder"], FORMAT);
    assert_eq!(mark["written_by"], env!("CARGO_PKG_VERSION"));
    assert!(mark["needs_program"].is_string());
    drop(opened);
    assert!(DataFolder::open(&shop.data(), Purpose::Shop).expect("opens").notes.is_empty());
    assert_eq!(list(&own).len(), 1, "once is enough");
}

#[test]
fn a_backup_never_replaces_a_file_and_leaves_nothing_unfinished() {
    let shop = Shop::new();
    let archive = shop.backup();
    let plan = Plan { target: Target::Named(archive.clone()), ..shop.plan() };
    assert!(matches!(make(&plan), Err(BackupError::Exists(_))));
    let crashed = folder(&shop.data()).join("tableorder-moon-20260101-060000.tar.gz.tmp");
    fs::write(&crashed, "half").expect("written");
    let first = make(&shop.plan()).expect("made");
    let second = make(&shop.plan()).expect("made in the same second");
    assert!(second.file > first.file);
    let third = make(&shop.plan()).expect("made in the same second");
    assert!(third.file > second.file && third.file.exists() && !second.file.exists());
    let second = third;
    assert!(!crashed.exists());
    assert!(name::unfinished(&folder(&shop.data())).is_empty());
    let no_room = Plan { keep_free: u64::MAX / 2, ..shop.plan() };
    let error = make(&no_room).expect_err("orders need the space");
    assert!(matches!(error, BackupError::NoRoom { .. }), "{error}");
    assert_eq!(list(&folder(&shop.data())).len(), 1, "of one day the newest stays");
    let older = folder(&shop.data()).join("tableorder-moon-20260101-060000.tar.gz");
    fs::copy(&second.file, &older).expect("copied");
    make(&no_room).expect_err("orders need the space");
    assert!(older.exists(), "none goes when all would not be enough");
}

fn day(number: i64) -> Timestamp {
    // Noon in Seoul.
    Timestamp::from_ms(1_795_230_000_000 + number * 86_400_000)
}

fn automatic(shop: &Shop, second: Option<PathBuf>, now: Timestamp) -> Automatic {
    Automatic::new(shop.data(), None, second, Calendar::default(), 0, now)
}

#[test]
fn one_a_business_day_and_one_soon_after_a_start_that_finds_the_newest_older() {
    let shop = Shop::new();
    let now = clock::now();
    let first = automatic(&shop, None, now);
    let minutes = |count: i64| now.plus_ms(count * 60_000);
    assert!(!first.is_due(minutes(1), 0), "a start has the disk for itself");
    assert!(first.is_due(minutes(3), 0), "there is none");
    assert!(first.told(minutes(3)).problems.is_empty());
    assert_eq!(first.told(minutes(49 * 60)).problems.len(), 1, "two days without");
    first.run();
    assert!(!first.is_due(minutes(3), 0));
    assert!(first.is_due(minutes(24 * 60), 0), "the next business day");
    assert!(first.told(minutes(47 * 60)).problems.is_empty());
    assert_eq!(first.told(minutes(49 * 60)).problems.len(), 1);

    let again = automatic(&shop, None, now);
    assert!(again.told(now).newest_good.is_some(), "it is known to the next start");
    assert!(!again.is_due(minutes(3), 0));
    let behind = automatic(&shop, None, minutes(-10 * 24 * 60));
    assert!(behind.is_due(minutes(-10 * 24 * 60 + 3), 0), "one from the future is not believed");
}

#[test]
fn a_failure_is_told_rests_for_an_hour_and_is_over_with_the_next_good_one() {
    let shop = Shop::new();
    let now = day(0);
    let automatic = automatic(&shop, None, now);
    let own = folder(&shop.data());
    fs::remove_dir(&own).expect("removed");
    fs::write(&own, "somebody's file").expect("written");
    automatic.run();
    let told = automatic.told(now);
    assert!(told.problems.len() == 1 && told.problems[0].contains("the last backup failed"), "{told:?}");
    let failed_at_ms = clock::monotonic_ms();
    assert!(!automatic.is_due(now.plus_ms(600_000), failed_at_ms));
    assert!(automatic.is_due(now.plus_ms(600_000), failed_at_ms + 3_600_000));
    fs::remove_file(&own).expect("removed");
    fs::create_dir(&own).expect("made");
    automatic.run();
    assert!(automatic.told(clock::now()).problems.is_empty());
}

#[test]
fn the_second_place_gets_a_copy_and_its_failure_costs_nothing() {
    let shop = Shop::new();
    let second = shop.place.path().join("usb");
    let automatic = automatic(&shop, Some(second.clone()), clock::now());
    automatic.run();
    let told = automatic.told(clock::now());
    assert!(told.problems.len() == 1 && told.problems[0].contains("is not there"), "{told:?}");
    assert_eq!(list(&folder(&shop.data())).len(), 1);
    fs::create_dir(&second).expect("made");
    automatic.run();
    assert!(automatic.told(clock::now()).problems.is_empty());
    let copies = list(&second);
    assert_eq!(copies.len(), 1);
    walk(&copies[0], Depth::Full, |_, _| Ok(())).expect("sound");
}

#[test]
fn a_copy_reads_back_whatever_the_seq_it_ends_at() {
    let shop = Shop::new();
    assert!(journal::JournalCopy::begin(&shop.place.path().join("none"), &moon()).expect("reads").is_none());
    let copy = journal::JournalCopy::begin(&shop.journal(), &moon()).expect("reads").expect("a journal");
    assert!(copy.checkpoint().is_some());
    let begin = copy.beginning().clone();
    let mut files = vec![copy.checkpoint().map(|(name, bytes)| (name.to_owned(), bytes.to_owned())).expect("one")];
    let end = copy.segments(
        |name, bytes| {
            files.push((name.to_owned(), bytes.to_owned()));
            Ok::<(), journal::JournalError>(())
        },
        |error| error,
    );
    let end = end.expect("copied");
    assert_eq!(end.last_seq, Seq::new(45));
    let mut files = files.into_iter();
    let check = journal::check_copy(&begin, || files.next().ok_or_else(|| "too few".to_owned()), |why| why);
    assert_eq!(check.expect("sound"), end);
}

#[test]
fn old_records_that_cannot_be_read_any_more_are_told() {
    let shop = Shop::new();
    let now = clock::now();
    let sound = automatic(&shop, None, now);
    sound.run();
    assert_eq!(sound.told(now).damage, None);
    let oldest = shop.journal().join("00000000000000000001.0.journal");
    let mut bytes = fs::read(&oldest).expect("read");
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    fs::write(&oldest, &bytes).expect("written");
    let automatic = automatic(&shop, None, now);
    automatic.run();
    let told = automatic.told(now);
    assert!(told.damage.is_some_and(|damage| damage.contains("moon: seq ")), "{:?}", told.problems);
    assert_eq!(told.problems, Vec::<String>::new(), "the backup itself is good");
}
