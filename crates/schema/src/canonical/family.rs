//! Types that will do for one another, although they are not the same.
//!
//! What a Rust type leaves open, such as the length of a `String`, entities seldom say, and a database seldom leaves
//! open. Where an entity says more than that, this is not asked.

use super::{parse_type, sql_type};
use crate::{Dialect, Type};

/// Whether a column of type `actual`, canonical, will do where an entity declares `declared`.
pub fn will_do(actual: &Type, declared: &Type, dialect: Dialect) -> bool {
    let declared = match declared {
        // Read back from a lock or a database, the type is the server's.
        Type::Other(text) => &parse_type(text, dialect),
        declared => declared,
    };
    let fits = match (declared, actual) {
        (Type::String(None), Type::String(_) | Type::Text) => true,
        (Type::Decimal(None), Type::Decimal(_)) => true,
        (Type::VarBinary(None), Type::VarBinary(_) | Type::Blob) => true,
        (Type::String(None) | Type::Text, Type::Other(name)) if dialect.is_mysql() => {
            ["tinytext", "mediumtext", "longtext"].contains(&name.as_str())
        }
        (Type::VarBinary(None) | Type::Blob, Type::Other(name)) if dialect.is_mysql() => {
            ["tinyblob", "mediumblob", "longblob"].contains(&name.as_str())
        }
        (Type::VarBinary(None), Type::Binary(_)) => true,
        (Type::Uuid, Type::Binary(16) | Type::Char(Some(36))) if dialect.is_mysql() => true,
        (Type::Uuid, Type::Other(name)) if dialect.is_mysql() => name == "uuid",
        (
            Type::DateTime | Type::Timestamp | Type::TimestampWithTimeZone,
            Type::DateTime | Type::Timestamp,
        ) if dialect.is_mysql() => true,
        (Type::DateTime | Type::Timestamp | Type::TimestampWithTimeZone, Type::Other(name))
            if dialect.is_mysql() =>
        {
            matches!(
                without_precision(name).as_deref(),
                Some("datetime" | "timestamp")
            )
        }
        // PostgreSQL's `timestamp(3) with time zone` is a `timestamp with time zone`, of fewer digits.
        (
            Type::DateTime | Type::Timestamp | Type::TimestampWithTimeZone | Type::Time,
            Type::Other(name),
        ) => without_precision(name)
            .is_some_and(|name| Ok(parse_type(&name, dialect)) == super::ty(declared, dialect)),
        _ => false,
    };
    fits || (dialect == Dialect::Sqlite && affinity(actual) == affinity(declared))
}

/// `name` without the one number in parentheses that it has.
fn without_precision(name: &str) -> Option<String> {
    let (base, rest) = name.split_once('(')?;
    let (digits, suffix) = rest.split_once(')')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{base}{suffix}"))
}

/// What SQLite makes of a type's name. (<https://sqlite.org/datatype3.html#determination_of_column_affinity>)
fn affinity(ty: &Type) -> &'static str {
    let name = sql_type(ty, Dialect::Sqlite)
        .unwrap_or_default()
        .to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has(&["INT"]) {
        "integer"
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        "text"
    } else if name.is_empty() || has(&["BLOB"]) {
        "blob"
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        "real"
    } else {
        "numeric"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_entity_leaves_open_may_be_anything() {
        for (dialect, declared, actual, expected) in [
            (Dialect::Postgres, "string", "character varying(20)", true),
            (Dialect::Postgres, "string", "text", true),
            (Dialect::Postgres, "string", "citext", false),
            (Dialect::Postgres, "string", "char(3)", false),
            (Dialect::Postgres, "string(20)", "text", false),
            (Dialect::Postgres, "text", "character varying(20)", false),
            (Dialect::Postgres, "decimal", "numeric(10, 2)", true),
            (Dialect::Postgres, "decimal(8, 2)", "numeric(10, 2)", false),
            (Dialect::Postgres, "json", "jsonb", false),
            (
                Dialect::Postgres,
                "date_time",
                "timestamp(3) without time zone",
                true,
            ),
            (
                Dialect::Postgres,
                "date_time",
                "timestamp(3) with time zone",
                false,
            ),
            (Dialect::Postgres, "integer", "bigint", false),
            (Dialect::MariaDb, "string", "varchar(20)", true),
            (Dialect::MariaDb, "string", "longtext", true),
            (Dialect::MariaDb, "uuid", "char(36)", true),
            (Dialect::MariaDb, "uuid", "binary(16)", true),
            (Dialect::MariaDb, "uuid", "uuid", true),
            (Dialect::MariaDb, "uuid", "char(32)", false),
            (Dialect::MariaDb, "timestamp", "datetime(6)", true),
            (Dialect::MariaDb, "date_time", "timestamp", true),
            (Dialect::MariaDb, "date_time", "date", false),
            (Dialect::Sqlite, "uuid", "text", true),
            (Dialect::Sqlite, "string(20)", "text", true),
            (Dialect::Sqlite, "integer", "text", false),
            (Dialect::Sqlite, "double", "real", true),
        ] {
            let actual = super::super::ty(&parse_type(actual, dialect), dialect).unwrap();
            let declared: Type = declared.parse().unwrap();
            assert_eq!(
                will_do(&actual, &declared, dialect),
                expected,
                "{actual} for {declared} on {dialect}"
            );
        }
    }
}
