//! What `diff` refuses: it names the side and the place, and leaves nothing behind.

use std::fs;

use expect_test::{Expect, expect};
use seadrift_testkit::{Backend, backends, scratch};

use super::diff::left_behind;
use super::project::Project;

fn refused(project: &Project, arguments: &[&str], expected: &Expect) {
    project
        .refuses(&[&["diff"], arguments].concat())
        .is(expected);
}

#[test]
fn a_side_that_is_none() {
    let project = Project::new("blog", 0);
    let to = "sql:empty.sql";
    project.write("empty.sql", "");
    refused(
        &project,
        &["", to],
        &expect![[r#"
        ! error: FROM: it is empty
        ! hint: it may be `postgres://…`, `mysql://…`, `mariadb://…`, `sqlite://…`, `entities:DIR`, `lock:FILE`, `sql:FILE`, or `entities` for the project's own
        [exit 2]
    "#]],
    );
    refused(
        &project,
        &["schema.sql", to],
        &expect![[r#"
        ! error: FROM: it is neither a database URL nor `entities:DIR`, `lock:FILE` or `sql:FILE`
        ! hint: it may be `postgres://…`, `mysql://…`, `mariadb://…`, `sqlite://…`, `entities:DIR`, `lock:FILE`, `sql:FILE`, or `entities` for the project's own
        [exit 2]
    "#]],
    );
    refused(
        &project,
        &[to, "mssql://me:secret@host/db"],
        &expect![[r#"
        ! error: TO: nothing that can be compared starts with `mssql:`
        ! hint: it may be `postgres://…`, `mysql://…`, `mariadb://…`, `sqlite://…`, `entities:DIR`, `lock:FILE`, `sql:FILE`, or `entities` for the project's own
        [exit 2]
    "#]],
    );
    refused(
        &project,
        &[to, "lock:"],
        &expect![[r#"
        ! error: TO: `lock:` names no file
        ! hint: write the path behind the colon, as in `sql:schema.sql`
        [exit 2]
    "#]],
    );
    refused(
        &project,
        &[to, "postgres://me:12/secret@host/db"],
        &expect![[r#"
            ! error: TO: the database URL has an `@`, but no user before it
            ! hint: in the password, write `@`, `/`, `:`, `?` and `#` as `%40`, `%2F`, `%3A`, `%3F` and `%23`
            [exit 2]
        "#]],
    );
    refused(
        &project,
        &[to, "sql:none.sql", "--dialect", "sqlite"],
        &expect![[r#"
            ! error: TO (`sql:none.sql`): cannot read `none.sql`: No such file or directory (os error 2)
            [exit 2]
        "#]],
    );
    refused(
        &project,
        &[to, to],
        &expect![[r#"
        ! error: nothing says for which engine the two are compared
        ! hint: say it with `--dialect postgres`, `--dialect mysql`, `--dialect mariadb` or `--dialect sqlite`
        [exit 2]
    "#]],
    );
    refused(
        &project,
        &[to, to, "--dialect", "postgres"],
        &expect![[r#"
        ! error: FROM (`sql:empty.sql`): there is no server to load it on
        ! hint: name one with `--scratch-url`; what is loaded there is taken away again
        [exit 2]
    "#]],
    );
    refused(
        &project,
        &["lock:none.lock", to, "--dialect", "sqlite"],
        &expect![[r#"
            ! error: FROM (`lock:none.lock`): cannot read `none.lock`: No such file or directory (os error 2)
            [exit 2]
        "#]],
    );
    refused(
        &project,
        &[to, to, "--dialect", "sqlite", "--lock", "none.lock"],
        &expect![[r#"
            ! error: cannot read `none.lock`: No such file or directory (os error 2)
            [exit 2]
        "#]],
    );
    let run = project.refuses(&["diff", "sqlite::memory:"]);
    assert!(run.stderr.contains("<TO>"), "{}", run.transcript());
}

#[test]
fn a_lock_that_cannot_be_read() {
    let project = Project::new("blog", 0);
    project.write("newer.lock", "version = 9\n");
    project.write("torn.lock", "version = 1\n<<<<<<< ours\n");
    let other = ["entities", "--dialect", "sqlite"];
    refused(
        &project,
        &[&["lock:newer.lock"], &other[..]].concat(),
        &expect![[r#"
            ! error: FROM (`lock:newer.lock`): cannot read the lock file `newer.lock`: it has version 9, and this seadrift reads versions up to 1
            ! hint: nothing was written; use the version of seadrift that wrote the file, or a newer one
            [exit 2]
        "#]],
    );
    refused(
        &project,
        &[&["lock:torn.lock"], &other[..]].concat(),
        &expect![[r#"
            ! error: FROM (`lock:torn.lock`): cannot read the lock file `torn.lock`: a merge left its marks in it, the first in line 2
            ! hint: nothing was written; `merge` and `rebase` take both sides as they bring the branches together, and `lock merge` does no more than that
            [exit 2]
        "#]],
    );
}

#[test]
fn entities_that_cannot_be_read() {
    let project = Project::new("blog", 0);
    fs::create_dir(project.path("entity")).unwrap();
    let sides = ["sqlite::memory:", "entities:entity"];
    refused(
        &project,
        &sides,
        &expect![[r#"
        ! error: TO (`entities:entity`): there are no SeaORM entities here
        !  --> entity
        ! hint: an entity is a struct `Model` that derives `DeriveEntityModel`, or one that derives `DeriveEntity`
        [exit 2]
    "#]],
    );
    project.write("entity/user.rs", "struct Model {\n    id: i32,,\n}\n");
    refused(
        &project,
        &sides,
        &expect![[r#"
        ! error: TO (`entities:entity`): this is no Rust: expected identifier
        !  --> entity/user.rs:2:13
        !   |
        ! 2 |     id: i32,,
        !   |             ^
        [exit 2]
    "#]],
    );
    refused(
        &Project::new("empty", 0),
        &["sqlite::memory:", "entities"],
        &expect![[r#"
            ! error: TO (`entities`): the list of entities is empty
            ! hint: list the entities where the migration crate calls seadrift: `seadrift::run(Migrator, seadrift::entities![user::Entity])`
            [exit 2]
        "#]],
    );
}

#[tokio::test]
async fn two_engines() {
    let project = Project::new("blog", 0);
    let (mut urls, mut all) = (vec![], vec![]);
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        urls.push(scratch.url().to_owned());
        all.push(scratch);
    }
    for (from, to) in urls.iter().zip(urls.iter().cycle().skip(1)) {
        if from == to {
            continue;
        }
        let run = project.refuses(&["diff", from, to]);
        let says = run.stderr.contains("error: FROM is on ") && run.stderr.contains(", and TO on ");
        assert!(says, "{}", run.transcript());
    }
    for url in &urls {
        let other = match url.starts_with("sqlite") {
            true => "postgres",
            false => "sqlite",
        };
        let run = project.refuses(&["diff", "lock:a", url, "--dialect", other]);
        assert!(
            run.stderr.contains("`--dialect` says"),
            "{}",
            run.transcript()
        );
    }
}

#[tokio::test]
async fn sql_that_fails() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("blog", 0).with_url(scratch.url());
        project.write(
            "bad.sql",
            "-- A comment; and more.\nCREATE TABLE a (id int);\n\n\nCREATE TABLE a (id int);\n",
        );
        project.write("open.sql", "CREATE TABLE a (id int);\nSELECT 'a;\n");
        let url = scratch.url();
        let bad = project.refuses(&["diff", url, "sql:bad.sql"]);
        assert!(
            bad.stderr
                .starts_with("error: TO (`sql:bad.sql`): line 5: "),
            "{}",
            bad.transcript()
        );
        assert!(
            bad.stderr.contains("\n  CREATE TABLE a (id int)\nhint: "),
            "{}",
            bad.transcript()
        );
        let open = project.refuses(&["diff", "sql:open.sql", url]);
        assert!(
            open.stderr
                .starts_with("error: FROM (`sql:open.sql`): line 2: what begins here has no end"),
            "{}",
            open.transcript()
        );
        // The first was loaded already when the second fails.
        project.write("good.sql", "CREATE TABLE a (id int);");
        let arguments = [
            "diff",
            "sql:good.sql",
            "sql:bad.sql",
            "--scratch-url",
            url,
            "--dialect",
        ];
        let dialect = match backend {
            Backend::Postgres => "postgres",
            Backend::MySql => "mariadb",
            Backend::Sqlite => "sqlite",
        };
        let run = project.refuses(&[&arguments[..], &[dialect]].concat());
        assert!(
            run.stderr
                .starts_with("error: TO (`sql:bad.sql`): line 5: "),
            "{}",
            run.transcript()
        );
        assert_eq!(left_behind(&scratch).await, 0, "{backend}");
    }
}

/// What would reach another database of the server is not run at all.
#[tokio::test]
async fn sql_that_reaches_beyond_the_scratch_database() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("blog", 0).with_url(scratch.url());
        let sql = match backend {
            Backend::Postgres => "CREATE TABLE a (id int);\nCOPY a (id) FROM stdin;\n1\n\\.\n",
            Backend::MySql => "CREATE TABLE a (id int);\nUSE mysql;\n",
            Backend::Sqlite => "CREATE TABLE a (id int);\nATTACH 'beside.db' AS beside;\n",
        };
        project.write("beyond.sql", sql);
        let run = project.refuses(&["diff", scratch.url(), "sql:beyond.sql"]);
        let says = run
            .stderr
            .starts_with("error: TO (`sql:beyond.sql`): line 2: ")
            && run
                .stderr
                .contains("is nothing that a scratch database can be made with");
        assert!(says, "{}", run.transcript());
        assert_eq!(left_behind(&scratch).await, 0, "{backend}");
    }
}
