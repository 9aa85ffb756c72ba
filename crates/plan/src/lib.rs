//! Brings changes into an order that runs, with the way back and with what a reviewer has to know.
//!
//! Pure: the same changes give the same plan.

mod cast;
mod hazard;
mod online;
mod order;
mod refusal;
mod sqlite;
mod steps;
mod values;
mod whole;

pub use cast::{Cast, cast};
pub use hazard::{CODES, Count, Hazard, Rows};
pub use online::{Stage, Work, online};
pub use order::order;
pub use refusal::Refusal;
use seadrift_schema::{Change, DefaultValue, Dialect, ObjectName, Schema, canonical, reversed};

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
    /// A table that is made anew is so at once.
    #[error("SQLite makes a table anew at once, so there is no place between the steps")]
    NoSteps,
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
    if dialect == Dialect::Sqlite {
        return Err(Error::NoSteps);
    }
    plan(steps::apart(changes), actual, dialect)
}

/// The plan that carries `changes` to `actual`, as a `dialect` server told it, out.
pub fn plan(changes: Vec<Change>, actual: &Schema, dialect: Dialect) -> Result<Plan, Error> {
    let mut up = order::order(changes, dialect);
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
        let outside_transaction = up.iter().any(cannot_be_undone) || uses_new_enum_value(&up);
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
    )
}

/// Whether a default takes a value that the same plan adds to its enum, which PostgreSQL refuses within the
/// transaction that adds it. (<https://www.postgresql.org/docs/current/sql-altertype.html>)
fn uses_new_enum_value(changes: &[Change]) -> bool {
    changes.iter().any(|change| {
        let Change::AlterEnum { from, to, .. } = change else {
            return false;
        };
        let is_new = |text: &String| to.values.contains(text) && !from.values.contains(text);
        changes.iter().any(|change| {
            let columns = match change {
                Change::CreateTable(table) => table.columns.as_slice(),
                Change::AddColumn { column, .. } | Change::AlterColumn { to: column, .. } => {
                    std::slice::from_ref(column)
                }
                _ => &[],
            };
            columns.iter().any(|column| {
                canonical::enum_of(&column.ty).is_some_and(|ty| ty.name == to.name)
                    && matches!(&column.default, Some(DefaultValue::Text(text)) if is_new(text))
            })
        })
    })
}
