//! The other fixture, whose migrations are written by hand, and the engines' own clients that run its scripts.

use std::collections::BTreeMap;
use std::env;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use sea_orm::{ConnectionTrait, Statement};
use seadrift_schema::Schema;
use seadrift_testkit::{Backend, Scratch};
use url::Url;

use super::project::state;
use super::run::Run;

/// The command that runs the fixture with the migrations of `set` and these arguments.
pub fn command(set: &str, url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scripted"));
    command
        .args(arguments)
        .env_clear()
        // Panics of migrations are meant to be seen as a line.
        .env("RUST_BACKTRACE", "0")
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .current_dir(env::temp_dir())
        .env("SEADRIFT_FIXTURE_SET", set);
    if !url.is_empty() {
        command.env("DATABASE_URL", url);
    }
    command
}

/// What it does.
pub fn run(set: &str, scratch: &Scratch, arguments: &[&str]) -> Run {
    let output = command(set, scratch.url(), arguments).output().unwrap();
    Run::new(output).without(scratch.url())
}

/// The same, which has to go well.
pub fn does(set: &str, scratch: &Scratch, arguments: &[&str]) -> Run {
    let run = run(set, scratch, arguments);
    assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
    run
}

/// Like [`does`], with sea-orm-migration's own command line.
pub fn sea_orm_does(set: &str, scratch: &Scratch, arguments: &[&str]) -> Run {
    let mut command = command(set, scratch.url(), arguments);
    command.env("SEADRIFT_FIXTURE_CLI", "sea-orm-migration");
    let run = Run::new(command.output().unwrap());
    assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
    run
}

/// The script that `arguments` print without a database.
pub fn script(set: &str, backend: Backend, arguments: &[&str]) -> String {
    let dialect = ["--sql", "--dialect", dialect(backend)];
    let arguments = [arguments, &dialect].concat();
    let output = command(set, "", &arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    assert_eq!(said, "", "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What `--dialect` calls it. The server of these tests may be either.
pub fn dialect(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
        Backend::MySql => "mariadb",
    }
}

/// Runs `sql` on the database with the engine's own client, as the head of each script says; `None`, said on stderr, where
/// there is no client. A panic then when `CI=true`.
pub fn with_client(scratch: &Scratch, sql: &str) -> Option<Output> {
    let url = Url::parse(scratch.url()).unwrap();
    let (mut command, name) = match scratch.backend() {
        Backend::Sqlite => {
            let mut command = Command::new("sqlite3");
            command.arg(url.path());
            (command, "sqlite3")
        }
        Backend::Postgres => {
            let mut command = Command::new("psql");
            command.args([
                "-q",
                "--no-psqlrc",
                "-v",
                "ON_ERROR_STOP=1",
                "-f",
                "-",
                scratch.url(),
            ]);
            (command, "psql")
        }
        Backend::MySql => {
            let mut command = Command::new("mariadb");
            command
                .arg("--no-defaults")
                .args(["--host", url.host_str().unwrap()])
                .args(["--port", &url.port().unwrap().to_string()])
                .args(["--user", url.username()])
                .env("MYSQL_PWD", url.password().unwrap_or_default())
                .arg(url.path().trim_start_matches('/'));
            (command, "mariadb")
        }
    };
    let pipes = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let Ok(mut child) = pipes.spawn() else {
        let is_ci = env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!is_ci, "CI=true and no `{name}`");
        eprintln!("skipped: no `{name}`; scripts/test installs it");
        return None;
    };
    // A client that stops early has closed its end.
    let _ = child.stdin.take().unwrap().write_all(sql.as_bytes());
    Some(child.wait_with_output().unwrap())
}

/// What is in the database: its schema, and the revisions that it knows.
pub async fn stand(scratch: &Scratch) -> (Schema, Vec<String>) {
    let (database, versions) = state(scratch).await;
    (database.schema, versions)
}

/// All rows of all tables, as text; of the version table the names only.
pub async fn rows(scratch: &Scratch, tables: &[String]) -> BTreeMap<String, Vec<String>> {
    let db = scratch.connect().await;
    let backend = db.get_database_backend();
    let mut rows = BTreeMap::new();
    for table in tables {
        let (table_name, columns) = match (&**table, scratch.backend()) {
            ("seaql_migrations", _) => ("seaql_migrations".to_owned(), "version".to_owned()),
            (name, Backend::MySql) => {
                let query = "SELECT GROUP_CONCAT(CONCAT('QUOTE(`', column_name, '`)') ORDER BY ordinal_position) \
                             FROM information_schema.columns WHERE table_schema = database() AND table_name = ?";
                let query = Statement::from_sql_and_values(backend, query, [name.into()]);
                let row = db.query_one_raw(query).await.unwrap().unwrap();
                let columns: String = row.try_get_by_index(0).unwrap();
                (format!("`{name}`"), format!("CONCAT_WS(',', {columns})"))
            }
            (name, Backend::Postgres) => {
                let name = format!("\"{}\"", name.replace('"', "\"\""));
                (format!("{name} t"), "t::text".to_owned())
            }
            (name, Backend::Sqlite) => {
                let query = "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ') FROM pragma_table_info(?)";
                let query = Statement::from_sql_and_values(backend, query, [name.into()]);
                let row = db.query_one_raw(query).await.unwrap().unwrap();
                (
                    format!("\"{}\"", name.replace('"', "\"\"")),
                    row.try_get_by_index(0).unwrap(),
                )
            }
        };
        let query = format!("SELECT {columns} FROM {table_name} ORDER BY 1");
        let found = db
            .query_all_raw(Statement::from_string(backend, query))
            .await
            .unwrap();
        let texts = found.iter().map(|row| row.try_get_by_index(0).unwrap());
        rows.insert(table.clone(), texts.collect());
    }
    db.close().await.unwrap();
    rows
}
