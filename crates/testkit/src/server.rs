//! The servers that scratch databases are made on.

use std::env;
use std::io::{self, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};

use crate::Backend;

/// The backends that tests can run on here. Panics when one is missing and `CI=true`.
pub fn backends() -> Vec<Backend> {
    Backend::ALL
        .into_iter()
        .filter(|&backend| backend.variable().is_none() || admin_url(backend).is_some())
        .collect()
}

/// Name and version of what runs behind `backend`, such as `MariaDB 10.11.14`.
pub async fn version(backend: Backend) -> Option<String> {
    let url = match backend {
        Backend::Sqlite => "sqlite::memory:".to_owned(),
        Backend::Postgres | Backend::MySql => admin_url(backend)?,
    };
    let query = match backend {
        Backend::Sqlite => "SELECT sqlite_version()",
        Backend::Postgres => "SHOW server_version",
        Backend::MySql => "SELECT version()",
    };
    let connection = connect(&url).await;
    let row = connection
        .query_one_raw(Statement::from_string(
            connection.get_database_backend(),
            query,
        ))
        .await
        .unwrap_or_else(|error| panic!("{backend} does not tell its version: {error}"))?;
    let text: String = row
        .try_get_by_index(0)
        .unwrap_or_else(|error| panic!("{backend} does not tell its version: {error}"));
    let name = if text.contains("MariaDB") {
        "MariaDB".to_owned()
    } else {
        backend.to_string()
    };
    let number = text.split([' ', '-']).next().unwrap_or_default();
    Some(format!("{name} {number}"))
}

/// The URL of the server for `backend`; `None`, said once on stderr, where there is none.
pub(crate) fn admin_url(backend: Backend) -> Option<String> {
    let variable = backend.variable()?;
    let url = env::var(variable).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        let message = format!("{backend}: set {variable} or run scripts/test");
        assert!(
            env::var_os("CI").is_none_or(|value| value != "true"),
            "CI=true and no {message}"
        );
        say_skipped(backend, &message);
    }
    url
}

pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    try_connect(url)
        .await
        .unwrap_or_else(|error| panic!("no connection to the test database: {error}"))
}

pub(crate) async fn try_connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    // Many tests run at once against one server. SQLite has one connection, as SeaORM has it: a second one finds names
    // taken that the first has freed.
    let connections = if url.starts_with("sqlite") { 1 } else { 2 };
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(20))
        .sqlx_logging(false);
    Database::connect(options).await
}

/// Written past the test harness, which shows what a passing test printed to nobody.
fn say_skipped(backend: Backend, message: &str) {
    static SAID: Mutex<Vec<Backend>> = Mutex::new(Vec::new());
    let mut said = SAID.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if !said.contains(&backend) {
        said.push(backend);
        // Nobody is left to tell when stderr is closed.
        writeln!(io::stderr(), "skipped: {message}").ok();
    }
}
