//! Enums that lose a value: a type of its own on PostgreSQL, a part of the column's on MySQL, where `SET`s do too.

use seadrift_schema::{Change, Dialect, Type};

use super::{Kind, Risk};
use crate::{set::members, whole::Whole};

pub(super) const KIND: Kind = Kind {
    code: "removes-enum-value",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let (name, gone) = match change {
        Change::AlterEnum { from, to, columns } if !columns.is_empty() => (
            to.name.to_string(),
            removed(&from.values, &to.values, whole.dialect),
        ),
        Change::AlterColumn { table, from, to } if whole.dialect.is_mysql() => {
            match (&from.ty, &to.ty) {
                (Type::Enum(from), Type::Enum(new)) => (
                    format!("{table}: `{}`", to.name),
                    removed(&from.values, &new.values, whole.dialect),
                ),
                (from, new) => (
                    format!("{table}: `{}`", to.name),
                    removed(&members(from)?, &members(new)?, whole.dialect),
                ),
            }
        }
        _ => return None,
    };
    if gone.is_empty() {
        return None;
    }
    let what = match change {
        Change::AlterEnum { .. } => format!("{name}: a row that holds"),
        _ => format!("{name} loses a value, and a row that holds"),
    };
    Risk::new(
        format!("{what} {} stops the migration", gone.join(" or ")),
        "give such rows another value in a revision before this one",
    )
}

/// The values that `to` has no more, quoted. MySQL's usual collations see no difference between upper and lower case.
fn removed(from: &[String], to: &[String], dialect: Dialect) -> Vec<String> {
    let stays = |value: &String| {
        to.iter().any(|kept| match dialect.is_mysql() {
            true => kept.to_lowercase() == value.to_lowercase(),
            false => kept == value,
        })
    };
    let gone = from.iter().filter(|value| !stays(value));
    gone.map(|value| format!("`{value}`")).collect()
}
