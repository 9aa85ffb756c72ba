//! What a database said, in its own words.

use sea_orm::DbErr;

use crate::sql_migration::AT;

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

/// Whether `error` is that of a statement of a migration that is SQL, and so tells which.
pub fn tells_statement(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(text) if text.contains(AT))
}
