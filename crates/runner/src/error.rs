//! What can go wrong between a project's migrations and a database.

use sea_orm::DbErr;

use crate::{Direction, said};

/// Why migrations could not be run or their status not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The version table cannot be read.
    #[error("the version table cannot be read: {}", said(.0))]
    Status(#[source] Box<DbErr>),
    /// The database has revisions that the project does not.
    #[error("the database has {} that this project does not know: {}", count(.0), listed(.0))]
    Unknown(Vec<String>),
    /// The target names no revision.
    #[error("`{0}` names no revision")]
    NoSuchRevision(String),
    /// The target names several.
    #[error("`{target}` names several revisions: {}", listed(.candidates))]
    Ambiguous {
        /// What was asked for.
        target: String,
        /// What it may mean.
        candidates: Vec<String>,
    },
    /// The target lies in the other direction.
    #[error("`{revision}` is {}, so there is no way {direction} to it", match .direction {
        Direction::Up => "applied already",
        Direction::Down => "not applied",
    })]
    WrongWay {
        /// The revision.
        revision: String,
        /// The way that was asked for.
        direction: Direction,
    },
    /// There are fewer steps than asked for.
    #[error(
        "there {} to go {direction}, not {asked}",
        if *.available == 1 { "is 1 revision".to_owned() } else { format!("are {available} revisions") }
    )]
    TooFar {
        /// The steps asked for.
        asked: usize,
        /// The steps there are.
        available: usize,
        /// The way.
        direction: Direction,
    },
    /// The target is no symbol for this direction.
    #[error("`{0}` is not a target here")]
    BadTarget(String),
    /// A migration failed.
    #[error(
        "revision `{revision}` failed on the way {direction}: {}\n  {}", said(.source),
        match .aftermath {
            Aftermath::RolledBack => "it was rolled back",
            Aftermath::Unknown => "it sees to its transactions by itself: one that makes a table anew has changed nothing",
            Aftermath::Kept => "this engine commits every statement by itself: what the revision did before the failing \
                one, if anything, is still there",
        }
    )]
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

fn count(revisions: &[String]) -> String {
    if revisions.len() == 1 {
        "a revision".to_owned()
    } else {
        format!("{} revisions", revisions.len())
    }
}

fn listed(revisions: &[String]) -> String {
    revisions
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
