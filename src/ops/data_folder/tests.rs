//! The folder as an owner, a second process and a failing disk meet it.

use super::mark::FORMAT_FILE;
use super::*;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("there").permissions().mode() & 0o777
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let outer = tempfile::tempdir().expect("a folder");
    let path = outer.path().join("shop");
    (outer, path)
}

#[test]
fn a_first_start_makes_the_layout_for_this_user_only() {
    let (_outer, path) = folder();
    let mut folder = DataFolder::open(&path, Purpose::Shop).expect("opens");
    let key = folder.secret_key().expect("a key");
    folder.write_address("http://0.0.0.0:8080").expect("written");
    let store = folder.store(&StoreSlug::parse("moon").expect("a slug")).expect("made");
    for name in [path.clone(), folder.stores(), folder.setup(), path.join("uploads"), path.join("backups"), store] {
        assert_eq!(mode(&name), 0o700, "{}", name.display());
    }
    for name in [KEY_FILE, LOCK_FILE, FORMAT_FILE, ADDRESS_FILE] {
        assert_eq!(mode(&path.join(name)), 0o600, "{name}");
    }
    assert!(folder.notes.is_empty(), "{:?}", folder.notes);
    assert_ne!(key, [0; 32]);
    assert_eq!(folder.secret_key().expect("the same key"), key);
    drop(folder);
    assert_eq!(DataFolder::open(&path, Purpose::Shop).expect("opens again").secret_key().expect("a key"), key);
}

#[test]
fn a_folder_made_by_hand_is_closed_to_others() {
    let (_outer, path) = folder();
    std::fs::create_dir(&path).expect("made");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("set");
    let _folder = DataFolder::open(&path, Purpose::Shop).expect("opens");
    assert_eq!(mode(&path), 0o700);
}

#[test]
fn a_second_opening_is_refused_and_names_the_first() {
    let (_outer, path) = folder();
    let first = DataFolder::open(&path, Purpose::Shop).expect("opens");
    let refusal = DataFolder::open(&path, Purpose::Shop).expect_err("in use").to_string();
    assert!(refusal.contains(&format!("process {}", std::process::id())), "{refusal}");
    drop(first);
    DataFolder::open(&path, Purpose::Shop).expect("free again");
}

#[test]
fn a_newer_format_is_refused_and_left_alone() {
    let (_outer, path) = folder();
    drop(DataFolder::open(&path, Purpose::Shop).expect("opens"));
    let mark = r#"{"tableorder_data_folder":99,"purpose":"chain","needs_program":"7.1.0","more":[]}"#;
    std::fs::write(path.join(FORMAT_FILE), mark).expect("written");
    let error = DataFolder::open(&path, Purpose::Shop).expect_err("newer");
    assert_eq!(error.exit_code(), 3);
    assert!(error.to_string().contains("format 99") && error.to_string().contains("7.1.0"), "{error}");
    assert_eq!(std::fs::read_to_string(path.join(FORMAT_FILE)).expect("read"), mark);
    assert!(matches!(DataFolderVisit::begin(&path), Err(DataFolderError::Newer { found: 99, .. })));
}

#[test]
fn demo_and_shop_never_share_a_folder() {
    let (_outer, path) = folder();
    drop(DataFolder::open(&path, Purpose::Shop).expect("opens"));
    assert!(matches!(DataFolder::open(&path, Purpose::Demo), Err(DataFolderError::NotADemo(_))));
    let (_outer, path) = folder();
    drop(DataFolder::open(&path, Purpose::Demo).expect("opens"));
    assert!(matches!(DataFolder::open(&path, Purpose::Shop), Err(DataFolderError::IsADemo(_))));
    let again = DataFolder::open(&path, Purpose::Demo).expect("used again");
    assert!(!again.demo_is_complete());
    again.remember_demo_complete().expect("written");
    assert!(again.demo_is_complete());
    let (_outer, path) = folder();
    std::fs::create_dir(&path).expect("made");
    std::fs::write(path.join("letter.txt"), "dear").expect("written");
    assert!(matches!(DataFolder::open(&path, Purpose::Demo), Err(DataFolderError::NotADemo(_))));
}

#[test]
fn a_demo_s_first_start_that_was_interrupted_goes_on() {
    let (_outer, path) = folder();
    std::fs::create_dir(&path).expect("made");
    std::fs::write(path.join(LOCK_FILE), "").expect("written");
    std::fs::write(path.join("demo.17.tmp"), "").expect("written");
    DataFolder::open(&path, Purpose::Demo).expect("opens");
}

#[test]
fn any_one_damaged_or_missing_file_never_keeps_it_from_opening_nor_changes_its_purpose() {
    for purpose in [Purpose::Shop, Purpose::Demo] {
        for name in [FORMAT_FILE, DEMO_FILE, LOCK_FILE, KEY_FILE, ADDRESS_FILE] {
            for damage in [None, Some(&b""[..]), Some(&[0; 75]), Some(b"\xff\xfe{{{")] {
                let (_outer, path) = folder();
                let mut first = DataFolder::open(&path, purpose).expect("opens");
                first.secret_key().expect("a key");
                first.write_address("http://0.0.0.0:1").expect("written");
                drop(first);
                if purpose == Purpose::Shop && name == DEMO_FILE {
                    continue;
                }
                match damage {
                    Some(bytes) => std::fs::write(path.join(name), bytes).expect("damaged"),
                    None => std::fs::remove_file(path.join(name)).expect("removed"),
                }
                let mut again = DataFolder::open(&path, purpose).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_ne!(again.secret_key().expect("a key"), [0; 32]);
                drop(again);
                let other = if purpose == Purpose::Shop { Purpose::Demo } else { Purpose::Shop };
                assert!(DataFolder::open(&path, other).is_err(), "{name}");
            }
        }
    }
}

#[test]
fn a_damaged_key_is_replaced_never_used_and_never_deleted() {
    let (_outer, path) = folder();
    let mut folder = DataFolder::open(&path, Purpose::Shop).expect("opens");
    let key = folder.secret_key().expect("a key");
    let text = std::fs::read_to_string(path.join(KEY_FILE)).expect("read");
    std::fs::write(path.join(KEY_FILE), text.replacen(&text[..1], if text.starts_with('0') { "1" } else { "0" }, 1))
        .expect("written");
    assert_ne!(folder.secret_key().expect("a new key"), key);
    assert_eq!(folder.notes.len(), 1);
    let names = std::fs::read_dir(&path).expect("read").map(|entry| entry.expect("entry").file_name());
    assert!(names.into_iter().any(|name| name.to_string_lossy().starts_with("secret.key.damaged-")));
}

#[test]
fn a_visitor_learns_the_address_only_while_the_folder_is_held() {
    let (_outer, path) = folder();
    assert!(matches!(DataFolderVisit::begin(&path), Err(DataFolderError::Missing(_))));
    let folder = DataFolder::open(&path, Purpose::Shop).expect("opens");
    folder.write_address("http://127.0.0.1:4711").expect("written");
    let visit = DataFolderVisit::begin(&path).expect("there");
    assert_eq!((visit.purpose, visit.address().as_deref()), (Some(Purpose::Shop), Some("http://127.0.0.1:4711")));
    drop(folder);
    assert_eq!(visit.address(), None);
}
