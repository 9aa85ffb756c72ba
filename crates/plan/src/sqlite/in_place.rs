//! What SQLite's `ALTER TABLE` can do. (<https://sqlite.org/lang_altertable.html>)

use seadrift_schema::{Change, Column, DefaultValue, ForeignKey, IndexOrigin};

/// Whether SQLite can make `change` in place, and undo it there.
pub(super) fn both_ways(change: &Change) -> bool {
    in_place(change) && change.reverse().is_none_or(|change| in_place(&change))
}

fn in_place(change: &Change) -> bool {
    match change {
        Change::AddColumn {
            column, references, ..
        } => can_be_added(column, references.as_ref()),
        Change::CreateIndex { index, .. } | Change::DropIndex { index, .. } => {
            index.origin != IndexOrigin::Constraint
        }
        Change::AlterColumn { .. }
        | Change::AlterTableOptions { .. }
        | Change::ReplaceColumn { .. }
        | Change::AlterPrimaryKey { .. }
        | Change::AlterPrimaryKeyConcurrently { .. }
        | Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::AddForeignKey { .. }
        | Change::DropForeignKey { .. } => false,
        Change::CreateObject(_)
        | Change::DropObject(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::AlterEnum { .. }
        | Change::CreateTable(_)
        | Change::DropTable(_)
        | Change::AlterTableComment { .. }
        | Change::AlterSequence { .. }
        | Change::Grant { .. }
        | Change::Revoke { .. }
        | Change::RenameEnum { .. }
        | Change::RenameEnumValue { .. }
        | Change::RenameTable { .. }
        | Change::RenameIndex { .. }
        | Change::RenameForeignKey { .. }
        | Change::RenameColumn { .. }
        | Change::DropColumn { .. }
        | Change::CreateIndexConcurrently { .. }
        | Change::DropIndexConcurrently { .. }
        | Change::ValidateConstraint { .. }
        | Change::FillColumn { .. }
        | Change::RebuildTable(_) => true,
    }
}

/// Whether rows that are there can get the column: from a constant, and with a foreign key only NULL.
fn can_be_added(column: &Column, references: Option<&ForeignKey>) -> bool {
    let is_stored = column
        .generated
        .as_ref()
        .is_some_and(|generated| generated.stored);
    match &column.default {
        _ if is_stored => false,
        None | Some(DefaultValue::Null) => column.nullable || column.generated.is_some(),
        Some(DefaultValue::CurrentTimestamp | DefaultValue::Expression(_)) => false,
        Some(_) => references.is_none(),
    }
}
