//! Foreign keys: the same where they tie the same columns to the same columns.

use seadrift_schema::{Change, Column, ForeignKey, ReferentialAction};

use crate::table::{Sides, loses_column};

/// Adds the foreign keys that only one side of a table has, or that act differently.
pub(crate) fn compare(sides: &Sides<'_>, dropped: &[Column], changes: &mut Vec<Change>) {
    let table = &sides.actual.name;
    let drop = |key: &ForeignKey| Change::DropForeignKey {
        table: table.clone(),
        key: key.clone(),
    };
    let mut kept = vec![];
    for (declared, desired) in sides
        .declared
        .foreign_keys
        .iter()
        .zip(&sides.canonical.foreign_keys)
    {
        let add = Change::AddForeignKey {
            table: table.clone(),
            key: declared.clone(),
        };
        let Some(actual) = sides
            .actual
            .foreign_keys
            .iter()
            .find(|actual| same(actual, desired))
        else {
            changes.push(add);
            continue;
        };
        kept.push(actual);
        let locked = sides
            .locked
            .and_then(|table| table.foreign_keys.iter().find(|key| same(key, desired)));
        let differs = |actual, desired, locked: Option<Option<ReferentialAction>>| match desired {
            Some(_) => effect(actual) != effect(desired),
            None => locked.flatten().is_some() && effect(actual) != ReferentialAction::NoAction,
        };
        if differs(
            actual.on_delete,
            desired.on_delete,
            locked.map(|key| key.on_delete),
        ) || differs(
            actual.on_update,
            desired.on_update,
            locked.map(|key| key.on_update),
        ) {
            changes.extend([drop(actual), add]);
        }
    }
    for actual in &sides.actual.foreign_keys {
        let owned = sides
            .locked
            .is_some_and(|table| table.foreign_keys.iter().any(|key| same(key, actual)));
        if !kept.contains(&actual) && (owned || loses_column(&actual.columns, dropped)) {
            changes.push(drop(actual));
        }
    }
}

/// Whether two foreign keys tie the same columns to the same columns, in whatever order they are listed.
fn same(one: &ForeignKey, other: &ForeignKey) -> bool {
    let pairs = |key: &ForeignKey| {
        let mut pairs: Vec<_> = key
            .columns
            .iter()
            .cloned()
            .zip(key.referenced_columns.iter().cloned())
            .collect();
        pairs.sort();
        pairs
    };
    one.references == other.references && pairs(one) == pairs(other)
}

/// What an action comes to: none said is `NO ACTION`.
fn effect(action: Option<ReferentialAction>) -> ReferentialAction {
    action.unwrap_or(ReferentialAction::NoAction)
}
