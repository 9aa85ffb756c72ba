//! What becomes of the values of a column that gets another type.

use seadrift_schema::{Dialect, Type, canonical};

use crate::set;

/// How a value can fail to come over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// The server refuses it. (MySQL cuts it, where a session is not in strict mode.)
    Stops,
    /// The server changes it, as the words say.
    Changes(&'static str),
}

/// What a column of type `from` loses as one of type `to`, at worst; `None` where every value fits.
pub(crate) fn lost(from: &Type, to: &Type, dialect: Dialect) -> Option<Loss> {
    if dialect == Dialect::Sqlite || canonical::same_type(from, to, dialect) {
        return None;
    }
    let (from, to) = (settled(from, dialect), settled(to, dialect));
    if let (Type::Array(from), Type::Array(to)) = (&from, &to) {
        return lost(from, to, dialect);
    }
    // A value of an enum that goes is a hazard of its own.
    if let (Type::Enum(_), Type::Enum(_)) = (&from, &to) {
        return match dialect.is_mysql() {
            true => None,
            false => Some(Loss::Stops),
        };
    }
    if set::members(&from).is_some() && set::members(&to).is_some() {
        return None;
    }
    if let Some(room) = text(&to, dialect) {
        return match longest(&from, dialect) {
            Some(length) if length > room => Some(Loss::Stops),
            _ => None,
        };
    }
    if let Some(room) = bytes(&to, dialect) {
        return match bytes(&from, dialect) {
            Some(length) if length <= room => None,
            _ => Some(Loss::Stops),
        };
    }
    if let (Some(from), Some(to)) = (Number::of(&from), Number::of(&to)) {
        return from.lost_as(to);
    }
    time(&from, &to, dialect).unwrap_or(Some(Loss::Stops))
}

const ROUNDS: Loss = Loss::Changes("rounds its values");
const CUTS_TIME: Loss = Loss::Changes("drops the time of day");
const CUTS_DATE: Loss = Loss::Changes("drops the date");
const CUTS_FRACTION: Loss = Loss::Changes("rounds fractions of a second");

fn settled(ty: &Type, dialect: Dialect) -> Type {
    canonical::ty(ty, dialect).unwrap_or_else(|_| ty.clone())
}

/// How many characters a text of this type has room for; `None` of what is no text.
fn text(ty: &Type, dialect: Dialect) -> Option<u64> {
    match ty {
        Type::Char(length) => Some(u64::from(length.unwrap_or(1))),
        Type::String(length) => Some(length.map_or(u64::MAX, u64::from)),
        Type::Text if dialect.is_mysql() => Some(65_535),
        Type::Text => Some(u64::MAX),
        Type::Other(name) => match name.as_str() {
            "citext" | "longtext" => Some(u64::MAX),
            "mediumtext" => Some(16_777_215),
            "tinytext" => Some(255),
            _ => None,
        },
        _ => None,
    }
}

/// How many bytes one of MySQL's binary types has room for.
fn bytes(ty: &Type, dialect: Dialect) -> Option<u64> {
    match ty {
        _ if !dialect.is_mysql() => None,
        Type::Binary(length) => Some(u64::from(*length)),
        Type::VarBinary(length) => Some(u64::from(length.unwrap_or(255))),
        Type::Blob => Some(65_535),
        Type::Other(name) => match name.as_str() {
            "longblob" => Some(u64::MAX),
            "mediumblob" => Some(16_777_215),
            "tinyblob" => Some(255),
            _ => None,
        },
        _ => None,
    }
}

/// The most characters that a value of this type is written with.
fn longest(ty: &Type, dialect: Dialect) -> Option<u64> {
    if let Some(length) = text(ty, dialect) {
        return Some(length);
    }
    if let Some(number) = Number::of(ty) {
        return number.longest();
    }
    Some(match ty {
        Type::Boolean => 5,
        Type::Uuid => 36,
        Type::Enum(ty) => {
            let lengths = ty.values.iter().map(|value| value.chars().count());
            lengths.max().unwrap_or(0) as u64
        }
        Type::Date => 13,
        Type::Time => 15,
        Type::DateTime | Type::Timestamp => 29,
        Type::TimestampWithTimeZone => 35,
        _ => u64::MAX,
    })
}

/// A type of numbers, by what it has room for.
#[derive(Clone, Copy)]
enum Number {
    /// Integers from minus two to the power of the first, to two to the power of the second.
    Whole(u32, u32),
    /// So many decimal digits in front of the point, and behind it.
    Decimal(Option<(u32, u32)>),
    /// So many binary digits, at any place.
    Floating(u32),
}

impl Number {
    fn of(ty: &Type) -> Option<Self> {
        use Number::*;
        Some(match ty {
            Type::TinyInteger | Type::Boolean => Whole(7, 7),
            Type::SmallInteger => Whole(15, 15),
            Type::Integer => Whole(31, 31),
            Type::BigInteger => Whole(63, 63),
            Type::TinyUnsigned => Whole(0, 8),
            Type::SmallUnsigned => Whole(0, 16),
            Type::Unsigned => Whole(0, 32),
            Type::BigUnsigned => Whole(0, 64),
            Type::Other(name) if name == "mediumint" => Whole(23, 23),
            Type::Other(name) if name == "mediumint unsigned" => Whole(0, 24),
            Type::Decimal(None) => Decimal(None),
            Type::Decimal(Some((precision, scale))) => {
                Decimal(Some((precision.saturating_sub(*scale), *scale)))
            }
            Type::Float => Floating(24),
            Type::Double => Floating(53),
            _ => return None,
        })
    }

    fn lost_as(self, to: Number) -> Option<Loss> {
        use Number::*;
        match (self, to) {
            (Whole(low, high), Whole(to_low, to_high)) => {
                (low > to_low || high > to_high).then_some(Loss::Stops)
            }
            (Whole(low, high), Decimal(Some((digits, _)))) => {
                (decimal_digits(low.max(high)) > digits).then_some(Loss::Stops)
            }
            (Whole(low, high), Floating(bits)) => (low.max(high) > bits).then_some(ROUNDS),
            (Decimal(Some((digits, 0))), Whole(low, high)) => {
                (low == 0 || digits >= decimal_digits(low.min(high))).then_some(Loss::Stops)
            }
            (Decimal(Some((digits, scale))), Decimal(Some((to_digits, to_scale)))) => {
                if scale > to_scale {
                    Some(ROUNDS)
                } else {
                    (digits > to_digits).then_some(Loss::Stops)
                }
            }
            (Floating(bits), Floating(to)) => (bits > to).then_some(ROUNDS),
            (Whole(..) | Decimal(Some(_)), Decimal(None)) | (Decimal(None), Decimal(None)) => None,
            (Decimal(_) | Floating(_), Whole(..) | Decimal(_) | Floating(_)) => Some(ROUNDS),
        }
    }

    /// The most characters that one is written with.
    fn longest(self) -> Option<u64> {
        match self {
            Number::Whole(low, high) => {
                let sign = u64::from(low > 0);
                Some(u64::from(decimal_digits(low.max(high))) + sign)
            }
            Number::Decimal(Some((digits, scale))) => Some(u64::from(digits.max(1) + scale) + 2),
            Number::Decimal(None) => Some(u64::MAX),
            Number::Floating(_) => Some(25),
        }
    }
}

/// How many decimal digits the largest number of so many binary ones has.
fn decimal_digits(bits: u32) -> u32 {
    (f64::from(bits) * std::f64::consts::LOG10_2).floor() as u32 + 1
}

/// What dates and times lose; the outer `None` where one of the types is none of them, nor of another pair that is known.
fn time(from: &Type, to: &Type, dialect: Dialect) -> Option<Option<Loss>> {
    use Type::*;
    Some(match (from, to) {
        (DateTime | Timestamp | TimestampWithTimeZone, Date) => Some(CUTS_TIME),
        (DateTime | Timestamp | TimestampWithTimeZone, Time) => Some(CUTS_DATE),
        (Date, DateTime | TimestampWithTimeZone) => None,
        // MySQL's TIMESTAMP goes from 1970 to 2038.
        (Timestamp, DateTime) => None,
        (DateTime, TimestampWithTimeZone) | (TimestampWithTimeZone, DateTime) => None,
        (Time, Interval) => None,
        (Interval, Time) => Some(Loss::Changes("drops whole days")),
        (Cidr, Inet) => None,
        (Json | JsonBinary, Json | JsonBinary) => None,
        (Integer | SmallInteger | BigInteger, Money) | (Money, Decimal(_)) => None,
        (Boolean, ty) if canonical::is_integer(ty) => None,
        (ty, Boolean) if canonical::is_integer(ty) => {
            Some(Loss::Changes("makes every number but 0 true"))
        }
        _ => match (fraction(from, dialect), fraction(to, dialect)) {
            (Some((base, digits)), Some((other, to))) if base == other => {
                (digits > to).then_some(CUTS_FRACTION)
            }
            _ => return None,
        },
    })
}

/// A type of times without its precision, and how many digits of a second it keeps.
/// (<https://dev.mysql.com/doc/refman/8.4/en/fractional-seconds.html>)
pub(crate) fn fraction(ty: &Type, dialect: Dialect) -> Option<(Type, u32)> {
    let whole = if dialect.is_mysql() { 0 } else { 6 };
    match ty {
        Type::DateTime | Type::Timestamp | Type::TimestampWithTimeZone | Type::Time => {
            Some((ty.clone(), whole))
        }
        Type::Other(name) => {
            let (base, rest) = name.split_once('(')?;
            let (digits, suffix) = rest.split_once(')')?;
            let base = canonical::parse_type(&format!("{base}{suffix}"), dialect);
            fraction(&base, dialect)?;
            Some((base, digits.trim().parse().ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_loses() {
        use Dialect::{MariaDb, Postgres, Sqlite};
        let stops = Some(Loss::Stops);
        for (dialect, from, to, expected) in [
            (Postgres, "small_integer", "integer", None),
            (Postgres, "integer", "small_integer", stops),
            (Postgres, "integer", "float", Some(ROUNDS)),
            (Postgres, "integer", "double", None),
            (Postgres, "integer", "decimal(10, 0)", None),
            (Postgres, "integer", "decimal(9, 0)", stops),
            (Postgres, "integer", "string(11)", None),
            (Postgres, "integer", "string(10)", stops),
            (Postgres, "decimal(4, 0)", "small_integer", None),
            (Postgres, "decimal(5, 0)", "small_integer", stops),
            (Postgres, "decimal(10, 2)", "integer", Some(ROUNDS)),
            (Postgres, "decimal(10, 2)", "decimal(12, 2)", None),
            (Postgres, "decimal(10, 2)", "decimal(10, 4)", stops),
            (Postgres, "decimal(10, 4)", "decimal(10, 2)", Some(ROUNDS)),
            (Postgres, "string(20)", "text", None),
            (Postgres, "text", "string(20)", stops),
            (Postgres, "text", "integer", stops),
            (Postgres, "uuid", "string(36)", None),
            (Postgres, "uuid", "string(35)", stops),
            (Postgres, "date", "date_time", None),
            (Postgres, "date_time", "date", Some(CUTS_TIME)),
            (
                Postgres,
                "date_time",
                "other timestamp(3) without time zone",
                Some(CUTS_FRACTION),
            ),
            (Postgres, "array integer", "array big_integer", None),
            (Postgres, "array big_integer", "array integer", stops),
            (MariaDb, "integer", "unsigned", stops),
            (MariaDb, "unsigned", "big_integer", None),
            (MariaDb, "text", "string(255)", stops),
            (
                MariaDb,
                "other datetime(3)",
                "date_time",
                Some(CUTS_FRACTION),
            ),
            (MariaDb, "var_binary(20)", "binary(16)", stops),
            (MariaDb, "boolean", "integer", None),
            (Sqlite, "text", "integer", None),
        ] {
            let ty = |text: &str| text.parse::<Type>().unwrap();
            let lost = lost(&ty(from), &ty(to), dialect);
            assert_eq!(lost, expected, "{from} -> {to} on {dialect}");
        }
    }
}
