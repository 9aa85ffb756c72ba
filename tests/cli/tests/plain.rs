//! A project whose migration crate is as `sea-orm-cli` makes it, and does not know seadrift.

use std::{fs, process::Command};

use expect_test::expect;
use tempfile::TempDir;

use super::{
    quickstart::{alone, in_a_project_of_its_own},
    run::Run,
};

const MAIN: &str = "\
use sea_orm_migration::prelude::*;

#[tokio::main]
async fn main() {
    cli::run_cli(migration::Migrator).await;
}
";

#[test]
fn its_own_command_line_runs_the_migrations() {
    let _alone = alone();
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("app");
    let seadrift = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hand-over"));
        let here = if root.is_dir() {
            root.as_path()
        } else {
            folder.path()
        };
        command.args(arguments).current_dir(here);
        in_a_project_of_its_own(&mut command).env("DATABASE_URL", "sqlite://app.db?mode=rwc");
        Run::new(command.output().unwrap())
    };
    let succeeds = |arguments: &[&str]| {
        let run = seadrift(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
    };
    succeeds(&["init", "app"]);
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
    fs::copy(workspace, root.join("Cargo.lock")).unwrap();
    fs::write(root.join("migration/src/main.rs"), MAIN).unwrap();
    let manifest = root.join("migration/Cargo.toml");
    let lines = fs::read_to_string(&manifest).unwrap();
    let lines = lines
        .lines()
        .filter(|line| !line.starts_with("seadrift = "));
    let plain: String = lines.map(|line| format!("{line}\n")).collect();
    let plain = plain.replace(
        "features = [\"runtime-tokio\"",
        "features = [\"cli\", \"runtime-tokio\"",
    );
    fs::write(&manifest, plain).unwrap();

    succeeds(&["revision", "--autogenerate", "-m", "create user"]);
    succeeds(&["revision", "-m", "nothing yet"]);
    let before = seadrift(&["current"]);
    assert_eq!(
        before.stdout,
        "base (2 pending)\n",
        "{}",
        before.transcript()
    );
    succeeds(&["upgrade", "+1"]);
    seadrift(&["current"]).is(&expect![[r#"
        m[TIME]_create_user (1 pending)
        [exit 0]
    "#]]);
    succeeds(&["upgrade"]);
    seadrift(&["check"]).is(&expect![[r#"
        no drift
        [exit 0]
    "#]]);
    seadrift(&["upgrade"]).is(&expect![[r#"
        nothing to apply
        [exit 0]
    "#]]);
    succeeds(&["downgrade", "create_user"]);
    seadrift(&["downgrade", "base", "--lock-wait", "1"]).is(&expect![[r#"
        ! error: this takes more than the command line of sea-orm-migration, and `migration/Cargo.toml` does not depend on seadrift
        ! hint: nothing was run; have the crate's `main` call `seadrift::run(Migrator, seadrift::entities![])`, or run its own command line
        [exit 2]
    "#]]);
    succeeds(&["downgrade", "base"]);
    seadrift(&["current"]).is(&expect![[r#"
        base (2 pending)
        [exit 0]
    "#]]);
}
