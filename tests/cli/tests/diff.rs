//! `diff`, between sides of every kind.

use std::fs;

use boon::{Compiler, Schemas};
use expect_test::{Expect, expect};
use seadrift_testkit::{Backend, Scratch, backends, scratch};
use serde_json::Value;

use super::client;
use super::project::Project;
use super::run::Run;

/// Two schemas that differ in all that two databases may differ in.
fn scripts(backend: Backend) -> [&'static str; 2] {
    match backend {
        Backend::Postgres => [
            include_str!("diff/postgres.from.sql"),
            include_str!("diff/postgres.to.sql"),
        ],
        Backend::MySql => [
            include_str!("diff/mysql.from.sql"),
            include_str!("diff/mysql.to.sql"),
        ],
        Backend::Sqlite => [
            include_str!("diff/sqlite.from.sql"),
            include_str!("diff/sqlite.to.sql"),
        ],
    }
}

/// A project with both as files, and a database that has the first.
async fn both(backend: Backend) -> (Project, Scratch) {
    let scratch = scratch(backend).await.unwrap();
    let project = Project::new("blog", 0).with_url(scratch.url());
    let [from, to] = scripts(backend);
    project.write("from.sql", from);
    project.write("to.sql", to);
    client::run(&scratch, from);
    (project, scratch)
}

fn diff(project: &Project, from: &str, to: &str, more: &[&str]) -> Run {
    let arguments = [&["diff", from, to], more].concat();
    let run = project.run(&arguments);
    assert!(!run.stderr.contains("error"), "{}", run.transcript());
    run
}

/// The databases that are left on the server for `diff` to load files into.
async fn left_behind(scratch: &Scratch) -> u64 {
    use sea_orm::{ConnectionTrait, Statement};
    let query = match scratch.backend() {
        Backend::Postgres => {
            "SELECT count(*) FROM pg_database d WHERE datname LIKE 'seadrift\\_scratch\\_%' AND NOT EXISTS (SELECT 1 \
             FROM pg_stat_activity a WHERE a.datname = d.datname OR a.application_name = d.datname)"
        }
        Backend::MySql => {
            "SELECT count(*) FROM information_schema.schemata \
             WHERE schema_name LIKE 'seadrift\\_scratch\\_%' AND IS_FREE_LOCK(schema_name) = 1"
        }
        Backend::Sqlite => return 0,
    };
    let db = scratch.connect().await;
    let query = Statement::from_string(db.get_database_backend(), query);
    let row = db.query_one_raw(query).await.unwrap().unwrap();
    let count: i64 = row.try_get_by_index(0).unwrap();
    db.close().await.unwrap();
    count as u64
}

#[tokio::test]
async fn the_sql_runs_as_it_is_there_and_back() {
    for backend in backends() {
        let (project, scratch) = both(backend).await;
        let url = scratch.url();
        let nothing = diff(&project, url, "sql:from.sql", &["--exit-code"]);
        assert_eq!(nothing.code, Some(0), "{backend}: {}", nothing.transcript());
        let sql = &["--no-renames", "--format", "sql"][..];
        let up = diff(&project, url, "sql:to.sql", sql).stdout;
        let down = diff(&project, url, "sql:to.sql", &[sql, &["--down"]].concat()).stdout;

        client::run(&scratch, &up);
        let there = diff(&project, url, "sql:to.sql", &["--exit-code"]);
        assert_eq!(there.code, Some(0), "{backend}: {}", there.transcript());
        client::run(&scratch, &down);
        let back = diff(&project, url, "sql:from.sql", &["--exit-code"]);
        assert_eq!(
            back.code,
            Some(0),
            "{backend}: {}\n{down}",
            back.transcript()
        );

        // The other way round, what goes forward goes back.
        let turned = diff(&project, "sql:to.sql", url, &[sql, &["--down"]].concat()).stdout;
        client::run(&scratch, &turned);
        let there = diff(&project, "sql:to.sql", url, &["--exit-code"]);
        assert_eq!(there.code, Some(0), "{backend}: {}", there.transcript());
        assert_eq!(left_behind(&scratch).await, 0, "{backend}");
    }
}
