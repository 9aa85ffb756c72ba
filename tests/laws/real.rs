//! The schemas of real applications: read from one database, made from nothing in another, and read again.
//!
//! `SEADRIFT_REALWORLD` names a folder with dumps, `NAME.postgres.sql`, `NAME.mariadb.sql` and `NAME.sqlite.sql`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use seadrift_plan::plan;
use seadrift_schema::Schema;
use seadrift_testkit::Backend;

use crate::database::Database;

/// The dumps that cannot be carried over yet, each with what the failure says.
const KNOWN: [(&str, &str); 0] = [];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    carry_over_all(Backend::Sqlite, ".sqlite.sql").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    carry_over_all(Backend::Postgres, ".postgres.sql").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql() {
    carry_over_all(Backend::MySql, ".mariadb.sql").await;
}

async fn carry_over_all(backend: Backend, suffix: &str) {
    let Some(folder) = env::var_os("SEADRIFT_REALWORLD").map(PathBuf::from) else {
        eprintln!("skipped: real schemas: set SEADRIFT_REALWORLD");
        return;
    };
    let mut errors = vec![];
    for file in dumps(&folder, suffix) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let known = KNOWN.iter().find(|(dump, _)| *dump == name);
        match (carry_over(backend, &file).await, known) {
            (Ok(Outcome::Same(tables)), None) => eprintln!("{name}: {tables} tables, the same"),
            (Ok(Outcome::Same(_)), Some(_)) => {
                errors.push(format!("{name} can be carried over: take it off the list"));
            }
            (Ok(Outcome::Skipped(reason)), _) => eprintln!("skipped: {name}: {reason}"),
            (Err(error), Some((_, known))) if error.contains(known) => {
                eprintln!("{name}: as known, {known}");
            }
            (Err(error), _) => errors.push(format!("{name}: {error}")),
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n\n"));
}

fn dumps(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let files =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(suffix));
    files.sort();
    files
}

enum Outcome {
    /// The same schema came out, of so many tables.
    Same(usize),
    /// The server cannot take the dump.
    Skipped(String),
}

async fn carry_over(backend: Backend, dump: &Path) -> Result<Outcome, String> {
    let dump = fs::read_to_string(dump).map_err(|error| error.to_string())?;
    let Some(source) = Database::new(backend).await else {
        return Ok(Outcome::Skipped(format!("no {backend}")));
    };
    if let Err(error) = source.load(&dump).await {
        if error.contains("extension") && error.contains("is not available") {
            let reason = error.lines().next().unwrap_or_default();
            return Ok(Outcome::Skipped(reason.to_owned()));
        }
        return Err(format!("the dump cannot be loaded: {error}"));
    }
    let mut schema = source.read().await?;
    let target = Database::new(backend).await.ok_or("no database")?;
    let nothing = Schema::default();
    let create = plan(
        target.diff(&nothing, &schema, &nothing).await?,
        &nothing,
        target.dialect,
    )
    .map_err(|error| error.to_string())?;
    target.run(&create, &create.up).await?;
    let mut copy = target.read().await?;
    for schema in [&mut schema, &mut copy] {
        schema.unmanaged.clear();
    }
    target.same(&schema, &copy)?;
    let left = target.diff(&copy, &schema, &schema).await?;
    if left.is_empty() {
        Ok(Outcome::Same(schema.tables.len()))
    } else {
        Err(format!("differences are left: {left:#?}"))
    }
}
