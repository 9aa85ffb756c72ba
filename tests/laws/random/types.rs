//! The types of each engine, and the defaults that fit them.

use seadrift_schema::{DefaultValue, Dialect, EnumType, ObjectName, Type};

use super::words::TEXTS;

/// The values of an enum; `choice` says in bits which of the last are there.
pub fn enum_type(number: usize, choice: u8) -> EnumType {
    let names = ["mood", "Odd \"kind\""];
    let mut values = vec!["plain".to_owned()];
    let more = ["it's", "a,b)", "Größe", "\"", "back\\slash"];
    values.extend(
        more.iter()
            .enumerate()
            .filter(|(bit, _)| choice >> bit & 1 == 1)
            .map(|(_, value)| (*value).to_owned()),
    );
    EnumType {
        name: ObjectName::new(names[number]),
        values,
    }
}

/// The types that `dialect` has, those together that an `ALTER` brings to each other. The first are integers.
pub fn families(dialect: Dialect, enums: &[EnumType; 2]) -> Vec<Vec<Type>> {
    let array = |ty: Type| Type::Array(Box::new(ty));
    let other = |text: &str| Type::Other(text.to_owned());
    let [first, second] = enums.clone().map(Type::from);
    let mut numbers = vec![
        Type::Integer,
        Type::TinyInteger,
        Type::SmallInteger,
        Type::BigInteger,
        Type::TinyUnsigned,
        Type::SmallUnsigned,
        Type::Unsigned,
        Type::BigUnsigned,
        Type::Decimal(None),
        Type::Decimal(Some((10, 2))),
        Type::Decimal(Some((30, 0))),
        Type::Float,
        Type::Double,
    ];
    let mut texts = vec![
        Type::String(Some(20)),
        Type::String(None),
        Type::String(Some(255)),
        Type::Char(None),
        Type::Char(Some(3)),
        Type::Text,
    ];
    let mut bytes = vec![
        Type::Binary(16),
        Type::VarBinary(Some(9)),
        Type::VarBinary(None),
        Type::Blob,
    ];
    let mut moments = vec![
        Type::DateTime,
        Type::Timestamp,
        Type::TimestampWithTimeZone,
        Type::Date,
    ];
    let documents = vec![Type::JsonBinary, Type::Json];
    let mut families = vec![];
    match dialect {
        Dialect::Postgres => {
            moments.push(other("timestamp(3) with time zone"));
            families.extend([
                vec![Type::Uuid],
                vec![Type::Interval],
                vec![Type::Bit(None), Type::Bit(Some(3)), Type::VarBit(8)],
                vec![Type::Inet, Type::Cidr],
                vec![Type::MacAddr],
                vec![array(Type::Integer), array(Type::BigInteger)],
                vec![array(Type::Text), array(Type::String(Some(20)))],
                vec![array(Type::Uuid)],
                vec![array(first.clone())],
                vec![other("int4range")],
                vec![other("tsvector")],
                vec![first],
                vec![second],
            ]);
        }
        Dialect::MySql | Dialect::MariaDb => {
            numbers.extend([Type::Money, other("mediumint"), other("mediumint unsigned")]);
            texts.extend([other("mediumtext"), other("longtext")]);
            bytes.extend([Type::Uuid, other("longblob")]);
            moments.push(other("datetime(3)"));
            families.extend([
                vec![Type::Year],
                vec![Type::Bit(None), Type::Bit(Some(3))],
                vec![first, second],
            ]);
        }
        Dialect::Sqlite => {
            texts.extend([Type::Uuid, first]);
            numbers.push(Type::Money);
        }
    }
    if dialect == Dialect::Postgres {
        families.push(vec![Type::Money]);
    }
    let mut all = vec![
        numbers,
        texts,
        bytes,
        moments,
        vec![Type::Time],
        vec![Type::Boolean],
        documents,
    ];
    all.append(&mut families);
    all
}

/// Whether an index can be over a column of type `ty`.
pub fn is_indexable(ty: &Type, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => *ty != Type::Json,
        Dialect::MySql | Dialect::MariaDb => match ty {
            Type::Text | Type::Blob | Type::Json | Type::JsonBinary => false,
            Type::Other(name) => !name.ends_with("text") && !name.ends_with("blob"),
            _ => true,
        },
        Dialect::Sqlite => true,
    }
}

/// A default that fits `ty`, if there is one.
pub fn default(ty: &Type, choice: u8, dialect: Dialect) -> Option<DefaultValue> {
    use DefaultValue::*;
    let number = |digits: &str| Number(digits.to_owned());
    let text = |text: &str| Text(text.to_owned());
    let expression = |sql: &str| Expression(sql.to_owned());
    let values = match ty {
        Type::TinyInteger | Type::SmallInteger | Type::Integer | Type::BigInteger => {
            vec![number("0"), number("-1"), number("42"), expression("1 + 1")]
        }
        Type::TinyUnsigned | Type::SmallUnsigned | Type::Unsigned | Type::BigUnsigned => {
            vec![number("0"), number("42")]
        }
        Type::Decimal(Some((_, 2))) => vec![number("1.50"), number("-3"), number("0.00")],
        Type::Decimal(_) => vec![number("0"), number("-3")],
        Type::Float | Type::Double => vec![number("0.5"), number("-1"), number("1.25")],
        Type::Char(length) => {
            let room = length.unwrap_or(1) as usize;
            let fitting = TEXTS.iter().filter(|text| text.chars().count() <= room);
            fitting.map(|value| text(value)).collect()
        }
        Type::String(_) | Type::Text => {
            let mut values: Vec<_> = TEXTS.iter().map(|value| text(value)).collect();
            values.extend(
                [
                    "",
                    "NULL",
                    "5",
                    "(x)",
                    "true",
                    "current_timestamp",
                    "a'::text",
                ]
                .map(text),
            );
            values.push(expression("lower('A')"));
            values
        }
        Type::DateTime | Type::Timestamp => vec![CurrentTimestamp, text("2020-01-31 12:30:00")],
        Type::TimestampWithTimeZone if dialect == Dialect::Postgres => {
            vec![CurrentTimestamp, text("2020-01-31 12:30:00+00")]
        }
        Type::TimestampWithTimeZone => vec![CurrentTimestamp],
        Type::Date => vec![text("2020-01-31")],
        Type::Time => vec![text("12:30:00")],
        Type::Year => vec![number("2020")],
        Type::Boolean => vec![Bool(false), Bool(true)],
        Type::Json | Type::JsonBinary => vec![text("{}"), text("[]")],
        Type::Uuid if dialect == Dialect::Postgres => vec![
            expression("gen_random_uuid()"),
            text("936da01f-9abd-4d9d-80c7-02af85c822a8"),
        ],
        Type::Enum(ty) => ty.values.iter().map(|value| text(value)).collect(),
        Type::Array(_) => vec![text("{}")],
        Type::Inet => vec![text("10.0.0.1")],
        Type::Interval => vec![text("1 day")],
        _ => vec![],
    };
    let at = usize::from(choice).checked_rem(values.len())?;
    values.into_iter().nth(at)
}
