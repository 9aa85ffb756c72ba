//! Tables that are made anew, on SQLite.

use seadrift_schema::Change;

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "rebuilds-table",
    of,
};

fn of(change: &Change, _whole: &Whole<'_>) -> Option<Risk> {
    let Change::RebuildTable(rebuild) = change else {
        return None;
    };
    Risk::new(
        format!(
            "{}: the table is made anew and its rows copied, while nothing else can write to the database",
            rebuild.to.name
        ),
        "with many rows, run it when nobody writes, with room for a second copy of the table",
    )
}
