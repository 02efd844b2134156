//! What the owner runs the program with: the data folder and its lock, one-time setup codes, what the terminal says, logs,
//! the demo, free disk space. Nothing here decides about orders, and nothing here touches a store's journal or trees.

pub mod announce;
pub mod data_folder;
pub mod demo;
pub mod disk_guard;
mod durable_file;
pub mod logging;
pub mod setup_codes;
pub mod verify;
