//! What can be wrong with what revisions say of each other.

use std::path::{Path, PathBuf};

use crate::error::listed;

/// Why revisions are no graph.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// Two revisions have one name.
    #[error("there are two revisions `{revision}`{}", files(.paths))]
    Twice {
        /// The name.
        revision: String,
        /// Their files, where they are known.
        paths: Vec<PathBuf>,
    },
    /// A revision comes after one that is not there.
    #[error("revision `{revision}` comes after `{parent}`, which is no migration of this project{}", files(.path.as_slice()))]
    NoParent {
        /// The revision.
        revision: String,
        /// What it names.
        parent: String,
        /// Its file, where it is known.
        path: Option<PathBuf>,
    },
    /// Revisions come after each other.
    #[error("revisions come after each other in a circle: {}", around(.0))]
    Circle(Vec<String>),
    /// Two revisions have one label.
    #[error("the label `{label}` stands at {}", listed(.revisions))]
    LabelTwice {
        /// The label.
        label: String,
        /// The revisions.
        revisions: [String; 2],
    },
    /// A label could be taken for something else.
    #[error(
        "`{label}` cannot be a label, as it is at revision `{revision}`: it is a word of its own, a revision, or has one of `@+-:`"
    )]
    BadLabel {
        /// The revision.
        revision: String,
        /// The label.
        label: String,
    },
}

fn files(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths
        .iter()
        .map(|path: &PathBuf| format!("`{}`", Path::display(path)))
        .collect();
    match paths.is_empty() {
        true => String::new(),
        false => format!(" ({})", paths.join(", ")),
    }
}

fn around(names: &[String]) -> String {
    let all = names.iter().chain(names.first());
    let all: Vec<_> = all.map(|name| format!("`{name}`")).collect();
    all.join(" after ")
}
