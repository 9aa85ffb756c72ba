//! Projects all of whose migrations are SQL: the `seadrift` binary runs them without a build, and without cargo.

use expect_test::expect;
use sea_orm::{ConnectionTrait, Statement};
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::{
    project::{Project, state},
    run::Run,
    scripted::{dialect, rows, stand, with_client},
};

/// A table with two rows, and a view of it; a trigger where that is a statement with others in it.
const BY_HAND: [(&str, &[(&str, &str)]); 3] = [
    (
        "m20260101_000000_start",
        &[
            (
                "up.sql",
                "-- start\n--\n-- Revision: m20260101_000000_start\n-- Revises:  nothing\n-- Labels:   app\n\n\
                 CREATE TABLE note (id INTEGER PRIMARY KEY, text VARCHAR(40));\n\
                 INSERT INTO note (id, text) VALUES (1, 'a; b'), /* ; */ (2, 'it''s');\n",
            ),
            ("down.sql", "DROP TABLE note;\n"),
        ],
    ),
    (
        "m20260102_000000_trigger",
        &[
            (
                "up.sqlite.sql",
                "-- count\n--\n-- Revises: m20260101_000000_start\n\nCREATE TABLE counted (n INTEGER);\n\
                 CREATE TRIGGER count_notes AFTER INSERT ON note BEGIN INSERT INTO counted VALUES (1); INSERT INTO counted VALUES (2); END;\n\
                 INSERT INTO note VALUES (3, 'c');",
            ),
            (
                "up.postgres.sql",
                "-- count\n--\n-- Revises: m20260101_000000_start\n\nCREATE TABLE counted (n INTEGER);\n\
                 CREATE FUNCTION count_notes() RETURNS trigger LANGUAGE plpgsql AS $body$\nBEGIN\n\
                 INSERT INTO counted VALUES (1); INSERT INTO counted VALUES (2); RETURN NULL;\nEND $body$;\n\
                 CREATE TRIGGER count_notes AFTER INSERT ON note FOR EACH ROW EXECUTE FUNCTION count_notes();\n\
                 INSERT INTO note VALUES (3, 'c');",
            ),
            (
                "up.mysql.sql",
                "-- count\n--\n-- Revises: m20260101_000000_start\n\nCREATE TABLE counted (n INTEGER);\n\
                 DELIMITER //\nCREATE TRIGGER count_notes AFTER INSERT ON note FOR EACH ROW BEGIN\n\
                 INSERT INTO counted VALUES (1); INSERT INTO counted VALUES (2);\nEND //\nDELIMITER ;\n\
                 INSERT INTO note VALUES (3, 'c');",
            ),
            (
                "down.sql",
                "DROP TRIGGER count_notes;\nDROP TABLE counted;\nDELETE FROM note WHERE id = 3;\n",
            ),
            (
                "down.postgres.sql",
                "DROP TRIGGER count_notes ON note;\nDROP FUNCTION count_notes;\nDROP TABLE counted;\nDELETE FROM note WHERE id = 3;\n",
            ),
        ],
    ),
    (
        "m20260103_000000_index",
        &[
            (
                "up.sql",
                "-- index\n--\n-- Revises: m20260102_000000_trigger\n\nCREATE INDEX by_text ON note (text);\n",
            ),
            (
                "up.postgres.sql",
                "-- index\n--\n-- Revises: m20260102_000000_trigger\n-- seadrift: no-transaction\n\n\
                 CREATE INDEX CONCURRENTLY by_text ON note (text);\n",
            ),
            ("down.sql", "DROP INDEX by_text;\n"),
            ("down.mysql.sql", "DROP INDEX by_text ON note;\n"),
        ],
    ),
];

async fn texts(scratch: &Scratch, query: &str) -> Vec<String> {
    let db = scratch.connect().await;
    let statement = Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(statement).await.unwrap();
    let texts = rows
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    db.close().await.unwrap();
    texts
}

fn does(project: &Project, arguments: &[&str]) -> Run {
    let run = project.in_place(arguments);
    assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
    run
}

#[tokio::test]
async fn they_run_without_a_build() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::sql(&BY_HAND).on(&scratch);
        project.in_place(&["upgrade", "--dry-run"]).is(&expect![[r#"
            would apply m20260101_000000_start
            would apply m20260102_000000_trigger
            would apply m20260103_000000_index
            [exit 0]
        "#]]);
        project.in_place(&["upgrade"]).is(&expect![[r#"
            applied 3 revisions, now at m20260103_000000_index
            ! upgrading m20260101_000000_start
            ! upgrading m20260102_000000_trigger
            ! upgrading m20260103_000000_index
            [exit 0]
        "#]]);
        let notes = "SELECT text FROM note ORDER BY id";
        assert_eq!(texts(&scratch, notes).await, ["a; b", "it's", "c"]);
        let (database, versions) = state(&scratch).await;
        assert_eq!(versions.len(), 3);
        let tables = database.schema.tables.values();
        let indexes: Vec<_> = tables.flat_map(|table| &table.indexes).collect();
        assert!(
            indexes.iter().any(|index| index.name == "by_text"),
            "{backend:?}"
        );
        let counted = scratch.connect().await;
        let count = "SELECT CAST(count(*) AS CHAR(9)) FROM counted";
        counted.close().await.unwrap();
        assert_eq!(texts(&scratch, count).await[0].trim(), "2");

        project.in_place(&["downgrade", "app"]).is(&expect![[r#"
            reversed 2 revisions, now at m20260101_000000_start
            ! downgrading m20260103_000000_index
            ! downgrading m20260102_000000_trigger
            [exit 0]
        "#]]);
        assert_eq!(texts(&scratch, notes).await, ["a; b", "it's"]);
        project.in_place(&["up", "-n", "1"]).is(&expect![[r#"
            applied 1 revision, now at m20260102_000000_trigger
            ! upgrading m20260102_000000_trigger
            [exit 0]
        "#]]);
        project.in_place(&["status"]).is(&expect![[r#"
            Migration 'm20260101_000000_start'... Applied
            Migration 'm20260102_000000_trigger'... Applied
            Migration 'm20260103_000000_index'... Pending
            [exit 0]
        "#]]);
        for arguments in [
            &["refresh", "--yes"][..],
            &["down"],
            &["reset", "--yes"],
            &["upgrade", "+1"],
            &["downgrade", "base"],
        ] {
            does(&project, arguments);
        }
        assert_eq!(state(&scratch).await.1, [""; 0]);
        // A function is nobody's table: it would stay.
        if backend != Backend::Postgres {
            does(&project, &["upgrade"]);
            does(&project, &["fresh", "--yes"]);
            assert_eq!(state(&scratch).await.1.len(), 3);
        }
    }
}

#[tokio::test]
async fn the_graph_is_read_from_their_heads() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::sql(&BY_HAND).on(&scratch);
    project.in_place(&["history"]).is(&expect![[r#"
        m20260102_000000_trigger -> m20260103_000000_index (head), index
        m20260101_000000_start -> m20260102_000000_trigger, count
        base -> m20260101_000000_start (app), start
        [exit 0]
    "#]]);
    project.in_place(&["show", "app"]).is(&expect![[r#"
        Revision: m20260101_000000_start (app)
        Revises:  nothing
        Next:     m20260102_000000_trigger
        File:     migrations/m20260101_000000_start/up.sql
        Message:  start
        [exit 0]
    "#]]);
    project.in_place(&["heads"]).is(&expect![[r#"
        m20260103_000000_index (head), index
        [exit 0]
    "#]]);
    project.in_place(&["current", "-v"]).is(&expect![[r#"
        ! config: seadrift.toml
        ! migrations: in migrations
        [exit 0]
    "#]]);
    does(&project, &["stamp", "head"]);
    project.in_place(&["current"]).is(&expect![[r#"
        m20260103_000000_index (head)
        [exit 0]
    "#]]);
    does(&project, &["stamp", "base"]);
    // A branch, which then goes on top of the other.
    project.write_sql(
        "migrations/m20260102_120000_other",
        &[
            ("up.sql", "-- other\n--\n-- Revision: m20260102_120000_other\n-- Revises:  m20260101_000000_start\n\nCREATE TABLE other (id INTEGER);\n"),
            ("down.sql", "-- back\n-- Revision: m20260102_120000_other\nDROP TABLE other;\n"),
        ],
    );
    does(&project, &["upgrade", "m20260103"]);
    project.in_place(&["rebase"]).is(&expect![[r#"
        m20260102_120000_other is m[TIME]_other now
        wrote migrations/m[TIME]_other/up.sql
        wrote migrations/m[TIME]_other/down.sql
        ! their statements are as they were: look whether they still fit, run `upgrade`, and let `check` say what is left
        [exit 0]
    "#]]);
    let names: Vec<_> = project.files().into_keys().collect();
    let moved: Vec<_> = names
        .iter()
        .filter(|path| path.to_string_lossy().contains("_other"))
        .collect();
    assert_eq!(moved.len(), 2, "{names:?}");
    for path in moved {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains("m20260102_120000_other"), "{text}");
    }
    does(&project, &["upgrade"]);
}

#[tokio::test]
async fn a_script_does_the_same() {
    for backend in backends() {
        let (ran, scripted) = (
            scratch(backend).await.unwrap(),
            scratch(backend).await.unwrap(),
        );
        let project = Project::sql(&BY_HAND).on(&ran);
        does(&project, &["upgrade"]);
        let project = Project::sql(&BY_HAND);
        let sql = ["--sql", "--dialect", dialect(backend)];
        let script = |arguments: &[&str]| {
            let run = project.in_place(&[arguments, &sql].concat());
            assert_eq!(run.code, Some(0), "{}", run.transcript());
            run.stdout
        };
        let Some(output) = with_client(&scripted, &script(&["upgrade"])) else {
            continue;
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\n{}", script(&["upgrade"]));
        assert_eq!(stand(&scripted).await, stand(&ran).await);
        let tables = ["note", "counted", "seaql_migrations"].map(str::to_owned);
        assert_eq!(rows(&scripted, &tables).await, rows(&ran, &tables).await);
        let back = script(&["downgrade", "head:base"]);
        let output = with_client(&scripted, &back).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\n{back}");
        assert_eq!(state(&scripted).await.1, [""; 0]);
    }
}

#[tokio::test]
async fn a_failure_names_the_statement_and_its_line() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let broken = (
            "m20260102_000000_broken",
            &[
                (
                    "up.sql",
                    "-- broken\n\nCREATE TABLE made (id INTEGER);\n\nINSERT INTO made (id)\n  VALUES (1, 2);\n",
                ),
                ("down.sql", ""),
            ][..],
        );
        let project = Project::sql(&[BY_HAND[0], broken]).on(&scratch);
        let run = project.in_place(&["upgrade"]);
        assert_eq!(run.code, Some(2));
        let said = run.stderr;
        assert!(
            said.contains(
                "  at m20260102_000000_broken/up.sql:5: INSERT INTO made (id) VALUES (1, 2)"
            ),
            "{said}"
        );
        let (database, versions) = state(&scratch).await;
        assert_eq!(versions, ["m20260101_000000_start"]);
        let is_there = database
            .schema
            .tables
            .keys()
            .any(|table| table.name == "made");
        match backend {
            Backend::MySql => {
                assert!(is_there);
                assert!(
                    said.contains("these ran before it and stay:\n    CREATE TABLE made"),
                    "{said}"
                );
                assert_eq!(said.matches("VALUES (1, 2)").count(), 1, "{said}");
            }
            _ => {
                assert!(!is_there);
                assert!(said.contains("it was rolled back"), "{said}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_written_as_sql_runs_there_and_back() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::sql(&[]).on(&scratch);
        project.write_entities(&["user", "post"]);
        let first = does(
            &project,
            &["revision", "--autogenerate", "-m", "create both"],
        );
        assert!(
            first.stdout.contains("Verified: up, then down"),
            "{}",
            first.stdout
        );
        does(&project, &["upgrade"]);
        project.write_entities(&["user_with_bio", "post_by_name"]);
        let second = does(
            &project,
            &[
                "revision",
                "--autogenerate",
                "-m",
                "change both",
                "--no-renames",
            ],
        );
        assert!(
            second.stdout.contains("Verified: up, then down"),
            "{}",
            second.stdout
        );
        let (before, _) = state(&scratch).await;
        does(&project, &["upgrade"]);
        project.in_place(&["check"]).is(&expect![[r#"
            no drift
            ! warning: the relation of `post` over (author) points to `user` (name), which nothing makes unique, so that it is no foreign key
            ! hint: mark what it points to `unique`, or the relation `skip_fk`
            [exit 0]
        "#]]);
        does(&project, &["downgrade", "-1"]);
        let (after, _) = state(&scratch).await;
        let named = |database: &seadrift_introspect::Database| -> Vec<_> {
            let tables = database.schema.tables.values();
            tables
                .map(|table| {
                    (
                        table.name.clone(),
                        table.columns.len(),
                        table.foreign_keys.len(),
                    )
                })
                .collect()
        };
        assert_eq!(named(&before), named(&after));
        does(&project, &["downgrade", "base"]);
        assert_eq!(state(&scratch).await.0.schema.tables.len(), 1);
    }
}

#[tokio::test]
async fn a_schema_that_the_lock_alone_names_is_read() {
    if !backends().contains(&Backend::Postgres) {
        return;
    }
    let scratch = scratch(Backend::Postgres).await.unwrap();
    let project = Project::sql(&[]).on(&scratch);
    project.write_entities(&["user", "post"]);
    let post = project.read("entity/src/post.rs");
    let within = post.replace(
        "table_name = \"post\"",
        "schema_name = \"app\", table_name = \"post\"",
    );
    assert_ne!(post, within);
    project.write("entity/src/post.rs", within);
    does(
        &project,
        &["revision", "--autogenerate", "-m", "create both"],
    );
    does(&project, &["upgrade"]);
    does(&project, &["check"]);
    does(&project, &["check", "--no-entities"]);
    project.write_entities(&["user"]);
    let run = project.in_place(&["check"]);
    assert_eq!(run.code, Some(1), "{}", run.transcript());
    let run = does(&project, &["revision", "--autogenerate", "-m", "drop it"]);
    assert!(run.stdout.contains("- table  app.post ("), "{}", run.stdout);
    assert!(
        run.stdout.contains("Verified: up, then down"),
        "{}",
        run.stdout
    );
    does(&project, &["upgrade"]);
    does(&project, &["check"]);
}

#[tokio::test]
async fn one_that_was_written_for_another_engine_says_so_when_it_fails() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        let (own, other) = (
            scratch(Backend::Sqlite).await.unwrap(),
            scratch(backend).await.unwrap(),
        );
        let project = Project::sql(&[]).on(&own);
        project.write_entities(&["user", "post"]);
        let written = ["revision", "--autogenerate", "-m", "create both"];
        does(&project, &written);
        let project = project.on(&other);
        let run = project.in_place(&["upgrade"]);
        assert_eq!(run.code, Some(2), "{}", run.transcript());
        let hint = "hint: it was written for SQLite alone: name all engines that it is to run on with `backends` in `seadrift.toml`, and \
                    write it anew; ";
        assert!(run.stderr.contains(hint), "{}", run.transcript());
        // What SQLite itself refuses has the usual hint.
        let project = project.on(&own);
        own.execute("CREATE TABLE post (id integer)").await;
        let run = project.in_place(&["upgrade"]);
        assert_eq!(run.code, Some(2), "{}", run.transcript());
        assert!(!run.stderr.contains("written for"), "{}", run.transcript());
    }
}

#[tokio::test]
async fn the_head_of_a_file_is_that_of_a_rust_file() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::sql(&[]).on(&scratch);
    project.write_entities(&["user"]);
    project
        .in_place(&[
            "revision",
            "--autogenerate",
            "-m",
            "create user",
            "--branch-label",
            "app",
        ])
        .is(&expect![[r#"
            wrote migrations/m[TIME]_create_user/up.sql
            wrote migrations/m[TIME]_create_user/down.sql
            updated migrations/seadrift.lock
              + table  user (3 columns)
              + index  user (email) unique
            Verified: up, then down, left no difference on a scratch database.
            ! next: review the files, then run `upgrade`
            [exit 0]
        "#]]);
    does(&project, &["upgrade"]);
    project.write_entities(&["user_with_bio"]);
    project
        .in_place(&[
            "revision",
            "--autogenerate",
            "-m",
            "add bio",
            "--rev-id",
            "m20990101_000000_bio",
        ])
        .is(&expect![[r#"
            wrote migrations/m[TIME]_bio/up.sql
            wrote migrations/m[TIME]_bio/down.sql
            updated migrations/seadrift.lock
              + column user.bio: varchar
            Verified: up, then down, left no difference on a scratch database.
            ! next: review the files, then run `upgrade`
            [exit 0]
        "#]]);
    let made = "-- Created:  ";
    let file = |name: &str| {
        let text = project.read(&format!("migrations/m20990101_000000_bio/{name}"));
        let text = super::without_times(&text);
        let lines = text.lines().map(|line| match line.strip_prefix(made) {
            Some(said) => format!("{made}[NOW]{}\n", said.get(19..).unwrap_or_default()),
            None => format!("{line}\n"),
        });
        lines.collect::<String>()
    };
    expect![[r#"
        -- add bio
        --
        -- Revision: m[TIME]_bio
        -- Revises:  m[TIME]_create_user
        -- Created:  [NOW] UTC, seadrift 0.1.0, SQLite 3.51.3
        --
        -- Changes
        --     + column user.bio: varchar
        --
        -- Verified: up, then down, left no difference on a scratch database.

        -- + column user.bio: varchar
        ALTER TABLE "user" ADD COLUMN "bio" varchar NULL;
    "#]]
    .assert_eq(&file("up.sql"));
    expect![[r#"
        -- the way back from: add bio
        --
        -- Revision: m[TIME]_bio
        --
        -- Verified: up, then down, left no difference on a scratch database.

        -- - column user.bio: varchar
        ALTER TABLE "user" DROP COLUMN "bio";
    "#]]
    .assert_eq(&file("down.sql"));
    project.in_place(&["check"]).is(&expect![[r#"
        pending: m[TIME]_bio
        no drift
        [exit 0]
    "#]]);
    does(&project, &["upgrade"]);
    let edited = project.read("migrations/m20990101_000000_bio/down.sql") + "-- more\n";
    project.write("migrations/m20990101_000000_bio/down.sql", edited);
    project.in_place(&["check"]).is(&expect![[r#"
        drift: migrations are not what the lock says
          m[TIME]_bio was edited (migrations/m[TIME]_bio/up.sql)
        ! hint: take the file back from version control and write a new revision; if no other database has it yet, run `lock update`
        [exit 1]
    "#]]);
    does(&project, &["lock", "update"]);
    project.in_place(&["check"]).is(&expect![[r#"
        no drift
        [exit 0]
    "#]]);
}
