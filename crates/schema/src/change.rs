//! One step from one schema to another.

use std::collections::BTreeSet;

use crate::{
    Check, Column, DefaultValue, EnumType, Exclusion, ForeignKey, Index, ObjectName, PrimaryKey,
    Table, Type, Unmanaged,
};

/// A step from one schema to another. Every change carries what was there before, so that its reverse needs
/// nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the variants name their parts")]
pub enum Change {
    /// A new object beside the tables (PostgreSQL).
    CreateObject(Object),
    /// An object beside the tables taken away (PostgreSQL).
    DropObject(Object),
    /// A new enum type (PostgreSQL).
    CreateEnum(EnumType),
    /// An enum type taken away (PostgreSQL).
    DropEnum(EnumType),
    /// Other values for an enum type (PostgreSQL). `columns` are the columns of that type, as they stand while
    /// the type changes.
    AlterEnum {
        from: EnumType,
        to: EnumType,
        columns: Vec<(ObjectName, Column)>,
    },
    /// A role's rights on a table (PostgreSQL).
    Grant {
        table: ObjectName,
        grant: crate::Grant,
    },
    /// A role's rights on a table taken away (PostgreSQL).
    Revoke {
        table: ObjectName,
        grant: crate::Grant,
    },
    /// Another name for an enum type (PostgreSQL).
    RenameEnum { from: ObjectName, to: ObjectName },
    /// Another name for a value of an enum. `columns` are the columns that have the enum, as they stand before: where
    /// the value is part of each column (MySQL), or no more than a text (SQLite), it is changed there.
    RenameEnumValue {
        ty: ObjectName,
        from: String,
        to: String,
        columns: Vec<(ObjectName, Column)>,
    },
    /// A new table with its keys and indexes.
    CreateTable(Table),
    /// A table taken away with its keys and indexes.
    DropTable(Table),
    /// Another comment on a table.
    AlterTableComment {
        table: ObjectName,
        from: Option<String>,
        to: Option<String>,
    },
    /// Other options of a table: what stands behind its parentheses. `before` and `after` are the columns that take their
    /// collation from the table, and have to be said again for that (MySQL): all that it has before, and those of them that stay.
    AlterTableOptions {
        table: ObjectName,
        from: Option<String>,
        to: Option<String>,
        before: Vec<Column>,
        after: Vec<Column>,
    },
    /// Other options of a sequence that no column owns (PostgreSQL).
    AlterSequence {
        name: ObjectName,
        from: String,
        to: String,
    },
    /// Another name for a table.
    RenameTable { from: ObjectName, to: ObjectName },
    /// Another name for an index or unique constraint.
    RenameIndex {
        table: ObjectName,
        from: String,
        to: String,
    },
    /// Another name for a foreign key (PostgreSQL).
    RenameForeignKey {
        table: ObjectName,
        from: String,
        to: String,
    },
    /// Another name for a column.
    RenameColumn {
        table: ObjectName,
        from: String,
        to: String,
    },
    /// A new column. On SQLite it brings the foreign key that it alone makes up, since none can be added later.
    AddColumn {
        table: ObjectName,
        column: Column,
        references: Option<ForeignKey>,
    },
    /// A column taken away.
    DropColumn {
        table: ObjectName,
        column: Column,
        references: Option<ForeignKey>,
    },
    /// Another type, nullability, default, numbering or comment for a column.
    AlterColumn {
        table: ObjectName,
        from: Column,
        to: Column,
    },
    /// A column that has to be made anew, because the server cannot bring one to the other: what computes it changes.
    ReplaceColumn {
        table: ObjectName,
        from: Column,
        to: Column,
    },
    /// Another primary key, or none.
    AlterPrimaryKey {
        table: ObjectName,
        from: Option<PrimaryKey>,
        to: Option<PrimaryKey>,
    },
    /// A new check or exclusion constraint on a table that stands already.
    AddConstraint {
        table: ObjectName,
        constraint: Constraint,
    },
    /// A check or exclusion constraint taken away.
    DropConstraint {
        table: ObjectName,
        constraint: Constraint,
    },
    /// A new index or unique constraint.
    CreateIndex { table: ObjectName, index: Index },
    /// An index or unique constraint taken away.
    DropIndex { table: ObjectName, index: Index },
    /// A new foreign key on a table that stands already.
    AddForeignKey { table: ObjectName, key: ForeignKey },
    /// A foreign key taken away.
    DropForeignKey { table: ObjectName, key: ForeignKey },
    /// A new index, built while others write (PostgreSQL).
    CreateIndexConcurrently { table: ObjectName, index: Index },
    /// An index taken away without keeping anybody waiting (PostgreSQL).
    DropIndexConcurrently { table: ObjectName, index: Index },
    /// Another primary key, whose index is built while others write under the name `index` (PostgreSQL).
    AlterPrimaryKeyConcurrently {
        table: ObjectName,
        from: Option<PrimaryKey>,
        to: Option<PrimaryKey>,
        index: String,
    },
    /// The rows that are there held against a constraint that was added as `NOT VALID` (PostgreSQL).
    ValidateConstraint { table: ObjectName, name: String },
    /// A place for a person to say what the rows hold that have no value in a column. Nothing is run by itself.
    FillColumn { table: ObjectName, column: Column },
    /// A table made anew with its rows, where `ALTER TABLE` falls short (SQLite).
    RebuildTable(Box<Rebuild>),
}

/// A table before and after it is made anew. Both have the statement that makes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuild {
    /// The table as it was.
    pub from: Table,
    /// The table as it will be.
    pub to: Table,
    /// What differs between the two, for people.
    pub changes: Vec<Change>,
    /// Its triggers, which go with the old table.
    pub triggers: Vec<Unmanaged>,
    /// The tables that point to it.
    pub children: BTreeSet<ObjectName>,
    /// Whether the database has views or triggers, which may need what the table has no more.
    pub is_watched: bool,
}

impl Rebuild {
    fn reverse(&self) -> Self {
        Self {
            from: self.to.clone(),
            to: self.from.clone(),
            changes: reversed(&self.changes),
            ..self.clone()
        }
    }
}

/// What lies beside the tables that need it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the variants name their parts")]
pub enum Object {
    /// A schema.
    Schema(String),
    /// An extension.
    Extension(String),
    /// A domain, with what defines it.
    Domain {
        name: ObjectName,
        definition: String,
    },
    /// A sequence that no column owns, with its options.
    Sequence { name: ObjectName, options: String },
}

/// What rows of a table have to keep to, beside its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// A condition on each row.
    Check(Check),
    /// A condition on every two rows.
    Exclusion(Exclusion),
}

/// What undoes `changes`.
pub fn reversed(changes: &[Change]) -> Vec<Change> {
    changes.iter().rev().filter_map(Change::reverse).collect()
}

impl Change {
    /// The change that undoes this one. `None` where nothing has to be undone: rows that are filled stay so, and a
    /// constraint that is known to hold goes, if it does, by what undoes its addition.
    pub fn reverse(&self) -> Option<Change> {
        use Change::*;
        Some(match self.clone() {
            CreateObject(object) => DropObject(object),
            DropObject(object) => CreateObject(object),
            CreateEnum(ty) => DropEnum(ty),
            DropEnum(ty) => CreateEnum(ty),
            AlterEnum { from, to, columns } => AlterEnum {
                from: to,
                to: from,
                columns,
            },
            RenameEnum { from, to } => RenameEnum { from: to, to: from },
            RenameEnumValue {
                ty,
                from,
                to,
                mut columns,
            } => {
                for (_, column) in &mut columns {
                    rename_value(column, &from, &to);
                }
                RenameEnumValue {
                    ty,
                    from: to,
                    to: from,
                    columns,
                }
            }
            Grant { table, grant } => Revoke { table, grant },
            Revoke { table, grant } => Grant { table, grant },
            CreateTable(table) => DropTable(table),
            DropTable(table) => CreateTable(table),
            AlterTableComment { table, from, to } => AlterTableComment {
                table,
                from: to,
                to: from,
            },
            AlterTableOptions {
                table,
                from,
                to,
                before,
                after,
            } => AlterTableOptions {
                table,
                from: to,
                to: from,
                before: after,
                after: before,
            },
            AlterSequence { name, from, to } => AlterSequence {
                name,
                from: to,
                to: from,
            },
            RenameTable { from, to } => RenameTable { from: to, to: from },
            RenameIndex { table, from, to } => RenameIndex {
                table,
                from: to,
                to: from,
            },
            RenameForeignKey { table, from, to } => RenameForeignKey {
                table,
                from: to,
                to: from,
            },
            RenameColumn { table, from, to } => RenameColumn {
                table,
                from: to,
                to: from,
            },
            AddColumn {
                table,
                column,
                references,
            } => DropColumn {
                table,
                column,
                references,
            },
            DropColumn {
                table,
                column,
                references,
            } => AddColumn {
                table,
                column,
                references,
            },
            AlterColumn { table, from, to } => AlterColumn {
                table,
                from: to,
                to: from,
            },
            ReplaceColumn { table, from, to } => ReplaceColumn {
                table,
                from: to,
                to: from,
            },
            AlterPrimaryKey { table, from, to } => AlterPrimaryKey {
                table,
                from: to,
                to: from,
            },
            AlterPrimaryKeyConcurrently {
                table,
                from,
                to,
                index,
            } => AlterPrimaryKeyConcurrently {
                table,
                from: to,
                to: from,
                index,
            },
            AddConstraint { table, constraint } => DropConstraint { table, constraint },
            DropConstraint { table, constraint } => AddConstraint { table, constraint },
            CreateIndex { table, index } => DropIndex { table, index },
            DropIndex { table, index } => CreateIndex { table, index },
            AddForeignKey { table, key } => DropForeignKey { table, key },
            DropForeignKey { table, key } => AddForeignKey { table, key },
            CreateIndexConcurrently { table, index } => DropIndexConcurrently { table, index },
            DropIndexConcurrently { table, index } => CreateIndexConcurrently { table, index },
            ValidateConstraint { .. } | FillColumn { .. } => return None,
            RebuildTable(rebuild) => RebuildTable(Box::new(rebuild.reverse())),
        })
    }
}

impl Change {
    /// What kind of change it is, in a word for programs: the variant's name.
    pub fn kind(&self) -> &'static str {
        use Change::*;
        match self {
            CreateObject(_) => "create_object",
            DropObject(_) => "drop_object",
            CreateEnum(_) => "create_enum",
            DropEnum(_) => "drop_enum",
            AlterEnum { .. } => "alter_enum",
            Grant { .. } => "grant",
            Revoke { .. } => "revoke",
            RenameEnum { .. } => "rename_enum",
            RenameEnumValue { .. } => "rename_enum_value",
            CreateTable(_) => "create_table",
            DropTable(_) => "drop_table",
            AlterTableComment { .. } => "alter_table_comment",
            AlterTableOptions { .. } => "alter_table_options",
            AlterSequence { .. } => "alter_sequence",
            RenameTable { .. } => "rename_table",
            RenameIndex { .. } => "rename_index",
            RenameForeignKey { .. } => "rename_foreign_key",
            RenameColumn { .. } => "rename_column",
            AddColumn { .. } => "add_column",
            DropColumn { .. } => "drop_column",
            AlterColumn { .. } => "alter_column",
            ReplaceColumn { .. } => "replace_column",
            AlterPrimaryKey { .. } => "alter_primary_key",
            AlterPrimaryKeyConcurrently { .. } => "alter_primary_key_concurrently",
            AddConstraint { .. } => "add_constraint",
            DropConstraint { .. } => "drop_constraint",
            CreateIndex { .. } => "create_index",
            DropIndex { .. } => "drop_index",
            AddForeignKey { .. } => "add_foreign_key",
            DropForeignKey { .. } => "drop_foreign_key",
            CreateIndexConcurrently { .. } => "create_index_concurrently",
            DropIndexConcurrently { .. } => "drop_index_concurrently",
            ValidateConstraint { .. } => "validate_constraint",
            FillColumn { .. } => "fill_column",
            RebuildTable(_) => "rebuild_table",
        }
    }

    /// The table that it is of, if it is of one, by the name before.
    pub fn table(&self) -> Option<&ObjectName> {
        use Change::*;
        match self {
            CreateObject(_)
            | DropObject(_)
            | CreateEnum(_)
            | DropEnum(_)
            | AlterEnum { .. }
            | RenameEnum { .. }
            | RenameEnumValue { .. }
            | AlterSequence { .. } => None,
            CreateTable(table) | DropTable(table) => Some(&table.name),
            RenameTable { from, .. } => Some(from),
            RebuildTable(rebuild) => Some(&rebuild.from.name),
            Grant { table, .. }
            | Revoke { table, .. }
            | AlterTableComment { table, .. }
            | AlterTableOptions { table, .. }
            | RenameIndex { table, .. }
            | RenameForeignKey { table, .. }
            | RenameColumn { table, .. }
            | AddColumn { table, .. }
            | DropColumn { table, .. }
            | AlterColumn { table, .. }
            | ReplaceColumn { table, .. }
            | AlterPrimaryKey { table, .. }
            | AlterPrimaryKeyConcurrently { table, .. }
            | AddConstraint { table, .. }
            | DropConstraint { table, .. }
            | CreateIndex { table, .. }
            | DropIndex { table, .. }
            | AddForeignKey { table, .. }
            | DropForeignKey { table, .. }
            | CreateIndexConcurrently { table, .. }
            | DropIndexConcurrently { table, .. }
            | ValidateConstraint { table, .. }
            | FillColumn { table, .. } => Some(table),
        }
    }

    /// The name of what it changes, where that is no table and has a name; the one before, of two.
    pub fn name(&self) -> Option<String> {
        use Change::*;
        match self {
            CreateObject(object) | DropObject(object) => Some(object.name()),
            CreateEnum(ty) | DropEnum(ty) | AlterEnum { from: ty, .. } => Some(ty.name.to_string()),
            RenameEnum { from, .. } => Some(from.to_string()),
            RenameEnumValue { ty, .. } => Some(ty.to_string()),
            Grant { grant, .. } | Revoke { grant, .. } => Some(grant.role.clone()),
            CreateTable(_)
            | DropTable(_)
            | AlterTableComment { .. }
            | AlterTableOptions { .. }
            | RenameTable { .. }
            | RebuildTable(_) => None,
            AlterSequence { name, .. } => Some(name.to_string()),
            RenameIndex { from, .. }
            | RenameForeignKey { from, .. }
            | RenameColumn { from, .. } => Some(from.clone()),
            AddColumn { column, .. } | DropColumn { column, .. } | FillColumn { column, .. } => {
                Some(column.name.clone())
            }
            AlterColumn { from, .. } | ReplaceColumn { from, .. } => Some(from.name.clone()),
            AlterPrimaryKey { from, to, .. } | AlterPrimaryKeyConcurrently { from, to, .. } => from
                .as_ref()
                .or(to.as_ref())
                .and_then(|key| key.name.clone()),
            AddConstraint { constraint, .. } | DropConstraint { constraint, .. } => {
                match constraint {
                    Constraint::Check(check) => check.name.clone(),
                    Constraint::Exclusion(exclusion) => Some(exclusion.name.clone()),
                }
            }
            CreateIndex { index, .. }
            | DropIndex { index, .. }
            | CreateIndexConcurrently { index, .. }
            | DropIndexConcurrently { index, .. } => Some(index.name.clone()),
            AddForeignKey { key, .. } | DropForeignKey { key, .. } => key.name.clone(),
            ValidateConstraint { name, .. } => Some(name.clone()),
        }
    }
}

impl Object {
    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Object::Schema(name) | Object::Extension(name) => name.clone(),
            Object::Domain { name, .. } | Object::Sequence { name, .. } => name.to_string(),
        }
    }
}

/// Gives a value of the column's enum another name, in its type and its default.
pub fn rename_value(column: &mut Column, from: &str, to: &str) {
    let mut ty = &mut column.ty;
    while let Type::Array(element) = ty {
        ty = element;
    }
    if let Type::Enum(ty) = ty {
        for value in ty.values.iter_mut().filter(|value| *value == from) {
            to.clone_into(value);
        }
    }
    if let Some(DefaultValue::Text(value)) = &mut column.default
        && value == from
    {
        to.clone_into(value);
    }
}
