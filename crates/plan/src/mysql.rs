//! What MySQL and MariaDB want of a plan beside its order.

use seadrift_schema::{
    Change, Check, Constraint, Dialect, ObjectName, Schema,
    kept::{self, Names},
};

/// Takes from `changes` to `actual` what lets go of the checks that name a column which is renamed, and returns it: it comes
/// before all else. The server renames no such column, unless the check is part of its definition, and what a check says
/// is made anew in the new names. (<https://dev.mysql.com/doc/refman/8.4/en/alter-table.html>)
pub(crate) fn let_go_of_checks(
    changes: &mut Vec<Change>,
    actual: &Schema,
    dialect: Dialect,
) -> Vec<Change> {
    let mut let_go = vec![];
    let mut made_anew = vec![];
    for table in actual.tables.values() {
        let name = new_name(&table.name, changes);
        let names: Vec<_> = changes
            .iter()
            .filter_map(|change| match change {
                Change::RenameColumn { table, from, to } if *table == name => {
                    Some((from.clone(), to.clone()))
                }
                _ => None,
            })
            .collect();
        let names: Names<'_> = names
            .iter()
            .map(|(from, to)| (from.as_str(), to.as_str()))
            .collect();
        let is_named = |column: &String| names.contains_key(column.as_str());
        for check in &table.checks {
            if check.of_column || !check.columns.iter().any(is_named) {
                continue;
            }
            let constraint = Constraint::Check(check.clone());
            let_go.push(Change::DropConstraint {
                table: table.name.clone(),
                constraint,
            });
            let is_its_drop = |change: &Change| is_drop_of(change, &name, check);
            match changes.iter().position(is_its_drop) {
                Some(at) => {
                    changes.remove(at);
                }
                None => made_anew.push(Change::AddConstraint {
                    table: name.clone(),
                    constraint: Constraint::Check(in_new_names(check, &names, dialect)),
                }),
            }
        }
    }
    changes.extend(made_anew);
    let_go
}

fn new_name(table: &ObjectName, changes: &[Change]) -> ObjectName {
    let renamed = changes.iter().find_map(|change| match change {
        Change::RenameTable { from, to } if from == table => Some(to),
        _ => None,
    });
    renamed.unwrap_or(table).clone()
}

fn is_drop_of(change: &Change, of: &ObjectName, check: &Check) -> bool {
    match change {
        Change::DropConstraint {
            table,
            constraint: Constraint::Check(dropped),
        } => table == of && dropped.name == check.name && !dropped.of_column,
        _ => false,
    }
}

fn in_new_names(check: &Check, names: &Names<'_>, dialect: Dialect) -> Check {
    let mut check = check.clone();
    check.expression = kept::renamed(&check.expression, names, dialect);
    for column in &mut check.columns {
        if let Some(name) = names.get(column.as_str()) {
            (*name).clone_into(column);
        }
    }
    check
}
