//! A plan that keeps nobody waiting for long, in stages of which each is a revision (PostgreSQL): indexes are built while
//! others write, and rows are held against a constraint after it stands.
//! (<https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>,
//! <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>)

mod indexes;
mod split;

use std::fmt;

use seadrift_schema::{Change, Dialect, Schema};
use split::{Split, Splitter};

use crate::{Error, Hazard, Plan, committed, hazard, whole::Whole};

/// A part of a plan that is a revision of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What it does.
    pub work: Work,
    /// How.
    pub plan: Plan,
}

impl Stage {
    /// All of `plan` at once.
    pub fn whole(plan: Plan) -> Self {
        Self {
            work: Work::Alter,
            plan,
        }
    }

    /// A stage in which there is nothing to do on `dialect`, while others have theirs.
    pub fn idle(work: Work, dialect: Dialect) -> Self {
        let plan = Plan {
            dialect,
            up: vec![],
            down: vec![],
            hazards: vec![],
            outside_transaction: false,
        };
        Self { work, plan }
    }
}

/// What a stage does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Values of enums, which nothing takes for a default before they are committed.
    Enum,
    /// All that is done at once. Constraints are added without a look at the rows that are there.
    Alter,
    /// Indexes, outside a transaction.
    Index,
    /// Columns that a person fills.
    Fill,
    /// The rows that are there held against the new constraints.
    Validate,
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Work::Enum => "enum",
            Work::Alter => "alter",
            Work::Index => "index",
            Work::Fill => "fill",
            Work::Validate => "validate",
        })
    }
}

/// The stages of `plan`, which is one for `actual`. What there is no such way for is done as `plan` does it.
pub fn online(plan: &Plan, actual: &Schema) -> Result<Vec<Stage>, Error> {
    if plan.dialect != Dialect::Postgres {
        return Err(Error::NoStages(plan.dialect));
    }
    let whole = Whole {
        changes: &plan.up,
        dialect: plan.dialect,
    };
    let mut splitter = Splitter::new(&whole, actual);
    let mut parts = Parts::default();
    for change in &plan.up {
        let mut hazards = hazard::of(change, &whole);
        let split = splitter.split(change);
        if let Split::Index(concurrent) = &split {
            hazards.extend(hazard::of(concurrent, &whole));
        }
        let waits = splitter.waits_for_index(change);
        parts.add(change, split, waits, hazards);
    }
    Ok(parts.stages(plan.dialect))
}

/// The stages as far as they are known.
#[derive(Default)]
struct Parts {
    first: Part,
    indexes: Part,
    /// Foreign keys onto a new index.
    keys: Part,
    fills: Part,
    validation: Part,
    /// What follows when all is validated: nobody reads the table from then until the transaction ends.
    settled: Vec<Change>,
}

#[derive(Default)]
struct Part {
    changes: Vec<Change>,
    hazards: Vec<Hazard>,
}

impl Part {
    fn add(&mut self, changes: impl IntoIterator<Item = Change>, hazards: Vec<Hazard>) {
        self.changes.extend(changes);
        for hazard in hazards {
            if !self.hazards.contains(&hazard) {
                self.hazards.push(hazard);
            }
        }
    }
}

impl Parts {
    /// Adds `change` as it is `split`, each hazard to the stage in which it is one.
    fn add(&mut self, change: &Change, split: Split, waits: bool, mut hazards: Vec<Hazard>) {
        if !matches!(split, Split::Not) {
            hazards.retain(|hazard| hazard.code != hazard::LOCKS_TABLE);
        }
        let first = match waits {
            true => &mut self.keys,
            false => &mut self.first,
        };
        match split {
            Split::Not => first.add([change.clone()], hazards),
            Split::Index(change) => self.indexes.add([change], hazards),
            Split::Fill => self.fills.add([change.clone()], hazards),
            Split::Constraint {
                add,
                validate,
                settle,
            } => {
                let is_of_rows = |hazard: &mut Hazard| hazard::OF_ROWS.contains(&hazard.code);
                let of_rows = hazards.extract_if(.., is_of_rows).collect();
                first.add(add, hazards);
                self.validation.add([validate], of_rows);
                self.settled.extend(settle);
            }
        }
    }

    fn stages(mut self, dialect: Dialect) -> Vec<Stage> {
        self.validation.changes.extend(self.settled);
        let parts = [
            (Work::Alter, self.first),
            (Work::Index, self.indexes),
            (Work::Alter, self.keys),
            (Work::Fill, self.fills),
            (Work::Validate, self.validation),
        ];
        let needed = parts.into_iter();
        let needed = needed.filter(|(_, part)| !part.changes.is_empty());
        let stage = |(work, part): (Work, Part)| Stage {
            work,
            plan: Plan::new(part.changes, part.hazards, dialect),
        };
        needed.map(stage).flat_map(committed::cut).collect()
    }
}

#[cfg(test)]
mod tests;
