//! Expressions in canonical form, and whether two differ in more than their spelling, as far as rules can tell.
//!
//! What [`same_default`] passes over beyond the canonical form is for comparing only, as it may matter when the expression
//! is written again. A cast makes `'now'::text::date` the day of each row, and `'now'::date` one day for all.

use super::postgres;
use crate::{DefaultValue, Dialect, text};

/// Whether two canonical defaults say the same.
pub fn same_default(
    one: Option<&DefaultValue>,
    other: Option<&DefaultValue>,
    dialect: Dialect,
) -> bool {
    match (one, other) {
        (Some(DefaultValue::Expression(one)), Some(DefaultValue::Expression(other))) => {
            plain(one, dialect) == plain(other, dialect)
        }
        (Some(DefaultValue::CurrentTimestamp), Some(DefaultValue::Expression(other)))
        | (Some(DefaultValue::Expression(other)), Some(DefaultValue::CurrentTimestamp)) => {
            dialect == Dialect::Postgres && plain(other, dialect).concat() == "now()"
        }
        _ => one == other,
    }
}

/// The tokens of `expression` without what servers add to it: PostgreSQL a type to every literal, MySQL a character
/// set before it and quotes around every name, MariaDB its own names of functions.
fn plain(expression: &str, dialect: Dialect) -> Vec<String> {
    let mut plain: Vec<String> = vec![];
    let mut rest = tokens(expression).into_iter().peekable();
    while let Some(token) = rest.next() {
        let is_literal = |token: &String| token.starts_with('\'');
        match dialect {
            Dialect::Postgres => {
                let may_be_cast = is_literal(&token);
                if token == "current_timestamp" && rest.peek().is_none_or(|next| next != "(") {
                    plain.extend(["now", "(", ")"].map(str::to_owned));
                    continue;
                }
                plain.push(token);
                if may_be_cast && rest.next_if(|next| next == "::").is_some() {
                    skip_type(&mut rest);
                }
            }
            Dialect::MySql | Dialect::MariaDb => {
                if token.starts_with('_') && rest.peek().is_some_and(is_literal) {
                    continue;
                }
                plain.push(match token.as_str() {
                    "lcase" => "lower".to_owned(),
                    "ucase" => "upper".to_owned(),
                    name => name.trim_matches('`').to_owned(),
                });
            }
            Dialect::Sqlite => plain.push(token),
        }
    }
    plain
}

/// Passes over the name of a type: `text`, `character varying(20)`, `timestamp without time zone`, `integer[]`.
fn skip_type(rest: &mut std::iter::Peekable<impl Iterator<Item = String>>) {
    rest.next();
    let more = [
        "varying",
        "precision",
        "with",
        "without",
        "time",
        "zone",
        ".",
    ];
    while let Some(token) = rest.next_if(|next| more.contains(&next.as_str())) {
        if token == "." {
            rest.next();
        }
    }
    for (open, close) in [("(", ")"), ("[", "]")] {
        if rest.next_if(|next| next == open).is_some() {
            while rest.next().is_some_and(|token| token != close) {}
        }
    }
}

/// Words in lower case, quoted texts as they are, `::`, and every other character for itself. White space is none.
fn tokens(expression: &str) -> Vec<String> {
    let mut tokens = vec![];
    let mut chars = expression.chars().peekable();
    while let Some(first) = chars.next() {
        let mut token = String::from(first);
        if first.is_whitespace() {
            continue;
        } else if ['\'', '"', '`'].contains(&first) {
            while let Some(c) = chars.next() {
                token.push(c);
                if c == first {
                    match chars.next_if_eq(&first) {
                        Some(doubled) => token.push(doubled),
                        None => break,
                    }
                }
            }
        } else if first.is_alphanumeric() || first == '_' {
            while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                token.push(c);
            }
            token = token.to_lowercase();
        } else if first == ':' {
            token.extend(chars.next_if_eq(&':'));
        }
        tokens.push(token);
    }
    tokens
}

/// Whether two expressions are one but for their spelling, as far as rules can tell.
pub fn same_expression(one: &str, other: &str) -> bool {
    expression_text(one, Dialect::Sqlite) == expression_text(other, Dialect::Sqlite)
}

/// `expression` with what is only spelling taken away: outer parentheses, the case of what is not quoted, runs of
/// white space, and PostgreSQL's casts of literals.
pub(super) fn expression_text(expression: &str, dialect: Dialect) -> String {
    let mut plain = String::new();
    let mut quote = None;
    for c in text::strip_outer_parentheses(expression).chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' || c == '`' => quote = Some(c),
            _ => {}
        }
        if quote.is_some() {
            plain.push(c);
        } else if c.is_whitespace() {
            if !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else {
            plain.extend(c.to_lowercase());
        }
    }
    if dialect == Dialect::Postgres {
        postgres::without_cast(&plain).to_owned()
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str, dialect: Dialect) -> bool {
        let [one, other] = [one, other].map(|text| DefaultValue::Expression(text.to_owned()));
        same_default(Some(&one), Some(&other), dialect)
    }

    #[test]
    fn what_servers_add_is_no_difference() {
        for (dialect, reported, written) in [
            (Dialect::Postgres, "lower('ABC'::text)", "LOWER( 'ABC' )"),
            (
                Dialect::Postgres,
                "f('a'::character varying(3), '{}'::text[], 'x'::app.mood)",
                "f('a','{}','x')",
            ),
            (
                Dialect::Postgres,
                "date_trunc('day'::text, CURRENT_TIMESTAMP)",
                "date_trunc('day', now())",
            ),
            (Dialect::MySql, "lower(_utf8mb4'ABC')", "lower('ABC')"),
            (Dialect::MariaDb, "lcase('ABC')", "lower('ABC')"),
            (Dialect::MariaDb, "concat(`a`,'b')", "concat(a, 'b')"),
            (Dialect::Sqlite, "1+2", "1 + 2"),
        ] {
            assert!(same(reported, written, dialect), "{reported}");
        }
    }

    #[test]
    fn now_is_the_current_timestamp() {
        let now = Some(DefaultValue::Expression("NOW ( )".to_owned()));
        let current = Some(DefaultValue::CurrentTimestamp);
        assert!(same_default(
            now.as_ref(),
            current.as_ref(),
            Dialect::Postgres
        ));
        assert!(same_default(
            current.as_ref(),
            now.as_ref(),
            Dialect::Postgres
        ));
        let later = Some(DefaultValue::Expression("clock_timestamp()".to_owned()));
        assert!(!same_default(
            later.as_ref(),
            current.as_ref(),
            Dialect::Postgres
        ));
    }

    #[test]
    fn what_is_said_is_a_difference() {
        for (one, other) in [
            ("lower('ABC')", "lower('abc')"),
            ("a b", "ab"),
            ("now()::date", "now()::time"),
            ("f(current_timestamp(3))", "f(now())"),
            ("lower('a''::text')", "lower('a''')"),
        ] {
            assert!(!same(one, other, Dialect::Postgres), "{one}");
        }
    }
}
