//! `rebase --squash` writes a branch anew as one revision; and a branch of Rust files is written anew like one of SQL.

use std::fs;

use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::{
    project::{Project, state},
    rebased::{ALL, LESS, ROWS, THEIRS, declares, does, generates, rows, runs, table, theirs},
    run::{Run, same, without_times},
};

const MINE: [&str; 3] = [
    "m20260102_000000_less",
    "m20260103_000000_bio",
    "m20260104_000000_tag",
];

/// `LESS`, with these columns and this name for `name`.
fn user(columns: &str, name: &str) -> String {
    let column = format!("    pub {name}: String,\n{columns}");
    LESS[0].1.replace("    pub name: String,\n", &column)
}

/// A project on its first revision with a branch of three: one that takes away, one that adds a column and gives another a name, and one
/// that takes that column away again and makes a table. A revision of others beside it is applied.
async fn branched(scratch: &Scratch, config: &str) -> Project {
    let project = Project::sql(&[]).on(scratch);
    project.write("seadrift.toml", format!("format = \"sql\"\n{config}"));
    declares(&project, &ALL);
    generates(&project, "m0_create");
    does(&project, &["upgrade"]);
    for row in ROWS {
        runs(scratch, row).await;
    }
    declares(&project, &LESS);
    generates(&project, MINE[0]);
    // It is written as if the one before it was applied.
    does(&project, &["upgrade"]);
    let bio = user("    pub bio: Option<String>,\n", "full_name");
    declares(&project, &[(LESS[0].0, &bio), LESS[1]]);
    let revision = ["revision", "--autogenerate", "-m", "bio", "--rev-id"];
    let rename = ["--rename", "user.name=full_name"];
    does(&project, &[&revision[..], &[MINE[1]], &rename].concat());
    does(&project, &["upgrade"]);
    let tag = LESS[1].1.replace("\"post\"", "\"tag\"");
    let plain = user("", "full_name");
    declares(&project, &[(LESS[0].0, &plain), LESS[1], ("tag", &tag)]);
    generates(&project, MINE[2]);
    does(&project, &["downgrade", "m0_create"]);
    theirs(
        &project,
        &["+ column user.nick: integer"],
        "ALTER TABLE `user` ADD COLUMN nick integer;",
    );
    project
}

/// The folders with migrations.
fn folders(project: &Project) -> Vec<String> {
    let entries = fs::read_dir(project.path("migrations")).unwrap();
    let folders = entries.map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir());
    let mut names: Vec<_> = folders
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn refused(project: &Project, arguments: &[&str], code: i32) -> Run {
    let before = project.files();
    let run = project.in_place(arguments);
    assert_eq!(run.code, Some(code), "{}", run.transcript());
    assert!(project.files() == before, "{}", run.transcript());
    run
}

/// The one new revision is there instead of the three, and does what they did.
async fn is_squashed(scratch: &Scratch, project: &Project, new: &str) {
    assert_eq!(folders(project), ["m0_create", THEIRS, new]);
    let lock = project.read("migrations/seadrift.lock");
    assert!(lock.contains(new) && !MINE.iter().any(|name| lock.contains(name)));
    does(project, &["upgrade"]);
    let check = does(project, &["check"]);
    assert!(check.stdout.ends_with("no drift\n"), "{}", check.stdout);
    let (database, versions) = state(scratch).await;
    assert_eq!(versions, ["m0_create", THEIRS, new]);
    let schema = &database.schema;
    let user = table(schema, "user");
    let mut columns: Vec<_> = user.columns.iter().map(|one| one.name.as_str()).collect();
    columns.sort_unstable();
    assert_eq!(
        columns,
        ["about", "email", "full_name", "id", "nick", "score"]
    );
    assert_eq!((user.indexes.len(), &user.comment), (0, &None));
    assert!(user.column("score").unwrap().default.is_none());
    assert!(table(schema, "post").foreign_keys.is_empty());
    assert_eq!(table(schema, "tag").columns.len(), 2);
    does(project, &["downgrade", "-1"]);
    let (database, _) = state(scratch).await;
    let user = table(&database.schema, "user");
    assert_eq!(user.indexes.len(), 2);
    assert!(user.column("name").is_some() && user.column("nick").is_some());
    assert_eq!(rows(scratch, "user").await, 2);
    assert_eq!(rows(scratch, "post").await, 2);
}

fn without_created(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    let lines = lines.filter(|line| !line.contains("Created:"));
    without_times(&lines.collect::<String>())
}

#[tokio::test]
async fn a_branch_becomes_one_revision() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = branched(&scratch, "").await;
        let run = does(&project, &["rebase", "--squash"]);
        let text = run.transcript();
        for name in MINE {
            let said = format!("{name} is m[TIME]_less_bio_tag now\n");
            assert!(text.contains(&said), "{text}");
        }
        let folders = folders(&project);
        let new = folders.last().unwrap();
        let text = without_created(&project.read(&format!("migrations/{new}/up.sql")));
        let (head, _) = text.split_once("\n\n").unwrap();
        if backend == Backend::Postgres {
            same(
                &expect![[r#"
                    -- less; bio; tag
                    --
                    -- Revision: m[TIME]_less_bio_tag
                    -- Revises:  m20260101_000000_theirs
                    -- Renamed:  column:user.name=full_name
                    --
                    -- Changes
                    --     ~ column user.name: renamed to full_name
                    --     - key    post (author_id) -> user (id) on delete cascade
                    --     - index  user (email) unique
                    --     - index  user (full_name)
                    --     + table  tag (2 columns)
                    --     ~ column user.score: default 7 -> none, comment "of games" -> none
                    --     ~ column user.about: varchar -> text
                    --     ~ table  user: comment "who writes" -> none
                    --
                    -- Hazards
                    --     renames-column  user: a program that runs on fails on `name`, which is `full_name` now
                    --     drops-constraint  post: no foreign key keeps (author_id) to rows of user any more, and `down` fails once they have strayed
                    --     drops-constraint  user: rows may repeat (email) from now on, and `down` fails once they have strayed
                    --     drops-index  user: queries that use the index `idx-user-email` on (email) get slower
                    --     drops-index  user: queries that use the index `idx-user-name` on (full_name) get slower
                    --     drops-default  user: a program that leaves `score` to its default cannot insert rows any more
                    --     forgets-statistics  user: what `about` holds is forgotten, and queries are planned without until somebody runs `ANALYZE`
                    --
                    -- Verified: up, then down, left no difference on a scratch database."#]],
                head,
            );
        }
        assert!(head.contains("Verified: up, then down"), "{head}");
        assert!(
            head.contains("Renamed:  column:user.name=full_name"),
            "{head}"
        );
        is_squashed(&scratch, &project, new).await;
    }
}

#[tokio::test]
async fn what_was_moved_as_it_is_becomes_one_later() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = branched(&scratch, "").await;
        let text = project.read(&format!("migrations/{THEIRS}/up.sql"));
        let touched = text.replace("user.nick: integer", "user.score: integer");
        project.write(&format!("migrations/{THEIRS}/up.sql"), touched);
        let run = does(&project, &["rebase"]);
        let said = format!(
            "not written anew: the branch has several revisions; `rebase --squash --onto {THEIRS}` writes them anew as one\n"
        );
        assert!(run.stderr.contains(&said), "{}", run.stderr);
        does(
            &project,
            &["rebase", "--squash", "--onto", THEIRS, "-m", "tidy up"],
        );
        let folders = folders(&project);
        let new = folders.last().unwrap();
        assert!(new.ends_with("_tidy_up"), "{new}");
        is_squashed(&scratch, &project, new).await;
    }
}

#[tokio::test]
async fn nothing_changes_where_it_cannot_be_written() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = branched(&scratch, "").await;
        let denied = ["rebase", "--squash", "--deny", "drops-constraint"];
        let run = refused(&project, &denied, 1);
        assert!(
            run.stdout
                .starts_with("not written: the plan has hazards that are denied\n"),
            "{}",
            run.stdout
        );
        let head = ["rebase", "--squash", "m0_create"];
        refused(&project, &head, 2);

        let up = format!("migrations/{}/up.sql", MINE[1]);
        let text = project.read(&up);
        project.write(&up, text.clone() + "-- by hand\n");
        refused(&project, &["rebase", "--squash"], 2).is(&expect![[r#"
            ! error: cannot rebase: `m20260103_000000_bio` was edited by hand
            ! hint: nothing was written; `history` shows the branches, and `merge` joins them as they are
            [exit 2]
        "#]]);
        project.write(&up, text.replace("-- Created:", "-- Made:"));
        refused(&project, &["rebase", "--squash"], 2).is(&expect![[r#"
            ! error: cannot rebase: `m20260103_000000_bio` was not generated
            ! hint: nothing was written; `history` shows the branches, and `merge` joins them as they are
            [exit 2]
        "#]]);
        project.write(&up, text);

        // Another line that starts inside of it.
        let other = "migrations/m20260109_000000_other";
        let head = format!(
            "-- other\n--\n-- Revision: m20260109_000000_other\n-- Revises:  {}\n\nSELECT 1;\n",
            MINE[0]
        );
        project.write_sql(other, &[("up.sql", &head)]);
        refused(&project, &["rebase", "--squash", MINE[2], "--onto", THEIRS], 2).is(&expect![[r#"
            ! error: cannot rebase: `m20260109_000000_other` comes after a part of it
            ! hint: nothing was written; `history` shows the branches, and `merge` joins them as they are
            [exit 2]
        "#]]);
        fs::remove_dir_all(project.path(other)).unwrap();

        // What the others have is not there yet.
        does(&project, &["stamp", "m0_create"]);
        refused(&project, &["rebase", "--squash", MINE[2]], 2).is(&expect![[r#"
            ! error: cannot rebase: the database does not have `m20260101_000000_theirs` yet
            ! hint: nothing was written; `history` shows the branches, and `merge` joins them as they are
            [exit 2]
        "#]]);
        does(&project, &["stamp", THEIRS]);
        project.set(
            "SEADRIFT_SCRATCH_URL",
            "postgres://nobody@127.0.0.1:1/none mysql://nobody@127.0.0.1:1/none",
        );
        let run = refused(&project, &["rebase", "--squash"], 2);
        assert!(run.stderr.contains("error: "), "{}", run.stderr);
    }
}

/// Of a backend other than the database's, nobody may say what there is but the migrations of the others.
#[tokio::test]
async fn for_several_backends() {
    for backend in [Backend::Postgres, Backend::MySql] {
        if !backends().contains(&backend) {
            continue;
        }
        let scratch = scratch(backend).await.unwrap();
        let own = match backend {
            Backend::Postgres => "postgres",
            _ => "mariadb",
        };
        let config = format!("backends = [\"{own}\", \"sqlite\"]\n");
        let project = branched(&scratch, &config).await;
        does(&project, &["rebase", "--squash"]);
        let folders = folders(&project);
        let new = folders.last().unwrap().clone();
        is_squashed(&scratch, &project, &new).await;

        let other = seadrift_testkit::scratch(Backend::Sqlite).await.unwrap();
        let project = project.on(&other);
        does(&project, &["upgrade"]);
        let check = does(&project, &["check"]);
        assert!(check.stdout.ends_with("no drift\n"), "{}", check.stdout);
        let (database, _) = state(&other).await;
        let user = table(&database.schema, "user");
        assert_eq!(user.indexes.len(), 0);
        assert!(user.column("name").is_none() && user.column("nick").is_some());
        does(&project, &["downgrade", "-1"]);
    }
}

#[tokio::test]
async fn for_a_backend_that_nobody_can_be_asked_about() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = branched(&scratch, "backends = [\"sqlite\", \"postgres\"]\n").await;
    refused(&project, &["rebase", "--squash"], 2).is(&expect![[r#"
        ! warning: both sides touch table `user`
        !   m20260101_000000_theirs: + column user.nick: integer
        !   m20260102_000000_less: ~ table  user: made anew with its rows [SQLite]
        !   m20260102_000000_less: - index  user (email) unique
        !   m20260102_000000_less: - index  user (name)
        !   m20260102_000000_less: ~ column user.score: default 7 -> none [SQLite]
        !   m20260102_000000_less: ~ column user.score: default 7 -> none, comment "of games" -> none [PostgreSQL]
        !   m20260102_000000_less: ~ column user.about: varchar -> text
        !   m20260102_000000_less: ~ table  user: comment "who writes" -> none [PostgreSQL]
        !   m20260103_000000_bio: ~ column user.name: renamed to full_name
        !   m20260103_000000_bio: + column user.bio: varchar
        !   m20260104_000000_tag: - column user.bio: varchar
        ! error: cannot rebase: nobody says what databases on PostgreSQL have: no server is named for it with `--scratch-url`
        ! hint: nothing was written; `history` shows the branches, and `merge` joins them as they are
        [exit 2]
    "#]]);
}

const THEIRS_OF_RUST: &str = "m20260109_000000_theirs";

const REVISION: [&str; 4] = ["revision", "--autogenerate", "--no-renames", "-m"];

/// A crate on two revisions, of which a third is generated that adds a column.
fn of_rust(scratch: &Scratch) -> Project {
    let project = Project::new("blog", 2).on(scratch);
    let run = project.run(&["upgrade"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    project.write_entities(&["user", "post"]);
    // There is a lock from then on.
    does(&project, &[&REVISION[..], &["nothing"]].concat());
    project.write_entities(&["user_with_bio", "post"]);
    does(
        &project,
        &[&REVISION[..], &["bio", "--rev-id", "m20260105_000000_bio"]].concat(),
    );
    project
}

/// A revision of others, which is applied and adds this column.
async fn others(scratch: &Scratch, project: &mut Project, column: &str) {
    let head = format!(
        "theirs\n\nRevision: {THEIRS_OF_RUST}\nRevises:  m20260102_000000_create_post\n\nChanges\n    + column user.{column}"
    );
    let quote = match scratch.url().starts_with("mysql") {
        true => '`',
        false => '"',
    };
    let up = format!("ALTER TABLE {quote}user{quote} ADD COLUMN {column}");
    project.writes(&[(THEIRS_OF_RUST, &head, &up, "SELECT 1")]);
    let run = project.run(&["upgrade", THEIRS_OF_RUST]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
}

/// What stands in the list, in order.
fn listed(project: &Project) -> Vec<String> {
    let library = project.read("src/lib.rs");
    super::message::is_formatted(&project.path("src/lib.rs"));
    let listed = seadrift_render::migrator::list(&library, &|_| None).unwrap();
    let names = listed.iter().filter_map(|one| one.name());
    names.map(str::to_owned).collect()
}

/// The list and the lock know this revision as the last one, and its file is the only one beside those of before.
fn is_only(project: &Project, new: &str) {
    let names = [
        "m20260101_000000_create_user",
        "m20260102_000000_create_post",
        THEIRS_OF_RUST,
        new,
    ];
    assert_eq!(listed(project), names);
    let lock = project.read("seadrift.lock");
    let known = lock
        .lines()
        .filter(|line| line.contains("_000000_") || line.contains(new));
    assert_eq!(known.count(), names.len(), "{lock}");
    let files = fs::read_dir(project.path("src")).unwrap();
    assert_eq!(files.count(), names.len() + 1);
}

#[tokio::test]
async fn a_rust_file_is_written_anew() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = of_rust(&scratch);
        others(&scratch, &mut project, "bio integer").await;
        let run = does(&project, &["rebase"]);
        let said = "m20260105_000000_bio is m[TIME]_bio now\n";
        assert!(run.stdout.contains(said), "{}", run.transcript());
        let new = listed(&project).pop().unwrap();
        is_only(&project, &new);
        let text = without_created(&project.read(&format!("src/{new}.rs")));
        if backend == Backend::Postgres {
            same(
                &expect![[r##"
                //! bio
                //!
                //! Revision: m[TIME]_bio
                //! Revises:  m20260109_000000_theirs
                //!
                //! Changes
                //!     ~ column user.bio: integer -> varchar
                //!
                //! Hazards
                //!     rewrites-table  user: changing the type of `bio` writes the table anew, and nobody reads or writes meanwhile
                //!     forgets-statistics  user: what `bio` holds is forgotten, and queries are planned without until somebody runs `ANALYZE`
                //!     changes-type  user: a program that runs on and takes `bio` for integer may fail to read and write it
                //!
                //! Verified: up, then down, left no difference on a scratch database.

                use sea_orm_migration::prelude::*;

                #[derive(DeriveMigrationName)]
                pub struct Migration;

                #[async_trait::async_trait]
                impl MigrationTrait for Migration {
                    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                        manager
                            .alter_table(
                                Table::alter()
                                    .table("user")
                                    .modify_column(ColumnDef::new("bio").string())
                                    .to_owned(),
                            )
                            .await?;

                        Ok(())
                    }

                    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                        manager
                            .get_connection()
                            .execute_unprepared(
                                r#"ALTER TABLE "user" ALTER COLUMN "bio" TYPE integer USING "bio"::integer"#,
                            )
                            .await?;

                        Ok(())
                    }
                }
            "##]],
                &text,
            );
        }
        for line in [
            "//! Revises:  m20260109_000000_theirs\n",
            "//!     ~ column user.bio: int",
            "//! Verified: up, then down",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        super::message::head_compiles(&text);
        project.in_place(&["check"]).is(&expect![[r#"
            pending: m[TIME]_bio
            no drift
            [exit 0]
        "#]]);
    }
}

#[tokio::test]
async fn a_branch_of_rust_becomes_one_file() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = of_rust(&scratch);
        // There is no build to do it.
        runs(&scratch, "ALTER TABLE `user` ADD COLUMN bio varchar(255)").await;
        does(&project, &["stamp", "m20260105_000000_bio"]);
        project.write_entities(&["user_with_full_name", "post"]);
        let rename = ["name", "--rev-id", "m20260106_000000_name"];
        let revision = [&REVISION[..2], &["--rename", "user.name=full_name", "-m"]].concat();
        does(&project, &[&revision[..], &rename].concat());
        runs(&scratch, "ALTER TABLE `user` DROP COLUMN bio").await;
        does(&project, &["stamp", "m20260102_000000_create_post"]);
        others(&scratch, &mut project, "nick integer").await;

        let run = does(&project, &["rebase", "--squash", "-m", "one name"]);
        if backend == Backend::Postgres {
            run.is(&expect![[r#"
                m20260105_000000_bio is m[TIME]_one_name now
                m20260106_000000_name is m[TIME]_one_name now
                wrote src/m[TIME]_one_name.rs
                updated src/lib.rs
                updated seadrift.lock
                  ~ column user.name: renamed to full_name
                  ! renames-column  user: a program that runs on fails on `name`, which is `full_name` now
                    stop the programs meanwhile, or keep the name and give the field another by `column_name`
                Verified: up, then down, left no difference on a scratch database.
                ! warning: both sides touch table `user`
                !   m20260109_000000_theirs: + column user.nick integer
                !   m20260105_000000_bio: + column user.bio: varchar
                !   m20260106_000000_name: ~ column user.name: renamed to full_name
                !   m20260106_000000_name: - column user.bio: varchar(255)
                ! next: review the file, then run `upgrade`
                [exit 0]
            "#]]);
        }
        let new = listed(&project).pop().unwrap();
        is_only(&project, &new);
        let text = without_created(&project.read(&format!("src/{new}.rs")));
        if backend == Backend::Postgres {
            same(
                &expect![[r#"
                //! one name
                //!
                //! Revision: m[TIME]_one_name
                //! Revises:  m20260109_000000_theirs
                //! Renamed:  column:user.name=full_name
                //!
                //! Changes
                //!     ~ column user.name: renamed to full_name
                //!
                //! Hazards
                //!     renames-column  user: a program that runs on fails on `name`, which is `full_name` now
                //!
                //! Verified: up, then down, left no difference on a scratch database.

                use sea_orm_migration::prelude::*;

                #[derive(DeriveMigrationName)]
                pub struct Migration;

                #[async_trait::async_trait]
                impl MigrationTrait for Migration {
                    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                        manager
                            .alter_table(
                                Table::alter()
                                    .table("user")
                                    .rename_column("name", "full_name")
                                    .to_owned(),
                            )
                            .await?;

                        Ok(())
                    }

                    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                        manager
                            .alter_table(
                                Table::alter()
                                    .table("user")
                                    .rename_column("full_name", "name")
                                    .to_owned(),
                            )
                            .await?;

                        Ok(())
                    }
                }
            "#]],
                &text,
            );
        }
        assert!(text.contains("//! Verified: up, then down"), "{text}");
        super::message::head_compiles(&text);
        project.in_place(&["check"]).is(&expect![[r#"
            pending: m[TIME]_one_name
            no drift
            [exit 0]
        "#]]);
    }
}

/// Where a branch has both, it becomes what its newest is.
#[tokio::test]
async fn rust_and_sql_become_what_the_newest_is() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let mut project = of_rust(&scratch);
    project.write(
        "Cargo.toml",
        "[package]\nname = \"migration\"\n[dependencies]\nseadrift = \"0.1\"\n",
    );
    runs(&scratch, "ALTER TABLE `user` ADD COLUMN bio varchar(255)").await;
    does(&project, &["stamp", "m20260105_000000_bio"]);
    project.write_entities(&["user", "post"]);
    let sql = [
        "less",
        "--format",
        "sql",
        "--rev-id",
        "m20260106_000000_less",
    ];
    does(&project, &[&REVISION[..], &sql].concat());
    runs(&scratch, "ALTER TABLE `user` DROP COLUMN bio").await;
    does(&project, &["stamp", "m20260102_000000_create_post"]);
    project.write_entities(&["user_with_optional_name", "post"]);
    others(&scratch, &mut project, "nick integer").await;
    does(&project, &["rebase", "--squash", "m20260106_000000_less"]);
    let new = listed(&project).pop().unwrap();
    is_only(&project, &new);
    let text = project.read(&format!("src/{new}/up.sql"));
    assert!(
        text.contains("~ column user.name: not null -> null"),
        "{text}"
    );
    assert!(!text.contains("user.bio"), "{text}");
    assert!(
        project
            .read("src/lib.rs")
            .contains(&format!("seadrift::sql_migration!(\"src/{new}\")"))
    );
    let files = fs::read_dir(project.path(&format!("src/{new}"))).unwrap();
    assert_eq!(files.count(), 2);
}
