//! Puts keys and indexes together from catalog rows, of which each tells of one column.

use std::collections::BTreeMap;

use seadrift_schema::{
    Column, DefaultValue, ForeignKey, ObjectName, PrimaryKey, ReferentialAction, Table,
};

use crate::Error;

/// The tables read so far. A row about any other table is passed over.
pub(crate) type Tables = BTreeMap<ObjectName, Table>;

/// Adds the next column of the primary key of `table`.
pub(crate) fn primary_key_column(table: &mut Table, name: Option<String>, column: String) {
    let key = table.primary_key.get_or_insert(PrimaryKey {
        name,
        columns: vec![],
    });
    key.columns.push(column);
}

/// Adds `key` to `table` if this is its `first` column, and the column with the one that it points to.
pub(crate) fn foreign_key_column(
    table: &mut Table,
    first: bool,
    key: ForeignKey,
    column: String,
    referenced: Option<String>,
) {
    if first {
        table.foreign_keys.push(key);
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(column);
        key.referenced_columns.extend(referenced);
    }
}

/// The action that the server calls `words`, for foreign key `key` of `table`.
pub(crate) fn action(
    words: &str,
    table: &ObjectName,
    key: &str,
) -> Result<ReferentialAction, Error> {
    ReferentialAction::from_sql(words).ok_or_else(|| Error::ReferentialAction {
        table: table.clone(),
        key: key.to_owned(),
    })
}

/// The default that `sql` gives. NULL is none.
pub(crate) fn default(sql: &str) -> Option<DefaultValue> {
    match sql.parse() {
        Ok(DefaultValue::Null) => None,
        Ok(value) => Some(value),
        Err(never) => match never {},
    }
}

/// `sql` without parentheses that enclose all of it. Quotes in it are standard ones.
pub(crate) fn without_parentheses(sql: &str) -> &str {
    let mut sql = sql.trim();
    while let Some(inner) = sql
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        && is_balanced(inner)
    {
        sql = inner.trim();
    }
    sql
}

/// The columns of `table` that `sql` names, in the order of the table. Where the server does not tell, this is how
/// `dialect` reads names: in any case.
pub(crate) fn columns_in(sql: &str, table: &Table) -> Vec<String> {
    let named = names(sql);
    let is_named = |column: &&Column| {
        let own = column.name.to_lowercase();
        named.iter().any(|name| name.to_lowercase() == own)
    };
    let columns = table.columns.iter().filter(is_named);
    columns.map(|column| column.name.clone()).collect()
}

/// What may be names in `sql`: words, but for those of functions, and what stands in quotes that are not a text's.
fn names(sql: &str) -> Vec<String> {
    let mut names = vec![];
    let mut rest = sql.chars().peekable();
    while let Some(first) = rest.next() {
        let close = match first {
            '\'' | '"' | '`' => first,
            '[' => ']',
            _ if first.is_alphanumeric() || first == '_' => {
                let mut word = String::from(first);
                while let Some(c) = rest.next_if(|c| c.is_alphanumeric() || "_$".contains(*c)) {
                    word.push(c);
                }
                while rest.next_if(|c| c.is_whitespace()).is_some() {}
                if rest.peek() != Some(&'(') {
                    names.push(word);
                }
                continue;
            }
            _ => continue,
        };
        let mut quoted = String::new();
        while let Some(c) = rest.next() {
            if c != close {
                quoted.push(c);
            } else if rest.next_if_eq(&close).is_some() {
                quoted.push(close);
            } else {
                break;
            }
        }
        if first != '\'' {
            names.push(quoted);
        }
    }
    names
}

/// Whether every parenthesis outside quotes has its partner within `sql`.
fn is_balanced(sql: &str) -> bool {
    let mut depth = 0_i32;
    let mut quote = None;
    for c in sql.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_where_sql_names_them() {
        let mut table = Table::new(ObjectName::new("t"));
        for name in ["lower", "a", "B", "back`tick", "with space", "unnamed"] {
            let column = Column::new(name, seadrift_schema::Type::Text);
            table.columns.push(column);
        }
        let cases: [(&str, &[&str]); 5] = [
            ("lower (a) = 'unnamed' AND b > 1", &["a", "B"]),
            ("lower > 0", &["lower"]),
            (
                "`back``tick` <> \"with space\"",
                &["back`tick", "with space"],
            ),
            ("[with space] IN (A, 'it''s unnamed')", &["a", "with space"]),
            ("a1 + _a", &[]),
        ];
        for (sql, expected) in cases {
            assert_eq!(columns_in(sql, &table), expected, "{sql}");
        }
    }

    #[test]
    fn only_parentheses_around_the_whole_go() {
        let texts = [
            ("((a > 1))", "a > 1"),
            ("(a) + (b)", "(a) + (b)"),
            ("(a = ')' OR \"(\" = 1)", "a = ')' OR \"(\" = 1"),
            ("f(x)", "f(x)"),
            ("(a = 'it''s (')", "a = 'it''s ('"),
        ];
        for (sql, expected) in texts {
            assert_eq!(without_parentheses(sql), expected);
        }
    }
}
