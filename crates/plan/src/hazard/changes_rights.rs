//! Rights that everybody gets, or that a role gets or loses on a table that stands (PostgreSQL).

use seadrift_schema::{Change, Grant, ObjectName};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "changes-rights",
    of,
};

/// What a role that is named gets with a new table concerns nobody else, and what goes with a table goes for all.
fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    match change {
        Change::Grant { table, grant } if grant.role == "public" => Risk::new(
            format!(
                "{table}: everybody who may connect to the database has the right to {}",
                listed(grant)
            ),
            "name the roles that need it in `[postgres.grants]`",
        ),
        Change::Grant { table, grant } if !is_made(table, whole) => Risk::new(
            format!(
                "{table}: `{}` gets the right to {}",
                grant.role,
                listed(grant)
            ),
            "make sure that the role is to have it",
        ),
        Change::Revoke { table, grant } if !whole.drops_table(table) => Risk::new(
            format!(
                "{table}: programs that connect as `{}` fail to {}",
                grant.role,
                listed(grant)
            ),
            "make sure that no program needs it any more",
        ),
        _ => None,
    }
}

fn listed(grant: &Grant) -> String {
    grant.list().to_lowercase()
}

fn is_made(table: &ObjectName, whole: &Whole<'_>) -> bool {
    let makes =
        |change: &Change| matches!(change, Change::CreateTable(made) if made.name == *table);
    whole.changes.iter().any(makes)
}
