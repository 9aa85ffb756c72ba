//! Reads a live database into seadrift's schema model.
//!
//! One bulk catalog query for each kind of object, however many tables there are. On PostgreSQL `pg_catalog` is
//! asked, which answers every role alike, where `information_schema` hides from a role the keys of tables that it
//! does not own.

pub mod ask;
mod assemble;
mod catalog;
mod error;
mod mysql;
mod postgres;
mod sqlite;

use sea_orm::{ConnectionTrait, DbBackend, Value};
use seadrift_schema::{Schema, Server, Table};

pub use catalog::Connection;
pub use error::Error;

/// What a database has, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// The server.
    pub server: Server,
    /// The schema that names without one mean: PostgreSQL's first of the search path, MySQL's current database,
    /// SQLite's `main`.
    pub own_schema: String,
    /// The tables and types.
    pub schema: Schema,
}

/// What of a database is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'a> {
    /// PostgreSQL schemas to read beside the connection's own. Other engines have none.
    pub schemas: &'a [String],
    /// Names of tables that are passed over, in whatever schema: the migration version table.
    pub ignored_tables: &'a [String],
    /// The names of the only tables that are read, as the database spells them and in whatever schema; all are, if
    /// there is no list. What is no table is told of all the same.
    pub tables: Option<&'a [String]>,
}

impl Scope<'_> {
    /// Whether tables of this name are read.
    fn reads(&self, table: &str) -> bool {
        let is_listed = |names: &[String]| names.iter().any(|name| name == table);
        self.tables.is_none_or(is_listed) && !self.ignores(table)
    }

    /// Whether tables of this name are passed over, and whatever else has it.
    fn ignores(&self, table: &str) -> bool {
        self.ignored_tables.iter().any(|name| name == table)
    }

    /// The names of the only tables that are read, as values of a statement.
    fn values(&self) -> Vec<Value> {
        let names = self.tables.into_iter().flatten();
        names.map(Value::from).collect()
    }

    /// The condition that `name`, an expression in SQL, is one of the tables that are read. `placeholder` gives the word
    /// for the value at a place.
    fn condition(&self, name: &str, placeholder: impl Fn(usize) -> String) -> String {
        match self.tables {
            None => "true".to_owned(),
            // No engine takes an empty list.
            Some([]) => "false".to_owned(),
            Some(tables) => {
                let places: Vec<_> = (1..=tables.len()).map(placeholder).collect();
                format!("{name} IN ({})", places.join(", "))
            }
        }
    }
}

/// Reads the database that `db` is connected to.
pub async fn introspect(db: &impl Connection, scope: &Scope<'_>) -> Result<Database, Error> {
    let mut database = match ConnectionTrait::get_database_backend(db) {
        DbBackend::Postgres => postgres::introspect(db, scope).await?,
        DbBackend::MySql => mysql::introspect(db, scope).await?,
        DbBackend::Sqlite => sqlite::introspect(db, scope).await?,
        other => return Err(Error::Unsupported(other)),
    };
    let tables = database.schema.tables.values_mut();
    tables.for_each(Table::shrink_to_fit);
    Ok(database)
}

/// Asks the server that `db` is connected to what it is.
pub async fn server(db: &impl Connection) -> Result<Server, Error> {
    match ConnectionTrait::get_database_backend(db) {
        DbBackend::Postgres => postgres::server(db).await,
        DbBackend::MySql => mysql::server(db).await,
        DbBackend::Sqlite => sqlite::server(db).await,
        other => Err(Error::Unsupported(other)),
    }
}
