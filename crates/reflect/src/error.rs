//! What entities can say that has no place in a schema.

use seadrift_schema::{Dialect, ObjectName};
use serde::{Deserialize, Serialize};

/// Why entities make up no schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Error {
    #[error("entities `{first}` and `{second}` both declare table `{table}`")]
    SameTable {
        table: ObjectName,
        first: String,
        second: String,
    },
    #[error("column `{table}.{column}` has type `{ty}`, which seadrift does not know")]
    UnknownType {
        table: ObjectName,
        column: String,
        ty: String,
    },
    #[error(
        "the default of column `{table}.{column}` is an expression that {dialect} cannot write"
    )]
    UnwritableDefault {
        table: ObjectName,
        column: String,
        dialect: Dialect,
    },
    #[error(
        "table `{table}` declares two indexes named `{index}`, one on {first} and one on {second}; give one \
         another `unique_key`"
    )]
    SameIndex {
        table: ObjectName,
        index: String,
        first: String,
        second: String,
    },
    #[error(
        "table `{table}` declares two foreign keys named `{key}` that differ, {first} and {second}; give one \
         another `fk_name`, or mark its relation `skip_fk`"
    )]
    SameForeignKey {
        table: ObjectName,
        key: String,
        first: String,
        second: String,
    },
    #[error("foreign key `{key}` of table `{table}` points to something that is no table")]
    NoTableReferenced { table: ObjectName, key: String },
    #[error(
        "foreign key `{key}` of table `{table}` has action `{action}`, which seadrift does not know"
    )]
    UnknownAction {
        table: ObjectName,
        key: String,
        action: String,
    },
}
