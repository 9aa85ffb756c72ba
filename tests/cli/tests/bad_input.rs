//! What `revision` is told or finds that cannot be right: nothing is written, and the database is as before.

use std::fs;

use expect_test::{Expect, expect};
use sea_orm::ConnectionTrait;
use seadrift_testkit::{Backend, backends, scratch};

use super::project::{Project, state};
use super::renames::{project, revision};

/// Two answers, of the command line or of a file, that cannot both hold.
#[tokio::test]
async fn answers_that_contradict() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = project(&scratch).await;
        let before = state(&scratch).await;
        project.write("answers", "user.name=full_name\n");
        project.write("both", "user.name=\nuser.name=full_name\n");
        let cases: [(&[&str], Expect); 3] = [
            (
                &[
                    "--rename",
                    "user.name=full_name",
                    "--rename",
                    "user.email=full_name",
                ],
                expect![[r#"
                    ! error: the renames `user.name=full_name` and `user.email=full_name` contradict each other
                    ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                    [exit 2]
                "#]],
            ),
            (
                &["--renames", "answers", "--rename", "user.name="],
                expect![[r#"
                    ! error: the renames `user.name=full_name` and `user.name=` contradict each other
                    ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                    [exit 2]
                "#]],
            ),
            (
                &["--renames", "both"],
                expect![[r#"
                ! error: the renames `user.name=` and `user.name=full_name` contradict each other
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]],
            ),
        ];
        for (answers, expected) in cases {
            project.refuses(&revision(answers)).is(&expected);
        }
        assert_eq!(state(&scratch).await, before);
    }
}

/// An entity that says what its column was called, and an answer that says otherwise.
#[tokio::test]
async fn an_answer_that_contradicts_an_entity() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = project(&scratch).await;
        project.declare("renamed");
        let before = state(&scratch).await;
        project
            .refuses(&revision(&["--rename", "user.name="]))
            .is(&expect![[r#"
                ! error: the rename `user.name=` contradicts the entity, by which column `full_name` of table `user` was `name` (`renamed_from`)
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]]);
        project
            .refuses(&revision(&["--rename", "user.email=full_name"]))
            .is(&expect![[r#"
                ! error: the rename `user.email=full_name` contradicts the entity, by which column `full_name` of table `user` was `name` (`renamed_from`)
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]]);
        assert_eq!(state(&scratch).await, before);
        for answers in [&[][..], &["--rename", "user.name=full_name"]] {
            let run = project.run(&revision(&[answers, &["--dry-run"]].concat()));
            assert_eq!(run.code, Some(0), "{}", run.transcript());
            let said = run.transcript();
            assert!(
                said.contains("column user.name: renamed to full_name"),
                "{said}"
            );
        }
    }
}

/// A file of answers that is none.
#[tokio::test]
async fn a_file_of_answers_that_is_not_valid() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = project(&scratch).await;
        let before = state(&scratch).await;
        fs::write(project.path("bytes"), b"user.name=\xff\xfe").unwrap();
        fs::create_dir(project.path("folder")).unwrap();
        project.write("nothing", "# the answers\nuser.surname=full_name\n");
        project.write("json", "{\"user.name\": \"full_name\"}\n");
        // A migration without answers leaves the question open.
        project.write("head.rs", "//! full names\n//!\n//! Revision: x\n");
        for (file, expected) in [
            (
                "bytes",
                expect![[r#"
                ! error: cannot read `bytes`: stream did not contain valid UTF-8
                [exit 2]
            "#]],
            ),
            (
                "folder",
                expect![[r#"
                ! error: cannot read `folder`: Is a directory (os error 21)
                [exit 2]
            "#]],
            ),
            (
                "nothing",
                expect![[r#"
                ! error: the rename `user.surname=full_name` names nothing: the database has no table, column or value `user.surname`
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]],
            ),
            (
                "json",
                expect![[r#"
                ! error: the rename `{"user.name": "full_name"}` is not of the form `old=new`
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]],
            ),
        ] {
            project
                .refuses(&revision(&["--renames", file]))
                .is(&expected);
        }
        let run = project.refuses(&revision(&["--renames", "head.rs"]));
        assert!(
            run.stderr
                .starts_with("error: something may have been renamed"),
            "{}",
            run.stderr
        );
        assert_eq!(state(&scratch).await, before);
    }
}

/// A SQLite file that somebody else has locked.
#[tokio::test]
async fn a_locked_file() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = project(&scratch).await;
    let before = state(&scratch).await;
    let other = scratch.connect().await;
    other.execute_unprepared("BEGIN EXCLUSIVE").await.unwrap();
    project
        .refuses(&revision(&["--rename", "user.name=full_name"]))
        .is(&expect![[r#"
            ! error: cannot connect to `sqlite:///[DATABASE]`: database is locked
            ! hint: another program has it locked; nothing was done, try again when it is through
            [exit 2]
        "#]]);
    other.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(state(&scratch).await, before);
    // Who only writes keeps nobody from reading.
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let run = project.run(&revision(&["--rename", "user.name=full_name", "--dry-run"]));
    assert_eq!(run.code, Some(0), "{}", run.transcript());
}

/// A view that names what there is not keeps SQLite from making its table anew, which shows before anything is written.
#[tokio::test]
async fn a_view_that_is_not_in_order() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let mut project = Project::new("blog", 2).on(&scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    scratch
        .execute("CREATE VIEW broken AS SELECT surname FROM user")
        .await;
    project.declare("optional-name");
    let before = state(&scratch).await;
    project
        .refuses(&["revision", "--autogenerate", "-m", "names"])
        .is(&expect![[r#"
            ! error: the plan does not run on a scratch database; the way up fails at
            !   ALTER TABLE "seadrift_look" RENAME TO "seadrift_looked"
            ! Execution Error: error returned from database: (code: 1) error in view broken: no such column: surname
            ! hint: nothing was written; mend or drop what it names: SQLite makes no table anew while a view or trigger is not in order
            [exit 2]
        "#]]);
    assert_eq!(state(&scratch).await, before);
    scratch.execute("DROP VIEW broken").await;
    let run = project.run(&["revision", "--autogenerate", "-m", "names"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
}
