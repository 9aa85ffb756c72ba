//! Compares what a database has with what entities declare, as changes.
//!
//! Pure: schemas in, changes out. Both sides are brought to the dialect's canonical form first; the changes
//! themselves carry what the entities declared, so that it can be written the way a person would. Three rules
//! decide what counts:
//!
//! - What an entity does not say is no difference (a default, a comment, a foreign key's action).
//! - Only what the lock says and the entities no longer say is taken away.
//! - Structure decides and names come second: an index or foreign key under another name is the same one.

mod column;
mod enumeration;
mod foreign_key;
mod index;
mod renamed;
mod table;

use seadrift_schema::{Change, Dialect, ObjectName, Schema, canonical};

/// Why two schemas cannot be compared, or a difference between them not be written as changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A side has no form in the dialect.
    #[error(transparent)]
    Canonical(#[from] canonical::Error),
    /// The primary key differs.
    #[error(
        "the primary key of table `{table}` is ({}) in the database and ({}) in the entity, and seadrift cannot \
         change a primary key yet",
        .actual.join(", "), .desired.join(", ")
    )]
    PrimaryKey {
        /// The table.
        table: ObjectName,
        /// The key's columns in the database.
        actual: Vec<String>,
        /// The key's columns in the entity.
        desired: Vec<String>,
    },
}

/// What a comparison goes by beside the two schemas.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The dialect of the database.
    pub dialect: Dialect,
    /// The connection's own schema, whose name is left out of names.
    pub own_schema: &'a str,
    /// What the entities declared before. Empty where nothing was written down: then nothing is taken away.
    pub lock: &'a Schema,
}

/// The changes that bring `actual` to `desired`, in no order that could be run: the plan makes that.
pub fn diff(
    actual: &Schema,
    desired: &Schema,
    context: &Context<'_>,
) -> Result<Vec<Change>, Error> {
    let Context {
        dialect,
        own_schema,
        lock,
    } = *context;
    let mut actual = canonical::schema(actual, dialect, own_schema)?;
    let mut lock = canonical::schema(lock, dialect, own_schema)?;
    let canonical = canonical::schema(desired, dialect, own_schema)?;

    let mut changes = renamed::columns(&mut actual, &canonical, &mut lock);
    for declared in desired.tables.values() {
        let mut declared = declared.clone();
        declared.name = canonical::object_name(&declared.name, own_schema);
        for key in &mut declared.foreign_keys {
            key.references = canonical::object_name(&key.references, own_schema);
        }
        let Some(canonical) = canonical.tables.get(&declared.name) else {
            continue;
        };
        match actual.tables.get(&declared.name) {
            None => changes.push(Change::CreateTable(declared)),
            Some(actual) => {
                let sides = table::Sides {
                    actual,
                    declared: &declared,
                    canonical,
                    locked: lock.tables.get(&declared.name),
                };
                table::compare(&sides, context, &mut changes)?;
            }
        }
    }
    table::drop_owned(&actual, &canonical, &lock, &mut changes);
    enumeration::compare(&actual, &canonical, &lock, &mut changes);
    Ok(changes)
}
