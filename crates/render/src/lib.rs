//! Renders a plan: as the source of a migration, as SQL, and as lines for people; and adds a migration to a
//! `Migrator`.
//!
//! Pure: nothing is read or written, and the clock is handed in.

pub mod migrator;
pub mod revision;
mod rust;
pub mod schema;
pub mod sql;
mod sql_file;
pub mod text;

pub use rust::{Api, Head, changes, hazards, migration};
pub use sql_file::sql_files;

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

impl Verification {
    /// What the head of a file says of it; `server` is named where there are several.
    pub fn line(&self, server: Option<&str>) -> String {
        let server = server.map_or(String::new(), |server| format!(" on {server}"));
        match self {
            Verification::Verified { on } => {
                format!("Verified{server}: up, then down, left no difference on {on}.")
            }
            Verification::NotVerified(reason) => format!("Not verified{server}: {reason}."),
        }
    }
}
