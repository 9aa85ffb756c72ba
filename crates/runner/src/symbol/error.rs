//! Why a word names no place.

use super::Direction;
use crate::error::listed;

/// Why a word names no place in the history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    /// It names no revision.
    #[error("`{symbol}` names no revision")]
    NoSuchRevision {
        /// The word.
        symbol: String,
        /// What may have been meant.
        candidates: Vec<String>,
    },
    /// It names no branch.
    #[error("`{symbol}` names no branch")]
    NoSuchBranch {
        /// The word.
        symbol: String,
        /// The labels that there are.
        candidates: Vec<String>,
    },
    /// It names several revisions.
    #[error("`{symbol}` names several revisions: {}", listed(.candidates))]
    Ambiguous {
        /// The word.
        symbol: String,
        /// What it may mean.
        candidates: Vec<String>,
    },
    /// There are several heads.
    #[error("`{symbol}` could be each of several heads: {}", listed(.heads))]
    Heads {
        /// The word.
        symbol: String,
        /// The heads.
        heads: Vec<String>,
    },
    /// A step could be taken to several revisions, or from several.
    #[error("`{symbol}` could go by way of {}", listed(.ways))]
    SeveralWays {
        /// The word.
        symbol: String,
        /// The revisions.
        ways: Vec<String>,
    },
    /// The revision is not in the branch.
    #[error("revision `{revision}` is not on branch `{branch}`")]
    OtherBranch {
        /// The revision.
        revision: String,
        /// The branch.
        branch: String,
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
    /// The revision lies in the other direction.
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
    /// It names a place that is no target for this direction.
    #[error("`{symbol}` is not a target here")]
    BadTarget {
        /// The word.
        symbol: String,
        /// The way.
        direction: Direction,
    },
    /// It is counted from where a database stands, and none is looked at.
    #[error("`{0}` is counted from where a database stands")]
    NoDatabase(String),
    /// It is a range.
    #[error("`{0}` is a range, and one place is wanted here")]
    Range(String),
    /// It is no range.
    #[error("`{0}` is no range: that is `from:to`, `from:` or `:to`")]
    NoRange(String),
    /// The ends of a range are not on one line.
    #[error("there is no way up from `{from}` to `{to}`")]
    NoWay {
        /// Where it starts.
        from: String,
        /// Where it ends.
        to: String,
    },
}
