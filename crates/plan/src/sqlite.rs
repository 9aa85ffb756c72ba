//! What SQLite's `ALTER TABLE` can do and what it cannot. (<https://sqlite.org/lang_altertable.html>)

use std::fmt;

use seadrift_schema::{
    Change, Column, DefaultValue, ForeignKey, IndexOrigin, ObjectName, Table, Type,
};

/// A change that SQLite cannot make in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The change in words, with the names of what it concerns.
    pub change: String,
    /// What SQLite lacks.
    pub reason: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.change, self.reason)
    }
}

/// `changes` in a form that SQLite can run both ways, or those that it cannot.
pub(crate) fn within_its_means(changes: Vec<Change>) -> Result<Vec<Change>, Vec<Refusal>> {
    let mut changes = with_references_in_columns(changes);
    for change in &mut changes {
        if let Change::CreateTable(table) = change {
            number_by_integer(table);
        }
    }
    let refusals: Vec<_> = changes
        .iter()
        .filter_map(|change| refusal(change).or_else(|| going_back(change)))
        .collect();
    if refusals.is_empty() {
        Ok(changes)
    } else {
        Err(refusals)
    }
}

/// Gives the column that the server numbers rows by the one name of a type that SQLite does that for.
/// (<https://sqlite.org/autoinc.html>)
fn number_by_integer(table: &mut Table) {
    for column in table
        .columns
        .iter_mut()
        .filter(|column| column.auto_increment)
    {
        if matches!(
            column.ty,
            Type::TinyInteger | Type::SmallInteger | Type::TinyUnsigned | Type::SmallUnsigned
        ) {
            column.ty = Type::Integer;
        }
    }
}

/// Why the way back of `change` cannot be run.
fn going_back(change: &Change) -> Option<Refusal> {
    let back = refusal(&change.reverse())?;
    let change = match change {
        Change::DropColumn { table, column, .. } => {
            format!("drop column `{table}.{}`", column.name)
        }
        _ => back.change,
    };
    let reason = match back.reason {
        NOT_NULL => {
            "the column could not be brought back by `down`, because it takes no NULL and has no default"
        }
        NOT_CONSTANT => {
            "the column could not be brought back by `down`, because its default is no constant"
        }
        other => other,
    };
    Some(Refusal { change, reason })
}

/// Foreign keys of one new column each, moved into that column's definition.
fn with_references_in_columns(mut changes: Vec<Change>) -> Vec<Change> {
    let keys: Vec<(ObjectName, ForeignKey)> = changes
        .iter()
        .filter_map(|change| match change {
            Change::AddForeignKey { table, key } if key.columns.len() == 1 => {
                Some((table.clone(), key.clone()))
            }
            _ => None,
        })
        .collect();
    for (of, key) in keys {
        let column = changes.iter_mut().find_map(|change| match change {
            Change::AddColumn {
                table,
                column,
                references: references @ None,
            } if *table == of && key.columns == [column.name.as_str()] => Some(references),
            _ => None,
        });
        if let Some(references) = column {
            *references = Some(key.clone());
            changes.retain(|change| {
                *change
                    != Change::AddForeignKey {
                        table: of.clone(),
                        key: key.clone(),
                    }
            });
        }
    }
    changes
}

const NOT_NULL: &str = "a new column that takes no NULL needs a default";
const NOT_CONSTANT: &str = "a new column's default must be a constant";

fn refusal(change: &Change) -> Option<Refusal> {
    let refuse = |change: String, reason| Some(Refusal { change, reason });
    match change {
        Change::AddColumn {
            table,
            column,
            references,
        } => {
            let reason = reason_against_adding(column, references.as_ref())?;
            refuse(format!("add column `{table}.{}`", column.name), reason)
        }
        Change::AlterColumn { table, from, to } => refuse(
            format!(
                "alter column `{table}.{}` ({})",
                to.name,
                difference(from, to)
            ),
            "`ALTER TABLE` changes no column",
        ),
        Change::AddForeignKey { table, key } => refuse(
            format!("add foreign key on `{table}` ({})", key.columns.join(", ")),
            "a foreign key is made with its table, or with one new column",
        ),
        Change::DropForeignKey { table, key } => refuse(
            format!("drop foreign key on `{table}` ({})", key.columns.join(", ")),
            "a foreign key goes with its table only",
        ),
        Change::DropIndex { table, index } | Change::CreateIndex { table, index }
            if index.origin == IndexOrigin::Constraint =>
        {
            refuse(
                format!(
                    "drop unique constraint on `{table}` ({})",
                    index.columns.join(", ")
                ),
                "a constraint goes with its table only",
            )
        }
        Change::ReplaceColumn { table, to, .. } => refuse(
            format!("make column `{table}.{}` anew", to.name),
            "`ALTER TABLE` adds no column that is stored and computed",
        ),
        Change::AlterPrimaryKey { table, .. } => refuse(
            format!("change the primary key of `{table}`"),
            "a primary key is made with its table",
        ),
        Change::AddConstraint { table, .. } => refuse(
            format!("add a constraint to `{table}`"),
            "a constraint is made with its table",
        ),
        Change::DropConstraint { table, .. } => refuse(
            format!("drop a constraint of `{table}`"),
            "a constraint goes with its table only",
        ),
        Change::CreateObject(_)
        | Change::DropObject(_)
        | Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::AlterEnum { .. }
        | Change::CreateTable(_)
        | Change::DropTable(_)
        | Change::AlterTableComment { .. }
        | Change::RenameEnum { .. }
        | Change::RenameEnumValue { .. }
        | Change::RenameTable { .. }
        | Change::RenameColumn { .. }
        | Change::RenameIndex { .. }
        | Change::RenameForeignKey { .. }
        | Change::DropColumn { .. }
        | Change::CreateIndex { .. }
        | Change::DropIndex { .. } => None,
    }
}

fn reason_against_adding(column: &Column, references: Option<&ForeignKey>) -> Option<&'static str> {
    match &column.default {
        None | Some(DefaultValue::Null) if !column.nullable => Some(NOT_NULL),
        Some(DefaultValue::CurrentTimestamp | DefaultValue::Expression(_)) => Some(NOT_CONSTANT),
        Some(_) if references.is_some() => {
            Some("a new column with a foreign key must have no default")
        }
        _ => None,
    }
}

/// What differs between two states of a column, in a few words.
fn difference(from: &Column, to: &Column) -> String {
    let default = |column: &Column| {
        column
            .default
            .as_ref()
            .map_or("none".to_owned(), ToString::to_string)
    };
    let null = |column: &Column| if column.nullable { "null" } else { "not null" };
    let mut parts = vec![];
    if from.ty != to.ty {
        parts.push(format!("{} -> {}", from.ty, to.ty));
    }
    if from.nullable != to.nullable {
        parts.push(format!("{} -> {}", null(from), null(to)));
    }
    if from.default != to.default {
        parts.push(format!("default {} -> {}", default(from), default(to)));
    }
    parts.join(", ")
}
