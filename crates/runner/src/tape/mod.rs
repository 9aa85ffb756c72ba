//! What a migration would do, without a database: it runs on a connection that writes everything down.
//!
//! A migration may look at what its statements did, or ask for rows, and go on accordingly. Then no script is the same
//! as the migration, which is found out by telling it different things.

mod compare;
mod recorder;
#[cfg(test)]
mod tests;
mod world;

use std::{fmt, sync::Arc};

use sea_orm::{
    DatabaseConnection, DatabaseConnectionType, DbBackend, DbErr, MockDatabaseConnection,
    TransactionTrait,
};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use crate::{Direction, caught, said};
use recorder::{Effect, Recorder};
pub use world::World;

/// Something that a migration told its connection to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// To run this, with the values in it. It may be several statements in one text.
    Statement(String),
    /// To begin a transaction, which may be within another.
    Begin,
    /// To commit it.
    Commit,
    /// To undo it.
    Rollback,
}

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// In order.
    pub events: Vec<Event>,
    /// What it asked for and nobody knows, as it was answered.
    pub assumed: Vec<String>,
}

/// Why a migration cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// It asks for rows, with this statement.
    Reads(String),
    /// What it does depends on what this statement does.
    Depends(String),
    /// This statement does not have the values that it has places for, or one of them cannot be written in SQL.
    Values(String),
    /// It fails by itself.
    Fails(String),
}

impl Gap {
    /// Whether what it does depends on what the database has.
    pub fn is_about_data(&self) -> bool {
        matches!(self, Gap::Reads(_) | Gap::Depends(_))
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gap::Reads(sql) => write!(f, "it reads data from the database: {}", one_line(sql)),
            Gap::Depends(sql) => {
                write!(
                    f,
                    "what it does depends on what a statement did: {}",
                    one_line(sql)
                )
            }
            Gap::Values(sql) => {
                write!(
                    f,
                    "the values of a statement cannot be written into it: {}",
                    one_line(sql)
                )
            }
            Gap::Fails(message) => write!(f, "it fails without a database: {}", one_line(message)),
        }
    }
}

/// `text` in one line that is not too long.
pub(crate) fn one_line(text: &str) -> String {
    const ENOUGH: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

impl fmt::Display for world::Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use world::Question;
        match self {
            Question::Table(table) => write!(f, "there is no table `{table}`"),
            Question::Column(table, column) => {
                write!(f, "table `{table}` has no column `{column}`")
            }
            Question::Index(table, index) => write!(f, "table `{table}` has no index `{index}`"),
        }
    }
}

/// Whether sea-orm-migration runs `migration` in a transaction.
pub fn has_transaction(migration: &dyn MigrationTrait, backend: DbBackend) -> bool {
    migration
        .use_transaction()
        .unwrap_or(backend == DbBackend::Postgres)
}

/// Runs `migration` without a database, on one that would have what `world` has, which is then as after it.
///
/// A migration that writes rows is run several times.
pub async fn record(
    migration: &dyn MigrationTrait,
    direction: Direction,
    backend: DbBackend,
    world: &mut World,
) -> Result<Recording, Gap> {
    let run = async |effect| run(migration, direction, backend, world.clone(), effect).await;
    let usual = run(Effect { rows: 1, id: 1 }).await;
    let (recording, after) = usual.result?;
    if compare::writes_rows(backend, &recording.events) {
        // What differs although it was told the same, such as a time, does not depend on it.
        let again = run(Effect { rows: 1, id: 1 }).await;
        for effect in [Effect { rows: 2, id: 2 }, Effect { rows: 0, id: 1 }] {
            let other = run(effect).await;
            // Where nothing is written at all, it may as well stop.
            let may_stop = effect.rows == 0 && other.result.is_err();
            let events = (&*recording.events, &*again.events, &*other.events);
            if let Some(statement) = compare::difference(backend, events, may_stop) {
                return Err(Gap::Depends(statement));
            }
        }
    }
    *world = after;
    Ok(recording)
}

/// What a migration sends, as far as it goes, and what it stops at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glimpse {
    /// Its statements, in order.
    pub statements: Vec<String>,
    /// Why they may not be all.
    pub gap: Option<Gap>,
}

/// Runs `migration` once without a database, on one that would have what `world` has, which is then as after it. Unlike with
/// [`record`], what the migration does may depend on what a database has.
pub async fn glimpse(
    migration: &dyn MigrationTrait,
    direction: Direction,
    backend: DbBackend,
    world: &mut World,
) -> Glimpse {
    let usual = Effect { rows: 1, id: 1 };
    let run = run(migration, direction, backend, world.clone(), usual).await;
    let statements = run.events.into_iter().filter_map(|event| match event {
        Event::Statement(sql) => Some(sql),
        Event::Begin | Event::Commit | Event::Rollback => None,
    });
    *world = run.world;
    Glimpse {
        statements: statements.collect(),
        gap: run.result.err(),
    }
}

struct Run {
    events: Vec<Event>,
    /// What there is where it ends.
    world: World,
    result: Result<(Recording, World), Gap>,
}

async fn run(
    migration: &dyn MigrationTrait,
    direction: Direction,
    backend: DbBackend,
    world: World,
    effect: Effect,
) -> Run {
    let recorder = Recorder::new(backend, world, effect);
    let connection = MockDatabaseConnection::new(recorder.clone());
    let connection = DatabaseConnectionType::MockDatabaseConnection(Arc::new(connection));
    let db: DatabaseConnection = connection.into();
    // It may unwrap what a database would have said.
    let outcome = caught(through(migration, direction, backend, &db)).await;
    let state = recorder.state();
    let gap = match (&state.gap, outcome) {
        // It may have gone on in spite of it.
        (Some(gap), _) => Some(gap.clone()),
        (None, Err(_)) => Some(Gap::Fails("it panics".to_owned())),
        (None, Ok(Err(error))) => Some(Gap::Fails(said(&error))),
        (None, Ok(Ok(()))) => None,
    };
    let (events, world) = (state.events.clone(), state.world.clone());
    let recording = Recording {
        events: events.clone(),
        assumed: state.assumed.clone(),
    };
    let result = match gap {
        Some(gap) => Err(gap),
        None => Ok((recording, state.world.clone())),
    };
    Run {
        events,
        world,
        result,
    }
}

/// Runs `migration` as sea-orm-migration would, without the version table.
async fn through(
    migration: &dyn MigrationTrait,
    direction: Direction,
    backend: DbBackend,
    db: &DatabaseConnection,
) -> Result<(), DbErr> {
    let step = async |manager: &SchemaManager<'_>| match direction {
        Direction::Up => migration.up(manager).await,
        Direction::Down => migration.down(manager).await,
    };
    if !has_transaction(migration, backend) {
        return step(&SchemaManager::new(db)).await;
    }
    let transaction = db.begin().await?;
    step(&SchemaManager::new(&transaction)).await?;
    transaction.commit().await
}
