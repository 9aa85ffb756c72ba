//! PostgreSQL's enum types, which live beside the tables.

use seadrift_schema::{Change, Schema, canonical};

/// Adds the enum types that only one side has or that have other values.
pub(crate) fn compare(actual: &Schema, desired: &Schema, lock: &Schema, changes: &mut Vec<Change>) {
    for ty in desired.enums.values() {
        match actual.enums.get(&ty.name) {
            None => changes.push(Change::CreateEnum(ty.clone())),
            Some(known) if known.values != ty.values => {
                let columns = actual.tables.values().flat_map(|table| {
                    table
                        .columns
                        .iter()
                        .filter(|column| {
                            canonical::enum_of(&column.ty).is_some_and(|used| used.name == ty.name)
                        })
                        .map(|column| (table.name.clone(), column.clone()))
                });
                changes.push(Change::AlterEnum {
                    from: known.clone(),
                    to: ty.clone(),
                    columns: columns.collect(),
                });
            }
            Some(_) => {}
        }
    }
    for ty in actual.enums.values() {
        let owned = lock.enums.contains_key(&ty.name) && !desired.enums.contains_key(&ty.name);
        if owned && !is_used_after(actual, ty, changes) {
            changes.push(Change::DropEnum(ty.clone()));
        }
    }
}

/// Whether a column that the changes leave as it is still has this type.
fn is_used_after(actual: &Schema, ty: &seadrift_schema::EnumType, changes: &[Change]) -> bool {
    actual.tables.values().any(|table| {
        table.columns.iter().any(|column| {
            canonical::enum_of(&column.ty).is_some_and(|used| used.name == ty.name)
                && !changes.iter().any(|change| match change {
                    Change::DropTable(dropped) => dropped.name == table.name,
                    Change::DropColumn {
                        table: name,
                        column: dropped,
                        ..
                    } => *name == table.name && dropped.name == column.name,
                    Change::AlterColumn {
                        table: name,
                        from,
                        to,
                    } => {
                        *name == table.name
                            && from.name == column.name
                            && canonical::enum_of(&to.ty).is_none_or(|used| used.name != ty.name)
                    }
                    _ => false,
                })
        })
    })
}
