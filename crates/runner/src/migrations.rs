//! The migrations of a project: compiled in, SQL, or known by name alone.

use std::{fmt, sync::Arc};

use sea_orm::{DynIden, sea_query::IntoIden};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, MigratorTraitSelf, seaql_migrations,
};

use crate::{Lock, Settings, SqlMigration, guard::Guard};

/// A project's migrations in the order of its `Migrator`, and the table that says which of them a database has.
#[derive(Clone)]
pub struct Migrations {
    table: String,
    names: Vec<String>,
    runnable: Runnable,
    guard: Guard,
}

/// How they can be run.
#[derive(Clone)]
enum Runnable {
    /// Not at all.
    No,
    /// They are compiled in.
    Compiled(fn() -> Vec<Box<dyn MigrationTrait>>),
    /// They are all SQL.
    Sql(Arc<[SqlMigration]>),
}

impl Migrations {
    /// Those of a `Migrator`, which can be run.
    pub fn of<M: MigratorTrait>() -> Self {
        let migrations = M::migrations();
        Self {
            table: M::migration_table_name().to_string(),
            names: migrations.iter().map(|one| one.name().to_owned()).collect(),
            runnable: Runnable::Compiled(M::migrations),
            guard: Guard::default(),
        }
    }

    /// Those that sources name, in this order. Nothing but a build can run them.
    pub fn named(names: Vec<String>, table: Option<String>) -> Self {
        Self {
            table: table.unwrap_or_else(|| seaql_migrations::Entity.into_iden().to_string()),
            names,
            runnable: Runnable::No,
            guard: Guard::default(),
        }
    }

    /// Those that are all SQL, which can be run without a build.
    pub fn sql(migrations: Vec<SqlMigration>, table: Option<String>) -> Self {
        let names = migrations.iter().map(|one| one.name().to_owned()).collect();
        Self {
            runnable: Runnable::Sql(migrations.into()),
            ..Self::named(names, table)
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

    /// Whether they are compiled in.
    pub fn are_compiled(&self) -> bool {
        matches!(self.runnable, Runnable::Compiled(_))
    }

    /// Whether they can be run.
    pub fn can_run(&self) -> bool {
        !matches!(self.runnable, Runnable::No)
    }

    /// The migration of this name, where it can be run.
    pub fn get(&self, name: &str) -> Option<Box<dyn MigrationTrait>> {
        let all = MigratorTraitSelf::migrations(self);
        all.into_iter().find(|migration| migration.name() == name)
    }
}

impl MigratorTraitSelf for Migrations {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        let all: Vec<Box<dyn MigrationTrait>> = match &self.runnable {
            Runnable::No => vec![],
            Runnable::Compiled(compiled) => compiled(),
            Runnable::Sql(all) => all.iter().map(|one| Box::new(one.clone()) as _).collect(),
        };
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
            .field("can_run", &self.can_run())
            .finish()
    }
}
