//! What the verbs that compare share: both sides, and the changes between them.

use std::collections::BTreeSet;

use sea_orm::DatabaseConnection;
use sea_orm_migration::MigratorTrait;
use seadrift_diff as diff;
use seadrift_introspect::{Database, Scope, introspect};
use seadrift_schema::{Change, Dialect, Schema, Server};

use crate::{Context, Error};

/// The entities, the database, and what was declared before.
pub(crate) struct Sides {
    /// The server, for people.
    pub server: Server,
    /// What the entities declare.
    pub desired: Schema,
    actual: Schema,
    own_schema: String,
    lock: Schema,
}

impl Sides {
    /// Reads the entities and the database. Of PostgreSQL's schemas, the ones that entities name, or named.
    pub(crate) async fn read<M: MigratorTrait>(
        context: &Context,
        db: &DatabaseConnection,
        lock: Option<Schema>,
    ) -> Result<Self, Error> {
        if context.entities.is_empty() {
            return Err(Error::NoEntities);
        }
        let lock = lock.unwrap_or_default();
        let server = seadrift_introspect::server(db).await?;
        let desired = context.entities.schema(server.dialect)?;
        let schemas = schemas(&desired, &lock);
        let ignored_tables = [M::migration_table_name().to_string()];
        let scope = Scope {
            schemas: &schemas,
            ignored_tables: &ignored_tables,
        };
        let Database {
            schema: actual,
            own_schema,
            ..
        } = introspect(db, &scope).await?;
        Ok(Self {
            server,
            desired,
            actual,
            own_schema,
            lock,
        })
    }

    /// The dialect of the database.
    pub(crate) fn dialect(&self) -> Dialect {
        self.server.dialect
    }

    /// What brings the database to what the entities declare.
    pub(crate) fn since_database(&self) -> Result<Vec<Change>, Error> {
        self.changes_since(&self.actual)
    }

    /// What brings what was declared at the newest revision to what is declared now.
    pub(crate) fn since_lock(&self) -> Result<Vec<Change>, Error> {
        self.changes_since(&self.lock)
    }

    /// What brings `from` to what the entities declare.
    pub(crate) fn changes_since(&self, from: &Schema) -> Result<Vec<Change>, Error> {
        let context = diff::Context {
            dialect: self.dialect(),
            own_schema: &self.own_schema,
            lock: &self.lock,
        };
        Ok(diff::diff(from, &self.desired, &context)?)
    }

    /// What makes the whole database from nothing.
    pub(crate) fn all_of_the_database(&self) -> Result<Vec<Change>, Error> {
        let (nothing, lock) = (Schema::default(), Schema::default());
        let context = diff::Context {
            dialect: self.dialect(),
            own_schema: &self.own_schema,
            lock: &lock,
        };
        Ok(diff::diff(&nothing, &self.actual, &context)?)
    }

    /// The connection's own schema.
    pub(crate) fn own_schema(&self) -> &str {
        &self.own_schema
    }

    /// PostgreSQL's schemas beside the connection's own that entities name, or named.
    pub(crate) fn schemas(&self) -> Vec<String> {
        let mut schemas = schemas(&self.desired, &self.lock);
        schemas.retain(|schema| *schema != self.own_schema);
        schemas
    }
}

fn schemas(desired: &Schema, lock: &Schema) -> Vec<String> {
    let named = desired.tables.keys().chain(lock.tables.keys());
    let schemas: BTreeSet<_> = named.filter_map(|table| table.schema.clone()).collect();
    schemas.into_iter().collect()
}
