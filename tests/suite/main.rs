//! Tests that cross crates, as one program.

mod architecture;
mod cases;
mod cli;
mod online;
mod pages;
mod quickstart;
mod readme;
mod rebuild;
mod sources;
