//! All migrations from nothing where they are SQL: `check --replay`, without a build.

use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, backends, scratch};
use serde_json::Value;

use super::{
    check::{found_by, lines},
    project::{Project, state},
};

const REVISION: &str = "m20990101_000000_by_hand";
/// As it is printed here, without a time.
const SHOWN: &str = "m[TIME]_by_hand";
const LAST: &str = "m20990102_000000_last";
const REPLAY: [&str; 5] = ["check", "--replay", "--offline", "--entities", "entity/src"];

/// A project with what its entities declare in a migration that was written for it, and two by hand after it.
async fn project(backend: Backend, files: &[(&str, &str)]) -> (Scratch, Project) {
    let scratch = scratch(backend).await.unwrap();
    let project = Project::sql(&[]).on(&scratch);
    project.write_entities(&["user", "post"]);
    let written = project.in_place(&["revision", "--autogenerate", "-m", "create both"]);
    assert_eq!(written.code, Some(0), "{}", written.transcript());
    if !files.is_empty() {
        project.write_sql(&format!("migrations/{REVISION}"), files);
        let last = [
            ("up.sql", "-- last\n\nCREATE TABLE later (id integer);\n"),
            ("down.sql", "DROP TABLE later;\n"),
        ];
        project.write_sql(&format!("migrations/{LAST}"), &last);
        let update = project.in_place(&["lock", "update"]);
        assert_eq!(update.code, Some(0), "{}", update.transcript());
    }
    (scratch, project)
}

/// What a replay finds.
fn findings(project: &Project) -> Vec<Value> {
    let run = project.in_place(&[&REPLAY[..], &["--format", "json"]].concat());
    let found = found_by(&run).into_iter();
    found
        .filter(|one| one["pair"] == "migrations/replay")
        .collect()
}

#[tokio::test]
async fn up_to_what_is_declared_and_down_to_nothing() {
    for backend in backends() {
        let (scratch, project) = project(backend, &[]).await;
        let before = state(&scratch).await;
        project.in_place(&REPLAY).is(&expect![[r#"
            no drift
            ! replayed 1 revision on a scratch database
            [exit 0]
        "#]]);
        // A statement with others in it, of each engine, and one that runs in no transaction.
        let files = [
            (
                "up.sqlite.sql",
                "-- by hand\n-- seadrift: no-transaction\n\nPRAGMA foreign_keys = OFF;\nBEGIN;\n\
                 CREATE TRIGGER count_them AFTER INSERT ON post BEGIN SELECT 1; SELECT 2; END;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n",
            ),
            (
                "up.postgres.sql",
                "-- by hand\n-- seadrift: no-transaction\n\nCREATE FUNCTION count_them() RETURNS trigger LANGUAGE plpgsql AS $$\n\
                 BEGIN RETURN NULL; END $$;\nCREATE TRIGGER count_them AFTER INSERT ON post FOR EACH ROW EXECUTE FUNCTION count_them();\n\
                 CREATE INDEX CONCURRENTLY by_hand ON post (title);\n",
            ),
            (
                "up.mysql.sql",
                "-- by hand\n\nDELIMITER //\nCREATE TRIGGER count_them AFTER INSERT ON post FOR EACH ROW BEGIN\nSET @a = 1; SET @b = 2;\nEND //\n\
                 DELIMITER ;\n",
            ),
            ("down.sql", "DROP TRIGGER count_them;\n"),
            (
                "down.postgres.sql",
                "DROP TRIGGER count_them ON post;\nDROP FUNCTION count_them;\nDROP INDEX by_hand;\n",
            ),
        ];
        let (other, with_more) = self::project(backend, &files).await;
        with_more.in_place(&REPLAY).is(&expect![[r#"
            no drift
            ! replayed 3 revisions on a scratch database
            [exit 0]
        "#]]);
        assert_eq!(state(&scratch).await, before);
        drop(other);
    }
}

/// Each is one finding at its file and line, and what comes before it is looked at all the same.
#[tokio::test]
async fn what_does_not_lead_up_and_down_again() {
    const ADD: &str = "-- by hand\n\nALTER TABLE post ADD COLUMN extra integer;\n";
    const DROP: &str = "ALTER TABLE post DROP COLUMN extra;\n";
    for backend in backends() {
        for (up, down, expected) in [
            (ADD, Some(DROP), None),
            // It forgets something.
            (
                "-- by hand\n\nCREATE TABLE made (id integer);\nALTER TABLE post ADD COLUMN extra integer;\n",
                Some(DROP),
                Some((
                    "down-differs",
                    "down.sql",
                    None,
                    "does not lead back: table `made` is not as before",
                )),
            ),
            (
                ADD,
                Some("-- nothing\n"),
                Some((
                    "down-differs",
                    "down.sql",
                    None,
                    "does not lead back: table `post` is not as before",
                )),
            ),
            (
                ADD,
                None,
                Some((
                    "down-fails",
                    "up.sql",
                    None,
                    "does not run on the way down: it cannot be reversed: there is no `down.sql` and no `down.",
                )),
            ),
            (
                "-- by hand\n-- Allowed: no-down\n\nALTER TABLE post ADD COLUMN extra integer;\n",
                None,
                None,
            ),
            (
                ADD,
                Some("ALTER TABLE post DROP COLUMN extra;\n\nDROP TABLE\n  no_such_table;\n"),
                Some((
                    "down-fails",
                    "down.sql",
                    Some(3),
                    "at m[TIME]_by_hand/down.sql:3: DROP TABLE no_such_table",
                )),
            ),
            (
                "-- by hand\n\nALTER TABLE post ADD COLUMN extra integer;\n\n/* not there */\nUPDATE no_such_table\n  SET a = ';';\nSELECT 1;\n",
                Some(DROP),
                Some((
                    "migration-fails",
                    "up.sql",
                    Some(6),
                    "at m[TIME]_by_hand/up.sql:6: UPDATE no_such_table SET a = ';'",
                )),
            ),
            (
                "-- by hand\n\nSELECT 1;\nSELECT 'a;\n",
                Some(DROP),
                Some((
                    "migration-fails",
                    "up.sql",
                    Some(4),
                    "what begins here has no end at m[TIME]_by_hand/up.sql:4",
                )),
            ),
            (
                "-- by hand\n\nCOMMIT;\n",
                Some(DROP),
                Some((
                    "migration-fails",
                    "up.sql",
                    Some(3),
                    "the file runs in a transaction already",
                )),
            ),
        ] {
            let mut files = vec![("up.sql", up)];
            files.extend(down.map(|down| ("down.sql", down)));
            let (_scratch, project) = project(backend, &files).await;
            let found = findings(&project);
            let said = lines(&found);
            assert_eq!(
                found.len(),
                usize::from(expected.is_some()),
                "{backend:?} {up} {down:?}: {said:?}"
            );
            let Some((code, file, line, what)) = expected else {
                continue;
            };
            let one = &found[0];
            assert_eq!(one["code"], code, "{said:?}");
            assert_eq!(one["revision"], SHOWN);
            assert_eq!(
                one["file"],
                format!("migrations/{SHOWN}/{file}"),
                "{said:?}"
            );
            assert_eq!(one["line"].as_u64(), line, "{said:?}");
            assert!(said[0].contains(what), "{said:?}");
        }
    }
}

/// The file of the engine is what runs, and the place.
#[tokio::test]
async fn the_file_of_the_engine() {
    for backend in backends() {
        let name = match backend {
            Backend::Sqlite => "up.sqlite.sql",
            Backend::Postgres => "up.postgres.sql",
            Backend::MySql => "up.mysql.sql",
        };
        let files = [
            ("up.sql", "-- by hand\n"),
            (name, "-- by hand\n\nDROP TABLE no_such_table;\n"),
            ("down.sql", "SELECT 1;\n"),
        ];
        let (_scratch, project) = project(backend, &files).await;
        let found = findings(&project);
        assert_eq!(found.len(), 1, "{:?}", lines(&found));
        assert_eq!(found[0]["file"], format!("migrations/{SHOWN}/{name}"));
        assert_eq!(found[0]["line"], 3);
        // Nor is another engine's what runs.
        let other = match backend {
            Backend::Sqlite => "up.mysql.sql",
            _ => "up.sqlite.sql",
        };
        let files = [(other, "-- by hand\n"), ("down.sql", "SELECT 1;\n")];
        let (_scratch, project) = self::project(backend, &files).await;
        let said = lines(&findings(&project));
        assert_eq!(said.len(), 1, "{said:?}");
        let what = "does not run: it is not written for this engine: there is no `up.sql`";
        assert!(said[0].contains(what), "{said:?}");
    }
}

/// What the migrations make is what the lock declares, or else said.
#[tokio::test]
async fn what_is_made_is_what_the_lock_declares() {
    for backend in backends() {
        let files = [
            (
                "up.sql",
                "-- by hand\n\nALTER TABLE post DROP COLUMN title;\n",
            ),
            (
                "down.sql",
                "ALTER TABLE post ADD COLUMN title varchar(255) NOT NULL DEFAULT '';\n",
            ),
        ];
        let (_scratch, project) = project(backend, &files).await;
        let found = findings(&project);
        let mut codes: Vec<_> = found
            .iter()
            .map(|one| one["code"].as_str().unwrap())
            .collect();
        codes.sort_unstable();
        assert_eq!(
            codes,
            ["down-differs", "replay-differs"],
            "{:?}",
            lines(&found)
        );
        let differs = found
            .iter()
            .find(|one| one["code"] == "replay-differs")
            .unwrap();
        assert!(
            differs["what"]
                .as_str()
                .unwrap()
                .starts_with("+ column post.title")
        );
        assert_eq!(differs["file"], "migrations/seadrift.lock");
    }
}
