//! Says what a database has, without running anything.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait, sea_query::Query};
use sea_orm_migration::MigratorTraitSelf;

use crate::{Direction, Error, Graph, Migrations, Symbol, status, version, way};

/// Has the version table say that the database stands at `symbols`, all rows or none, and returns what was written and
/// taken out. Revisions of other lines stay as they are. With `purge`, everything that the table says is forgotten
/// first, also what the project does not know.
pub async fn stamp(
    db: &DatabaseConnection,
    migrations: &Migrations,
    graph: &Graph,
    symbols: &[Symbol],
    purge: bool,
) -> Result<way::Stamp, Error> {
    let status = status(db, migrations).await?;
    let applied = match purge {
        true => vec![],
        false => status.known()?.applied(),
    };
    let stamp = way::stamp(graph, &applied, symbols)?;
    let written = write(db, migrations, &stamp, purge).await;
    written.map_err(|source| Error::Stamp(Box::new(source)))?;
    Ok(stamp)
}

async fn write(
    db: &DatabaseConnection,
    migrations: &Migrations,
    stamp: &way::Stamp,
    purge: bool,
) -> Result<(), DbErr> {
    let table = migrations.migration_table_name();
    // MySQL ends a transaction when a table is made.
    migrations.install(db).await?;
    let transaction = db.begin().await?;
    if purge {
        transaction
            .execute(&Query::delete().from_table(table.clone()).take())
            .await?;
    }
    for (revisions, direction) in [
        (&stamp.remove, Direction::Down),
        (&stamp.add, Direction::Up),
    ] {
        for revision in revisions {
            version::record(&transaction, revision, &table, direction).await?;
        }
    }
    transaction.commit().await
}
