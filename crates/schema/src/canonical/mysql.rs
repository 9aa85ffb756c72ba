//! MySQL's and MariaDB's types: how SQL writes them and how `COLUMN_TYPE` reports them.

use super::{Unsupported, with_length, words};
use crate::{EnumType, ObjectName, Type, text::Cursor};

/// `ty` in MySQL's SQL, as sea-query has it: uuids are 16 bytes, money is a decimal, JSON is one type.
pub(super) fn spell(ty: &Type) -> Result<String, Unsupported> {
    Ok(match ty {
        Type::Char(length) => with_length("char", *length),
        Type::String(length) => with_length("varchar", Some(length.unwrap_or(255))),
        Type::Text => "text".to_owned(),
        Type::Blob => "blob".to_owned(),
        Type::TinyInteger => "tinyint".to_owned(),
        Type::SmallInteger => "smallint".to_owned(),
        Type::Integer => "int".to_owned(),
        Type::BigInteger => "bigint".to_owned(),
        Type::TinyUnsigned => "tinyint unsigned".to_owned(),
        Type::SmallUnsigned => "smallint unsigned".to_owned(),
        Type::Unsigned => "int unsigned".to_owned(),
        Type::BigUnsigned => "bigint unsigned".to_owned(),
        Type::Float => "float".to_owned(),
        Type::Double => "double".to_owned(),
        Type::Decimal(None) | Type::Money => "decimal".to_owned(),
        Type::Decimal(Some((precision, scale))) => format!("decimal({precision}, {scale})"),
        Type::DateTime => "datetime".to_owned(),
        Type::Timestamp | Type::TimestampWithTimeZone => "timestamp".to_owned(),
        Type::Time => "time".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Year => "year".to_owned(),
        Type::Binary(length) => with_length("binary", Some(*length)),
        Type::VarBinary(length) => with_length("varbinary", Some(length.unwrap_or(255))),
        Type::Bit(length) => with_length("bit", *length),
        Type::VarBit(length) => with_length("bit", Some(*length)),
        Type::Boolean => "bool".to_owned(),
        Type::Json | Type::JsonBinary => "json".to_owned(),
        Type::Uuid => "binary(16)".to_owned(),
        Type::Enum(ty) => {
            let values: Vec<_> = ty
                .values
                .iter()
                .map(|value| crate::Dialect::MySql.literal(value))
                .collect();
            format!("enum({})", values.join(", "))
        }
        Type::Other(name) => name.clone(),
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
    let lower = text.trim().to_ascii_lowercase();
    if lower.starts_with("enum(")
        && let Some(values) = enum_values(&text.trim()["enum(".len()..])
    {
        let name = ObjectName::new("");
        return Type::from(EnumType { name, values });
    }
    let other = || Type::Other(lower.clone());
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
