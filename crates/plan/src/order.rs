//! The order of a plan: what something needs comes before it, and ties go by name.

use std::collections::BTreeSet;

use seadrift_schema::{Change, Dialect, ForeignKey, Object, ObjectName, Table};

/// `changes` in an order that runs.
pub fn order(changes: Vec<Change>, dialect: Dialect) -> Vec<Change> {
    let mut created = vec![];
    let mut dropped = vec![];
    let mut ordered = vec![];
    for change in changes {
        match change {
            Change::CreateTable(table) => created.push(table),
            Change::DropTable(table) => dropped.push(table),
            other => ordered.push(other),
        }
    }
    let (created, cut) = parents_first(created, dialect);
    ordered.extend(created.into_iter().map(Change::CreateTable));
    ordered.extend(
        cut.into_iter()
            .map(|(table, key)| Change::AddForeignKey { table, key }),
    );
    let (dropped, cut) = parents_first(dropped, dialect);
    ordered.extend(
        cut.into_iter()
            .map(|(table, key)| Change::DropForeignKey { table, key }),
    );
    ordered.extend(dropped.into_iter().rev().map(Change::DropTable));

    let served_later = indexes_that_take_over(&ordered);
    ordered.sort_by_key(|change| phase(change, &served_later));
    // The last first, so that the way back adds them in their order.
    for columns in ordered.chunk_by_mut(|one, next| dropped_from(one) == dropped_from(next)) {
        if columns.iter().all(|change| dropped_from(change).is_some()) {
            columns.reverse();
        }
    }
    ordered
}

/// The table that a change drops a column from.
fn dropped_from(change: &Change) -> Option<&ObjectName> {
    match change {
        Change::DropColumn { table, .. } => Some(table),
        _ => None,
    }
}

/// When a change has its turn. Everything after a rename speaks of the new name.
fn phase(change: &Change, served_later: &BTreeSet<ObjectName>) -> u8 {
    match change {
        Change::CreateObject(Object::Schema(_)) => 0,
        Change::CreateObject(Object::Extension(_)) => 1,
        Change::RenameColumn { .. } => 2,
        Change::DropForeignKey { .. } => 3,
        Change::DropConstraint { .. } => 4,
        Change::CreateObject(Object::Domain { .. } | Object::Sequence { .. }) => 6,
        Change::CreateEnum(_) => 7,
        Change::AlterEnum { .. } => 8,
        // MySQL keeps an index for every foreign key: what takes over must be there first.
        Change::DropIndex { table, .. } if served_later.contains(table) => 17,
        Change::DropIndex { .. } => 9,
        Change::CreateTable(_) => 10,
        Change::AddColumn { .. } => 11,
        Change::ReplaceColumn { .. } => 12,
        Change::AlterPrimaryKey { .. } => 13,
        Change::AlterColumn { .. } => 14,
        Change::AlterTableComment { .. } => 15,
        Change::CreateIndex { .. } => 16,
        Change::AddConstraint { .. } => 18,
        Change::AddForeignKey { .. } => 19,
        Change::DropColumn { .. } => 20,
        Change::DropTable(_) => 21,
        Change::DropEnum(_) => 22,
        Change::DropObject(Object::Domain { .. } | Object::Sequence { .. }) => 23,
        Change::DropObject(Object::Extension(_)) => 24,
        Change::DropObject(Object::Schema(_)) => 25,
    }
}

/// The tables on which a new index takes over a foreign key from one that goes.
fn indexes_that_take_over(changes: &[Change]) -> BTreeSet<ObjectName> {
    let created = changes.iter().filter_map(|change| match change {
        Change::CreateIndex { table, index } => Some((table, index)),
        _ => None,
    });
    created
        .filter(|(table, new)| {
            changes.iter().any(|change| match change {
                Change::DropIndex {
                    table: other,
                    index: old,
                } => {
                    other == *table
                        && old.name != new.name
                        && old
                            .columns
                            .first()
                            .is_some_and(|column| new.columns.first() == Some(column))
                }
                _ => false,
            })
        })
        .map(|(table, _)| table.clone())
        .collect()
}

/// A foreign key cut from the table it belongs to.
type Cut = (ObjectName, ForeignKey);

/// Tables so that each comes after those it points to. Where tables point to each other in a circle, the foreign
/// keys that close it are cut off. SQLite needs no cut (and could not add them later): it looks for the other
/// table only when rows are written.
fn parents_first(mut tables: Vec<Table>, dialect: Dialect) -> (Vec<Table>, Vec<Cut>) {
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    let mut ordered: Vec<Table> = vec![];
    let mut cut = vec![];
    while !tables.is_empty() {
        let next = match tables
            .iter()
            .position(|table| parents(table, &tables).is_empty())
        {
            Some(free) => free,
            None => {
                // The smallest cut, and the first name among equals.
                let circle = (0..tables.len()).filter(|&at| is_in_circle(&tables[at], &tables));
                circle
                    .min_by_key(|&at| parents(&tables[at], &tables).len())
                    .unwrap_or(0)
            }
        };
        let mut table = tables.remove(next);
        if dialect != Dialect::Sqlite {
            let waiting =
                |key: &ForeignKey| tables.iter().any(|other| other.name == key.references);
            for key in table.foreign_keys.extract_if(.., |key| waiting(key)) {
                cut.push((table.name.clone(), key));
            }
        }
        ordered.push(table);
    }
    (ordered, cut)
}

/// The tables among `tables` that `table` points to, itself aside.
fn parents<'a>(table: &Table, tables: &'a [Table]) -> Vec<&'a Table> {
    let points_to = |other: &&Table| {
        other.name != table.name
            && table
                .foreign_keys
                .iter()
                .any(|key| key.references == other.name)
    };
    tables.iter().filter(points_to).collect()
}

/// Whether a way along foreign keys leads from `table` back to it.
fn is_in_circle(table: &Table, tables: &[Table]) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = parents(table, tables);
    while let Some(other) = waiting.pop() {
        if seen.insert(&other.name) {
            waiting.extend(parents(other, tables));
            if other
                .foreign_keys
                .iter()
                .any(|key| key.references == table.name)
            {
                return true;
            }
        }
    }
    false
}
