//! What a change risks on a database with rows and readers, for the person who reviews it.
//!
//! Every code has a page under `docs/hazards/`.

use std::fmt;

use seadrift_schema::{
    Change, Column, Constraint, DefaultValue, Dialect, ForeignKey, ObjectName, canonical,
};

/// The codes of all hazards.
pub const CODES: [&str; 8] = [
    "deletes-data",
    "adds-required-column",
    "forbids-null",
    "changes-type",
    "requires-unique",
    "removes-enum-value",
    "validates-rows",
    "rebuilds-table",
];

/// A risk of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// A stable name in kebab case, one of [`CODES`].
    pub code: &'static str,
    /// What will happen, with the names of what it happens to.
    pub effect: String,
    /// What to do about it.
    pub advice: &'static str,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.code, self.effect)
    }
}

/// The risks of `changes`, in their order.
pub(crate) fn of_all(changes: &[Change], dialect: Dialect) -> Vec<Hazard> {
    let apart: Vec<_> = changes.iter().flat_map(taken_apart).cloned().collect();
    let changes = apart.as_slice();
    let all_null = |table: &ObjectName, name: &String| {
        changes.iter().any(|change| match change {
            Change::AddColumn {
                table: other,
                column,
                ..
            } => {
                other == table
                    && column.name == *name
                    && column.nullable
                    && column.default.is_none()
            }
            _ => false,
        })
    };
    let is_made = |table: &ObjectName| {
        changes
            .iter()
            .any(|change| matches!(change, Change::CreateTable(made) if made.name == *table))
    };
    let is_harmless = |change: &Change| match change {
        // A table that comes with the same plan has no rows. A column that does, and holds NULL in every row,
        // repeats nothing and points nowhere.
        Change::CreateIndex { table, index } => {
            is_made(table) || index.columns.iter().any(|name| all_null(table, name))
        }
        Change::AddForeignKey { table, key } => {
            is_made(table) || key.columns.iter().any(|name| all_null(table, name))
        }
        Change::AddConstraint { table, .. } => is_made(table),
        _ => false,
    };
    let risky = changes.iter().filter(|change| !is_harmless(change));
    risky
        .flat_map(|change| of(change, changes, dialect))
        .collect()
}

/// A change, and those that it is made of.
fn taken_apart(change: &Change) -> Vec<&Change> {
    match change {
        Change::RebuildTable(rebuild) => std::iter::once(change).chain(&rebuild.changes).collect(),
        _ => vec![change],
    }
}

/// The risks of `change`, one of `all`.
fn of(change: &Change, all: &[Change], dialect: Dialect) -> Vec<Hazard> {
    let hazard = |code, effect, advice| {
        vec![Hazard {
            code,
            effect,
            advice,
        }]
    };
    match change {
        Change::RebuildTable(rebuild) => hazard(
            "rebuilds-table",
            format!(
                "{}: the table is made anew and its rows copied, while nothing else can write to the database",
                rebuild.to.name
            ),
            "with many rows, run it when nobody writes, with room for a second copy of the table",
        ),
        Change::DropTable(table) => hazard(
            "deletes-data",
            format!(
                "{}: dropping the table deletes its rows, and `down` cannot bring them back",
                table.name
            ),
            "make sure that nothing reads the table, and keep a copy",
        ),
        Change::DropColumn { table, column, .. } => hazard(
            "deletes-data",
            format!(
                "{table}: dropping `{}` deletes what it holds, and `down` cannot bring it back",
                column.name
            ),
            "make sure that nothing reads the column, and keep a copy",
        ),
        Change::ReplaceColumn { table, from, .. } if from.generated.is_none() => hazard(
            "deletes-data",
            format!(
                "{table}: making `{}` anew deletes what it holds, and `down` cannot bring it back",
                from.name
            ),
            "make sure that what computes it gives what it holds",
        ),
        Change::AddColumn { table, column, .. } if leaves_rows_without_a_value(column) => {
            let effect = match dialect.is_mysql() {
                true => "gives every row that is there an empty value",
                false => "fails if the table has rows",
            };
            hazard(
                "adds-required-column",
                format!(
                    "{table}: adding `{}` without a default {effect}",
                    column.name
                ),
                "give the column a default, or add it as nullable, fill it, and then forbid NULL",
            )
        }
        Change::AlterColumn { table, from, to } => altered(table, from, to, dialect),
        Change::AlterEnum { from, to, columns } => {
            let gone: Vec<_> = from
                .values
                .iter()
                .filter(|value| !to.values.contains(value))
                .collect();
            if gone.is_empty() || columns.is_empty() {
                return vec![];
            }
            let gone: Vec<_> = gone.iter().map(|value| format!("`{value}`")).collect();
            hazard(
                "removes-enum-value",
                format!(
                    "{}: a row that holds {} stops the migration",
                    to.name,
                    gone.join(" or ")
                ),
                "give such rows another value in a revision before this one",
            )
        }
        Change::CreateIndex { table, index } if index.unique => hazard(
            "requires-unique",
            format!(
                "{table}: the unique index on ({}) cannot be made if rows repeat a value",
                index.columns.join(", ")
            ),
            "look for rows that repeat a value first",
        ),
        Change::AlterPrimaryKey {
            table,
            to: Some(key),
            ..
        } => hazard(
            "requires-unique",
            format!(
                "{table}: the primary key on ({}) cannot be made if rows repeat a value",
                key.columns.join(", ")
            ),
            "look for rows that repeat a value or hold NULL first",
        ),
        Change::AddForeignKey { table, key } if !has_held(table, key, all) => hazard(
            "validates-rows",
            format!(
                "{table}: a row whose ({}) points to no row of {} stops the migration",
                key.columns.join(", "),
                key.references
            ),
            "look for such rows first",
        ),
        Change::AddConstraint { table, constraint } => {
            let what = match constraint {
                Constraint::Check(check) => format!("breaks `{}`", check.expression),
                Constraint::Exclusion(exclusion) => {
                    format!("is at odds with another by `{}`", exclusion.definition)
                }
            };
            hazard(
                "validates-rows",
                format!("{table}: a row that {what} stops the migration"),
                "look for such rows first",
            )
        }
        _ => vec![],
    }
}

/// Whether the rows have kept to `key` so far: it is dropped by the same plan and comes back to act otherwise.
fn has_held(table: &ObjectName, key: &ForeignKey, all: &[Change]) -> bool {
    all.iter().any(|change| match change {
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

fn altered(table: &ObjectName, from: &Column, to: &Column, dialect: Dialect) -> Vec<Hazard> {
    let mut hazards = vec![];
    if !canonical::same_type(&from.ty, &to.ty, dialect) {
        hazards.push(Hazard {
            code: "changes-type",
            effect: format!(
                "{table}: changing the type of `{}` may rewrite the table under an exclusive lock, and fails on values \
                 that do not fit",
                to.name
            ),
            advice: "look at the longest and the largest values first",
        });
    }
    if from.nullable && !to.nullable {
        hazards.push(Hazard {
            code: "forbids-null",
            effect: format!(
                "{table}: `{}` holds no NULL any more, which fails if it holds one now",
                to.name
            ),
            advice: "fill the rows that hold NULL in a revision before this one",
        });
    }
    hazards
}

/// Whether nothing says what the rows that are there hold in a new column. Where the server numbers rows, it numbers
/// these too.
fn leaves_rows_without_a_value(column: &Column) -> bool {
    !column.nullable
        && !column.auto_increment
        && matches!(column.default, None | Some(DefaultValue::Null))
}

#[cfg(test)]
mod tests;
