//! Runs a project's migrations and tells where a database stands.
//!
//! Everything goes through sea-orm-migration and its own table, so that its command line works on the same database
//! at any point.

mod error;
mod migrations;
mod said;
mod scratch;
mod status;
mod target;

pub use error::{Aftermath, Error};
pub use migrations::Migrations;
pub use said::said;
pub use scratch::{Scratch, ScratchError, ScratchSchema};
use sea_orm::{DatabaseConnection, DbBackend};
use sea_orm_migration::MigratorTraitSelf;
pub use status::{Revision, Status, status};
pub use target::{Direction, Target};

/// Applies what is pending up to `target`, and returns what was applied. `before` is told each revision before it
/// runs.
pub async fn upgrade(
    db: &DatabaseConnection,
    migrations: &Migrations,
    target: &Target,
    before: impl FnMut(&str),
) -> Result<Vec<String>, Error> {
    let status = status(db, migrations).await?.known()?;
    let steps = target.steps(&status, Direction::Up)?;
    run(db, migrations, steps, Direction::Up, before).await
}

/// Reverses what is applied down to `target`, which itself stays applied, and returns what was reversed. `before` is
/// told each revision before it is reversed.
pub async fn downgrade(
    db: &DatabaseConnection,
    migrations: &Migrations,
    target: &Target,
    before: impl FnMut(&str),
) -> Result<Vec<String>, Error> {
    let status = status(db, migrations).await?.known()?;
    let steps = target.steps(&status, Direction::Down)?;
    run(db, migrations, steps, Direction::Down, before).await
}

async fn run(
    db: &DatabaseConnection,
    migrations: &Migrations,
    steps: Vec<String>,
    direction: Direction,
    mut before: impl FnMut(&str),
) -> Result<Vec<String>, Error> {
    let mut done = vec![];
    for revision in steps {
        before(&revision);
        let result = match direction {
            Direction::Up => migrations.up(db, Some(1)).await,
            Direction::Down => migrations.down(db, Some(1)).await,
        };
        if let Err(source) = result {
            return Err(Error::Step {
                aftermath: aftermath(migrations, db.get_database_backend(), &revision),
                revision,
                direction,
                done,
                source: Box::new(source),
            });
        }
        done.push(revision);
    }
    Ok(done)
}

/// What becomes of what `revision` had done when it fails: by default, PostgreSQL alone has a transaction for it, and
/// MySQL's statements end any.
fn aftermath(migrations: &Migrations, backend: DbBackend, revision: &str) -> Aftermath {
    let migration = migrations.get(revision);
    let in_transaction = migration.and_then(|migration| migration.use_transaction());
    match (in_transaction, backend) {
        (Some(false), DbBackend::Sqlite) => Aftermath::Unknown,
        (Some(true), DbBackend::Sqlite) | (None | Some(true), DbBackend::Postgres) => {
            Aftermath::RolledBack
        }
        _ => Aftermath::Kept,
    }
}
