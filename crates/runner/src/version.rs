//! The rows of the version table.

use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, DynIden, TransactionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use sea_orm_migration::{MigratorTraitSelf, seaql_migrations::Column};

use crate::{Direction, Error, Migrations};

/// Makes the version table where there is none, and sees that it takes a row for `revision`, so that nothing runs that
/// could not be written down.
pub(crate) async fn prepare(
    db: &DatabaseConnection,
    migrations: &Migrations,
    revision: &str,
    direction: Direction,
) -> Result<(), Error> {
    let installed = migrations.install(db).await;
    installed.map_err(|source| Error::Install {
        table: migrations.table().to_owned(),
        source: Box::new(source),
    })?;
    if direction == Direction::Down {
        return Ok(());
    }
    let table = migrations.migration_table_name();
    let tried = async {
        let transaction = db.begin().await?;
        record(&transaction, revision, &table, Direction::Up).await?;
        // Some engines of MySQL's know no way back.
        record(&transaction, revision, &table, Direction::Down).await?;
        transaction.rollback().await
    };
    tried.await.map_err(|source| Error::Table {
        table: migrations.table().to_owned(),
        source: Box::new(source),
    })
}

/// Writes that `revision` is applied, or takes it out.
pub(crate) async fn record(
    db: &impl ConnectionTrait,
    revision: &str,
    table: &DynIden,
    direction: Direction,
) -> Result<(), DbErr> {
    match direction {
        Direction::Up => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let seconds = now.map_or(0, |now| now.as_secs());
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            let mut insert = Query::insert();
            insert
                .into_table(table.clone())
                .columns([Column::Version, Column::AppliedAt])
                .values([Expr::val(revision), Expr::val(seconds)])
                .map_err(|error| DbErr::Custom(error.to_string()))?;
            db.execute(&insert).await.map(drop)
        }
        Direction::Down => {
            let mut delete = Query::delete();
            delete
                .from_table(table.clone())
                .and_where(Expr::col(Column::Version).eq(revision));
            db.execute(&delete).await.map(drop)
        }
    }
}
