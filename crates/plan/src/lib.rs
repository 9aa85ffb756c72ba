//! Brings changes into an order that runs, with the way back and with what a reviewer has to know.
//!
//! Pure: the same changes give the same plan.

mod cast;
mod committed;
mod hazard;
mod mysql;
mod online;
mod order;
mod refusal;
mod set;
mod sqlite;
mod steps;
mod values;
mod whole;

pub use cast::{Cast, cast};
pub use committed::in_turn;
pub use hazard::{CODES, Count, Hazard, Rows};
pub use online::{Stage, Work, online};
pub use order::order;
pub use refusal::Refusal;
use seadrift_schema::{Change, Dialect, ObjectName, Schema, reversed};

/// Changes in an order that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The dialect it is for.
    pub dialect: Dialect,
    /// The way forward.
    pub up: Vec<Change>,
    /// The way back: the reverse of `up`.
    pub down: Vec<Change>,
    /// What the way forward risks.
    pub hazards: Vec<Hazard>,
    /// Whether the migration must run outside a transaction.
    pub outside_transaction: bool,
}

/// Why no plan can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A table has to be made anew, and the statement that made it is not known.
    #[error("table `{0}` has to be made anew, and the statement that made it cannot be read")]
    UnknownStatement(ObjectName),
    /// PostgreSQL does not bring these columns over, or only by a guess.
    #[error(
        "PostgreSQL brings no values over:{}",
        .0.iter().map(|refusal| format!("\n  {refusal}")).collect::<String>()
    )]
    NoCast(Vec<Refusal>),
    /// Only PostgreSQL has statements for it.
    #[error("{}", no_stages(*.0))]
    NoStages(Dialect),
}

fn no_stages(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SQLite lets one write at a time, so nothing changes a table while others do"
        }
        Dialect::MySql | Dialect::MariaDb | Dialect::Postgres => {
            "MySQL and MariaDB change a table while others write wherever they can, by themselves"
        }
    }
}

/// The plan that carries `changes` out on `dialect`, and leaves a place to fill the columns that take no NULL any more:
/// new ones among them come as nullable.
pub fn plan_in_steps(
    changes: Vec<Change>,
    actual: &Schema,
    dialect: Dialect,
) -> Result<Plan, Error> {
    plan(steps::apart(changes), actual, dialect)
}

/// The plan that carries `changes` to `actual`, as a `dialect` server told it, out.
pub fn plan(mut changes: Vec<Change>, actual: &Schema, dialect: Dialect) -> Result<Plan, Error> {
    let let_go = match dialect.is_mysql() {
        true => mysql::let_go_of_checks(&mut changes, actual, dialect),
        false => vec![],
    };
    let mut up = order::order(changes, dialect);
    up.splice(..0, let_go);
    if dialect == Dialect::Postgres {
        cast::refuse_guesses(&up).map_err(Error::NoCast)?;
    }
    if dialect == Dialect::Sqlite {
        up = sqlite::within_its_means(up, actual)?;
    }
    let hazards = hazard::of_all(&up, dialect);
    Ok(Plan::new(up, hazards, dialect))
}

/// What `changes` risk, in an order in which they run: those of a migration that somebody wrote.
pub fn hazards(changes: &[Change], dialect: Dialect) -> Vec<Hazard> {
    hazard::of_all(changes, dialect)
}

impl Plan {
    /// The plan of the way back, whose own way back is the way forward.
    pub fn turned(self) -> Self {
        let hazards = hazard::of_all(&self.down, self.dialect);
        let mut turned = Self::new(self.down, hazards, self.dialect);
        turned.down = self.up;
        turned
    }

    fn new(up: Vec<Change>, hazards: Vec<Hazard>, dialect: Dialect) -> Self {
        let outside_transaction =
            up.iter().any(cannot_be_undone) || committed::uses_new_enum_value(&up);
        Self {
            dialect,
            down: reversed(&up),
            up,
            hazards,
            outside_transaction,
        }
    }
}

/// Whether the server takes no such statement within a transaction.
fn cannot_be_undone(change: &Change) -> bool {
    matches!(
        change,
        Change::RebuildTable(_)
            | Change::CreateIndexConcurrently { .. }
            | Change::DropIndexConcurrently { .. }
            | Change::AlterPrimaryKeyConcurrently { .. }
    )
}
