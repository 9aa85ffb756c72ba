//! One entity as a table.

use seadrift_schema::{Dialect, Index, PrimaryKey, Table};

use super::{Entity, Warning, column, foreign_key};
use crate::Error;

/// What `entity` declares.
pub(super) fn read(
    entity: &Entity,
    dialect: Dialect,
    warnings: &mut Vec<Warning>,
) -> Result<Table, Error> {
    let mut table = Table::new(entity.table.clone());
    table.comment = entity.comment.clone();
    for column in &entity.columns {
        table
            .columns
            .push(column::read(column, &entity.table, dialect)?);
    }
    table.primary_key = primary_key(entity);
    for index in unique_columns(entity).chain(entity.indexes.iter().cloned()) {
        add_index(&mut table, index)?;
    }
    foreign_key::add(&mut table, &entity.relations, warnings)?;
    Ok(table)
}

/// SeaORM names composite keys only.
fn primary_key(entity: &Entity) -> Option<PrimaryKey> {
    let columns = entity.primary_key.clone();
    let name = (columns.len() > 1).then(|| format!("pk-{}", entity.table.name));
    (!columns.is_empty()).then_some(PrimaryKey { name, columns })
}

/// The indexes of `unique` columns. SeaORM writes `UNIQUE` behind the column when it makes the table, and an index
/// of this name when it adds it later.
fn unique_columns(entity: &Entity) -> impl Iterator<Item = Index> {
    let unique = entity.columns.iter().filter(|column| column.unique);
    unique.map(|column| {
        let name = format!("idx-{}-{}", entity.table.name, column.name);
        let mut index = Index::new(name, vec![column.name.clone()]);
        index.unique = true;
        index
    })
}

/// Adds `index` unless it is there: `unique` and a `unique_key` of the column's name mean one index.
fn add_index(table: &mut Table, index: Index) -> Result<(), Error> {
    match table.indexes.iter().find(|known| known.name == index.name) {
        None => table.indexes.push(index),
        Some(known) if *known == index => {}
        Some(known) => {
            return Err(Error::SameIndex {
                table: table.name.clone(),
                index: index.name.clone(),
                first: describe(known),
                second: describe(&index),
            });
        }
    }
    Ok(())
}

/// `(a, b) unique`, for people.
fn describe(index: &Index) -> String {
    let suffix = if index.unique { " unique" } else { "" };
    format!("({}){suffix}", index.columns.join(", "))
}
