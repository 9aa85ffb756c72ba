//! SQL migrations that are not as they should be.

use expect_test::expect;
use seadrift_testkit::{Backend, backends, scratch};

use super::project::{Project, state};

const UP: (&str, &str) = ("up.sql", "CREATE TABLE a (id INTEGER);\n");

#[tokio::test]
async fn files_that_are_wrong_are_named_before_anything_runs() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = |files: &[(&str, &str)]| Project::sql(&[("m1_a", files)]).on(&scratch);
    let refused = |project: &Project| {
        let before = project.files();
        let run = project.in_place(&["upgrade"]);
        assert_eq!(run.code, Some(2), "{}", run.transcript());
        assert!(project.files() == before);
        run
    };
    refused(&project(&[("down.sql", "")])).is(&expect![[r#"
        ! error: `migrations/m1_a` has no `up.sql`
        ! hint: nothing was done; `up.sql` applies the revision, `down.sql` reverses it, and each may be there for an engine alone, as in `up.postgres.sql`
        [exit 2]
    "#]]);
    refused(&project(&[UP, ("up.postgre.sql", "")])).is(&expect![[r#"
        ! error: in `migrations/m1_a`, `up.postgre.sql` names no engine that there is: it may be `postgres`, `mysql` (which is MariaDB's too) or `sqlite`
        ! hint: nothing was done; `up.sql` applies the revision, `down.sql` reverses it, and each may be there for an engine alone, as in `up.postgres.sql`
        [exit 2]
    "#]]);
    let bytes = project(&[UP]);
    bytes.write("migrations/m1_a/down.sql", b"-- a\n-- \xff\n");
    refused(&bytes).is(&expect![[r#"
        ! error: `migrations/m1_a/down.sql` is not UTF-8 (line 2)
        ! hint: nothing was done; `up.sql` applies the revision, `down.sql` reverses it, and each may be there for an engine alone, as in `up.postgres.sql`
        [exit 2]
    "#]]);
    let both = project(&[UP]);
    both.write("migrations/m1_a.rs", "");
    refused(&both).is(&expect![[r#"
        ! error: `migrations/m1_a` and `migrations/m1_a.rs` are the same revision
        ! hint: nothing was done; `up.sql` applies the revision, `down.sql` reverses it, and each may be there for an engine alone, as in `up.postgres.sql`
        [exit 2]
    "#]]);
    let head = project(&[("up.sql", "-- a\n-- Revises: m0\nSELECT 1;")]);
    refused(&head).is(&expect![[r#"
        ! error: revision `m1_a` comes after `m0`, which is no migration of this project (`migrations/m1_a/up.sql`)
        ! hint: nothing was done; take the file that is missing back from version control, or correct the head
        [exit 2]
    "#]]);
    let copied = project(&[("up.sql", "-- a\n-- Revision: m1_a\n")]);
    copied.write_sql(
        "migrations/m2_b",
        &[("up.sql", "-- a\n-- Revision: m1_a\n")],
    );
    refused(&copied).is(&expect![[r#"
        ! error: there are two revisions `m1_a` (`migrations/m1_a/up.sql`, `migrations/m2_b/up.sql`)
        ! hint: nothing was done; give one of them another name, in its head too
        [exit 2]
    "#]]);
    assert_eq!(state(&scratch).await.1, [""; 0]);
}

#[tokio::test]
async fn statements_that_cannot_run_are_named_with_their_line() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    for (text, expected) in [
        (
            "SELECT 1;\n\nBEGIN;\n",
            expect![[r#"
            ! upgrading m1_a
            ! error: revision `m1_a` failed on the way up: the file runs in a transaction already, and ends with it; without it where `-- seadrift: no-transaction` stands in its head
            !   at m1_a/up.sql:3
            !   it was rolled back
            ! hint: mend it and run `upgrade` again, which goes on from there
            [exit 2]
        "#]],
        ),
        (
            "SELECT 1;\n.read b.sql\n",
            expect![[r#"
            ! upgrading m1_a
            ! error: revision `m1_a` failed on the way up: this is for the engine's own client, which does not run it
            !   at m1_a/up.sql:2
            !   it was rolled back
            ! hint: mend it and run `upgrade` again, which goes on from there
            [exit 2]
        "#]],
        ),
        (
            "SELECT 1;\nSELECT 'a;\n",
            expect![[r#"
            ! upgrading m1_a
            ! error: revision `m1_a` failed on the way up: what begins here has no end
            !   at m1_a/up.sql:2
            !   it was rolled back
            ! hint: mend it and run `upgrade` again, which goes on from there
            [exit 2]
        "#]],
        ),
        (
            "PRAGMA foreign_keys = OFF;\n",
            expect![[r#"
            ! upgrading m1_a
            ! error: revision `m1_a` failed on the way up: SQLite takes no notice of this in a transaction; write `-- seadrift: no-transaction` in the head of the file, and `BEGIN` and `COMMIT` around what belongs together
            !   at m1_a/up.sql:1
            !   it was rolled back
            ! hint: mend it and run `upgrade` again, which goes on from there
            [exit 2]
        "#]],
        ),
        (
            "-- seadrift: no-transactoin\nSELECT 1;\n",
            expect![[r#"
            ! upgrading m1_a
            ! error: revision `m1_a` failed on the way up: `seadrift: no-transactoin` means nothing; there is `no-transaction`
            !   at m1_a/up.sql:1
            !   it was rolled back
            ! hint: mend it and run `upgrade` again, which goes on from there
            [exit 2]
        "#]],
        ),
    ] {
        let project = Project::sql(&[("m1_a", &[("up.sql", text)])]).on(&scratch);
        project.in_place(&["upgrade"]).is(&expected);
    }
}

#[tokio::test]
async fn what_has_no_way_back_says_so() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::sql(&[("m1_a", &[UP])]).on(&scratch);
        assert_eq!(project.in_place(&["upgrade"]).code, Some(0));
        let run = project.in_place(&["downgrade", "base"]);
        assert_eq!(run.code, Some(2));
        assert!(
            run.stderr
                .contains("it cannot be reversed: there is no `down.sql`"),
            "{}",
            run.stderr
        );
        assert_eq!(state(&scratch).await.1, ["m1_a"]);
    }
}

#[tokio::test]
async fn a_file_of_another_engine_is_not_run() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let files = [("up.postgres.sql", UP.1)];
    let project = Project::sql(&[("m1_a", &files)]).on(&scratch);
    project.in_place(&["upgrade"]).is(&expect![[r#"
        ! upgrading m1_a
        ! error: revision `m1_a` failed on the way up: it is not written for this engine: there is no `up.sql` and no `up.sqlite.sql`
        !   it was rolled back
        ! hint: mend it and run `upgrade` again, which goes on from there
        [exit 2]
    "#]]);
}

/// What begins a transaction by itself is undone where it stops, and the connection goes back as it was.
#[tokio::test]
async fn a_transaction_of_its_own_is_ended() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let text = "-- seadrift: no-transaction\nPRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE a (id INTEGER);\nINSERT INTO nowhere VALUES (1);\nCOMMIT;\n";
    let project = Project::sql(&[("m1_a", &[("up.sql", text)])]).on(&scratch);
    project.in_place(&["upgrade"]).is(&expect![[r#"
        ! upgrading m1_a
        ! error: revision `m1_a` failed on the way up: no such table: nowhere
        !   at m1_a/up.sql:5: INSERT INTO nowhere VALUES (1)
        !   it sees to its transactions by itself: one that makes a table anew has changed nothing
        ! hint: mend it and run `upgrade` again, which goes on from there
        [exit 2]
    "#]]);
    let (database, versions) = state(&scratch).await;
    assert_eq!(versions, [""; 0]);
    assert!(!database.schema.tables.keys().any(|table| table.name == "a"));
}

/// Outside of a transaction, what ran before the statement that failed is named, and not what ended it.
#[tokio::test]
async fn what_ran_outside_of_a_transaction_stays() {
    for backend in [Backend::Postgres, Backend::MySql] {
        let Some(scratch) = scratch(backend).await else {
            continue;
        };
        let text = "-- seadrift: no-transaction\nCREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (1, 2);\n";
        let project = Project::sql(&[("m1_a", &[("up.sql", text)])]).on(&scratch);
        let run = project.in_place(&["upgrade"]);
        assert!(
            run.stderr.contains(
                "  at m1_a/up.sql:4: INSERT INTO a VALUES (1, 2)\n  this engine commits every statement by itself; these ran before it \
                 and stay:\n    CREATE TABLE a (id INTEGER)\n    INSERT INTO a VALUES (1)\nhint:"
            ),
            "{}",
            run.stderr
        );
    }
}

/// The file of one engine may run outside of a transaction and that of another in one, which is undone.
#[tokio::test]
async fn what_another_engine_runs_outside_of_a_transaction_is_undone() {
    let sqlite = "-- seadrift: no-transaction\nSELECT 1;\n";
    let other = "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1, 2);\n";
    let files = [("up.sqlite.sql", sqlite), ("up.sql", other)];
    let Some(scratch) = scratch(Backend::Postgres).await else {
        return;
    };
    let project = Project::sql(&[("m1_a", &files)]).on(&scratch);
    project.in_place(&["upgrade"]).is(&expect![[r#"
        ! upgrading m1_a
        ! error: revision `m1_a` failed on the way up: INSERT has more expressions than target columns
        !   at m1_a/up.sql:2: INSERT INTO a VALUES (1, 2)
        !   it was rolled back
        ! hint: mend it and run `upgrade` again, which goes on from there
        [exit 2]
    "#]]);
    let (database, versions) = state(&scratch).await;
    assert_eq!(versions, [""; 0]);
    assert!(!database.schema.tables.keys().any(|table| table.name == "a"));
}

#[test]
fn edit_opens_all_files_of_a_folder() {
    let mut project = Project::sql(&[("m1_a", &[UP, ("down.sql", "")])]);
    project.set("EDITOR", "/bin/ls");
    project.in_place(&["edit", "m1"]).is(&expect![[r#"
        migrations/m1_a/down.sql
        migrations/m1_a/up.sql
        [exit 0]
    "#]]);
}

#[test]
fn a_rust_file_has_no_place_there() {
    let project = Project::sql(&[]);
    project
        .in_place(&["revision", "-m", "a", "--format", "rust"])
        .is(&expect![[r#"
            ! error: `migrations` has no `Migrator` that could list a Rust file: its migrations are SQL
            ! hint: nothing was written; leave `--format rust` out
            [exit 2]
        "#]]);
    let crate_without = Project::new("blog", 1);
    crate_without.write(
        "Cargo.toml",
        "[package]\nname = \"migration\"\n\n[dependencies]\nsea-orm-migration = \"2\"\n",
    );
    crate_without
        .in_place(&["revision", "-m", "a", "--format", "sql"])
        .is(&expect![[r#"
            ! error: `Cargo.toml` does not depend on seadrift, whose macro compiles SQL in
            ! hint: nothing was written; add `seadrift = { version = "0.1", default-features = false }` to its dependencies
            [exit 2]
        "#]]);
}

#[test]
fn a_crate_lists_them() {
    let project = Project::new("blog", 1);
    project.write(
        "Cargo.toml",
        "[package]\nname = \"migration\"\n\n[dependencies]\nseadrift = \"0.1\"\n",
    );
    project
        .in_place(&[
            "revision", "-m", "fill", "--format", "sql", "--rev-id", "m2_fill",
        ])
        .is(&expect![[r#"
            wrote src/m2_fill/up.sql
            wrote src/m2_fill/down.sql
            updated src/lib.rs
            ! next: review the files, then run `upgrade`
            [exit 0]
        "#]]);
    project.in_place(&["history"]).is(&expect![[r#"
        m20260101_000000_create_user -> m2_fill (head), fill
        base -> m20260101_000000_create_user, create user
        [exit 0]
    "#]]);
    let library = project.read("src/lib.rs");
    assert!(
        library.contains("            seadrift::sql_migration!(\"src/m2_fill\"),\n"),
        "{library}"
    );
    let all = library.replace("seadrift::sql_migration!(\"src/m2_fill\"),", "");
    let all = all.replace(
        "        vec![",
        "        let mut all: Vec<Box<dyn MigrationTrait>> = vec![",
    );
    let all = all.replace(
        "        ]\n",
        "        ];\n        all.extend(seadrift::sql_migrations!(\"src\"));\n        all\n",
    );
    project.write("src/lib.rs", &all);
    project
        .in_place(&[
            "revision", "-m", "more", "--format", "sql", "--rev-id", "m3_more",
        ])
        .is(&expect![[r#"
            wrote src/m3_more/up.sql
            wrote src/m3_more/down.sql
            ! next: review the files, then run `upgrade`
            [exit 0]
        "#]]);
    assert_eq!(project.read("src/lib.rs"), all);
    project.in_place(&["heads"]).is(&expect![[r#"
        m3_more (head), more
        [exit 0]
    "#]]);
}
