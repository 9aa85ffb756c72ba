//! PostgreSQL's types: how SQL writes them and how `format_type` reports them.

use std::borrow::Cow;

use super::types::{self, Unsupported, with_length, words};
use crate::{Dialect, Type};

/// `ty` in PostgreSQL's SQL. Unsigned integers take the next larger type, as sea-query has it.
pub(super) fn spell(ty: &Type) -> Result<Cow<'_, str>, Unsupported> {
    Ok(match ty {
        Type::Char(length) => with_length("char", *length),
        Type::String(length) => with_length("varchar", *length),
        Type::Text => "text".into(),
        Type::Blob | Type::Binary(_) | Type::VarBinary(_) => "bytea".into(),
        Type::TinyInteger | Type::TinyUnsigned | Type::SmallInteger => "smallint".into(),
        Type::Integer | Type::SmallUnsigned => "integer".into(),
        Type::BigInteger | Type::Unsigned | Type::BigUnsigned => "bigint".into(),
        Type::Float => "real".into(),
        Type::Double => "double precision".into(),
        Type::Decimal(None) => "numeric".into(),
        Type::Decimal(Some((precision, scale))) => format!("numeric({precision}, {scale})").into(),
        Type::DateTime | Type::Timestamp => "timestamp without time zone".into(),
        Type::TimestampWithTimeZone => "timestamp with time zone".into(),
        Type::Time => "time".into(),
        Type::Date => "date".into(),
        Type::Interval => "interval".into(),
        Type::Bit(length) => with_length("bit", *length),
        Type::VarBit(length) => with_length("varbit", Some(*length)),
        Type::Boolean => "boolean".into(),
        Type::Money => "money".into(),
        Type::Json => "json".into(),
        Type::JsonBinary => "jsonb".into(),
        Type::Uuid => "uuid".into(),
        Type::Enum(ty) => ty.name.quoted(Dialect::Postgres).into(),
        Type::Array(element) => format!("{}[]", spell(element)?).into(),
        Type::Vector(size) => with_length("vector", *size),
        Type::Cidr => "cidr".into(),
        Type::Inet => "inet".into(),
        Type::MacAddr => "macaddr".into(),
        Type::LTree => "ltree".into(),
        Type::Other(name) => name.into(),
        Type::Year => return Err(Unsupported),
    })
}

/// The type that `text` names.
pub(super) fn parse(text: &str) -> Type {
    if let Some(element) = text.strip_suffix("[]") {
        return Type::Array(Box::new(parse(element)));
    }
    let lower = types::lower(text.trim());
    let other = || {
        Type::Other(if text.contains('"') {
            text.to_owned()
        } else {
            lower.clone().into_owned()
        })
    };
    let Some(words) = words(&lower) else {
        return other();
    };
    match (words.base, words.arguments.as_slice(), words.suffix) {
        ("character varying" | "varchar", [], "") => Type::String(None),
        ("character varying" | "varchar", [n], "") => Type::String(Some(*n)),
        // `char` alone is `character(1)`.
        ("character" | "char" | "bpchar", [], "") => Type::Char(Some(1)),
        ("character" | "char" | "bpchar", [n], "") => Type::Char(Some(*n)),
        ("text", [], "") => Type::Text,
        ("bytea", [], "") => Type::Blob,
        ("smallint" | "int2", [], "") => Type::SmallInteger,
        ("integer" | "int" | "int4", [], "") => Type::Integer,
        ("bigint" | "int8", [], "") => Type::BigInteger,
        ("real" | "float4", [], "") => Type::Float,
        ("double precision" | "float8", [], "") => Type::Double,
        ("numeric" | "decimal", [], "") => Type::Decimal(None),
        ("numeric" | "decimal", [precision], "") => Type::Decimal(Some((*precision, 0))),
        ("numeric" | "decimal", [precision, scale], "") => {
            Type::Decimal(Some((*precision, *scale)))
        }
        // Six digits of a second are what no number means.
        ("timestamp without time zone" | "timestamp", [], "")
        | ("timestamp", [6], "" | "without time zone") => Type::DateTime,
        ("timestamp with time zone" | "timestamptz", [], "")
        | ("timestamp", [6], "with time zone")
        | ("timestamptz", [6], "") => Type::TimestampWithTimeZone,
        ("time without time zone" | "time", [], "") | ("time", [6], "" | "without time zone") => {
            Type::Time
        }
        ("date", [], "") => Type::Date,
        ("interval", [] | [6], "") => Type::Interval,
        ("bit", [], "") => Type::Bit(Some(1)),
        ("bit", [n], "") => Type::Bit(Some(*n)),
        ("bit varying" | "varbit", [n], "") => Type::VarBit(*n),
        ("boolean" | "bool", [], "") => Type::Boolean,
        ("money", [], "") => Type::Money,
        ("json", [], "") => Type::Json,
        ("jsonb", [], "") => Type::JsonBinary,
        ("uuid", [], "") => Type::Uuid,
        ("vector", [], "") => Type::Vector(None),
        ("vector", [n], "") => Type::Vector(Some(*n)),
        ("cidr", [], "") => Type::Cidr,
        ("inet", [], "") => Type::Inet,
        ("macaddr", [], "") => Type::MacAddr,
        ("ltree", [], "") => Type::LTree,
        _ => other(),
    }
}

/// The extension that a type comes with, of those that applications use.
pub(super) fn extension_of(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Array(element) => extension_of(element),
        Type::Vector(_) => Some("vector"),
        Type::LTree => Some("ltree"),
        Type::Other(name) => match name.split('(').next().unwrap_or_default() {
            "citext" => Some("citext"),
            "hstore" => Some("hstore"),
            "cube" => Some("cube"),
            "lquery" | "ltxtquery" => Some("ltree"),
            "halfvec" | "sparsevec" => Some("vector"),
            "geometry" | "geography" => Some("postgis"),
            _ => None,
        },
        _ => None,
    }
}

/// `expression` without the cast that PostgreSQL puts behind a literal: `'x'::text` is `'x'`.
pub(super) fn without_cast(expression: &str) -> &str {
    let Some((literal, ty)) = expression.rsplit_once("::") else {
        return expression;
    };
    let is_literal = literal.starts_with('\'')
        && literal.ends_with('\'')
        && literal.len() > 1
        && !literal[1..literal.len() - 1]
            .replace("''", "")
            .contains('\'');
    if is_literal && !ty.contains('\'') {
        literal
    } else {
        expression
    }
}
