//! Where a plan is tried out, and that nothing is left of it.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use expect_test::expect;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use seadrift_testkit::{Backend, Rights, backends, scratch};
use tokio::time::sleep;

use super::interrupted::Way;
use super::project::{Project, state};

const REVISION: [&str; 4] = ["revision", "--autogenerate", "-m", "x"];

/// Whether the server has a database of this name.
async fn exists(db: &DatabaseConnection, name: &str) -> bool {
    !names(db, name).await.is_empty()
}

/// The databases of the server whose names are like this.
async fn names(db: &DatabaseConnection, like: &str) -> Vec<String> {
    let backend = db.get_database_backend();
    let query = match backend {
        DbBackend::Postgres => {
            format!("SELECT datname::text FROM pg_database WHERE datname LIKE '{like}'")
        }
        _ => format!(
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '{like}'"
        ),
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, query))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

fn servers() -> Vec<Backend> {
    backends()
        .into_iter()
        .filter(|backend| *backend != Backend::Sqlite)
        .collect()
}

/// One that is in use stays, one that a program left behind goes, and one that only looks like ours is not touched.
#[tokio::test]
async fn what_was_left_behind() {
    for backend in servers() {
        let scratch = scratch(backend).await.unwrap();
        let (db, user) = (scratch.connect().await, scratch.connect().await);
        let mark = match backend {
            Backend::Postgres => "SET application_name TO seadrift_scratch_1_7",
            _ => "DO GET_LOCK('seadrift_scratch_1_7', 0)",
        };
        user.execute_unprepared(mark).await.unwrap();
        let all = [
            "seadrift_scratch_1_7",
            "seadrift_scratch_1_8",
            "seadrift_scratch_1_x",
        ];
        for name in all {
            db.execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await
                .unwrap();
        }
        let project = Project::new("blog", 0).on(&scratch);
        let run = project.run(&["revision", "--autogenerate", "-m", "x", "--dry-run"]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        assert!(exists(&db, all[0]).await);
        assert!(!exists(&db, all[1]).await);
        assert!(exists(&db, all[2]).await);
        user.close().await.unwrap();
        // The server may take a moment to see that the connection is gone.
        for _ in 0..50 {
            assert_eq!(
                project
                    .run(&["revision", "--autogenerate", "-m", "x", "--dry-run"])
                    .code,
                Some(0)
            );
            if !exists(&db, all[0]).await {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        assert!(!exists(&db, all[0]).await);
        db.execute_unprepared(&format!("DROP DATABASE {}", all[2]))
            .await
            .unwrap();
    }
}

/// Killed, or interrupted by Ctrl-C: what it tried its plan out on goes with the next run.
#[tokio::test]
async fn a_program_that_is_killed() {
    for (backend, signal) in servers()
        .into_iter()
        .flat_map(|backend| [(backend, "KILL"), (backend, interrupt())])
    {
        let scratch = scratch(backend).await.unwrap();
        let db = scratch.connect().await;
        // It waits for the answer for ever.
        let way = Way::silent_after(scratch.url(), "CREATE DATABASE");
        let project = Project::new("blog", 0).with_url(&way.url);
        let mut command = project.command(&REVISION);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let like = format!("seadrift\\_scratch\\_%\\_{}", child.id());
        while names(&db, &like).await.is_empty() {
            assert_eq!(child.try_wait().unwrap(), None);
            sleep(Duration::from_millis(20)).await;
        }
        send(signal, &child);
        child.wait().unwrap();
        let left = names(&db, &like).await;
        assert!(!left.is_empty());
        assert_eq!(project.files().len(), 1, "nothing is written");
        let project = Project::new("blog", 0).on(&scratch);
        for _ in 0..50 {
            let run = project.run(&["revision", "--autogenerate", "-m", "x", "--dry-run"]);
            assert_eq!(run.code, Some(0), "{}", run.transcript());
            if !exists(&db, &left[0]).await {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        assert!(!exists(&db, &left[0]).await);
    }
}

/// What Ctrl-C sends; where nobody hears of that, as below a shell that runs it in the background, what is heard.
fn interrupt() -> &'static str {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    match ignored.unwrap_or_default() & 0b10 {
        0 => "INT",
        _ => "TERM",
    }
}

fn send(signal: &str, child: &Child) {
    let mut kill = Command::new("kill");
    kill.args(["-s", signal, &child.id().to_string()]);
    // It may be gone.
    kill.stderr(Stdio::null()).status().unwrap();
}

/// Ctrl-C while a plan is tried out in memory (SQLite), or in a transaction (PostgreSQL): nothing is written, nothing is left.
#[tokio::test]
async fn a_program_that_is_interrupted() {
    for backend in backends() {
        let (scratch, rights) = match backend {
            Backend::Sqlite => (scratch(backend).await.unwrap(), None),
            Backend::Postgres => (scratch(backend).await.unwrap(), Some(Rights::Own)),
            // It has neither.
            Backend::MySql => continue,
        };
        let url = match rights {
            Some(rights) => scratch.role(rights).await,
            None => scratch.url().to_owned(),
        };
        let mut project = Project::new("blog", 2).with_url(&url);
        assert_eq!(project.run(&["upgrade"]).code, Some(0));
        // So many that it takes a while to make them again.
        let tables = (0..400)
            .map(|at| format!("CREATE TABLE t{at} (id int PRIMARY KEY, a int, b int, c int);"));
        let tables: String = tables.collect();
        let db = sea_orm::Database::connect(&url).await.unwrap();
        db.execute_unprepared(&tables).await.unwrap();
        project.declare("bio");
        let before = (project.files(), state(&scratch).await);
        let started = Instant::now();
        let run = project.run(&[&REVISION[..], &["--dry-run"]].concat());
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        let mut whole = started.elapsed();
        // The plan is tried out at last, so that late is in the middle of that.
        let mut interrupted = 0;
        for part in [9, 8, 7, 6, 5, 4, 3].into_iter().cycle().take(50) {
            if interrupted == 3 {
                break;
            }
            let mut command = project.command(&[&REVISION[..], &["--dry-run"]].concat());
            let mut child = command
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            sleep(whole * part / 10).await;
            send(interrupt(), &child);
            let status = child.wait().unwrap();
            let mut said = String::new();
            std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut said).unwrap();
            if !status.success() {
                interrupted += 1;
                assert_eq!(said, "");
            } else {
                // The machine has more time than before.
                whole = whole * 3 / 4;
            }
            assert_eq!((project.files(), state(&scratch).await), before);
        }
        assert!(
            interrupted > 0,
            "no run was interrupted in time on {backend}"
        );
        let run = project.run(&REVISION);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
    }
}

/// A role that may make no database: PostgreSQL has a schema for it, MySQL nothing.
#[tokio::test]
async fn without_the_right_to_make_databases() {
    for backend in servers() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = Project::new("blog", 2).with_url(&scratch.role(Rights::Own).await);
        assert_eq!(project.run(&["upgrade"]).code, Some(0));
        project.declare("bio");
        let run = project.run(&["revision", "--autogenerate", "-m", "x", "--dry-run"]);
        let said = run.transcript();
        let line = said
            .lines()
            .find(|line| line.contains("erified"))
            .unwrap_or(&said);
        match backend {
            Backend::Postgres => expect!["//! Verified: up, then down, left no difference on a scratch schema."].assert_eq(line),
            _ => expect!["//! Not verified: no scratch database could be made: Access denied for user '[LOGIN]'@'%' to database 'seadrift_scratch_[TIME]'."].assert_eq(line),
        }
        let elsewhere = [
            "revision",
            "--autogenerate",
            "-m",
            "x",
            "--dry-run",
            "--scratch-url",
            scratch.url(),
        ];
        let said = project.run(&elsewhere).transcript();
        assert!(
            said.contains("Verified: up, then down, left no difference on a scratch database."),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_scratch_server_that_will_not_do() {
    for backend in servers() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("blog", 0).on(&scratch);
        let refuses = |url: &str| {
            project.refuses(&[
                "revision",
                "--autogenerate",
                "-m",
                "x",
                "--scratch-url",
                url,
            ])
        };
        let other = refuses("sqlite::memory:").transcript();
        assert!(
            other.contains("! error: the scratch server is SQLite, and the database is on "),
            "{other}"
        );
        let gone = refuses(match backend {
            Backend::Postgres => "postgres://me:secret@127.0.0.1:1/x",
            _ => "mysql://me:secret@127.0.0.1:1/x",
        });
        let gone = gone.transcript();
        assert!(
            gone.contains("127.0.0.1:1/x`: ") && !gone.contains("secret"),
            "{gone}"
        );
    }
}

/// Locks of the database's own tables are not asked for while a plan is tried out beside them.
#[tokio::test]
async fn a_scratch_schema_leaves_the_tables_alone() {
    if !backends().contains(&Backend::Postgres) {
        return;
    }
    let scratch = scratch(Backend::Postgres).await.unwrap();
    let mut project = Project::new("blog", 2).with_url(&scratch.role(Rights::Own).await);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    project.declare("bio");
    let db = scratch.connect().await;
    // Readers get past this, and nobody else.
    db.execute_unprepared("BEGIN; LOCK TABLE \"user\", post IN EXCLUSIVE MODE")
        .await
        .unwrap();
    let run = project.run(&REVISION);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    assert!(
        run.transcript().contains("on a scratch schema"),
        "{}",
        run.transcript()
    );
    db.execute_unprepared("ROLLBACK").await.unwrap();
}
