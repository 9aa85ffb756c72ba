//! The kinds of database that tests run on.

use std::fmt;

use serde::Deserialize;

/// A kind of database that tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// SQLite, a file of its own for each test.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB or MySQL, whichever the URL points to.
    MySql,
}

impl Backend {
    /// All of them, in the order in which tests should go through them.
    pub const ALL: [Backend; 3] = [Backend::Sqlite, Backend::Postgres, Backend::MySql];

    /// What files, and `backends` in `case.toml`, call it.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres",
            Backend::MySql => "mysql",
        }
    }

    /// The environment variable with the URL of a server to make databases on; SQLite needs none.
    pub(crate) fn variable(self) -> Option<&'static str> {
        match self {
            Backend::Sqlite => None,
            Backend::Postgres => Some("SEADRIFT_TEST_POSTGRES_URL"),
            Backend::MySql => Some("SEADRIFT_TEST_MYSQL_URL"),
        }
    }
}

/// As people write it; MySQL stands for MariaDB too.
impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Backend::Sqlite => "SQLite",
            Backend::Postgres => "PostgreSQL",
            Backend::MySql => "MySQL",
        })
    }
}
