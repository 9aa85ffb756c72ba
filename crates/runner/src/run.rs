//! Runs revisions one after the other, as sea-orm-migration would: by its table, and by its rule of what runs in a transaction.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use sea_orm::{DatabaseConnection, DbBackend, DbErr, DynIden, TransactionTrait};
use sea_orm_migration::{MigrationTrait, MigratorTraitSelf, SchemaManager};

use crate::{
    Aftermath, Direction, Error, Graph, Migrations, Symbol, sql_migration::undone, status, version,
    way,
};

/// What goes on while revisions run.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// A revision starts.
    Starts {
        /// The revision.
        revision: &'a str,
        /// How many came before it.
        number: usize,
        /// How many there are.
        count: usize,
    },
    /// It is through.
    Ended {
        /// The revision.
        revision: &'a str,
        /// How long it took.
        took: Duration,
    },
}

/// Applies what is needed up to `symbol`, and returns what was applied.
pub async fn upgrade(
    db: &DatabaseConnection,
    migrations: &Migrations,
    graph: &Graph,
    symbol: &Symbol,
    progress: impl FnMut(Progress<'_>),
) -> Result<Vec<String>, Error> {
    let steps = plan(db, migrations, graph, symbol, Direction::Up).await?;
    run(db, migrations, steps, Direction::Up, progress).await
}

/// Reverses what is applied down to `symbol`, which itself stays applied, and returns what was reversed.
pub async fn downgrade(
    db: &DatabaseConnection,
    migrations: &Migrations,
    graph: &Graph,
    symbol: &Symbol,
    progress: impl FnMut(Progress<'_>),
) -> Result<Vec<String>, Error> {
    let steps = plan(db, migrations, graph, symbol, Direction::Down).await?;
    run(db, migrations, steps, Direction::Down, progress).await
}

/// What an upgrade or a downgrade to `symbol` would run, in order. Nothing is run.
pub async fn plan(
    db: &DatabaseConnection,
    migrations: &Migrations,
    graph: &Graph,
    symbol: &Symbol,
    direction: Direction,
) -> Result<Vec<String>, Error> {
    let applied = status(db, migrations).await?.known()?.applied();
    let steps = match direction {
        Direction::Up => way::up(graph, &applied, symbol)?,
        Direction::Down => way::down(graph, &applied, symbol)?,
    };
    Ok(steps)
}

/// Runs `steps`, which have to be in an order in which they can be run.
pub async fn run(
    db: &DatabaseConnection,
    migrations: &Migrations,
    steps: Vec<String>,
    direction: Direction,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<Vec<String>, Error> {
    let all = migrations.migrations().into_iter();
    let compiled: BTreeMap<_, _> = all.map(|one| (one.name().to_owned(), one)).collect();
    if let Some(missing) = steps.iter().find(|step| !compiled.contains_key(*step)) {
        return Err(Error::NotCompiled(missing.clone()));
    }
    let table = migrations.migration_table_name();
    if let Some(first) = steps.first() {
        version::prepare(db, migrations, first, direction).await?;
    }
    let count = steps.len();
    let mut done = vec![];
    for (number, revision) in steps.into_iter().enumerate() {
        let Some(migration) = compiled.get(&revision) else {
            return Err(Error::NotCompiled(revision));
        };
        progress(Progress::Starts {
            revision: &revision,
            number,
            count,
        });
        let start = Instant::now();
        if let Err(source) = step(db, migration.as_ref(), &table, direction).await {
            let (source, is_undone) = undone(source);
            return Err(Error::Step {
                aftermath: match is_undone {
                    true => Aftermath::RolledBack,
                    false => aftermath(migration.as_ref(), db.get_database_backend()),
                },
                revision,
                direction,
                done,
                source: Box::new(source),
            });
        }
        progress(Progress::Ended {
            revision: &revision,
            took: start.elapsed(),
        });
        done.push(revision);
    }
    Ok(done)
}

/// One revision and its row, in a transaction where it wants one.
async fn step(
    db: &DatabaseConnection,
    migration: &dyn MigrationTrait,
    table: &DynIden,
    direction: Direction,
) -> Result<(), DbErr> {
    let by_itself = db.get_database_backend() == DbBackend::Postgres;
    if migration.use_transaction().unwrap_or(by_itself) {
        let transaction = db.begin().await?;
        let manager = SchemaManager::new(&transaction);
        change(migration, &manager, direction).await?;
        version::record(&transaction, migration.name(), table, direction).await?;
        transaction.commit().await
    } else {
        change(migration, &SchemaManager::new(db), direction).await?;
        version::record(db, migration.name(), table, direction).await
    }
}

async fn change(
    migration: &dyn MigrationTrait,
    manager: &SchemaManager<'_>,
    direction: Direction,
) -> Result<(), DbErr> {
    match direction {
        Direction::Up => migration.up(manager).await,
        Direction::Down => migration.down(manager).await,
    }
}

/// What becomes of what a migration had done when it fails: by default, PostgreSQL alone has a transaction for it, and
/// MySQL's statements end any.
fn aftermath(migration: &dyn MigrationTrait, backend: DbBackend) -> Aftermath {
    match (migration.use_transaction(), backend) {
        (Some(false), DbBackend::Sqlite) => Aftermath::Unknown,
        (Some(true), DbBackend::Sqlite) | (None | Some(true), DbBackend::Postgres) => {
            Aftermath::RolledBack
        }
        _ => Aftermath::Kept,
    }
}
