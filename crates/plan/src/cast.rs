//! How PostgreSQL brings the values of a column to another type, and where that would be a guess.
//! (<https://www.postgresql.org/docs/current/catalog-pg-cast.html>)

use seadrift_schema::{Change, Dialect, Type, canonical};

use crate::{Refusal, values};

/// The way from one type to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cast {
    /// The server takes it by itself, as when a value is assigned.
    Assigned,
    /// By a cast to the type.
    Direct,
    /// By a cast to this type, and from there to the type.
    Through(&'static str),
    /// By a cast to a text of any length: a cast to a shorter one would cut it without a word.
    ToText,
}

/// Why there is no way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoCast {
    /// The server has none.
    Missing,
    /// It has one, which is one of several that could be meant.
    Guess(&'static str),
}

/// The way that a migration takes from one type to another. Where there is none that is safe, the plain cast, which is
/// the way back from where a safe one led.
pub fn cast(from: &Type, to: &Type) -> Cast {
    way(from, to).unwrap_or(Cast::Direct)
}

/// Those of `changes` that bring columns to types to which nothing leads.
pub(crate) fn refuse_guesses(changes: &[Change]) -> Result<(), Vec<Refusal>> {
    let refusals: Vec<_> = changes
        .iter()
        .filter_map(|change| {
            let Change::AlterColumn { table, from, to } = change else {
                return None;
            };
            if canonical::same_type(&from.ty, &to.ty, Dialect::Postgres) {
                return None;
            }
            let reason = match (way(&from.ty, &to.ty), way(&to.ty, &from.ty)) {
                (Err(NoCast::Missing), _) => "there is no cast from one type to the other",
                (Err(NoCast::Guess(reason)), _) => reason,
                (Ok(_), Err(NoCast::Missing)) => "there is no cast back, which `down` would need",
                (Ok(_), Err(NoCast::Guess(_)) | Ok(_)) => return None,
            };
            Some(Refusal {
                change: format!(
                    "alter column `{table}.{}` ({} -> {})",
                    to.name, from.ty, to.ty
                ),
                reason,
            })
        })
        .collect();
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}

/// Types by the casts that there are between them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Moment,
    Time,
    Interval,
    Json,
    Uuid,
    Enum,
    Array,
    Bytes,
    Money,
    Bits,
    Address,
    MacAddress,
    /// One whose casts only the server knows.
    Unknown,
}

impl Kind {
    fn of(ty: &Type) -> Self {
        match canonical::ty(ty, Dialect::Postgres).unwrap_or_else(|_| ty.clone()) {
            Type::Char(_) | Type::String(_) | Type::Text => Kind::Text,
            ty if canonical::is_integer(&ty) => Kind::Integer,
            Type::Float | Type::Double | Type::Decimal(_) => Kind::Number,
            Type::Boolean => Kind::Boolean,
            Type::DateTime | Type::Timestamp | Type::TimestampWithTimeZone | Type::Date => {
                Kind::Moment
            }
            Type::Time => Kind::Time,
            Type::Interval => Kind::Interval,
            Type::Json | Type::JsonBinary => Kind::Json,
            Type::Uuid => Kind::Uuid,
            Type::Enum(_) => Kind::Enum,
            Type::Array(_) => Kind::Array,
            Type::Blob | Type::Binary(_) | Type::VarBinary(_) => Kind::Bytes,
            Type::Money => Kind::Money,
            Type::Bit(_) | Type::VarBit(_) => Kind::Bits,
            Type::Cidr | Type::Inet => Kind::Address,
            Type::MacAddr => Kind::MacAddress,
            Type::Other(name) if name == "citext" => Kind::Text,
            ty => match values::fraction(&ty, Dialect::Postgres) {
                Some((base, _)) if base != ty => Kind::of(&base),
                _ => Kind::Unknown,
            },
        }
    }
}

fn way(from: &Type, to: &Type) -> Result<Cast, NoCast> {
    use Kind::*;
    if let (Type::Array(from), Type::Array(to)) = (from, to) {
        return match way(from, to)? {
            Cast::Through("text") => Ok(Cast::Through("text[]")),
            Cast::Through("integer") => Ok(Cast::Through("integer[]")),
            Cast::Through("numeric") => Ok(Cast::Through("numeric[]")),
            _ => Ok(Cast::Direct),
        };
    }
    match (Kind::of(from), Kind::of(to)) {
        (Unknown, _) | (_, Unknown) => Ok(Cast::Direct),
        (Bytes, Text) | (Text, Bytes) => Err(NoCast::Guess(
            "bytes are a text in one encoding or another, which nothing says",
        )),
        (Text, Array) => Err(NoCast::Guess(
            "a text is an array by what stands between its items, which nothing says",
        )),
        (Integer | Number | Moment | Json, Text) => Ok(Cast::Assigned),
        (Integer | Number, Integer | Number) => Ok(Cast::Assigned),
        (Enum, Enum) => Ok(Cast::Through("text")),
        (from, to) if from == to => Ok(Cast::Assigned),
        (_, Text) => Ok(Cast::ToText),
        (Text, _) => Ok(Cast::Direct),
        (Bits, Integer) if has_bits_cast(from, to) => Ok(Cast::Direct),
        (Integer, Bits) if has_bits_cast(to, from) => Err(NoCast::Guess(
            "a cast would cut off the bits that there is no room for",
        )),
        (Json, Integer | Number | Boolean) if is_json_binary(from) => Ok(Cast::Direct),
        (Boolean, Integer | Number) | (Integer, Boolean) => Ok(Cast::Through("integer")),
        (Integer | Number, Money) | (Money, Integer | Number) => Ok(Cast::Through("numeric")),
        (Time, Interval) | (Interval, Time) | (Moment, Time) => match from {
            Type::Date => Err(NoCast::Missing),
            _ => Ok(Cast::Direct),
        },
        _ => Err(NoCast::Missing),
    }
}

fn has_bits_cast(bits: &Type, integer: &Type) -> bool {
    matches!(bits, Type::Bit(_))
        && !canonical::same_type(integer, &Type::SmallInteger, Dialect::Postgres)
}

fn is_json_binary(ty: &Type) -> bool {
    canonical::same_type(ty, &Type::JsonBinary, Dialect::Postgres)
}
