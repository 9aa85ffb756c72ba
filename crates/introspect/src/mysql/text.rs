//! Reads the texts in which MySQL and MariaDB report defaults, expressions and foreign keys.

use seadrift_schema::{DefaultValue, Dialect};

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

/// The default that MariaDB reports as `text`, which is SQL with escapes.
pub(crate) fn mariadb_default(text: &str) -> Option<DefaultValue> {
    match unescape_literal(text) {
        Some(value) => Some(DefaultValue::Text(value)),
        None => assemble::default(&double_quotes(text)),
    }
}

/// The default that MySQL reports as `text` for a column of `data_type`: SQL where `extra` says so, else the bare
/// value.
pub(super) fn mysql_default(text: &str, data_type: &str, extra: &str) -> Option<DefaultValue> {
    // Before version 8.0.13 nothing marks this one, which no literal of a time can be mistaken for.
    let is_now = matches!(data_type, "datetime" | "timestamp")
        && text.to_ascii_lowercase().starts_with("current_timestamp");
    if is_now || extra.contains("DEFAULT_GENERATED") {
        assemble::default(&double_quotes(&unescape(text)))
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

/// The default of the first column of a `CREATE TABLE` as the server shows it, one column a line. Behind it may stand the
/// check that makes `longtext` MariaDB's JSON.
pub(crate) fn default_in(create_table: &str) -> Option<&str> {
    let line = create_table.lines().nth(1)?;
    let after = |line, word| outside_quotes(line, word).map(|(_, rest)| rest);
    let default = after(line, " DEFAULT ")?;
    let default = outside_quotes(default, " CHECK (").map_or(default, |(default, _)| default);
    Some(default.trim_end_matches(','))
}

/// What stands before and after `word` in `sql`, where no quotes enclose it.
fn outside_quotes<'a>(sql: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let mut quote = None;
    let mut chars = sql.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (Some('\''), '\\') => {
                chars.next();
            }
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '`' | '"') => quote = Some(c),
            (None, _) => {
                let (before, rest) = sql.split_at(at);
                if let Some(after) = rest.strip_prefix(word) {
                    return Some((before, after));
                }
            }
            _ => {}
        }
    }
    None
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
            '\\' => escaped(chars.next()?),
            other => other,
        });
    }
    Some(value)
}

/// MySQL reports an expression as if it stood in quotes: `concat(_utf8mb4\'a\',`b`)`.
pub(super) fn unescape(expression: &str) -> String {
    let mut sql = String::new();
    let mut chars = expression.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(next)) => {
                chars.next();
                sql.push(escaped(next));
            }
            _ => sql.push(c),
        }
    }
    sql
}

/// What a backslash and `c` mean.
fn escaped(c: char) -> char {
    match c {
        '0' => '\0',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'Z' => '\u{1a}',
        other => other,
    }
}

/// The expression that a `dialect` server reports as `text`, with standard quotes and without parentheses around the
/// whole.
pub(super) fn expression(text: &str, dialect: Dialect) -> String {
    let sql = match dialect {
        Dialect::MariaDb => double_quotes(text),
        _ => double_quotes(&unescape(text)),
    };
    assemble::without_parentheses(&sql).to_owned()
}

/// `sql` with quotes in strings doubled rather than escaped, as every reader of SQL understands them.
fn double_quotes(sql: &str) -> String {
    let (mut doubled, mut quote) = (String::new(), None);
    let mut chars = sql.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('\''), '\\') => match chars.next() {
                Some('\'') => doubled.push_str("''"),
                Some(other) => doubled.extend([c, other]),
                None => doubled.push(c),
            },
            _ => {
                match quote {
                    Some(open) if open == c => quote = None,
                    None if c == '\'' || c == '`' => quote = Some(c),
                    _ => {}
                }
                doubled.push(c);
            }
        }
    }
    doubled
}

/// What a column is set to when its row changes, if `extra` says so: `on update current_timestamp(6)`.
pub(super) fn on_update(extra: &str) -> Option<String> {
    let (_, rest) = extra.split_once("on update ")?;
    let value = rest.split([' ', ',']).next()?.to_ascii_uppercase();
    Some(value.trim_end_matches("()").to_owned())
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
    fn expressions_lose_escapes_and_parentheses() {
        let mariadb = [
            (r"`a` + 1", "`a` + 1"),
            (r"(`a`) + (`b`)", "(`a`) + (`b`)"),
            (r"concat(`a`,'it\'s (\\ \n')", r"concat(`a`,'it''s (\\ \n')"),
            (r"`a\'b` <> 'c\\'", r"`a\'b` <> 'c\\'"),
            (r"'open\", r"'open\"),
        ];
        for (reported, sql) in mariadb {
            assert_eq!(super::expression(reported, Dialect::MariaDb), sql);
        }
        let mysql = [
            (r"(`a` + 1)", "`a` + 1"),
            (r"((`a`) + (`b`))", "(`a`) + (`b`)"),
            ("((a", "((a"),
            (
                r"(concat(_utf8mb4\'it\\\'s (\\\\ \\n\',`b`))",
                r"concat(_utf8mb4'it''s (\\ \n',`b`)",
            ),
            (r"(`a` = _utf8mb4\')\')", "`a` = _utf8mb4')'"),
        ];
        for (reported, sql) in mysql {
            assert_eq!(super::expression(reported, Dialect::MySql), sql);
        }
    }

    #[test]
    fn what_sets_a_column_on_update_is_found() {
        let cases = [
            ("", None),
            ("auto_increment", None),
            ("on update current_timestamp()", Some("CURRENT_TIMESTAMP")),
            (
                "on update current_timestamp(6), INVISIBLE",
                Some("CURRENT_TIMESTAMP(6)"),
            ),
            (
                "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3) INVISIBLE",
                Some("CURRENT_TIMESTAMP(3)"),
            ),
        ];
        for (extra, value) in cases {
            assert_eq!(on_update(extra).as_deref(), value, "{extra}");
        }
    }

    #[test]
    fn the_default_is_found_in_a_table() {
        let cases = [
            ("`a` date DEFAULT curdate()", Some("curdate()")),
            ("`a` time NOT NULL DEFAULT '10:00:00',", Some("'10:00:00'")),
            (
                "`a` text DEFAULT 'it''s \\\' CHECK (x)'",
                Some(r"'it''s \' CHECK (x)'"),
            ),
            (
                "`a` longtext COLLATE c DEFAULT '[]' CHECK (json_valid(`a`))",
                Some("'[]'"),
            ),
            ("`a` enum(' DEFAULT ')", None),
        ];
        for (line, default) in cases {
            let create = format!("CREATE TEMPORARY TABLE `t` (\n  {line}\n) DEFAULT CHARSET=x");
            assert_eq!(default_in(&create), default, "{line}");
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
