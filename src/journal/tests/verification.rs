//! `verify` over sound, torn and damaged journals.

use crate::domain::ids::Seq;
use crate::domain::keys::KeyMemory;
use crate::journal::fixtures::{Folder, Shop, append, state_of};
use crate::journal::verify;

#[test]
fn a_sound_journal_is_told_sound_also_with_a_torn_end_and_superseded_segments() {
    let folder = Folder::new();
    assert!(verify(&folder.path).expect("reads").is_sound(), "a journal that does not exist yet");
    let mut shop = Shop::new();
    let mut commits = shop.open_with_orders(30);
    let mut opened = folder.open_small();
    append(&mut opened, &commits);
    for _ in 0..12 {
        let batch: Vec<_> = (0..10).map(|_| shop.order()).collect();
        append(&mut opened, &batch);
        commits.extend(batch);
    }
    folder.checkpoint(&state_of(&commits[..40]));
    folder.checkpoint(&state_of(&commits[..100]));
    // Beside the process that writes.
    let verified = verify(&folder.path).expect("reads");
    assert!(verified.is_sound(), "{verified:?}");
    let lineage = opened.lineage;
    drop(opened);
    let name = folder.segments().pop().expect("a segment");
    let mut bytes = folder.bytes(&name);
    let used = crate::journal::scan::used_length(&bytes);
    bytes[used - 40] ^= 1;
    folder.put(&name, &bytes);
    commits.pop();
    drop(folder.open_small());

    let verified = verify(&folder.path).expect("reads");
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.store, Some(crate::journal::fixtures::store()));
    assert_eq!(verified.lineage, Some(lineage));
    assert_eq!(verified.commits, commits.len() as u64);
    assert_eq!(verified.last_seq, commits[commits.len() - 1].last_seq());
    assert_eq!(verified.segments, folder.segments().len() as u64 - verified.superseded);
    assert_eq!(verified.checkpoints.len(), 2);
}

#[test]
fn damage_anywhere_is_told_also_in_what_a_start_does_not_read() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let mut opened = folder.open_small();
    let mut commits = shop.open();
    append(&mut opened, &commits);
    for _ in 0..14 {
        let batch: Vec<_> = (0..10).map(|_| shop.order()).collect();
        append(&mut opened, &batch);
        commits.extend(batch);
    }
    opened.journal.finish().expect("closes");
    folder.checkpoint(&state_of(&commits[..120]));
    folder.checkpoint(&shop.state);
    let name = folder.segments().remove(0);
    let whole = folder.bytes(&name);
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 8;
    folder.put(&name, &bytes);
    let opened = folder.open_small();
    assert!(opened.state == shop.state && opened.lost.is_none(), "the checkpoint is enough to start");
    drop(opened);
    let verified = verify(&folder.path).expect("reads");
    assert!(!verified.is_sound());
    assert!(verified.lost[0].first < verified.last_seq);
    assert!(verified.checkpoints.iter().all(|checkpoint| checkpoint.agrees.is_none()));
    folder.put(&name, &whole);
    assert!(verify(&folder.path).expect("reads").is_sound());
}

#[test]
fn a_checkpoint_that_is_not_what_the_commits_lead_to_is_told() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let mut opened = folder.open();
    append(&mut opened, &shop.open_with_orders(5));
    let mut other = shop.state.clone();
    other.keys = KeyMemory::default();
    folder.checkpoint(&other);
    let verified = verify(&folder.path).expect("reads");
    assert_eq!(verified.checkpoints[0].agrees, Some(false));
    assert!(!verified.is_sound());
    assert_ne!(verified.last_seq, Seq::new(0));
}
