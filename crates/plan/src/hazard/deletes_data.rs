//! Rows or columns that go.

use seadrift_schema::{Change, Object};

use super::{Kind, Risk, Rows};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "deletes-data",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    match change {
        Change::DropTable(table) => Risk::to_rows(
            format!(
                "{}: dropping the table deletes its rows, and `down` cannot bring them back",
                table.name
            ),
            "make sure that nothing reads the table, and keep a copy",
            Rows::Of {
                table: table.name.clone(),
            },
        ),
        Change::DropColumn { table, column, .. } => Risk::to_rows(
            format!(
                "{table}: dropping `{}` deletes what it holds, and `down` cannot bring it back",
                column.name
            ),
            "make sure that nothing reads the column, and keep a copy",
            Rows::WithValue {
                table: whole.former_table(table),
                column: whole.former_column(table, &column.name),
            },
        ),
        Change::ReplaceColumn { table, from, .. } if from.generated.is_none() => Risk::to_rows(
            format!(
                "{table}: making `{}` anew deletes what it holds, and `down` cannot bring it back",
                from.name
            ),
            "make sure that what computes it gives what it holds",
            Rows::WithValue {
                table: whole.former_table(table),
                column: whole.former_column(table, &from.name),
            },
        ),
        Change::DropObject(Object::Sequence { name, .. }) => Risk::new(
            format!("{name}: dropping the sequence forgets how far it has counted"),
            "make sure that nothing takes numbers from it",
        ),
        _ => None,
    }
}
