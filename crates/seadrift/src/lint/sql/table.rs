//! Tables that are made and altered.

use seadrift_schema::{Change, Index, ObjectName, PrimaryKey, Table};
use sqlparser::ast::{
    AlterTable, AlterTableOperation, CreateIndex, CreateTable, RenameTableNameKind,
};

use super::Reader;

impl Reader {
    pub(super) fn create_table(&mut self, create: &CreateTable) {
        let name = self.name(&create.name);
        self.now.does.changes_schema = true;
        if create.if_not_exists && self.tables.contains_key(&name) {
            return;
        }
        let mut table = Table::new(name.clone());
        for def in &create.columns {
            let options = def.options.iter().map(|option| &option.option);
            let declared = self.column(&name.name, &def.name, &def.data_type, options);
            if declared.is_primary {
                table.primary_key = Some(PrimaryKey {
                    name: None,
                    columns: vec![declared.column.name.clone()],
                });
            }
            table.columns.push(declared.column);
            table.indexes.extend(declared.unique);
            table.foreign_keys.extend(declared.references);
            table.checks.extend(declared.check);
        }
        for constraint in &create.constraints {
            self.constrain(&mut table, constraint);
        }
        self.now.made.insert(name.clone());
        self.tables.insert(name, table);
    }

    pub(super) fn create_index(&mut self, create: &CreateIndex) {
        let table = self.name(&create.table_name);
        let columns = self.columns(&create.columns);
        let name = create.name.as_ref().map(|name| self.name(name).name);
        let name = name.unwrap_or_else(|| format!("{}_{}_idx", table.name, columns.join("_")));
        let mut index = Index::new(name, columns);
        index.unique = create.unique;
        self.table(&table).indexes.push(index.clone());
        self.push(match create.concurrently {
            true => Change::CreateIndexConcurrently { table, index },
            false => Change::CreateIndex { table, index },
        });
    }

    pub(super) fn alter_table(&mut self, alter: &AlterTable) {
        let table = self.name(&alter.name);
        self.now.does.changes_schema = true;
        for operation in &alter.operations {
            self.alter(&table, operation, alter);
        }
    }

    fn alter(&mut self, table: &ObjectName, operation: &AlterTableOperation, whole: &AlterTable) {
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => {
                let options = column_def.options.iter().map(|option| &option.option);
                let declared = self.column(
                    &table.name,
                    &column_def.name,
                    &column_def.data_type,
                    options,
                );
                self.add_column(table, declared);
            }
            AlterTableOperation::DropColumn { column_names, .. } => {
                for name in column_names {
                    let name = self.ident(name);
                    self.drop_column(table, &name);
                }
            }
            AlterTableOperation::RenameColumn {
                old_column_name,
                new_column_name,
            } => {
                let (from, to) = (self.ident(old_column_name), self.ident(new_column_name));
                self.rename_column(table, from, to);
            }
            AlterTableOperation::RenameTable { table_name } => {
                let (RenameTableNameKind::As(to) | RenameTableNameKind::To(to)) = table_name;
                let mut to = self.name(to);
                // It stays in its schema.
                to.schema = to.schema.or_else(|| table.schema.clone());
                self.rename_table(table, to);
            }
            AlterTableOperation::ModifyColumn {
                col_name,
                data_type,
                options,
                ..
            } => {
                let to = self
                    .column(&table.name, col_name, data_type, options)
                    .column;
                self.alter_column(table, to, whole);
            }
            AlterTableOperation::ChangeColumn {
                old_name,
                new_name,
                data_type,
                options,
                ..
            } => {
                let (from, to) = (self.ident(old_name), self.ident(new_name));
                if from != to {
                    self.rename_column(table, from, to);
                }
                let to = self
                    .column(&table.name, new_name, data_type, options)
                    .column;
                self.alter_column(table, to, whole);
            }
            AlterTableOperation::AlterColumn { column_name, op } => {
                let name = self.ident(column_name);
                self.alter_part(table, &name, op, whole);
            }
            AlterTableOperation::AddConstraint {
                constraint,
                not_valid,
            } => self.add_constraint(table, constraint, *not_valid),
            AlterTableOperation::DropConstraint { name, .. } => {
                let name = self.ident(name);
                self.drop_constraint(table, &name);
            }
            AlterTableOperation::DropForeignKey { name, .. } => {
                let name = self.ident(name);
                self.drop_constraint(table, &name);
            }
            AlterTableOperation::DropPrimaryKey { .. } => self.alter_primary_key(table, None),
            AlterTableOperation::DropIndex { name } => {
                let name = self.ident(name);
                self.drop_index(Some(table.clone()), &name);
            }
            AlterTableOperation::ValidateConstraint { name } => {
                let name = self.ident(name);
                let table = table.clone();
                self.push(Change::ValidateConstraint { table, name });
            }
            AlterTableOperation::RenameConstraint { old_name, new_name } => {
                let (from, to) = (self.ident(old_name), self.ident(new_name));
                let known = self.table(table);
                for index in known.indexes.iter_mut().filter(|index| index.name == from) {
                    index.name.clone_from(&to);
                }
                for key in &mut known.foreign_keys {
                    if key.name.as_ref() == Some(&from) {
                        key.name = Some(to.clone());
                    }
                }
            }
            // How it is done, not what.
            AlterTableOperation::Algorithm { .. }
            | AlterTableOperation::Lock { .. }
            | AlterTableOperation::AutoIncrement { .. }
            | AlterTableOperation::OwnerTo { .. }
            | AlterTableOperation::EnableTrigger { .. }
            | AlterTableOperation::DisableTrigger { .. }
            | AlterTableOperation::ReplicaIdentity { .. } => {}
            _ => self.unread(&whole.to_string(), "what it risks is not known"),
        }
    }
}
