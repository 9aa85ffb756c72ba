//! Foreign keys, checks and exclusion constraints that the rows of a table have to keep to from now on.

use seadrift_schema::{Change, Check, Constraint, ForeignKey, ObjectName};

use super::{Kind, Risk, Rows};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "validates-rows",
    of,
};

const ADVICE: &str = "look for such rows first";

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    match change {
        Change::AddForeignKey { table, key }
            if looks_at_rows(key.clauses.as_deref())
                && !has_held(table, key, whole)
                && !key
                    .columns
                    .iter()
                    .any(|name| whole.is_null_everywhere(table, name)) =>
        {
            Risk::to_rows(
                format!(
                    "{table}: a row whose ({}) points to no row of {} stops the migration",
                    key.columns.join(", "),
                    key.references
                ),
                ADVICE,
                orphaned(table, key, whole),
            )
        }
        Change::AddConstraint {
            table,
            constraint: Constraint::Check(check),
        } if looks_at_rows(check.clauses.as_deref()) && !has_been_kept(table, check, whole) => {
            Risk::to_rows(
                format!(
                    "{table}: a row that breaks `{}` stops the migration",
                    check.expression
                ),
                ADVICE,
                // By other names it would be another expression, which then counts nothing.
                Rows::Breaking {
                    table: whole.former_table(table),
                    expression: check.expression.clone(),
                },
            )
        }
        Change::AddConstraint {
            table,
            constraint: Constraint::Exclusion(exclusion),
        } => Risk::new(
            format!(
                "{table}: a row that is at odds with another by `{}` stops the migration",
                exclusion.definition
            ),
            ADVICE,
        ),
        _ => None,
    }
}

/// The rows that `key` has no row for: where the other table comes with the plan, all that hold something.
fn orphaned(table: &ObjectName, key: &ForeignKey, whole: &Whole<'_>) -> Option<Rows> {
    let columns = whole.former_columns(table, &key.columns)?;
    let of = whole.former_table(table);
    let is_new = |change: &Change| matches!(change, Change::CreateTable(made) if made.name == key.references);
    if whole.changes.iter().any(is_new) {
        return match columns.as_slice() {
            [column] => Some(Rows::WithValue {
                table: of,
                column: column.clone(),
            }),
            _ => None,
        };
    }
    Some(Rows::Orphaned {
        table: of,
        columns,
        references: whole.former_table(&key.references),
        referenced_columns: whole.former_columns(&key.references, &key.referenced_columns)?,
    })
}

/// Whether a constraint with these clauses is one for the rows that are there, too.
pub(crate) fn looks_at_rows(clauses: Option<&str>) -> bool {
    let clauses = clauses.unwrap_or_default();
    !clauses.contains("NOT VALID") && !clauses.contains("NOT ENFORCED")
}

/// Whether the rows have kept to `key` so far: it is dropped by the same plan and comes back to act otherwise.
fn has_held(table: &ObjectName, key: &ForeignKey, whole: &Whole<'_>) -> bool {
    whole.changes.iter().any(|change| match change {
        Change::DropForeignKey {
            table: other,
            key: old,
        } => {
            other == table
                && old.columns == key.columns
                && old.references == key.references
                && old.referenced_columns == key.referenced_columns
        }
        _ => false,
    })
}

/// Whether the rows have kept to `check` so far: it is dropped by the same plan, and comes back in other names.
fn has_been_kept(table: &ObjectName, check: &Check, whole: &Whole<'_>) -> bool {
    let former = whole.former_table(table);
    whole.changes.iter().any(|change| match change {
        Change::DropConstraint {
            table: of,
            constraint: Constraint::Check(old),
        } => {
            (*of == former || of == table)
                && looks_at_rows(old.clauses.as_deref())
                && old.expression != check.expression
                && whole.in_last_names(table, &old.expression) == check.expression
        }
        _ => false,
    })
}
