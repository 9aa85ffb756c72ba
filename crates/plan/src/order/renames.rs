//! Renames in an order in which no name is taken: `a` to `b` after `b` to `c`, and two that change places by way of a
//! third name.

use std::collections::BTreeMap;

use seadrift_schema::{Change, Column, ObjectName, rename_value};

/// Puts the renames among `changes` in front of all others, in an order that runs: tables and types before what
/// belongs to them.
pub(super) fn in_order(changes: &mut Vec<Change>) {
    let (renames, others): (Vec<_>, Vec<_>) = changes
        .drain(..)
        .partition(|change| names(change).is_some());
    let mut by_place: BTreeMap<Place, Vec<Change>> = BTreeMap::new();
    for rename in renames {
        if let Some((place, ..)) = names(&rename) {
            by_place.entry(place).or_default().push(rename);
        }
    }
    for (_, waiting) in by_place {
        changes.extend(untangled(waiting));
    }
    thread_values(changes);
    changes.extend(others);
}

/// Within what a name is unique: the kind of thing, in the order in which kinds have their turn, and what it belongs to.
type Place = (u8, String);

/// Where a rename takes place, and its two names.
fn names(change: &Change) -> Option<(Place, String, String)> {
    let whole = |turn, from: &ObjectName, to: &ObjectName| {
        let place = (turn, from.schema.clone().unwrap_or_default());
        Some((place, from.name.clone(), to.name.clone()))
    };
    let part = |turn, of: &ObjectName, from: &String, to: &String| {
        Some(((turn, of.to_string()), from.clone(), to.clone()))
    };
    match change {
        Change::RenameTable { from, to } => whole(0, from, to),
        Change::RenameEnum { from, to } => whole(1, from, to),
        Change::RenameColumn { table, from, to } => part(2, table, from, to),
        Change::RenameIndex { table, from, to } => part(3, table, from, to),
        Change::RenameForeignKey { table, from, to } => part(4, table, from, to),
        Change::RenameEnumValue { ty, from, to, .. } => part(5, ty, from, to),
        Change::CreateObject(_)
        | Change::DropObject(_)
        | Change::Grant { .. }
        | Change::Revoke { .. }
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::AlterEnum { .. }
        | Change::CreateTable(_)
        | Change::DropTable(_)
        | Change::AlterTableComment { .. }
        | Change::AlterTableOptions { .. }
        | Change::AlterSequence { .. }
        | Change::AddColumn { .. }
        | Change::DropColumn { .. }
        | Change::AlterColumn { .. }
        | Change::ReplaceColumn { .. }
        | Change::AlterPrimaryKey { .. }
        | Change::AlterPrimaryKeyConcurrently { .. }
        | Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::CreateIndex { .. }
        | Change::DropIndex { .. }
        | Change::AddForeignKey { .. }
        | Change::DropForeignKey { .. }
        | Change::CreateIndexConcurrently { .. }
        | Change::DropIndexConcurrently { .. }
        | Change::ValidateConstraint { .. }
        | Change::FillColumn { .. }
        | Change::RebuildTable(_) => None,
    }
}

/// The same rename between other names.
fn between(change: &Change, old: String, new: String) -> Change {
    let mut change = change.clone();
    match &mut change {
        Change::RenameTable { from, to } | Change::RenameEnum { from, to } => {
            (from.name, to.name) = (old, new);
        }
        Change::RenameColumn { from, to, .. }
        | Change::RenameIndex { from, to, .. }
        | Change::RenameForeignKey { from, to, .. }
        | Change::RenameEnumValue { from, to, .. } => (*from, *to) = (old, new),
        _ => {}
    }
    change
}

/// Renames of one place, each after the one that frees its new name. A circle is broken by a name in between.
fn untangled(waiting: Vec<Change>) -> Vec<Change> {
    let mut waiting: Vec<_> = waiting
        .into_iter()
        .filter_map(|change| names(&change).map(|(_, from, to)| (from, to, change)))
        .collect();
    waiting.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    let mut ordered = vec![];
    while !waiting.is_empty() {
        let free = waiting
            .iter()
            .position(|(_, to, _)| waiting.iter().all(|(from, ..)| from != to));
        match free {
            Some(free) => ordered.push(waiting.remove(free).2),
            None => {
                let (from, _, change) = &mut waiting[0];
                let aside = format!("{from}_seadrift")
                    .chars()
                    .take(63)
                    .collect::<String>();
                ordered.push(between(change, from.clone(), aside.clone()));
                if let Some((_, _, to)) = names(change) {
                    *change = between(change, aside.clone(), to);
                }
                *from = aside;
            }
        }
    }
    ordered
}

/// Gives each rename of an enum's value the columns as those before it leave them.
fn thread_values(changes: &mut [Change]) {
    let mut known: BTreeMap<(ObjectName, String), Column> = BTreeMap::new();
    for change in changes {
        let Change::RenameEnumValue {
            from, to, columns, ..
        } = change
        else {
            continue;
        };
        for (table, column) in columns {
            let place = (table.clone(), column.name.clone());
            if let Some(left) = known.get(&place) {
                column.clone_from(left);
            }
            let mut after = column.clone();
            rename_value(&mut after, from, to);
            known.insert(place, after);
        }
    }
}
