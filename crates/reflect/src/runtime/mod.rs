//! Entities through their traits. The entities are linked in, so that what is read is what SeaORM itself knows.
//!
//! Nothing is rendered: sea-query panics on types that a dialect lacks, and its SQL tells less than its statements.

mod column;
mod default;
mod foreign_key;
mod table;
mod types;

#[cfg(test)]
mod tests;

use std::{
    any,
    collections::{BTreeMap, BTreeSet},
};

use sea_orm::EntityTrait;
use seadrift_schema::{Dialect, Schema, Table};

use crate::Error;

/// The entities that a project lists, most easily with [`entities!`](crate::entities).
#[derive(Default)]
pub struct Entities {
    readers: Vec<Reader>,
}

impl Entities {
    /// No entities.
    pub fn new() -> Self {
        Self::default()
    }

    /// These and `entity`.
    pub fn with<E: EntityTrait>(mut self, entity: E) -> Self {
        self.readers.push(Reader {
            path: any::type_name::<E>(),
            schema: entity.schema_name().map(str::to_owned),
            read: Box::new(move |dialect| table::read(entity, dialect)),
        });
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.readers.is_empty()
    }

    /// The schemas that entities name.
    pub fn schemas(&self) -> BTreeSet<String> {
        let named = self.readers.iter();
        named.filter_map(|reader| reader.schema.clone()).collect()
    }

    /// What the entities declare. `dialect` decides only where SeaORM itself means something else on each.
    pub fn schema(&self, dialect: Dialect) -> Result<Schema, Error> {
        let mut schema = Schema::default();
        let mut declared_by = BTreeMap::new();
        for reader in &self.readers {
            let table = (reader.read)(dialect)?;
            // An entity listed twice is no conflict.
            if let Some(first) = declared_by.insert(table.name.clone(), reader.path)
                && first != reader.path
            {
                return Err(Error::SameTable {
                    table: table.name,
                    first: first.to_owned(),
                    second: reader.path.to_owned(),
                });
            }
            schema.tables.insert(table.name.clone(), table);
        }
        Ok(schema)
    }
}

/// An entity whose type is forgotten.
struct Reader {
    path: &'static str,
    schema: Option<String>,
    read: Box<dyn Fn(Dialect) -> Result<Table, Error> + Send + Sync>,
}

/// The entities of a project: `entities![user::Entity, post::Entity]`.
#[macro_export]
macro_rules! entities {
    ($($entity:expr),* $(,)?) => {
        $crate::Entities::new()$(.with($entity))*
    };
}
