//! Why a database cannot be read.

use sea_orm::{DbBackend, DbErr};
use seadrift_schema::{Dialect, ObjectName};

/// Why a database cannot be read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Error {
    #[error("reading {what} of the {engine} database failed")]
    Read {
        what: &'static str,
        engine: &'static str,
        source: DbErr,
    },
    #[error(
        "table `{table}` of the {engine} database was changed while it was read; nothing is known of it for sure"
    )]
    Changed {
        table: ObjectName,
        engine: &'static str,
    },
    #[error("no schema of the connection's search path exists or may be used")]
    NoSchema,
    #[error("the connection has no current database")]
    NoDatabase,
    #[error("what foreign key `{key}` of table `{table}` does on update and delete cannot be read")]
    ReferentialAction { table: ObjectName, key: String },
    #[error("databases of the kind `{0:?}` cannot be read")]
    Unsupported(DbBackend),
}

impl Error {
    /// The error that `source` is, come up around the reading of a database of this kind.
    pub fn of(backend: DbBackend, source: DbErr) -> Self {
        let dialect = match backend {
            DbBackend::Postgres => Dialect::Postgres,
            DbBackend::MySql => Dialect::MySql,
            DbBackend::Sqlite => Dialect::Sqlite,
            other => return Error::Unsupported(other),
        };
        Error::Read {
            what: "a snapshot",
            engine: dialect.name(),
            source,
        }
    }
}
