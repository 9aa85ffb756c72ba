//! The canonical form of a schema: what a dialect's server would report of it.
//!
//! Both sides of a comparison go through here first. Types are settled by *spelling* them in the dialect's SQL
//! and *parsing* that as if the server had reported it, so that a respelling can never be a difference; defaults
//! by the type of their column.

mod default;
mod expression;
mod family;
mod many;
mod mysql;
mod postgres;
mod sqlite;
mod table;
mod types;

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
};

use crate::{Dialect, EnumType, ObjectName, Schema, Table, Type, Unmanaged};

pub use default::default;
pub use expression::{same_default, same_expression};
pub use family::will_do;
pub use table::{column, in_order, is_in_order, table};
pub use types::{Unsupported, is_integer, parse_type, same_type, sql_type, strict_type, ty};

/// Why a schema has no form in a dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Error {
    #[error("column `{column}` has type `{ty}`, which {dialect} does not have")]
    UnsupportedType {
        column: String,
        ty: String,
        dialect: Dialect,
    },
    #[error("column `{column}` is numbered by the server but has type `{ty}`, which is no integer")]
    AutoIncrement { column: String, ty: String },
    #[error("enum `{name}` has other values in `{second}` than in `{first}`")]
    EnumConflict {
        name: ObjectName,
        first: String,
        second: String,
    },
    #[error("table `{table}` is in a schema of its own, which seadrift reads on PostgreSQL only")]
    ForeignSchema { table: ObjectName },
}

/// `schema` in the form that a `dialect` server reports. `own_schema` is the connection's own schema, whose name
/// is left out of names. What is in that form already, as most of what a server reported is, is not copied.
pub fn schema<'a>(
    schema: &'a Schema,
    dialect: Dialect,
    own_schema: &str,
) -> Result<Cow<'a, Schema>, Error> {
    let mut canonical = Schema {
        schemas: schema.schemas.clone(),
        extensions: schema.extensions.clone(),
        ..Schema::default()
    };
    let mut others = BTreeMap::new();
    let own = |name: &ObjectName| object_name(name, own_schema);
    let domains = schema.domains.iter();
    canonical.domains = domains
        .map(|(name, definition)| (own(name), definition.clone()))
        .collect();
    let sequences = schema.sequences.iter();
    canonical.sequences = sequences
        .map(|(name, options)| (own(name), options.clone()))
        .collect();
    for (name, ty) in &schema.enums {
        canonical
            .enums
            .insert(object_name(name, own_schema), enum_type(ty, own_schema));
    }
    let mut enum_users = BTreeMap::new();
    // A table that is in that form already is not kept twice.
    let made = many::each(schema.tables.values().collect(), |table| {
        self::table(Cow::Borrowed(table), dialect, own_schema)
    })?;
    for (name, table) in schema.tables.keys().zip(made) {
        if dialect == Dialect::Postgres {
            canonical.schemas.extend(table.name.schema.clone());
            for column in &table.columns {
                canonical
                    .extensions
                    .extend(postgres::extension_of(&column.ty).map(str::to_owned));
                let Some(ty) = enum_of(&column.ty) else {
                    continue;
                };
                let user = format!("{}.{}", table.name, column.name);
                match canonical.enums.entry(ty.name.clone()) {
                    Entry::Vacant(place) => {
                        place.insert(ty.clone());
                    }
                    Entry::Occupied(known) if known.get().values != ty.values => {
                        return Err(Error::EnumConflict {
                            name: ty.name.clone(),
                            first: enum_users.remove(&ty.name).unwrap_or_default(),
                            second: user,
                        });
                    }
                    Entry::Occupied(_) => {}
                }
                enum_users.entry(ty.name.clone()).or_insert(user);
            }
        }
        if let Cow::Owned(table) = table {
            others.insert(name, table);
        }
    }
    let is_canonical = others.is_empty()
        && canonical.enums == schema.enums
        && canonical.domains == schema.domains
        && canonical.sequences == schema.sequences
        && canonical.schemas == schema.schemas
        && canonical.extensions == schema.extensions;
    if is_canonical {
        return Ok(Cow::Borrowed(schema));
    }
    for (name, table) in &schema.tables {
        let table = others.remove(name).unwrap_or_else(|| table.clone());
        canonical.tables.insert(table.name.clone(), table);
    }
    canonical.unmanaged = schema.unmanaged.clone();
    Ok(Cow::Owned(canonical))
}

/// Brings the tables that a MySQL or SQLite server reported to their canonical form one after the other, so that [`schema`]
/// has nothing to copy any more. What PostgreSQL reports is in that form, and stays as it is.
pub fn tables_in_place(
    schema: &mut Schema,
    dialect: Dialect,
    own_schema: &str,
) -> Result<(), Error> {
    if dialect == Dialect::Postgres {
        return Ok(());
    }
    let tables = schema.tables.values_mut().collect();
    many::each(tables, |table: &mut Table| {
        let reported = std::mem::replace(table, Table::new(ObjectName::new("")));
        *table = self::table(Cow::Owned(reported), dialect, own_schema)?.into_owned();
        Ok(())
    })?;
    Ok(())
}

/// Takes from `schema` how the statements that SQLite keeps are worded, so that two can be compared: it rewrites them when
/// a column is renamed, and not to the letter when it is named back.
pub fn forget_wording(schema: &mut Schema) {
    for table in schema.tables.values_mut() {
        // No other server keeps the statement.
        if table.definition.take().is_none() {
            continue;
        }
        let checks = table.checks.iter_mut().map(|check| &mut check.expression);
        let indexes = table.indexes.iter_mut();
        let indexes = indexes.filter_map(|index| index.definition.as_mut());
        let columns = table.columns.iter_mut();
        let computed =
            columns.filter_map(|column| Some(&mut column.generated.as_mut()?.expression));
        for text in checks.chain(indexes).chain(computed) {
            *text = crate::sqlite::plain(text);
        }
        // Their order was that of their words.
        table
            .checks
            .sort_by(|one, other| table::place_of_check(one).cmp(&table::place_of_check(other)));
    }
    let unmanaged = std::mem::take(&mut schema.unmanaged).into_iter();
    schema.unmanaged = unmanaged
        .map(|object| Unmanaged {
            definition: object.definition.as_deref().map(crate::sqlite::plain),
            ..object
        })
        .collect();
}

/// `name` without the name of the connection's own schema.
pub fn object_name(name: &ObjectName, own_schema: &str) -> ObjectName {
    ObjectName {
        schema: name.schema.clone().filter(|schema| schema != own_schema),
        name: name.name.clone(),
    }
}

/// `ty` with the name of its enum, if it has one, without the name of the connection's own schema.
fn within_own_schema(ty: Type, own_schema: &str) -> Type {
    match ty {
        Type::Enum(ty) => Type::from(enum_type(&ty, own_schema)),
        Type::Array(element) => Type::Array(Box::new(within_own_schema(*element, own_schema))),
        other => other,
    }
}

fn enum_type(ty: &EnumType, own_schema: &str) -> EnumType {
    EnumType {
        name: object_name(&ty.name, own_schema),
        values: ty.values.clone(),
    }
}

/// The enum that a column of type `ty` needs, itself or as an array's element.
pub fn enum_of(ty: &Type) -> Option<&EnumType> {
    match ty {
        Type::Enum(ty) => Some(ty),
        Type::Array(element) => enum_of(element),
        _ => None,
    }
}
