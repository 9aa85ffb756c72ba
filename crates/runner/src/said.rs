//! What a database said, in its own words.

use sea_orm::DbErr;

use crate::{sql_migration::AT, tape::one_line};

/// What the server said, without what the layers above it put around.
pub fn said(error: &DbErr) -> String {
    #[cfg(any(
        feature = "sqlx-mysql",
        feature = "sqlx-postgres",
        feature = "sqlx-sqlite"
    ))]
    if let DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error))
    | DbErr::Exec(sea_orm::RuntimeErr::SqlxError(error))
    | DbErr::Query(sea_orm::RuntimeErr::SqlxError(error)) = error
    {
        use sea_orm::SqlxError;
        return match &**error {
            SqlxError::Database(error) => error.message().to_owned(),
            SqlxError::Io(error) => error.to_string(),
            SqlxError::PoolTimedOut => "there is no answer".to_owned(),
            // One layer says it twice.
            other => other
                .to_string()
                .trim_start_matches("error with configuration: ")
                .to_owned(),
        };
    }
    match error {
        DbErr::Custom(text) => text.clone(),
        error => error.to_string(),
    }
}

/// The statement that `error` is about, on one line, where it is of a migration that is SQL; an empty one where nothing was
/// run.
pub fn failed_statement(error: &DbErr) -> Option<&str> {
    let DbErr::Custom(text) = error else {
        return None;
    };
    let (_, place) = text.split_once(AT)?;
    Some(
        place
            .split_once(": ")
            .map_or("", |(_, statement)| statement),
    )
}

/// The file that `error` is about and its line, where it is of a migration that is SQL: `m20260101_000000_add_user/up.sql`.
pub fn failed_place(error: &DbErr) -> Option<(&str, usize)> {
    let DbErr::Custom(text) = error else {
        return None;
    };
    let (_, place) = text.split_once(AT)?;
    let place = place.lines().next().unwrap_or_default();
    let place = place.split_once(": ").map_or(place, |(place, _)| place);
    let (file, line) = place.rsplit_once(':')?;
    Some((file, line.parse().ok()?))
}

/// A statement on one line, as it stands in such an error.
pub fn on_one_line(statement: &str) -> String {
    one_line(statement)
}
