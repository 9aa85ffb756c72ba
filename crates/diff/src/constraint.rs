//! Check and exclusion constraints: the same where they say the same, whatever their names.

use seadrift_schema::{Change, Check, Column, Constraint, Exclusion, ObjectName};

use crate::{
    Context, column, spelling,
    table::{Gone, Sides},
};

/// Adds the constraints that only one side of a table has, and those that go, and may come back, with the columns that
/// go.
pub(crate) fn compare(
    sides: &Sides<'_>,
    gone: &Gone,
    context: &Context<'_>,
    changes: &mut Vec<Change>,
) {
    // Between two databases, a name is part of what is said.
    let is_whole = context.strict.whole;
    let table = &sides.actual.name;
    let mut change = |constraint, is_new| {
        let table = table.clone();
        changes.push(match is_new {
            true => Change::AddConstraint { table, constraint },
            false => Change::DropConstraint { table, constraint },
        });
    };

    let same = |one: &Check, other: &Check| {
        spelling::same(&one.expression, &other.expression, context.dialect)
            && one.clauses == other.clauses
            && (!is_whole || one.name == other.name)
    };
    let has = |checks: &[Check], check| checks.iter().any(|other| same(check, other));
    let (mut of_columns, mut stated) = (vec![], vec![]);
    for check in &sides.actual.checks {
        let owned = sides.locked.is_some_and(|table| has(&table.checks, check));
        let goes = owned && !has(&sides.canonical.checks, check);
        if check.of_column {
            let column = check.name.as_slice();
            if goes || (gone.touches(&check.columns) && !gone.touches(column)) {
                of_columns.push(check);
            }
        } else if goes || gone.touches(&check.columns) {
            change(Constraint::Check(check.clone()), false);
            if !goes && !gone.ends(&check.columns) {
                change(Constraint::Check(check.clone()), true);
            }
        }
    }
    for (declared, check) in sides.declared.checks.iter().zip(&sides.canonical.checks) {
        if has(&sides.actual.checks, check) {
            continue;
        }
        match check.of_column {
            true => stated.push(check),
            false => change(Constraint::Check(declared.clone()), true),
        }
    }

    let has = |exclusions: &[Exclusion], wanted: &Exclusion| {
        exclusions.iter().any(|other| {
            other.definition == wanted.definition && (!is_whole || other.name == wanted.name)
        })
    };
    for exclusion in &sides.actual.exclusions {
        let owned = sides
            .locked
            .is_some_and(|table| has(&table.exclusions, exclusion));
        let goes = owned && !has(&sides.canonical.exclusions, exclusion);
        if goes || gone.touches(&exclusion.columns) {
            change(Constraint::Exclusion(exclusion.clone()), false);
            if !goes && !gone.ends(&exclusion.columns) {
                change(Constraint::Exclusion(exclusion.clone()), true);
            }
        }
    }
    for exclusion in &sides.canonical.exclusions {
        if !has(&sides.actual.exclusions, exclusion) {
            change(Constraint::Exclusion(exclusion.clone()), true);
        }
    }
    for check in of_columns {
        leave_out(check, sides, changes);
    }
    for check in stated {
        state(check, sides, changes);
    }
}

/// Makes a check that is part of a column's definition: it comes when that is stated anew with it.
fn state(check: &Check, sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let name = check.name.as_deref().unwrap_or_default();
    let Some(declared) = sides.declared.column(name) else {
        return;
    };
    let extra = column::with_check(declared, sides.declared).extra;
    let table = &sides.actual.name;
    let is_it = |of: &ObjectName, column: &Column| of == table && column.name == name;
    let stated = changes.iter_mut().find_map(|change| match change {
        Change::AddColumn {
            table, column: to, ..
        }
        | Change::AlterColumn { table, to, .. }
        | Change::ReplaceColumn { table, to, .. }
            if is_it(table, to) =>
        {
            Some(to)
        }
        _ => None,
    });
    if let Some(to) = stated {
        to.extra = extra;
    } else if let Some(column) = sides.actual.column(name) {
        let mut to = column.clone();
        to.extra = extra;
        changes.push(Change::AlterColumn {
            table: table.clone(),
            from: column::with_check(column, sides.actual),
            to,
        });
    }
}

/// Takes away a check that is part of a column's definition: it goes when that is stated anew without it.
fn leave_out(check: &Check, sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let name = check.name.as_deref().unwrap_or_default();
    let restated = changes.iter_mut().find_map(|change| match change {
        Change::AlterColumn { table, from, to }
            if *table == sides.actual.name && from.name == name =>
        {
            Some(to)
        }
        _ => None,
    });
    if let Some(to) = restated {
        to.extra = None;
    } else if let Some(column) = sides.actual.column(name) {
        changes.push(Change::AlterColumn {
            table: sides.actual.name.clone(),
            from: column::with_check(column, sides.actual),
            to: column.clone(),
        });
    }
}
