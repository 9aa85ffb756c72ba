//! Relations as foreign keys.

use sea_orm::{
    RelationDef,
    sea_query::{ForeignKeyAction, ForeignKeyCreateStatement, SchemaName, TableName, TableRef},
};
use seadrift_schema::{ForeignKey, ObjectName, ReferentialAction, Table};

use crate::Error;

/// Adds the foreign key of `relation` to `table`, if it has one that is not there yet.
///
/// Several relations may run over one foreign key, so that keys are the same where all that they say agrees; what
/// one of them leaves unsaid, such as an action, the other says for both.
pub(super) fn add(table: &mut Table, relation: RelationDef) -> Result<(), Error> {
    // Contrary to its description, `is_owner` is set on the side that is pointed to.
    if relation.is_owner || relation.skip_fk {
        return Ok(());
    }
    let is_named = relation.fk_name.is_some();
    let key = read(relation, &table.name)?;
    for known in &mut table.foreign_keys {
        if known.columns == key.columns
            && known.references == key.references
            && known.referenced_columns == key.referenced_columns
            && agree(known.on_delete, key.on_delete)
            && agree(known.on_update, key.on_update)
        {
            known.on_delete = known.on_delete.or(key.on_delete);
            known.on_update = known.on_update.or(key.on_update);
            if is_named {
                known.name = key.name;
            }
            return Ok(());
        }
        if known.name == key.name {
            return Err(Error::SameForeignKey {
                table: table.name.clone(),
                key: key.name.clone().unwrap_or_default(),
                first: describe(known),
                second: describe(&key),
            });
        }
    }
    table.foreign_keys.push(key);
    Ok(())
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
pub(super) fn describe(key: &ForeignKey) -> String {
    let mut text = format!(
        "({}) to {} ({})",
        key.columns.join(", "),
        key.references,
        key.referenced_columns.join(", ")
    );
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if let Some(action) = action {
            text.push_str(&format!(" on {event} {}", action.sql().to_lowercase()));
        }
    }
    text
}
