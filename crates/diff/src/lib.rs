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
mod grant;
mod index;
mod object;
mod rename;
mod spelling;
mod strict;
mod table;
mod unsayable;

use std::{borrow::Cow, collections::BTreeMap, mem};

pub use rename::{Answer, AnswerError, Candidate, Rename, answer, candidates};
use seadrift_schema::{Change, Dialect, Grant, ObjectName, Schema, Table, canonical};
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
    /// How a table is partitioned differs, and PostgreSQL has no statement for it.
    #[error("table `{0}` is partitioned otherwise, which no statement brings about")]
    Partitions(ObjectName),
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
    /// The rights that roles get on every new table (PostgreSQL).
    pub grants: &'a [Grant],
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
        renames,
        ..
    } = *context;
    let mut actual = form(actual, context)?;
    let settled = settled(desired, &actual, context);
    let canonical = form(&settled, context)?;
    // What PostgreSQL reports is its canonical form but for how defaults are worded, which plans look at.
    let settled = match context.strict.whole && dialect == Dialect::Postgres {
        true => Cow::Borrowed(&*canonical),
        false => Cow::Borrowed(&*settled),
    };
    let mut lock = match std::ptr::eq(lock, desired) || lock == desired {
        true => Cow::Borrowed(&*canonical),
        false => {
            let mut lock = form(lock, context)?;
            settle(&mut lock, &actual, dialect);
            lock
        }
    };

    let mut changes = rename::compare(renames, &mut actual, &canonical, &mut lock, dialect);
    let mut declared = vec![];
    for table in settled.tables.values() {
        let table = named_as_made(table, &canonical, own_schema);
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
            _ => changes.push(Change::CreateTable(Table::clone(declared))),
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
            constraint::compare(sides, gone, context, &mut changes);
        }
    }
    for sides in &both {
        foreign_key::compare(sides, &gone, context, &mut changes);
    }
    for table in actual
        .tables
        .values()
        .filter(|table| !canonical.tables.contains_key(&table.name))
    {
        if !lock.tables.contains_key(&table.name) {
            foreign_key::release(table, &gone, dialect, &mut changes);
        }
    }
    table::drop_owned(&actual, &canonical, &lock, &mut changes);
    enumeration::compare(&actual, &canonical, &lock, &mut changes);
    object::compare(&actual, &canonical, &lock, &mut changes);
    if context.strict.whole {
        object::compare_whole(&actual, &canonical, &lock, &mut changes);
    }
    if dialect == Dialect::Postgres {
        grant::compare(context.grants, &mut changes);
    }
    Ok(changes)
}

/// `schema`, canonical, after the renames of `context`.
pub fn renamed<'a>(schema: &'a Schema, context: &Context<'_>) -> Result<Cow<'a, Schema>, Error> {
    let mut canonical = canonical::schema(schema, context.dialect, context.own_schema)?;
    if !context.renames.is_empty() {
        rename::apply(context.renames, canonical.to_mut(), context.dialect);
    }
    Ok(canonical)
}

/// `desired` with names and types as `actual` has them where these are what is meant.
fn settled<'a>(desired: &'a Schema, actual: &Schema, context: &Context<'_>) -> Cow<'a, Schema> {
    let own_schema = context.own_schema;
    let is_plain = |name: &ObjectName| name.schema.as_deref() != Some(own_schema);
    let is_settled = desired.tables.values().all(|table| {
        let mut keys = table.foreign_keys.iter();
        is_plain(&table.name)
            && keys.all(|key| is_plain(&key.references))
            && canonical::is_in_order(table)
    });
    let mut settled = Cow::Borrowed(desired);
    if !is_settled {
        let schema = settled.to_mut();
        let tables = mem::take(&mut schema.tables).into_values();
        let tables = tables.map(|mut table| {
            table.name = canonical::object_name(&table.name, own_schema);
            for key in &mut table.foreign_keys {
                key.references = canonical::object_name(&key.references, own_schema);
            }
            canonical::in_order(&mut table);
            (table.name.clone(), table)
        });
        schema.tables = tables.collect();
    }
    settle(&mut settled, actual, context.dialect);
    settled
}

fn settle(schema: &mut Cow<'_, Schema>, actual: &Schema, dialect: Dialect) {
    spelling::settle(schema, actual, dialect);
    if dialect == Dialect::Postgres {
        unsayable::settle(schema, actual);
    }
}

/// `schema` in its canonical form.
fn form<'a>(schema: &'a Schema, context: &Context<'_>) -> Result<Cow<'a, Schema>, Error> {
    let mut canonical = canonical::schema(schema, context.dialect, context.own_schema)?;
    if context.strict.actions {
        foreign_key::keep_actions(canonical.to_mut(), schema, context.own_schema);
    }
    Ok(canonical)
}

/// `table` as it is declared, under the names that it gets when it is made. It is copied only where these are others.
fn named_as_made<'a>(table: &'a Table, canonical: &Schema, own_schema: &str) -> Cow<'a, Table> {
    let is_own = |name: &ObjectName| name.schema.as_deref() == Some(own_schema);
    let name = canonical::object_name(&table.name, own_schema);
    let cut = canonical.tables.get(&name);
    let is_named_so = !is_own(&table.name)
        && !table.foreign_keys.iter().any(|key| is_own(&key.references))
        && cut.is_none_or(|cut| has_names_of(table, cut));
    if is_named_so {
        return Cow::Borrowed(table);
    }
    let mut table = table.clone();
    table.name = name;
    for key in &mut table.foreign_keys {
        key.references = canonical::object_name(&key.references, own_schema);
    }
    if let Some(cut) = cut {
        cut_names(&mut table, cut);
    }
    Cow::Owned(table)
}

/// Whether the primary key, indexes and foreign keys of `declared` have the names that [`cut_names`] gives them.
fn has_names_of(declared: &Table, canonical: &Table) -> bool {
    let mut indexes = declared.indexes.iter().zip(&canonical.indexes);
    let mut keys = declared.foreign_keys.iter().zip(&canonical.foreign_keys);
    declared.primary_key == canonical.primary_key
        && indexes.all(|(index, cut)| index.name == cut.name)
        && keys.all(|(key, cut)| cut.name.is_none() || key.name == cut.name)
}

/// Gives the primary key, indexes and foreign keys of `declared` the names that the server has room for: SeaORM makes them up of
/// the names of table and columns, however long these are.
fn cut_names(declared: &mut Table, canonical: &Table) {
    if let (Some(key), Some(cut)) = (&mut declared.primary_key, &canonical.primary_key) {
        key.name.clone_from(&cut.name);
    }
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
