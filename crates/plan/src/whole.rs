//! What the rest of a plan says about the tables and columns of one of its changes.

use seadrift_schema::{Change, Column, Dialect, ObjectName, kept};

/// All of a plan, in its order.
pub(crate) struct Whole<'a> {
    pub changes: &'a [Change],
    pub dialect: Dialect,
}

impl Whole<'_> {
    /// Whether the change is one of a table that comes with the plan.
    pub(crate) fn makes_table_of(&self, change: &Change) -> bool {
        table_of(change).is_some_and(|table| {
            self.changes
                .iter()
                .any(|change| matches!(change, Change::CreateTable(made) if made.name == *table))
        })
    }

    /// Whether the table goes with the plan.
    pub(crate) fn drops_table(&self, table: &ObjectName) -> bool {
        self.changes
            .iter()
            .any(|change| matches!(change, Change::DropTable(gone) if gone.name == *table))
    }

    /// Whether the column goes with the plan.
    pub(crate) fn drops_column(&self, table: &ObjectName, name: &str) -> bool {
        self.changes.iter().any(|change| {
            matches!(change, Change::DropColumn { table: of, column, .. } if of == table && column.name == name)
        })
    }

    /// The column, if it comes with the plan.
    pub(crate) fn new_column(&self, table: &ObjectName, name: &str) -> Option<&Column> {
        self.changes.iter().find_map(|change| match change {
            Change::AddColumn {
                table: of, column, ..
            } if of == table && column.name == name => Some(column),
            _ => None,
        })
    }

    /// Whether the column comes with the plan and holds NULL in every row then.
    pub(crate) fn is_null_everywhere(&self, table: &ObjectName, name: &str) -> bool {
        self.new_column(table, name)
            .is_some_and(|column| column.nullable && column.default.is_none())
    }

    /// What `change` renames is called at last, where `names` tells what a change renames to what. A rename may go by way
    /// of a third name: of one that goes on, `None`.
    pub(crate) fn last_name<'b, Name: PartialEq>(
        &'b self,
        change: &'b Change,
        names: impl Fn(&'b Change) -> Option<(Name, Name)>,
    ) -> Option<Name> {
        let (from, mut to) = names(change)?;
        let at = self.changes.iter().position(|other| other == change)?;
        let (before, after) = self.changes.split_at(at);
        if before.iter().filter_map(&names).any(|(_, to)| to == from) {
            return None;
        }
        for (further, last) in after.iter().skip(1).filter_map(&names) {
            if further == to {
                to = last;
            }
        }
        Some(to)
    }

    /// The name that the table has before the plan.
    pub(crate) fn former_table(&self, table: &ObjectName) -> ObjectName {
        let renames = self.changes.iter().rev();
        renames.fold(table.clone(), |name, change| match change {
            Change::RenameTable { from, to } if *to == name => from.clone(),
            _ => name,
        })
    }

    /// The names that the columns have before the plan; `None` where one comes with it.
    pub(crate) fn former_columns(
        &self,
        table: &ObjectName,
        columns: &[String],
    ) -> Option<Vec<String>> {
        let former = columns
            .iter()
            .map(|name| match self.new_column(table, name) {
                Some(_) => None,
                None => Some(self.former_column(table, name)),
            });
        former.collect()
    }

    /// The name that the column has before the plan.
    pub(crate) fn former_column(&self, table: &ObjectName, column: &str) -> String {
        let names = (table.clone(), column.to_owned());
        let renames = self.changes.iter().rev();
        let (_, column) = renames.fold(names, |(table, column), change| match change {
            Change::RenameColumn {
                table: of,
                from,
                to,
            } if *of == table && *to == column => (table, from.clone()),
            Change::RenameTable { from, to } if *to == table => (from.clone(), column),
            _ => (table, column),
        });
        column
    }
}

impl Whole<'_> {
    /// `sql`, an expression over columns of the table that is called `table` at the end, in the names of the end.
    pub(crate) fn in_last_names(&self, table: &ObjectName, sql: &str) -> String {
        let mut names: Vec<(&str, &str)> = vec![];
        for change in self.changes {
            if let Change::RenameColumn {
                table: of,
                from,
                to,
            } = change
                && of == table
            {
                match names.iter_mut().find(|(_, name)| name == from) {
                    Some((_, name)) => *name = to,
                    None => names.push((from, to)),
                }
            }
        }
        kept::renamed(sql, &names.into_iter().collect(), self.dialect)
    }
}

/// The table that a change is one of; of those that are of several or of none, `None`.
fn table_of(change: &Change) -> Option<&ObjectName> {
    match change {
        Change::CreateTable(table) | Change::DropTable(table) => Some(&table.name),
        Change::RebuildTable(rebuild) => Some(&rebuild.to.name),
        Change::AlterTableComment { table, .. }
        | Change::AlterTableOptions { table, .. }
        | Change::RenameIndex { table, .. }
        | Change::RenameForeignKey { table, .. }
        | Change::RenameColumn { table, .. }
        | Change::AddColumn { table, .. }
        | Change::DropColumn { table, .. }
        | Change::AlterColumn { table, .. }
        | Change::ReplaceColumn { table, .. }
        | Change::AlterPrimaryKey { table, .. }
        | Change::AlterPrimaryKeyConcurrently { table, .. }
        | Change::AddConstraint { table, .. }
        | Change::DropConstraint { table, .. }
        | Change::CreateIndex { table, .. }
        | Change::DropIndex { table, .. }
        | Change::AddForeignKey { table, .. }
        | Change::CreateIndexConcurrently { table, .. }
        | Change::DropIndexConcurrently { table, .. }
        | Change::ValidateConstraint { table, .. }
        | Change::FillColumn { table, .. }
        | Change::DropForeignKey { table, .. } => Some(table),
        Change::CreateObject(_)
        | Change::AlterSequence { .. }
        | Change::DropObject(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::AlterEnum { .. }
        | Change::RenameEnum { .. }
        | Change::RenameEnumValue { .. }
        | Change::RenameTable { .. }
        | Change::Grant { .. }
        | Change::Revoke { .. } => None,
    }
}
