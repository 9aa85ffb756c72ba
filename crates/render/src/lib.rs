//! Renders a plan: as the source of a migration, as SQL, and as lines for people; and adds a migration to a
//! `Migrator`.
//!
//! Pure: nothing is read or written, and the clock is handed in.

use std::fmt;

pub mod migrator;
pub mod revision;
mod rust;
pub mod sql;
pub mod text;

pub use rust::{Head, migration};

/// Whether a plan was tried out before it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// It was, both ways, on this: `a scratch database`.
    Verified {
        /// What it was tried on.
        on: &'static str,
    },
    /// It was not, and why.
    NotVerified(String),
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verification::Verified { on } => {
                write!(f, "Verified: up, then down, left no difference on {on}.")
            }
            Verification::NotVerified(reason) => write!(f, "Not verified: {reason}."),
        }
    }
}
