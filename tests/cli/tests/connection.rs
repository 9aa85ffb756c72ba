//! Databases that cannot be reached.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use seadrift_testkit::{Backend, Rights, backends, scratch, with_database, with_password};

use super::project::Project;
use super::run::Run;

/// What `check` and `revision --autogenerate` say about the database at `url`, which is the same.
fn refused(url: &str) -> Run {
    let project = Project::new("blog", 0).with_url(url);
    let run = project.refuses(&["revision", "--autogenerate", "-m", "x"]);
    for arguments in [
        &["check"][..],
        &["current"],
        &["upgrade"],
        &["downgrade", "base"],
    ] {
        assert_eq!(project.refuses(arguments).transcript(), run.transcript());
    }
    run
}

/// The expectation for one of the backends.
fn one_of(backend: Backend, sqlite: Expect, postgres: Expect, mysql: Expect) -> Expect {
    match backend {
        Backend::Sqlite => sqlite,
        Backend::Postgres => postgres,
        Backend::MySql => mysql,
    }
}

#[tokio::test]
async fn no_such_database() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let url = with_database(scratch.url(), "no_such_database");
        refused(&url).is(&one_of(backend, expect![[r#"
            ! error: cannot connect to `sqlite:///[DATABASE]`: unable to open database file
            ! hint: if the file is to be made, add `?mode=rwc` to the URL
            [exit 2]
        "#]], expect![[r#"
            ! error: cannot connect to `postgres://[LOGIN]:***@[SERVER]/[DATABASE]`: database "[DATABASE]" does not exist
            ! hint: create the database first, or correct its name in the URL
            [exit 2]
        "#]], expect![[r#"
            ! error: cannot connect to `mysql://[LOGIN]:***@[SERVER]/[DATABASE]`: Unknown database '[DATABASE]'
            ! hint: create the database first, or correct its name in the URL
            [exit 2]
        "#]]));
    }
}

/// The mode is there already, and the folder is not.
#[test]
fn a_file_that_cannot_be_made() {
    refused("sqlite:///no/such/folder/app.db?mode=rwc").is(&expect![[r#"
        ! error: cannot connect to `sqlite:///[DATABASE]`: unable to open database file
        ! hint: is the path right, the folder there, and may it be written to?
        [exit 2]
    "#]]);
}

#[tokio::test]
async fn no_such_database_needs_no_rights_to_be_said() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let url = with_database(&scratch.role(Rights::Own).await, "no_such_database");
        refused(&url).is(&one_of(backend, expect![[r#"
            ! error: cannot connect to `sqlite:///[DATABASE]`: unable to open database file
            ! hint: if the file is to be made, add `?mode=rwc` to the URL
            [exit 2]
        "#]], expect![[r#"
            ! error: cannot connect to `postgres://[LOGIN]:***@[SERVER]/[DATABASE]`: database "[DATABASE]" does not exist
            ! hint: create the database first, or correct its name in the URL
            [exit 2]
        "#]], expect![[r#"
            ! error: cannot connect to `mysql://[LOGIN]:***@[SERVER]/[DATABASE]`: Access denied for user '[LOGIN]'@'%' to database '[DATABASE]'
            ! hint: the user may not use this database, or there is none of this name
            [exit 2]
        "#]]));
    }
}

#[tokio::test]
async fn wrong_password() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        let scratch = scratch(backend).await.unwrap();
        let login = scratch.role(Rights::Own).await;
        // `Run::without` looks for the password, as it is in the URL.
        for wrong in ["wrong-password", "wr@ng/päss:word#%'\""] {
            let run = refused(&with_password(&login, wrong));
            let shown = format!("{}{}", run.stdout, run.stderr);
            assert!(!shown.contains(wrong), "{shown}");
            run.is(&one_of(backend, expect![], expect![[r#"
                ! error: cannot connect to `postgres://[LOGIN]:***@[SERVER]/[DATABASE]`: password authentication failed for user "[LOGIN]"
                ! hint: look at user and password in the URL
                [exit 2]
            "#]], expect![[r#"
                ! error: cannot connect to `mysql://[LOGIN]:***@[SERVER]/[DATABASE]`: Access denied for user '[LOGIN]'@'[HOST]' (using password: YES)
                ! hint: look at user and password in the URL
                [exit 2]
            "#]]));
        }
    }
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for scheme in ["postgres", "mysql"] {
        let url = format!("{scheme}://me:secret-word@127.0.0.1:{port}/database");
        let started = Instant::now();
        let project = Project::new("blog", 0).with_url(&url);
        project
            .refuses(&["check"])
            .replaced(scheme, "[SCHEME]")
            .is(&expect![[r#"
                ! error: cannot connect to `[SCHEME]://[LOGIN]:***@[SERVER]/database`: Connection refused (os error 111)
                ! hint: is the server running, and are host and port of the URL its own?
                [exit 2]
            "#]]);
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{:?}",
            started.elapsed()
        );
    }
}

#[test]
fn a_host_that_is_not_there() {
    let project =
        Project::new("blog", 0).with_url("postgres://me:secret-word@no-such-host.invalid/database");
    let run = project.refuses(&["check"]);
    // What the resolver says is its own.
    let (start, hint) = run.stderr.split_once('\n').unwrap();
    expect!["error: cannot connect to `postgres://[LOGIN]:***@no-such-host.invalid/database`: failed to lookup address information"].assert_eq(start.rsplit_once(": ").unwrap().0);
    expect![[r#"
        hint: is the server running, and are host and port of the URL its own?
    "#]]
    .assert_eq(hint);
}

#[test]
fn what_is_no_database_url() {
    for (url, expected) in [
        (
            "",
            expect![[r#"
                ! error: no database is named
                ! hint: set `DATABASE_URL`, in the environment or in a `.env` file, or `database_url` in `seadrift.toml`, or pass `--database-url`
                [exit 2]
            "#]],
        ),
        (
            "database",
            expect![[r#"
            ! error: the database URL is not a URL: relative URL without a base
            ! hint: a database URL looks like `postgres://user:password@host/database`; in user and password, write `@`, `/` and `:` as `%40`, `%2F` and `%3A`
            [exit 2]
        "#]],
        ),
        (
            "/tmp/x.db",
            expect![[r#"
            ! error: the database URL is not a URL: relative URL without a base
            ! hint: a database URL looks like `postgres://user:password@host/database`; in user and password, write `@`, `/` and `:` as `%40`, `%2F` and `%3A`
            [exit 2]
        "#]],
        ),
        (
            "mssql://me:secret-word@host/database",
            expect![[r#"
            ! error: the database URL has the scheme `mssql`, which seadrift does not know
            ! hint: it may be `postgres`, `postgresql`, `mysql`, `mariadb`, `sqlite`
            [exit 2]
        "#]],
        ),
        (
            "postgres://me:secret/word@host/database",
            expect![[r#"
            ! error: the database URL is not a URL: invalid port number
            ! hint: a database URL looks like `postgres://user:password@host/database`; in user and password, write `@`, `/` and `:` as `%40`, `%2F` and `%3A`
            [exit 2]
        "#]],
        ),
        (
            "postgres://me:123#secret@host/database",
            expect![[r#"
            ! error: the database URL has an `@`, but no user before it
            ! hint: in the password, write `@`, `/`, `:`, `?` and `#` as `%40`, `%2F`, `%3A`, `%3F` and `%23`
            [exit 2]
        "#]],
        ),
        (
            "postgres://me:123/secret@host/database",
            expect![[r#"
            ! error: the database URL has an `@`, but no user before it
            ! hint: in the password, write `@`, `/`, `:`, `?` and `#` as `%40`, `%2F`, `%3A`, `%3F` and `%23`
            [exit 2]
        "#]],
        ),
        (
            "postgres://me:123?secret@host/database",
            expect![[r#"
            ! error: the database URL has an `@`, but no user before it
            ! hint: in the password, write `@`, `/`, `:`, `?` and `#` as `%40`, `%2F`, `%3A`, `%3F` and `%23`
            [exit 2]
        "#]],
        ),
        (
            "postgres://me:secret-word@127.0.0.1/database?sslmode=nonsense",
            expect![[r#"
                ! error: cannot connect to `postgres://[LOGIN]:***@127.0.0.1/database`: unknown value "nonsense" for `ssl_mode`
                [exit 2]
            "#]],
        ),
        (
            "sqlite://x.db?mode=nonsense",
            expect![[r#"
            ! error: cannot connect to `sqlite://x.db`: unknown value "nonsense" for `mode`
            [exit 2]
        "#]],
        ),
    ] {
        let run = refused(url);
        for secret in ["secret", "123"] {
            let shows_it = run.stdout.contains(secret) || run.stderr.contains(secret);
            assert!(!shows_it, "{url}: {}", run.transcript());
        }
        run.is(&expected);
    }
}

#[test]
fn the_database_is_named_by_option_before_environment_before_file() {
    let project = Project::new("blog", 0);
    let current = |url: Option<&str>, arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.envs(url.map(|url| ("DATABASE_URL", url)));
        project.finish(&mut command).transcript()
    };
    expect![[r#"
        ! error: no database is named
        ! hint: set `DATABASE_URL`, in the environment or in a `.env` file, or `database_url` in `seadrift.toml`, or pass `--database-url`
        [exit 2]
    "#]]
    .assert_eq(&current(None, &["current"]));
    project.write(".env", "DATABASE_URL=sqlite://from_file.db\n");
    let from_file = current(None, &["current"]);
    assert!(from_file.contains("`sqlite://from_file.db`"), "{from_file}");
    let from_environment = current(Some("sqlite://from_environment.db"), &["current"]);
    assert!(
        from_environment.contains("`sqlite://from_environment.db`"),
        "{from_environment}"
    );
    let option = ["current", "--database-url", "sqlite://from_option.db"];
    let from_option = current(Some("sqlite://from_environment.db"), &option);
    assert!(
        from_option.contains("`sqlite://from_option.db`"),
        "{from_option}"
    );
}
