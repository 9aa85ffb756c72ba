//! Tests that cross crates, as one program.

mod architecture;
mod cases;
mod online;
mod pages;
mod rebuild;
mod sources;
