//! Columns that an entity says it renamed (`renamed_from`).

use seadrift_schema::{Change, ForeignKey, ObjectName, Schema, Table};

/// The renames that `desired` asks for and `actual` has not seen yet. Both `actual` and `lock` are brought to the
/// new names, so that everything after sees one name only.
///
/// A rename is done once the new name is there; the attribute may stay on the entity.
pub(crate) fn columns(actual: &mut Schema, desired: &Schema, lock: &mut Schema) -> Vec<Change> {
    let mut changes = vec![];
    for table in desired.tables.values() {
        for column in &table.columns {
            let Some(from) = &column.renamed_from else {
                continue;
            };
            let is_due = actual.tables.get(&table.name).is_some_and(|actual| {
                actual.column(&column.name).is_none() && actual.column(from).is_some()
            });
            if is_due && table.column(from).is_none() {
                rename(actual, &table.name, from, &column.name);
                rename(lock, &table.name, from, &column.name);
                changes.push(Change::RenameColumn {
                    table: table.name.clone(),
                    from: from.clone(),
                    to: column.name.clone(),
                });
            }
        }
    }
    changes
}

/// Renames a column wherever `schema` names it, as a server does.
fn rename(schema: &mut Schema, table: &ObjectName, from: &str, to: &str) {
    let rename = |columns: &mut Vec<String>| {
        for column in columns.iter_mut().filter(|column| *column == from) {
            to.clone_into(column);
        }
    };
    for other in schema.tables.values_mut() {
        for ForeignKey {
            references,
            referenced_columns,
            ..
        } in &mut other.foreign_keys
        {
            if references == table {
                rename(referenced_columns);
            }
        }
    }
    let Some(Table {
        columns,
        primary_key,
        indexes,
        foreign_keys,
        ..
    }) = schema.tables.get_mut(table)
    else {
        return;
    };
    for column in columns.iter_mut().filter(|column| column.name == from) {
        to.clone_into(&mut column.name);
    }
    primary_key
        .iter_mut()
        .for_each(|key| rename(&mut key.columns));
    indexes
        .iter_mut()
        .for_each(|index| rename(&mut index.columns));
    foreign_keys
        .iter_mut()
        .for_each(|key| rename(&mut key.columns));
}
