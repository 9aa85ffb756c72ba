//! New columns that take no NULL, and nothing says what the rows that are there hold in them.

use seadrift_schema::{Change, Column, DefaultValue};

use super::{Kind, Risk, Rows};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "adds-required-column",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::AddColumn { table, column, .. } = change else {
        return None;
    };
    if !leaves_rows_without_a_value(column) {
        return None;
    }
    // MySQL fills in the implicit default of the type, in strict mode too.
    // https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html
    let effect = match whole.dialect.is_mysql() {
        true => "gives every row that is there an empty value",
        false => "fails if the table has rows",
    };
    Risk::to_rows(
        format!(
            "{table}: adding `{}` without a default {effect}",
            column.name
        ),
        "give the column a default, or let `--in-steps` add it as nullable, to be filled before it forbids NULL",
        Rows::Of {
            table: whole.former_table(table),
        },
    )
}

/// Whether nothing says what the rows that are there hold in a new column. Where the server numbers or computes them,
/// it does so for these too.
pub(crate) fn leaves_rows_without_a_value(column: &Column) -> bool {
    !column.nullable
        && !column.auto_increment
        && column.generated.is_none()
        && matches!(column.default, None | Some(DefaultValue::Null))
}
