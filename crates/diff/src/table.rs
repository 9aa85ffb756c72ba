//! Tables: what of a table differs, and which tables are no longer declared.

use seadrift_schema::{Change, Column, PrimaryKey, Schema, Table};

use crate::{Context, Error, column, foreign_key, index};

/// A table as each side has it.
pub(crate) struct Sides<'a> {
    /// In the database, canonical.
    pub actual: &'a Table,
    /// In the entities, as declared.
    pub declared: &'a Table,
    /// In the entities, canonical. Columns and keys stand in the same order as in `declared`.
    pub canonical: &'a Table,
    /// In the lock, canonical.
    pub locked: Option<&'a Table>,
}

/// Adds what differs in a table that both sides have.
pub(crate) fn compare(
    sides: &Sides<'_>,
    context: &Context<'_>,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let columns = |key: &Option<PrimaryKey>| key.as_ref().map_or(vec![], |key| key.columns.clone());
    let (actual, desired) = (
        columns(&sides.actual.primary_key),
        columns(&sides.canonical.primary_key),
    );
    if actual != desired {
        return Err(Error::PrimaryKey {
            table: sides.actual.name.clone(),
            actual,
            desired,
        });
    }
    comment(sides, changes);
    let dropped = column::compare(sides, context, changes)?;
    index::compare(sides, &dropped, changes);
    foreign_key::compare(sides, &dropped, changes);
    Ok(())
}

/// Adds the change of a table's comment, if the entity says one, or said one.
fn comment(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let owned = sides.locked.is_some_and(|table| table.comment.is_some());
    let to = &sides.canonical.comment;
    if (to.is_some() || owned) && *to != sides.actual.comment {
        changes.push(Change::AlterTableComment {
            table: sides.actual.name.clone(),
            from: sides.actual.comment.clone(),
            to: to.clone(),
        });
    }
}

/// Adds the drop of tables that the lock says and the entities no longer do, and of the foreign keys of other
/// tables that point to them.
pub(crate) fn drop_owned(
    actual: &Schema,
    desired: &Schema,
    lock: &Schema,
    changes: &mut Vec<Change>,
) {
    let is_dropped = |table: &Table| {
        !desired.tables.contains_key(&table.name) && lock.tables.contains_key(&table.name)
    };
    for table in actual.tables.values().filter(|table| is_dropped(table)) {
        changes.push(Change::DropTable(table.clone()));
        for other in actual.tables.values().filter(|other| !is_dropped(other)) {
            for key in other
                .foreign_keys
                .iter()
                .filter(|key| key.references == table.name)
            {
                let change = Change::DropForeignKey {
                    table: other.name.clone(),
                    key: key.clone(),
                };
                if !changes.contains(&change) {
                    changes.push(change);
                }
            }
        }
    }
}

/// Whether a key or index over `columns` loses one of them.
pub(crate) fn loses_column(columns: &[String], dropped: &[Column]) -> bool {
    dropped.iter().any(|column| columns.contains(&column.name))
}
