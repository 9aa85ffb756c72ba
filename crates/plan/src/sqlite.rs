//! What a plan is on SQLite, which changes some things in place, and for others wants the table made anew.
//! (<https://sqlite.org/lang_altertable.html>)

mod between;
mod edit;
mod in_place;
mod names;
mod statement;

use std::collections::BTreeSet;

use edit::Draft;
use names::Renames;
use seadrift_schema::{Change, ForeignKey, ObjectName, Rebuild, Schema, Table, Type};

use crate::Error;

/// `changes` to `actual` in a form that SQLite can run both ways.
pub(crate) fn within_its_means(
    changes: Vec<Change>,
    actual: &Schema,
) -> Result<Vec<Change>, Error> {
    let mut changes = with_references_in_columns(changes);
    for change in &mut changes {
        if let Change::CreateTable(table) = change {
            number_by_integer(table);
        }
    }
    with_rebuilds(changes, actual)
}

/// Gives the column that the server numbers rows by the one name of a type that SQLite does that for.
/// (<https://sqlite.org/autoinc.html>)
fn number_by_integer(table: &mut Table) {
    for column in table
        .columns
        .iter_mut()
        .filter(|column| column.auto_increment)
    {
        if matches!(
            column.ty,
            Type::TinyInteger | Type::SmallInteger | Type::TinyUnsigned | Type::SmallUnsigned
        ) {
            column.ty = Type::Integer;
        }
    }
}

/// Foreign keys of one new column each, moved into that column's definition.
fn with_references_in_columns(mut changes: Vec<Change>) -> Vec<Change> {
    let keys: Vec<(ObjectName, ForeignKey)> = changes
        .iter()
        .filter_map(|change| match change {
            Change::AddForeignKey { table, key } if key.columns.len() == 1 => {
                Some((table.clone(), key.clone()))
            }
            _ => None,
        })
        .collect();
    for (of, key) in keys {
        let column = changes.iter_mut().find_map(|change| match change {
            Change::AddColumn {
                table,
                column,
                references: references @ None,
            } if *table == of && key.columns == [column.name.as_str()] => Some(references),
            _ => None,
        });
        if let Some(references) = column {
            *references = Some(key.clone());
            changes.retain(|change| {
                *change
                    != Change::AddForeignKey {
                        table: of.clone(),
                        key: key.clone(),
                    }
            });
        }
    }
    changes
}

/// All changes of a table of which one cannot be made in place, either way, as one that makes it anew. These come first but
/// for the columns that are to be filled before, then columns are renamed, then comes the rest.
fn with_rebuilds(changes: Vec<Change>, actual: &Schema) -> Result<Vec<Change>, Error> {
    let tables: BTreeSet<ObjectName> = changes
        .iter()
        .filter(|change| !in_place::both_ways(change))
        .filter_map(table_of)
        .cloned()
        .collect();
    if tables.is_empty() {
        return Ok(changes);
    }
    let is_rename = |change: &Change| {
        matches!(
            change,
            Change::RenameTable { .. } | Change::RenameColumn { .. }
        )
    };
    let (renamed, mut others): (Vec<_>, Vec<_>) = changes.into_iter().partition(is_rename);
    let renames = Renames(&renamed);
    let (mut all, between) = between::first(&mut others, &renames, actual)?;
    let actual = between.as_ref().unwrap_or(actual);
    for name in tables {
        let is_own = |change: &mut Change| table_of(change) == Some(&name);
        let own: Vec<_> = others.extract_if(.., is_own).collect();
        let rebuild = rebuild(&name, own, &renames, actual)?;
        all.push(Change::RebuildTable(Box::new(rebuild)));
    }
    all.extend(renamed);
    all.extend(others);
    Ok(all)
}

/// What makes the table anew that is called `name` at the end.
fn rebuild(
    name: &ObjectName,
    changes: Vec<Change>,
    renames: &Renames<'_>,
    actual: &Schema,
) -> Result<Rebuild, Error> {
    let mut name = name.clone();
    renames.undo_table(&mut name);
    let from = actual.tables.get(&name).and_then(Draft::of);
    let mut draft = from.ok_or_else(|| Error::UnknownStatement(name.clone()))?;
    let from = draft.table.clone();
    for change in &changes {
        draft.apply(&renames.undone(change));
    }
    let is_trigger_of = |on: &ObjectName| on.name.eq_ignore_ascii_case(&name.name);
    let triggers = actual
        .unmanaged
        .iter()
        .filter(|object| object.kind == "trigger" && object.on.as_ref().is_some_and(is_trigger_of));
    let children = actual.tables.values().filter(|table| {
        let mut keys = table.foreign_keys.iter();
        keys.any(|key| key.references == name)
    });
    let mut unmanaged = actual.unmanaged.iter();
    Ok(Rebuild {
        from,
        to: draft.finish(),
        changes,
        triggers: triggers.cloned().collect(),
        children: children.map(|table| table.name.clone()).collect(),
        is_watched: unmanaged.any(|object| object.definition.is_some()),
    })
}

/// The table that a change makes other than it was.
fn table_of(change: &Change) -> Option<&ObjectName> {
    match change {
        Change::AlterTableComment { table, .. }
        | Change::AlterTableOptions { table, .. }
        | Change::RenameColumn { table, .. }
        | Change::RenameIndex { table, .. }
        | Change::RenameForeignKey { table, .. }
        | Change::AddColumn { table, .. }
        | Change::DropColumn { table, .. }
        | Change::AlterColumn { table, .. }
        | Change::ReplaceColumn { table, .. }
        | Change::AlterPrimaryKey { table, .. }
        | Change::AlterPrimaryKeyConcurrently { table, .. }
        | Change::AddConstraint { table, .. }
        | Change::DropConstraint { table, .. }
        | Change::CreateIndex { table, .. }
        | Change::DropIndex { table, .. }
        | Change::AddForeignKey { table, .. }
        | Change::CreateIndexConcurrently { table, .. }
        | Change::DropIndexConcurrently { table, .. }
        | Change::ValidateConstraint { table, .. }
        | Change::FillColumn { table, .. }
        | Change::DropForeignKey { table, .. } => Some(table),
        Change::CreateObject(_)
        | Change::AlterSequence { .. }
        | Change::Grant { .. }
        | Change::Revoke { .. }
        | Change::DropObject(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::AlterEnum { .. }
        | Change::RenameEnum { .. }
        | Change::RenameEnumValue { .. }
        | Change::RenameTable { .. }
        | Change::CreateTable(_)
        | Change::DropTable(_)
        | Change::RebuildTable(_) => None,
    }
}
