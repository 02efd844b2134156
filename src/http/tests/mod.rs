//! The API over the in-process app, with a real data folder, laid out by address. Each rule of the contract has a test
//! that breaks when the rule breaks.

mod auth;
mod bad_input;
mod every_answer;
mod guest;
mod health;
mod identity_check;
mod limits;
mod menu;
mod orders;
mod pages;
mod pairing;
mod phones;
mod pictures;
mod seat;
mod setup;
mod shop;
mod staff_menu;
mod staff_orders;
mod staff_tables;
mod streams;
