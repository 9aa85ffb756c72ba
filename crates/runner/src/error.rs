//! What can go wrong between a project's migrations and a database.

use std::fmt;

use sea_orm::DbErr;

use crate::{Direction, SymbolError, said};

/// Why migrations could not be run or their status not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The version table cannot be read.
    #[error("the version table cannot be read: {}", said(.0))]
    Status(#[source] Box<DbErr>),
    /// Tables could not be dropped.
    #[error("not everything could be dropped: {}", said(.0))]
    Drop(#[source] Box<DbErr>),
    /// The database has revisions that the project does not.
    #[error("the database has {} that this project does not know: {}", count(.0), listed(.0))]
    Unknown(Vec<String>),
    /// A word names no place in the history.
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    /// The migration is known by its name alone.
    #[error("revision `{0}` is not in this program")]
    NotCompiled(String),
    /// The version table is not there and cannot be made.
    #[error("nothing was run: the version table `{table}` cannot be made: {}", said(.source))]
    Install {
        /// Its name.
        table: String,
        /// What the database said.
        source: Box<DbErr>,
    },
    /// The version table does not take what is to be written into it.
    #[error("nothing was run: the version table `{table}` takes no row: {}", said(.source))]
    Table {
        /// Its name.
        table: String,
        /// What the database said.
        source: Box<DbErr>,
    },
    /// The version table cannot be written.
    #[error("the version table cannot be written, and is as it was: {}", said(.0))]
    Stamp(#[source] Box<DbErr>),
    /// A migration failed.
    #[error("revision `{revision}` failed on the way {direction}: {}\n  {aftermath}", said(.source))]
    Step {
        /// The revision.
        revision: String,
        /// The way it ran.
        direction: Direction,
        /// The revisions that ran before it.
        done: Vec<String>,
        /// What has become of what the revision had done.
        aftermath: Aftermath,
        /// What the database said.
        source: Box<DbErr>,
    },
}

/// What has become of what a failed revision had done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aftermath {
    /// It was undone.
    RolledBack,
    /// It is there.
    Kept,
    /// The revision has transactions of its own.
    Unknown,
}

impl fmt::Display for Aftermath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Aftermath::RolledBack => "it was rolled back",
            Aftermath::Unknown => {
                "it sees to its transactions by itself: one that makes a table anew has changed nothing"
            }
            Aftermath::Kept => {
                "this engine commits every statement by itself: what the revision did before the failing one, if \
                 anything, is still there"
            }
        })
    }
}

fn count(revisions: &[String]) -> String {
    if revisions.len() == 1 {
        "a revision".to_owned()
    } else {
        format!("{} revisions", revisions.len())
    }
}

pub(crate) fn listed(revisions: &[String]) -> String {
    revisions
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
