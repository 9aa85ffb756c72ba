//! The order of a plan: what something needs comes before it, and ties go by name.

mod apart;
mod renames;
mod turns;

use std::collections::BTreeSet;

use seadrift_schema::{Change, Dialect, ForeignKey, ObjectName, Table};
use turns::Turns;

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
    if dialect.is_mysql() {
        apart::numbering(&mut ordered);
    }
    let late = keys_onto_what_changes(&mut created, &ordered, dialect);
    ordered.extend(
        late.into_iter()
            .map(|(table, key)| Change::AddForeignKey { table, key }),
    );
    let early = keys_onto_what_changes(&mut dropped, &ordered, dialect);
    ordered.extend(
        early
            .into_iter()
            .map(|(table, key)| Change::DropForeignKey { table, key }),
    );
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

    apart::leave_lost_defaults(&mut ordered);
    renames::in_order(&mut ordered);
    let by_name = ordered.clone();
    let turns = Turns::new(&by_name);
    ordered.sort_by_key(|change| turns.of(change));
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

/// Cuts from `tables` the foreign keys that point to what `changes` bring or take away in tables that stand already.
fn keys_onto_what_changes(tables: &mut [Table], changes: &[Change], dialect: Dialect) -> Vec<Cut> {
    if dialect == Dialect::Sqlite {
        return vec![];
    }
    let is_onto = |key: &ForeignKey, table: &ObjectName, column: &str| {
        key.references == *table && key.referenced_columns.iter().any(|name| name == column)
    };
    let points_there = |key: &ForeignKey| {
        changes.iter().any(|change| match change {
            Change::AlterPrimaryKey { table, .. } => key.references == *table,
            Change::AddColumn { table, column, .. } | Change::DropColumn { table, column, .. } => {
                is_onto(key, table, &column.name)
            }
            Change::AlterColumn { table, from, to } | Change::ReplaceColumn { table, from, to } => {
                from.ty != to.ty && is_onto(key, table, &to.name)
            }
            Change::CreateIndex { table, index } | Change::DropIndex { table, index } => {
                key.references == *table && index.unique && index.columns == key.referenced_columns
            }
            Change::AlterEnum { columns, .. } => columns
                .iter()
                .any(|(table, column)| is_onto(key, table, &column.name)),
            _ => false,
        })
    };
    let mut cut = vec![];
    for table in tables {
        for key in table.foreign_keys.extract_if(.., |key| points_there(key)) {
            cut.push((table.name.clone(), key));
        }
    }
    cut
}

/// A foreign key cut from the table it belongs to.
type Cut = (ObjectName, ForeignKey);

/// Tables so that each comes after those it points to. Where tables point to each other in a circle, the foreign
/// keys that close it are cut off, and so are those that point to an index of their own table, which comes after it. SQLite needs no cut (and could not add them later): it looks for the other
/// table only when rows are written.
fn parents_first(mut tables: Vec<Table>, dialect: Dialect) -> (Vec<Table>, Vec<Cut>) {
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    let mut ordered: Vec<Table> = vec![];
    let mut cut = vec![];
    if dialect != Dialect::Sqlite {
        for table in &mut tables {
            let (name, primary) = (table.name.clone(), table.primary_key.clone());
            let primary = primary.map_or(vec![], |key| key.columns);
            let is_early =
                |key: &ForeignKey| key.references == name && key.referenced_columns != primary;
            for key in table.foreign_keys.extract_if(.., |key| is_early(key)) {
                cut.push((name.clone(), key));
            }
        }
    }
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
