//! Tests that cross crates, as one program.

mod architecture;
mod cases;
mod enums;
mod filled;
mod online;
mod pages;
mod rebuild;
mod sources;
