//! `init`: a new project, and one that is there already.

use std::{fs, process::Command};

use expect_test::expect;
use sea_orm::ConnectionTrait;
use seadrift_testkit::{Backend, backends, scratch};
use tempfile::TempDir;

use super::{
    project::{Project, state},
    quickstart::{alone, in_a_project_of_its_own},
    run::Run,
};

/// What the database had before anybody thought of seadrift: less than the entities declare, more, and other things.
async fn grown(backend: Backend) -> seadrift_testkit::Scratch {
    let scratch = scratch(backend).await.unwrap();
    let db = scratch.connect().await;
    let quote = match backend {
        Backend::MySql => '`',
        _ => '"',
    };
    for statement in [
        "CREATE TABLE _user_ (id integer NOT NULL PRIMARY KEY, email varchar(255) NOT NULL, name varchar(50), age integer)",
        "CREATE TABLE legacy (id integer NOT NULL PRIMARY KEY)",
        "CREATE VIEW adults AS SELECT id FROM _user_ WHERE age > 17",
        "INSERT INTO _user_ VALUES (1, 'a', NULL, 30)",
    ] {
        let statement = statement.replace("_user_", &format!("{quote}user{quote}"));
        db.execute_unprepared(&statement).await.unwrap();
    }
    db.close().await.unwrap();
    scratch
}

#[tokio::test]
async fn an_existing_project() {
    for backend in backends() {
        let scratch = grown(backend).await;
        let project = Project::new("blog", 0).on(&scratch);
        project.write_entities(&["user", "post"]);
        project.write("justfile", "migrate:\n    mine\n");
        let before = state(&scratch).await;
        let init = project.in_place(&["init"]);
        assert_eq!(init.code, Some(0), "{}", init.transcript());
        if backend == Backend::Postgres {
            init.is(&expect![[r#"
                --- justfile
                +++ justfile
                @@ -1,2 +1,39 @@
                 migrate:
                     mine
                +
                +# Write a migration with what differs between the entities and the database: just create-migration "add user table"
                +[positional-arguments]
                +create-migration message *arguments:
                +    @seadrift revision --autogenerate -m "$@"
                +
                +# Reverse the newest migration, or go down to a revision or `base`
                +[positional-arguments]
                +migrate-down target="-1":
                +    @seadrift downgrade "$1"
                +
                +# List the revisions, newest first
                +migration-history:
                +    @seadrift history
                +
                +# Say whether entities, migrations and database are in step
                +check-migrations:
                +    @seadrift check
                +
                +# Say what migrations risk
                +[positional-arguments]
                +lint-migrations *revisions:
                +    @seadrift lint "$@"
                +
                +# Have git check entities and migrations before each commit, where pre-commit does not
                +install-hooks:
                +    #!/bin/sh
                +    set -eu
                +    hook=$(git rev-parse --git-path hooks/pre-commit)
                +    if [ -e "$hook" ]; then
                +        echo "left as it is: $hook is there already" >&2
                +        exit 1
                +    fi
                +    mkdir -p "$(dirname "$hook")"
                +    printf '%s\n' '#!/bin/sh' 'set -e' 'seadrift check --offline' 'seadrift lint --no-build --since HEAD' >"$hook"
                +    chmod +x "$hook"
                +    echo "wrote $hook"
                wrote seadrift.lock
                wrote seadrift.toml
                wrote .pre-commit-config.yaml
                accepted as they are, a line each in the lock; the next revision makes up for a line that is deleted there:
                  + table  post (3 columns)
                  ~ column user.id: not numbered -> numbered
                  ~ column user.name: null -> not null
                  + index  user (email) unique
                not managed: table legacy
                not managed: column user.age
                not managed: view adults
                ! left as it is: justfile (`--yes` changes it)
                ! next: `seadrift check`, and `seadrift revision --autogenerate -m "…"` when an entity has changed
                [exit 0]
            "#]]);
        }
        assert_eq!(project.read("justfile"), "migrate:\n    mine\n");
        assert!(
            project
                .read("seadrift.toml")
                .contains("entities = \"entity/src\"\n")
        );

        // Nothing has changed since.
        project.in_place(&["check"]).is(&expect![[r#"
            no drift
            [exit 0]
        "#]]);
        project.in_place(&["check", "--offline"]).is(&expect![[r#"
                no drift
                [exit 0]
            "#]]);
        project
            .in_place(&["revision", "--autogenerate", "-m", "nothing"])
            .is(&expect![[r#"
                no differences: the database is what the entities declare
                [exit 0]
            "#]]);
        assert_eq!(state(&scratch).await, before);

        // A change is written, and the rest is left alone.
        project.write_entities(&["user_with_bio", "post"]);
        let drift = project
            .in_place(&["check", "--offline"])
            .replaced("varchar(255)", "varchar");
        drift.is(&expect![[r#"
            drift: the entities declare what no migration brings
              + column user.bio: varchar
            ! hint: write a migration with `revision --autogenerate`
            [exit 1]
        "#]]);
        let run = project.in_place(&["revision", "--autogenerate", "-m", "add bio", "--dry-run"]);
        let changes = changes_of(&run);
        assert_eq!(changes.len(), 1, "{changes:?}");
        assert!(changes[0].starts_with("+ column user.bio: "), "{changes:?}");

        // A line that is deleted is made up for.
        let lock = project.read("seadrift.lock");
        let (deleted, kept): (Vec<_>, Vec<_>) = lock
            .lines()
            .partition(|line| line.contains("\"+ table  post"));
        assert_eq!(deleted.len(), 1, "{lock}");
        project.write("seadrift.lock", kept.join("\n") + "\n");
        let run = project.in_place(&["revision", "--autogenerate", "-m", "add bio and post"]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        assert!(
            run.stdout.contains("Verified: up, then down"),
            "{}",
            run.transcript()
        );
        assert!(
            run.stdout.contains("+ table  post (3 columns)"),
            "{}",
            run.transcript()
        );
        assert!(
            !run.stdout.contains("column user.name"),
            "{}",
            run.transcript()
        );
        assert!(project.read("seadrift.lock").contains("column user.name"));

        // Once more: what is there stays.
        let files = project.files();
        assert_eq!(project.in_place(&["init"]).code, Some(0));
        assert_eq!(project.files(), files);
    }
}

/// The changes in the head of the file that was printed.
fn changes_of(run: &Run) -> Vec<String> {
    let lines = run
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("//!     "));
    lines
        .filter(|line| line.starts_with(['+', '-', '~']))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn existing_files_are_changed_once_somebody_agrees() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 0).on(&scratch);
    project.write_entities(&["user", "post"]);
    project.write("justfile", "migrate:\n    mine\n");
    project.write(
        ".pre-commit-config.yaml",
        "repos:\n  - repo: local\n    hooks: []\n",
    );
    project.in_place(&["init", "--yes"]).is(&expect![[r#"
        --- justfile
        +++ justfile
        @@ -1,2 +1,39 @@
         migrate:
             mine
        +
        +# Write a migration with what differs between the entities and the database: just create-migration "add user table"
        +[positional-arguments]
        +create-migration message *arguments:
        +    @seadrift revision --autogenerate -m "$@"
        +
        +# Reverse the newest migration, or go down to a revision or `base`
        +[positional-arguments]
        +migrate-down target="-1":
        +    @seadrift downgrade "$1"
        +
        +# List the revisions, newest first
        +migration-history:
        +    @seadrift history
        +
        +# Say whether entities, migrations and database are in step
        +check-migrations:
        +    @seadrift check
        +
        +# Say what migrations risk
        +[positional-arguments]
        +lint-migrations *revisions:
        +    @seadrift lint "$@"
        +
        +# Have git check entities and migrations before each commit, where pre-commit does not
        +install-hooks:
        +    #!/bin/sh
        +    set -eu
        +    hook=$(git rev-parse --git-path hooks/pre-commit)
        +    if [ -e "$hook" ]; then
        +        echo "left as it is: $hook is there already" >&2
        +        exit 1
        +    fi
        +    mkdir -p "$(dirname "$hook")"
        +    printf '%s\n' '#!/bin/sh' 'set -e' 'seadrift check --offline' 'seadrift lint --no-build --since HEAD' >"$hook"
        +    chmod +x "$hook"
        +    echo "wrote $hook"
        --- .pre-commit-config.yaml
        +++ .pre-commit-config.yaml
        @@ -1,3 +1,17 @@
         repos:
           - repo: local
        +    hooks:
        +      - id: seadrift-check
        +        name: entities and migrations are in step
        +        entry: seadrift check --offline
        +        language: system
        +        pass_filenames: false
        +        files: \.(rs|lock|toml)$
        +      - id: seadrift-lint
        +        name: what new migrations risk is meant
        +        entry: seadrift lint --no-build --since HEAD
        +        language: system
        +        pass_filenames: false
        +        files: \.(rs|lock|toml)$
        +  - repo: local
             hooks: []
        wrote seadrift.toml
        updated justfile
        updated .pre-commit-config.yaml
        the database has no table yet that the entities declare: the first revision makes them
        ! next: `seadrift check`, and `seadrift revision --autogenerate -m "…"` when an entity has changed
        [exit 0]
    "#]]);
    let files = project.files();
    assert_eq!(project.in_place(&["init", "--yes"]).code, Some(0));
    assert_eq!(project.files(), files);
}

#[tokio::test]
async fn what_cannot_be_adopted() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 2).on(&scratch);
    let refuses = |arguments: &[&str]| {
        let before = project.files();
        let run = project.in_place(arguments);
        assert_eq!(project.files(), before);
        run
    };
    refuses(&["init"]).is(&expect![[r#"
        ! error: no entities are found
        ! hint: nothing was done; run this in the project, name the folder with `--entities DIR` or with `entities` in `seadrift.toml`, or list the entities where the migration crate calls seadrift
        [exit 2]
    "#]]);
    project.write_entities(&["user", "post"]);
    refuses(&["init"]).is(&expect![[r#"
        ! error: target database is not up to date
        ! hint: run `upgrade` first; pending: m20260101_000000_create_user, m20260102_000000_create_post
        [exit 2]
    "#]]);
    refuses(&["check", "--offline"]).is(&expect![[r#"
        ! error: there is no lock file `seadrift.lock`, which would say what was declared
        ! hint: nothing was compared; `init` writes it for a project that has migrations already, `revision --autogenerate` with the first migration
        [exit 2]
    "#]]);
    fs::remove_dir_all(project.path("src")).unwrap();
    refuses(&["init"]).is(&expect![[r#"
        ! error: there are entities, but no migrations
        ! hint: nothing was written; make a migration crate with `sea-orm-cli migrate init`, name where it is with `--migrations DIR`, or have migrations without a crate by `format = "sql"` in `seadrift.toml`
        [exit 2]
    "#]]);
    project.write("Cargo.toml", "");
    fs::remove_dir_all(project.path("entity")).unwrap();
    refuses(&["init"]).is(&expect![[r#"
        ! error: there is a `Cargo.toml`, but neither migrations nor entities are found
        ! hint: nothing was written; name them with `--migrations DIR` and `--entities DIR`, or make a new project in a folder of its own: `seadrift init DIR`
        [exit 2]
    "#]]);
    refuses(&["init", "."]).is(&expect![[r#"
        ! error: `Cargo.toml` is there already
        ! hint: nothing was written; name a folder that is not there, or an empty one
        [exit 2]
    "#]]);
}

/// A new project is whole: its migration crate builds, and what it writes runs.
#[test]
fn a_new_project() {
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
        Run::new(command.output().unwrap()).replaced(folder.path(), "[FOLDER]")
    };
    seadrift(&["init", "app"]).is(&expect![[r#"
        wrote app/Cargo.toml
        wrote app/entity/Cargo.toml
        wrote app/entity/src/lib.rs
        wrote app/entity/src/user.rs
        wrote app/migration/Cargo.toml
        wrote app/migration/src/lib.rs
        wrote app/migration/src/main.rs
        wrote app/justfile
        wrote app/.pre-commit-config.yaml
        wrote app/.gitignore
        wrote app/seadrift.toml
        ! next: cd app && DATABASE_URL=sqlite://app.db?mode=rwc seadrift revision --autogenerate -m "create user"
        [exit 0]
    "#]]);
    // The versions that this repository is tested with.
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
    fs::copy(workspace, root.join("Cargo.lock")).unwrap();
    let revision = seadrift(&["revision", "--autogenerate", "-m", "create user"]);
    assert_eq!(revision.code, Some(0), "{}", revision.transcript());
    // This one is handed to the migration crate, which reads the same sources.
    let upgrade = seadrift(&["upgrade"]);
    assert_eq!(upgrade.code, Some(0), "{}", upgrade.transcript());
    seadrift(&["check"]).is(&expect![[r#"
        no drift
        [exit 0]
    "#]]);
    let mut linked = Command::new(env!("CARGO"));
    linked
        .args(["run", "--quiet", "-p", "migration", "--", "check"])
        .current_dir(&root);
    in_a_project_of_its_own(&mut linked).env("DATABASE_URL", "sqlite://app.db?mode=rwc");
    Run::new(linked.output().unwrap()).is(&expect![[r#"
        no drift
        [exit 0]
    "#]]);
}
