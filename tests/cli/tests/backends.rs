//! One file for several backends: whichever database is at hand, and with or without the others' servers.

use std::net::TcpListener;

use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::project::{Project, state};
use super::run::Run;

const REVISION: [&str; 4] = ["revision", "--autogenerate", "-m", "add bio"];

/// A project that is for all backends, with a database on `backend` that has what is declared, and more declared now.
async fn behind(scratch: &Scratch, config: &str) -> Project {
    let mut project = Project::new("blog", 2).on(scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    project.write("seadrift.toml", config);
    project.declare("bio");
    project
}

/// A scratch database of each server, for its URL.
async fn servers() -> Option<[Scratch; 2]> {
    if backends() != Backend::ALL {
        return None;
    }
    let postgres = scratch(Backend::Postgres).await?;
    Some([postgres, scratch(Backend::MySql).await?])
}

/// What was said, without the versions of the servers, which differ from machine to machine.
fn without_versions(mut run: Run) -> Run {
    for text in [&mut run.stdout, &mut run.stderr] {
        let mut words = vec![];
        let mut is_name = false;
        for word in text.split(' ') {
            let is_version = is_name && word.starts_with(|c: char| c.is_ascii_digit());
            let end = word.trim_start_matches(|c: char| !matches!(c, ':' | '\n' | ']' | ','));
            words.push(if is_version {
                format!("[VERSION]{end}")
            } else {
                word.to_owned()
            });
            is_name = ["PostgreSQL", "MariaDB", "SQLite"].contains(&word);
        }
        *text = words.join(" ");
        if let Some((before, rest)) = text.split_once("Created:  ")
            && let Some((_, after)) = rest.split_once(" UTC")
        {
            *text = format!("{before}Created:  [NOW] UTC{after}");
        }
    }
    run
}

#[tokio::test]
async fn the_file_is_the_same_whichever_database_is_at_hand() {
    let Some([postgres, mysql]) = servers().await else {
        return;
    };
    let mut files = vec![];
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let config = "backends = [\"sqlite\", \"postgres\", \"mysql\"]\n";
        let project = behind(&scratch, config).await;
        let before = state(&scratch).await;
        let mut arguments = REVISION.to_vec();
        arguments.extend([
            "--scratch-url",
            postgres.url(),
            "--scratch-url",
            mysql.url(),
        ]);
        let run = project.run(&arguments);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        let source = project.read(&format!("src/{}.rs", project.generated()));
        let verified = source
            .lines()
            .filter(|line| line.starts_with("//! Verified on "));
        assert_eq!(verified.count(), 3, "{source}");
        let is_its_own =
            |line: &&str| line.starts_with("//! Revision:") || line.starts_with("//! Created:");
        let rest: Vec<_> = source
            .lines()
            .filter(|line| !is_its_own(line))
            .map(str::to_owned)
            .collect();
        let lock = seadrift_schema::lock::read(&project.read("seadrift.lock")).unwrap();
        files.push((rest, lock));
        assert_eq!(state(&scratch).await, before);
    }
    files.dedup();
    assert_eq!(files.len(), 1, "{files:#?}");
}

#[tokio::test]
async fn what_is_said_of_each() {
    let Some([postgres, _]) = servers().await else {
        return;
    };
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let config = "backends = [\"mysql\", \"sqlite\", \"postgres\"]\n";
    let mut project = behind(&scratch, config).await;
    // Of MySQL only the lock could tell.
    let mut dry = REVISION.to_vec();
    dry.extend(["--scratch-url", postgres.url(), "--dry-run"]);
    project.refuses(&dry).is(&expect![[r#"
        ! error: nobody says what databases on MySQL have: there is no lock yet, and no server is named for it with `--scratch-url`
        ! hint: nothing was written; name a server of that kind with `--scratch-url`, or take the backend out of `backends` in `seadrift.toml`
        [exit 2]
    "#]]);
    // What is declared is what the database has, so that only the lock is written.
    project.declare("blog");
    let all = [&REVISION[..], &["--scratch-url", postgres.url()]].concat();
    project.write("seadrift.toml", "backends = [\"sqlite\", \"postgres\"]\n");
    let run = project.run(&all);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    project.declare("bio");
    project.write("seadrift.toml", config);
    let run = without_versions(project.run(&dry));
    run.is(&expect![[r#"
        //! add bio
        //!
        //! Revision: m[TIME]_add_bio
        //! Revises:  m20260102_000000_create_post
        //! Created:  [NOW] UTC, seadrift 0.1.0, SQLite [VERSION]
        //!
        //! Changes
        //!     + column user.bio: varchar(255)
        //!
        //! Not verified on MySQL: no server is named for it with `--scratch-url`.
        //! Verified on SQLite [VERSION]: up, then down, left no difference on a scratch database.
        //! Verified on PostgreSQL [VERSION]: up, then down, left no difference on a scratch database.

        use sea_orm_migration::{prelude::*, schema::*};

        #[derive(DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                manager
                    .alter_table(
                        Table::alter()
                            .table("user")
                            .add_column(string_null("bio"))
                            .to_owned(),
                    )
                    .await?;

                Ok(())
            }

            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                manager
                    .alter_table(Table::alter().table("user").drop_column("bio").to_owned())
                    .await?;

                Ok(())
            }
        }
        [exit 0]
    "#]]);
    // A server that is not there is as good as none.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let gone = format!("mysql://me:secret@127.0.0.1:{port}/none");
    let run = project.run(&[&dry[..], &["--scratch-url", &gone]].concat());
    let run = run.replaced(port.to_string(), "[PORT]");
    assert!(!run.stdout.contains("secret"), "{}", run.stdout);
    let said: Vec<_> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("//! Not verified"))
        .collect();
    expect!["//! Not verified on MySQL: cannot connect to `mysql://me:***@127.0.0.1:[PORT]/none`: Connection refused (os error 111)."].assert_eq(&said.join("\n"));
}

#[tokio::test]
async fn what_does_not_fit() {
    let Some([postgres, mysql]) = servers().await else {
        return;
    };
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let mut project = behind(&scratch, "backends = [\"postgres\"]\n").await;
    let said = |run: Run| without_versions(run).transcript();
    expect![[r#"
        ! error: the project is for PostgreSQL, and the database is on SQLite [VERSION]
        ! hint: nothing was written; `backends` in `seadrift.toml` lists them
        [exit 2]
    "#]]
    .assert_eq(&said(project.refuses(&REVISION)));
    project.write(
        "seadrift.toml",
        "backends = [\"sqlite\", \"mysql\", \"mariadb\"]\n",
    );
    expect![[r#"
        ! error: cannot use the config `seadrift.toml`: `backends` lists MySQL and MariaDB, which run the same migrations
        ! hint: leave one of them out; nothing was done
        [exit 2]
    "#]].assert_eq(&said(project.refuses(&REVISION)));
    project.write("seadrift.toml", "backends = [\"sqlite\", \"oracle\"]\n");
    expect![[r#"
        ! error: cannot use the config `seadrift.toml`: line 1: unknown variant `oracle`, expected one of `postgres`, `mysql`, `mariadb`, `sqlite`
        [exit 2]
    "#]].assert_eq(&said(project.refuses(&REVISION)));
    project.write("seadrift.toml", "backends = [\"sqlite\", \"postgres\"]\n");
    let all = [&REVISION[..], &["--scratch-url", mysql.url()]].concat();
    expect![[r#"
        ! error: the scratch server is MySQL, and the database is on SQLite [VERSION]
        ! hint: nothing was written; a plan can only be tried out on a server of the same kind
        [exit 2]
    "#]]
    .assert_eq(&said(project.refuses(&all)));
    // A migration that does not run there.
    project.know(3);
    let version =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20260103_000000_stumble', 1)";
    scratch.execute(version).await;
    let all = [&REVISION[..], &["--scratch-url", postgres.url()]].concat();
    expect![[r#"
        ! error: the project's migrations do not run on PostgreSQL: revision `m20260103_000000_stumble` failed on the way up: relation "no_such_table" does not exist
        !   it was rolled back
        ! hint: nothing was written; mend that migration, or take the backend out of `backends` in `seadrift.toml`
        [exit 2]
    "#]].assert_eq(&said(project.refuses(&all)));
}
