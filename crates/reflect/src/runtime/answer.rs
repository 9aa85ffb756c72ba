//! What entities declare, as text that another program reads.

use std::collections::{BTreeMap, BTreeSet};

use seadrift_schema::{Dialect, Schema};
use serde::{Deserialize, Serialize};

use super::Entities;
use crate::{Error, Warning};

type Declared = Result<(Schema, Vec<Warning>), Error>;

const FIRST: Dialect = Dialect::Postgres;
const OTHERS: [Dialect; 3] = [Dialect::MySql, Dialect::MariaDb, Dialect::Sqlite];

/// What entities declare on every dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    is_empty: bool,
    schemas: BTreeSet<String>,
    declared: Declared,
    /// The dialects on which it is something else, which is rare.
    otherwise: BTreeMap<Dialect, Declared>,
}

impl Answer {
    pub(super) fn of(entities: &Entities) -> Self {
        let declared = entities.read(FIRST);
        let others = OTHERS.map(|dialect| (dialect, entities.read(dialect)));
        Self {
            is_empty: entities.is_empty(),
            schemas: entities.schemas(),
            otherwise: others
                .into_iter()
                .filter(|(_, other)| *other != declared)
                .collect(),
            declared,
        }
    }

    /// As text.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Whether there are no entities.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The schemas that entities name.
    pub fn schemas(&self) -> BTreeSet<String> {
        self.schemas.clone()
    }

    /// What the entities declare, and what of it cannot be done.
    pub fn read(&self, dialect: Dialect) -> Result<(Schema, Vec<Warning>), Error> {
        self.otherwise
            .get(&dialect)
            .unwrap_or(&self.declared)
            .clone()
    }
}
