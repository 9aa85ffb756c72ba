//! An empty database of the same engine, to try things out on.
//!
//! A program that is killed leaves its scratch database behind, and the next one takes it away: while one is in use, its name
//! stands where the server forgets it with the connection that made it. On PostgreSQL that is the connection's
//! `application_name`, which every role may see, on MySQL a lock.

use std::{process, time::SystemTime};

use log::LevelFilter;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, Statement, TransactionTrait,
};

use crate::said;

/// What the names of scratch databases start with, so that one that was left behind is known by it.
const MARK: &str = "seadrift_scratch_";

/// An empty database. [`Scratch::remove`] takes it away again.
pub struct Scratch {
    /// The connection to it.
    pub db: DatabaseConnection,
    /// Its name on the server; SQLite's is in memory and has none.
    name: Option<String>,
    /// Where it is. One in memory is nowhere else than in its connection.
    url: Option<url::Url>,
}

/// Why there is no scratch database.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The server does not make one, most likely for want of rights.
    #[error("no scratch database could be made: {}", said(.0))]
    Create(#[source] Box<DbErr>),
    /// It was made and is still there.
    #[error("the scratch database `{name}` could not be removed: {}", said(.source))]
    Remove {
        /// Its name.
        name: String,
        /// What the server said.
        source: Box<DbErr>,
    },
}

impl Scratch {
    /// Makes a scratch database on the server of `db`, which was connected to by `url`.
    pub async fn create(db: &DatabaseConnection, url: &url::Url) -> Result<Self, ScratchError> {
        let failed = |source| ScratchError::Create(Box::new(source));
        let backend = db.get_database_backend();
        if backend == DbBackend::Sqlite {
            let db = connect("sqlite::memory:").await.map_err(failed)?;
            return Ok(Self {
                db,
                name: None,
                url: None,
            });
        }
        let name = new_name();
        let create = match backend {
            // Without what an administrator may have put into `template1`.
            DbBackend::Postgres => format!("CREATE DATABASE {name} TEMPLATE template0"),
            _ => format!("CREATE DATABASE {name}"),
        };
        sweep(db).await;
        mark(db, &name).await.map_err(failed)?;
        if let Err(source) = db.execute_unprepared(&create).await {
            unmark(db, &name).await;
            return Err(failed(source));
        }
        let mut url = url.clone();
        url.set_path(&name);
        match connect(url.as_str()).await {
            Ok(db) => Ok(Self {
                db,
                name: Some(name),
                url: Some(url),
            }),
            Err(source) => {
                // The first error says more than a second one would.
                let _ = drop_database(db, &name).await;
                unmark(db, &name).await;
                Err(failed(source))
            }
        }
    }

    /// Leaves behind what was set on the connection. A database in memory has no other connection; there, a transaction that
    /// was left open ends.
    pub async fn reconnect(&mut self) -> Result<(), DbErr> {
        let Some(url) = &self.url else {
            // Where there is no transaction, there is nothing to end.
            let _ = self.db.execute_unprepared("ROLLBACK").await;
            return Ok(());
        };
        // One connection after the other, since a role may have no more than a few.
        let _ = self.db.clone().close().await;
        self.db = connect(url.as_str()).await?;
        Ok(())
    }

    /// Takes the scratch database away. `db` is a connection to another database of the same server.
    pub async fn remove(self, db: &DatabaseConnection) -> Result<(), ScratchError> {
        // A connection that does not close in order is closed by the server.
        let _ = self.db.close().await;
        let Some(name) = self.name else { return Ok(()) };
        let dropped = drop_database(db, &name).await;
        unmark(db, &name).await;
        match dropped {
            Ok(()) => Ok(()),
            Err(source) => Err(ScratchError::Remove {
                name,
                source: Box::new(source),
            }),
        }
    }
}

/// An empty schema (PostgreSQL) in a transaction that is never committed, for roles that may make no database.
pub struct ScratchSchema {
    /// The transaction, in which names without a schema mean this one and no other.
    pub transaction: DatabaseTransaction,
}

impl ScratchSchema {
    /// Makes it in the database of `db`.
    pub async fn create(db: &DatabaseConnection) -> Result<Self, ScratchError> {
        let failed = |source| ScratchError::Create(Box::new(source));
        let transaction = db.begin().await.map_err(failed)?;
        let name = new_name();
        let create = format!("CREATE SCHEMA {name}; SET LOCAL search_path TO {name}");
        match transaction.execute_unprepared(&create).await {
            Ok(_) => Ok(Self { transaction }),
            Err(source) => {
                let _ = transaction.rollback().await;
                Err(failed(source))
            }
        }
    }

    /// Undoes everything.
    pub async fn remove(self) {
        // A connection that cannot roll back is lost, and the server rolls back for it.
        let _ = self.transaction.rollback().await;
    }
}

fn new_name() -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    format!("{MARK}{}_{}", now.as_nanos(), process::id())
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        // Who replays migrations wants to know the statement that fails.
        .sqlx_logging_level(LevelFilter::Trace);
    Database::connect(options).await
}

async fn drop_database(db: &DatabaseConnection, name: &str) -> Result<(), DbErr> {
    db.execute_unprepared(&format!("DROP DATABASE {name}"))
        .await
        .map(drop)
}

/// Says on the connection that made it that a scratch database is in use.
async fn mark(db: &DatabaseConnection, name: &str) -> Result<(), DbErr> {
    let mark = match db.get_database_backend() {
        DbBackend::Postgres => format!("SET application_name TO {name}"),
        _ => format!("DO GET_LOCK('{name}', 0)"),
    };
    db.execute_unprepared(&mark).await.map(drop)
}

/// The opposite of [`mark`]. The end of the connection does the same.
async fn unmark(db: &DatabaseConnection, name: &str) {
    let unmark = match db.get_database_backend() {
        DbBackend::Postgres => "RESET application_name".to_owned(),
        _ => format!("DO RELEASE_LOCK('{name}')"),
    };
    let _ = db.execute_unprepared(&unmark).await;
}

/// Takes away what was left behind. What may not be dropped, or is gone meanwhile, is left alone.
async fn sweep(db: &DatabaseConnection) {
    let backend = db.get_database_backend();
    let query = match backend {
        DbBackend::Postgres => {
            "SELECT datname::text FROM pg_database d WHERE datname LIKE 'seadrift\\_scratch\\_%' AND NOT EXISTS (SELECT 1 \
             FROM pg_stat_activity a WHERE a.datname = d.datname OR a.application_name = d.datname)"
        }
        _ => {
            "SELECT schema_name FROM information_schema.schemata \
             WHERE schema_name LIKE 'seadrift\\_scratch\\_%' AND IS_FREE_LOCK(schema_name) = 1"
        }
    };
    let left = db
        .query_all_raw(Statement::from_string(backend, query))
        .await;
    for row in left.unwrap_or_default() {
        if let Ok(name) = row.try_get_by_index::<String>(0)
            && is_ours(&name)
        {
            let _ = drop_database(db, &name).await;
        }
    }
}

/// Whether `name` is one that [`Scratch::create`] makes.
fn is_ours(name: &str) -> bool {
    let numbers = name
        .strip_prefix(MARK)
        .and_then(|rest| rest.split_once('_'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    numbers.is_some_and(|(time, process)| is_number(time) && is_number(process))
}
