//! Columns that take no NULL, in steps: a new one is added as nullable, filled, and takes no NULL only then.

use seadrift_schema::Change;

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
                steps.push(Change::AlterColumn {
                    table,
                    from: nullable,
                    to: column,
                });
            }
            other => steps.push(other),
        }
    }
    steps
}
