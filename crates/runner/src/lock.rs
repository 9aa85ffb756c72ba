//! One at a time: whoever runs migrations on a database, or looks whether it is in step, holds a lock on it.
//!
//! On the servers, it is held by a transaction on a connection of its own. A pool gives no connection away that is in a
//! transaction, nor does a pooler between; what the migrations do to their own connection does not matter; and the
//! server takes the lock back with the connection, whatever becomes of the program. The lock is asked for again and
//! again, each time in another transaction: `CREATE INDEX CONCURRENTLY` waits for the end of every transaction that it
//! sees with a snapshot, and so would wait for whoever waits for it.
//!
//! On SQLite it is a file beside the database. A transaction on another connection, as `BEGIN IMMEDIATE`, would keep out
//! the migrations themselves, and to lock the file of the database would undo the locks that SQLite has on it.

mod file;

use std::{
    io,
    path::PathBuf,
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
    TransactionTrait, Value,
};

use crate::said;

/// Who else may hold a lock at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nobody: to run migrations.
    Alone,
    /// Others who only read. MySQL has no such lock, so that they go one after the other there.
    Shared,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It was waited for long enough.
    #[error("somebody else migrates this database, and was not done after {} s", .0.as_secs_f64())]
    Busy(Duration),
    /// The server did not answer as it should.
    #[error("the lock on the database cannot be had: {}", said(.0))]
    Server(#[source] Box<DbErr>),
    /// The file beside a SQLite database cannot be locked.
    #[error("the lock file `{}` cannot be locked: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The connection that held it is gone.
    #[error("the lock on the database was lost: {}", said(.0))]
    Lost(#[source] Box<DbErr>),
}

/// A lock on a database. It goes back when this is dropped and the connection is closed that it was taken on, as they
/// both are at the end of the program.
#[derive(Debug)]
pub struct Lock(Hold);

#[derive(Debug)]
enum Hold {
    Server(DatabaseTransaction),
    File(#[expect(dead_code, reason = "held until the drop")] file::Held),
    /// Nobody else sees a database in memory.
    Nothing,
}

impl Lock {
    /// Takes the lock on the database of `db` and its version table `table`. On a server, `db` has to be a connection
    /// that nothing else is done with; on SQLite it is only asked where the file is.
    ///
    /// Waits as long as `patience` lets it, or for ever; `waiting` is told once that it has to.
    pub async fn take(
        db: &DatabaseConnection,
        table: &str,
        access: Access,
        patience: Option<Duration>,
        waiting: impl FnOnce(),
    ) -> Result<Self, LockError> {
        let server = |source| LockError::Server(Box::new(source));
        let start = Instant::now();
        let mut waiting = Some(waiting);
        let mut pause = Duration::from_millis(10);
        let place = Place::find(db, table).await.map_err(server)?;
        loop {
            if let Some(hold) = place.try_lock(access).await? {
                return Ok(Self(hold));
            }
            let left = patience.map(|patience| patience.saturating_sub(start.elapsed()));
            if let (Some(Duration::ZERO), Some(patience)) = (left, patience) {
                return Err(LockError::Busy(patience));
            }
            if let Some(waiting) = waiting.take() {
                waiting();
            }
            tokio::time::sleep(left.map_or(pause, |left| left.min(pause))).await;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }

    /// Whether it is held still: the connection may have broken meanwhile.
    pub async fn check(&self) -> Result<(), LockError> {
        match &self.0 {
            Hold::Server(transaction) => {
                let alive = transaction.execute_unprepared("SELECT 1").await;
                alive
                    .map(drop)
                    .map_err(|source| LockError::Lost(Box::new(source)))
            }
            Hold::File(_) | Hold::Nothing => Ok(()),
        }
    }
}

/// Where a lock can be had.
enum Place<'a> {
    Postgres(&'a DatabaseConnection, i64),
    MySql(&'a DatabaseConnection, String),
    File(PathBuf),
    Memory,
}

impl<'a> Place<'a> {
    async fn find(db: &'a DatabaseConnection, table: &str) -> Result<Self, DbErr> {
        let backend = db.get_database_backend();
        Ok(match backend {
            DbBackend::Postgres => {
                let query = "SELECT coalesce(current_schema(), '')::text";
                let schema: Option<String> = ask(db, backend, query, []).await?;
                let key = key(&[&schema.unwrap_or_default(), table]);
                Place::Postgres(db, key.cast_signed())
            }
            DbBackend::MySql => {
                let query = "SELECT lower(coalesce(database(), ''))";
                let database: Option<String> = ask(db, backend, query, []).await?;
                let key = key(&[&database.unwrap_or_default(), table]);
                Place::MySql(db, format!("seadrift_{key:016x}"))
            }
            _ => {
                let query = "SELECT file FROM pragma_database_list WHERE name = 'main'";
                let file: Option<String> = ask(db, backend, query, []).await?;
                match file.filter(|file| !file.is_empty()) {
                    Some(file) => Place::File(file::beside(&file)),
                    None => Place::Memory,
                }
            }
        })
    }

    /// Takes the lock, or comes back without. A transaction that does not get it ends at once: for whoever builds an index
    /// may have seen a snapshot of it, and would wait for its end.
    async fn try_lock(&self, access: Access) -> Result<Option<Hold>, LockError> {
        let server = |source| LockError::Server(Box::new(source));
        match self {
            Place::Postgres(db, key) => {
                let transaction = db.begin().await.map_err(server)?;
                if postgres(&transaction, *key, access).await.map_err(server)? {
                    return Ok(Some(Hold::Server(transaction)));
                }
                transaction.rollback().await.map_err(server)?;
                Ok(None)
            }
            Place::MySql(db, name) => {
                let transaction = db.begin().await.map_err(server)?;
                if mysql(&transaction, name).await.map_err(server)? {
                    return Ok(Some(Hold::Server(transaction)));
                }
                transaction.rollback().await.map_err(server)?;
                Ok(None)
            }
            Place::File(path) => match file::try_lock(path, access) {
                Ok(held) => Ok(held.map(Hold::File)),
                // Whoever may not write there runs no migrations there either.
                Err(source) if access == Access::Shared && is_read_only(&source) => {
                    Ok(Some(Hold::Nothing))
                }
                Err(source) => Err(LockError::File {
                    path: path.clone(),
                    source,
                }),
            },
            Place::Memory => Ok(Some(Hold::Nothing)),
        }
    }
}

async fn postgres(
    transaction: &DatabaseTransaction,
    key: i64,
    access: Access,
) -> Result<bool, DbErr> {
    let query = match access {
        Access::Alone => "SELECT pg_try_advisory_xact_lock($1)",
        Access::Shared => "SELECT pg_try_advisory_xact_lock_shared($1)",
    };
    let held = ask(transaction, DbBackend::Postgres, query, [key.into()]).await?;
    if held != Some(true) {
        return Ok(false);
    }
    // A transaction that does nothing must not be ended for that. Not every version has all of these.
    let settings = "SELECT count(set_config(name, '0', true)) FROM pg_settings WHERE name IN \
                    ('idle_in_transaction_session_timeout', 'transaction_timeout')";
    let _: Option<i64> = ask(transaction, DbBackend::Postgres, settings, []).await?;
    Ok(true)
}

async fn mysql(transaction: &DatabaseTransaction, name: &str) -> Result<bool, DbErr> {
    let query = "SELECT coalesce(GET_LOCK(?, 0), 0)";
    let held: Option<i64> = ask(transaction, DbBackend::MySql, query, [name.into()]).await?;
    if held != Some(1) {
        return Ok(false);
    }
    for setting in ["wait_timeout = 2147483", "idle_transaction_timeout = 0"] {
        // MySQL has no transactions that end for doing nothing.
        let set = format!("SET SESSION {setting}");
        let _ = transaction.execute_unprepared(&set).await;
    }
    Ok(true)
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

/// The one value that `query` has.
async fn ask<T: sea_orm::TryGetable>(
    db: &impl ConnectionTrait,
    backend: DbBackend,
    query: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<T>, DbErr> {
    let statement = Statement::from_sql_and_values(backend, query, values);
    match db.query_one_raw(statement).await? {
        Some(row) => row.try_get_by_index(0),
        None => Ok(None),
    }
}

/// A number for `parts`, the same in every program and version (FNV-1a).
fn key(parts: &[&str]) -> u64 {
    let bytes = ["seadrift"]
        .iter()
        .chain(parts)
        .flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
