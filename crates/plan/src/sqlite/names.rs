//! Changes as they are before tables and columns are renamed: SQLite renames in everything that speaks of the name, so that
//! tables are made anew first, when what is kept of them still has the old names.

use seadrift_schema::{Change, ForeignKey, ObjectName};

/// The tables and columns that are renamed, in their order.
pub(super) struct Renames<'a>(pub(super) &'a [Change]);

impl Renames<'_> {
    /// `change` in the old names.
    pub(super) fn undone(&self, change: &Change) -> Change {
        let mut change = change.clone();
        match &mut change {
            Change::AddColumn {
                table, references, ..
            }
            | Change::DropColumn {
                table, references, ..
            } => {
                if let Some(key) = references {
                    self.key(table, key);
                }
            }
            Change::AlterColumn { table, from, to } | Change::ReplaceColumn { table, from, to } => {
                self.column(table, &mut from.name);
                self.column(table, &mut to.name);
            }
            Change::AlterPrimaryKey { table, from, to } => {
                for key in from.iter_mut().chain(to) {
                    self.columns(table, &mut key.columns);
                }
            }
            Change::CreateIndex { table, index } | Change::DropIndex { table, index } => {
                self.columns(table, &mut index.columns);
            }
            Change::AddForeignKey { table, key } | Change::DropForeignKey { table, key } => {
                self.key(table, key);
            }
            Change::CreateObject(_)
            | Change::DropObject(_)
            | Change::CreateEnum(_)
            | Change::DropEnum(_)
            | Change::AlterEnum { .. }
            | Change::CreateTable(_)
            | Change::DropTable(_)
            | Change::AlterTableComment { .. }
            | Change::AlterTableOptions { .. }
            | Change::AlterSequence { .. }
            | Change::Grant { .. }
            | Change::Revoke { .. }
            | Change::RenameEnum { .. }
            | Change::RenameEnumValue { .. }
            | Change::RenameTable { .. }
            | Change::RenameIndex { .. }
            | Change::RenameForeignKey { .. }
            | Change::RenameColumn { .. }
            | Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::CreateIndexConcurrently { .. }
            | Change::DropIndexConcurrently { .. }
            | Change::ValidateConstraint { .. }
            | Change::FillColumn { .. }
            | Change::RebuildTable(_) => {}
        }
        change
    }

    /// Gives a table the name that it had.
    pub(super) fn undo_table(&self, name: &mut ObjectName) {
        for change in self.0.iter().rev() {
            if let Change::RenameTable { from, to } = change
                && to == name
            {
                name.clone_from(from);
            }
        }
    }

    fn key(&self, table: &ObjectName, key: &mut ForeignKey) {
        self.columns(table, &mut key.columns);
        self.columns(&key.references, &mut key.referenced_columns);
        self.undo_table(&mut key.references);
    }

    fn columns(&self, table: &ObjectName, names: &mut [String]) {
        for name in names {
            self.column(table, name);
        }
    }

    /// Gives a column of the table that is called `table` at the end the name that it had.
    fn column(&self, table: &ObjectName, name: &mut String) {
        let mut table = table.clone();
        for change in self.0.iter().rev() {
            match change {
                Change::RenameTable { from, to } if *to == table => table.clone_from(from),
                Change::RenameColumn {
                    table: of,
                    from,
                    to,
                } if *of == table && to == name => {
                    name.clone_from(from);
                }
                _ => {}
            }
        }
    }
}
