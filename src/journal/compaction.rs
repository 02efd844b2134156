//! Compresses closed segments on a thread of its own, with pauses. A segment's plain file is removed only once its
//! compressed copy is durable, was read back and compared; one with damage in it is left as it is. It never touches the
//! segments that are written or that a start has to replay.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::checkpoint;
use super::compressed::{self, MEMBER_TEXT_BYTES};
use super::cursor::LineCursor;
use super::error::JournalError;
use super::header::Header;
use super::line;
use super::reader::{JournalReader, Shared};
use super::segment::{Form, Segment};
use crate::domain::ids::Seq;
use crate::priority;

/// Name of a compressed segment until it is complete.
pub(super) const UNFINISHED_NAME: &str = "compressed.tmp";
/// Segments at the end that stay plain: the one that is written, and the one before it.
const PLAIN_AT_END: usize = 2;
/// Pause before the first look, so that a start has the disk for itself, and between two looks.
const LOOK_PAUSE: Duration = Duration::from_mins(1);
/// Members after which it pauses, so that neither the processor nor the disk is taken for long.
const MEMBERS_AT_ONCE: usize = 8;
/// How long it pauses then.
const WORK_PAUSE: Duration = Duration::from_millis(50);

/// The thread that compresses a store's closed segments. Dropping it lets the thread end at its next pause; what it left
/// unfinished does not count.
#[derive(Debug)]
pub struct Compactor {
    ending: Arc<Ending>,
    _thread: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Ending {
    is_told: Mutex<bool>,
    told: Condvar,
}

impl Ending {
    /// Whether it was told to end, at the latest after `pause`.
    fn within(&self, pause: Duration) -> bool {
        let is_told = self.is_told.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.told.wait_timeout_while(is_told, pause, |is_told| !*is_told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Compactor {
    /// Begins it.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn spawn(reader: &JournalReader) -> Result<Self, JournalError> {
        #[cfg(debug_assertions)]
        if crate::faults::hurries() {
            return Self::looking_every(WORK_PAUSE, reader);
        }
        Self::looking_every(LOOK_PAUSE, reader)
    }

    pub(super) fn looking_every(pause: Duration, reader: &JournalReader) -> Result<Self, JournalError> {
        let ending: Arc<Ending> = Arc::default();
        let told = Arc::clone(&ending);
        let mut compaction = Compaction::new(Arc::clone(&reader.shared), move |pause| told.within(pause));
        let thread = std::thread::Builder::new()
            .name("journal-compact".to_owned())
            .spawn(move || compaction.run(pause))
            .map_err(|source| JournalError::disk("start a thread for", &reader.shared.folder, source))?;
        Ok(Self { ending, _thread: thread })
    }
}

impl Drop for Compactor {
    fn drop(&mut self) {
        *self.ending.is_told.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ending.told.notify_all();
    }
}

/// What a look at the segments came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    /// All were looked at.
    Done,
    /// It was told to end.
    Ended,
}

/// The work, without its thread.
pub(super) struct Compaction<P> {
    shared: Arc<Shared>,
    /// Waits so long; true when it is to end.
    pause: P,
    /// Segments that have damage in them and stay as they are.
    left: Vec<Seq>,
    failure: Option<String>,
}

impl<P: FnMut(Duration) -> bool> Compaction<P> {
    pub(super) const fn new(shared: Arc<Shared>, pause: P) -> Self {
        Self { shared, pause, left: Vec::new(), failure: None }
    }

    fn run(&mut self, look_pause: Duration) {
        priority::stand_back();
        while !(self.pause)(look_pause) {
            match self.look() {
                Ok(Looked::Done) => self.failure = None,
                Ok(Looked::Ended) => return,
                Err(error) => {
                    let why = error.to_string();
                    if self.failure.as_ref() != Some(&why) {
                        tracing::warn!(%error, "a closed journal segment could not be compressed; it stays as it is");
                    }
                    self.failure = Some(why);
                }
            }
        }
    }

    /// Compresses every segment that is due.
    pub(super) fn look(&mut self) -> Result<Looked, JournalError> {
        for segment in self.due()? {
            match self.compress(&segment) {
                Ok(looked @ Looked::Ended) => return Ok(looked),
                Ok(Looked::Done) => {}
                Err(error) => {
                    // Most often the disk is full: its space is needed by others.
                    drop(self.shared.disk.remove(&self.shared.folder.join(UNFINISHED_NAME)));
                    return Err(error);
                }
            }
        }
        Ok(Looked::Done)
    }

    /// Plain segments that are closed, that a checkpoint covers, and that are not known to be damaged.
    fn due(&self) -> Result<Vec<Arc<Segment>>, JournalError> {
        let mut segments = self.shared.segments.read().unwrap_or_else(PoisonError::into_inner).clone();
        segments.truncate(segments.len().saturating_sub(PLAIN_AT_END));
        segments.retain(|segment| segment.name.form == Form::Plain && !self.left.contains(&segment.name.first));
        if segments.is_empty() {
            return Ok(segments);
        }
        let names = self.shared.disk.list(&self.shared.folder)?;
        let covered = names.iter().filter_map(|name| checkpoint::seq_of(name)).max().unwrap_or_default();
        segments.retain(|segment| segment.limit() <= covered.next());
        Ok(segments)
    }

    fn compress(&mut self, plain: &Arc<Segment>) -> Result<Looked, JournalError> {
        let shared = Arc::clone(&self.shared);
        let _alone = shared.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let (disk, folder) = (shared.disk.clone(), shared.folder.clone());
        let unfinished = folder.join(UNFINISHED_NAME);
        let mut file = disk.create(&unfinished)?;
        let mut lines = plain.lines(&disk, 0)?;
        let mut written = Written::default();
        loop {
            let gathered = gather(&mut lines, &plain.path, written.length == 0)?;
            let Some(Gathered { text, first }) = gathered else {
                tracing::warn!(segment = %plain.name, "an old journal segment has damage in it; it is kept as it is, see `tableorder verify`");
                self.left.push(plain.name.first);
                disk.remove(&unfinished)?;
                return Ok(Looked::Done);
            };
            if text.is_empty() {
                break;
            }
            written.members.extend(first.map(|seq| (seq, written.length)));
            let mut member = Vec::with_capacity(text.len() / 4);
            compressed::encode(&text, &mut member);
            file.write_at(&member, written.length)?;
            written.length += member.len() as u64;
            written.parts += 1;
            if written.parts % MEMBERS_AT_ONCE == 0 {
                // In small steps, so that an order's own sync never waits behind a whole segment.
                file.sync()?;
                if (self.pause)(WORK_PAUSE) {
                    return Ok(Looked::Ended);
                }
            }
        }
        file.sync()?;
        file.forget_cached();
        if !self.is_same(plain, &unfinished)? {
            return Ok(Looked::Ended);
        }
        let segment = Segment::compressed(&folder, plain, written.length, written.members);
        file.rename(&segment.path)?;
        disk.sync_folder(&folder)?;
        self.put_in_place(segment);
        disk.remove(&plain.path)?;
        disk.sync_folder(&folder)?;
        tracing::info!(segment = %plain.name, from = plain.used(), to = written.length, "compressed a journal segment");
        Ok(Looked::Done)
    }

    /// Whether the copy reads back line by line as the original; false when it is to end before that is known.
    fn is_same(&mut self, plain: &Segment, copy: &Path) -> Result<bool, JournalError> {
        let disk = &self.shared.disk;
        let mut lines = plain.lines(disk, 0)?;
        let mut copied = LineCursor::open(disk, copy, Form::Compressed, 0, u64::MAX)?;
        let mut bytes = 0;
        loop {
            let (line, copy) = (lines.next_line()?, copied.next_line()?);
            if line.map(|(_, line)| line) != copy.map(|(_, line)| line) {
                return Err(JournalError::CopyDiffers { path: plain.path.clone() });
            }
            let Some((_, line)) = line else { return Ok(true) };
            bytes += line.len();
            if bytes >= MEMBERS_AT_ONCE * MEMBER_TEXT_BYTES {
                bytes = 0;
                if (self.pause)(WORK_PAUSE) {
                    return Ok(false);
                }
            }
        }
    }

    /// Lets readers use it instead of the plain one. Those that hold the plain file open read on in it.
    fn put_in_place(&self, segment: Segment) {
        let mut segments = self.shared.segments.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = segments.iter_mut().find(|place| place.name.is_same_segment(segment.name)) {
            *place = Arc::new(segment);
        }
    }
}

/// What stands in the unfinished file.
#[derive(Default)]
struct Written {
    length: u64,
    parts: usize,
    /// First seqs of members, and where these begin.
    members: Vec<(Seq, u64)>,
}

/// Lines of one member.
struct Gathered {
    text: Vec<u8>,
    /// Seq of the first of them that is a commit.
    first: Option<Seq>,
}

/// The next lines; none at the end, nothing when there is damage among or behind them.
fn gather(lines: &mut LineCursor, path: &Path, is_begin: bool) -> Result<Option<Gathered>, JournalError> {
    let mut gathered = Gathered { text: Vec::with_capacity(MEMBER_TEXT_BYTES + 4_096), first: None };
    while gathered.text.len() < MEMBER_TEXT_BYTES {
        let Some((_, line)) = lines.next_line()? else {
            let is_unused_space = lines.rest().iter().all(|byte| *byte == 0);
            return Ok((is_unused_space && !(is_begin && gathered.text.is_empty())).then_some(gathered));
        };
        let Some(json) = line::checked(line) else { return Ok(None) };
        if is_begin && gathered.text.is_empty() {
            if Header::decode(line, path, None)?.is_none() {
                return Ok(None);
            }
        } else {
            gathered.first = gathered.first.or_else(|| line::position(json).map(|position| position.seq));
        }
        gathered.text.extend_from_slice(line);
        gathered.text.push(b'\n');
    }
    Ok(Some(gathered))
}
