//! `sync`: the same sequence as the stream, asked for page by page. Serves a reconnect and the polling fall-back.

use serde_json::value::RawValue;

use super::handle::{ExecuteError, StoreHandle};
use super::stream::{From, PAGE_COMMITS, Reader};
use super::wire::frame::{event_json, visible};
use super::wire::to_json;
use crate::domain::ids::Seq;

/// Events of one answer.
const EVENTS_MAX: usize = 500;
/// Events looked at for one answer; a quiet table's page may be short and say `more`.
const SCANNED_MAX: u64 = 20_000;

#[derive(serde::Serialize)]
struct SyncWire {
    last_event_id: Seq,
    events: Vec<Box<RawValue>>,
    more: bool,
    snapshot: Option<Box<RawValue>>,
}

fn raw(json: Vec<u8>) -> Box<RawValue> {
    let text = String::from_utf8(json).expect("serde_json writes UTF-8");
    RawValue::from_string(text).expect("serde_json writes JSON")
}

impl StoreHandle {
    /// The events after a position, or a snapshot when the position cannot be continued.
    ///
    /// # Errors
    /// [`ExecuteError::Unavailable`] when the store is overloaded, stopping or cannot read its journal,
    /// [`ExecuteError::CannotWrite`] while that cannot be written; a visit that is over is refused.
    pub async fn sync(&self, reader: Reader, from: From) -> Result<Vec<u8>, ExecuteError> {
        self.must_be_begun()?;
        let Ok(Some(after)) = self.position(&from) else {
            let (snapshot, seq) = self.snapshot_json(reader).await?;
            let answer =
                SyncWire { last_event_id: seq, events: Vec::new(), more: false, snapshot: Some(raw(snapshot)) };
            return Ok(to_json(&answer));
        };
        let audience = self.audience(reader).await?;
        let (mut position, mut events, mut ended) = (after, Vec::new(), false);
        let complete_to = 'scan: loop {
            let commits = self.commits_after(position, PAGE_COMMITS).await?;
            let (commits, ends) = audience.until_its_end(&commits);
            let Some(last) = commits.last() else { break position };
            for commit in commits {
                for (seq, event) in visible(commit, after, audience) {
                    events.push(raw(event_json(self.slug().as_str(), commit, seq, event, audience)));
                    if events.len() == EVENTS_MAX {
                        break 'scan seq;
                    }
                }
            }
            position = last.last_seq();
            ended = ends;
            if ended || position.get() - after.get() >= SCANNED_MAX {
                break position;
            }
        };
        let more = !ended && complete_to < self.durable_seq();
        Ok(to_json(&SyncWire { last_event_id: complete_to, events, more, snapshot: None }))
    }
}
