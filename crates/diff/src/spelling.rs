//! Names that some servers take for the same: those that differ in nothing but the case of their letters, and those that are
//! longer than the server keeps; and texts that differ in nothing but their quotes.

use std::{borrow::Cow, collections::BTreeMap};

use seadrift_schema::{Dialect, ObjectName, Schema, sqlite};

use crate::rename::{self, Rename};

/// The bytes that PostgreSQL keeps of a name, with a notice only.
/// (<https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>)
const POSTGRES_KEEPS: usize = 63;

/// Spells the names of tables and columns in `schema` as `actual` does where the server does not tell them apart. (MySQL tells
/// tables apart by their letters' case on most systems, and refuses long names.)
pub(crate) fn settle(schema: &mut Cow<'_, Schema>, actual: &Schema, dialect: Dialect) {
    match dialect {
        Dialect::Sqlite => rename_tables(schema, actual, |known, name| {
            known.eq_ignore_ascii_case(name)
        }),
        Dialect::Postgres => rename_tables(schema, actual, is_cut),
        Dialect::MySql | Dialect::MariaDb => {}
    }
    let mut renames = vec![];
    for table in schema.tables.values() {
        let Some(actual) = actual.tables.get(&table.name) else {
            continue;
        };
        for (place, column) in table.columns.iter().enumerate() {
            let is_kept = dialect == Dialect::Postgres && column.name.len() <= POSTGRES_KEEPS;
            if is_kept || actual.column_near(place, &column.name).is_some() {
                continue;
            }
            let lower = column.name.to_lowercase();
            let mut columns = actual.columns.iter();
            let known = columns.find(|known| match dialect {
                Dialect::Postgres => is_cut(&known.name, &column.name),
                _ => known.name.to_lowercase() == lower,
            });
            if let Some(known) = known
                && table.column(&known.name).is_none()
            {
                renames.push(Rename::Column {
                    table: table.name.clone(),
                    from: column.name.clone(),
                    to: known.name.clone(),
                });
            }
        }
    }
    if !renames.is_empty() {
        rename::apply(&renames, schema.to_mut(), dialect);
    }
}

/// Whether two texts that are kept say the same. SQLite keeps them as they were written, and quotes a column that is renamed.
pub(crate) fn same(one: &str, other: &str, dialect: Dialect) -> bool {
    one == other || (dialect == Dialect::Sqlite && sqlite::same(one, other))
}

/// Whether `known` is what PostgreSQL keeps of `name`.
fn is_cut(known: &str, name: &str) -> bool {
    name.len() > POSTGRES_KEEPS
        && name.get(..name.floor_char_boundary(POSTGRES_KEEPS)) == Some(known)
}

fn rename_tables(
    schema: &mut Cow<'_, Schema>,
    actual: &Schema,
    is_same: impl Fn(&str, &str) -> bool,
) {
    let known = |name: &ObjectName| {
        if actual.tables.contains_key(name) {
            return None;
        }
        let mut names = actual.tables.keys();
        names.find(|known| known.schema == name.schema && is_same(&known.name, &name.name))
    };
    if schema.tables.keys().all(|name| known(name).is_none()) {
        return;
    }
    let schema = schema.to_mut();
    let mut tables = BTreeMap::new();
    for (name, mut table) in std::mem::take(&mut schema.tables) {
        let name = known(&name).cloned().unwrap_or(name);
        table.name.clone_from(&name);
        for key in &mut table.foreign_keys {
            if let Some(known) = known(&key.references) {
                key.references.clone_from(known);
            }
        }
        tables.insert(name, table);
    }
    schema.tables = tables;
}
