//! What sea-orm-migration does to a database as a whole.

use sea_orm::DatabaseConnection;
use sea_orm_migration::MigratorTraitSelf;

use crate::{Error, Migrations};

/// Drops all tables, and the types of PostgreSQL. What is left is an empty version table.
pub async fn drop_everything(
    db: &DatabaseConnection,
    migrations: &Migrations,
) -> Result<(), Error> {
    // It would apply all migrations then, of which there are none here.
    let none = Migrations::named(vec![], Some(migrations.table().to_owned()));
    let dropped = none.fresh(db).await;
    dropped.map_err(|source| Error::Drop(Box::new(source)))
}

/// Drops the version table.
pub async fn drop_version_table(
    db: &DatabaseConnection,
    migrations: &Migrations,
) -> Result<(), Error> {
    let dropped = migrations.uninstall(db).await;
    dropped.map_err(|source| Error::Drop(Box::new(source)))
}
