//! Entities through their traits. The entities are linked in, so that what is read is what SeaORM itself knows.

mod answer;
mod entity;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use sea_orm::EntityTrait;
use seadrift_schema::{Dialect, Schema};

use crate::{Error, Warning, declared};

pub use answer::Answer;

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
            schema: entity.schema_name().map(str::to_owned),
            read: Box::new(move || entity::read(entity)),
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
        self.read(dialect).map(|(schema, _)| schema)
    }

    /// What the entities declare, and what of it cannot be done.
    pub fn read(&self, dialect: Dialect) -> Result<(Schema, Vec<Warning>), Error> {
        declared::schema(self.readers.iter().map(|reader| (reader.read)()), dialect)
    }

    /// What the entities declare on every dialect, to be read by another program.
    pub fn answer(&self) -> Answer {
        Answer::of(self)
    }
}

/// An entity whose type is forgotten.
struct Reader {
    schema: Option<String>,
    read: Box<dyn Fn() -> declared::Entity + Send + Sync>,
}

/// The entities of a project: `entities![user::Entity, post::Entity]`.
#[macro_export]
macro_rules! entities {
    ($($entity:expr),* $(,)?) => {
        $crate::Entities::new()$(.with($entity))*
    };
}
