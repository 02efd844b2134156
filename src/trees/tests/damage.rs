//! Damaged files: whatever happens to the view's files, the view that serves is complete.

use std::fs;
use std::path::{Path, PathBuf};

use super::shop::{Shop, try_shown, wait};
use crate::trees::TreesError;

/// Deterministic positions.
struct Places(u64);

impl Places {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (below as u64)).expect("fits")
    }
}

fn busy_shop() -> Shop {
    let mut shop = Shop::new(4);
    for round in 0..120 {
        shop.order(1 + round % 3);
        shop.visit(1 + round % 3);
    }
    shop.order(4);
    shop
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("makes");
    for entry in fs::read_dir(from).expect("reads").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copies");
        }
    }
}

/// Starts on a damaged copy of the folder and expects all of the history. Damage that only reading meets is an error
/// once, never a wrong answer, and is rebuilt at once.
fn expect_whole(shop: &Shop, undamaged: &Path, damage: impl FnOnce(&Path)) {
    let _ = fs::remove_dir_all(shop.trees_folder());
    copy_folder(undamaged, &shop.trees_folder());
    damage(&shop.trees_folder());
    let before = shop.moved_aside();
    let trees = shop.start();
    let read = || Ok((try_shown(&trees, None, 7)?, trees.disagreements(&shop.state)?));
    match read() {
        Ok(read) => assert_eq!(read, (shop.expected(None), vec![])),
        Err(TreesError::Damaged(_)) => {
            while shop.moved_aside() == before {
                std::thread::yield_now();
            }
        }
        Err(other) => panic!("{other}"),
    }
    shop.check(&trees);
    trees.stop();
    assert_eq!(shop.verify().disagreements, vec![]);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).expect("reads").flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// Both kinds: a folder that was never opened again (no snapshot), and one that was.
fn folders(shop: &Shop) -> [PathBuf; 2] {
    shop.start().stop();
    let [first, reopened] = ["first", "reopened"].map(|name| shop.folder.path().join(name));
    copy_folder(&shop.trees_folder(), &first);
    shop.start().stop();
    copy_folder(&shop.trees_folder(), &reopened);
    [first, reopened]
}

#[test]
fn any_file_truncated_emptied_or_removed() {
    let shop = busy_shop();
    for undamaged in folders(&shop) {
        for file in files(&undamaged) {
            let name = file.file_name().expect("a name");
            let bytes = fs::read(&file).expect("reads");
            for keep in [0, bytes.len() / 2, bytes.len().saturating_sub(1)] {
                expect_whole(&shop, &undamaged, |folder| fs::write(folder.join(name), &bytes[..keep]).expect("writes"));
            }
            expect_whole(&shop, &undamaged, |folder| fs::remove_file(folder.join(name)).expect("removes"));
        }
    }
}

#[test]
fn bits_flipped_and_blocks_zeroed_anywhere() {
    let shop = busy_shop();
    let mut places = Places(20_261_120);
    for undamaged in folders(&shop) {
        for file in files(&undamaged) {
            let name = file.file_name().expect("a name");
            let bytes = fs::read(&file).expect("reads");
            for _ in 0..6 {
                let mut flipped = bytes.clone();
                flipped[places.next(bytes.len())] ^= 1 << places.next(8);
                expect_whole(&shop, &undamaged, |folder| fs::write(folder.join(name), &flipped).expect("writes"));
            }
            for _ in 0..3 {
                let mut zeroed = bytes.clone();
                let begin = places.next(bytes.len());
                let end = (begin + 4096).min(bytes.len());
                zeroed[begin..end].fill(0);
                expect_whole(&shop, &undamaged, |folder| fs::write(folder.join(name), &zeroed).expect("writes"));
            }
        }
    }
}

#[test]
fn a_folder_copied_while_it_is_written_like_a_killed_process_leaves_it() {
    let mut shop = busy_shop();
    let trees = shop.start();
    let copy = shop.folder.path().join("copy");
    for round in 0..6 {
        for _ in 0..40 {
            shop.visit(1 + round % 3);
            trees.publish(&shop.commits[shop.commits.len() - 2..]);
        }
        let _ = fs::remove_dir_all(&copy);
        copy_folder(&shop.trees_folder(), &copy);
        let handle = crate::trees::TreesWriter::spawn(copy.clone(), shop.reader.clone(), super::shop::ENCODERS);
        let left = handle.expect("a thread");
        assert!(wait(&left, shop.state.seq));
        shop.check(&left);
        left.stop();
    }
    trees.stop();
}
