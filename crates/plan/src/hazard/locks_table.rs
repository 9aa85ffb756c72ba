//! Reading a whole table while programs wait, which PostgreSQL does for indexes and constraints.

use seadrift_schema::{Change, Constraint, Dialect, IndexOrigin, canonical};

use super::{Kind, Risk, rewrites_table, validates_rows};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "locks-table",
    of,
};

const INDEX: &str = "let `--online` build it while others write, in a revision of its own";
const KEY: &str = "let `--online` build its index while others write, and make the key of that";
const CONSTRAINT: &str =
    "let `--online` add it as `NOT VALID`, and validate it in a revision of its own";

/// MySQL, MariaDB and InnoDB make indexes while others write, and copy the table for constraints: that is
/// `rewrites-table`. In SQLite one writes at a time anyway.
/// (<https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>,
/// <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>,
/// <https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html>)
fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    if whole.dialect != Dialect::Postgres {
        return None;
    }
    match change {
        Change::CreateIndex { table, index } => {
            let (who, what) = match index.origin {
                IndexOrigin::Constraint => ("reads or writes", "constraint"),
                IndexOrigin::Index | IndexOrigin::ForeignKey => ("writes", "index"),
            };
            Risk::new(
                format!(
                    "{table}: nobody {who} while the {what} `{}` is built",
                    index.name
                ),
                INDEX,
            )
        }
        Change::AlterPrimaryKey {
            table,
            to: Some(key),
            ..
        } => Risk::new(
            format!(
                "{table}: nobody reads or writes while the primary key on ({}) is built",
                key.columns.join(", ")
            ),
            KEY,
        ),
        Change::AddForeignKey { table, key }
            if validates_rows::looks_at_rows(key.clauses.as_deref()) =>
        {
            let tables = match *table == key.references {
                true => table.to_string(),
                false => format!("{table} and {}", key.references),
            };
            Risk::new(
                format!(
                    "{table}: nobody writes to {tables} while the rows are held against the foreign key on ({})",
                    key.columns.join(", ")
                ),
                CONSTRAINT,
            )
        }
        Change::AddConstraint {
            table,
            constraint: Constraint::Check(check),
        } if validates_rows::looks_at_rows(check.clauses.as_deref()) => Risk::new(
            format!(
                "{table}: nobody reads or writes while the rows are held against `{}`",
                check.expression
            ),
            CONSTRAINT,
        ),
        Change::AddConstraint {
            table,
            constraint: Constraint::Exclusion(exclusion),
        } => Risk::new(
            format!(
                "{table}: nobody reads or writes while the constraint `{}` is built",
                exclusion.name
            ),
            "run it when nobody needs the table: PostgreSQL knows no other way",
        ),
        Change::AlterColumn { table, from, to }
            if from.collation != to.collation
                && canonical::same_type(&from.ty, &to.ty, whole.dialect) =>
        {
            Risk::new(
                format!(
                    "{table}: nobody reads or writes while the indexes over `{}` are put into the order of its new collation",
                    to.name
                ),
                "run it when nobody needs the table, or drop the indexes first and let `--online` build them again",
            )
        }
        // Where the table is written anew, that is said, and it is read then.
        Change::AlterColumn { table, from, to }
            if from.nullable
                && !to.nullable
                && (canonical::same_type(&from.ty, &to.ty, whole.dialect)
                    || !rewrites_table::is_rewritten(&from.ty, &to.ty)) =>
        {
            Risk::new(
                format!(
                    "{table}: nobody reads or writes while the rows are searched for NULL in `{}`",
                    to.name
                ),
                "let `--online` validate a check first, which the server then believes",
            )
        }
        _ => None,
    }
}
