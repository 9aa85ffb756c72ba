//! Runs a project's migrations and tells where a database stands.
//!
//! Everything goes through sea-orm-migration and its own table, so that its command line works on the same database
//! at any point.

mod error;
mod said;
mod scratch;
mod status;
mod target;

pub use error::{Aftermath, Error};
pub use said::said;
pub use scratch::{Scratch, ScratchError, ScratchSchema};
use sea_orm::{DatabaseConnection, DbBackend};
use sea_orm_migration::MigratorTrait;
pub use status::{Revision, Status, revisions, status};
pub use target::{Direction, Target};

/// Applies what is pending up to `target`, and returns what was applied. `before` is told each revision before it
/// runs.
pub async fn upgrade<M: MigratorTrait>(
    db: &DatabaseConnection,
    target: &Target,
    before: impl FnMut(&str),
) -> Result<Vec<String>, Error> {
    let status = status::<M>(db).await?.known()?;
    let steps = target.steps(&status, Direction::Up)?;
    run::<M>(db, steps, Direction::Up, before).await
}

/// Reverses what is applied down to `target`, which itself stays applied, and returns what was reversed. `before` is
/// told each revision before it is reversed.
pub async fn downgrade<M: MigratorTrait>(
    db: &DatabaseConnection,
    target: &Target,
    before: impl FnMut(&str),
) -> Result<Vec<String>, Error> {
    let status = status::<M>(db).await?.known()?;
    let steps = target.steps(&status, Direction::Down)?;
    run::<M>(db, steps, Direction::Down, before).await
}

async fn run<M: MigratorTrait>(
    db: &DatabaseConnection,
    steps: Vec<String>,
    direction: Direction,
    mut before: impl FnMut(&str),
) -> Result<Vec<String>, Error> {
    let mut done = vec![];
    for revision in steps {
        before(&revision);
        let result = match direction {
            Direction::Up => M::up(db, Some(1)).await,
            Direction::Down => M::down(db, Some(1)).await,
        };
        if let Err(source) = result {
            return Err(Error::Step {
                aftermath: aftermath::<M>(db.get_database_backend(), &revision),
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
fn aftermath<M: MigratorTrait>(backend: DbBackend, revision: &str) -> Aftermath {
    let migrations = M::migrations();
    let mut known = migrations.iter();
    let known = known.find(|migration| migration.name() == revision);
    let in_transaction = known.and_then(|migration| migration.use_transaction());
    match (in_transaction, backend) {
        (Some(false), DbBackend::Sqlite) => Aftermath::Unknown,
        (Some(true), DbBackend::Sqlite) | (None | Some(true), DbBackend::Postgres) => {
            Aftermath::RolledBack
        }
        _ => Aftermath::Kept,
    }
}
