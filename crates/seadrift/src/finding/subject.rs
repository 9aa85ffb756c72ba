//! What a change is about.

use seadrift_schema::{Change, ObjectName};

/// The table that `change` is about, and the column, index or key of it, or another object.
pub(crate) fn subject(change: &Change) -> (Option<&ObjectName>, Option<String>) {
    use Change::*;
    match change {
        CreateObject(_) | DropObject(_) => (None, None),
        CreateEnum(ty) | DropEnum(ty) | AlterEnum { to: ty, .. } => {
            (None, Some(ty.name.to_string()))
        }
        RenameEnum { to, .. } => (None, Some(to.to_string())),
        RenameEnumValue { ty, .. } => (None, Some(ty.to_string())),
        CreateTable(table) | DropTable(table) => (Some(&table.name), None),
        RenameTable { to, .. } => (Some(to), None),
        RebuildTable(rebuild) => (Some(&rebuild.to.name), None),
        Grant { table, .. }
        | Revoke { table, .. }
        | AlterTableComment { table, .. }
        | AlterPrimaryKey { table, .. }
        | AddConstraint { table, .. }
        | DropConstraint { table, .. } => (Some(table), None),
        ValidateConstraint { table, name } => (Some(table), Some(name.clone())),
        RenameIndex { table, to, .. }
        | RenameForeignKey { table, to, .. }
        | RenameColumn { table, to, .. } => (Some(table), Some(to.clone())),
        AddColumn { table, column, .. }
        | DropColumn { table, column, .. }
        | FillColumn { table, column }
        | AlterColumn {
            table, to: column, ..
        }
        | ReplaceColumn {
            table, to: column, ..
        } => (Some(table), Some(column.name.clone())),
        CreateIndex { table, index }
        | DropIndex { table, index }
        | CreateIndexConcurrently { table, index }
        | DropIndexConcurrently { table, index } => (Some(table), Some(index.name.clone())),
        AddForeignKey { table, key } | DropForeignKey { table, key } => {
            let name = key.name.clone();
            (
                Some(table),
                Some(name.unwrap_or_else(|| key.columns.join(", "))),
            )
        }
    }
}
