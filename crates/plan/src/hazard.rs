//! What a change risks on a database with rows and readers, for the person who reviews it.
//!
//! A file for each code, and a page under `docs/hazards/`.

mod adds_required_column;
mod builds_index;
mod changes_key_action;
mod changes_primary_key;
mod changes_rights;
mod changes_type;
mod deletes_data;
mod drops_constraint;
mod drops_default;
mod drops_index;
mod forbids_null;
mod forgets_statistics;
mod locks_table;
mod narrows_type;
mod rebuilds_table;
mod removes_enum_value;
mod renames_column;
mod renames_enum;
mod renames_table;
mod requires_unique;
mod rewrites_table;
mod shifts_time;
mod validates_rows;

use std::fmt;

pub(crate) use adds_required_column::leaves_rows_without_a_value;
use seadrift_schema::{Change, Dialect, ObjectName};
pub(crate) use validates_rows::looks_at_rows;

use crate::whole::Whole;

/// All hazards, in the order in which those of one change are told: what is lost, what fails, what waits, what breaks.
const KINDS: [Kind; 23] = [
    deletes_data::KIND,
    narrows_type::KIND,
    shifts_time::KIND,
    adds_required_column::KIND,
    forbids_null::KIND,
    requires_unique::KIND,
    removes_enum_value::KIND,
    validates_rows::KIND,
    rebuilds_table::KIND,
    rewrites_table::KIND,
    locks_table::KIND,
    builds_index::KIND,
    forgets_statistics::KIND,
    drops_constraint::KIND,
    drops_index::KIND,
    changes_key_action::KIND,
    changes_primary_key::KIND,
    changes_rights::KIND,
    changes_type::KIND,
    renames_table::KIND,
    renames_column::KIND,
    renames_enum::KIND,
    drops_default::KIND,
];

/// The code of the hazard that a plan in stages does not have.
pub(crate) const LOCKS_TABLE: &str = locks_table::KIND.code;

/// The codes of hazards that are about the rows that a constraint is held against.
pub(crate) const OF_ROWS: [&str; 2] = [forbids_null::KIND.code, validates_rows::KIND.code];

/// The codes of all hazards.
pub const CODES: [&str; KINDS.len()] = {
    let mut codes = [""; KINDS.len()];
    let mut at = 0;
    while at < codes.len() {
        codes[at] = KINDS[at].code;
        at += 1;
    }
    codes
};

/// A risk of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// A stable name in kebab case, one of [`CODES`].
    pub code: &'static str,
    /// What will happen, with the names of what it happens to.
    pub effect: String,
    /// What to do about it.
    pub advice: &'static str,
    /// The rows that it happens to, where they can be counted before.
    pub rows: Option<Rows>,
}

/// Rows of a table, by the names that it has before the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the variants name their parts")]
pub enum Rows {
    /// All of them.
    Of { table: ObjectName },
    /// Those that hold NULL in the column.
    WithNull { table: ObjectName, column: String },
    /// Those that hold something in the column.
    WithValue { table: ObjectName, column: String },
    /// Those that hold the same in the columns as others.
    Repeating {
        table: ObjectName,
        columns: Vec<String>,
    },
    /// Those whose columns point to no row of another table.
    Orphaned {
        table: ObjectName,
        columns: Vec<String>,
        references: ObjectName,
        referenced_columns: Vec<String>,
    },
    /// Those for which an expression is false.
    Breaking {
        table: ObjectName,
        expression: String,
    },
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(u64),
    /// So many have been counted, and no more.
    AtLeast(u64),
}

impl Hazard {
    /// Says how many rows it happens to in the database at hand.
    pub fn counted(&mut self, rows: Count) {
        self.effect += &match rows {
            Count::Exactly(0) => " (here: no row)".to_owned(),
            Count::Exactly(1) => " (here: 1 row)".to_owned(),
            Count::Exactly(rows) => format!(" (here: {rows} rows)"),
            Count::AtLeast(rows) => format!(" (here: at least {rows} rows)"),
        };
    }
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.code, self.effect)
    }
}

/// The risks of `changes`, in their order. What is made in the same plan has no rows and no readers.
pub(crate) fn of_all(changes: &[Change], dialect: Dialect) -> Vec<Hazard> {
    let apart: Vec<_> = changes.iter().flat_map(taken_apart).cloned().collect();
    let changes = apart.as_slice();
    let whole = Whole { changes, dialect };
    let mut hazards: Vec<Hazard> = vec![];
    for hazard in changes.iter().flat_map(|change| of(change, &whole)) {
        if !hazards.contains(&hazard) {
            hazards.push(hazard);
        }
    }
    hazards
}

/// The risks of one change, of which the plan is `whole`.
pub(crate) fn of(change: &Change, whole: &Whole<'_>) -> Vec<Hazard> {
    if whole.makes_table_of(change) {
        return vec![];
    }
    let risks = KINDS.iter().filter_map(|kind| {
        let risk = (kind.of)(change, whole)?;
        Some(Hazard {
            code: kind.code,
            effect: risk.effect,
            advice: risk.advice,
            rows: risk.rows,
        })
    });
    risks.collect()
}

/// A change, and those that it is made of.
fn taken_apart(change: &Change) -> Vec<&Change> {
    match change {
        Change::RebuildTable(rebuild) => std::iter::once(change).chain(&rebuild.changes).collect(),
        _ => vec![change],
    }
}

/// A kind of hazard.
#[derive(Clone, Copy)]
struct Kind {
    code: &'static str,
    /// The risk of this kind that a change has.
    of: fn(&Change, &Whole<'_>) -> Option<Risk>,
}

/// What a hazard says beside its code.
struct Risk {
    effect: String,
    advice: &'static str,
    rows: Option<Rows>,
}

impl Risk {
    fn new(effect: String, advice: &'static str) -> Option<Self> {
        Some(Self {
            effect,
            advice,
            rows: None,
        })
    }

    fn to_rows(
        effect: String,
        advice: &'static str,
        rows: impl Into<Option<Rows>>,
    ) -> Option<Self> {
        Some(Self {
            effect,
            advice,
            rows: rows.into(),
        })
    }
}

#[cfg(test)]
mod tests;
