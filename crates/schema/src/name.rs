//! Names of tables and types, with the schema they live in.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Dialect, text};

/// The name of a table or type. `schema` is `None` for the connection's own schema (PostgreSQL's first of the
/// search path, MySQL's current database, SQLite's `main`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ObjectName {
    /// The schema, where it is not the connection's own.
    pub schema: Option<String>,
    /// The name itself.
    pub name: String,
}

impl ObjectName {
    /// A name in the connection's own schema.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            schema: None,
            name: name.into(),
        }
    }

    /// A name in `schema`.
    pub fn within(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            schema: Some(schema.into()),
            name: name.into(),
        }
    }

    /// The name as SQL, qualified where it has a schema.
    pub fn quoted(&self, dialect: Dialect) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", dialect.quote(schema), dialect.quote(&self.name)),
            None => dialect.quote(&self.name),
        }
    }
}

/// The form people read and the lock file keeps: `user`, `app.user`, `"odd name"`.
impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{}.", text::identifier(schema))?;
        }
        f.write_str(&text::identifier(&self.name))
    }
}

impl FromStr for ObjectName {
    type Err = Infallible;

    fn from_str(source: &str) -> Result<Self, Infallible> {
        let mut rest = text::Cursor::new(source);
        let first = rest.identifier();
        if rest.eat('.') {
            return Ok(Self::within(first, rest.identifier()));
        }
        Ok(Self::new(first))
    }
}

impl From<String> for ObjectName {
    fn from(source: String) -> Self {
        match source.parse() {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }
}

impl From<ObjectName> for String {
    fn from(name: ObjectName) -> String {
        name.to_string()
    }
}
