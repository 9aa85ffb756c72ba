//! The Rust files of the cases and of the pages of hazards, as the build script finds them.
//!
//! They are a crate of their own, so that a change to what makes migrations does not compile hundreds of them again.

use sea_orm_migration::MigrationTrait;
use seadrift_reflect::Entities;

/// The Rust files of a case.
pub struct Compiled {
    /// The case's name.
    pub name: &'static str,
    /// The desired state.
    pub entities: fn() -> Entities,
    /// The entities as they were.
    pub before: Option<fn() -> Entities>,
    /// The migrations that are expected.
    pub migrations: &'static [Golden],
}

/// A migration that is expected.
pub struct Golden {
    /// The name of its file.
    pub file: &'static str,
    /// What stood in the file when it was compiled.
    pub source: &'static str,
    /// What it does.
    pub migration: &'static (dyn MigrationTrait + Sync),
}

include!(concat!(env!("OUT_DIR"), "/cases.rs"));

include!(concat!(env!("OUT_DIR"), "/pages.rs"));
