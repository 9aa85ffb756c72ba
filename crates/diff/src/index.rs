//! Indexes and unique constraints: the same where they have the same columns and admit the same values.

use seadrift_schema::{Change, Column, Index, IndexOrigin};

use crate::table::{Sides, loses_column};

/// Adds the indexes that only one side of a table has.
pub(crate) fn compare(sides: &Sides<'_>, dropped: &[Column], changes: &mut Vec<Change>) {
    let table = &sides.actual.name;
    let mut matched = vec![];
    let mut missing = vec![];
    for desired in &sides.canonical.indexes {
        match sides
            .actual
            .indexes
            .iter()
            .find(|actual| same(actual, desired))
        {
            Some(actual) => matched.push(actual),
            None => missing.push(desired),
        }
    }
    for actual in &sides.actual.indexes {
        let owned = sides
            .locked
            .is_some_and(|table| table.indexes.iter().any(|index| same(index, actual)));
        let in_the_way = missing.iter().any(|desired| desired.name == actual.name);
        let goes = !matched.contains(&actual) && (owned || in_the_way);
        if goes || loses_column(&actual.columns, dropped) {
            changes.push(Change::DropIndex {
                table: table.clone(),
                index: actual.clone(),
            });
        }
    }
    for desired in missing {
        // What MySQL makes with a foreign key is only made by hand where the foreign key stands already or comes
        // by `ALTER TABLE`, which this is.
        let index = Index {
            origin: IndexOrigin::Index,
            ..desired.clone()
        };
        changes.push(Change::CreateIndex {
            table: table.clone(),
            index,
        });
    }
}

/// Whether two indexes are the same but for their names. One that is kept by its definition is like no other.
fn same(one: &Index, other: &Index) -> bool {
    one.definition.is_none()
        && other.definition.is_none()
        && one.columns == other.columns
        && one.unique == other.unique
}
