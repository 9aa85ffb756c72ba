//! A connection to a database on which nobody else runs migrations meanwhile.

use std::{sync::Arc, time::Duration};

use sea_orm::DatabaseConnection;
use seadrift_runner::{Access, Limits, Lock, Migrations, Settings};
use seadrift_schema::Dialect;

use crate::{
    Context, Error,
    database::{self, Url},
    output,
};

/// How long others may keep a migration waiting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Waiting")]
pub(crate) struct Waiting {
    /// How long to wait for others who migrate the database, instead of as long as it takes
    #[arg(long, value_name = "SECONDS", value_parser = seconds_or_none)]
    pub lock_wait: Option<Duration>,

    /// How long a statement of a migration may wait for a lock on what it works on
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub lock_timeout: Option<Duration>,

    /// How long a statement of a migration may take (PostgreSQL, MariaDB)
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub statement_timeout: Option<Duration>,
}

impl Waiting {
    /// The limits of each migration on `dialect`.
    pub(crate) fn limits(self, dialect: Dialect) -> Result<Option<Settings>, Error> {
        let limits = Limits {
            lock: self.lock_timeout,
            statement: self.statement_timeout,
        };
        Ok(limits.on(dialect)?)
    }
}

/// A database on which nobody else runs migrations.
pub(crate) struct Session {
    /// The connection to it.
    pub db: DatabaseConnection,
    /// The project's migrations, which stop where the lock is lost, and have their limits.
    pub migrations: Migrations,
}

impl Session {
    /// Connects to the database of the command line, and waits until nobody else migrates it.
    pub(crate) async fn alone(context: &Context, waiting: Waiting) -> Result<Self, Error> {
        let url = Url::of(context)?;
        let db = database::connect(context, &url).await?;
        let limits = match (waiting.lock_timeout, waiting.statement_timeout) {
            (None, None) => None,
            // The URL does not tell MySQL from MariaDB.
            _ => waiting.limits(seadrift_introspect::server(&db).await?.dialect)?,
        };
        let (access, patience) = (Access::Alone, waiting.lock_wait);
        let lock = match url.dialect() {
            Dialect::Sqlite => lock(context, &db, access, patience).await?,
            _ => lock_beside(context, &url, access, patience).await?,
        };
        let migrations = context
            .migrations
            .clone()
            .guarded(limits, Some(Arc::new(lock)));
        Ok(Self { db, migrations })
    }
}

/// Connects to the database of `url` to read it, and waits until nobody migrates it; until the lock is dropped, nobody begins to.
/// There is none beside a SQLite file that may only be read, as there is no place to say so.
pub(crate) async fn to_read(
    context: &Context,
    url: &Url,
) -> Result<(DatabaseConnection, Option<Lock>), Error> {
    if url.dialect() == Dialect::Sqlite {
        let db = database::connect(context, url).await?;
        let lock = lock(context, &db, Access::Shared, None).await.ok();
        return Ok((db, lock));
    }
    // A far server takes its time to let somebody in.
    let beside = lock_beside(context, url, Access::Shared, None);
    let (db, lock) = tokio::try_join!(database::connect(context, url), beside)?;
    Ok((db, Some(lock)))
}

/// The lock on a server's database, on a connection of its own.
async fn lock_beside(
    context: &Context,
    url: &Url,
    access: Access,
    patience: Option<Duration>,
) -> Result<Lock, Error> {
    let own = database::connect_beside(context, url).await?;
    lock(context, &own, access, patience).await
}

async fn lock(
    context: &Context,
    db: &DatabaseConnection,
    access: Access,
    patience: Option<Duration>,
) -> Result<Lock, Error> {
    let table = context.migrations.table();
    let waiting = || output::progress("waiting for somebody else who migrates this database");
    Ok(Lock::take(db, table, access, patience, waiting).await?)
}

/// A number of seconds, which may have a fraction.
fn seconds_or_none(text: &str) -> Result<Duration, String> {
    // About the most that every server takes for a time.
    const MOST: f64 = 2_000_000.0;
    let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds <= MOST);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            format!("it has to be a number of seconds up to {MOST}, such as `5` or `0.5`")
        })
}

/// The same, and not none at all.
fn seconds(text: &str) -> Result<Duration, String> {
    match seconds_or_none(text)? {
        Duration::ZERO => Err("it has to be more than nothing".to_owned()),
        seconds => Ok(seconds),
    }
}
