//! The verbs of sea-orm-migration's own command line, which go on where the other one stopped.

use std::process::Stdio;

use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::project::Project;
use super::run::{Run, same};
use super::scripted::{command, does, run, sea_orm_does, stand};

const SET: &str = "by-hand";

#[tokio::test]
async fn each_goes_on_at_any_point() {
    for backend in backends() {
        let mixed = scratch(backend).await.unwrap();
        let alone = scratch(backend).await.unwrap();
        // One way up and down, at each step by another of the two.
        for step in 0..7 {
            sea_orm_does(SET, &alone, &["up", "-n", "1"]);
            match step % 3 {
                0 => does(SET, &mixed, &["up", "-n", "1"]),
                1 => sea_orm_does(SET, &mixed, &["up", "-n", "1"]),
                _ => does(SET, &mixed, &["upgrade", "+1"]),
            };
            assert_eq!(
                stand(&mixed).await,
                stand(&alone).await,
                "{backend}, up {step}"
            );
            same_status(&mixed);
        }
        for step in 0..7 {
            sea_orm_does(SET, &alone, &["down"]);
            match step % 3 {
                0 => does(SET, &mixed, &["down"]),
                1 => sea_orm_does(SET, &mixed, &["down"]),
                _ => does(SET, &mixed, &["downgrade", "-1"]),
            };
            assert_eq!(
                stand(&mixed).await,
                stand(&alone).await,
                "{backend}, down {step}"
            );
            same_status(&mixed);
        }
    }
}

/// Both say the same of each revision.
fn same_status(scratch: &Scratch) {
    let ours = does(SET, scratch, &["status"]).stdout;
    let theirs = sea_orm_does(SET, scratch, &["status"]).stdout;
    let lines: Vec<_> = theirs
        .lines()
        .filter(|line| line.starts_with("Migration '"))
        .collect();
    let ours: Vec<_> = ours.lines().collect();
    assert_eq!(ours, lines, "{theirs}");
}

#[tokio::test]
async fn each_verb_does_the_same() {
    for backend in backends() {
        for verbs in [
            &["up -n 3", "down -n 2"][..],
            &["up -n 100", "down -n 100"],
            &["down"],
            &["up -n 0", "up -n 5", "refresh"],
            &["up", "reset", "status"],
            &["up -n 4", "fresh"],
            &["refresh"],
        ] {
            let ours = scratch(backend).await.unwrap();
            let theirs = scratch(backend).await.unwrap();
            for verb in verbs {
                let words: Vec<_> = verb.split(' ').collect();
                sea_orm_does(SET, &theirs, &words);
                let asks = ["fresh", "refresh", "reset"].contains(&words[0]);
                let yes: &[&str] = if asks { &["--yes"] } else { &[] };
                does(SET, &ours, &[&words, yes].concat());
            }
            let [mut ours, mut theirs] = [stand(&ours).await, stand(&theirs).await];
            // They make the version table even where they have nothing to write in it.
            for (schema, _) in [&mut ours, &mut theirs] {
                schema
                    .tables
                    .retain(|table, _| table.name != "seaql_migrations");
            }
            assert_eq!(ours, theirs, "{backend} {verbs:?}");
        }
    }
}

/// What is there goes with `fresh`, whoever made it.
#[tokio::test]
async fn fresh_starts_over() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        does(SET, &scratch, &["upgrade", "trigger"]);
        scratch
            .execute("CREATE TABLE other (id INT PRIMARY KEY)")
            .await;
        let run = does(SET, &scratch, &["fresh", "--yes"]);
        assert_eq!(
            run.stdout,
            "applied 7 revisions, now at m20260107_000000_last\n"
        );
        let (schema, versions) = stand(&scratch).await;
        assert!(schema.tables.keys().all(|table| table.name != "other"));
        assert_eq!(versions.len(), 7);
    }
}

#[tokio::test]
async fn nothing_is_dropped_that_is_not_meant() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        does(SET, &scratch, &["upgrade"]);
        let before = stand(&scratch).await;
        for (verb, expected) in [
            (
                "fresh",
                expect![[r#"
                ! error: it is not said that it is meant to drop all tables of `[ENGINE][LOGIN]:***@[SERVER]/[DATABASE]`
                ! hint: nothing was done; pass `--yes` if it is
                [exit 2]
            "#]],
            ),
            (
                "refresh",
                expect![[r#"
                ! error: it is not said that it is meant to reverse all migrations of `[ENGINE][LOGIN]:***@[SERVER]/[DATABASE]`
                ! hint: nothing was done; pass `--yes` if it is
                [exit 2]
            "#]],
            ),
            (
                "reset",
                expect![[r#"
                ! error: it is not said that it is meant to reverse all migrations of `[ENGINE][LOGIN]:***@[SERVER]/[DATABASE]`
                ! hint: nothing was done; pass `--yes` if it is
                [exit 2]
            "#]],
            ),
        ] {
            let run = run(SET, &scratch, &[verb]);
            let transcript = run.transcript();
            let line = transcript
                .replace("postgres://", "[ENGINE]")
                .replace("mysql://", "[ENGINE]");
            let line = line.replace("sqlite:///", "[ENGINE][LOGIN]:***@[SERVER]/");
            same(&expected, &line);
            assert_eq!(stand(&scratch).await, before, "{backend} {verb}");
        }
    }
}

/// On a terminal it asks, where there is one to be had.
#[tokio::test]
async fn it_asks_on_a_terminal() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    does(SET, &scratch, &["upgrade"]);
    for (answer, code, left) in [("n\n", 2, 7), ("y\n", 0, 0)] {
        let alone = command(SET, scratch.url(), &[]);
        let program = alone.get_program().to_str().unwrap().to_owned();
        let mut script = std::process::Command::new("script");
        script.args(["-qec", &format!("'{program}' reset"), "/dev/null"]);
        script.env_clear().current_dir(std::env::temp_dir());
        for (name, value) in alone.get_envs() {
            script.envs(value.map(|value| (name, value)));
        }
        script
            .env("TERM", "xterm")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let Ok(mut child) = script.spawn() else {
            eprintln!("skipped: no `script` to make a terminal with");
            return;
        };
        use std::io::Write;
        child
            .stdin
            .take()
            .unwrap()
            .write_all(answer.as_bytes())
            .unwrap();
        let run = Run::new(child.wait_with_output().unwrap());
        assert_eq!(run.code, Some(code), "{answer:?}: {}", run.transcript());
        assert!(
            run.stdout
                .contains("Do you want to reverse all migrations of"),
            "{}",
            run.stdout
        );
        assert_eq!(stand(&scratch).await.1.len(), left);
    }
}

#[test]
fn generate() {
    let project = Project::new("blog", 2);
    let run = project.run(&["generate", "add_cake_table"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    let name = project.generated();
    assert!(name.ends_with("_add_cake_table"), "{name}");
    assert!(
        project
            .read("src/lib.rs")
            .contains(&format!("Box::new({name}::Migration)"))
    );
    assert!(
        project
            .read(&format!("src/{name}.rs"))
            .contains("Revises:  m20260102_000000_create_post")
    );
}
