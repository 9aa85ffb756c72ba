//! What got another name: what an entity says of a column (`renamed_from`), and what was answered.
//!
//! A rename is never guessed. What might be one is a [`Candidate`], and an [`Answer`] says whether it is.

mod answer;
mod apply;
mod candidate;

use std::borrow::Cow;

use seadrift_schema::{Change, Dialect, ObjectName, Schema, canonical};

pub use answer::{Answer, AnswerError, answer};
pub(crate) use apply::apply;
pub use candidate::{Candidate, candidates};

/// Another name for something. Tables and types are named as they are afterwards.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants name their parts")]
pub enum Rename {
    /// Of a table.
    Table { from: ObjectName, to: ObjectName },
    /// Of a column.
    Column {
        table: ObjectName,
        from: String,
        to: String,
    },
    /// Of an index or unique constraint.
    Index {
        table: ObjectName,
        from: String,
        to: String,
    },
    /// Of a foreign key.
    ForeignKey {
        table: ObjectName,
        from: String,
        to: String,
    },
    /// Of an enum type (PostgreSQL).
    Enum { from: ObjectName, to: ObjectName },
    /// Of a value of an enum, with the columns that have the enum.
    EnumValue {
        ty: ObjectName,
        from: String,
        to: String,
        columns: Vec<(ObjectName, String)>,
    },
}

/// The changes for `answers` and for what `desired` says was renamed and `actual` has not seen yet. Both `actual` and
/// `lock` are brought to the new names, so that everything after sees one name only.
pub(crate) fn compare(
    answers: &[Rename],
    actual: &mut Cow<'_, Schema>,
    desired: &Schema,
    lock: &mut Cow<'_, Schema>,
    dialect: Dialect,
) -> Vec<Change> {
    let mut renames: Vec<Rename> = answers.to_vec();
    for rename in said_by_entities(actual, desired, answers) {
        if !renames.contains(&rename) {
            renames.push(rename);
        }
    }
    renames.retain(|rename| is_possible(rename, dialect));
    renames.sort();
    let changes = renames
        .iter()
        .filter_map(|rename| change(rename, actual, answers, dialect))
        .collect();
    if !renames.is_empty() {
        apply(&renames, actual.to_mut(), dialect);
        apply(&renames, lock.to_mut(), dialect);
    }
    changes
}

/// Whether a server can do it: SQLite makes an index anew, and MySQL a foreign key.
fn is_possible(rename: &Rename, dialect: Dialect) -> bool {
    match rename {
        Rename::Index { .. } => dialect != Dialect::Sqlite,
        Rename::ForeignKey { .. } | Rename::Enum { .. } => dialect == Dialect::Postgres,
        Rename::Table { .. } | Rename::Column { .. } | Rename::EnumValue { .. } => true,
    }
}

/// What entities say of their columns. It is done once the new name is there; the attribute may stay on the entity.
fn said_by_entities(actual: &Schema, desired: &Schema, answers: &[Rename]) -> Vec<Rename> {
    let mut renames = vec![];
    for table in desired.tables.values() {
        let was = name_before(&table.name, answers);
        for column in &table.columns {
            let Some(from) = &column.renamed_from else {
                continue;
            };
            let is_due = actual.tables.get(was).is_some_and(|actual| {
                actual.column(&column.name).is_none() && actual.column(from).is_some()
            });
            if is_due && table.column(from).is_none() {
                renames.push(Rename::Column {
                    table: table.name.clone(),
                    from: from.clone(),
                    to: column.name.clone(),
                });
            }
        }
    }
    renames
}

/// The name that table `name` has before any of `renames`.
fn name_before<'a>(name: &'a ObjectName, renames: &'a [Rename]) -> &'a ObjectName {
    let before = renames.iter().find_map(|rename| match rename {
        Rename::Table { from, to } if to == name => Some(from),
        _ => None,
    });
    before.unwrap_or(name)
}

/// The change that a rename comes to.
fn change(
    rename: &Rename,
    actual: &Schema,
    answers: &[Rename],
    dialect: Dialect,
) -> Option<Change> {
    Some(match rename.clone() {
        Rename::Table { from, to } => Change::RenameTable { from, to },
        Rename::Column { table, from, to } => Change::RenameColumn { table, from, to },
        Rename::Index { table, from, to } => Change::RenameIndex { table, from, to },
        Rename::ForeignKey { table, from, to } => Change::RenameForeignKey { table, from, to },
        Rename::Enum { from, to } => Change::RenameEnum { from, to },
        Rename::EnumValue {
            ty,
            from,
            to,
            columns,
        } => {
            let column = |(table, column): &(ObjectName, String)| {
                let before = actual.tables.get(name_before(table, answers))?;
                // A column may be renamed at the same time, and that comes first.
                let was = answers.iter().find_map(|rename| match rename {
                    Rename::Column {
                        table: of,
                        from,
                        to,
                    } if of == table && to == column => Some(from),
                    _ => None,
                });
                let mut before = before.column(was.unwrap_or(column))?.clone();
                before.name.clone_from(column);
                // SQLite's enums are texts, and their values are in the rows alone.
                let has_it = dialect == Dialect::Sqlite || canonical::enum_of(&before.ty).is_some();
                has_it.then(|| (table.clone(), before))
            };
            let columns: Vec<_> = columns.iter().filter_map(column).collect();
            if columns.is_empty() && dialect != Dialect::Postgres {
                return None;
            }
            Change::RenameEnumValue {
                columns,
                ty,
                from,
                to,
            }
        }
    })
}
