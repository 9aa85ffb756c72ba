//! Reads the texts in which MySQL and MariaDB report defaults and foreign keys, and writes their indexes.

use seadrift_schema::{DefaultValue, Dialect, ObjectName};

use crate::assemble;

/// Types whose literals MySQL reports as SQL. Those of other types it reports without their quotes.
const NUMERIC: [&str; 10] = [
    "bigint",
    "bit",
    "decimal",
    "double",
    "float",
    "int",
    "mediumint",
    "smallint",
    "tinyint",
    "year",
];

/// A column of an index as the catalog reports it.
pub(super) struct IndexPart {
    /// The index's type: `BTREE`, `HASH`, `FULLTEXT`.
    pub(super) kind: String,
    pub(super) unique: bool,
    pub(super) column: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) prefix: Option<i64>,
    pub(super) descending: bool,
}

/// The columns of an index, if these are all there is to say about it.
pub(super) fn plain_columns(parts: &[IndexPart]) -> Option<Vec<String>> {
    parts
        .iter()
        .map(|part| {
            let plain = part.kind == "BTREE" && part.prefix.is_none() && !part.descending;
            part.column.clone().filter(|_| plain)
        })
        .collect()
}

/// The statement that makes the index `name` of `table`.
pub(super) fn index_definition(
    table: &ObjectName,
    name: &str,
    parts: &[IndexPart],
    dialect: Dialect,
) -> String {
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
                        unescape_quotes(expression.as_deref().unwrap_or_default())
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
    format!(
        "CREATE {word}INDEX {}{using} ON {} ({})",
        dialect.quote(name),
        table.quoted(dialect),
        columns.join(", ")
    )
}

/// The default that MariaDB reports as `text`, which is SQL with escapes.
pub(super) fn mariadb_default(text: &str) -> Option<DefaultValue> {
    match unescape_literal(text) {
        Some(value) => Some(DefaultValue::Text(value)),
        None => assemble::default(text),
    }
}

/// The default that MySQL reports as `text` for a column of `data_type`: SQL where `extra` says so, else the bare
/// value.
pub(super) fn mysql_default(text: &str, data_type: &str, extra: &str) -> Option<DefaultValue> {
    // Before version 8.0.13 nothing marks this one, which no literal of a time can be mistaken for.
    let is_now = matches!(data_type, "datetime" | "timestamp")
        && text.to_ascii_lowercase().starts_with("current_timestamp");
    if is_now || extra.contains("DEFAULT_GENERATED") {
        assemble::default(&unescape_quotes(text))
    } else if NUMERIC.contains(&data_type) {
        assemble::default(text)
    } else if matches!(data_type, "binary" | "varbinary") && text.starts_with("0x") {
        Some(DefaultValue::Expression(text.to_owned()))
    } else {
        Some(DefaultValue::Text(text.to_owned()))
    }
}

/// The column that `check` keeps to JSON: MariaDB's JSON is `longtext` with ``json_valid(`column`)``. The mode
/// `ANSI_QUOTES` changes the quotes.
pub(super) fn checked_json_column(check: &str) -> Option<String> {
    let column = check.strip_prefix("json_valid(")?.strip_suffix(')')?;
    ['`', '"'].into_iter().find_map(|quote| {
        let inner = column.strip_prefix(quote)?.strip_suffix(quote)?;
        let doubled = format!("{quote}{quote}");
        let is_name = !inner.replace(&doubled, "").contains(quote);
        is_name.then(|| inner.replace(&doubled, &quote.to_string()))
    })
}

/// The foreign keys of `SHOW CREATE TABLE`: their names and their actions on delete and on update.
pub(super) fn foreign_key_actions(create_table: &str) -> Vec<(String, &str, &str)> {
    create_table
        .lines()
        .filter_map(|line| {
            let rest = line.trim().strip_prefix("CONSTRAINT ")?;
            let quote = rest.chars().next().filter(|c| *c == '`' || *c == '"')?;
            let (name, _) = rest
                .strip_prefix(quote)?
                .split_once(&format!("{quote} FOREIGN KEY ("))?;
            let (_, actions) = rest.rsplit_once(')')?;
            let actions = actions.trim_end_matches(',');
            let name = name.replace(&format!("{quote}{quote}"), &quote.to_string());
            let on_delete = words(actions, "ON DELETE ").unwrap_or("RESTRICT");
            let on_update = words(actions, "ON UPDATE ").unwrap_or("RESTRICT");
            Some((name, on_delete, on_update))
        })
        .collect()
}

/// What of `actions` stands behind `event`.
fn words<'a>(actions: &'a str, event: &str) -> Option<&'a str> {
    let (_, rest) = actions.split_once(event)?;
    rest.split(" ON ").next()
}

/// The value of `text` if it is one string literal and nothing else.
fn unescape_literal(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let mut value = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        value.push(match c {
            '\'' => chars.next().filter(|next| *next == '\'')?,
            '\\' => match chars.next()? {
                '0' => '\0',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\u{8}',
                'Z' => '\u{1a}',
                other => other,
            },
            other => other,
        });
    }
    Some(value)
}

/// MySQL reports an expression with its quotes escaped: `concat(_utf8mb4\'a\',`b`)`.
fn unescape_quotes(expression: &str) -> String {
    expression.replace("\\'", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<DefaultValue> {
        Some(DefaultValue::Text(value.to_owned()))
    }

    fn expression(sql: &str) -> Option<DefaultValue> {
        Some(DefaultValue::Expression(sql.to_owned()))
    }

    fn number(digits: &str) -> Option<DefaultValue> {
        Some(DefaultValue::Number(digits.to_owned()))
    }

    #[test]
    fn mariadb_reports_defaults_as_sql() {
        let cases = [
            ("NULL", None),
            ("'NULL'", text("NULL")),
            ("'007'", text("007")),
            (r#"'it''s \\ "q" \n'"#, text("it's \\ \"q\" \n")),
            ("''", text("")),
            ("-5", number("-5")),
            ("current_timestamp()", Some(DefaultValue::CurrentTimestamp)),
            ("current_timestamp(6)", expression("current_timestamp(6)")),
            ("b'101'", expression("b'101'")),
            ("'a' <> 'b'", expression("'a' <> 'b'")),
            ("'", expression("'")),
            ("", expression("")),
        ];
        for (reported, expected) in cases {
            assert_eq!(mariadb_default(reported), expected, "{reported}");
        }
    }

    #[test]
    fn mysql_reports_bare_values() {
        let now = Some(DefaultValue::CurrentTimestamp);
        let cases = [
            ("", "varchar", "", text("")),
            ("007", "varchar", "", text("007")),
            ("it's", "enum", "", text("it's")),
            ("NULL", "varchar", "", text("NULL")),
            ("-5", "int", "auto_increment", number("-5")),
            ("b'101'", "bit", "", expression("b'101'")),
            ("0x6162", "binary", "", expression("0x6162")),
            ("0x6162", "varchar", "", text("0x6162")),
            ("2020-01-01", "date", "", text("2020-01-01")),
            (
                "CURRENT_TIMESTAMP",
                "datetime",
                "DEFAULT_GENERATED",
                now.clone(),
            ),
            ("CURRENT_TIMESTAMP", "timestamp", "", now),
            (
                "uuid()",
                "varchar",
                "DEFAULT_GENERATED",
                expression("uuid()"),
            ),
            (
                r"concat(_utf8mb4\'a\',_utf8mb4\'b\')",
                "varchar",
                "DEFAULT_GENERATED",
                expression("concat(_utf8mb4'a',_utf8mb4'b')"),
            ),
        ];
        for (reported, data_type, extra, expected) in cases {
            assert_eq!(
                mysql_default(reported, data_type, extra),
                expected,
                "{reported} of {data_type}"
            );
        }
    }

    #[test]
    fn a_check_for_json_names_its_column() {
        let cases = [
            ("json_valid(`a b`)", Some("a b")),
            ("json_valid(\"a\"\"b\")", Some("a\"b")),
            ("json_valid(`a`) and json_valid(`b`)", None),
            ("json_valid(concat(`a`))", None),
        ];
        for (check, column) in cases {
            assert_eq!(checked_json_column(check).as_deref(), column, "{check}");
        }
    }

    #[test]
    fn an_index_is_put_together_from_its_parts() {
        let part = |kind: &str, column: &str| IndexPart {
            kind: kind.to_owned(),
            unique: false,
            column: Some(column.to_owned()),
            expression: None,
            prefix: None,
            descending: false,
        };
        let sql = |parts: &[IndexPart]| {
            index_definition(&ObjectName::new("t`"), "i", parts, Dialect::MySql)
        };
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
    }

    #[test]
    fn the_actions_of_foreign_keys_are_found_in_the_table() {
        let create = "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `k``1` FOREIGN KEY (`a`) REFERENCES `u` (`id`) \
            ON DELETE SET NULL ON UPDATE CASCADE,\n  CONSTRAINT `k2` FOREIGN KEY (`a`) REFERENCES `u` (`id`),\n  \
            CONSTRAINT `c` CHECK (`a` > 0)\n)";
        assert_eq!(
            foreign_key_actions(create),
            [
                ("k`1".to_owned(), "SET NULL", "CASCADE"),
                ("k2".to_owned(), "RESTRICT", "RESTRICT"),
            ]
        );
    }
}
