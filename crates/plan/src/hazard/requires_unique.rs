//! Unique indexes and primary keys over columns that stand already.

use seadrift_schema::{Change, ObjectName};

use super::{Kind, Risk, Rows};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "requires-unique",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    match change {
        // NULL is at odds with nothing.
        Change::CreateIndex { table, index }
            if index.unique
                && !index
                    .columns
                    .iter()
                    .any(|name| whole.is_null_everywhere(table, name))
                && !was_unique(change, whole) =>
        {
            Risk::to_rows(
                format!(
                    "{table}: the unique index on ({}) cannot be made if rows repeat a value",
                    index.columns.join(", ")
                ),
                "look for rows that repeat a value first",
                repeating(table, &index.columns, whole),
            )
        }
        Change::AlterPrimaryKey {
            table,
            from,
            to: Some(key),
        } if from.as_ref().is_none_or(|from| from.columns != key.columns) => Risk::to_rows(
            format!(
                "{table}: the primary key on ({}) cannot be made if rows repeat a value",
                key.columns.join(", ")
            ),
            "look for rows that repeat a value or hold NULL first",
            repeating(table, &key.columns, whole),
        ),
        _ => None,
    }
}

/// The rows that repeat what others hold in `columns`, which are not those of an expression.
fn repeating(table: &ObjectName, columns: &[String], whole: &Whole<'_>) -> Option<Rows> {
    let columns = whole.former_columns(table, columns)?;
    (!columns.is_empty()).then(|| Rows::Repeating {
        table: whole.former_table(table),
        columns,
    })
}

/// Whether the plan drops an index that kept the values apart so far: the new one takes its place.
fn was_unique(change: &Change, whole: &Whole<'_>) -> bool {
    let Change::CreateIndex { table, index } = change else {
        return false;
    };
    whole.changes.iter().any(|change| match change {
        Change::DropIndex {
            table: of,
            index: old,
        } => {
            let covers = |name| index.columns.contains(name);
            of == table && old.unique && !old.columns.is_empty() && old.columns.iter().all(covers)
        }
        _ => false,
    })
}
