//! What MySQL and MariaDB write in their own way.

use seadrift_schema::{Column, Dialect, ObjectName};

use super::Sql;

/// A column's whole definition anew: `MODIFY` forgets what it does not restate.
pub(super) fn modify_column(table: &ObjectName, to: &Column, dialect: Dialect) -> String {
    format!(
        "ALTER TABLE {} MODIFY COLUMN {}",
        table.quoted(dialect),
        Sql(dialect).column(to)
    )
}

/// A table's comment. None is an empty one.
pub(super) fn table_comment(table: &ObjectName, comment: Option<&str>, dialect: Dialect) -> String {
    let comment = dialect.literal(comment.unwrap_or_default());
    format!("ALTER TABLE {} COMMENT = {comment}", table.quoted(dialect))
}
