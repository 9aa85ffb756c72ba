//! The database engines seadrift speaks, and how each quotes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A database engine. MariaDB and MySQL share most of their SQL, but not their types and defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// Oracle's MySQL and what speaks its protocol and is not MariaDB.
    MySql,
    /// MariaDB.
    MariaDb,
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Postgres, Self::MySql, Self::MariaDb, Self::Sqlite];

    /// The engine's name as its makers write it.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Postgres => "PostgreSQL",
            Dialect::MySql => "MySQL",
            Dialect::MariaDb => "MariaDB",
            Dialect::Sqlite => "SQLite",
        }
    }

    /// Whether this is MySQL or MariaDB.
    pub fn is_mysql(self) -> bool {
        matches!(self, Dialect::MySql | Dialect::MariaDb)
    }

    /// Whether SeaORM sees one backend in both, so that a migration cannot tell them apart.
    pub fn shares_migrations_with(self, other: Dialect) -> bool {
        self == other || self.is_mysql() && other.is_mysql()
    }

    /// `name` as an identifier in SQL, whatever characters it has.
    pub fn quote(self, name: &str) -> String {
        if self.is_mysql() {
            format!("`{}`", name.replace('`', "``"))
        } else {
            format!("\"{}\"", name.replace('"', "\"\""))
        }
    }

    /// `text` as a string literal in SQL. MySQL reads a backslash as an escape, the others do not.
    pub fn literal(self, text: &str) -> String {
        let doubled = text.replace('\'', "''");
        if self.is_mysql() {
            format!("'{}'", doubled.replace('\\', "\\\\"))
        } else {
            format!("'{doubled}'")
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The server a schema was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its engine.
    pub dialect: Dialect,
    /// Its version as it reports it, such as `15.18` or `10.11.14-MariaDB`; shown to people, never parsed.
    pub version: String,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.dialect, self.version)
    }
}
