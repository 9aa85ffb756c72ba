//! Hazards: how many rows they happen to, and those that are denied.

use expect_test::expect;
use seadrift_testkit::{Backend, scratch};

use super::project::Project;

const AUTOGENERATE: [&str; 4] = ["revision", "--autogenerate", "-m", "drop what nobody reads"];

/// A project whose database has three posts, and whose entities no more than the lock says.
async fn with_rows(backend: Backend) -> Option<(Project, seadrift_testkit::Scratch)> {
    let scratch = scratch(backend).await?;
    let mut project = Project::new("bio", 2).on(&scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    let user = if backend == Backend::MySql {
        "`user`"
    } else {
        "\"user\""
    };
    scratch
        .execute(&format!(
            "ALTER TABLE {user} ADD COLUMN bio varchar(255) NULL;
            INSERT INTO {user} (id, email, name, bio) VALUES (1, 'a', 'a', 'x'), (2, 'b', 'b', NULL), (3, 'c', 'c', 'y');"
        ))
        .await;
    let run = project.run(&AUTOGENERATE);
    assert!(
        run.transcript().contains("no differences"),
        "{}",
        run.transcript()
    );
    project.declare("blog");
    Some((project, scratch))
}

fn with<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&AUTOGENERATE, arguments].concat()
}

#[tokio::test]
async fn rows_are_counted() {
    for backend in Backend::ALL {
        let Some((project, _scratch)) = with_rows(backend).await else {
            continue;
        };
        let run = project.run(&with(&["--no-verify"]));
        let head = project.read(&format!("src/{}.rs", project.generated()));
        let said = "deletes-data  user: dropping `bio` deletes what it holds, and `down` cannot bring it back (here: 2 rows)";
        assert!(run.transcript().contains(said), "{}", run.transcript());
        assert!(head.contains(said), "{head}");
    }
}

/// Rows that repeat a value, and rows that point nowhere.
#[tokio::test]
async fn rows_that_stand_in_the_way_are_counted() {
    for backend in Backend::ALL {
        let Some(scratch) = scratch(backend).await else {
            continue;
        };
        let user = if backend == Backend::MySql {
            "`user`"
        } else {
            "\"user\""
        };
        let id = match backend {
            Backend::Sqlite => "id integer NOT NULL PRIMARY KEY AUTOINCREMENT",
            Backend::Postgres => "id serial PRIMARY KEY",
            Backend::MySql => "id int NOT NULL AUTO_INCREMENT PRIMARY KEY",
        };
        scratch
            .execute(&format!(
                "CREATE TABLE {user} ({id}, email varchar(255) NOT NULL, name varchar(255) NOT NULL);
                CREATE TABLE post ({id}, author_id integer NOT NULL, title varchar(255) NOT NULL);
                INSERT INTO {user} (id, email, name) VALUES (1, 'a', 'a'), (2, 'b', 'b'), (3, 'a', 'c'), (4, 'a', 'd');
                INSERT INTO post (author_id, title) VALUES (1, 'x'), (7, 'y'), (8, 'z');"
            ))
            .await;
        let project = Project::new("blog", 0).on(&scratch);
        let run = project.run(&with(&["--no-verify", "--dry-run"]));
        for said in [
            "rows repeat a value (here: 3 rows)",
            "points to no row of user stops the migration (here: 2 rows)",
        ] {
            assert!(run.stdout.contains(said), "{backend}: {}", run.transcript());
        }
    }
}

#[tokio::test]
async fn a_hazard_that_is_denied_keeps_the_file_from_being_written() {
    let (project, _scratch) = with_rows(Backend::Sqlite).await.unwrap();
    let before = project.files();
    let denied = expect![[r#"
        not written: the plan has hazards that are denied
          ! deletes-data  user: dropping `bio` deletes what it holds, and `down` cannot bring it back (here: 2 rows)
            make sure that nothing reads the column, and keep a copy
        ! to write it nevertheless: `--allow deletes-data`
        [exit 1]
    "#]];
    project.run(&with(&["--deny", "deletes-data"])).is(&denied);
    project
        .run(&with(&["--deny", "all", "--dry-run"]))
        .is(&denied);
    project.write(
        "seadrift.toml",
        "[hazards]\ndeny = [\"drops-index\", \"deletes-data\"]\n",
    );
    project.run(&AUTOGENERATE).is(&denied);
    std::fs::remove_file(project.path("seadrift.toml")).unwrap();
    assert_eq!(project.files(), before);
}

#[tokio::test]
async fn what_is_allowed_passes() {
    let (project, _scratch) = with_rows(Backend::Sqlite).await.unwrap();
    project.write(
        "seadrift.toml",
        "[hazards]\ndeny = [\"all\"]\nallow = [\"locks-table\"]\n",
    );
    assert_eq!(project.run(&AUTOGENERATE).code, Some(1));
    let run = project.run(&with(&["--allow", "deletes-data"]));
    assert_eq!(run.code, Some(0), "{}", run.transcript());
}

#[test]
fn a_code_that_there_is_not() {
    let project = Project::new("blog", 0);
    project
        .refuses(&with(&["--deny", "delete-data"]))
        .is(&expect![[r#"
            ! error: invalid value 'delete-data' for '--deny <CODE>': no hazard has the code `delete-data`; the nearest is `deletes-data`
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]]);
    project.write("seadrift.toml", "[hazards]\nallow = [\"deletes-rows\"]\n");
    project.refuses(&["check"]).is(&expect![[r#"
        ! error: cannot use the config `seadrift.toml`: line 2: no hazard has the code `deletes-rows`; the nearest is `deletes-data`
        [exit 2]
    "#]]);
    project
        .refuses(&["revision", "-m", "x", "--in-steps"])
        .is(&expect![[r#"
            ! error: the following required arguments were not provided:
            !   --autogenerate
            !
            ! Usage: fixture revision --message <TEXT> --autogenerate --in-steps
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]]);
}

/// A column that rows have no value for, in steps: the place is there, and nothing in the way of a table without rows.
#[tokio::test]
async fn in_steps() {
    let Some(scratch) = scratch(Backend::Postgres).await else {
        return;
    };
    let mut project = Project::new("blog", 2).on(&scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    scratch
        .execute(
            "ALTER TABLE post DROP COLUMN title;
            INSERT INTO \"user\" (id, email, name) VALUES (1, 'a', 'a');
            INSERT INTO post (author_id) VALUES (1), (1);",
        )
        .await;
    project.declare("blog");
    let mut arguments = AUTOGENERATE;
    arguments[3] = "give posts a title";
    let run = project.run(&[&arguments[..], &["--in-steps"]].concat());
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    let source = project.read(&format!("src/{}.rs", project.generated()));
    let (_, up) = source.split_once("async fn up").unwrap();
    let (up, _) = up.split_once("\n        Ok(())").unwrap();
    expect![[r#"
        (&self, manager: &SchemaManager) -> Result<(), DbErr> {
                manager
                    .alter_table(
                        Table::alter()
                            .table("post")
                            .add_column(string_null("title"))
                            .to_owned(),
                    )
                    .await?;

                // Fill `title` here: put in what the rows hold that have no value for it, and uncomment.
                // manager
                //     .execute(
                //         Query::update()
                //             .table("post")
                //             .value("title", value)
                //             .and_where(Expr::col("title").is_null())
                //             .to_owned(),
                //     )
                //     .await?;

                manager
                    .alter_table(
                        Table::alter()
                            .table("post")
                            .modify_column(ColumnDef::new("title").not_null())
                            .to_owned(),
                    )
                    .await?;
        "#]].assert_eq(up);
    assert!(source.contains("(here: 2 rows)"), "{source}");
}

/// On SQLite the place stands in the SQL that then makes the table anew.
#[tokio::test]
async fn in_steps_on_sqlite() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let mut project = Project::new("blog", 2).on(&scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    scratch
        .execute(
            "ALTER TABLE post DROP COLUMN title;
            INSERT INTO \"user\" (id, email, name) VALUES (1, 'a', 'a');
            INSERT INTO post (author_id) VALUES (1), (1);",
        )
        .await;
    project.declare("blog");
    let run = project.run(&with(&["--in-steps"]));
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    let source = project.read(&format!("src/{}.rs", project.generated()));
    let (_, up) = source.split_once("const UP").unwrap();
    let lines: Vec<_> = up.lines().skip(1).take(5).collect();
    expect![[r#"
        -- + column post.title: varchar
        ALTER TABLE "post" ADD COLUMN "title" varchar NULL;
        -- Fill `title` here: put in what the rows hold that have no value for it, and uncomment.
        -- UPDATE "post" SET "title" = value WHERE "title" IS NULL;
        -- post: what it has that is not written here would be lost, which stops the migration"#]]
    .assert_eq(&lines.join("\n"));
    assert!(source.contains("//! Verified: up, then down"), "{source}");
    assert!(
        source.contains("forbids-null  post: the new `title`"),
        "{source}"
    );
}

/// And where the migration is SQL, in its comments.
#[tokio::test]
async fn in_steps_as_sql() {
    for (backend, quote) in [
        (Backend::Postgres, '"'),
        (Backend::MySql, '`'),
        (Backend::Sqlite, '"'),
    ] {
        let Some(scratch) = scratch(backend).await else {
            continue;
        };
        let project = Project::sql(&[]).on(&scratch);
        project.write_entities(&["user", "post"]);
        for arguments in [&AUTOGENERATE[..], &["upgrade"]] {
            let run = project.in_place(arguments);
            assert_eq!(run.code, Some(0), "{}", run.transcript());
        }
        scratch.execute("ALTER TABLE post DROP COLUMN title").await;
        let run = project.in_place(&with(&["--in-steps", "--dry-run"]));
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        let place = "-- Fill `title` here: put in what the rows hold that have no value for it, and uncomment.\n\
            -- UPDATE \"post\" SET \"title\" = value WHERE \"title\" IS NULL;\n";
        let place = place.replace('"', &quote.to_string());
        assert!(run.stdout.contains(&place), "{}", run.stdout);
    }
}

/// What somebody let pass stands in the file, and counts there; what nobody let pass, `check` finds.
#[tokio::test]
async fn what_was_let_pass_is_said_in_the_file() {
    let (mut project, _scratch) = with_rows(Backend::Sqlite).await.unwrap();
    project.write("seadrift.toml", "[hazards]\ndeny = [\"all\"]\n");
    let run = project.run(&with(&["--allow", "deletes-data"]));
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    let file = format!("src/{}.rs", project.generated());
    let source = project.read(&file);
    let head: Vec<_> = source.lines().skip(5).take(8).collect();
    expect![[r#"
        //! Allowed:  deletes-data
        //!
        //! Changes
        //!     - column user.bio: varchar(255)
        //!
        //! Hazards
        //!     deletes-data  user: dropping `bio` deletes what it holds, and `down` cannot bring it back (here: 2 rows)
        //!"#]].assert_eq(&head.join("\n"));

    // The fixture cannot be built with it, so that one of its own has the head now.
    let name = "m20260103_000000_stumble";
    let source = source.replace(&project.generated(), name);
    project.know(3);
    project.write(&format!("src/{name}.rs"), &source);
    project.run(&["check"]).is(&expect![[r#"
        pending: m20260103_000000_stumble
        no drift
        [exit 0]
    "#]]);
    project.write(
        &format!("src/{name}.rs"),
        source.replace("//! Allowed:  deletes-data\n", ""),
    );
    project.run(&["check"]).is(&expect![[r#"
        pending: m20260103_000000_stumble
        denied in m20260103_000000_stumble: deletes-data  user: dropping `bio` deletes what it holds, and `down` cannot bring it back (here: 2 rows)
        no drift
        ! hint: where that is meant, say so in the head of `src/m20260103_000000_stumble.rs`: `//! Allowed: deletes-data`
        [exit 1]
    "#]]);
}
