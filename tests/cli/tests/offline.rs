//! `upgrade --sql`, `downgrade --sql` and `stamp --sql`: scripts that the engines' own clients run.

use std::time::{SystemTime, UNIX_EPOCH};

use expect_test::{Expect, expect};
use sea_orm::{ConnectionTrait, Statement};
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::run::Run;
use super::scripted::{command, dialect, does, rows, script, stand, with_client};

/// Schema, revisions and rows.
async fn all(scratch: &Scratch) -> impl PartialEq + std::fmt::Debug {
    let (schema, versions) = stand(scratch).await;
    let tables: Vec<_> = schema
        .tables
        .keys()
        .map(|table| table.name.clone())
        .collect();
    let rows = rows(scratch, &tables).await;
    (schema, versions, rows)
}

/// Runs `sql` with the client, which must have nothing to say against it; false where there is no client.
fn runs(scratch: &Scratch, sql: &str) -> bool {
    let Some(output) = with_client(scratch, sql) else {
        return false;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\nin:\n{sql}");
    // PostgreSQL tells of a version table that is there already.
    let is_meant = |line: &str| {
        line.contains("NOTICE:  relation \"seaql_migrations\" already exists, skipping")
    };
    assert!(said.lines().all(is_meant), "{said}\nin:\n{sql}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "in:\n{sql}");
    true
}

#[tokio::test]
async fn a_script_leaves_what_upgrade_leaves() {
    for backend in backends() {
        let sets: &[(&str, usize)] = match backend {
            Backend::Sqlite => &[("by-hand", 7), ("rebuild", 2)],
            _ => &[("by-hand", 7)],
        };
        for (set, count) in sets {
            let upgraded = scratch(backend).await.unwrap();
            let scripted = scratch(backend).await.unwrap();
            does(set, &upgraded, &["upgrade"]);
            if !runs(&scripted, &script(set, backend, &["upgrade"])) {
                continue;
            }
            let (_, versions) = stand(&scripted).await;
            assert_eq!(versions.len(), *count);
            assert_eq!(
                all(&upgraded).await,
                all(&scripted).await,
                "{backend} {set}"
            );
            let db = scripted.connect().await;
            let query = Statement::from_string(
                db.get_database_backend(),
                "SELECT applied_at FROM seaql_migrations",
            );
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            for row in db.query_all_raw(query).await.unwrap() {
                let applied_at: i64 = row.try_get_by_index(0).unwrap();
                let age = i64::try_from(now.as_secs()).unwrap() - applied_at;
                assert!((0..3600).contains(&age), "{age}");
            }
            db.close().await.unwrap();

            // What is there now is nothing new to `upgrade`.
            let run = does(set, &scripted, &["upgrade"]);
            assert_eq!(run.stdout, "nothing to apply\n");
            does(set, &upgraded, &["downgrade", "base"]);
            runs(
                &scripted,
                &script(set, backend, &["downgrade", "head:base"]),
            );
            assert_eq!(
                all(&upgraded).await,
                all(&scripted).await,
                "{backend} {set} down"
            );
        }
    }
}

/// Of two scripts in a row, the second knows what the first leaves.
#[tokio::test]
async fn a_stretch_at_a_time() {
    for backend in backends() {
        let upgraded = scratch(backend).await.unwrap();
        let scripted = scratch(backend).await.unwrap();
        let places = ["base", "rows", "outside", "inside", "head"];
        for place in places.windows(2) {
            does("by-hand", &upgraded, &["upgrade", place[1]]);
            let range = place.join(":");
            let sql = script("by-hand", backend, &["upgrade", &range]);
            assert!(!sql.contains("table `slice` has"), "{sql}");
            if !runs(&scripted, &sql) {
                return;
            }
            assert_eq!(
                all(&upgraded).await,
                all(&scripted).await,
                "{backend} {range}"
            );
        }
        for place in places.windows(2).rev() {
            does("by-hand", &upgraded, &["downgrade", place[0]]);
            let range = format!("{}:{}", place[1], place[0]);
            runs(
                &scripted,
                &script("by-hand", backend, &["downgrade", &range]),
            );
            assert_eq!(
                all(&upgraded).await,
                all(&scripted).await,
                "{backend} {range}"
            );
        }
    }
}

/// What depends on rows is no script: it ends with a comment, and what comes before does no harm.
#[tokio::test]
async fn what_depends_on_the_database() {
    for backend in backends() {
        for (set, code) in [
            ("reads", 1),
            ("reads-and-goes-on", 1),
            ("unwraps", 1),
            ("repeats", 1),
            ("counts", 1),
            ("keys", 1),
            ("rows", 1),
            ("values", 2),
            ("fails", 2),
            ("panics", 2),
        ] {
            let arguments = ["upgrade", "--sql", "--dialect", dialect(backend)];
            let run = Run::new(command(set, "", &arguments).output().unwrap());
            assert_eq!(
                run.code,
                Some(code),
                "{backend} {set}: {}",
                run.transcript()
            );
            assert!(
                run.stderr.contains(
                    "error: revision `m20260103_000000_no_script` cannot be written as SQL: "
                ),
                "{set}: {}",
                run.stderr
            );
            let (_, end) = run
                .stdout
                .split_once("-> m20260103_000000_no_script\n")
                .unwrap();
            assert!(end.starts_with("-- NOT WRITTEN: "), "{set}: {end}");
            assert!(
                end.lines().all(|line| line.starts_with("-- ")),
                "{set}: {end}"
            );
            let scratch = scratch(backend).await.unwrap();
            if runs(&scratch, &run.stdout) {
                let (_, versions) = stand(&scratch).await;
                assert_eq!(
                    versions,
                    ["m20260101_000000_tables", "m20260102_000000_rows"]
                );
            }
        }
    }
}

#[test]
fn what_it_says() {
    let cases: [(&str, &[&str], Expect); 8] = [
        (
            "reads",
            &[
                "upgrade",
                "rows:no_script",
                "--sql",
                "--dialect",
                "postgres",
            ],
            expect![[r#"
                -- For PostgreSQL; run it with: psql -v ON_ERROR_STOP=1 -f FILE
                SET client_encoding = 'UTF8';
                SET DateStyle = 'ISO, MDY';
                SET TimeZone = 'UTC';

                -- up: m20260102_000000_rows -> m20260103_000000_no_script
                -- NOT WRITTEN: it reads data from the database: SELECT id FROM slice.
                -- Nothing of this revision and of those after it is in this script; run it against the database itself.
                ! error: revision `m20260103_000000_no_script` cannot be written as SQL: it reads data from the database: SELECT id FROM slice
                ! hint: the script ends before it; run that revision with `upgrade` against the database itself, and the rest with `FROM:TO` from there
                [exit 1]
            "#]],
        ),
        (
            "repeats",
            &["upgrade", "rows:no_script", "--sql", "--dialect", "sqlite"],
            expect![[r#"
                -- For SQLite; run it with: sqlite3 DATABASE < FILE
                .bail on
                PRAGMA foreign_keys = ON;

                -- up: m20260102_000000_rows -> m20260103_000000_no_script
                -- NOT WRITTEN: what it does depends on what a statement did: DELETE FROM slice WHERE id = (SELECT min(id) FROM slice).
                -- Nothing of this revision and of those after it is in this script; run it against the database itself.
                ! error: revision `m20260103_000000_no_script` cannot be written as SQL: what it does depends on what a statement did: DELETE FROM slice WHERE id = (SELECT min(id) FROM slice)
                ! hint: the script ends before it; run that revision with `upgrade` against the database itself, and the rest with `FROM:TO` from there
                [exit 1]
            "#]],
        ),
        (
            "fails",
            &["upgrade", "rows:", "--sql", "--dialect", "mysql"],
            expect![[r#"
                -- For MySQL; run it with: mysql < FILE
                SET NAMES utf8mb4;
                SET time_zone = '+00:00';
                SET sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION');

                -- up: m20260102_000000_rows -> m20260103_000000_no_script
                -- NOT WRITTEN: it fails without a database: not on a Monday.
                -- Nothing of this revision and of those after it is in this script; run it against the database itself.
                ! error: revision `m20260103_000000_no_script` cannot be written as SQL: it fails without a database: not on a Monday
                ! hint: the script ends before it
                [exit 2]
            "#]],
        ),
        (
            "no-way-back",
            &[
                "downgrade",
                "no_script:rows",
                "--sql",
                "--dialect",
                "postgres",
            ],
            expect![[r#"
                -- For PostgreSQL; run it with: psql -v ON_ERROR_STOP=1 -f FILE
                SET client_encoding = 'UTF8';
                SET DateStyle = 'ISO, MDY';
                SET TimeZone = 'UTC';

                -- down: m20260103_000000_no_script -> m20260102_000000_rows
                -- NOT WRITTEN: it fails without a database: Migration Error: We Don't Do That Here.
                -- Nothing of this revision and of those after it is in this script; run it against the database itself.
                ! error: revision `m20260103_000000_no_script` cannot be written as SQL: it fails without a database: Migration Error: We Don't Do That Here
                ! hint: the script ends before it
                [exit 2]
            "#]],
        ),
        (
            "by-hand",
            &["upgrade", "--sql"],
            expect![[r#"
            ! error: nobody says for which engine the SQL is to be
            ! hint: pass `--dialect postgres`, `mysql`, `mariadb` or `sqlite`, or a database URL
            [exit 2]
        "#]],
        ),
        (
            "by-hand",
            &["downgrade", "base", "--sql", "--dialect", "sqlite"],
            expect![[r#"
                ! error: `base` does not say from where to where
                ! hint: without a database, nobody knows where it stands: pass `FROM:TO`, such as `head:base`
                [exit 2]
            "#]],
        ),
        (
            "by-hand",
            &["upgrade", "--dialect", "sqlite"],
            expect![[r#"
            ! error: the following required arguments were not provided:
            !   --sql
            !
            ! Usage: scripted upgrade --sql --dialect <NAME> [REV]
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
        (
            "by-hand",
            &["upgrade", "--sql", "--dialect", "oracle"],
            expect![[r#"
                ! error: invalid value 'oracle' for '--dialect <NAME>': it may be `postgres`, `mysql`, `mariadb` or `sqlite`
                !
                ! For more information, try '--help'.
                [exit 2]
            "#]],
        ),
    ];
    for (set, arguments, expected) in cases {
        Run::new(command(set, "", arguments).output().unwrap()).is(&expected);
    }
}

/// The engine is that of the database URL, where nothing else is said; nothing connects to it.
#[test]
fn the_engine_of_the_url() {
    for (url, first) in [
        ("postgres://me:secret-word@nowhere/db", "-- For PostgreSQL;"),
        ("mysql://me:secret-word@nowhere/db", "-- For MySQL;"),
        ("mariadb://me:secret-word@nowhere/db", "-- For MariaDB;"),
        ("sqlite:///nowhere/at/all.db", "-- For SQLite;"),
    ] {
        let run = Run::new(
            command("by-hand", url, &["upgrade", "--sql"])
                .output()
                .unwrap(),
        );
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        assert!(run.stdout.starts_with(first), "{}", run.stdout);
        assert!(!run.transcript().contains("secret-word"));
    }
}

#[tokio::test]
async fn limits_and_schema() {
    let limits = ["--lock-timeout", "1.5", "--statement-timeout", "20"];
    let arguments = [
        &["upgrade", "careful:inside", "--schema", "app"],
        &limits[..],
    ]
    .concat();
    expect![[r#"
        -- For PostgreSQL; run it with: psql -v ON_ERROR_STOP=1 -f FILE
        SET client_encoding = 'UTF8';
        SET DateStyle = 'ISO, MDY';
        SET TimeZone = 'UTC';
        SET search_path = "app";

        -- up: m20260105_000000_careful -> m20260106_000000_inside
        BEGIN;
        SET LOCAL lock_timeout = '1500ms';
        SET LOCAL statement_timeout = '20000ms';
        UPDATE slice SET size = size + 1;
        INSERT INTO "seaql_migrations" ("version", "applied_at") VALUES ('m20260106_000000_inside', CAST(floor(extract(epoch FROM now())) AS bigint));
        COMMIT;
    "#]].assert_eq(&script("by-hand", Backend::Postgres, &arguments));
    let outside = [&["upgrade", "trigger:outside"], &limits[..]].concat();
    expect![[r#"
        -- For PostgreSQL; run it with: psql -v ON_ERROR_STOP=1 -f FILE
        SET client_encoding = 'UTF8';
        SET DateStyle = 'ISO, MDY';
        SET TimeZone = 'UTC';

        -- up: m20260103_000000_trigger -> m20260104_000000_outside
        SET lock_timeout = '1500ms';
        SET statement_timeout = '20000ms';
        CREATE INDEX CONCURRENTLY "idx-slice-cake" ON slice (cake_id);
        RESET lock_timeout;
        RESET statement_timeout;
        INSERT INTO "seaql_migrations" ("version", "applied_at") VALUES ('m20260104_000000_outside', CAST(floor(extract(epoch FROM now())) AS bigint));
    "#]].assert_eq(&script("by-hand", Backend::Postgres, &outside));
    expect![[r#"
        -- For MariaDB; run it with: mariadb < FILE
        SET NAMES utf8mb4;
        SET time_zone = '+00:00';
        SET sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION');

        -- up: m20260103_000000_trigger -> m20260104_000000_outside
        SET SESSION lock_wait_timeout = 2;
        SET SESSION innodb_lock_wait_timeout = 2;
        SET SESSION max_statement_time = 20;
        CREATE INDEX  `idx-slice-cake` ON slice (cake_id);
        SET SESSION lock_wait_timeout = DEFAULT;
        SET SESSION innodb_lock_wait_timeout = DEFAULT;
        SET SESSION max_statement_time = DEFAULT;
        INSERT INTO `seaql_migrations` (`version`, `applied_at`) VALUES ('m20260104_000000_outside', UNIX_TIMESTAMP());
    "#]].assert_eq(&script("by-hand", Backend::MySql, &outside));

    for (dialect, expected) in [
        (
            "mysql",
            "error: MySQL does not limit the time of a statement that changes something\n",
        ),
        (
            "sqlite",
            "error: SQLite does not limit the time of a statement\n",
        ),
    ] {
        let arguments = [
            "upgrade",
            "--sql",
            "--dialect",
            dialect,
            "--statement-timeout",
            "1",
        ];
        let run = Run::new(command("by-hand", "", &arguments).output().unwrap());
        assert_eq!((run.code, &*run.stdout), (Some(2), ""));
        assert!(run.stderr.starts_with(expected), "{}", run.stderr);
    }
    // Nothing that scripts set stays, and what they set does not fail.
    for backend in backends() {
        let limits = match backend {
            Backend::Sqlite => &limits[..2],
            _ => &limits,
        };
        let upgraded = scratch(backend).await.unwrap();
        let scripted = scratch(backend).await.unwrap();
        does("by-hand", &upgraded, &[&["upgrade"], limits].concat());
        let sql = script("by-hand", backend, &[&["upgrade"], limits].concat());
        let Some(output) = with_client(&scripted, &sql) else {
            continue;
        };
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert!(output.status.success());
        assert_eq!(all(&upgraded).await, all(&scripted).await, "{backend}");
    }
}

#[tokio::test]
async fn stamp() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let versions = async || stand(&scratch).await.1;
        let stamp =
            |arguments: &[&str]| script("by-hand", backend, &[&["stamp"], arguments].concat());
        if !runs(&scratch, &stamp(&["outside"])) {
            return;
        }
        assert_eq!(versions().await.len(), 4);
        // What is right stays, and what is too much goes.
        scratch
            .execute("UPDATE seaql_migrations SET applied_at = 7 WHERE version = 'm20260101_000000_tables'")
            .await;
        scratch
            .execute("INSERT INTO seaql_migrations VALUES ('m_foreign', 1)")
            .await;
        runs(&scratch, &stamp(&["rows"]));
        assert_eq!(
            versions().await,
            [
                "m20260101_000000_tables",
                "m20260102_000000_rows",
                "m_foreign"
            ]
        );
        let db = scratch.connect().await;
        let query = "SELECT count(*) FROM seaql_migrations WHERE applied_at = 7";
        let query = Statement::from_string(db.get_database_backend(), query);
        let row = db.query_one_raw(query).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1);
        db.close().await.unwrap();
        runs(&scratch, &stamp(&["head", "--purge"]));
        assert_eq!(versions().await.len(), 7);
        runs(&scratch, &stamp(&["base"]));
        assert_eq!(versions().await, [""; 0]);
    }
    expect![[r#"
        -- For PostgreSQL; run it with: psql -v ON_ERROR_STOP=1 -f FILE
        SET client_encoding = 'UTF8';
        SET DateStyle = 'ISO, MDY';
        SET TimeZone = 'UTC';

        CREATE TABLE IF NOT EXISTS "seaql_migrations" ( "version" varchar NOT NULL PRIMARY KEY, "applied_at" bigint NOT NULL );

        BEGIN;
        DELETE FROM "seaql_migrations" WHERE "version" IN ('m20260107_000000_last', 'm20260106_000000_inside', 'm20260105_000000_careful', 'm20260104_000000_outside', 'm20260103_000000_trigger');
        INSERT INTO "seaql_migrations" ("version", "applied_at") VALUES ('m20260101_000000_tables', CAST(floor(extract(epoch FROM now())) AS bigint)) ON CONFLICT DO NOTHING;
        INSERT INTO "seaql_migrations" ("version", "applied_at") VALUES ('m20260102_000000_rows', CAST(floor(extract(epoch FROM now())) AS bigint)) ON CONFLICT DO NOTHING;
        COMMIT;
    "#]].assert_eq(&script("by-hand", Backend::Postgres, &["stamp", "rows"]));
}
