//! Whole journals on real folders: written, cut, damaged and opened again.

mod basic;
mod checkpoints;
mod compaction;
mod copy;
mod crash;
mod damage;
mod group;
mod mirror;
mod repair;
mod torn;
mod verification;
