//! Primary keys that become others, or go.

use seadrift_schema::Change;

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "changes-primary-key",
    of,
};

fn of(change: &Change, _whole: &Whole<'_>) -> Option<Risk> {
    let Change::AlterPrimaryKey {
        table,
        from: Some(from),
        to,
    } = change
    else {
        return None;
    };
    let known = from.columns.join(", ");
    match to {
        Some(to) if to.columns == from.columns => None,
        Some(_) => Risk::new(
            format!(
                "{table}: programs and replicas that know rows by ({known}) may find several, or none"
            ),
            "bring programs that know rows by the new key to every replica first",
        ),
        None => Risk::new(
            format!(
                "{table}: nothing tells rows apart by ({known}) any more, which replication needs"
            ),
            "make a unique index on the columns first, or keep the key",
        ),
    }
}
