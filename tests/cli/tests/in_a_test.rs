//! What a project's own test says: `seadrift::assert_in_step!`.

use sea_orm::ConnectionTrait;
use seadrift_testkit::{Backend, backends, scratch};

use super::check::in_step;
use super::project::{Project, state};
use super::run::Run;

/// What the test of the project says.
fn assert(project: &Project) -> Run {
    let mut command = project.command(&[]);
    command
        .env("SEADRIFT_FIXTURE_ASSERT", "1")
        .env("RUST_BACKTRACE", "0");
    project.finish(&mut command)
}

#[tokio::test]
async fn a_project_is_in_step_or_the_message_says_what_is_not() {
    for backend in backends() {
        let (database, mut project) = in_step(backend).await;
        let before = state(&database).await;
        let fine = assert(&project);
        assert_eq!(fine.code, Some(0), "{}", fine.transcript());
        assert_eq!(fine.stdout, "");
        assert_eq!(state(&database).await, before);

        let failing = |project: &Project, expected: &[&str]| {
            let run = assert(project);
            assert_eq!(run.code, Some(101), "{}", run.transcript());
            assert!(
                run.stderr
                    .contains("entities, migrations and database are not in step\n")
            );
            let errors = run.stderr.lines().filter(|line| line.starts_with("error "));
            let errors: Vec<_> = errors.collect();
            assert_eq!(errors.len(), expected.len(), "{}", run.transcript());
            for (error, expected) in errors.iter().zip(expected) {
                assert!(error.starts_with(expected), "{}", run.transcript());
            }
            assert!(run.stderr.contains("\n  hint: "), "{}", run.transcript());
        };
        let declared = "error entity-changed: the entities declare what no migration brings: + column user.bio: ";
        project.declare("bio");
        failing(&project, &[declared]);
        project.declare("blog");

        let db = database.connect().await;
        db.execute_unprepared("DROP TABLE post").await.unwrap();
        db.close().await.unwrap();
        let drifted = "error database-drifted: the database is not what its migrations made of it: + table  post";
        failing(&project, &[drifted]);
        project.writes(&[("m20260103_000000_by_hand", "by hand", "SELECT 1", "FAIL")]);
        failing(
            &project,
            &["error down-fails: m20260103_000000_by_hand does not run on the way down: "],
        );
    }
}

/// The statement is named, but for SQLite's.
#[tokio::test]
async fn a_migration_that_does_not_run() {
    for backend in backends() {
        let database = scratch(backend).await.unwrap();
        let mut project = Project::new("blog", 2).on(&database);
        project.writes(&[(
            "m20260103_000000_by_hand",
            "by hand",
            "UPDATE nowhere SET a = 1",
            "SELECT 1",
        )]);
        let run = assert(&project);
        assert_eq!(run.code, Some(101), "{}", run.transcript());
        let line = "error migration-fails: m20260103_000000_by_hand does not run: ";
        let line = run
            .stderr
            .lines()
            .find_map(|said| said.strip_prefix(line))
            .unwrap();
        let is_named = line.contains("; at: UPDATE nowhere SET a = 1");
        assert_eq!(is_named, backend != Backend::Sqlite, "{line}");
    }
}

/// A database that has nothing is enough: the migrations are run beside it.
#[tokio::test]
async fn what_the_database_has_is_not_needed() {
    for backend in backends() {
        let database = scratch(backend).await.unwrap();
        let mut project = Project::new("blog", 2).on(&database);
        let fine = assert(&project);
        assert_eq!(fine.code, Some(0), "{}", fine.transcript());
        project.declare("bio");
        let run = assert(&project);
        assert_eq!(run.code, Some(101), "{}", run.transcript());
        let line = "error replay-differs: the migrations do not make what is declared: + column user.bio: ";
        assert!(run.stderr.contains(line), "{}", run.transcript());
        let (_, versions) = state(&database).await;
        assert_eq!(versions, [""; 0]);
    }
    let project = Project::new("blog", 2).with_url("sqlite::memory:");
    let fine = assert(&project);
    assert_eq!(fine.code, Some(0), "{}", fine.transcript());
}

#[test]
fn what_cannot_be_checked_says_why() {
    for (url, said) in [
        (
            "postgres://me:secret@127.0.0.1:1/nowhere",
            "cannot connect to `postgres://[LOGIN]:***@[SERVER]/nowhere`",
        ),
        ("", "no database is named"),
        ("nonsense", "the database URL is not a URL"),
        (
            "sqlite://nowhere.db",
            "cannot connect to `sqlite://nowhere.db`",
        ),
    ] {
        let run = assert(&Project::new("blog", 2).with_url(url));
        assert_eq!(run.code, Some(101), "{url}: {}", run.transcript());
        assert!(run.stderr.contains(said), "{url}: {}", run.transcript());
        assert!(
            run.stderr.contains("\nhint: "),
            "{url}: {}",
            run.transcript()
        );
        assert!(
            !run.stderr.contains("secret"),
            "{url}: {}",
            run.transcript()
        );
    }
}
