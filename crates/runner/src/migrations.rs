//! The migrations of a project: compiled in, or known by name alone.

use std::{fmt, sync::Arc};

use sea_orm::{DynIden, sea_query::IntoIden};
use sea_orm_migration::{MigrationTrait, MigratorTrait, MigratorTraitSelf, seaql_migrations};

use crate::{Lock, Settings, guard::Guard};

/// A project's migrations in the order of its `Migrator`, and the table that says which of them a database has.
#[derive(Clone)]
pub struct Migrations {
    table: String,
    names: Vec<String>,
    compiled: Option<Compiled>,
    guard: Guard,
}

type Compiled = fn() -> Vec<Box<dyn MigrationTrait>>;

impl Migrations {
    /// Those of a `Migrator`, which can be run.
    pub fn of<M: MigratorTrait>() -> Self {
        let migrations = M::migrations();
        Self {
            table: M::migration_table_name().to_string(),
            names: migrations.iter().map(|one| one.name().to_owned()).collect(),
            compiled: Some(M::migrations),
            guard: Guard::default(),
        }
    }

    /// Those that sources name, in this order. Nothing but a build can run them.
    pub fn named(names: Vec<String>, table: Option<String>) -> Self {
        Self {
            table: table.unwrap_or_else(|| seaql_migrations::Entity.into_iden().to_string()),
            names,
            compiled: None,
            guard: Guard::default(),
        }
    }

    /// The same, each of which runs under these limits, and only while the lock is held.
    pub fn guarded(mut self, limits: Option<Settings>, lock: Option<Arc<Lock>>) -> Self {
        self.guard = Guard {
            limits: limits.map(Arc::new),
            lock,
        };
        self
    }

    /// Their names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of the version table.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Whether they can be run.
    pub fn are_compiled(&self) -> bool {
        self.compiled.is_some()
    }

    /// The migration of this name, where it is compiled in.
    pub fn get(&self, name: &str) -> Option<Box<dyn MigrationTrait>> {
        let all = MigratorTraitSelf::migrations(self);
        all.into_iter().find(|migration| migration.name() == name)
    }
}

impl MigratorTraitSelf for Migrations {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        let all = self.compiled.map_or(vec![], |compiled| compiled());
        all.into_iter()
            .map(|migration| self.guard.around(migration))
            .collect()
    }

    fn migration_table_name(&self) -> DynIden {
        self.table.clone().into_iden()
    }
}

impl fmt::Debug for Migrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrations")
            .field("table", &self.table)
            .field("names", &self.names)
            .field("compiled", &self.compiled.is_some())
            .finish()
    }
}
