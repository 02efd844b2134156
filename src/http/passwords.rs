//! Password hashes: argon2id with 19 MiB and two passes, at most two at a time, never on a thread that serves requests.
//! The memory of a hash goes back to the system when it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web;
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::ApiError;

/// Hashes that run at a time.
const RUNNING_MAX: usize = 2;
/// Requests that may wait for a turn; more are answered 503 instead of waiting for minutes.
const WAITING_MAX: usize = 128;
/// Blocks of 1 KiB reserved per hash. More than 32 MiB are always taken from the system on their own and given back
/// on their own; smaller ones the allocator would keep. Blocks that are not touched cost nothing.
const RESERVED_BLOCKS: usize = 33 * 1024;
/// Verified when no such account exists, so that the answer takes as long. Nothing hashes to it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The bounded pool of password hashes.
#[derive(Debug)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(RUNNING_MAX)), waiting: AtomicUsize::new(0) }
    }
}

/// The right to run one hash.
#[derive(Debug)]
pub(crate) struct Turn {
    permit: OwnedSemaphorePermit,
}

impl Passwords {
    /// Waits for a turn.
    pub(crate) async fn turn(&self) -> Result<Turn, ApiError> {
        let _waiting = Waiting::enter(&self.waiting)?;
        let permit = Arc::clone(&self.turns).acquire_owned().await;
        permit.map(|permit| Turn { permit }).map_err(|_| ApiError::unavailable("the password pool is closed"))
    }

    /// Hashes a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<Box<str>, ApiError> {
        let turn = self.turn().await?;
        turn.run(move || hash_password(&password)).await?.map_err(ApiError::internal)
    }
}

impl Turn {
    /// Whether the password fits the hash. Without a hash it takes as long and fits never.
    pub(crate) async fn fits(self, password: String, hash: Option<Box<str>>) -> Result<bool, ApiError> {
        self.run(move || {
            let known = hash.is_some();
            let fits = verify_password(&password, hash.as_deref().unwrap_or(NOBODY));
            known && fits
        })
        .await
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let permit = self.permit;
        let done = web::block(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(|error| ApiError::internal(format!("password hashing: {error}")))
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Result<Self, ApiError> {
        let waiting = Self(count);
        if count.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            return Err(ApiError::unavailable("too many logins wait for their turn"));
        }
        Ok(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Hashes a password as a PHC string. Takes about 20 ms of CPU: never call it on a thread that serves requests.
///
/// # Errors
/// When the operating system gives no randomness or no memory.
pub fn hash_password(password: &str) -> Result<Box<str>, String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
    let params = Params::default();
    let output = argon2id(password, &salt, params.clone())?;
    let hash = PasswordHash {
        algorithm: argon2::ARGON2ID_IDENT,
        version: Some(Version::default().into()),
        params: (&params).try_into().map_err(|error| format!("{error}"))?,
        salt: Some(Salt::new(&salt).map_err(|error| error.to_string())?),
        hash: Some(output),
    };
    Ok(hash.to_string().into())
}

/// Whether a password fits a PHC string; compares in constant time.
fn verify_password(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    let (Some(salt), Some(expected)) = (&hash.salt, hash.hash) else { return false };
    let Ok(params) = Params::try_from(&hash) else { return false };
    hash.algorithm == argon2::ARGON2ID_IDENT
        && argon2id(password, salt.as_ref(), params).is_ok_and(|output| output == expected)
}

fn argon2id(password: &str, salt: &[u8], params: Params) -> Result<Output, String> {
    let mut memory: Vec<Block> = Vec::new();
    memory.try_reserve_exact(RESERVED_BLOCKS.max(params.block_count())).map_err(|error| error.to_string())?;
    memory.resize(params.block_count(), Block::new());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory)
        .map_err(|error| error.to_string())?;
    Output::new(&output).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only_and_no_two_hashes_are_alike() {
        let hash = hash_password("correct horse").expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_password("correct horse", &hash));
        assert!(!verify_password("correct horsf", &hash));
        assert_ne!(hash, hash_password("correct horse").expect("a hash"));
        let other_reader = PasswordHash::new(&hash).expect("a PHC string");
        assert!(Argon2::default().verify_password(b"correct horse", &other_reader).is_ok());
    }

    #[test]
    fn what_is_no_argon2id_hash_fits_nothing() {
        for hash in
            ["", "plain", "$argon2i$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$AAAA", "$argon2id$v=19$m=19456,t=2,p=1"]
        {
            assert!(!verify_password("", hash), "{hash}");
        }
    }

    #[test]
    fn nobodys_hash_costs_as_much_as_a_real_one() {
        let nobody = PasswordHash::new(NOBODY).expect("a PHC string");
        let params = Params::try_from(&nobody).expect("parameters");
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19 * 1024, 2, 1));
        assert!(!verify_password("", NOBODY));
    }

    #[actix_web::test]
    async fn without_an_account_nothing_fits_and_waiting_is_bounded() {
        let passwords = Passwords::default();
        assert!(!passwords.turn().await.expect("a turn").fits("x".to_owned(), None).await.expect("an answer"));
        let hash = passwords.hash("12345678".to_owned()).await.expect("a hash");
        assert!(passwords.turn().await.expect("a turn").fits("12345678".to_owned(), Some(hash)).await.expect("yes"));
        passwords.waiting.store(WAITING_MAX, Ordering::Relaxed);
        assert!(passwords.turn().await.is_err());
    }
}
