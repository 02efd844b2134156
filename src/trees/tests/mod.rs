//! The view on real folders beside a real journal.

mod damage;
mod model;
mod pages;
mod renewal;
mod shop;
mod starts;
