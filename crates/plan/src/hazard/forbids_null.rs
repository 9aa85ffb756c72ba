//! Columns that took NULL and take none any more.

use seadrift_schema::Change;

use super::{Kind, Risk, Rows};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "forbids-null",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::AlterColumn { table, from, to } = change else {
        return None;
    };
    if !from.nullable || to.nullable {
        return None;
    }
    if whole.is_null_everywhere(table, &to.name) {
        return Risk::to_rows(
            format!(
                "{table}: the new `{}` holds no NULL, which fails if there are rows that its place in the file does not fill",
                to.name
            ),
            "write what fills the column at its place in the file",
            Rows::Of {
                table: whole.former_table(table),
            },
        );
    }
    Risk::to_rows(
        format!(
            "{table}: `{}` holds no NULL any more, which fails if it holds one now",
            to.name
        ),
        "fill the rows that hold NULL in a revision before this one, or at a place that `--in-steps` leaves for it",
        Rows::WithNull {
            table: whole.former_table(table),
            column: whole.former_column(table, &to.name),
        },
    )
}
