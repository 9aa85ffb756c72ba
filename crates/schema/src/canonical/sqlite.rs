//! SQLite's types: whatever was written behind the column's name. sea-query writes names of its own, which end in
//! the affinity they get (`datetime_text`).

use std::borrow::Cow;

use super::types::{self, Unsupported, with_length, words};
use crate::Type;

/// `ty` as sea-query writes it for SQLite.
pub(super) fn spell(ty: &Type) -> Result<Cow<'_, str>, Unsupported> {
    Ok(match ty {
        Type::Char(length) => with_length("char", *length),
        Type::String(length) => with_length("varchar", *length),
        Type::Text => "text".into(),
        Type::Blob => "blob".into(),
        Type::TinyInteger | Type::TinyUnsigned => "tinyint".into(),
        Type::SmallInteger | Type::SmallUnsigned => "smallint".into(),
        Type::Integer | Type::Unsigned | Type::BigInteger | Type::BigUnsigned => "integer".into(),
        Type::Float => "float".into(),
        Type::Double => "double".into(),
        Type::Decimal(None) => "real_decimal".into(),
        Type::Decimal(Some((precision, scale))) => format!("real({precision}, {scale})").into(),
        Type::DateTime => "datetime_text".into(),
        Type::Timestamp => "timestamp_text".into(),
        Type::TimestampWithTimeZone => "timestamp_with_timezone_text".into(),
        Type::Time => "time_text".into(),
        Type::Date => "date_text".into(),
        Type::Binary(length) => with_length("blob", Some(*length)),
        Type::VarBinary(length) => with_length("varbinary_blob", *length),
        Type::Boolean => "boolean".into(),
        Type::Money => "real_money".into(),
        Type::Json => "json_text".into(),
        Type::JsonBinary => "jsonb_text".into(),
        Type::Uuid => "uuid_text".into(),
        Type::Enum(_) => "enum_text".into(),
        Type::Other(name) => name.into(),
        Type::Year
        | Type::Interval
        | Type::Bit(_)
        | Type::VarBit(_)
        | Type::Array(_)
        | Type::Vector(_)
        | Type::Cidr
        | Type::Inet
        | Type::MacAddr
        | Type::LTree => return Err(Unsupported),
    })
}

/// The type of a column of a STRICT table, which has `ANY` beside these.
pub(super) fn strict(ty: &Type) -> Type {
    match ty {
        ty if types::is_integer(ty) => Type::Integer,
        Type::Boolean => Type::Integer,
        Type::Float | Type::Double | Type::Decimal(_) | Type::Money => {
            Type::Other("real".to_owned())
        }
        Type::Blob | Type::Binary(_) | Type::VarBinary(_) => Type::Blob,
        Type::Other(name) => Type::Other(name.clone()),
        _ => Type::Text,
    }
}

/// The type that `text` names. Every name of an integer is the one integer that SQLite stores.
pub(super) fn parse(text: &str) -> Type {
    let lower = types::lower(text.trim());
    let other = || Type::Other(lower.clone().into_owned());
    let Some(words) = words(&lower) else {
        return other();
    };
    match (words.base, words.arguments.as_slice(), words.suffix) {
        (
            "integer" | "int" | "bigint" | "tinyint" | "smallint" | "mediumint" | "int2" | "int4"
            | "int8" | "unsigned big int",
            _,
            "",
        ) => Type::Integer,
        ("char" | "character", [], "") => Type::Char(None),
        ("char" | "character", [n], "") => Type::Char(Some(*n)),
        ("varchar" | "character varying", [], "") => Type::String(None),
        ("varchar" | "character varying", [n], "") => Type::String(Some(*n)),
        ("text", [], "") => Type::Text,
        ("blob", [], "") => Type::Blob,
        ("blob", [n], "") => Type::Binary(*n),
        ("varbinary_blob" | "varbinary", [], "") => Type::VarBinary(None),
        ("varbinary_blob" | "varbinary", [n], "") => Type::VarBinary(Some(*n)),
        ("float", [], "") => Type::Float,
        ("double" | "double precision" | "real", [], "") => Type::Double,
        ("real_decimal" | "decimal" | "numeric", [], "") => Type::Decimal(None),
        ("real" | "decimal" | "numeric", [precision, scale], "") => {
            Type::Decimal(Some((*precision, *scale)))
        }
        ("datetime_text" | "datetime", [], "") => Type::DateTime,
        ("timestamp_text" | "timestamp", [], "") => Type::Timestamp,
        ("timestamp_with_timezone_text", [], "") => Type::TimestampWithTimeZone,
        ("time_text" | "time", [], "") => Type::Time,
        ("date_text" | "date", [], "") => Type::Date,
        ("boolean" | "bool", [], "") => Type::Boolean,
        ("real_money", [], "") => Type::Money,
        ("json_text" | "json", [], "") => Type::Json,
        ("jsonb_text" | "jsonb", [], "") => Type::JsonBinary,
        ("uuid_text" | "uuid", [], "") => Type::Uuid,
        _ => other(),
    }
}
