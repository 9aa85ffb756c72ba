//! Columns of tables that stand.

use seadrift_schema::{Change, Column, ObjectName, PrimaryKey, Type};
use sqlparser::ast::{AlterColumnOperation, AlterTable};

use super::{
    Reader,
    between::rename,
    column::{Declared, default},
};

impl Reader {
    pub(super) fn add_column(&mut self, table: &ObjectName, declared: Declared) {
        let Declared {
            column,
            is_primary,
            unique,
            references,
            check,
        } = declared;
        let known = self.table(table);
        known.columns.push(column.clone());
        known.indexes.extend(unique.clone());
        known.foreign_keys.extend(references.clone());
        known.checks.extend(check);
        let added = (table.clone(), column.name.clone());
        self.now.added.insert(added);
        let key = is_primary.then(|| PrimaryKey {
            name: None,
            columns: vec![column.name.clone()],
        });
        self.push(Change::AddColumn {
            table: table.clone(),
            column,
            references,
        });
        if let Some(index) = unique {
            let table = table.clone();
            self.push(Change::CreateIndex { table, index });
        }
        if key.is_some() {
            self.alter_primary_key(table, key);
        }
    }

    pub(super) fn drop_column(&mut self, table: &ObjectName, name: &str) {
        self.now.values.forget(table);
        let known = self.table(table);
        let at = known.columns.iter().position(|column| column.name == name);
        let column = match at {
            Some(at) => known.columns.remove(at),
            None => Column::new(name, Type::Other("unknown".to_owned())),
        };
        let is_with = |columns: &[String]| columns.iter().any(|column| column == name);
        known.indexes.retain(|index| !is_with(&index.columns));
        known.foreign_keys.retain(|key| !is_with(&key.columns));
        if self.now.added.remove(&(table.clone(), name.to_owned())) {
            return;
        }
        self.push(Change::DropColumn {
            table: table.clone(),
            column,
            references: None,
        });
    }

    pub(super) fn rename_column(&mut self, table: &ObjectName, from: String, to: String) {
        self.now.values.forget(table);
        rename(self.table(table), &from, &to);
        self.push(Change::RenameColumn {
            table: table.clone(),
            from,
            to,
        });
    }

    /// The column of `to`'s name becomes that.
    pub(super) fn alter_column(&mut self, table: &ObjectName, to: Column, whole: &AlterTable) {
        let known = self.table(table);
        let before = known
            .columns
            .iter_mut()
            .find(|column| column.name == to.name);
        let from = match before {
            Some(column) => std::mem::replace(column, to.clone()),
            None => {
                known.columns.push(to.clone());
                return self.unread(
                    &whole.to_string(),
                    "what the column was before is not known",
                );
            }
        };
        self.now.values.alter(table, &from, &to);
        let table = table.clone();
        self.push(Change::AlterColumn { table, from, to });
    }

    /// Something about a column becomes something else.
    pub(super) fn alter_part(
        &mut self,
        table: &ObjectName,
        name: &str,
        operation: &AlterColumnOperation,
        whole: &AlterTable,
    ) {
        let known = self.table(table);
        let found = known
            .columns
            .iter()
            .find(|column| column.name == name)
            .cloned();
        let ty = match operation {
            AlterColumnOperation::SetDataType { data_type, .. } => Some(self.ty(data_type).0),
            _ => None,
        };
        let from = match (found, &ty) {
            (Some(found), _) => found,
            // What was NULL before, and what had another type, is known only where the column is.
            (None, None) => {
                let ty = Type::Other("unknown".to_owned());
                let mut column = Column::new(name, ty);
                column.nullable = matches!(operation, AlterColumnOperation::SetNotNull);
                column
            }
            (None, Some(ty)) => {
                let column = Column::new(name, ty.clone());
                self.table(table).columns.push(column);
                return self.unread(
                    &whole.to_string(),
                    "what the column was before is not known",
                );
            }
        };
        let mut to = from.clone();
        match operation {
            AlterColumnOperation::SetNotNull => to.nullable = false,
            AlterColumnOperation::DropNotNull => to.nullable = true,
            AlterColumnOperation::SetDefault { value } => to.default = default(value),
            AlterColumnOperation::DropDefault => to.default = None,
            AlterColumnOperation::SetDataType { .. } => to.ty = ty.unwrap_or(to.ty),
            AlterColumnOperation::AddGenerated { .. } => to.auto_increment = true,
            AlterColumnOperation::GenericOptions { .. } => {}
        }
        let known = self.table(table);
        if let Some(column) = known.columns.iter_mut().find(|column| column.name == name) {
            *column = to.clone();
        }
        if from != to {
            let table = table.clone();
            self.push(Change::AlterColumn { table, from, to });
        }
    }
}
