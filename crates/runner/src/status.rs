//! Where a database stands.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, sea_query::Query};
use sea_orm_migration::{MigratorTraitSelf, SchemaManager, seaql_migrations};

use crate::{Error, Migrations};

/// A revision of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its name.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

/// Where a database stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The project's revisions in the order in which they run.
    pub revisions: Vec<Revision>,
    /// What the database has and the project does not.
    pub unknown: Vec<String>,
}

impl Status {
    /// The revisions that are not applied yet, in the order in which they run.
    pub fn pending(&self) -> Vec<String> {
        self.revisions
            .iter()
            .filter(|revision| !revision.applied)
            .map(|r| r.name.clone())
            .collect()
    }

    /// The revisions that are applied, in the order in which they run.
    pub fn applied(&self) -> Vec<String> {
        self.revisions
            .iter()
            .filter(|revision| revision.applied)
            .map(|r| r.name.clone())
            .collect()
    }

    /// This, if the project knows everything that is applied.
    pub fn known(self) -> Result<Self, Error> {
        if self.unknown.is_empty() {
            Ok(self)
        } else {
            Err(Error::Unknown(self.unknown))
        }
    }
}

/// Whether the version table is there. PostgreSQL's `information_schema`, which sea-orm-migration asks, hides it from a
/// role that may not read it, and would make everything look pending.
async fn exists(db: &DatabaseConnection, table: &str) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return SchemaManager::new(db).has_table(table).await;
    }
    let ask = "SELECT to_regclass(quote_ident($1)) IS NOT NULL";
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, ask, [table.into()]);
    match db.query_one_raw(ask).await? {
        Some(row) => row.try_get_by_index(0),
        None => Ok(false),
    }
}

/// Where `db` stands. Reads only: the version table is not made.
pub async fn status(db: &DatabaseConnection, migrations: &Migrations) -> Result<Status, Error> {
    let failed = |source: DbErr| Error::Status(Box::new(source));
    let exists = exists(db, migrations.table()).await.map_err(failed)?;
    let mut applied = BTreeSet::new();
    if exists {
        let query = Query::select()
            // A name alone would be a text to SQLite where there is no such column.
            .column((
                migrations.migration_table_name(),
                seaql_migrations::Column::Version,
            ))
            .from(migrations.migration_table_name())
            .take();
        for row in db.query_all(&query).await.map_err(failed)? {
            applied.insert(row.try_get_by_index::<String>(0).map_err(failed)?);
        }
    }
    let revisions: Vec<_> = migrations
        .names()
        .iter()
        .map(|name| Revision {
            applied: applied.remove(name),
            name: name.clone(),
        })
        .collect();
    Ok(Status {
        revisions,
        unknown: applied.into_iter().collect(),
    })
}
