//! Enums, or values of them, that programs know under another name.

use seadrift_schema::{Change, Dialect};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "renames-enum",
    of,
};

/// On PostgreSQL a program names the type of what it writes: SeaORM casts to it.
fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let effect = match change {
        Change::RenameEnum { from, .. } => {
            let to = whole.last_name(change, |change| match change {
                Change::RenameEnum { from, to } => Some((from, to)),
                _ => None,
            })?;
            format!(
                "{from}: a program that runs on fails to write values of the type, which is `{to}` now"
            )
        }
        Change::RenameEnumValue { from, .. } => {
            let (_, to) = whole.last_name(change, |change| match change {
                Change::RenameEnumValue { ty, from, to, .. } => Some(((ty, from), (ty, to))),
                _ => None,
            })?;
            let fails = match whole.dialect {
                Dialect::Sqlite => "and goes on to write",
                Dialect::Postgres | Dialect::MySql | Dialect::MariaDb => "and fails to write",
            };
            format!(
                "{}: a program that runs on does not know `{to}`, {fails} `{from}`, which it was",
                name(change)
            )
        }
        _ => return None,
    };
    Risk::new(
        effect,
        "stop the programs meanwhile, or keep the name and rename only what the program calls it",
    )
}

/// The type, or where it has no name the columns that have it.
fn name(change: &Change) -> String {
    let Change::RenameEnumValue { ty, columns, .. } = change else {
        return String::new();
    };
    if !ty.name.is_empty() {
        return ty.to_string();
    }
    let columns: Vec<_> = columns
        .iter()
        .map(|(table, column)| format!("{table}.{}", column.name))
        .collect();
    columns.join(", ")
}
