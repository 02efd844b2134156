use std::sync::Arc;
use std::sync::mpsc::channel;

use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::domain::state::StoreState;
use crate::journal::fixtures::{Folder, Shop, append, state_of};
use crate::journal::{CheckpointWriter, CommitWriter, JournalReader, Queued, RecoveryNote};

/// Everything a reader gives, in pages of a few events.
pub(super) fn read_all(reader: &JournalReader) -> Vec<Arc<Commit>> {
    let mut all: Vec<Arc<Commit>> = Vec::new();
    loop {
        let after = all.last().map_or(Seq::new(0), |commit| commit.last_seq());
        let page = reader.read_after(after, 3).expect("reads");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

#[test]
fn a_new_journal_is_empty_and_writes_nothing() {
    let folder = Folder::new();
    let opened = folder.open();
    assert_eq!(opened.state, StoreState::default());
    assert_eq!((opened.notes, opened.lost), (Vec::new(), None));
    assert_eq!((opened.reader.durable_seq(), opened.reader.first_seq()), (Seq::new(0), Seq::new(1)));
    assert!(opened.reader.read_after(Seq::new(0), 10).expect("reads").is_empty());
    assert!(folder.segments().is_empty());
    opened.journal.finish().expect("closes");
    assert_eq!(folder.files(""), ["lock"]);
}

#[test]
fn what_was_written_is_read_and_replayed() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let commits = shop.open_with_orders(40);
    let mut opened = folder.open();
    let lineage = opened.lineage;
    for batch in commits.chunks(7) {
        append(&mut opened, batch);
    }
    assert_eq!(read_all(&opened.reader), commits);
    for commit in &commits {
        assert_eq!(opened.reader.read_commit(commit.seq).expect("reads").as_ref(), Some(commit));
    }
    // A seq inside a commit gives that commit; one that begins none gives nothing.
    let long = commits.iter().find(|commit| commit.events.len() > 1).expect("one with several events");
    assert_eq!(opened.reader.read_after(long.seq, 1).expect("reads"), [Arc::clone(long)]);
    assert_eq!(opened.reader.read_commit(long.seq.next()).expect("reads"), None);
    opened.journal.finish().expect("closes");

    let opened = folder.open();
    assert_eq!(opened.state, shop.state);
    assert_eq!((opened.lineage, opened.lost), (lineage, None));
    assert_eq!(read_all(&opened.reader), commits);
}

#[test]
fn segments_follow_each_other_and_readers_cross_them() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let mut commits = shop.open();
    let mut opened = folder.open_small();
    append(&mut opened, &commits);
    for _ in 0..120 {
        let batch = [shop.order(), shop.order(), shop.order()];
        append(&mut opened, &batch);
        commits.extend(batch);
    }
    assert!(folder.segments().len() > 3, "{:?}", folder.segments());
    assert_eq!(read_all(&opened.reader), commits);
    let early = opened.reader.clone();
    opened.journal.finish().expect("closes");
    // Closing cuts every segment to its used length.
    for name in folder.segments() {
        assert_eq!(folder.bytes(&name).last(), Some(&b'\n'), "{name}");
    }
    assert!(folder.files(".tmp").is_empty());

    let mut opened = folder.open_small();
    assert_eq!(opened.state, shop.state);
    let more: Vec<_> = (0..5).map(|_| shop.order()).collect();
    append(&mut opened, &more);
    commits.extend(more);
    assert_eq!(read_all(&opened.reader), commits);
    assert_eq!(early.durable_seq(), Seq::new(commits[commits.len() - 5].seq.get() - 1));
    drop(opened);
    assert_eq!(folder.open_small().state, state_of(&commits));
}

#[test]
fn a_clean_stop_leaves_a_checkpoint_and_nothing_to_replay() {
    let folder = Folder::new();
    let mut shop = Shop::new();
    let opened = folder.open();
    let (told, hear) = channel();
    let queue = CommitWriter::spawn(
        opened.journal,
        move |durable: crate::journal::Durable<usize>| {
            told.send((durable.durable_seq, durable.items.iter().map(|item| item.release).collect::<Vec<_>>()))
                .expect("heard");
        },
        |error| panic!("{error}"),
    )
    .expect("spawns");
    let commits = shop.open_with_orders(20);
    for (release, commit) in commits.iter().enumerate() {
        queue.push(Queued { commit: Some(Arc::clone(commit)), release }).expect("room");
    }
    let checkpoints =
        CheckpointWriter::spawn(opened.reader.clone(), crate::journal::fixtures::store()).expect("spawns");
    checkpoints.offer(shop.state.clone());
    queue.finish().expect("ends");
    assert_eq!(checkpoints.finish().expect("ends"), Some(shop.state.seq));
    let heard: Vec<_> = hear.iter().collect();
    assert_eq!(heard.last().map(|(seq, _)| *seq), Some(shop.state.seq));
    assert_eq!(heard.into_iter().flat_map(|(_, items)| items).collect::<Vec<_>>(), (0..26).collect::<Vec<_>>());

    let before = folder.files("");
    let opened = folder.open();
    assert_eq!(opened.state, shop.state);
    assert_eq!(opened.notes, [RecoveryNote::FromCheckpoint { seq: shop.state.seq }]);
    opened.journal.finish().expect("closes");
    assert_eq!(folder.files(""), before);
}

/// The example of `docs/journal.md` is read, and written, byte for byte: what a released version wrote is read for ever.
#[test]
fn the_format_is_the_one_described() {
    let is_line = |line: &&str| line.get(8..10) == Some(" {") && line[..8].bytes().all(|byte| byte.is_ascii_hexdigit());
    let described = include_str!("../../../docs/journal.md").lines().filter(is_line);
    let lines: Vec<&str> = described.collect();
    let name = "00000000000000000001.0.journal";
    let commit = Shop::new().open().swap_remove(0);

    let folder = Folder::new();
    std::fs::create_dir_all(&folder.path).expect("a folder");
    folder.put(name, format!("{}\n{}\n", lines[0], lines[1]).as_bytes());
    let opened = folder.open();
    assert_eq!(opened.lineage.to_string(), "cad55be7d01f72da2965e43d62f3a69f");
    assert_eq!(read_all(&opened.reader), [Arc::clone(&commit)]);
    drop(opened);

    let folder = Folder::new();
    let mut opened = folder.open();
    append(&mut opened, &[commit]);
    let lineage = opened.lineage.to_string();
    opened.journal.finish().expect("closes");
    let written = String::from_utf8(folder.bytes(name)).expect("text");
    let written: Vec<&str> = written.lines().collect();
    assert_eq!(written[1..], lines[1..]);
    assert_eq!(written[0][9..].replace(&lineage, "cad55be7d01f72da2965e43d62f3a69f"), lines[0][9..]);
}
