//! SQL migrations compiled into a program by the macros, among Rust ones.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, backends, scratch};
use tempfile::TempDir;

use super::{project::state, run::Run};

/// What the program does without its sources, as where it is deployed.
fn run(scratch: &Scratch, arguments: &[&str], variable: Option<(&str, &str)>) -> Run {
    run_in(&env::temp_dir(), scratch, arguments, variable)
}

fn run_in(
    folder: &Path,
    scratch: &Scratch,
    arguments: &[&str],
    variable: Option<(&str, &str)>,
) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compiled"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("DATABASE_URL", scratch.url())
        .current_dir(folder);
    command.envs(variable);
    Run::new(command.output().unwrap()).without(scratch.url())
}

#[tokio::test]
async fn they_run_among_rust_ones() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        run(&scratch, &["upgrade"], None).is(&expect![[r#"
            applied 4 revisions, now at m20260104_000000_index
            ! upgrading m20260101_000000_create_note
            ! upgrading m20260102_000000_fill
            ! upgrading m20260103_000000_more
            ! upgrading m20260104_000000_index
            [exit 0]
        "#]]);
        run(&scratch, &["downgrade", "-3"], None).is(&expect![[r#"
            reversed 3 revisions, now at m20260101_000000_create_note
            ! downgrading m20260104_000000_index
            ! downgrading m20260103_000000_more
            ! downgrading m20260102_000000_fill
            [exit 0]
        "#]]);
        // sea-orm-migration's own command line goes on with them.
        let own = Some(("SEADRIFT_FIXTURE_CLI", "sea-orm-migration"));
        for arguments in [&["up"][..], &["down", "-n", "2"], &["up"]] {
            let ran = run(&scratch, arguments, own);
            assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.transcript());
        }
        assert_eq!(state(&scratch).await.1.len(), 4);
        run(&scratch, &["downgrade", "base"], None).is(&expect![[r#"
            reversed 4 revisions, now at base
            ! downgrading m20260104_000000_index
            ! downgrading m20260103_000000_more
            ! downgrading m20260102_000000_fill
            ! downgrading m20260101_000000_create_note
            [exit 0]
        "#]]);
    }
}

#[tokio::test]
async fn a_folder_is_a_migrator() {
    let scratch = scratch(seadrift_testkit::Backend::Sqlite).await.unwrap();
    let folders = Some(("SEADRIFT_FIXTURE_FOLDERS", "yes"));
    run(&scratch, &["status"], folders).is(&expect![[r#"
        Migration 'm20260102_000000_fill'... Pending
        Migration 'm20260104_000000_index'... Pending
        [exit 0]
    "#]]);
    run(&scratch, &["upgrade"], folders).is(&expect![[r#"
        ! upgrading m20260102_000000_fill
        ! error: revision `m20260102_000000_fill` failed on the way up: no such table: note
        !   at m20260102_000000_fill/up.sql:5: INSERT INTO note (id, text) VALUES (1, 'one'), (2, 'two')
        !   it was rolled back
        ! hint: mend it and run `upgrade` again, which goes on from there
        [exit 2]
    "#]]);
}

/// Puts `source` and all that is in it to `target`.
fn copy(source: &Path, target: &Path) {
    if !source.is_dir() {
        fs::copy(source, target).unwrap();
        return;
    }
    fs::create_dir_all(target).unwrap();
    for entry in source.read_dir().unwrap() {
        let entry = entry.unwrap();
        copy(&entry.path(), &target.join(entry.file_name()));
    }
}

/// What the migrations make.
const NOTE: &str = r#"
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "note")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    pub text: String,
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    pub more: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
"#;

/// What is Rust and what is SQL is looked at as one, each where it stands.
#[tokio::test]
async fn lint_and_replay_look_at_both() {
    let folder = TempDir::new().unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/compiled");
    copy(
        &own.join("sql"),
        &folder.path().join("src/bin/compiled/sql"),
    );
    for (from, to) in [
        ("main.rs", "lib.rs"),
        (
            "m20260101_000000_create_note.rs",
            "m20260101_000000_create_note.rs",
        ),
        ("m20260103_000000_more.rs", "m20260103_000000_more.rs"),
    ] {
        copy(&own.join(from), &folder.path().join("src").join(to));
    }
    let manifest = "[package]\nname = \"migration\"\n";
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    let entities = folder.path().join("entity/src");
    fs::create_dir_all(&entities).unwrap();
    fs::write(entities.join("lib.rs"), "pub mod note;\n").unwrap();
    fs::write(entities.join("note.rs"), NOTE).unwrap();
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let does = |arguments: &[&str]| run_in(folder.path(), &scratch, arguments, None);
        let expected = match backend {
            Backend::Postgres => expect![[r#"
                builds-index: revisions have this hazard
                  m20260104_000000_index: note: building the index `by_text` reads the table twice, and waits for every transaction that is under way (src/bin/compiled/sql/m20260104_000000_index/up.postgres.sql:6)
                ! hint: run it when the server has time, and see that no transaction stays open; where it is meant, say so in the head of the file: `Allowed: builds-index`
                [exit 1]
            "#]],
            Backend::Sqlite | Backend::MySql => expect![[r#"
                no findings in 4 revisions
                [exit 0]
            "#]],
        };
        does(&["lint", "--all"]).is(&expected);
        let upgrade = does(&["upgrade"]);
        assert_eq!(upgrade.code, Some(0), "{}", upgrade.transcript());
        let before = state(&scratch).await;
        does(&["check", "--replay", "--entities", "entity/src"]).is(&expect![[r#"
            no drift
            ! replayed 4 revisions on a scratch database
            [exit 0]
        "#]]);
        assert_eq!(state(&scratch).await, before);
    }
}
