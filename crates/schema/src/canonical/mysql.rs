//! MySQL's and MariaDB's types: how SQL writes them and how `COLUMN_TYPE` reports them.

use std::borrow::Cow;

use super::types::{self, Unsupported, with_length, words};
use crate::{EnumType, ObjectName, Type, text::Cursor};

/// `ty` in MySQL's SQL, as sea-query has it: uuids are 16 bytes, money is a decimal, JSON is one type.
pub(super) fn spell(ty: &Type) -> Result<Cow<'_, str>, Unsupported> {
    Ok(match ty {
        Type::Char(length) => with_length("char", *length),
        Type::String(length) => with_length("varchar", Some(length.unwrap_or(255))),
        Type::Text => "text".into(),
        Type::Blob => "blob".into(),
        Type::TinyInteger => "tinyint".into(),
        Type::SmallInteger => "smallint".into(),
        Type::Integer => "int".into(),
        Type::BigInteger => "bigint".into(),
        Type::TinyUnsigned => "tinyint unsigned".into(),
        Type::SmallUnsigned => "smallint unsigned".into(),
        Type::Unsigned => "int unsigned".into(),
        Type::BigUnsigned => "bigint unsigned".into(),
        Type::Float => "float".into(),
        Type::Double => "double".into(),
        Type::Decimal(None) | Type::Money => "decimal".into(),
        Type::Decimal(Some((precision, scale))) => format!("decimal({precision}, {scale})").into(),
        Type::DateTime => "datetime".into(),
        Type::Timestamp | Type::TimestampWithTimeZone => "timestamp".into(),
        Type::Time => "time".into(),
        Type::Date => "date".into(),
        Type::Year => "year".into(),
        Type::Binary(length) => with_length("binary", Some(*length)),
        Type::VarBinary(length) => with_length("varbinary", Some(length.unwrap_or(255))),
        Type::Bit(length) => with_length("bit", *length),
        Type::VarBit(length) => with_length("bit", Some(*length)),
        Type::Boolean => "bool".into(),
        Type::Json | Type::JsonBinary => "json".into(),
        Type::Uuid => "binary(16)".into(),
        Type::Enum(ty) => {
            let values: Vec<_> = ty
                .values
                .iter()
                .map(|value| crate::Dialect::MySql.literal(value))
                .collect();
            format!("enum({})", values.join(", ")).into()
        }
        Type::Other(name) => name.into(),
        Type::Interval
        | Type::Array(_)
        | Type::Vector(_)
        | Type::Cidr
        | Type::Inet
        | Type::MacAddr
        | Type::LTree => return Err(Unsupported),
    })
}

/// The type that `text` names. Display widths of integers are ignored, but for `tinyint(1)`, which is a boolean.
pub(super) fn parse(text: &str) -> Type {
    let lower = types::lower(text.trim());
    if lower.starts_with("enum(")
        && let Some(values) = enum_values(&text.trim()["enum(".len()..])
    {
        let name = ObjectName::new("");
        return Type::from(EnumType { name, values });
    }
    let other = || Type::Other(lower.clone().into_owned());
    let Some(words) = words(&lower) else {
        return other();
    };
    let (base, suffix) = match words.base.split_once(' ') {
        Some((base, suffix)) if words.arguments.is_empty() => (base, suffix.trim()),
        _ => (words.base, words.suffix),
    };
    match (base, words.arguments.as_slice(), suffix) {
        ("char", [], "") => Type::Char(Some(1)),
        ("char", [n], "") => Type::Char(Some(*n)),
        ("varchar", [n], "") => Type::String(Some(*n)),
        ("text", [], "") => Type::Text,
        ("blob", [], "") => Type::Blob,
        ("bool" | "boolean", [], "") | ("tinyint", [1], "") => Type::Boolean,
        ("tinyint", _, "") => Type::TinyInteger,
        ("smallint", _, "") => Type::SmallInteger,
        ("mediumint", _, "" | "unsigned") => {
            Type::Other(format!("mediumint {suffix}").trim_end().to_owned())
        }
        ("int" | "integer", _, "") => Type::Integer,
        ("bigint", _, "") => Type::BigInteger,
        ("tinyint", _, "unsigned") => Type::TinyUnsigned,
        ("smallint", _, "unsigned") => Type::SmallUnsigned,
        ("int" | "integer", _, "unsigned") => Type::Unsigned,
        ("bigint", _, "unsigned") => Type::BigUnsigned,
        ("float", [], "") => Type::Float,
        ("double", [], "") | ("real", [], "") => Type::Double,
        ("decimal" | "numeric", [], "") => Type::Decimal(Some((10, 0))),
        ("decimal" | "numeric", [precision], "") => Type::Decimal(Some((*precision, 0))),
        ("decimal" | "numeric", [precision, scale], "") => {
            Type::Decimal(Some((*precision, *scale)))
        }
        ("datetime", [], "") => Type::DateTime,
        ("timestamp", [], "") => Type::Timestamp,
        ("time", [], "") => Type::Time,
        ("date", [], "") => Type::Date,
        ("year", _, "") => Type::Year,
        ("binary", [], "") => Type::Binary(1),
        ("binary", [n], "") => Type::Binary(*n),
        ("varbinary", [n], "") => Type::VarBinary(Some(*n)),
        ("bit", [], "") => Type::Bit(Some(1)),
        ("bit", [n], "") => Type::Bit(Some(*n)),
        ("json", [], "") => Type::Json,
        _ => other(),
    }
}

/// The values of `'a','b')`.
fn enum_values(list: &str) -> Option<Vec<String>> {
    let mut rest = Cursor::new(list);
    let mut values = vec![];
    while !rest.eat(')') {
        // SQL as we write it doubles backslashes, `COLUMN_TYPE` does not: both are read as one.
        values.push(rest.quoted('\'')?.replace("\\\\", "\\"));
        rest.eat(',');
    }
    rest.rest().is_empty().then_some(values)
}
