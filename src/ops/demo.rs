//! The demo: a made-up Korean restaurant with known passwords, so that everybody can try the program in a minute. It is
//! built through the same commands as a real store, one missing piece at a time, so an interrupted first start goes on
//! where it stopped. Its folder is never a real shop's.

mod shop;

use std::sync::Arc;

use serde::Serialize;

use crate::domain::access::{Principal, Role};
use crate::domain::command::{Command, NewStore, NewTable, NewUser};
use crate::domain::state::StoreState;
use crate::domain::text::{Label, StoreSlug, TextError, Username};
use crate::store::{CreateStoreError, ExecuteError, OpenStoreError, StoreDirectory, StoreHandle};
use shop::DemoShop;

/// The demo's store.
pub const STORE: &str = "demo";
/// The demo's owner.
pub const USERNAME: &str = "owner";
/// The owner's password: known to everybody, and nowhere but in a demo.
pub const PASSWORD: &str = "demo1234";
/// Every table's password in the demo.
pub const TABLE_PASSWORD: &str = "table1234";

/// How to get into the demo: the line that `demo --json` writes, but for its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoAccess {
    /// The demo's store.
    pub store: String,
    /// Its owner.
    pub username: String,
    /// The owner's password.
    pub password: String,
    /// Its tables.
    pub tables: Vec<DemoTable>,
}

/// How a tablet gets into the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoTable {
    /// The table's number.
    pub number: u16,
    /// Its password.
    pub password: String,
}

/// Why the demo cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Its description does not fit this program; a test makes sure that no such program is shipped.
    #[error("the demo's menu does not fit this program: {0}")]
    Shop(String),
    /// A password cannot be hashed.
    #[error("a password of the demo cannot be hashed: {0}")]
    Hash(String),
    /// The demo's store cannot be opened.
    #[error("{0}")]
    Open(OpenStoreError),
    /// The store refuses a step or gives no answer.
    #[error("the demo cannot be built: {0:?}")]
    Execute(ExecuteError),
}

impl From<TextError> for DemoError {
    fn from(error: TextError) -> Self {
        Self::Shop(error.to_string())
    }
}

/// One piece that is missing, and who adds it.
#[derive(Debug)]
pub struct Step {
    /// The owner, a guest, or the program.
    pub principal: Principal,
    /// The piece.
    pub command: Command,
}

/// The demo as it should be.
#[derive(Debug)]
pub struct Demo {
    shop: DemoShop,
    table_password_hash: Box<str>,
}

impl Demo {
    /// Reads the demo's description. `table_password_hash` is the PHC string of [`TABLE_PASSWORD`].
    ///
    /// # Errors
    /// [`DemoError`] if the shipped description is wrong.
    pub fn read(table_password_hash: Box<str>) -> Result<Self, DemoError> {
        Ok(Self { shop: DemoShop::read()?, table_password_hash })
    }

    /// The command that makes the demo's store. `owner_password_hash` is the PHC string of [`PASSWORD`].
    ///
    /// # Errors
    /// [`DemoError`] if a name does not fit.
    pub fn new_store(&self, owner_password_hash: Box<str>) -> Result<NewStore, DemoError> {
        let slug = StoreSlug::parse(STORE).ok_or_else(|| DemoError::Shop("store slug".to_owned()))?;
        Ok(NewStore {
            slug,
            name: self.shop.store_name.clone(),
            owner: NewUser {
                username: Username::parse(USERNAME)?,
                role: Role::Owner,
                password_hash: owner_password_hash,
            },
            currency: Label::parse("KRW")?,
            time_zone: Label::parse("Asia/Seoul")?,
            day_cutoff_hour: 5,
        })
    }

    /// The next piece that this state misses; nothing when the demo is complete. Carry it out and ask again.
    #[must_use]
    pub fn next_step(&self, state: &StoreState) -> Option<Step> {
        let owner = owner_of(state);
        let by_owner = |command| Step { principal: owner, command };
        self.missing_table(state)
            .or_else(|| self.shop.missing_menu(&state.menu))
            .map(by_owner)
            .or_else(|| self.shop.missing_order(state, owner))
            .or_else(|| self.shop.missing_call(state))
    }

    fn missing_table(&self, state: &StoreState) -> Option<Command> {
        let present = |number| state.access.tables.values().any(|table| table.number == number);
        let missing = self.shop.tables.iter().find(|table| !present(table.number))?;
        Some(Command::AddTable(NewTable {
            number: missing.number,
            label: missing.label.clone(),
            seats: missing.seats,
            password_hash: self.table_password_hash.clone(),
        }))
    }
}

/// Opens the demo's store: makes it at a first start, completes it if that start was interrupted, and otherwise
/// (`complete`) leaves it as people left it. `hash` makes a PHC string of a password.
///
/// # Errors
/// [`DemoError`]; a next try goes on where this one stopped.
pub async fn open(
    stores: &StoreDirectory,
    complete: bool,
    hash: impl Fn(&str) -> Result<Box<str>, String>,
) -> Result<StoreHandle, DemoError> {
    let found = stores.get(STORE);
    if let Some(store) = found.clone().filter(|_| complete) {
        return Ok(store);
    }
    let demo = Arc::new(Demo::read(hash(TABLE_PASSWORD).map_err(DemoError::Hash)?)?);
    let store = if let Some(store) = found {
        store
    } else {
        let new = demo.new_store(hash(PASSWORD).map_err(DemoError::Hash)?)?;
        stores.create(new).await.map_err(|error| match error {
            CreateStoreError::Open(error) => DemoError::Open(error),
            CreateStoreError::Execute(error) => DemoError::Execute(error),
            CreateStoreError::Taken => DemoError::Execute(ExecuteError::Unavailable),
        })?
    };
    loop {
        let asked = Arc::clone(&demo);
        let step = store.read(move |state| asked.next_step(state)).await.map_err(DemoError::Execute)?;
        let Some(Step { principal, command }) = step else { return Ok(store) };
        store.execute(principal, None, command).await.map_err(DemoError::Execute)?;
    }
}

/// How to get into the demo with the tables it has now.
#[must_use]
pub fn access_of(table_numbers: impl IntoIterator<Item = u16>) -> DemoAccess {
    let mut numbers: Vec<u16> = table_numbers.into_iter().collect();
    numbers.sort_unstable();
    let table = |number| DemoTable { number, password: TABLE_PASSWORD.to_owned() };
    DemoAccess {
        store: STORE.to_owned(),
        username: USERNAME.to_owned(),
        password: PASSWORD.to_owned(),
        tables: numbers.into_iter().map(table).collect(),
    }
}

fn owner_of(state: &StoreState) -> Principal {
    let owner = state.access.users.values().find(|user| user.role == Role::Owner);
    owner.map_or(Principal::System, |user| Principal::Staff { user: user.id, role: user.role })
}

#[cfg(test)]
mod tests;
