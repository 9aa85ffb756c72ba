//! Check and exclusion constraints: the same where they say the same, whatever their names.

use seadrift_schema::{Change, Check, Constraint, Exclusion};

use crate::table::Sides;

/// Adds the constraints that only one side of a table has.
pub(crate) fn compare(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let table = &sides.actual.name;
    let mut change = |constraint, is_new| {
        let table = table.clone();
        changes.push(match is_new {
            true => Change::AddConstraint { table, constraint },
            false => Change::DropConstraint { table, constraint },
        });
    };

    let same = |one: &Check, other: &Check| {
        one.expression == other.expression && one.clauses == other.clauses
    };
    let has = |checks: &[Check], check| checks.iter().any(|other| same(check, other));
    for check in &sides.actual.checks {
        let owned = sides.locked.is_some_and(|table| has(&table.checks, check));
        if owned && !has(&sides.canonical.checks, check) {
            change(Constraint::Check(check.clone()), false);
        }
    }
    for (declared, check) in sides.declared.checks.iter().zip(&sides.canonical.checks) {
        if !has(&sides.actual.checks, check) {
            change(Constraint::Check(declared.clone()), true);
        }
    }

    let has = |exclusions: &[Exclusion], wanted: &Exclusion| {
        exclusions
            .iter()
            .any(|other| other.definition == wanted.definition)
    };
    for exclusion in &sides.actual.exclusions {
        let owned = sides
            .locked
            .is_some_and(|table| has(&table.exclusions, exclusion));
        if owned && !has(&sides.canonical.exclusions, exclusion) {
            change(Constraint::Exclusion(exclusion.clone()), false);
        }
    }
    for exclusion in &sides.canonical.exclusions {
        if !has(&sides.actual.exclusions, exclusion) {
            change(Constraint::Exclusion(exclusion.clone()), true);
        }
    }
}
