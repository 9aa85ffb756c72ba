//! When each change of a plan has its turn.

use std::collections::BTreeSet;

use seadrift_schema::{Change, Column, IndexOrigin, Object, ObjectName, Type};

/// What decides when changes have their turn, beside their kind.
pub(super) struct Turns<'a> {
    /// The turns among the indexes that serve a foreign key until a new one takes over, and those that take over or
    /// come under the name of one that goes. What is not in here comes first.
    indexes: Vec<(&'a Change, usize)>,
    /// The columns that become part of a primary key.
    joining: BTreeSet<(&'a ObjectName, &'a String)>,
}

impl<'a> Turns<'a> {
    pub(super) fn new(changes: &'a [Change]) -> Self {
        let is_of_index = |change: &&Change| {
            matches!(
                change,
                Change::CreateIndex { .. } | Change::DropIndex { .. }
            )
        };
        let all: Vec<_> = changes.iter().filter(is_of_index).collect();
        let mut turns = vec![0; all.len()];
        // Where indexes change their places in a circle, there is no order, and the rounds end.
        for _ in &all {
            for (at, change) in all.iter().enumerate() {
                let earlier = all.iter().zip(&turns).filter(|(other, _)| match change {
                    Change::DropIndex { .. } => takes_over(other, change, changes),
                    _ => frees_name(other, change),
                });
                let turn = earlier.map(|(_, turn)| turn + 1).max().unwrap_or(0);
                turns[at] = turn.min(all.len());
            }
        }
        let mut joining = BTreeSet::new();
        for change in changes {
            if let Change::AlterPrimaryKey {
                table,
                from,
                to: Some(to),
            } = change
            {
                let was_in = |column| {
                    from.as_ref()
                        .is_some_and(|key| key.columns.contains(column))
                };
                let new = to.columns.iter().filter(|column| !was_in(column));
                joining.extend(new.map(|column| (table, column)));
            }
        }
        Self {
            indexes: all.into_iter().zip(turns).collect(),
            joining,
        }
    }

    /// When a change has its turn, and when among those of the same.
    pub(super) fn of(&self, change: &Change) -> (u8, usize) {
        let found = self.indexes.iter().find(|(known, _)| *known == change);
        let turn = found.map_or(0, |(_, turn)| *turn);
        (self.phase(change, turn), turn)
    }

    /// Whether a primary key can become another only after this alteration: its columns take no NULL and are of types
    /// that a key can have, and a numbered one stays in it.
    fn makes_room(&self, table: &ObjectName, from: &Column, to: &Column) -> bool {
        let mut unnumbered = to.clone();
        unnumbered.auto_increment = false;
        let only_numbers = unnumbered == *from;
        let joins = self.joining.contains(&(table, &to.name));
        (joins && !only_numbers) || (from.auto_increment && !to.auto_increment && !to.nullable)
    }

    /// When a change has its turn. Everything after a rename speaks of the new name.
    fn phase(&self, change: &Change, turn: usize) -> u8 {
        match change {
            Change::CreateObject(Object::Schema(_)) => 0,
            Change::CreateObject(Object::Extension(_)) => 1,
            // What comes into a plan later.
            Change::RebuildTable(_) => 2,
            Change::CreateIndexConcurrently { .. }
            | Change::DropIndexConcurrently { .. }
            | Change::AlterPrimaryKeyConcurrently { .. } => 16,
            Change::ValidateConstraint { .. } => 20,
            Change::RenameTable { .. }
            | Change::RenameEnum { .. }
            | Change::RenameColumn { .. }
            | Change::RenameIndex { .. }
            | Change::RenameForeignKey { .. }
            | Change::RenameEnumValue { .. } => 2,
            Change::DropForeignKey { .. } | Change::Revoke { .. } => 3,
            Change::DropConstraint { .. } => 4,
            Change::CreateObject(Object::Domain { .. } | Object::Sequence { .. }) => 6,
            Change::CreateEnum(_) => 7,
            Change::AlterEnum { .. } => 8,
            // MySQL keeps an index for every foreign key: what takes over must be there first.
            Change::DropIndex { .. } if turn > 0 => 16,
            Change::DropIndex { .. } => 9,
            // New columns of texts are then of the table's collation.
            Change::CreateTable(_)
            | Change::AlterTableOptions { .. }
            | Change::AlterSequence { .. } => 10,
            Change::AddColumn { .. } => 11,
            Change::ReplaceColumn { .. } => 12,
            Change::AlterPrimaryKey { .. } => 13,
            Change::AlterColumn { table, from, to } if self.makes_room(table, from, to) => 12,
            // Before the one alteration that it is for, among those of its turn.
            Change::FillColumn { table, column }
                if self.joining.contains(&(table, &column.name)) =>
            {
                12
            }
            Change::AlterColumn { .. } | Change::FillColumn { .. } => 14,
            Change::AlterTableComment { .. } => 15,
            Change::CreateIndex { .. } => 16,
            Change::AddConstraint { .. } => 19,
            Change::AddForeignKey { .. } | Change::Grant { .. } => 20,
            Change::DropColumn { .. } => 21,
            Change::DropTable(_) => 22,
            Change::DropEnum(_) => 23,
            Change::DropObject(Object::Domain { .. } | Object::Sequence { .. }) => 24,
            Change::DropObject(Object::Extension(_)) => 25,
            Change::DropObject(Object::Schema(_)) => 26,
        }
    }
}

/// Whether `create` makes an index that serves foreign keys as the one does that `drop` takes away. One that MySQL made
/// for a foreign key goes with it.
fn takes_over(create: &Change, drop: &Change, changes: &[Change]) -> bool {
    let (
        Change::CreateIndex { table, index: new },
        Change::DropIndex {
            table: of,
            index: old,
        },
    ) = (create, drop)
    else {
        return false;
    };
    let goes_with_its_key = old.origin == IndexOrigin::ForeignKey
        && changes.iter().any(|change| match change {
            Change::DropForeignKey { table: of, key } => {
                of == table && key.name.as_ref() == Some(&old.name)
            }
            _ => false,
        });
    of == table
        && new.name != old.name
        && !old.columns.is_empty()
        && new.columns.first() == old.columns.first()
        && !goes_with_its_key
        && !comes_again(table, &old.name, changes)
        && !loses_a_column(table, &old.columns, changes)
}

/// Whether another index comes under `name`. Then the foreign keys that the old one served are let go of meanwhile, and
/// none has to take over.
fn comes_again(table: &ObjectName, name: &str, changes: &[Change]) -> bool {
    changes.iter().any(|change| match change {
        Change::CreateIndex { table: of, index } => of == table && index.name == name,
        _ => false,
    })
}

/// Whether `drop` takes away an index of the name that `create` needs.
fn frees_name(drop: &Change, create: &Change) -> bool {
    match (drop, create) {
        (Change::DropIndex { index: old, .. }, Change::CreateIndex { index: new, .. }) => {
            old.name == new.name
        }
        _ => false,
    }
}

/// Whether one of `columns` becomes of a type that MySQL puts into no index, so that the index has to go before.
fn loses_a_column(table: &ObjectName, columns: &[String], changes: &[Change]) -> bool {
    changes.iter().any(|change| match change {
        Change::AlterColumn {
            table: of,
            from,
            to,
        } => {
            of == table
                && columns.contains(&to.name)
                && from.ty != to.ty
                && matches!(
                    to.ty,
                    Type::Text | Type::Blob | Type::Json | Type::JsonBinary | Type::Other(_)
                )
        }
        _ => false,
    })
}
