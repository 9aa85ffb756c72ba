//! What a change risks on a database with rows and readers, for the person who reviews it.
//!
//! Every code has a page under `docs/hazards/`.

use std::fmt;

use seadrift_schema::{Change, Column, DefaultValue, Dialect, Type, canonical};

/// A risk of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// A stable name in kebab case.
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

/// The risk of `change`, if it has one.
pub(crate) fn of(change: &Change, dialect: Dialect) -> Option<Hazard> {
    match change {
        Change::DropTable(table) => Some(Hazard {
            code: "deletes-data",
            effect: format!(
                "{}: dropping the table deletes its rows, and `down` cannot bring them back",
                table.name
            ),
            advice: "make sure that nothing reads the table, and keep a copy",
        }),
        Change::DropColumn { table, column, .. } => Some(Hazard {
            code: "deletes-data",
            effect: format!(
                "{table}: dropping `{}` deletes what it holds, and `down` cannot bring it back",
                column.name
            ),
            advice: "make sure that nothing reads the column, and keep a copy",
        }),
        Change::AddColumn { table, column, .. } if leaves_rows_without_a_value(column) => {
            let effect = if dialect.is_mysql() {
                "gives every row that is there an empty value"
            } else {
                "fails if the table has rows"
            };
            Some(Hazard {
                code: "adds-required-column",
                effect: format!(
                    "{table}: adding `{}` without a default {effect}",
                    column.name
                ),
                advice: "give the column a default, or add it as nullable, fill it, and then forbid NULL",
            })
        }
        Change::AlterColumn { table, from, to } if from.nullable && !to.nullable => Some(Hazard {
            code: "forbids-null",
            effect: format!(
                "{table}: `{}` holds no NULL any more, which fails if it holds one now",
                to.name
            ),
            advice: "fill the rows that hold NULL in a revision before this one",
        }),
        Change::AlterColumn { table, from, to } if has_other_type(from, to, dialect) => {
            Some(Hazard {
                code: "changes-type",
                effect: format!(
                    "{table}: changing the type of `{}` may rewrite the table under an exclusive lock, and fails on \
                     values that do not fit",
                    to.name
                ),
                advice: "look at the longest and the largest values first",
            })
        }
        Change::CreateIndex { table, index } if index.unique => Some(Hazard {
            code: "requires-unique",
            effect: format!(
                "{table}: the unique index on ({}) cannot be made if rows repeat a value",
                index.columns.join(", ")
            ),
            advice: "look for rows that repeat a value first",
        }),
        _ => None,
    }
}

/// Whether nothing says what the rows that are there hold in a new column. Where the server numbers rows, it numbers
/// these too.
fn leaves_rows_without_a_value(column: &Column) -> bool {
    !column.nullable
        && !column.auto_increment
        && matches!(column.default, None | Some(DefaultValue::Null))
}

/// Whether the server keeps the two columns under different types. An entity's word for a type is often not the
/// server's, and a PostgreSQL enum is its name: its values change by themselves.
fn has_other_type(from: &Column, to: &Column, dialect: Dialect) -> bool {
    fn same(from: &Type, to: &Type) -> bool {
        match (from, to) {
            (Type::Enum(from), Type::Enum(to)) if !to.name.name.is_empty() => from.name == to.name,
            (Type::Array(from), Type::Array(to)) => same(from, to),
            _ => from == to,
        }
    }
    let settled = |ty: &Type| canonical::ty(ty, dialect).unwrap_or_else(|_| ty.clone());
    !same(&settled(&from.ty), &settled(&to.ty))
}

#[cfg(test)]
mod tests;
