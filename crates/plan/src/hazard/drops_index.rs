//! Indexes that go, so that queries read the whole table where they did not have to.

use seadrift_schema::{Change, IndexOrigin, ObjectName};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "drops-index",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::DropIndex { table, index } = change else {
        return None;
    };
    // One that MySQL made for a foreign key goes because of it.
    let goes_along = index.origin == IndexOrigin::ForeignKey
        || whole.drops_table(table)
        || index
            .columns
            .iter()
            .any(|name| whole.drops_column(table, name));
    if goes_along || is_replaced(table, &index.columns, whole) {
        return None;
    }
    let columns = match index.columns.is_empty() {
        true => String::new(),
        false => format!(" on ({})", index.columns.join(", ")),
    };
    Risk::new(
        format!(
            "{table}: queries that use the index `{}`{columns} get slower",
            index.name
        ),
        "look at how often the server says it was used",
    )
}

/// Whether an index or key that the plan makes finds all that one on `columns` found.
fn is_replaced(table: &ObjectName, columns: &[String], whole: &Whole<'_>) -> bool {
    let serves = |new: &[String]| !columns.is_empty() && new.starts_with(columns);
    whole.changes.iter().any(|change| match change {
        Change::CreateIndex { table: of, index } => of == table && serves(&index.columns),
        Change::AlterPrimaryKey {
            table: of,
            to: Some(key),
            ..
        } => of == table && serves(&key.columns),
        _ => false,
    })
}
