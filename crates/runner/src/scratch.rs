//! An empty database of the same engine, to try things out on.

use std::{process, time::SystemTime};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};

use crate::said;

/// What the names of scratch databases start with, so that one that was left behind is known by it.
const MARK: &str = "seadrift_scratch_";

/// An empty database. [`Scratch::remove`] takes it away again.
pub struct Scratch {
    /// The connection to it.
    pub db: DatabaseConnection,
    /// Its name on the server; SQLite's is in memory and has none.
    name: Option<String>,
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
            return Ok(Self { db, name: None });
        }
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let name = format!("{MARK}{}_{}", now.as_nanos(), process::id());
        let create = match backend {
            // Without what an administrator may have put into `template1`.
            DbBackend::Postgres => format!("CREATE DATABASE {name} TEMPLATE template0"),
            _ => format!("CREATE DATABASE {name}"),
        };
        db.execute_unprepared(&create).await.map_err(failed)?;
        let mut url = url.clone();
        url.set_path(&name);
        match connect(url.as_str()).await {
            Ok(db) => Ok(Self {
                db,
                name: Some(name),
            }),
            Err(source) => {
                // The first error says more than a second one would.
                let _ = drop_database(db, &name).await;
                Err(failed(source))
            }
        }
    }

    /// Takes the scratch database away. `db` is a connection to another database of the same server.
    pub async fn remove(self, db: &DatabaseConnection) -> Result<(), ScratchError> {
        // A connection that does not close in order is closed by the server.
        let _ = self.db.close().await;
        let Some(name) = self.name else { return Ok(()) };
        match drop_database(db, &name).await {
            Ok(()) => Ok(()),
            Err(source) => Err(ScratchError::Remove {
                name,
                source: Box::new(source),
            }),
        }
    }
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

async fn drop_database(db: &DatabaseConnection, name: &str) -> Result<(), DbErr> {
    db.execute_unprepared(&format!("DROP DATABASE {name}"))
        .await
        .map(drop)
}
