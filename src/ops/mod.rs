//! What the owner runs the program with: the data folder and its lock, one-time setup codes, what the terminal says, logs,
//! the demo, free disk space, backups. Nothing here decides about orders; a store's journal is only read, and written by
//! `journal` alone.

pub mod announce;
pub mod backup;
pub mod data_folder;
pub mod demo;
pub mod disk_guard;
mod durable_file;
pub mod export;
pub mod import;
pub mod logging;
pub mod restore;
pub mod setup_codes;
pub mod verify;

#[cfg(test)]
mod golden_shop;
