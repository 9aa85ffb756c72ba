//! Rights on a table (PostgreSQL).

use std::fmt;

use serde::Deserialize;

/// What a role may do with a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role; `public` is everybody.
    pub role: String,
    /// What it may do.
    pub privileges: Vec<Privilege>,
}

/// A right on a table. (<https://www.postgresql.org/docs/current/ddl-priv.html>)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "they are called what PostgreSQL calls them")]
pub enum Privilege {
    Select,
    Insert,
    Update,
    Delete,
    Truncate,
    References,
    Trigger,
    Maintain,
    All,
}

impl Grant {
    /// The privileges as SQL lists them.
    pub fn list(&self) -> String {
        let privileges: Vec<_> = self.privileges.iter().map(Privilege::to_string).collect();
        privileges.join(", ")
    }
}

impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Privilege::Select => "SELECT",
            Privilege::Insert => "INSERT",
            Privilege::Update => "UPDATE",
            Privilege::Delete => "DELETE",
            Privilege::Truncate => "TRUNCATE",
            Privilege::References => "REFERENCES",
            Privilege::Trigger => "TRIGGER",
            Privilege::Maintain => "MAINTAIN",
            Privilege::All => "ALL PRIVILEGES",
        })
    }
}
