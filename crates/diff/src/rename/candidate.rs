//! What may have been renamed: something is gone and something like it is new.

use seadrift_schema::{Change, Column, Dialect, EnumType, ObjectName, Table, Type, canonical};

use super::Rename;

/// Two changes that may be one rename.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The rename that they may be.
    pub rename: Rename,
    /// What it would spare: the old one gone.
    pub gone: Change,
    /// And the new one made. The same as `gone`, where both are in one change.
    pub made: Change,
}

/// The renames that `changes` may hide, by what is gone.
pub fn candidates(changes: &[Change], dialect: Dialect) -> Vec<Candidate> {
    let mut candidates = vec![];
    for gone in changes {
        for made in changes {
            for rename in renames(gone, made, dialect) {
                candidates.push(Candidate {
                    rename,
                    gone: gone.clone(),
                    made: made.clone(),
                });
            }
        }
    }
    candidates.sort_by(|one, other| one.rename.cmp(&other.rename));
    candidates
}

fn renames(gone: &Change, made: &Change, dialect: Dialect) -> Vec<Rename> {
    match (gone, made) {
        (Change::DropTable(from), Change::CreateTable(to)) if tables(from, to, dialect) => {
            vec![Rename::Table {
                from: from.name.clone(),
                to: to.name.clone(),
            }]
        }
        (
            Change::DropColumn {
                table,
                column: from,
                ..
            },
            Change::AddColumn {
                table: of,
                column: to,
                ..
            },
        ) if table == of && columns(from, to, dialect) => vec![Rename::Column {
            table: table.clone(),
            from: from.name.clone(),
            to: to.name.clone(),
        }],
        (Change::DropEnum(from), Change::CreateEnum(to)) if enums(from, to) => {
            vec![Rename::Enum {
                from: from.name.clone(),
                to: to.name.clone(),
            }]
        }
        (Change::AlterEnum { from, to, columns }, other) if gone == other => {
            let columns = columns.iter().map(|(table, column)| (table, column));
            values(from, to, columns.collect())
        }
        (Change::AlterColumn { table, from, to }, other) if gone == other => {
            match (canonical::enum_of(&from.ty), canonical::enum_of(&to.ty)) {
                (Some(old), Some(new)) if dialect.is_mysql() => values(old, new, vec![(table, to)]),
                _ => vec![],
            }
        }
        _ => vec![],
    }
}

/// Whether at least half of the columns of the wider table are in both.
fn tables(from: &Table, to: &Table, dialect: Dialect) -> bool {
    let shared = from.columns.iter().filter(|column| {
        to.column(&column.name)
            .is_some_and(|other| columns(column, other, dialect))
    });
    2 * shared.count() >= from.columns.len().max(to.columns.len())
}

/// Whether one column could hold what the other one held.
fn columns(from: &Column, to: &Column, dialect: Dialect) -> bool {
    let is_text = |ty: &Type| matches!(ty, Type::Char(_) | Type::String(_) | Type::Text);
    canonical::same_type(&from.ty, &to.ty, dialect)
        || canonical::will_do(&from.ty, &to.ty, dialect)
        || (is_text(&from.ty) && is_text(&to.ty))
        || (canonical::is_integer(&from.ty) && canonical::is_integer(&to.ty))
}

/// Whether at least half of the values of the larger enum are in both.
fn enums(from: &EnumType, to: &EnumType) -> bool {
    let shared = from.values.iter().filter(|value| to.values.contains(value));
    2 * shared.count() >= from.values.len().max(to.values.len())
}

fn values(from: &EnumType, to: &EnumType, columns: Vec<(&ObjectName, &Column)>) -> Vec<Rename> {
    let gone = from
        .values
        .iter()
        .filter(|value| !to.values.contains(value));
    let made = to
        .values
        .iter()
        .filter(|value| !from.values.contains(value));
    let columns: Vec<_> = columns
        .into_iter()
        .map(|(table, column)| (table.clone(), column.name.clone()))
        .collect();
    gone.flat_map(|old| {
        made.clone().map(|new| Rename::EnumValue {
            ty: to.name.clone(),
            from: old.clone(),
            to: new.clone(),
            columns: columns.clone(),
        })
    })
    .collect()
}
