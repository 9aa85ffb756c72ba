//! sea-query's column types in seadrift's vocabulary.

use sea_orm::sea_query::{ColumnType, StringLen};
use seadrift_schema::{Dialect, EnumType, ObjectName, Type};

/// The most bytes of a row, and so of a column, that MySQL takes; what sea-query writes for `StringLen::Max`.
const MYSQL_MAX: u32 = 65535;

/// `ty` in seadrift's vocabulary, or the part of it that has no word there.
pub(super) fn read(ty: &ColumnType, dialect: Dialect) -> Result<Type, &ColumnType> {
    Ok(match ty {
        ColumnType::Char(length) => Type::Char(*length),
        ColumnType::String(length) => Type::String(string_length(length, dialect)),
        ColumnType::Text => Type::Text,
        ColumnType::Blob => Type::Blob,
        ColumnType::TinyInteger => Type::TinyInteger,
        ColumnType::SmallInteger => Type::SmallInteger,
        ColumnType::Integer => Type::Integer,
        ColumnType::BigInteger => Type::BigInteger,
        ColumnType::TinyUnsigned => Type::TinyUnsigned,
        ColumnType::SmallUnsigned => Type::SmallUnsigned,
        ColumnType::Unsigned => Type::Unsigned,
        ColumnType::BigUnsigned => Type::BigUnsigned,
        ColumnType::Float => Type::Float,
        ColumnType::Double => Type::Double,
        ColumnType::Decimal(digits) => Type::Decimal(*digits),
        ColumnType::DateTime => Type::DateTime,
        ColumnType::Timestamp => Type::Timestamp,
        ColumnType::TimestampWithTimeZone => Type::TimestampWithTimeZone,
        ColumnType::Time => Type::Time,
        ColumnType::Date => Type::Date,
        ColumnType::Year => Type::Year,
        ColumnType::Interval(None, None) => Type::Interval,
        ColumnType::Interval(fields, precision) => {
            let mut text = "interval".to_owned();
            if let Some(fields) = fields {
                text.push_str(&format!(" {fields}").to_lowercase());
            }
            if let Some(precision) = precision {
                text.push_str(&format!("({precision})"));
            }
            Type::Other(text)
        }
        ColumnType::Binary(length) => Type::Binary(*length),
        ColumnType::VarBinary(length) => Type::VarBinary(string_length(length, dialect)),
        ColumnType::Bit(length) => Type::Bit(*length),
        ColumnType::VarBit(length) => Type::VarBit(*length),
        ColumnType::Boolean => Type::Boolean,
        // MySQL has no money, and sea-query's digits are those of the decimal it writes there.
        ColumnType::Money(Some(digits)) if dialect.is_mysql() => Type::Decimal(Some(*digits)),
        ColumnType::Money(_) => Type::Money,
        ColumnType::Json => Type::Json,
        ColumnType::JsonBinary => Type::JsonBinary,
        ColumnType::Uuid => Type::Uuid,
        ColumnType::Custom(name) => Type::Other(name.to_string()),
        ColumnType::Enum { name, variants } => Type::from(EnumType {
            name: ObjectName::new(name.to_string()),
            values: variants.iter().map(ToString::to_string).collect(),
        }),
        ColumnType::Array(element) => Type::Array(Box::new(read(element, dialect)?)),
        ColumnType::Vector(size) => Type::Vector(*size),
        ColumnType::Cidr => Type::Cidr,
        ColumnType::Inet => Type::Inet,
        ColumnType::MacAddr => Type::MacAddr,
        ColumnType::LTree => Type::LTree,
        unknown => return Err(unknown),
    })
}

fn string_length(length: &StringLen, dialect: Dialect) -> Option<u32> {
    match length {
        StringLen::N(length) => Some(*length),
        StringLen::Max if dialect.is_mysql() => Some(MYSQL_MAX),
        StringLen::Max | StringLen::None => None,
    }
}
