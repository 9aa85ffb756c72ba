//! Types in canonical form: spelled in a dialect, and read as if its server had reported that.

use std::borrow::Cow;

use super::{mysql, postgres, sqlite};
use crate::{Dialect, Type};

/// A type that a dialect does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsupported;

/// `ty` in the form that a `dialect` server reports.
pub fn ty(ty: &Type, dialect: Dialect) -> Result<Type, Unsupported> {
    match ty {
        // The server's catalog tells an enum from other types, its name alone does not.
        Type::Enum(_) if dialect == Dialect::Postgres => Ok(ty.clone()),
        // PostgreSQL keeps no number of dimensions.
        Type::Array(element) if dialect == Dialect::Postgres => match self::ty(element, dialect)? {
            array @ Type::Array(_) => Ok(array),
            element => Ok(Type::Array(Box::new(element))),
        },
        // MariaDB reports `longtext` and a check; introspection has already made it JSON again.
        Type::Json | Type::JsonBinary if dialect.is_mysql() => Ok(Type::Json),
        _ => Ok(parse_type(&spell(ty, dialect)?, dialect)),
    }
}

/// Whether a `dialect` server keeps the two types as one. PostgreSQL's enums are their names: their values are
/// compared once, as a type of its own.
pub fn same_type(one: &Type, other: &Type, dialect: Dialect) -> bool {
    match (one, other) {
        (Type::Enum(one), Type::Enum(other)) if dialect == Dialect::Postgres => {
            one.name == other.name
        }
        (Type::Array(one), Type::Array(other)) => same_type(one, other, dialect),
        _ if one == other => true,
        _ => match (ty(one, dialect), ty(other, dialect)) {
            (Ok(one), Ok(other)) => one == other,
            _ => one == other,
        },
    }
}

/// `ty` as `dialect` writes it in SQL: what sea-query writes, in the dialect's own words.
pub fn sql_type(ty: &Type, dialect: Dialect) -> Result<String, Unsupported> {
    spell(ty, dialect).map(Cow::into_owned)
}

fn spell(ty: &Type, dialect: Dialect) -> Result<Cow<'_, str>, Unsupported> {
    match dialect {
        Dialect::Postgres => postgres::spell(ty),
        Dialect::MySql | Dialect::MariaDb => mysql::spell(ty),
        Dialect::Sqlite => sqlite::spell(ty),
    }
}

/// The type that `text` names, whether a person or the server wrote it.
pub fn parse_type(text: &str, dialect: Dialect) -> Type {
    match dialect {
        Dialect::Postgres => postgres::parse(text),
        Dialect::MySql | Dialect::MariaDb => mysql::parse(text),
        Dialect::Sqlite => sqlite::parse(text),
    }
}

/// The type of those that a STRICT table of SQLite knows that values of `ty` have. (<https://sqlite.org/stricttables.html>)
pub fn strict_type(ty: &Type) -> Type {
    sqlite::strict(ty)
}

/// Whether the server can number rows by a column of this type. The vocabulary has no word for MySQL's `mediumint`
/// and for integers filled with zeros.
pub fn is_integer(ty: &Type) -> bool {
    use Type::*;
    match ty {
        TinyInteger | SmallInteger | Integer | BigInteger | TinyUnsigned | SmallUnsigned
        | Unsigned | BigUnsigned => true,
        Other(name) => name.starts_with("mediumint") || name.ends_with("zerofill"),
        _ => false,
    }
}

/// A type's text taken apart: `decimal(10, 2) unsigned` is `decimal`, `[10, 2]`, `unsigned`.
pub(super) struct Words<'a> {
    pub(super) base: &'a str,
    pub(super) arguments: Vec<u32>,
    pub(super) suffix: &'a str,
}

/// Takes `text` apart, if what stands in its parentheses is numbers.
pub(super) fn words(text: &str) -> Option<Words<'_>> {
    let Some((base, rest)) = text.split_once('(') else {
        return Some(Words {
            base: text.trim(),
            arguments: vec![],
            suffix: "",
        });
    };
    let (arguments, suffix) = rest.split_once(')')?;
    let arguments = arguments
        .split(',')
        .map(|n| n.trim().parse().ok())
        .collect::<Option<_>>()?;
    Some(Words {
        base: base.trim(),
        arguments,
        suffix: suffix.trim(),
    })
}

/// `word`, or `word(length)` where there is a length.
pub(super) fn with_length(word: &'static str, length: Option<u32>) -> Cow<'static, str> {
    match length {
        Some(length) => format!("{word}({length})").into(),
        None => word.into(),
    }
}

/// `text` in lower case, as most is.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => text.to_ascii_lowercase().into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_is_its_own_canonical_form() {
        let types = [
            "char",
            "char(3)",
            "string",
            "string(20)",
            "text",
            "blob",
            "tiny_integer",
            "small_integer",
            "integer",
            "big_integer",
            "tiny_unsigned",
            "small_unsigned",
            "unsigned",
            "big_unsigned",
            "float",
            "double",
            "decimal",
            "decimal(10, 2)",
            "date_time",
            "timestamp",
            "timestamp_with_time_zone",
            "time",
            "date",
            "year",
            "interval",
            "binary(16)",
            "var_binary",
            "var_binary(9)",
            "bit",
            "bit(3)",
            "var_bit(3)",
            "boolean",
            "money",
            "json",
            "json_binary",
            "uuid",
            "enum mood('a', 'b''c')",
            "array integer",
            "array array string",
            "vector(3)",
            "vector",
            "cidr",
            "inet",
            "mac_addr",
            "ltree",
            "other citext",
            "other timestamp(3) with time zone",
        ];
        for dialect in Dialect::ALL {
            for source in types {
                let declared: Type = source.parse().unwrap();
                let Ok(once) = ty(&declared, dialect) else {
                    continue;
                };
                assert_eq!(
                    ty(&once, dialect),
                    Ok(once.clone()),
                    "{source} on {dialect}"
                );
            }
        }
    }
}
