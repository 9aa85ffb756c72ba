//! Writes the indexes of MySQL and MariaDB from what the catalog reports of them.

use seadrift_schema::{Dialect, Index, ObjectName, Table};

use super::text;
use crate::assemble;

/// A column of an index as the catalog reports it.
pub(super) struct IndexPart {
    /// Its place in the index.
    pub(super) place: i64,
    /// The index's type: `BTREE`, `HASH`, `FULLTEXT`.
    pub(super) kind: String,
    pub(super) unique: bool,
    pub(super) column: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) prefix: Option<i64>,
    pub(super) descending: bool,
    /// Whether the server leaves the index aside when it plans a query.
    pub(super) hidden: bool,
}

/// The index `name` of `table`, made of `parts`.
pub(super) fn put_together(
    table: &Table,
    name: String,
    parts: Vec<IndexPart>,
    dialect: Dialect,
) -> Index {
    let columns = plain_columns(&parts);
    let definition = match columns {
        Some(_) => None,
        None => Some(definition(&table.name, &name, &parts, dialect)),
    };
    let mut index = Index::new(name, columns.unwrap_or_default());
    index.unique = parts.iter().all(|part| part.unique);
    if definition.is_some() {
        index.stands_for = columns_stood_for(&parts).unwrap_or_default();
        for part in parts {
            let expression = part.expression.as_deref().unwrap_or_default();
            index.covers.extend(part.column);
            index
                .covers
                .extend(assemble::columns_in(&text::unescape(expression), table));
        }
    }
    index.definition = definition;
    index
}

/// The columns of an index, if these are all there is to say about it.
fn plain_columns(parts: &[IndexPart]) -> Option<Vec<String>> {
    parts
        .iter()
        .map(|part| {
            let plain =
                part.kind == "BTREE" && part.prefix.is_none() && !part.descending && !part.hidden;
            part.column.clone().filter(|_| plain)
        })
        .collect()
}

/// The columns of the plain index that one of `parts` is as good as. A prefix does where there could be no more, and
/// admits less where the index is unique.
fn columns_stood_for(parts: &[IndexPart]) -> Option<Vec<String>> {
    let column = |part: &IndexPart| {
        let is_as_good = matches!(part.kind.as_str(), "BTREE" | "HASH")
            && (part.prefix.is_none() || !part.unique)
            && (!part.hidden || part.unique);
        part.column.clone().filter(|_| is_as_good)
    };
    parts.iter().map(column).collect()
}

/// The statement that makes the index `name` of `table`.
fn definition(table: &ObjectName, name: &str, parts: &[IndexPart], dialect: Dialect) -> String {
    let kind = parts.first().map_or("BTREE", |part| part.kind.as_str());
    let is_unique = parts.first().is_some_and(|part| part.unique);
    let has_own_word = matches!(kind, "FULLTEXT" | "SPATIAL" | "VECTOR");
    let word = match (has_own_word, is_unique) {
        (true, _) => format!("{kind} "),
        (false, true) => "UNIQUE ".to_owned(),
        (false, false) => String::new(),
    };
    let using = if has_own_word || kind == "BTREE" {
        String::new()
    } else {
        format!(" USING {kind}")
    };
    let columns: Vec<_> = parts
        .iter()
        .map(|part| {
            let mut sql = match (&part.column, &part.expression) {
                (Some(column), _) => dialect.quote(column),
                (None, expression) => {
                    format!(
                        "({})",
                        text::unescape(expression.as_deref().unwrap_or_default())
                    )
                }
            };
            // A spatial index has a length that cannot be written.
            if let Some(prefix) = part.prefix
                && !has_own_word
            {
                sql.push_str(&format!("({prefix})"));
            }
            if part.descending {
                sql.push_str(" DESC");
            }
            sql
        })
        .collect();
    let hidden = match dialect {
        _ if !parts.iter().any(|part| part.hidden) => "",
        Dialect::MariaDb => " IGNORED",
        _ => " INVISIBLE",
    };
    format!(
        "CREATE {word}INDEX {}{using} ON {} ({}){hidden}",
        dialect.quote(name),
        table.quoted(dialect),
        columns.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_put_together_from_its_parts() {
        let part = |kind: &str, column: &str| IndexPart {
            place: 1,
            kind: kind.to_owned(),
            unique: false,
            column: Some(column.to_owned()),
            expression: None,
            prefix: None,
            descending: false,
            hidden: false,
        };
        let sql =
            |parts: &[IndexPart]| definition(&ObjectName::new("t`"), "i", parts, Dialect::MySql);
        let plain = [part("BTREE", "a"), part("BTREE", "b")];
        assert_eq!(plain_columns(&plain), Some(vec!["a".into(), "b".into()]));

        let mut lower = part("BTREE", "");
        lower.column = None;
        lower.expression = Some(r"concat(`a`,_utf8mb4\'x\')".to_owned());
        lower.unique = true;
        let mut short = part("BTREE", "b");
        short.prefix = Some(3);
        short.descending = true;
        let parts = [lower, short];
        assert_eq!(plain_columns(&parts), None);
        assert_eq!(
            sql(&parts),
            "CREATE UNIQUE INDEX `i` ON `t``` ((concat(`a`,_utf8mb4'x')), `b`(3) DESC)"
        );

        let mut spatial = part("SPATIAL", "p");
        spatial.prefix = Some(32);
        assert_eq!(sql(&[spatial]), "CREATE SPATIAL INDEX `i` ON `t``` (`p`)");
        assert_eq!(
            sql(&[part("HASH", "a")]),
            "CREATE INDEX `i` USING HASH ON `t``` (`a`)"
        );
        let mut hidden = part("BTREE", "a");
        hidden.hidden = true;
        assert_eq!(plain_columns(std::slice::from_ref(&hidden)), None);
        assert_eq!(sql(&[hidden]), "CREATE INDEX `i` ON `t``` (`a`) INVISIBLE");
        assert_eq!(
            sql(&[part("NEWFANGLED", "a")]),
            "CREATE INDEX `i` USING NEWFANGLED ON `t``` (`a`)"
        );
    }
}
