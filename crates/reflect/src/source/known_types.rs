//! The types that SeaORM knows: those of Rust, and of crates.

use sea_orm::sea_query::{ColumnType, StringLen};
use syn::Type;

use super::{syntax, types::arguments};

pub(super) enum External<'a> {
    Type(ColumnType),
    /// What the argument is.
    Same(&'a Type),
    ArrayOf(&'a Type),
}

/// The crates whose types SeaORM knows. A path of one name is a primitive, of a prelude, or of a glob.
const CRATES: [&str; 16] = [
    "alloc",
    "bigdecimal",
    "chrono",
    "core",
    "ipnetwork",
    "jiff",
    "mac_address",
    "pgvector",
    "rust_decimal",
    "sea_orm",
    "sea_orm_migration",
    "sea_query",
    "serde_json",
    "std",
    "time",
    "uuid",
];

pub(super) fn external<'a>(path: &[String], arguments: &[&'a Type]) -> Option<External<'a>> {
    let (last, rest) = path.split_last()?;
    let root = rest.first().map_or("", String::as_str);
    if !root.is_empty() && !CRATES.contains(&root) {
        return None;
    }
    Some(External::Type(match (last.as_str(), arguments) {
        ("Vec", [element]) if is_byte(element) => ColumnType::VarBinary(StringLen::None),
        ("Vec", [element]) => return Some(External::ArrayOf(element)),
        ("Option", [inner]) => return Some(External::Same(inner)),
        ("Cow", [_]) => ColumnType::String(StringLen::None),
        ("DateTime", [_]) => ColumnType::TimestampWithTimeZone,
        (_, [_, ..]) => return None,
        ("Value" | "Map", []) if root == "serde_json" => ColumnType::Json,
        ("Vector", []) if root == "pgvector" => ColumnType::Vector(None),
        ("DateTime", []) if root == "jiff" => ColumnType::Timestamp,
        ("Timestamp", []) if root == "jiff" => ColumnType::TimestampWithTimeZone,
        ("Hyphenated" | "Simple" | "Urn" | "Braced", []) if root == "uuid" => ColumnType::Uuid,
        (name, []) => known(name)?,
    }))
}

pub(super) fn is_byte(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

fn known(name: &str) -> Option<ColumnType> {
    Some(match name {
        "bool" => ColumnType::Boolean,
        "i8" => ColumnType::TinyInteger,
        "i16" => ColumnType::SmallInteger,
        "i32" => ColumnType::Integer,
        "i64" => ColumnType::BigInteger,
        "u8" => ColumnType::TinyUnsigned,
        "u16" => ColumnType::SmallUnsigned,
        "u32" => ColumnType::Unsigned,
        "u64" => ColumnType::BigUnsigned,
        "f32" => ColumnType::Float,
        "f64" => ColumnType::Double,
        "char" => ColumnType::Char(None),
        "str" | "String" | "TextUuid" => ColumnType::String(StringLen::None),
        "Json" | "JsonValue" => ColumnType::Json,
        "Uuid" => ColumnType::Uuid,
        "Decimal" | "BigDecimal" => ColumnType::Decimal(None),
        "Date" | "NaiveDate" | "ChronoDate" | "TimeDate" => ColumnType::Date,
        "Time" | "NaiveTime" | "ChronoTime" | "TimeTime" => ColumnType::Time,
        "DateTime" | "NaiveDateTime" | "ChronoDateTime" | "TimeDateTime" | "PrimitiveDateTime" => {
            ColumnType::DateTime
        }
        "DateTimeUtc"
        | "DateTimeLocal"
        | "DateTimeWithTimeZone"
        | "ChronoDateTimeUtc"
        | "ChronoDateTimeLocal"
        | "ChronoDateTimeWithTimeZone"
        | "TimeDateTimeWithTimeZone"
        | "OffsetDateTime" => ColumnType::TimestampWithTimeZone,
        "ChronoUnixTimestamp"
        | "ChronoUnixTimestampMillis"
        | "TimeUnixTimestamp"
        | "TimeUnixTimestampMillis" => ColumnType::BigInteger,
        "PgVector" => ColumnType::Vector(None),
        "IpNetwork" => ColumnType::Inet,
        "MacAddress" => ColumnType::MacAddr,
        _ => return None,
    })
}

/// What the macros before 2.0 make of a spelling.
pub(super) fn by_spelling(ty: &Type) -> Option<ColumnType> {
    let ty = match ty {
        Type::Reference(inner) if inner.lifetime.is_none() => &inner.elem,
        other => other,
    };
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.first()?;
    if path.path.segments.len() > 1 || path.qself.is_some() {
        return None;
    }
    let name = syntax::name(&segment.ident);
    match arguments(Some(&segment.arguments)).as_slice() {
        [] if segment.arguments.is_none() => {
            let spelled = [
                "char",
                "String",
                "str",
                "i8",
                "u8",
                "i16",
                "u16",
                "i32",
                "u32",
                "i64",
                "u64",
                "f32",
                "f64",
                "bool",
                "Date",
                "NaiveDate",
                "Time",
                "NaiveTime",
                "DateTime",
                "NaiveDateTime",
                "DateTimeUtc",
                "DateTimeLocal",
                "DateTimeWithTimeZone",
                "Uuid",
                "Json",
                "Decimal",
            ];
            spelled.contains(&name.as_str()).then(|| known(&name))?
        }
        [element] if name == "Vec" && is_byte(element) => {
            Some(ColumnType::VarBinary(StringLen::None))
        }
        _ => None,
    }
}
