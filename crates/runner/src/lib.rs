//! Runs a project's migrations and tells where a database stands.
//!
//! Everything goes through sea-orm-migration and its own table, so that its command line works on the same database
//! at any point.

mod error;
mod said;
mod scratch;
mod status;
mod target;

pub use error::Error;
pub use said::said;
pub use scratch::{Scratch, ScratchError, ScratchSchema};
use sea_orm::DatabaseConnection;
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
            let rolls_back = db.get_database_backend() == sea_orm::DbBackend::Postgres;
            return Err(Error::Step {
                revision,
                direction,
                done,
                rolls_back,
                source: Box::new(source),
            });
        }
        done.push(revision);
    }
    Ok(done)
}
