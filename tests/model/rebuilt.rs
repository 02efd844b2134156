//! The third witness: the same commits written by the real journal, read back after a restart, and the view built from
//! them.

use std::sync::Arc;
use std::time::Duration;

use tableorder::domain::event::Commit;
use tableorder::domain::state::StoreState;
use tableorder::domain::text::StoreSlug;
use tableorder::domain::time::BusinessDay;
use tableorder::journal::{self, CommitWriter, Durable, JournalSettings, Queued};
use tableorder::trees::{Encoders, HistoryQuery, TreesWriter};

use super::reference::Reference;

const SETTINGS: JournalSettings = JournalSettings { segment_bytes: 1 << 20 };

/// Writes, restarts and compares.
pub fn agrees(state: &StoreState, commits: &[Commit], reference: &Reference) {
    let folder = tempfile::tempdir().expect("a folder");
    let journal_folder = folder.path().join("journal");
    std::fs::create_dir(&journal_folder).expect("a folder");
    let slug = StoreSlug::parse("model").expect("a slug");
    let opened = journal::open(&journal_folder, &slug, SETTINGS).expect("a new journal");
    let queue = CommitWriter::spawn(opened.journal, |_: Durable<()>| {}, |error| panic!("{error}")).expect("a thread");
    for commit in commits {
        queue.push(Queued { commit: Some(Arc::new(commit.clone())), release: () }).expect("is taken");
    }
    queue.finish().expect("ends well");
    drop(opened.reader);

    let reopened = journal::open(&journal_folder, &slug, SETTINGS).expect("a journal");
    assert!(reopened.lost.is_none());
    assert_eq!(&reopened.state, state, "state rebuilt from disk");

    let encoders = Encoders {
        order: |order| serde_json::to_vec(order).expect("serialises"),
        session: |session| serde_json::to_vec(session).expect("serialises"),
    };
    let trees = TreesWriter::spawn(folder.path().join("trees"), reopened.reader.clone(), encoders).expect("a thread");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    assert!(runtime.block_on(trees.wait_applied(state.seq, Duration::from_secs(20))), "the view is complete");
    assert_eq!(trees.disagreements(state).expect("the view can be read"), []);
    let day = |text| BusinessDay::parse(text).expect("a date");
    let query = HistoryQuery { table: None, from: day("0001-01-01"), to: day("9999-12-31"), after: None, limit: 500 };
    let page = trees.history(&query).expect("history");
    let sessions: Vec<serde_json::Value> = serde_json::from_slice(&page.sessions_json).expect("JSON");
    assert_eq!(sessions.len(), reference.finished.len());
    let mut expected: Vec<_> = reference.finished.iter().collect();
    expected.sort_by_key(|(session, _)| std::cmp::Reverse((session.business_day, session.session_id)));
    for (found, (session, orders)) in sessions.iter().zip(expected) {
        let expected_orders: Vec<_> =
            orders.iter().map(|order| serde_json::to_value(order).expect("serialises")).collect();
        assert_eq!(found["session_id"], session.session_id.get());
        assert_eq!(found["orders"], serde_json::Value::Array(expected_orders));
    }
    trees.stop();
}
