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
mod constraint;
mod enumeration;
mod foreign_key;
mod index;
mod object;
mod rename;
mod strict;
mod table;

use std::collections::BTreeMap;

pub use rename::{Answer, AnswerError, Candidate, Rename, answer, candidates};
use seadrift_schema::{Change, Dialect, ObjectName, Schema, Table, canonical};
pub use strict::Strict;

/// Why two schemas cannot be compared, or a difference between them not be written as changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A side has no form in the dialect.
    #[error(transparent)]
    Canonical(#[from] canonical::Error),
    /// An answer about renames cannot be used.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// A declared index has the name of one that entities cannot express and that nobody declared.
    #[error(
        "table `{table}` has an index `{index}` of a form that entities cannot express, and the entity declares \
         another of that name; drop or rename the one in the database first"
    )]
    IndexName {
        /// The table.
        table: ObjectName,
        /// The index.
        index: String,
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
    /// What counts although it means the same, or nearly.
    pub strict: Strict,
    /// What was renamed, beside what entities say of it.
    pub renames: &'a [Rename],
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
        strict,
        renames,
    } = *context;
    let form = |schema: &Schema| -> Result<Schema, Error> {
        let mut canonical = canonical::schema(schema, dialect, own_schema)?;
        if strict.actions {
            foreign_key::keep_actions(&mut canonical, schema, own_schema);
        }
        Ok(canonical)
    };
    let (mut actual, mut lock) = (form(actual)?, form(lock)?);
    let canonical = form(desired)?;

    let mut changes = rename::compare(renames, &mut actual, &canonical, &mut lock, dialect);
    let mut declared = vec![];
    for table in desired.tables.values() {
        let mut table = table.clone();
        table.name = canonical::object_name(&table.name, own_schema);
        for key in &mut table.foreign_keys {
            key.references = canonical::object_name(&key.references, own_schema);
        }
        if let Some(cut) = canonical.tables.get(&table.name) {
            cut_names(&mut table, cut);
        }
        if !table::is_no_table(&actual, &table) {
            declared.push(table);
        }
    }
    let mut both = vec![];
    for declared in &declared {
        match (
            actual.tables.get(&declared.name),
            canonical.tables.get(&declared.name),
        ) {
            (Some(actual), Some(canonical)) => {
                let locked = lock.tables.get(&declared.name);
                both.push(table::Sides {
                    actual,
                    declared,
                    canonical,
                    locked,
                });
            }
            _ => changes.push(Change::CreateTable(declared.clone())),
        }
    }
    let mut gone = BTreeMap::new();
    for sides in &both {
        let of_table = table::compare(sides, context, &mut changes)?;
        gone.insert(sides.actual.name.clone(), of_table);
    }
    for sides in &both {
        if let Some(gone) = gone.get(&sides.actual.name) {
            index::compare(sides, gone, context, &mut changes)?;
        }
        constraint::compare(sides, &mut changes);
        foreign_key::compare(sides, &gone, context, &mut changes);
    }
    for table in actual
        .tables
        .values()
        .filter(|table| !canonical.tables.contains_key(&table.name))
    {
        if !lock.tables.contains_key(&table.name) {
            foreign_key::release(table, &gone, &mut changes);
        }
    }
    table::drop_owned(&actual, &canonical, &lock, &mut changes);
    enumeration::compare(&actual, &canonical, &lock, &mut changes);
    object::compare(&actual, &canonical, &lock, &mut changes);
    Ok(changes)
}

/// `schema`, canonical, after the renames of `context`.
pub fn renamed(schema: &Schema, context: &Context<'_>) -> Result<Schema, Error> {
    let mut canonical = canonical::schema(schema, context.dialect, context.own_schema)?;
    rename::apply(context.renames, &mut canonical);
    Ok(canonical)
}

/// Gives the indexes and foreign keys of `declared` the names that the server has room for: SeaORM makes them up of
/// the names of table and columns, however long these are.
fn cut_names(declared: &mut Table, canonical: &Table) {
    for (index, cut) in declared.indexes.iter_mut().zip(&canonical.indexes) {
        index.name.clone_from(&cut.name);
    }
    for (key, cut) in declared
        .foreign_keys
        .iter_mut()
        .zip(&canonical.foreign_keys)
    {
        if cut.name.is_some() {
            key.name.clone_from(&cut.name);
        }
    }
}
