//! What the server knows of a column's values, and forgets with their type (PostgreSQL).

use seadrift_schema::{Change, Dialect, canonical};

use super::{Kind, Risk, rewrites_table};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "forgets-statistics",
    of,
};

/// MySQL, MariaDB and InnoDB count anew by themselves. To PostgreSQL a table that is written anew has not changed, so that
/// its daemon sees no reason to.
/// (<https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE>)
fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let what = match change {
        _ if whole.dialect != Dialect::Postgres => return None,
        Change::AlterColumn { table, from, to }
            if !canonical::same_type(&from.ty, &to.ty, Dialect::Postgres) =>
        {
            format!("{table}: what `{}` holds", to.name)
        }
        Change::AlterEnum { from, to, columns }
            if !columns.is_empty() && !rewrites_table::only_grows(from, to) =>
        {
            format!("{}: what the columns of it hold", to.name)
        }
        _ => return None,
    };
    Risk::new(
        format!(
            "{what} is forgotten, and queries are planned without until somebody runs `ANALYZE`"
        ),
        "put `ANALYZE` of the table at the end of the file",
    )
}
