//! SQL migrations compiled into a program by the macros, among Rust ones.

use std::env;
use std::process::Command;

use expect_test::expect;
use seadrift_testkit::{Scratch, backends, scratch};

use super::{project::state, run::Run};

/// What the program does without its sources, as where it is deployed.
fn run(scratch: &Scratch, arguments: &[&str], variable: Option<(&str, &str)>) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compiled"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("DATABASE_URL", scratch.url())
        .current_dir(env::temp_dir());
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
