//! tableorder: table ordering for one restaurant or many, as one program on the shop PC. `ARCHITECTURE.md` is the map.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
#[cfg(any(test, debug_assertions))]
pub mod faults;
pub mod http;
pub mod journal;
pub mod ops;
pub mod priority;
pub mod store;
pub mod trees;
