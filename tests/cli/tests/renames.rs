//! What may be a rename is asked, never guessed.

use std::io::Write;
use std::process::{Command, Stdio};

use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::project::{Project, state};

/// A project whose `user.name` is gone and whose `user.full_name` is new, with two rows.
pub async fn project(scratch: &Scratch) -> Project {
    let mut project = Project::new("blog", 2).on(scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    assert_eq!(
        project
            .run(&["revision", "--autogenerate", "-m", "lock"])
            .code,
        Some(0)
    );
    let table = if scratch.backend() == Backend::MySql {
        "`user`"
    } else {
        "\"user\""
    };
    scratch
        .execute(&format!(
            "INSERT INTO {table} (email, name) VALUES ('a@b', 'Ann'), ('c@d', 'Bob')"
        ))
        .await;
    project.declare("full-name");
    project
}

const REVISION: [&str; 4] = ["revision", "--autogenerate", "-m", "full names"];

pub fn revision<'a>(more: &[&'a str]) -> Vec<&'a str> {
    REVISION.iter().chain(more).copied().collect()
}

#[tokio::test]
async fn nobody_says() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = project(&scratch).await;
        let before = state(&scratch).await;
        let run = project.refuses(&REVISION);
        match backend {
            Backend::Sqlite => run.is(&expect![[r#"
                ! error: something may have been renamed, and nobody says so or not:
                !   column:user.name=full_name
                !     was: varchar not null, column 3 of 3, a value in 2 of 2 rows
                !     is:  varchar not null, column 3 of 3
                ! hint: nothing was written; answer with `--rename` and such a line, with nothing behind the `=` where it is not renamed but dropped, or pass `--no-renames` where nothing was renamed
                [exit 2]
            "#]]),
            Backend::Postgres => run.is(&expect![[r#"
                ! error: something may have been renamed, and nobody says so or not:
                !   column:user.name=full_name
                !     was: varchar not null, column 3 of 3, a value in 2 of 2 rows
                !     is:  varchar not null, column 3 of 3
                ! hint: nothing was written; answer with `--rename` and such a line, with nothing behind the `=` where it is not renamed but dropped, or pass `--no-renames` where nothing was renamed
                [exit 2]
            "#]]),
            Backend::MySql => run.is(&expect![[r#"
                ! error: something may have been renamed, and nobody says so or not:
                !   column:user.name=full_name
                !     was: varchar(255) not null, column 3 of 3, a value in 2 of 2 rows
                !     is:  varchar(255) not null, column 3 of 3
                ! hint: nothing was written; answer with `--rename` and such a line, with nothing behind the `=` where it is not renamed but dropped, or pass `--no-renames` where nothing was renamed
                [exit 2]
            "#]]),
        };
        for (answer, expected) in [
            (
                "user.nmae=full_name",
                expect![[r#"
                ! error: the rename `user.nmae=full_name` names nothing: the database has no table, column or value `user.nmae`
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]],
            ),
            (
                "user.name=fullname",
                expect![[r#"
                ! error: the rename `user.name=fullname` leads nowhere: the entities declare no column `fullname`
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]],
            ),
            (
                "user.name=email",
                expect![[r#"
                ! error: the rename `user.name=email` leads to `email`, which the database has already
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]],
            ),
            (
                "user.name",
                expect![[r#"
                ! error: the rename `user.name` is not of the form `old=new`
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]],
            ),
            (
                "colum:user.name=full_name",
                expect![[r#"
                ! error: the rename `colum:user.name=full_name` speaks of a `colum`, which nothing is
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]],
            ),
        ] {
            project
                .refuses(&revision(&["--rename", answer]))
                .is(&expected);
        }
        project
            .refuses(&revision(&[
                "--rename",
                "user.name=full_name",
                "--rename",
                "user.name=",
            ]))
            .is(&expect![[r#"
                ! error: the renames `user.name=full_name` and `user.name=` contradict each other
                ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
                [exit 2]
            "#]]);
        assert_eq!(state(&scratch).await, before);
    }
}

#[tokio::test]
async fn an_answer_is_kept_in_the_file_and_keeps_the_rows() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = project(&scratch).await;
        let run = project.run(&revision(&["--rename", "user.name=full_name"]));
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        let name = project.generated();
        let file = project.read(&format!("src/{name}.rs"));
        assert!(
            file.contains("\n//! Renamed:  column:user.name=full_name\n"),
            "{file}"
        );
        assert!(
            file.contains("//!     ~ column user.name: renamed to full_name\n"),
            "{file}"
        );
        assert!(file.contains("//! Verified: up, then down"), "{file}");
        assert!(project.read("seadrift.lock").contains("full_name"));
    }
}

/// A migration's head answers as it was answered itself, so that a revision can be made again.
#[tokio::test]
async fn answers_in_a_file() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = project(&scratch).await;
    let dry = project.run(&revision(&["--rename", "user.name=full_name", "--dry-run"]));
    project.write("before.rs", dry.transcript());
    project.write(
        "answers",
        "# what became of the names\n\n user.name = full_name \n",
    );
    for file in ["before.rs", "answers"] {
        let again = project.run(&revision(&["--renames", file, "--dry-run"]));
        assert_eq!(again.code, Some(0), "{}", again.transcript());
        assert!(
            again.transcript().contains("renamed to full_name"),
            "{}",
            again.transcript()
        );
    }
    project.write("answers", "user.name -> full_name\n");
    project
        .refuses(&revision(&["--renames", "answers"]))
        .is(&expect![[r#"
            ! error: the rename `user.name -> full_name` is not of the form `old=new`
            ! hint: nothing was written; `old` names what the database has and `new` what the entities declare: `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in `column:user.name=full_name`
            [exit 2]
        "#]]);
    project
        .refuses(&revision(&["--renames", "none"]))
        .is(&expect![[r#"
            ! error: cannot read `none`: No such file or directory (os error 2)
            [exit 2]
        "#]]);
}

#[tokio::test]
async fn not_renamed() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        for answer in [&["--no-renames"][..], &["--rename", "user.name="]] {
            let scratch = scratch(backend).await.unwrap();
            let project = project(&scratch).await;
            let run = project.run(&revision(answer));
            assert_eq!(run.code, Some(0), "{}", run.transcript());
            let said = run.transcript();
            assert!(said.contains("- column user.name: varchar"), "{said}");
            assert!(said.contains("+ column user.full_name: varchar"), "{said}");
        }
    }
}

/// On a terminal it is asked, with the evidence.
#[tokio::test]
async fn asked_on_a_terminal() {
    for (keys, code, sign) in [
        ("\r", Some(0), "~ column user.name: renamed to full_name"),
        ("\u{1b}", Some(2), "the question was not answered"),
    ] {
        let scratch = scratch(Backend::Sqlite).await.unwrap();
        let project = project(&scratch).await;
        let alone = project.command(&[]);
        let program = alone.get_program().to_str().unwrap();
        let mut script = Command::new("script");
        script
            .args([
                "-qec",
                &format!("'{program}' revision --autogenerate -m x"),
                "/dev/null",
            ])
            .current_dir(project.path("."))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .env_clear();
        for (name, value) in alone.get_envs() {
            script.envs(value.map(|value| (name, value)));
        }
        let Ok(mut running) = script.env("TERM", "xterm").spawn() else {
            eprintln!("skipped: no `script` to make a terminal with");
            return;
        };
        let mut stdin = running.stdin.take().unwrap();
        // Keys that come before the question are lost.
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        stdin.write_all(keys.as_bytes()).unwrap();
        stdin.flush().unwrap();
        let output = tokio::task::spawn_blocking(move || {
            let output = running.wait_with_output();
            drop(stdin);
            output
        });
        let output = output.await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), code, "{said}");
        assert!(said.contains("a value in 2 of 2 rows"), "{said}");
        assert!(said.contains(sign), "{said}");
    }
}
