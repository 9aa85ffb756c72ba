//! Changes that cannot be made in one go, or not by themselves: taken apart, or left to another one.

use std::collections::BTreeSet;

use seadrift_schema::{Change, DefaultValue, ObjectName, Type};

/// Takes apart, where a primary key becomes another, what comes or goes as a numbered column: MySQL numbers a column of
/// a key alone, and no second one.
pub(super) fn numbering(changes: &mut Vec<Change>) {
    let rekeyed: BTreeSet<ObjectName> = changes
        .iter()
        .filter_map(|change| match change {
            Change::AlterPrimaryKey { table, .. } => Some(table.clone()),
            _ => None,
        })
        .collect();
    let mut apart = vec![];
    for mut change in changes.drain(..) {
        match &mut change {
            Change::AddColumn { table, column, .. }
                if column.auto_increment && rekeyed.contains(table) =>
            {
                let to = column.clone();
                column.auto_increment = false;
                apart.push(Change::AlterColumn {
                    table: table.clone(),
                    from: column.clone(),
                    to,
                });
            }
            Change::DropColumn { table, column, .. }
                if column.auto_increment && rekeyed.contains(table) =>
            {
                let from = column.clone();
                column.auto_increment = false;
                apart.push(Change::AlterColumn {
                    table: table.clone(),
                    from,
                    to: column.clone(),
                });
            }
            Change::AlterColumn { table, from, to }
                if from.auto_increment && !to.auto_increment && rekeyed.contains(table) =>
            {
                let mut between = from.clone();
                between.auto_increment = false;
                apart.push(Change::AlterColumn {
                    table: table.clone(),
                    from: from.clone(),
                    to: between.clone(),
                });
                *from = between;
                if from == to {
                    continue;
                }
            }
            Change::AlterColumn { table, from, to }
                if !from.auto_increment && to.auto_increment && rekeyed.contains(table) =>
            {
                let mut between = to.clone();
                between.auto_increment = false;
                let numbers = Change::AlterColumn {
                    table: table.clone(),
                    from: between.clone(),
                    to: to.clone(),
                };
                *to = between;
                if from != to {
                    apart.push(change);
                }
                apart.push(numbers);
                continue;
            }
            _ => {}
        }
        apart.push(change);
    }
    *changes = apart;
}

/// Leaves the defaults that go with a value of their enum to the change of the enum, which also brings them back on
/// the way down: an alteration of the column would do so before the value is there.
pub(super) fn leave_lost_defaults(changes: &mut Vec<Change>) {
    let mut lost = BTreeSet::new();
    for change in changes.iter() {
        let Change::AlterEnum { to, columns, .. } = change else {
            continue;
        };
        for (table, column) in columns {
            let is_lost = |text| matches!(&column.ty, Type::Enum(_)) && !to.values.contains(text);
            if matches!(&column.default, Some(DefaultValue::Text(text)) if is_lost(text)) {
                lost.insert((table.clone(), column.name.clone()));
            }
        }
    }
    changes.retain_mut(|change| match change {
        Change::AlterColumn { table, from, to }
            if lost.contains(&(table.clone(), from.name.clone())) =>
        {
            from.default = None;
            from != to
        }
        Change::DropColumn { table, column, .. } => {
            if lost.contains(&(table.clone(), column.name.clone())) {
                column.default = None;
            }
            true
        }
        Change::DropTable(table) => {
            for column in &mut table.columns {
                if lost.contains(&(table.name.clone(), column.name.clone())) {
                    column.default = None;
                }
            }
            true
        }
        _ => true,
    });
}
