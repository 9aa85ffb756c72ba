//! Names that differ in nothing but the case of their letters, which some servers take for the same.

use std::collections::BTreeMap;

use seadrift_schema::{Dialect, ObjectName, Schema};

use crate::rename::{self, Rename};

/// Spells the names of `schema` as `actual` does where the server does not tell them apart: columns on SQLite and
/// MySQL, and tables on SQLite. (MySQL's tables are told apart on most systems.)
pub(crate) fn settle(schema: &mut Schema, actual: &Schema, dialect: Dialect) {
    if dialect == Dialect::Postgres {
        return;
    }
    if dialect == Dialect::Sqlite {
        rename_tables(schema, actual);
    }
    let mut renames = vec![];
    for table in schema.tables.values() {
        let Some(actual) = actual.tables.get(&table.name) else {
            continue;
        };
        for column in &table.columns {
            if actual.column(&column.name).is_some() {
                continue;
            }
            let name = column.name.to_lowercase();
            let mut columns = actual.columns.iter();
            let known = columns.find(|known| known.name.to_lowercase() == name);
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
        rename::apply(&renames, schema);
    }
}

fn rename_tables(schema: &mut Schema, actual: &Schema) {
    let known = |name: &ObjectName| {
        if actual.tables.contains_key(name) {
            return None;
        }
        let mut names = actual.tables.keys();
        names.find(|known| known.name.eq_ignore_ascii_case(&name.name))
    };
    if schema.tables.keys().all(|name| known(name).is_none()) {
        return;
    }
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
