//! Column defaults: literals as values, everything else as the text of an expression.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Dialect, text};

/// The default of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum DefaultValue {
    /// `NULL`, which is what no default means.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, in its digits.
    Number(String),
    /// A text, or a literal of another type in its text form.
    Text(String),
    /// The time now: `CURRENT_TIMESTAMP`. PostgreSQL keeps `now()` apart, although it means the same.
    CurrentTimestamp,
    /// Any other expression, as SQL.
    Expression(String),
}

impl DefaultValue {
    /// The default as it stands behind `DEFAULT` in SQL. Expressions get parentheses, which SQLite and MySQL
    /// want and PostgreSQL allows.
    pub fn sql(&self, dialect: Dialect) -> String {
        match self {
            DefaultValue::Text(value) => dialect.literal(value),
            DefaultValue::Bool(value) if dialect.is_mysql() => u8::from(*value).to_string(),
            DefaultValue::CurrentTimestamp => "CURRENT_TIMESTAMP".to_owned(),
            DefaultValue::Expression(expression) => format!("({expression})"),
            other => other.to_string(),
        }
    }
}

/// The form the lock file keeps and [`FromStr`] reads: SQL with standard quoting.
impl fmt::Display for DefaultValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DefaultValue::Null => f.write_str("null"),
            DefaultValue::Bool(value) => write!(f, "{value}"),
            DefaultValue::Number(digits) => f.write_str(digits),
            DefaultValue::Text(value) => f.write_str(&text::literal(value)),
            DefaultValue::CurrentTimestamp => f.write_str("current_timestamp"),
            DefaultValue::Expression(expression) => f.write_str(expression),
        }
    }
}

/// Reads SQL with standard quoting; what is no literal is an expression.
impl FromStr for DefaultValue {
    type Err = Infallible;

    fn from_str(source: &str) -> Result<Self, Infallible> {
        let source = text::strip_outer_parentheses(source);
        let mut rest = text::Cursor::new(source);
        if let Some(value) = rest.quoted('\'')
            && rest.rest().is_empty()
        {
            return Ok(DefaultValue::Text(value));
        }
        Ok(match source.to_ascii_lowercase().as_str() {
            "null" => DefaultValue::Null,
            "true" => DefaultValue::Bool(true),
            "false" => DefaultValue::Bool(false),
            "current_timestamp" | "current_timestamp()" => DefaultValue::CurrentTimestamp,
            lower if is_number(lower) => DefaultValue::Number(source.to_owned()),
            _ => DefaultValue::Expression(source.to_owned()),
        })
    }
}

/// Whether `text` is an SQL number: digits with at most a sign, a point and an exponent. (Rust also reads
/// `inf` and `nan`, which SQL does not.)
fn is_number(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.e".contains(&b))
        && text.parse::<f64>().is_ok()
}

impl From<String> for DefaultValue {
    fn from(source: String) -> Self {
        match source.parse() {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }
}

impl From<DefaultValue> for String {
    fn from(value: DefaultValue) -> String {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_reads_back_as_written() {
        for value in [
            DefaultValue::Null,
            DefaultValue::Bool(true),
            DefaultValue::Number("-1.50".into()),
            DefaultValue::Text("it's (odd".into()),
            DefaultValue::Text("".into()),
            DefaultValue::CurrentTimestamp,
            DefaultValue::Expression("'a' || 'b'".into()),
            DefaultValue::Expression("gen_random_uuid()".into()),
            DefaultValue::Expression("nan".into()),
        ] {
            assert_eq!(value.to_string().parse(), Ok(value));
        }
    }

    #[test]
    fn parentheses_around_the_whole_do_not_count() {
        assert_eq!("((5))".parse(), Ok(DefaultValue::Number("5".into())));
        assert_eq!(
            "(1) + (2)".parse(),
            Ok(DefaultValue::Expression("(1) + (2)".into()))
        );
    }
}
