//! Which indexes, and what is made of them, are built or dropped while others write.

use seadrift_schema::{
    Change, Column, Constraint, ForeignKey, Index, IndexOrigin, ObjectName, PrimaryKey, canonical,
};

use super::split::Splitter;

impl Splitter<'_> {
    /// Whether `change` is a foreign key onto columns that become unique by an index of another stage.
    pub(super) fn waits_for_index(&self, change: &Change) -> bool {
        let Change::AddForeignKey { key, .. } = change else {
            return false;
        };
        self.whole.changes.iter().any(|change| match change {
            Change::CreateIndex { table, index } => {
                let is_onto = |name| key.referenced_columns.contains(name);
                *table == key.references
                    && index.unique
                    && index.columns.len() == key.referenced_columns.len()
                    && index.columns.iter().all(is_onto)
                    && self.is_built_concurrently(table, index)
            }
            Change::AlterPrimaryKey {
                table,
                from,
                to: Some(to),
            } => {
                *table == key.references
                    && to.columns == key.referenced_columns
                    && self.stands(table)
                    && !self.loses_key(table, from.as_ref())
            }
            _ => false,
        })
    }

    /// Whether the index, or that of a unique constraint which says no more than its columns, is made while others write.
    pub(super) fn is_built_concurrently(&self, table: &ObjectName, index: &Index) -> bool {
        let is_plain = index.origin == IndexOrigin::Constraint && index.definition.is_none();
        self.is_concurrent(table, index) || (is_plain && self.stands(table))
    }

    /// Whether the first stage takes away or alters what the primary key is made of that goes later.
    pub(super) fn loses_key(&self, table: &ObjectName, key: Option<&PrimaryKey>) -> bool {
        let is_of = |of: &ObjectName, column: &Column| {
            of == table && key.is_some_and(|key| key.columns.contains(&column.name))
        };
        self.whole.changes.iter().any(|change| match change {
            Change::DropColumn {
                table: of, column, ..
            }
            | Change::ReplaceColumn {
                table: of,
                from: column,
                ..
            } => is_of(of, column),
            Change::AlterColumn {
                table: of,
                from,
                to,
            } => {
                is_of(of, to)
                    && (from.nullable != to.nullable || from.auto_increment != to.auto_increment)
            }
            _ => false,
        })
    }

    pub(super) fn is_concurrent(&self, table: &ObjectName, index: &Index) -> bool {
        index.origin == IndexOrigin::Index && self.stands(table)
    }

    /// Whether the index goes with what it stands on, or would be in the way: of its column's new type, of a constraint
    /// of its name, or of itself, where the server would let a new foreign key stand on it.
    pub(super) fn goes_along(&self, table: &ObjectName, index: &Index) -> bool {
        let columns = index.all_columns();
        let is_of =
            |of: &ObjectName, column: &Column| of == table && columns.contains(&column.name);
        let stands_on_it = |key: &ForeignKey| {
            key.references == *table
                && index.unique
                && index.columns.len() == key.referenced_columns.len()
                && key
                    .referenced_columns
                    .iter()
                    .all(|name| index.columns.contains(name))
        };
        self.whole.changes.iter().any(|change| match change {
            Change::DropTable(gone) => gone.name == *table,
            Change::AddForeignKey { key, .. } => stands_on_it(key),
            Change::CreateTable(made) => made.foreign_keys.iter().any(stands_on_it),
            Change::CreateIndex { index: new, .. } => {
                new.origin == IndexOrigin::Constraint && new.name == index.name
            }
            Change::AddConstraint {
                constraint: Constraint::Exclusion(new),
                ..
            } => new.name == index.name,
            Change::AlterPrimaryKey { to: Some(key), .. } => key.name.as_ref() == Some(&index.name),
            Change::DropColumn {
                table: of, column, ..
            }
            | Change::ReplaceColumn {
                table: of,
                from: column,
                ..
            } => is_of(of, column),
            Change::AlterColumn {
                table: of,
                from,
                to,
            } => is_of(of, to) && !canonical::same_type(&from.ty, &to.ty, self.whole.dialect),
            _ => false,
        })
    }
}
