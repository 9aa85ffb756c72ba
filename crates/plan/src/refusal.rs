//! What keeps a plan from being made.

use std::fmt;

/// A change that a server cannot make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The change in words, with the names of what it concerns.
    pub change: String,
    /// What the server lacks.
    pub reason: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.change, self.reason)
    }
}
