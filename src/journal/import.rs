//! Writes a journal from commits that come as JSON, such as an export's: each must follow the one before it and apply to
//! the state they lead to. It writes into a folder that nothing else uses, and begins a new lineage.

use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::error::JournalError;
use super::header::{FORMAT, Header};
use super::line;
use super::lineage::Lineage;
use super::notes::LostRange;
use super::segment::SegmentName;
use crate::domain::ids::Seq;
use crate::domain::invariants;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;

/// Bytes after which a segment is complete.
const SEGMENT_BYTES: usize = 16 << 20;

/// Why a commit is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is none, does not follow, or does not apply; says why.
    #[error("{0}")]
    Refused(String),
    /// The disk refuses.
    #[error("{0}")]
    Journal(#[from] JournalError),
}

/// A journal under way.
pub struct JournalImport {
    disk: Disk,
    folder: PathBuf,
    store: StoreSlug,
    lineage: Lineage,
    lost: Vec<LostRange>,
    state: StoreState,
    commits: u64,
    /// Lines of the present segment, and the seq they begin with.
    lines: Vec<u8>,
    first: Seq,
    is_first_segment: bool,
}

/// A journal that is written and durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Last seq.
    pub last_seq: Seq,
    /// How many commits it has.
    pub commits: u64,
    /// The history that begins with it.
    pub lineage: Lineage,
}

impl JournalImport {
    /// Begins in a folder that is made. Seqs that are known to be `lost` stay so.
    ///
    /// # Errors
    /// When the folder cannot be made, or the system gives no random bytes.
    pub fn begin(folder: &Path, store: StoreSlug, lost: Vec<LostRange>) -> Result<Self, JournalError> {
        let disk = Disk::default();
        disk.create_folder(folder)?;
        let mut import = Self {
            disk,
            folder: folder.to_owned(),
            store,
            lineage: Lineage::random()?,
            lost,
            state: StoreState::default(),
            commits: 0,
            lines: Vec::new(),
            first: Seq::new(1),
            is_first_segment: true,
        };
        import.pass_lost();
        Ok(import)
    }

    /// Takes the next commit.
    ///
    /// # Errors
    /// [`ImportError`]; what was written by then is of no use.
    pub fn add(&mut self, json: &[u8]) -> Result<(), ImportError> {
        let refused = |why: String| Err(ImportError::Refused(why));
        let commit = match line::commit(json) {
            Ok(commit) => commit,
            Err(why) => return refused(format!("it is no commit that this version can read: {why}")),
        };
        let expected = self.state.seq.next();
        if commit.seq != expected {
            return refused(format!("its seq is {}, and {expected} should follow", commit.seq));
        }
        if let Err(error) = self.state.accept(&commit) {
            return refused(format!("it does not fit the commits before it ({error:?})"));
        }
        self.commits += 1;
        let Some(json) = line::with_batch(json, commit.seq) else {
            return refused("it does not begin with its seq".to_owned());
        };
        line::encode_bytes(&mut self.lines, &json);
        if self.lines.len() >= SEGMENT_BYTES {
            self.write_segment()?;
        }
        self.pass_lost();
        Ok(())
    }

    /// Ends it.
    ///
    /// # Errors
    /// [`ImportError`], also when the commits do not make this store, or lead to a state that breaks a rule.
    pub fn finish(mut self) -> Result<Imported, ImportError> {
        let made = self.state.profile.as_ref().map(|profile| profile.slug.clone());
        if made.as_ref() != Some(&self.store) {
            return Err(ImportError::Refused(format!("the commits do not make the store {}", self.store)));
        }
        if let Err(violation) = invariants::check_all(&self.state) {
            return Err(ImportError::Refused(format!("the commits lead to a state that breaks a rule: {violation}")));
        }
        self.write_segment()?;
        self.disk.sync_folder(&self.folder)?;
        Ok(Imported { last_seq: self.state.seq, commits: self.commits, lineage: self.lineage })
    }

    /// Moves on over seqs that are lost.
    fn pass_lost(&mut self) {
        while let Some(range) = self.lost.iter().find(|range| range.contains(self.state.seq.next())) {
            self.state.skip_to(range.last);
        }
    }

    fn write_segment(&mut self) -> Result<(), JournalError> {
        if self.lines.is_empty() && !self.is_first_segment {
            return Ok(());
        }
        let name = SegmentName::plain(self.first, 0);
        let header = Header {
            journal: FORMAT,
            store: self.store.clone(),
            lineage: self.lineage,
            first: self.first,
            generation: 0,
            durable: self.state.seq,
            lost: if self.is_first_segment { self.lost.clone() } else { Vec::new() },
        };
        let mut bytes = header.encode()?;
        bytes.append(&mut self.lines);
        let file = self.disk.create(&self.folder.join(name.to_string()))?;
        file.write_at(&bytes, 0)?;
        file.sync()?;
        self.first = self.state.seq.next();
        self.is_first_segment = false;
        Ok(())
    }
}
