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

/// A table's options, and the server's own for what is not said any more. What a table is made with where nothing is said is
/// the database's own collation; its engine, InnoDB, is the default of every server that is kept up.
pub(super) fn options(
    table: &ObjectName,
    from: Option<&str>,
    to: Option<&str>,
    dialect: Dialect,
) -> String {
    let words = |options: Option<&str>| -> Vec<String> {
        let words = options.unwrap_or_default().split_whitespace();
        words.map(str::to_owned).collect()
    };
    let mut options = words(to);
    for word in words(from) {
        let name = name_of(&word);
        if options.iter().any(|option| name_of(option) == name) {
            continue;
        }
        options.push(match name.as_str() {
            "engine" => "ENGINE=InnoDB".to_owned(),
            "collate" => "CHARACTER SET DEFAULT".to_owned(),
            "key_block_size" | "max_rows" | "min_rows" | "avg_row_length" | "checksum"
            | "delay_key_write" => format!("{name}=0"),
            _ => format!("{name}=DEFAULT"),
        });
    }
    format!(
        "ALTER TABLE {} {}",
        table.quoted(dialect),
        options.join(" ")
    )
}

/// The name of an option.
fn name_of(option: &str) -> String {
    option.split('=').next().unwrap_or_default().to_lowercase()
}
