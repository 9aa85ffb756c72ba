//! Column types, in the vocabulary that entities and sea-query use.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{ObjectName, text};

/// A column type. What the vocabulary has no word for is kept as the server's text in [`Type::Other`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[allow(missing_docs, reason = "the names are sea-query's own")]
pub enum Type {
    Char(Option<u32>),
    String(Option<u32>),
    Text,
    Blob,
    TinyInteger,
    SmallInteger,
    Integer,
    BigInteger,
    TinyUnsigned,
    SmallUnsigned,
    Unsigned,
    BigUnsigned,
    Float,
    Double,
    Decimal(Option<(u32, u32)>),
    DateTime,
    Timestamp,
    TimestampWithTimeZone,
    Time,
    Date,
    Year,
    Interval,
    Binary(u32),
    VarBinary(Option<u32>),
    Bit(Option<u32>),
    VarBit(u32),
    Boolean,
    Money,
    Json,
    JsonBinary,
    Uuid,
    Enum(Box<EnumType>),
    Array(Box<Type>),
    Vector(Option<u32>),
    Cidr,
    Inet,
    MacAddr,
    LTree,
    /// A type by the text that names it in SQL.
    Other(String),
}

/// An enum: a type of its own on PostgreSQL, part of the column's type on MySQL, text on SQLite.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumType {
    /// The type's name. Empty where the server keeps none (MySQL).
    pub name: ObjectName,
    /// Its values in order.
    pub values: Vec<String>,
}

/// The names of types without arguments.
const PLAIN: [(&str, Type); 28] = [
    ("text", Type::Text),
    ("blob", Type::Blob),
    ("tiny_integer", Type::TinyInteger),
    ("small_integer", Type::SmallInteger),
    ("integer", Type::Integer),
    ("big_integer", Type::BigInteger),
    ("tiny_unsigned", Type::TinyUnsigned),
    ("small_unsigned", Type::SmallUnsigned),
    ("unsigned", Type::Unsigned),
    ("big_unsigned", Type::BigUnsigned),
    ("float", Type::Float),
    ("double", Type::Double),
    ("date_time", Type::DateTime),
    ("timestamp", Type::Timestamp),
    ("timestamp_with_time_zone", Type::TimestampWithTimeZone),
    ("time", Type::Time),
    ("date", Type::Date),
    ("year", Type::Year),
    ("interval", Type::Interval),
    ("boolean", Type::Boolean),
    ("money", Type::Money),
    ("json", Type::Json),
    ("json_binary", Type::JsonBinary),
    ("uuid", Type::Uuid),
    ("cidr", Type::Cidr),
    ("inet", Type::Inet),
    ("mac_addr", Type::MacAddr),
    ("ltree", Type::LTree),
];

/// The form the lock file keeps: `string(255)`, `decimal(10, 2)`, `enum mood('sad', 'ok')`, `array integer`,
/// `other citext`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_length =
            |f: &mut fmt::Formatter<'_>, word: &str, length: &Option<u32>| match length {
                Some(length) => write!(f, "{word}({length})"),
                None => f.write_str(word),
            };
        match self {
            Type::Char(length) => with_length(f, "char", length),
            Type::String(length) => with_length(f, "string", length),
            Type::VarBinary(length) => with_length(f, "var_binary", length),
            Type::Bit(length) => with_length(f, "bit", length),
            Type::Vector(length) => with_length(f, "vector", length),
            Type::Binary(length) => with_length(f, "binary", &Some(*length)),
            Type::VarBit(length) => with_length(f, "var_bit", &Some(*length)),
            Type::Decimal(None) => f.write_str("decimal"),
            Type::Decimal(Some((precision, scale))) => write!(f, "decimal({precision}, {scale})"),
            Type::Enum(ty) => write!(f, "enum {ty}"),
            Type::Array(element) => write!(f, "array {element}"),
            Type::Other(name) => write!(f, "other {name}"),
            plain => {
                let word = PLAIN
                    .iter()
                    .find(|(_, ty)| ty == plain)
                    .map_or("unknown", |(word, _)| word);
                f.write_str(word)
            }
        }
    }
}

impl fmt::Display for EnumType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self
            .values
            .iter()
            .map(|value| text::literal(value))
            .collect();
        write!(f, "{}({})", self.name, values.join(", "))
    }
}

/// A text that names no type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a column type")]
pub struct TypeError(String);

impl FromStr for Type {
    type Err = TypeError;

    fn from_str(source: &str) -> Result<Self, TypeError> {
        let mut rest = text::Cursor::new(source);
        let word = rest.identifier();
        if let Some((_, ty)) = PLAIN.iter().find(|(name, _)| *name == word) {
            return if rest.rest().is_empty() {
                Ok(ty.clone())
            } else {
                Err(TypeError(source.to_owned()))
            };
        }
        let error = || TypeError(source.to_owned());
        match word.as_str() {
            "other" => return Ok(Type::Other(rest.rest().to_owned())),
            "array" => return Ok(Type::Array(Box::new(rest.rest().parse()?))),
            "enum" => {
                let mut name = ObjectName::new(rest.identifier());
                if rest.eat('.') {
                    name = ObjectName::within(name.name, rest.identifier());
                }
                let values = arguments(&mut rest, |rest| rest.quoted('\'')).ok_or_else(error)?;
                return Ok(Type::from(EnumType { name, values }));
            }
            _ => {}
        }
        let numbers = arguments(&mut rest, |rest| rest.number()).ok_or_else(error)?;
        match (word.as_str(), numbers.as_slice()) {
            ("char", []) => Ok(Type::Char(None)),
            ("char", [n]) => Ok(Type::Char(Some(*n))),
            ("string", []) => Ok(Type::String(None)),
            ("string", [n]) => Ok(Type::String(Some(*n))),
            ("var_binary", []) => Ok(Type::VarBinary(None)),
            ("var_binary", [n]) => Ok(Type::VarBinary(Some(*n))),
            ("bit", []) => Ok(Type::Bit(None)),
            ("bit", [n]) => Ok(Type::Bit(Some(*n))),
            ("vector", []) => Ok(Type::Vector(None)),
            ("vector", [n]) => Ok(Type::Vector(Some(*n))),
            ("binary", [n]) => Ok(Type::Binary(*n)),
            ("var_bit", [n]) => Ok(Type::VarBit(*n)),
            ("decimal", []) => Ok(Type::Decimal(None)),
            ("decimal", [precision, scale]) => Ok(Type::Decimal(Some((*precision, *scale)))),
            _ => Err(error()),
        }
    }
}

/// Reads `(item, item, …)` to the end of the text; nothing at all is an empty list.
fn arguments<T>(
    rest: &mut text::Cursor<'_>,
    mut item: impl FnMut(&mut text::Cursor<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let mut items = vec![];
    if rest.eat('(') {
        while !rest.eat(')') {
            items.push(item(rest)?);
            rest.eat(',');
        }
    }
    rest.rest().is_empty().then_some(items)
}

impl TryFrom<String> for Type {
    type Error = TypeError;

    fn try_from(source: String) -> Result<Self, TypeError> {
        source.parse()
    }
}

impl From<EnumType> for Type {
    fn from(ty: EnumType) -> Type {
        Type::Enum(Box::new(ty))
    }
}

impl From<Type> for String {
    fn from(ty: Type) -> String {
        ty.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_reads_back_as_written() {
        let mood = EnumType {
            name: ObjectName::within("app", "Mood of \"day\""),
            values: vec!["sad".into(), "it's".into(), "".into(), "a,b)".into()],
        };
        let mut types: Vec<Type> = PLAIN.iter().map(|(_, ty)| ty.clone()).collect();
        types.extend([
            Type::Char(None),
            Type::Char(Some(3)),
            Type::String(None),
            Type::String(Some(255)),
            Type::Decimal(None),
            Type::Decimal(Some((10, 2))),
            Type::Binary(16),
            Type::VarBinary(None),
            Type::Bit(Some(1)),
            Type::VarBit(8),
            Type::Vector(Some(768)),
            Type::from(mood.clone()),
            Type::from(EnumType {
                name: ObjectName::new(""),
                values: vec![],
            }),
            Type::Array(Box::new(Type::from(mood))),
            Type::Array(Box::new(Type::Array(Box::new(Type::Integer)))),
            Type::Other("timestamp(3) with time zone".into()),
        ]);
        for ty in types {
            assert_eq!(ty.to_string().parse(), Ok(ty.clone()), "{ty}");
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            "",
            "strin",
            "string(",
            "string(x)",
            "decimal(1)",
            "integer(3)",
            "enum a('x)",
        ] {
            assert!(text.parse::<Type>().is_err(), "{text}");
        }
    }
}
