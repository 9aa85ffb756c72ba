//! Steps on SQLite: the columns that a person fills come in place, and a table that forbids NULL in them is made anew after,
//! from what it is in between.

use std::collections::BTreeSet;

use seadrift_schema::{Change, ObjectName, Schema};

use super::{edit::Draft, names::Renames};
use crate::Error;

/// Takes from `changes` the new columns that have to be filled, and the places where that is done: what comes first, in the
/// names of before; and the schema after it, where there is anything.
pub(super) fn first(
    changes: &mut Vec<Change>,
    renames: &Renames<'_>,
    actual: &Schema,
) -> Result<(Vec<Change>, Option<Schema>), Error> {
    let filled: BTreeSet<(ObjectName, String)> = changes
        .iter()
        .filter_map(|change| match change {
            Change::FillColumn { table, column } => Some((table.clone(), column.name.clone())),
            _ => None,
        })
        .collect();
    let is_first = |change: &mut Change| match change {
        Change::AddColumn { table, column, .. } => {
            filled.contains(&(table.clone(), column.name.clone()))
        }
        Change::FillColumn { .. } => true,
        _ => false,
    };
    let first: Vec<_> = changes.extract_if(.., is_first).collect();
    let mut between = None;
    let mut named = vec![];
    for change in first {
        let change = renames.before(&change);
        if let Change::AddColumn {
            table,
            column,
            references,
        } = &change
        {
            let schema = between.get_or_insert_with(|| actual.clone());
            let known = schema.tables.get_mut(table);
            let known = known.ok_or_else(|| Error::UnknownStatement(table.clone()))?;
            let draft = Draft::of(known);
            let mut draft = draft.ok_or_else(|| Error::UnknownStatement(table.clone()))?;
            draft.add_in_place(column, references.as_ref());
            *known = draft.finish();
        }
        named.push(change);
    }
    Ok((named, between))
}
