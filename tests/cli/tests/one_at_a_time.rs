//! Many who start at once: one migrates the database, and the others find nothing to do.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::time::Duration;

use expect_test::expect;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use seadrift_runner::{Access, Lock};
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::run::{Run, same};
use super::scripted::{command, does, run, stand};

/// How many start at once.
const MANY: usize = 16;

/// Starts many at once, and returns what they did.
fn together(scratch: &Scratch, arguments: &[&str]) -> Vec<Run> {
    let start = |_| {
        let mut command = command("by-hand", scratch.url(), arguments);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<Child> = (0..MANY).map(start).collect();
    let end = |child: Child| Run::new(child.wait_with_output().unwrap()).without(scratch.url());
    children.into_iter().map(end).collect()
}

#[tokio::test]
async fn every_migration_runs_once() {
    let rounds = env::var("SEADRIFT_TEST_ROUNDS").ok();
    let rounds = rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(2);
    for backend in backends() {
        let single = scratch(backend).await.unwrap();
        does("by-hand", &single, &["upgrade"]);
        let expected = stand(&single).await;
        let mut waited = 0;
        for round in 0..rounds {
            let scratch = scratch(backend).await.unwrap();
            for (arguments, done, nothing) in [
                (
                    &["upgrade"][..],
                    "applied 7 revisions, now at m20260107_000000_last\n",
                    "nothing to apply\n",
                ),
                (
                    &["downgrade", "base"],
                    "reversed 7 revisions, now at base\n",
                    "nothing to reverse\n",
                ),
                (
                    &["up"],
                    "applied 7 revisions, now at m20260107_000000_last\n",
                    "nothing to apply\n",
                ),
            ] {
                let runs = together(&scratch, arguments);
                let mut ran = 0;
                for run in &runs {
                    assert_eq!(
                        run.code,
                        Some(0),
                        "{backend}, round {round}: {}",
                        run.transcript()
                    );
                    assert!(
                        [done, nothing].contains(&&*run.stdout),
                        "{}",
                        run.transcript()
                    );
                    ran += usize::from(run.stdout == done);
                    waited += usize::from(run.stderr.contains("waiting for somebody else"));
                }
                assert_eq!(ran, 1, "{backend}, round {round}, {arguments:?}");
            }
            assert_eq!(stand(&scratch).await, expected, "{backend}, round {round}");
        }
        println!("{backend}: {rounds} rounds of 3 x {MANY}, each ran once; {waited} waited");
        assert!(waited > 0, "{backend}: nobody had to wait");
    }
}

/// A connection for a lock alone.
async fn own(scratch: &Scratch) -> DatabaseConnection {
    scratch.connect().await
}

async fn take(db: &DatabaseConnection, access: Access) -> Option<Lock> {
    let lock = Lock::take(db, "seaql_migrations", access, Some(Duration::ZERO), || ()).await;
    lock.ok()
}

#[tokio::test]
async fn somebody_else_holds_it() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let db = own(&scratch).await;
        let held = take(&db, Access::Alone).await.unwrap();
        let before = stand(&scratch).await;
        for arguments in [
            &["upgrade", "--lock-wait", "0"][..],
            &["downgrade", "base", "--lock-wait", "0"],
            &["up", "--lock-wait", "0"],
            &["down", "--lock-wait", "0"],
            &["fresh", "--yes", "--lock-wait", "0"],
            &["refresh", "--yes", "--lock-wait", "0"],
            &["reset", "--yes", "--lock-wait", "0"],
        ] {
            let run = run("by-hand", &scratch, arguments);
            same(
                &expect![[r#"
                    ! error: somebody else migrates this database, and was not done after 0 s
                    ! hint: nothing was done; try again later, or pass a longer `--lock-wait`
                    [exit 2]
                "#]],
                &run.transcript(),
            );
        }
        let run = run("by-hand", &scratch, &["upgrade", "--lock-wait", "0.1"]);
        same(
            &expect![[r#"
                ! waiting for somebody else who migrates this database
                ! error: somebody else migrates this database, and was not done after 0.1 s
                ! hint: nothing was done; try again later, or pass a longer `--lock-wait`
                [exit 2]
            "#]],
            &run.transcript(),
        );
        assert_eq!(stand(&scratch).await, before);
        drop(held);
        db.close().await.unwrap();
        does("by-hand", &scratch, &["upgrade"]);
        // Nothing lies around afterwards.
        if backend == Backend::Sqlite {
            let file = url::Url::parse(scratch.url()).unwrap().path().to_owned();
            let folder = std::path::Path::new(&file)
                .parent()
                .unwrap()
                .read_dir()
                .unwrap();
            assert_eq!(folder.count(), 1);
        }
    }
}

/// Those who only read keep out those who write, and not each other, where the engine knows the difference.
#[tokio::test]
async fn several_share_it() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let (one, two) = (own(&scratch).await, own(&scratch).await);
        let first = take(&one, Access::Shared).await.unwrap();
        let second = take(&two, Access::Shared).await;
        assert_eq!(second.is_some(), backend != Backend::MySql, "{backend}");
        let third = own(&scratch).await;
        assert!(take(&third, Access::Alone).await.is_none(), "{backend}");
        drop((first, second));
        for db in [one, two, third] {
            db.close().await.unwrap();
        }
        let db = own(&scratch).await;
        assert!(take(&db, Access::Alone).await.is_some(), "{backend}");
        db.close().await.unwrap();
    }
    // Another version table is another project.
    for backend in [Backend::Postgres, Backend::MySql] {
        let Some(scratch) = scratch(backend).await else {
            continue;
        };
        let (one, two) = (own(&scratch).await, own(&scratch).await);
        let _first = take(&one, Access::Alone).await.unwrap();
        let other = Lock::take(&two, "other", Access::Alone, Some(Duration::ZERO), || ()).await;
        assert!(other.is_ok());
    }
}

/// `CREATE INDEX CONCURRENTLY` waits for every transaction that looks at anything at its time, up to the end of it. Those who
/// wait for the lock may not be in one for longer than a moment, or both would wait for ever.
#[tokio::test]
async fn who_waits_keeps_no_index_from_being_built() {
    let Some(scratch) = scratch(Backend::Postgres).await else {
        return;
    };
    let db = own(&scratch).await;
    let _held = take(&db, Access::Alone).await.unwrap();
    let mut waits = command("by-hand", scratch.url(), &["upgrade"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(waits.stderr.take().unwrap()).lines();
    assert!(said.next().unwrap().unwrap().starts_with("waiting for "));

    let other = own(&scratch).await;
    let transactions = async || -> Vec<String> {
        let query = "SELECT concat(pid, ' since ', xact_start) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL";
        let query = Statement::from_string(other.get_database_backend(), query);
        let rows = other.query_all_raw(query).await.unwrap();
        rows.iter()
            .map(|row| row.try_get_by_index(0).unwrap())
            .collect()
    };
    // What stays is the transaction of the holder.
    let mut all = transactions().await;
    for _ in 0..200 {
        let now = transactions().await;
        all.retain(|transaction| now.contains(transaction));
        if all.len() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    waits.kill().unwrap();
    waits.wait().unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
}

/// A program that is killed in the middle holds nothing any more.
#[tokio::test]
async fn whoever_is_killed() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut first = command("sleeps", scratch.url(), &["upgrade"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The line has no end before the revision has.
        let stderr = std::io::BufReader::new(first.stderr.take().unwrap());
        let mut said = stderr.bytes().map(Result::unwrap);
        let mut begun = vec![];
        while !begun.ends_with(b"upgrading m20260103_000000_no_script") {
            begun.push(said.next().expect("it goes on until it sleeps"));
        }
        let busy = run("no-way-back", &scratch, &["upgrade", "--lock-wait", "0"]);
        assert_eq!(busy.code, Some(2), "{}", busy.transcript());
        first.kill().unwrap();
        first.wait().unwrap();
        let run = does("no-way-back", &scratch, &["upgrade"]);
        assert_eq!(
            run.stdout,
            "applied 2 revisions, now at m20260107_000000_last\n"
        );
    }
}

/// A lock whose connection breaks stops what would have run under it.
#[tokio::test]
async fn the_connection_that_holds_it_breaks() {
    for backend in [Backend::Postgres, Backend::MySql] {
        let Some(scratch) = scratch(backend).await else {
            continue;
        };
        let db = own(&scratch).await;
        let held = take(&db, Access::Alone).await.unwrap();
        held.check().await.unwrap();
        let other = own(&scratch).await;
        let kill = match backend {
            Backend::Postgres => {
                "SELECT pg_terminate_backend(pid)::text FROM pg_locks WHERE locktype = 'advisory' AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())"
            }
            _ => {
                "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
            }
        };
        let rows = other
            .query_all_raw(Statement::from_string(other.get_database_backend(), kill))
            .await
            .unwrap();
        if backend == Backend::MySql {
            for row in rows {
                let kill: String = row.try_get_by_index(0).unwrap();
                other.execute_unprepared(&kill).await.ok();
            }
        }
        let lost = held.check().await.unwrap_err().to_string();
        assert!(
            lost.starts_with("the lock on the database was lost: "),
            "{lost}"
        );
    }
}

/// The server's own limits stop a migration that waits, or works, for too long.
#[tokio::test]
async fn limits_of_the_server() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        does("by-hand", &scratch, &["upgrade", "outside"]);
        let db = scratch.connect().await;
        let lock = match backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN; LOCK TABLE slice IN ACCESS SHARE MODE",
            Backend::MySql => "LOCK TABLES slice READ",
        };
        use sea_orm::TransactionTrait;
        let held = match backend {
            Backend::Sqlite | Backend::MySql => {
                db.execute_unprepared(lock).await.unwrap();
                None
            }
            Backend::Postgres => {
                let held = db.begin().await.unwrap();
                let lock = "LOCK TABLE slice IN ACCESS SHARE MODE";
                held.execute_unprepared(lock).await.unwrap();
                Some(held)
            }
        };
        let run = run("by-hand", &scratch, &["upgrade", "--lock-timeout", "0.2"]);
        assert_eq!(run.code, Some(2), "{backend}: {}", run.transcript());
        let expected = match backend {
            Backend::Sqlite => "database is locked",
            Backend::Postgres => "canceling statement due to lock timeout",
            Backend::MySql => "Lock wait timeout exceeded",
        };
        assert!(run.stderr.contains(expected), "{backend}: {}", run.stderr);
        drop(held);
        db.close().await.unwrap();
        does("by-hand", &scratch, &["upgrade", "--lock-timeout", "60"]);
    }
    for backend in [Backend::Postgres, Backend::MySql] {
        let Some(scratch) = scratch(backend).await else {
            continue;
        };
        let run = run("slow", &scratch, &["upgrade", "--statement-timeout", "0.2"]);
        assert_eq!(run.code, Some(2), "{backend}: {}", run.transcript());
        let expected = match backend {
            Backend::Postgres => "canceling statement due to statement timeout",
            _ => "max_statement_time exceeded",
        };
        assert!(run.stderr.contains(expected), "{backend}: {}", run.stderr);
        assert!(
            run.stderr.contains("m20260103_000000_no_script"),
            "{}",
            run.stderr
        );
    }
}
