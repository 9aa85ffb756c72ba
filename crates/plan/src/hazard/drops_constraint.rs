//! Constraints that go and leave rows to what programs write.

use seadrift_schema::{Change, Constraint, ObjectName};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "drops-constraint",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let (table, what) = match change {
        Change::DropForeignKey { table, key }
            if !goes_with_its_columns(table, &key.columns, whole)
                && !whole.changes.iter().any(|change| {
                    matches!(change, Change::AddForeignKey { table: of, key: new }
                        if of == table && new.columns == key.columns)
                }) =>
        {
            (
                table,
                format!(
                    "no foreign key keeps ({}) to rows of {} any more",
                    key.columns.join(", "),
                    key.references
                ),
            )
        }
        Change::DropIndex { table, index }
            if index.unique
                && !goes_with_its_columns(table, &index.columns, whole)
                && !stays_unique(table, &index.columns, whole) =>
        {
            (
                table,
                match index.columns.is_empty() {
                    true => format!("`{}` keeps no rows apart any more", index.name),
                    false => format!("rows may repeat ({}) from now on", index.columns.join(", ")),
                },
            )
        }
        Change::DropConstraint { table, constraint } if !comes_back(table, constraint, whole) => (
            table,
            match constraint {
                Constraint::Check(check) => {
                    format!("nothing keeps rows to `{}` any more", check.expression)
                }
                Constraint::Exclusion(exclusion) => {
                    format!("nothing keeps rows to `{}` any more", exclusion.definition)
                }
            },
        ),
        _ => return None,
    };
    Risk::new(
        format!("{table}: {what}, and `down` fails once they have strayed"),
        "make sure that programs keep to it themselves, or need not",
    )
}

/// Whether the plan takes the table or a column away.
fn goes_with_its_columns(table: &ObjectName, columns: &[String], whole: &Whole<'_>) -> bool {
    let is_dropped = |name: &String| whole.drops_column(table, name);
    whole.drops_table(table) || columns.iter().any(is_dropped)
}

/// Whether the plan makes a unique index or a primary key over these columns, or some of them.
fn stays_unique(table: &ObjectName, columns: &[String], whole: &Whole<'_>) -> bool {
    let covered = |new: &[String]| !new.is_empty() && new.iter().all(|name| columns.contains(name));
    whole.changes.iter().any(|change| match change {
        Change::CreateIndex { table: of, index } => {
            of == table && index.unique && covered(&index.columns)
        }
        Change::AlterPrimaryKey {
            table: of,
            to: Some(key),
            ..
        } => of == table && covered(&key.columns),
        _ => false,
    })
}

/// Whether the plan adds a constraint of the same name, or that says the same.
fn comes_back(table: &ObjectName, constraint: &Constraint, whole: &Whole<'_>) -> bool {
    whole.drops_table(table)
        || whole.changes.iter().any(|change| match change {
            Change::AddConstraint {
                table: of,
                constraint: new,
            } if of == table || whole.former_table(of) == *table => match (constraint, new) {
                (Constraint::Check(old), Constraint::Check(new)) => {
                    old.expression == new.expression || (old.name.is_some() && old.name == new.name)
                }
                (Constraint::Exclusion(old), Constraint::Exclusion(new)) => old.name == new.name,
                _ => false,
            },
            _ => false,
        })
}
