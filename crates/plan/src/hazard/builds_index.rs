//! Indexes built while others write, which costs them more than it keeps them waiting (PostgreSQL).

use seadrift_schema::{Change, Dialect};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "builds-index",
    of,
};

/// <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let (table, what) = match change {
        _ if whole.dialect != Dialect::Postgres => return None,
        Change::CreateIndexConcurrently { table, index } => {
            (table, format!("the index `{}`", index.name))
        }
        Change::AlterPrimaryKeyConcurrently {
            table,
            to: Some(key),
            ..
        } => (
            table,
            format!("the primary key on ({})", key.columns.join(", ")),
        ),
        _ => return None,
    };
    Risk::new(
        format!(
            "{table}: building {what} reads the table twice, and waits for every transaction that is under way"
        ),
        "run it when the server has time, and see that no transaction stays open",
    )
}
