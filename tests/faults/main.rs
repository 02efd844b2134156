//! The fault bench: the real binary is driven over HTTP by guests, staff and screens while everything that happens to a
//! shop PC happens to it. Every answer is written down outside; after each fault it is checked from outside that what was
//! acknowledged is there once and unchanged. `docs/durability.md` says what is modelled; CONTRIBUTING.md how to run it.

mod book;
mod check;
mod client;
mod dashboard;
mod dice;
mod drive;
mod floor;
mod guest;
mod program;
mod proxy;
mod record;
mod run;
mod scene;
mod shop;
mod staff;

mod clock_jumps;
mod combined;
mod damaged_files;
mod disk_full;
mod kill;
mod lossy_network;
mod nth_failure;
mod power_cut;
