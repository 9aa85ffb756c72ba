//! Changes as they are before tables and columns are renamed: SQLite renames in everything that speaks of the name, so that
//! tables are made anew first, when what is kept of them still has the old names.

use seadrift_schema::{
    Change, Column, Constraint, Dialect, ForeignKey, Index, ObjectName,
    kept::{self, Names},
};

/// The tables and columns that are renamed, in their order.
pub(super) struct Renames<'a>(pub(super) &'a [Change]);

impl Renames<'_> {
    /// `change` in the old names.
    pub(super) fn undone(&self, change: &Change) -> Change {
        let mut change = change.clone();
        match &mut change {
            Change::AddColumn {
                table,
                column,
                references,
            }
            | Change::DropColumn {
                table,
                column,
                references,
            } => {
                self.computed(table, column);
                if let Some(key) = references {
                    self.key(table, key);
                }
            }
            Change::AlterColumn { table, from, to } | Change::ReplaceColumn { table, from, to } => {
                for column in [from, to] {
                    self.column(table, &mut column.name);
                    self.computed(table, column);
                }
            }
            Change::FillColumn { table, column } => self.column(table, &mut column.name),
            Change::AlterPrimaryKey { table, from, to }
            | Change::AlterPrimaryKeyConcurrently {
                table, from, to, ..
            } => {
                for key in from.iter_mut().chain(to) {
                    self.columns(table, &mut key.columns);
                }
            }
            Change::CreateIndex { table, index } | Change::DropIndex { table, index } => {
                self.index(table, index);
            }
            Change::AddConstraint { table, constraint }
            | Change::DropConstraint { table, constraint } => {
                if let Constraint::Check(check) = constraint {
                    self.columns(table, &mut check.columns);
                    self.text(table, &mut check.expression);
                }
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
            | Change::CreateIndexConcurrently { .. }
            | Change::DropIndexConcurrently { .. }
            | Change::ValidateConstraint { .. }
            | Change::RebuildTable(_) => {}
        }
        change
    }

    /// A column that comes, or is filled, in the old names, that of its table included.
    pub(super) fn before(&self, change: &Change) -> Change {
        let mut change = self.undone(change);
        if let Change::AddColumn { table, .. } | Change::FillColumn { table, .. } = &mut change {
            self.undo_table(table);
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

    fn index(&self, table: &ObjectName, index: &mut Index) {
        self.columns(table, &mut index.columns);
        self.columns(table, &mut index.covers);
        if let Some(definition) = &mut index.definition {
            let mut old = table.clone();
            self.undo_table(&mut old);
            let names = self.names(table);
            let names = borrowed(&names);
            *definition =
                kept::renamed_index(definition, &index.name, &old, &names, Dialect::Sqlite);
        }
    }

    fn computed(&self, table: &ObjectName, column: &mut Column) {
        if let Some(generated) = &mut column.generated {
            self.text(table, &mut generated.expression);
        }
    }

    fn text(&self, table: &ObjectName, sql: &mut String) {
        let names = self.names(table);
        *sql = kept::renamed(sql, &borrowed(&names), Dialect::Sqlite);
    }

    /// The names that the columns of the table have at the end, and those that they had.
    fn names(&self, table: &ObjectName) -> Vec<(String, String)> {
        let ends = self.0.iter().filter_map(|change| match change {
            Change::RenameColumn { to, .. } => Some(to.clone()),
            _ => None,
        });
        let names = ends.map(|name| {
            let mut old = name.clone();
            self.column(table, &mut old);
            (name, old)
        });
        names.filter(|(name, old)| name != old).collect()
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

fn borrowed(names: &[(String, String)]) -> Names<'_> {
    let names = names.iter();
    names
        .map(|(name, old)| (name.as_str(), old.as_str()))
        .collect()
}
