//! The view on real folders beside a real journal.

mod damage;
mod model;
mod pages;
mod shop;
mod starts;
