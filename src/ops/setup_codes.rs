//! One-time setup codes: whoever holds one may make a store and its owner, once, within 30 minutes. Only their hashes are
//! on disk, one file each, so that `serve` and `setup-link` share them as two processes; a rename claims one for good.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::durable_file;
use crate::clock;
use crate::domain::time::Timestamp;

/// How long a code counts, in milliseconds of wall time.
pub const LIFE_MS: i64 = 30 * 60 * 1_000;
/// Codes kept on disk; the oldest go first.
const CODES_MAX: usize = 50;

/// 32 signs that nobody confuses when reading them from a screen.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_SIGNS: usize = 16;
const OWNER_FILE: &str = "owner";

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeScope {
    /// The first store; worth nothing once there is one.
    FirstStore,
    /// A further store, or the first one.
    FurtherStore,
}

/// A fresh code.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedCode {
    /// Such as `7KQ2-M9XD-04TB-WZ5H`; a secret.
    pub code: String,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for IssuedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuedCode(until {})", clock::rfc3339(self.expires_at))
    }
}

/// Why a code was not issued or taken.
#[derive(Debug, thiserror::Error)]
pub enum SetupCodeError {
    /// There is an owner, who makes further stores on purpose.
    #[error(
        "this data folder has a store with an owner already; for a further store run `tableorder setup-link --new-store`"
    )]
    OwnerExists,
    /// Unknown, used, expired, or for a first store where there is one. Which of these is nobody's business.
    #[error("this setup code does not count (any more); a new one comes from `tableorder setup-link`")]
    NotValid,
    /// The system gives no random bytes, or the folder cannot be written.
    #[error("the setup code cannot be written or read: {0}")]
    Io(#[from] io::Error),
}

#[derive(Serialize, Deserialize)]
struct StoredCode {
    scope: CodeScope,
    expires_at: Timestamp,
}

/// The codes of one data folder.
#[derive(Debug, Clone)]
pub struct SetupCodes {
    folder: PathBuf,
}

impl SetupCodes {
    /// Works in the data folder's `setup`, which must exist.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Whether some store has an owner, as [`Self::remember_owner`] wrote it down.
    #[must_use]
    pub fn owner_exists(&self) -> bool {
        self.folder.join(OWNER_FILE).exists()
    }

    /// Writes down that some store has an owner: `serve` does so when it finds one at start or makes one, so that
    /// `setup-link` knows without reading any store.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember_owner(&self) -> io::Result<()> {
        if self.owner_exists() { Ok(()) } else { durable_file::write(&self.folder.join(OWNER_FILE), b"") }
    }

    /// Makes a code and keeps its hash.
    ///
    /// # Errors
    /// [`SetupCodeError::OwnerExists`] for a first store where there is one; [`SetupCodeError::Io`].
    pub fn issue(&self, scope: CodeScope, now: Timestamp) -> Result<IssuedCode, SetupCodeError> {
        if scope == CodeScope::FirstStore && self.owner_exists() {
            return Err(SetupCodeError::OwnerExists);
        }
        self.forget_old(now);
        let mut random = [0; CODE_SIGNS];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let signs = random.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        let groups: Vec<String> = signs.chunks(4).map(|group| group.iter().collect()).collect();
        let issued = IssuedCode { code: groups.join("-"), expires_at: now.plus_ms(LIFE_MS) };
        let stored = serde_json::json!(StoredCode { scope, expires_at: issued.expires_at });
        let name = name_of(&issued.code).ok_or(SetupCodeError::NotValid)?;
        durable_file::write(&self.folder.join(name), format!("{stored}\n").as_bytes())?;
        Ok(issued)
    }

    /// Takes a code: of all who try, exactly one gets it, in whatever process. A claim that is dropped stays used; call
    /// [`Claim::give_back`] if the store was not made after all.
    ///
    /// # Errors
    /// [`SetupCodeError::NotValid`], whatever the reason; [`SetupCodeError::Io`].
    pub fn claim(&self, code: &str, now: Timestamp) -> Result<Claim, SetupCodeError> {
        let file = self.folder.join(name_of(code).ok_or(SetupCodeError::NotValid)?);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(SetupCodeError::NotValid),
            Err(error) => return Err(error.into()),
        };
        let stored: StoredCode = serde_json::from_str(&text).map_err(|_| SetupCodeError::NotValid)?;
        let late = stored.scope == CodeScope::FirstStore && self.owner_exists();
        if late || !counts(&stored, now) {
            return Err(SetupCodeError::NotValid);
        }
        let used = file.with_extension("used");
        match std::fs::rename(&file, &used) {
            Ok(()) => durable_file::sync_folder(&self.folder)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(SetupCodeError::NotValid),
            Err(error) => return Err(error.into()),
        }
        Ok(Claim { codes: self.clone(), file, used })
    }

    /// Expired codes go, used ones once they would have expired, and the oldest when there are too many.
    fn forget_old(&self, now: Timestamp) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        let ours =
            |file: &PathBuf| file.extension().is_some_and(|kind| kind == "code" || kind == "used" || kind == "tmp");
        let mut kept: Vec<(Timestamp, PathBuf)> = Vec::new();
        for file in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(ours) {
            match read(&file).filter(|stored| counts(stored, now)) {
                Some(stored) => kept.push((stored.expires_at, file)),
                None => drop(std::fs::remove_file(file)),
            }
        }
        kept.sort();
        let surplus = (kept.len() + 1).saturating_sub(CODES_MAX);
        for (_, file) in kept.drain(..surplus) {
            let _ = std::fs::remove_file(file);
        }
    }
}

/// A code that this process alone has taken.
#[derive(Debug)]
#[must_use = "finish it when the store is made, give it back when not"]
pub struct Claim {
    codes: SetupCodes,
    file: PathBuf,
    used: PathBuf,
}

impl Claim {
    /// The store is made: the code stays used, and there is an owner from now on.
    ///
    /// # Errors
    /// When the owner cannot be written down; the next start does it.
    pub fn finish(self) -> io::Result<()> {
        self.codes.remember_owner()
    }

    /// The store was not made, say because its short name is taken: the code counts again.
    ///
    /// # Errors
    /// When it cannot be renamed; a new code helps then.
    pub fn give_back(self) -> io::Result<()> {
        std::fs::rename(&self.used, &self.file)?;
        durable_file::sync_folder(&self.codes.folder)
    }
}

/// A code from further ahead than its whole life was issued before the clock was set back; it must not live for longer.
fn counts(stored: &StoredCode, now: Timestamp) -> bool {
    now < stored.expires_at && stored.expires_at <= now.plus_ms(LIFE_MS)
}

fn read(file: &Path) -> Option<StoredCode> {
    serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()
}

/// File name of a code as it was issued or as somebody typed it: small letters, spaces and look-alikes are forgiven.
fn name_of(code: &str) -> Option<String> {
    let sign = |sign: char| match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let signs: String = code.chars().take(100).filter(|sign| !matches!(sign, '-' | ' ')).map(sign).collect();
    let well_formed = signs.len() == CODE_SIGNS && signs.bytes().all(|byte| ALPHABET.contains(&byte));
    well_formed.then(|| {
        let hash = Sha256::digest(format!("tableorder setup code {signs}"));
        let half = hash[..16].iter().fold(0, |number, byte| (number << 8) | u128::from(*byte));
        format!("{half:032x}.code")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_795_000_000_000);

    fn codes() -> (tempfile::TempDir, SetupCodes) {
        let folder = tempfile::tempdir().expect("a folder");
        let codes = SetupCodes::new(folder.path().to_owned());
        (folder, codes)
    }

    fn is_refused(result: &Result<Claim, SetupCodeError>) -> bool {
        matches!(result, Err(SetupCodeError::NotValid))
    }

    #[test]
    fn a_code_counts_once() {
        let (_folder, codes) = codes();
        let issued = codes.issue(CodeScope::FirstStore, NOW).expect("issued");
        assert_eq!(issued.expires_at, NOW.plus_ms(LIFE_MS));
        codes.claim(&issued.code, NOW).expect("taken").finish().expect("noted");
        assert!(is_refused(&codes.claim(&issued.code, NOW)));
        assert!(codes.owner_exists());
    }

    #[test]
    fn of_many_who_try_at_once_exactly_one_gets_it() {
        let (_folder, codes) = codes();
        let issued = codes.issue(CodeScope::FirstStore, NOW).expect("issued");
        let taken: usize = std::thread::scope(|scope| {
            let tries: Vec<_> =
                (0..8).map(|_| scope.spawn(|| usize::from(codes.claim(&issued.code, NOW).is_ok()))).collect();
            tries.into_iter().map(|one| one.join().expect("no panic")).sum()
        });
        assert_eq!(taken, 1);
    }

    #[test]
    fn a_code_that_was_given_back_counts_again() {
        let (_folder, codes) = codes();
        let issued = codes.issue(CodeScope::FirstStore, NOW).expect("issued");
        codes.claim(&issued.code, NOW).expect("taken").give_back().expect("back");
        codes.claim(&issued.code, NOW).expect("taken again").finish().expect("noted");
    }

    #[test]
    fn it_expires_and_a_clock_set_back_does_not_lengthen_its_life() {
        let (_folder, codes) = codes();
        let issued = codes.issue(CodeScope::FirstStore, NOW).expect("issued");
        assert!(is_refused(&codes.claim(&issued.code, issued.expires_at)));
        assert!(is_refused(&codes.claim(&issued.code, NOW.plus_ms(-86_400_000))));
        codes.claim(&issued.code, issued.expires_at.plus_ms(-1)).expect("the last moment").finish().expect("noted");
    }

    #[test]
    fn typing_it_by_hand_is_forgiven_and_guessing_is_not() {
        let (_folder, codes) = codes();
        let issued = codes.issue(CodeScope::FirstStore, NOW).expect("issued");
        for bad in ["", "0000-0000-0000-0000", "../../secret.key", "가나다라", &issued.code[..18], &"0".repeat(5_000)]
        {
            assert!(is_refused(&codes.claim(bad, NOW)), "{bad}");
        }
        let typed = issued.code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        codes.claim(&typed, NOW).expect("taken").finish().expect("noted");
    }

    #[test]
    fn codes_for_a_first_store_end_with_the_first_store() {
        let (_folder, codes) = codes();
        let first = codes.issue(CodeScope::FirstStore, NOW).expect("issued");
        let second = codes.issue(CodeScope::FirstStore, NOW).expect("issued");
        codes.claim(&first.code, NOW).expect("taken").finish().expect("noted");
        assert!(is_refused(&codes.claim(&second.code, NOW)));
        assert!(matches!(codes.issue(CodeScope::FirstStore, NOW), Err(SetupCodeError::OwnerExists)));
        let further = codes.issue(CodeScope::FurtherStore, NOW).expect("issued");
        codes.claim(&further.code, NOW).expect("taken").finish().expect("noted");
    }

    #[test]
    fn the_folder_holds_hashes_only_and_stays_small() {
        let (folder, codes) = codes();
        let issued: Vec<_> =
            (0..80).map(|n| codes.issue(CodeScope::FirstStore, NOW.plus_ms(n)).expect("issued")).collect();
        let files: Vec<_> =
            std::fs::read_dir(folder.path()).expect("read").map(|file| file.expect("file").path()).collect();
        assert_eq!(files.len(), CODES_MAX);
        for file in files {
            let seen = format!("{}{}", file.display(), std::fs::read_to_string(&file).expect("read"));
            assert!(issued.iter().all(|issued| !seen.contains(&issued.code)));
        }
        codes.issue(CodeScope::FirstStore, NOW.plus_ms(2 * LIFE_MS)).expect("issued");
        assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 1, "expired ones are gone");
    }
}
