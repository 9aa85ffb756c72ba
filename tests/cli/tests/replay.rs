//! All migrations from nothing: `check --replay`.

use std::fs;

use expect_test::expect;
use sea_orm::ConnectionTrait;
use seadrift_testkit::{Backend, Rights, backends, scratch};
use serde_json::Value;

use super::check::{found_by, in_step, lines};
use super::project::{Project, state};

/// What a replay finds, beside what `check` finds.
fn findings(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec![
        "check",
        "--replay",
        "--entities",
        "entity/src",
        "--format",
        "json",
    ];
    all.extend(arguments);
    let found = found_by(&project.run(&all));
    let is_about_it = |one: &Value| one["pair"] == "migrations/replay";
    found.into_iter().filter(is_about_it).collect()
}

#[tokio::test]
async fn migrations_that_are_in_step() {
    for backend in backends() {
        let (scratch, project) = in_step(backend).await;
        let before = state(&scratch).await;
        let replay = ["check", "--replay", "--entities", "entity/src"];
        project.run(&replay).is(&expect![[r#"
            no drift
            ! replayed 2 revisions on a scratch database
            [exit 0]
        "#]]);
        assert_eq!(state(&scratch).await, before);
        // Nothing of the project's own database is needed, nor touched.
        let db = scratch.connect().await;
        db.execute_unprepared("DROP TABLE post").await.unwrap();
        db.close().await.unwrap();
        let before = state(&scratch).await;
        let offline = ["--offline"];
        assert_eq!(lines(&findings(&project, &offline)), [""; 0]);
        assert_eq!(state(&scratch).await, before);
        if backend == Backend::Sqlite {
            continue;
        }
        let named = ["check", "--replay", "--offline", "--entities", "entity/src"];
        let elsewhere = project.with_url("sqlite://nowhere.db");
        let mut command = elsewhere.command(&named);
        command.env_remove("DATABASE_URL");
        let no_url = elsewhere.finish(&mut command);
        assert_eq!(no_url.code, Some(2), "{}", no_url.transcript());
        command.env("SEADRIFT_SCRATCH_URL", scratch.url());
        let scratch_url = elsewhere.finish(&mut command);
        assert_eq!(scratch_url.code, Some(0), "{}", scratch_url.transcript());
    }
}

/// Each is one finding, and what comes before it is looked at all the same.
#[tokio::test]
async fn what_does_not_lead_up_and_down_again() {
    const NAME: &str = "m20260103_000000_by_hand";
    const LAST: &str = "m20260104_000000_last";
    let drop = "ALTER TABLE post DROP COLUMN extra";
    let add = "ALTER TABLE post ADD COLUMN extra integer";
    for backend in backends() {
        for (up, down, head, expected) in [
            (add, drop, "", &[][..]),
            (
                "UPDATE no_such_table SET a = 1",
                "",
                "",
                &["migration-fails m20260103_000000_by_hand does not run: "][..],
            ),
            (
                "PANIC",
                "",
                "",
                &[
                    "migration-fails m20260103_000000_by_hand does not run: it panics: somebody has not thought of this",
                ],
            ),
            (
                add,
                "",
                "",
                &[
                    "down-differs m20260103_000000_by_hand does not lead back: table `post` is not as before",
                ],
            ),
            (add, "", "Allowed: no-down", &[]),
            (
                add,
                "FAIL",
                "",
                &["down-fails m20260103_000000_by_hand does not run on the way down: "],
            ),
            (add, "FAIL", "Allowed: no-down", &[]),
            (
                add,
                "PANIC",
                "",
                &["down-fails m20260103_000000_by_hand does not run on the way down: it panics"],
            ),
            (
                "ALTER TABLE post DROP COLUMN title",
                "ALTER TABLE post ADD COLUMN title varchar(255) NOT NULL DEFAULT 'x'",
                "",
                &[
                    "down-differs m20260103_000000_by_hand does not lead back: table `post` is not as before",
                    "replay-differs + column post.title",
                ],
            ),
        ] {
            let (_scratch, mut project) = in_step(backend).await;
            project.writes(&[
                (NAME, &format!("by hand\n{head}"), up, down),
                (
                    LAST,
                    "last",
                    "CREATE TABLE later (id integer)",
                    "DROP TABLE later",
                ),
            ]);
            let found = findings(&project, &["--offline"]);
            let said: Vec<_> = found
                .iter()
                .map(|one| {
                    format!(
                        "{} {}",
                        one["code"].as_str().unwrap(),
                        one["what"].as_str().unwrap()
                    )
                })
                .collect();
            assert_eq!(
                said.len(),
                expected.len(),
                "{backend:?} {up} {down}: {said:?}"
            );
            for (said, expected) in said.iter().zip(expected) {
                assert!(
                    said.starts_with(expected),
                    "{backend:?} {up} {down}: {said}"
                );
            }
            if up.starts_with("UPDATE") {
                assert!(
                    said[0].ends_with("; at: UPDATE no_such_table SET a = 1"),
                    "{said:?}"
                );
                assert_eq!(found[0]["file"], format!("src/{NAME}.rs"));
                assert_eq!(found[0]["revision"], NAME);
            }
        }
    }
}

/// What revisions risk is noted, and changes nothing about whether they are in step.
#[tokio::test]
async fn hazards_are_notes() {
    for backend in backends() {
        let (_scratch, mut project) = in_step(backend).await;
        let revision = "m20260103_000000_by_hand";
        let (add, drop) = (
            "ALTER TABLE post ADD COLUMN extra integer",
            "ALTER TABLE post DROP COLUMN extra",
        );
        project.writes(&[
            (revision, "by hand", add, drop),
            ("m20260104_000000_again", "again", drop, add),
            (
                "m20260105_000000_meant",
                "meant\n\nAllowed: deletes-data",
                "DELETE FROM post",
                "SELECT 1",
            ),
        ]);
        let replay = ["check", "--replay", "--offline", "--entities", "entity/src"];
        let found = found_by(&project.run(&[&replay[..], &["--format", "json"]].concat()));
        let notes: Vec<_> = found
            .iter()
            .filter(|one| one["level"] == "note")
            .cloned()
            .collect();
        assert_eq!(
            lines(&notes),
            [
                "deletes-data note m20260104_000000_again: post: dropping `extra` deletes what it holds, and `down` cannot bring it back"
            ]
        );
        let quiet = project.run(&replay);
        assert!(
            !quiet.stdout.contains("deletes-data"),
            "{}",
            quiet.transcript()
        );
        let verbose = project.run(&[&replay[..], &["-v"]].concat());
        assert!(
            verbose
                .stdout
                .contains("note: revisions have this hazard\n"),
            "{}",
            verbose.transcript()
        );
        fs::remove_file(project.path("seadrift.lock")).unwrap();
        let no_lock = project.refuses(&replay);
        assert!(
            no_lock
                .stderr
                .contains("there is no lock file `seadrift.lock`"),
            "{}",
            no_lock.transcript()
        );
    }
}

#[tokio::test]
async fn what_stands_in_the_way() {
    for backend in backends() {
        // There is no lock yet.
        let database = scratch(backend).await.unwrap();
        let project = Project::new("blog", 2).on(&database);
        let run = project.run(&["check", "--replay", "-v"]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        // The entities say what there should be.
        let mut other = Project::new("blog", 2).on(&database);
        other.declare("bio");
        let bio = other.run(&["check", "--replay"]);
        let line =
            "drift: the migrations do not make what is declared\n  + column user.bio: varchar";
        assert!(bio.stdout.contains(line), "{}", bio.transcript());
        if backend == Backend::Sqlite {
            continue;
        }
        // Nobody is there, and the one who is there may make no database.
        let mut away = url::Url::parse(database.url()).unwrap();
        away.set_port(Some(1)).unwrap();
        let run = project.refuses(&["check", "--replay", "--scratch-url", away.as_str()]);
        assert!(
            run.stderr.contains("cannot connect to"),
            "{}",
            run.transcript()
        );
        let read = database.role(Rights::Read).await;
        let run = project.refuses(&["check", "--replay", "--scratch-url", &read]);
        let hint = "! hint: nothing was changed; name a server with `--scratch-url` where the login may make databases\n";
        assert!(run.transcript().contains(hint), "{}", run.transcript());
    }
}
