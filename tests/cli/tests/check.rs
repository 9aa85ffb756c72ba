//! What `check` finds: one thing at a time is out of step, and is named once.

use std::fs;

use expect_test::expect;
use sea_orm::ConnectionTrait;
use seadrift_testkit::{Backend, backends, scratch};
use serde_json::Value;

use super::project::Project;
use super::run::Run;

/// The fixture with its entities in the database and in the lock, and nothing pending.
pub async fn in_step(backend: Backend) -> (seadrift_testkit::Scratch, Project) {
    let scratch = scratch(backend).await.unwrap();
    let mut project = Project::new("blog", 0).on(&scratch);
    project.know(2);
    for (name, source) in [
        (
            "m20260101_000000_create_user",
            include_str!("../src/bin/fixture/m20260101_000000_create_user.rs"),
        ),
        (
            "m20260102_000000_create_post",
            include_str!("../src/bin/fixture/m20260102_000000_create_post.rs"),
        ),
    ] {
        project.write(&format!("src/{name}.rs"), source);
        let library = project.read("src/lib.rs");
        let library = seadrift_render::migrator::add(&library, name).unwrap();
        project.write("src/lib.rs", library);
    }
    project.write_entities(&["user", "post"]);
    let upgrade = project.run(&["upgrade"]);
    assert_eq!(upgrade.code, Some(0), "{}", upgrade.transcript());
    let init = project.in_place(&["init"]);
    assert_eq!(init.code, Some(0), "{}", init.transcript());
    (scratch, project)
}

/// The findings, as JSON.
fn findings(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let json = findings_of(project, arguments);
    json["findings"].as_array().unwrap().clone()
}

/// All that `check` says as JSON, which has to be as `docs/check.schema.json` says.
pub fn findings_of(project: &Project, arguments: &[&str]) -> Value {
    let mut all = vec!["check", "--format", "json"];
    all.extend(arguments);
    printed(&project.in_place(&all))
}

/// The findings that a run printed as JSON.
pub fn found_by(run: &Run) -> Vec<Value> {
    printed(run)["findings"].as_array().unwrap().clone()
}

/// What a run printed as JSON, which has to be as `docs/check.schema.json` says.
fn printed(run: &Run) -> Value {
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.transcript());
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut schemas = boon::Schemas::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/check.schema.json");
    let schema = boon::Compiler::new().compile(path, &mut schemas).unwrap();
    if let Err(error) = schemas.validate(&json, schema) {
        panic!("{error:#}\n{}", run.stdout);
    }
    assert_eq!(json["in_step"], run.code == Some(0));
    json
}

/// Each finding as `code level what`.
pub fn lines(findings: &[Value]) -> Vec<String> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let line = |one| [text(one, "code"), text(one, "level"), text(one, "what")].join(" ");
    findings.iter().map(line).collect()
}

const USER: &str = "src/m20260101_000000_create_user.rs";
const POST: &str = "src/m20260102_000000_create_post.rs";

#[tokio::test]
async fn migrations_and_the_lock() {
    for backend in backends() {
        let (_scratch, project) = in_step(backend).await;
        assert_eq!(lines(&findings(&project, &[])), [""; 0]);
        assert_eq!(lines(&findings(&project, &["--offline"])), [""; 0]);
        assert_eq!(lines(&findings(&project, &["--no-entities"])), [""; 0]);
        let files =
            [USER, POST, "src/lib.rs", "seadrift.lock"].map(|name| (name, project.read(name)));
        let restore = || {
            for (name, text) in &files {
                project.write(name, text);
            }
        };

        // What the database has must not change.
        project.write(USER, format!("{}// edited\n", files[0].1));
        let edited = ["migration-edited error m20260101_000000_create_user was edited"];
        assert_eq!(lines(&findings(&project, &[])), edited);
        let maybe = ["migration-edited warning m20260101_000000_create_user was edited"];
        assert_eq!(lines(&findings(&project, &["--offline"])), maybe);
        project.in_place(&["lock", "update"]).is(&expect![[r#"
            updated seadrift.lock
              ~ m20260101_000000_create_user
            [exit 0]
        "#]]);
        assert_eq!(lines(&findings(&project, &[])), [""; 0]);
        project.in_place(&["lock", "update"]).is(&expect![[r#"
            nothing to update: the lock knows the migrations as they are
            [exit 0]
        "#]]);
        restore();

        let library = &files[2].1;
        let without = |name: &str| -> String {
            let kept = library.lines().filter(|line| !line.contains(name));
            kept.map(|line| format!("{line}\n")).collect()
        };
        project.write("src/lib.rs", without("create_post"));
        let not_listed = ["migration-not-listed error m20260102_000000_create_post is not listed"];
        assert_eq!(lines(&findings(&project, &["--offline"])), not_listed);
        fs::remove_file(project.path(POST)).unwrap();
        let deleted = ["migration-deleted error m20260102_000000_create_post is gone"];
        assert_eq!(lines(&findings(&project, &["--offline"])), deleted);
        assert_eq!(lines(&findings(&project, &[])), deleted);
        project.write("src/lib.rs", library);
        let without_file =
            ["migration-without-file error m20260102_000000_create_post has no file"];
        assert_eq!(lines(&findings(&project, &[])), without_file);

        let renamed = "m20260102_000000_create_article";
        project.write(&format!("src/{renamed}.rs"), &files[1].1);
        project.write(
            "src/lib.rs",
            library.replace("m20260102_000000_create_post", renamed),
        );
        let expected = [
            "migration-renamed error m20260102_000000_create_post is called m20260102_000000_create_article now",
        ];
        assert_eq!(lines(&findings(&project, &["--offline"])), expected);
        fs::remove_file(project.path(&format!("src/{renamed}.rs"))).unwrap();
        restore();

        let lock = &files[3].1;
        let first = lock
            .lines()
            .find(|line| line.contains("create_user"))
            .unwrap();
        let second = lock
            .lines()
            .find(|line| line.contains("create_post"))
            .unwrap();
        project.write(
            "seadrift.lock",
            lock.replace(&format!("{first}\n{second}"), &format!("{second}\n{first}")),
        );
        let moved = findings(&project, &[]);
        assert_eq!(moved.len(), 1, "{moved:?}");
        assert_eq!(moved[0]["code"], "migration-out-of-order");
        project.write("seadrift.lock", lock.replace(&format!("{second}\n"), ""));
        let unknown =
            ["migration-not-in-lock error m20260102_000000_create_post is not in the lock"];
        assert_eq!(lines(&findings(&project, &[])), unknown);
        restore();

        // Work that goes on.
        assert_eq!(project.run(&["downgrade", "-1"]).code, Some(0));
        project.write(POST, format!("{}// edited\n", files[1].1));
        let pending = ["pending-revision note m20260102_000000_create_post is pending"];
        assert_eq!(lines(&findings(&project, &[])), pending);
        let required = ["pending-revision error m20260102_000000_create_post is pending"];
        assert_eq!(lines(&findings(&project, &["--require-applied"])), required);
    }
}

/// Statements by hand, with what `check` says of them; nothing where it is not managed.
#[tokio::test]
async fn by_hand() {
    for backend in backends() {
        let quoted = if backend == Backend::MySql {
            "`user`"
        } else {
            "\"user\""
        };
        let mut cases = vec![
            (
                "DROP TABLE post".to_owned(),
                Some(("+ table  post", "post")),
            ),
            (
                format!("ALTER TABLE {quoted} ADD COLUMN by_hand integer"),
                None,
            ),
            ("CREATE TABLE by_hand (id integer)".to_owned(), None),
        ];
        if backend != Backend::Sqlite {
            cases.push((
                "ALTER TABLE post DROP COLUMN title".to_owned(),
                Some(("+ column post.title", "post")),
            ));
        }
        for (statement, expected) in cases {
            let (scratch, project) = in_step(backend).await;
            let db = scratch.connect().await;
            db.execute_unprepared(&statement).await.unwrap();
            db.close().await.unwrap();
            for arguments in [&[][..], &["--no-entities"]] {
                let found = findings(&project, arguments);
                match expected {
                    None => assert_eq!(lines(&found), [""; 0], "{statement}"),
                    Some((what, table)) => {
                        assert_eq!(found.len(), 1, "{statement}: {found:?}");
                        assert_eq!(found[0]["code"], "database-drifted");
                        assert_eq!(found[0]["table"], table);
                        assert!(
                            found[0]["what"].as_str().unwrap().starts_with(what),
                            "{found:?}"
                        );
                        assert_eq!(found[0]["file"], "seadrift.lock");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn entities_and_the_lock() {
    for backend in backends() {
        let (_scratch, project) = in_step(backend).await;
        project.write_entities(&["user_with_bio", "post"]);
        for arguments in [&[][..], &["--offline"]] {
            let found = findings(&project, arguments);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0]["code"], "entity-changed");
            assert_eq!(found[0]["table"], "user");
            assert_eq!(found[0]["object"], "bio");
            assert_eq!(found[0]["file"], "entity/src/user.rs");
            assert!(found[0]["line"].as_u64().is_some());
        }
        let github = project.in_place(&["check", "--format", "github"]);
        assert!(
            github
                .stdout
                .starts_with("::error file=entity/src/user.rs,line="),
            "{}",
            github.stdout
        );
        assert_eq!(github.stdout.lines().count(), 1);
        assert_eq!(github.code, Some(1));
    }
}
