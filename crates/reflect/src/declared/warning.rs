//! What entities say that a database cannot do, and that is left out.

use seadrift_schema::ObjectName;
use serde::{Deserialize, Serialize};

/// Why a relation is no foreign key.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Warning {
    #[error(
        "the relation of `{table}` over ({columns}) has an `on_condition`, so that it is no foreign key"
    )]
    Conditional { table: ObjectName, columns: String },
    #[error(
        "table `{table}` has relations over ({columns}) to {first} and to {second}, so that neither is a foreign key"
    )]
    SeveralTargets {
        table: ObjectName,
        columns: String,
        first: String,
        second: String,
    },
    #[error(
        "the relation of `{table}` over ({columns}) points to `{references}` ({referenced}), which nothing makes \
         unique, so that it is no foreign key"
    )]
    NotUnique {
        table: ObjectName,
        columns: String,
        references: ObjectName,
        referenced: String,
    },
}

impl Warning {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Conditional { .. } => "mark the relation `skip_fk`, and nothing is said",
            Self::SeveralTargets { .. } => {
                "mark relations `skip_fk`, or give each an `fk_name` if both are meant"
            }
            Self::NotUnique { .. } => "mark what it points to `unique`, or the relation `skip_fk`",
        }
    }
}
