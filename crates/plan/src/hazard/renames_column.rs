//! Columns that programs know under another name.

use seadrift_schema::Change;

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "renames-column",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::RenameColumn { table, from, .. } = change else {
        return None;
    };
    let (_, to) = whole.last_name(change, |change| match change {
        Change::RenameColumn { table, from, to } => Some(((table, from), (table, to))),
        _ => None,
    })?;
    Risk::new(
        format!("{table}: a program that runs on fails on `{from}`, which is `{to}` now"),
        "stop the programs meanwhile, or keep the name and give the field another by `column_name`",
    )
}
