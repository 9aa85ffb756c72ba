//! Relations as foreign keys.

use std::collections::BTreeSet;

use sea_orm::{
    RelationDef,
    sea_query::{ForeignKeyAction, ForeignKeyCreateStatement, SchemaName, TableName, TableRef},
};
use seadrift_schema::{ForeignKey, ObjectName, ReferentialAction, Schema, Table};

use super::Warning;
use crate::Error;

/// Adds the foreign keys of `relations` to `table`.
///
/// Several relations may run over one foreign key, so that keys are the same where all that they say agrees; what
/// one of them leaves unsaid, such as an action, the other says for both.
pub(super) fn add(
    table: &mut Table,
    relations: &[RelationDef],
    warnings: &mut Vec<Warning>,
) -> Result<(), Error> {
    // The names that relations to different tables would share. A column that means one thing or the other has no key.
    let mut contested = BTreeSet::new();
    for relation in relations {
        // Contrary to its description, `is_owner` is set on the side that is pointed to.
        if relation.is_owner || relation.skip_fk {
            continue;
        }
        let (is_named, is_conditional) =
            (relation.fk_name.is_some(), relation.on_condition.is_some());
        let key = read(relation.clone(), &table.name)?;
        if is_conditional {
            warnings.push(Warning::Conditional {
                table: table.name.clone(),
                columns: key.columns.join(", "),
            });
            continue;
        }
        let key_name = key.name.clone().unwrap_or_default();
        if contested.contains(&key_name) {
            continue;
        }
        match find(table, &key) {
            Found::Nothing => table.foreign_keys.push(key),
            Found::Same(at) => {
                if let Some(known) = table.foreign_keys.get_mut(at) {
                    known.on_delete = known.on_delete.or(key.on_delete);
                    known.on_update = known.on_update.or(key.on_update);
                    if is_named {
                        known.name = key.name;
                    }
                }
            }
            Found::OtherOfThatName(at) => {
                let known = table.foreign_keys.remove(at);
                if is_named || known.columns != key.columns || aims_alike(&known, &key) {
                    return Err(Error::SameForeignKey {
                        table: table.name.clone(),
                        key: key_name,
                        first: describe(&known),
                        second: describe(&key),
                    });
                }
                warnings.push(Warning::SeveralTargets {
                    table: table.name.clone(),
                    columns: key.columns.join(", "),
                    first: target(&known),
                    second: target(&key),
                });
                contested.insert(key_name);
            }
        }
    }
    Ok(())
}

/// What a table has already of a foreign key.
enum Found {
    Nothing,
    Same(usize),
    OtherOfThatName(usize),
}

fn find(table: &Table, key: &ForeignKey) -> Found {
    for (at, known) in table.foreign_keys.iter().enumerate() {
        if known.columns == key.columns
            && aims_alike(known, key)
            && agree(known.on_delete, key.on_delete)
            && agree(known.on_update, key.on_update)
        {
            return Found::Same(at);
        }
        if known.name == key.name {
            return Found::OtherOfThatName(at);
        }
    }
    Found::Nothing
}

fn aims_alike(one: &ForeignKey, other: &ForeignKey) -> bool {
    one.references == other.references && one.referenced_columns == other.referenced_columns
}

/// Takes away the foreign keys whose target is known and not unique, which no database would enforce.
pub(super) fn leave_out_impossible(schema: &mut Schema, warnings: &mut Vec<Warning>) {
    let mut impossible = Vec::new();
    for table in schema.tables.values() {
        for key in &table.foreign_keys {
            let target = schema.tables.get(&key.references);
            if target.is_some_and(|target| !is_unique(target, &key.referenced_columns)) {
                impossible.push((table.name.clone(), key.name.clone()));
                warnings.push(Warning::NotUnique {
                    table: table.name.clone(),
                    columns: key.columns.join(", "),
                    references: key.references.clone(),
                    referenced: key.referenced_columns.join(", "),
                });
            }
        }
    }
    for (table, key) in impossible {
        if let Some(table) = schema.tables.get_mut(&table) {
            table.foreign_keys.retain(|known| known.name != key);
        }
    }
}

/// Whether no two rows of `table` are alike in `columns`, in whatever order.
fn is_unique(table: &Table, columns: &[String]) -> bool {
    let wanted: BTreeSet<_> = columns.iter().collect();
    let indexes = table.indexes.iter().filter(|index| index.unique);
    let keys = table.primary_key.iter().map(|key| &key.columns);
    keys.chain(indexes.map(|index| &index.columns))
        .any(|unique| unique.iter().collect::<BTreeSet<_>>() == wanted)
}

fn read(relation: RelationDef, table: &ObjectName) -> Result<ForeignKey, Error> {
    let statement: ForeignKeyCreateStatement = relation.into();
    let key = statement.get_foreign_key();
    let name = key.get_name().unwrap_or_default().to_owned();
    let Some(TableRef::Table(TableName(schema, referenced), _)) = key.get_ref_table() else {
        return Err(Error::NoTableReferenced {
            table: table.clone(),
            key: name,
        });
    };
    let action = |action: Option<ForeignKeyAction>| {
        action
            .map(|action| {
                self::action(action).ok_or_else(|| Error::UnknownAction {
                    table: table.clone(),
                    key: name.clone(),
                    action: format!("{action:?}"),
                })
            })
            .transpose()
    };
    let references = ObjectName {
        schema: schema
            .as_ref()
            .map(|SchemaName(_, schema)| schema.to_string()),
        name: referenced.to_string(),
    };
    Ok(ForeignKey {
        on_delete: action(key.get_on_delete())?,
        on_update: action(key.get_on_update())?,
        name: Some(name),
        ..ForeignKey::new(key.get_columns(), references, key.get_ref_columns())
    })
}

fn action(action: ForeignKeyAction) -> Option<ReferentialAction> {
    Some(match action {
        ForeignKeyAction::Restrict => ReferentialAction::Restrict,
        ForeignKeyAction::Cascade => ReferentialAction::Cascade,
        ForeignKeyAction::SetNull => ReferentialAction::SetNull,
        ForeignKeyAction::NoAction => ReferentialAction::NoAction,
        ForeignKeyAction::SetDefault => ReferentialAction::SetDefault,
        _ => return None,
    })
}

fn agree(one: Option<ReferentialAction>, other: Option<ReferentialAction>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// What distinguishes `key`, for people: `(author_id) to user (id) on delete cascade`.
pub(crate) fn describe(key: &ForeignKey) -> String {
    let mut text = format!("({}) to {}", key.columns.join(", "), target(key));
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if let Some(action) = action {
            text.push_str(&format!(" on {event} {}", action.sql().to_lowercase()));
        }
    }
    text
}

/// What `key` points to, for people: `user (id)`.
fn target(key: &ForeignKey) -> String {
    format!("{} ({})", key.references, key.referenced_columns.join(", "))
}
