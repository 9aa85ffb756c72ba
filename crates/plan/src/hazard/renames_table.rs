//! Tables that programs know under another name.

use seadrift_schema::Change;

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "renames-table",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::RenameTable { from, .. } = change else {
        return None;
    };
    let to = whole.last_name(change, |change| match change {
        Change::RenameTable { from, to } => Some((from, to)),
        _ => None,
    })?;
    Risk::new(
        format!("{from}: a program that runs on fails on the table, which is `{to}` now"),
        "stop the programs meanwhile, leave a view under the old name, or keep the name by `table_name`",
    )
}
