//! Tables that are made and altered.

use seadrift_schema::{
    Change, Column, Constraint, Exclusion, Index, IndexOrigin, ObjectName, PrimaryKey, Table,
};
use sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation, CreateIndex, CreateTable,
    RenameTableNameKind, TableConstraint,
};

use super::{
    Reader,
    column::{Declared, default},
    unknown_check,
};

/// What marks a constraint that the rows are not held against.
const NOT_VALID: &str = "NOT VALID";

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

    fn add_column(&mut self, table: &ObjectName, declared: Declared) {
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

    fn drop_column(&mut self, table: &ObjectName, name: &str) {
        let known = self.table(table);
        let at = known.columns.iter().position(|column| column.name == name);
        let column = match at {
            Some(at) => known.columns.remove(at),
            None => Column::new(name, seadrift_schema::Type::Other("unknown".to_owned())),
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

    fn rename_column(&mut self, table: &ObjectName, from: String, to: String) {
        let known = self.table(table);
        for column in &mut known.columns {
            if column.name == from {
                column.name.clone_from(&to);
            }
        }
        let indexes = known
            .indexes
            .iter_mut()
            .flat_map(|index| &mut index.columns);
        let keys = known
            .foreign_keys
            .iter_mut()
            .flat_map(|key| &mut key.columns);
        for name in indexes.chain(keys).filter(|name| **name == from) {
            name.clone_from(&to);
        }
        self.push(Change::RenameColumn {
            table: table.clone(),
            from,
            to,
        });
    }

    /// The column of `to`'s name becomes that.
    fn alter_column(&mut self, table: &ObjectName, to: Column, whole: &AlterTable) {
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
        let table = table.clone();
        self.push(Change::AlterColumn { table, from, to });
    }

    /// Something about a column becomes something else.
    fn alter_part(
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
                let ty = seadrift_schema::Type::Other("unknown".to_owned());
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

    fn add_constraint(
        &mut self,
        table: &ObjectName,
        constraint: &TableConstraint,
        not_valid: bool,
    ) {
        let clauses = not_valid.then(|| NOT_VALID.to_owned());
        let mut made = self.table(table).clone();
        self.constrain(&mut made, constraint);
        let of = table.clone();
        let change = match constraint {
            TableConstraint::PrimaryKey(_) => {
                let key = made.primary_key.clone();
                return self.alter_primary_key(table, key);
            }
            TableConstraint::Unique(_) | TableConstraint::Index(_) => {
                let index = made.indexes.last().cloned();
                index.map(|index| Change::CreateIndex { table: of, index })
            }
            TableConstraint::ForeignKey(_) => made.foreign_keys.last_mut().map(|key| {
                key.clauses = clauses;
                let key = key.clone();
                Change::AddForeignKey { table: of, key }
            }),
            TableConstraint::Check(_) => made.checks.last_mut().map(|check| {
                check.clauses = clauses;
                Change::AddConstraint {
                    table: of,
                    constraint: Constraint::Check(check.clone()),
                }
            }),
            TableConstraint::Exclude(exclude) => {
                let exclusion = Exclusion {
                    name: exclude
                        .name
                        .as_ref()
                        .map(|name| self.ident(name))
                        .unwrap_or_default(),
                    definition: exclude.to_string(),
                    columns: vec![],
                };
                made.exclusions.push(exclusion.clone());
                Some(Change::AddConstraint {
                    table: of,
                    constraint: Constraint::Exclusion(exclusion),
                })
            }
            // They stand on an index that is there already.
            TableConstraint::PrimaryKeyUsingIndex(_)
            | TableConstraint::UniqueUsingIndex(_)
            | TableConstraint::FulltextOrSpatial(_) => None,
        };
        self.tables.insert(table.clone(), made);
        if let Some(change) = change {
            self.push(change);
        }
    }

    fn alter_primary_key(&mut self, table: &ObjectName, to: Option<PrimaryKey>) {
        let known = self.table(table);
        let from = std::mem::replace(&mut known.primary_key, to.clone());
        let table = table.clone();
        self.push(Change::AlterPrimaryKey { table, from, to });
    }

    fn drop_constraint(&mut self, table: &ObjectName, name: &str) {
        let known = self.table(table);
        let is_it = |of: &Option<String>| of.as_deref() == Some(name);
        let key = known.foreign_keys.iter().position(|key| is_it(&key.name));
        let index = known.indexes.iter().position(|index| index.name == name);
        let check = known.checks.iter().position(|check| is_it(&check.name));
        let primary = known.primary_key.as_ref();
        let usual = format!("{}_pkey", table.name);
        let is_primary = primary.is_some_and(|key| is_it(&key.name) || name == usual);
        let of = table.clone();
        let change = if let Some(at) = key {
            let key = known.foreign_keys.remove(at);
            Change::DropForeignKey { table: of, key }
        } else if let Some(at) = index {
            let index = known.indexes.remove(at);
            Change::DropIndex { table: of, index }
        } else if is_primary {
            return self.alter_primary_key(table, None);
        } else {
            let constraint = match check {
                Some(at) => Constraint::Check(known.checks.remove(at)),
                None => unknown_check(name.to_owned()),
            };
            Change::DropConstraint {
                table: of,
                constraint,
            }
        };
        self.push(change);
    }
}

/// What differs between a table and the one that takes its place, as far as rows and their readers are concerned.
pub(super) fn between(from: &Table, to: &Table) -> Vec<Change> {
    let table = || to.name.clone();
    let mut changes = vec![];
    // Of one that nothing is known of, nothing can be said to be gone.
    for before in &from.columns {
        match to.column(&before.name) {
            None => changes.push(Change::DropColumn {
                table: table(),
                column: before.clone(),
                references: None,
            }),
            Some(after) if after.ty != before.ty || after.nullable != before.nullable => {
                changes.push(Change::AlterColumn {
                    table: table(),
                    from: before.clone(),
                    to: after.clone(),
                });
            }
            Some(_) => {}
        }
    }
    let is_gone = |index: &&Index| {
        index.origin == IndexOrigin::Constraint
            && !to
                .indexes
                .iter()
                .any(|after| after.columns == index.columns)
    };
    let gone = from.indexes.iter().filter(is_gone).cloned();
    changes.extend(gone.map(|index| Change::DropIndex {
        table: table(),
        index,
    }));
    changes
}
