//! Columns of dates and times that gain or lose a time zone, so that somebody's zone has to be assumed.

use seadrift_schema::{Change, Dialect, Type, canonical};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "shifts-time",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::AlterColumn { table, from, to } = change else {
        return None;
    };
    let is_zoned = |ty: &Type| is_zoned(ty, whole.dialect);
    match (is_zoned(&from.ty), is_zoned(&to.ty)) {
        (Some(before), Some(after)) if before != after => {}
        _ => return None,
    }
    Risk::new(
        format!(
            "{table}: the times of `{}` are taken to be in the time zone that the migration's connection has",
            to.name
        ),
        "set the time zone that they are in on the connection, or convert them in `USING`",
    )
}

/// Whether a value is a point in time, rather than what a clock on the wall shows; `None` of other types.
/// (<https://www.postgresql.org/docs/current/datatype-datetime.html>,
/// <https://dev.mysql.com/doc/refman/8.4/en/datetime.html>)
fn is_zoned(ty: &Type, dialect: Dialect) -> Option<bool> {
    match (canonical::ty(ty, dialect).ok()?, dialect) {
        (Type::TimestampWithTimeZone, Dialect::Postgres) => Some(true),
        (Type::DateTime, Dialect::Postgres) => Some(false),
        (Type::Timestamp, Dialect::MySql | Dialect::MariaDb) => Some(true),
        (Type::DateTime, Dialect::MySql | Dialect::MariaDb) => Some(false),
        (Type::Other(name), Dialect::Postgres) if name.starts_with("timestamp(") => {
            Some(name.ends_with("with time zone"))
        }
        (Type::Other(name), Dialect::MySql | Dialect::MariaDb) => {
            match name.split('(').next().unwrap_or_default() {
                "timestamp" => Some(true),
                "datetime" => Some(false),
                _ => None,
            }
        }
        _ => None,
    }
}
