//! Columns that take no NULL, in steps: a new one is added as nullable, filled, and takes no NULL only then.

use seadrift_schema::{Change, Column, ObjectName};

use crate::hazard::leaves_rows_without_a_value;

/// Takes apart the columns of `changes` that rows would have no value for.
pub(crate) fn apart(changes: Vec<Change>) -> Vec<Change> {
    let mut steps = vec![];
    for change in changes {
        match change {
            Change::AddColumn {
                table,
                column,
                references,
            } if leaves_rows_without_a_value(&column) => {
                let mut nullable = column.clone();
                nullable.nullable = true;
                steps.push(Change::AddColumn {
                    table: table.clone(),
                    column: nullable.clone(),
                    references,
                });
                steps.extend(filled(table, nullable, column));
            }
            Change::AlterColumn { table, from, to } if from.nullable && !to.nullable => {
                steps.extend(filled(table, from, to));
            }
            other => steps.push(other),
        }
    }
    steps
}

/// A place to fill the column, and then what makes it take no NULL.
fn filled(table: ObjectName, from: Column, to: Column) -> [Change; 2] {
    let fill = Change::FillColumn {
        table: table.clone(),
        column: to.clone(),
    };
    [fill, Change::AlterColumn { table, from, to }]
}
