//! `rebase` writes a generated revision anew where the other branch has changed what it stands on.

use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::{
    project::{Project, state},
    run::Run,
};

const THEIRS: &str = "m20260101_000000_theirs";

fn does(project: &Project, arguments: &[&str]) -> Run {
    let run = project.in_place(arguments);
    assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
    run
}

/// A project on its first revision with a pending one that goes from `before` to `after`, and a revision of others beside it
/// that is applied and adds `column`.
fn parted(scratch: &Scratch, before: &str, after: &str, column: &str) -> Project {
    let project = Project::sql(&[]).on(scratch);
    project.write_entities(&[before]);
    does(
        &project,
        &[
            "revision",
            "--autogenerate",
            "-m",
            "create",
            "--rev-id",
            "m0_create",
        ],
    );
    does(&project, &["upgrade"]);
    project.write_entities(&[after]);
    does(
        &project,
        &[
            "revision",
            "--autogenerate",
            "-m",
            "mine",
            "--rev-id",
            "m20260102_000000_mine",
        ],
    );
    let head = format!(
        "-- theirs\n--\n-- Revision: {THEIRS}\n-- Revises:  m0_create\n--\n-- Changes\n--     + column user.{column}\n--\n\n"
    );
    let up = |quote: char| format!("{head}ALTER TABLE {quote}user{quote} ADD COLUMN {column};\n");
    project.write_sql(
        &format!("migrations/{THEIRS}"),
        &[("up.sql", &up('`')), ("up.postgres.sql", &up('"'))],
    );
    does(&project, &["upgrade", "theirs"]);
    project
}

fn mine(project: &Project) -> String {
    project.read("migrations/m20260102_000000_mine/up.sql")
}

/// The columns of the table, in order of their names.
async fn columns(scratch: &Scratch) -> Vec<String> {
    let (database, _) = state(scratch).await;
    let mut tables = database.schema.tables.values();
    let user = tables.find(|table| table.name.name == "user").unwrap();
    let mut names: Vec<_> = user
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_the_others_have_made_is_changed() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = parted(&scratch, "user", "user_with_bio", "bio integer");
        assert!(
            mine(&project).contains("+ column user.bio: "),
            "{}",
            mine(&project)
        );
        let run = does(&project, &["rebase"]);
        assert!(
            run.stderr.contains("both sides touch column `user.bio`"),
            "{}",
            run.stderr
        );
        let text = mine(&project);
        assert!(text.contains(&format!("-- Revises:  {THEIRS}\n")), "{text}");
        assert!(text.contains("~ column user.bio: int"), "{text}");
        assert!(text.contains("-- Verified: up, then down"), "{text}");
        does(&project, &["upgrade"]);
        let check = does(&project, &["check"]);
        assert!(check.stdout.ends_with("no drift\n"), "{}", check.stdout);
        does(&project, &["downgrade", "-1"]);
    }
}

#[tokio::test]
async fn what_it_takes_away_is_still_taken_away() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = parted(&scratch, "user_with_bio", "user", "nick integer");
        assert!(
            mine(&project).contains("- column user.bio: "),
            "{}",
            mine(&project)
        );
        does(&project, &["rebase"]);
        let text = mine(&project);
        assert!(text.contains("-- Verified: up, then down"), "{text}");
        assert!(text.contains("- column user.bio: "), "{text}");
        does(&project, &["upgrade"]);
        let columns = columns(&scratch).await;
        assert!(!columns.contains(&"bio".to_owned()), "{columns:?}");
        assert!(columns.contains(&"nick".to_owned()), "{columns:?}");
    }
}

#[tokio::test]
async fn what_somebody_has_edited_stays_as_it_is() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = parted(&scratch, "user", "user_with_bio", "bio integer");
    let edited = mine(&project) + "-- by hand\n";
    project.write("migrations/m20260102_000000_mine/up.sql", &edited);
    let run = does(&project, &["rebase"]);
    assert!(
        run.stderr
            .contains("not written anew: `m20260102_000000_mine` was edited by hand\n"),
        "{}",
        run.stderr
    );
    let head = "-- Revises:  m0_create\n";
    assert_eq!(
        mine(&project),
        edited.replace(head, &format!("-- Revises:  {THEIRS}\n"))
    );
}
