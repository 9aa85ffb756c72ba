//! What an entity declares, in SeaORM's own words, and the schema that entities make up.
//!
//! Every reader ends here, so that what they make of one entity can differ only in what they read of it.
//!
//! Nothing is rendered: sea-query panics on types that a dialect lacks, and its SQL tells less than its statements.

mod column;
pub(crate) mod default;
pub(crate) mod foreign_key;
mod table;
mod types;
mod warning;

use std::{borrow::Borrow, collections::BTreeMap};

use sea_orm::{
    RelationDef,
    sea_query::{ColumnType, Expr},
};
use seadrift_schema::{Dialect, Index, ObjectName, Schema};

use crate::Error;

pub use warning::Warning;

/// An entity.
#[derive(Debug, Clone)]
pub(crate) struct Entity {
    /// Where it is: the path of its type.
    pub path: String,
    pub table: ObjectName,
    pub comment: Option<String>,
    pub columns: Vec<Column>,
    pub primary_key: Vec<String>,
    /// The indexes of `indexed` columns and of `unique_key`s, but not those of `unique` columns.
    pub indexes: Vec<Index>,
    pub relations: Vec<RelationDef>,
}

/// A column of an entity.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub name: String,
    pub ty: ColumnType,
    pub nullable: bool,
    pub unique: bool,
    /// Whether the entity's key is numbered and the column belongs to it.
    pub auto_increment: bool,
    pub default: Option<Expr>,
    pub comment: Option<String>,
    pub renamed_from: Option<String>,
    pub extra: Option<String>,
}

/// The schema that `entities` make up on `dialect`, and what they say that cannot be done.
pub(crate) fn schema(
    entities: impl IntoIterator<Item: Borrow<Entity>>,
    dialect: Dialect,
) -> Result<(Schema, Vec<Warning>), Error> {
    let (mut schema, mut warnings) = (Schema::default(), Vec::new());
    let mut declared_by: BTreeMap<ObjectName, String> = BTreeMap::new();
    for entity in entities {
        let entity = entity.borrow();
        let mut table = table::read(entity, dialect, &mut warnings)?;
        // An entity listed twice is no conflict.
        if let Some(first) = declared_by.insert(table.name.clone(), entity.path.clone())
            && first != entity.path
        {
            return Err(Error::SameTable {
                table: table.name,
                first,
                second: entity.path.clone(),
            });
        }
        table.shrink_to_fit();
        schema.tables.insert(table.name.clone(), table);
    }
    foreign_key::leave_out_impossible(&mut schema, &mut warnings);
    warnings.sort();
    warnings.dedup();
    Ok((schema, warnings))
}
