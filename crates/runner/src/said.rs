//! What a database said, in its own words.

use sea_orm::DbErr;

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
    error.to_string()
}
