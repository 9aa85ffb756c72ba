//! What PostgreSQL builds while others write, outside a transaction.

use seadrift_schema::{Dialect, Index, IndexOrigin, ObjectName, PrimaryKey};

use super::Sql;

const DIALECT: Dialect = Dialect::Postgres;

/// An index built while others write, or a unique constraint upon one that was. What a run that failed left behind goes
/// first, so that it can be run again.
/// (<https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX>)
pub(super) fn create_index(table: &ObjectName, index: &Index) -> Vec<String> {
    let sql = Sql(DIALECT);
    let concurrently = |create: String| create.replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
    let plain = Index {
        origin: IndexOrigin::Index,
        ..index.clone()
    };
    let mut statements = vec![
        sql.drop_index_concurrently(table, &plain),
        concurrently(sql.create_index(table, &plain)),
    ];
    if index.origin == IndexOrigin::Constraint {
        let (of, name) = (sql.table(table), DIALECT.quote(&index.name));
        let drop = format!("ALTER TABLE {of} DROP CONSTRAINT IF EXISTS {name}");
        let add = format!("ALTER TABLE {of} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}");
        statements.insert(0, drop);
        statements.push(add);
    }
    statements
}

/// Another primary key, made of `index`, which is built while others write. It can be run again, however far it came.
pub(super) fn alter_primary_key(
    table: &ObjectName,
    from: Option<&PrimaryKey>,
    to: Option<&PrimaryKey>,
    index: &str,
) -> Vec<String> {
    let Some(key) = to else {
        return Sql(DIALECT).alter_primary_key(table, from, to);
    };
    let sql = Sql(DIALECT);
    let name = |key: &PrimaryKey| {
        let name = key.name.clone();
        DIALECT.quote(&name.unwrap_or_else(|| format!("{}_pkey", table.name)))
    };
    let mut gone: Vec<_> = from.into_iter().chain([key]).map(name).collect();
    gone.dedup();
    let mut actions: Vec<_> = gone
        .iter()
        .map(|name| format!("DROP CONSTRAINT IF EXISTS {name}"))
        .collect();
    actions.push(format!(
        "ADD CONSTRAINT {} PRIMARY KEY USING INDEX {}",
        name(key),
        DIALECT.quote(index)
    ));
    let mut unique = Index::new(index, key.columns.clone());
    unique.unique = true;
    let mut statements = create_index(table, &unique);
    statements.push(format!(
        "ALTER TABLE {} {}",
        sql.table(table),
        actions.join(", ")
    ));
    statements
}
