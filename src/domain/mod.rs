//! The business, pure: vocabulary, StoreState, Command, Event, decide, apply and invariants. No async, no I/O, no clock,
//! no randomness: time, ids and secrets come inside the command's envelope, counters live in the state.

pub mod access;
mod apply;
pub mod call;
pub mod command;
pub mod decide;
pub mod error;
pub mod event;
pub mod ids;
pub mod invariants;
pub mod keys;
pub mod limits;
pub mod menu;
pub mod money;
pub mod numbers;
pub mod order;
pub mod state;
pub mod table;
pub mod text;
pub mod time;
mod undo;
