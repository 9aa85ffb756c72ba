//! A table and the one that takes its place.

use seadrift_schema::{Change, ForeignKey, Index, IndexOrigin, Table};

use super::rows::Filled;

/// What differs between a table and the one that was filled from it and takes its place, as far as rows and their readers are
/// concerned. Of one that nothing is known of, nothing can be said to be gone. A column that is only in the one, and fills one that is
/// only in the other, is that one under another name.
pub(super) fn between(from: &Table, to: &Table, filled: &Filled) -> Vec<Change> {
    let table = || to.name.clone();
    let mut changes = vec![];
    if from.columns.is_empty() || to.columns.is_empty() {
        return changes;
    }
    let mut from = from.clone();
    for (new, old) in &filled.columns {
        let is_renamed = to.column(old).is_none()
            && from.column(old).is_some()
            && to.column(new).is_some()
            && from.column(new).is_none();
        if is_renamed {
            rename(&mut from, old, new);
            changes.push(Change::RenameColumn {
                table: table(),
                from: old.clone(),
                to: new.clone(),
            });
        }
    }
    let from = &from;
    for before in &from.columns {
        match to.column(&before.name) {
            None => changes.push(Change::DropColumn {
                table: table(),
                column: before.clone(),
                references: None,
            }),
            Some(after) if after != before => changes.push(Change::AlterColumn {
                table: table(),
                from: before.clone(),
                to: after.clone(),
            }),
            Some(_) => {}
        }
    }
    let new = to
        .columns
        .iter()
        .filter(|column| from.column(&column.name).is_none());
    changes.extend(new.map(|column| Change::AddColumn {
        table: table(),
        column: column.clone(),
        references: None,
    }));
    let key = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.clone());
    if key(from) != key(to) {
        changes.push(Change::AlterPrimaryKey {
            table: table(),
            from: from.primary_key.clone(),
            to: to.primary_key.clone(),
        });
    }
    // What has the same columns is the same, whatever it is called.
    let unique = |index: &&Index| index.origin == IndexOrigin::Constraint;
    let has_index = |table: &Table, index: &Index| {
        let mut all = table.indexes.iter();
        all.any(|one| one.unique == index.unique && one.columns == index.columns)
    };
    let gone = from
        .indexes
        .iter()
        .filter(unique)
        .filter(|index| !has_index(to, index));
    changes.extend(gone.map(|index| Change::DropIndex {
        table: table(),
        index: index.clone(),
    }));
    let new = to
        .indexes
        .iter()
        .filter(unique)
        .filter(|index| !has_index(from, index));
    changes.extend(new.map(|index| Change::CreateIndex {
        table: table(),
        index: index.clone(),
    }));
    let same = |one: &ForeignKey, other: &ForeignKey| {
        one.columns == other.columns
            && one.references == other.references
            && (one.on_delete, one.on_update) == (other.on_delete, other.on_update)
    };
    let has_key =
        |table: &Table, key: &ForeignKey| table.foreign_keys.iter().any(|one| same(one, key));
    let gone = from.foreign_keys.iter().filter(|key| !has_key(to, key));
    changes.extend(gone.map(|key| Change::DropForeignKey {
        table: table(),
        key: key.clone(),
    }));
    let new = to.foreign_keys.iter().filter(|key| !has_key(from, key));
    changes.extend(new.map(|key| Change::AddForeignKey {
        table: table(),
        key: key.clone(),
    }));
    changes
}

/// Gives a column another name, and what stands on it with it.
pub(super) fn rename(table: &mut Table, from: &str, to: &str) {
    for column in &mut table.columns {
        if column.name == from {
            to.clone_into(&mut column.name);
        }
    }
    let indexes = table
        .indexes
        .iter_mut()
        .flat_map(|index| &mut index.columns);
    let keys = table.foreign_keys.iter_mut();
    let keys = keys.flat_map(|key| &mut key.columns);
    let primary = table
        .primary_key
        .iter_mut()
        .flat_map(|key| &mut key.columns);
    for name in indexes.chain(keys).chain(primary) {
        if name == from {
            to.clone_into(name);
        }
    }
}
