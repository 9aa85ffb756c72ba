//! Verbs and options that there are and are not, help, and colors.

use std::io;
use std::process::Command;

use expect_test::expect;
use seadrift_testkit::{Backend, scratch};

use super::project::Project;

#[test]
fn wrong_usage() {
    let project = Project::new("blog", 0);
    for (arguments, expected) in [
        (
            &[][..],
            expect![[r#"
                ! Writes SeaORM migrations from SeaORM entities, runs them, and keeps both in step with the database
                !
                ! Usage: fixture [OPTIONS] <COMMAND>
                !
                ! Commands:
                !   init       Set up a new project, or adopt the one that is there: nothing that stands is dropped or changed without asking
                !   revision   Write a new migration, empty or with what differs between the entities and the database
                !   upgrade    Apply pending migrations
                !   downgrade  Reverse applied migrations, the newest first
                !   current    Show the newest applied revision of each branch, and how many are pending
                !   history    List the revisions, newest first; needs no database
                !   heads      List the revisions that no other revises; needs no database
                !   branches   List the revisions that several others revise, with those; needs no database
                !   show       Show all that is known of a revision
                !   edit       Open the file of a revision in the editor that `VISUAL` or `EDITOR` names
                !   stamp      Have the version table say that the database stands at these revisions; nothing is run
                !   merge      Write a revision that joins several heads
                !   rebase     Put the revisions of a branch that are not applied on top of the other head
                !   check      Say whether entities, migrations and database are in step; exit code 1 if they are not
                !   lint       Say what revisions risk and what about them is no good habit; exit code 1 if there is anything
                !   diff       Say what brings one schema to another: of a database, of entities, of a lock, or of a file with SQL
                !   up         Apply the next pending migrations in the order of the `Migrator`
                !   down       Reverse the last applied migrations in the order of the `Migrator`
                !   status     List the migrations in the order of the `Migrator`, each with whether it is applied
                !   fresh      Drop all tables of the database, then apply all migrations
                !   refresh    Reverse all applied migrations, then apply all migrations
                !   reset      Reverse all applied migrations, and drop the version table
                !   generate   Write a new, empty migration
                !   lock       Look after the lock file
                !
                ! Options:
                !   -h, --help     Print help
                !   -V, --version  Print version
                !
                ! Common options:
                !   -u, --database-url <URL>  Database to work on: `postgres://…`, `mysql://…` or `sqlite://…` [env: DATABASE_URL]
                !   -s, --schema <NAME>       PostgreSQL schema to work in, first of the search path [env: DATABASE_SCHEMA=]
                !       --migrations <DIR>    Migration crate, or the folder that holds its `lib.rs`
                !       --entities <DIR>      Folder of entities to read instead of those that are linked in; may be given several times
                !       --reader <READER>     How to read entities that are not linked in [possible values: auto, source, probe]
                !       --config <FILE>       Config file to use instead of the nearest `seadrift.toml` [env: SEADRIFT_CONFIG=]
                !       --color <WHEN>        When to use colors [default: auto] [possible values: auto, always, never]
                !   -v, --verbose             Say more: what was found where, what is not managed
                !   -q, --quiet               Say less: no progress, no hints
                [exit 2]
            "#]],
        ),
        (
            &["frobnicate"],
            expect![[r#"
            ! error: unrecognized subcommand 'frobnicate'
            !
            ! Usage: fixture [OPTIONS] <COMMAND>
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
        (
            &["check", "--frobnicate"],
            expect![[r#"
                ! error: unexpected argument '--frobnicate' found
                !
                !   tip: a similar argument exists: '--format'
                !
                ! Usage: fixture check --format <FORMAT>
                !
                ! For more information, try '--help'.
                [exit 2]
            "#]],
        ),
        (
            &["check", "head"],
            expect![[r#"
            ! error: unexpected argument 'head' found
            !
            ! Usage: fixture check [OPTIONS]
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
        (
            &["downgrade"],
            expect![[r#"
            ! error: the following required arguments were not provided:
            !   <REV>
            !
            ! Usage: fixture downgrade <REV>
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
        (
            &["upgrade", "head", "head"],
            expect![[r#"
            ! error: unexpected argument 'head' found
            !
            ! Usage: fixture upgrade [OPTIONS] [REV]
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
        (
            &["check", "--color", "sometimes"],
            expect![[r#"
            ! error: invalid value 'sometimes' for '--color <WHEN>'
            !   [possible values: auto, always, never]
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
        (
            &["check", "--database-url"],
            expect![[r#"
            ! error: a value is required for '--database-url <URL>' but none was supplied
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
        (
            &["help"],
            expect![[r#"
            ! error: unrecognized subcommand 'help'
            !
            ! Usage: fixture [OPTIONS] <COMMAND>
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
    ] {
        project.refuses(arguments).is(&expected);
    }
}

#[test]
fn help() {
    let project = Project::new("blog", 0).with_url("postgres://me:secret-word@host/database");
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["revision", "--help"],
        &["upgrade", "--help"],
        &["downgrade", "--help"],
        &["current", "--help"],
        &["history", "--help"],
        &["check", "--help"],
        &["--version"],
    ] {
        let run = project.run(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
        assert_eq!(run.stderr, "", "{arguments:?}");
        assert!(!run.stdout.is_empty(), "{arguments:?}");
    }
    project.run(&["rebase", "-h"]).is(&expect![[r#"
        Put the revisions of a branch that are not applied on top of the other head

        Usage: fixture rebase [OPTIONS] [REV]

        Arguments:
          [REV]  Head of the branch to move; where it is left out, the one of which the database has nothing

        Options:
              --onto <REV>         Head to put it on, where there are more than two; with `--squash` also the revision that it stands on already
              --squash             Write the whole branch anew as one revision, with what differs between the database and the entities
          -m, --message <TEXT>     What that revision does, in a few words, instead of what those of the branch say
              --as-is              Write nothing anew, whatever the other branch has changed
              --no-verify          Write the file without trying its plan out on a scratch database
              --scratch-url <URL>  Server to try the plan out on, where the database's own may not be used for it; one for each other backend of the project [env: SEADRIFT_SCRATCH_URL]
          -h, --help               Print help

        Hazards:
              --deny <CODE>   Write nothing, and exit with 1, if there is this hazard; `all` for any
              --allow <CODE>  Let this hazard pass that the config or `--deny all` denies

        Common options:
          -u, --database-url <URL>  Database to work on: `postgres://…`, `mysql://…` or `sqlite://…` [env: DATABASE_URL]
          -s, --schema <NAME>       PostgreSQL schema to work in, first of the search path [env: DATABASE_SCHEMA=]
              --migrations <DIR>    Migration crate, or the folder that holds its `lib.rs`
              --entities <DIR>      Folder of entities to read instead of those that are linked in; may be given several times
              --reader <READER>     How to read entities that are not linked in [possible values: auto, source, probe]
              --config <FILE>       Config file to use instead of the nearest `seadrift.toml` [env: SEADRIFT_CONFIG=]
              --color <WHEN>        When to use colors [default: auto] [possible values: auto, always, never]
          -v, --verbose             Say more: what was found where, what is not managed
          -q, --quiet               Say less: no progress, no hints
        [exit 0]
    "#]]);
    project.run(&["--help"]).is(&expect![[r#"
        Writes SeaORM migrations from SeaORM entities, runs them, and keeps both in step with the database

        Usage: fixture [OPTIONS] <COMMAND>

        Commands:
          init       Set up a new project, or adopt the one that is there: nothing that stands is dropped or changed without asking
          revision   Write a new migration, empty or with what differs between the entities and the database
          upgrade    Apply pending migrations
          downgrade  Reverse applied migrations, the newest first
          current    Show the newest applied revision of each branch, and how many are pending
          history    List the revisions, newest first; needs no database
          heads      List the revisions that no other revises; needs no database
          branches   List the revisions that several others revise, with those; needs no database
          show       Show all that is known of a revision
          edit       Open the file of a revision in the editor that `VISUAL` or `EDITOR` names
          stamp      Have the version table say that the database stands at these revisions; nothing is run
          merge      Write a revision that joins several heads
          rebase     Put the revisions of a branch that are not applied on top of the other head
          check      Say whether entities, migrations and database are in step; exit code 1 if they are not
          lint       Say what revisions risk and what about them is no good habit; exit code 1 if there is anything
          diff       Say what brings one schema to another: of a database, of entities, of a lock, or of a file with SQL
          up         Apply the next pending migrations in the order of the `Migrator`
          down       Reverse the last applied migrations in the order of the `Migrator`
          status     List the migrations in the order of the `Migrator`, each with whether it is applied
          fresh      Drop all tables of the database, then apply all migrations
          refresh    Reverse all applied migrations, then apply all migrations
          reset      Reverse all applied migrations, and drop the version table
          generate   Write a new, empty migration
          lock       Look after the lock file

        Options:
          -h, --help     Print help
          -V, --version  Print version

        Common options:
          -u, --database-url <URL>  Database to work on: `postgres://…`, `mysql://…` or `sqlite://…` [env: DATABASE_URL]
          -s, --schema <NAME>       PostgreSQL schema to work in, first of the search path [env: DATABASE_SCHEMA=]
              --migrations <DIR>    Migration crate, or the folder that holds its `lib.rs`
              --entities <DIR>      Folder of entities to read instead of those that are linked in; may be given several times
              --reader <READER>     How to read entities that are not linked in [possible values: auto, source, probe]
              --config <FILE>       Config file to use instead of the nearest `seadrift.toml` [env: SEADRIFT_CONFIG=]
              --color <WHEN>        When to use colors [default: auto] [possible values: auto, always, never]
          -v, --verbose             Say more: what was found where, what is not managed
          -q, --quiet               Say less: no progress, no hints
        [exit 0]
    "#]]);
    project.run(&["revision", "--help"]).is(&expect![[r#"
        Write a new migration, empty or with what differs between the entities and the database

        Usage: fixture revision [OPTIONS] --message <TEXT>

        Options:
          -m, --message <TEXT>     What the migration does, in a few words; the file is named after it
              --autogenerate       Write the statements that bring the database to what the entities declare
              --format <FORMAT>    What it is written as, instead of what `seadrift.toml` says: `rust` is a file, `sql` a folder with two
              --dry-run            Print the file instead of writing it
              --no-verify          Write the file without trying its plan out on a scratch database
              --scratch-url <URL>  Server to try the plan out on, where the database's own may not be used for it; one for each other backend of the project [env: SEADRIFT_SCRATCH_URL]
              --in-steps           Add columns that take no NULL as nullable, and leave a place in the file to fill each before it takes none
              --online             Keep nobody waiting for long: build indexes while others write, and validate constraints after they stand, in several files where that takes several transactions (PostgreSQL)
          -h, --help               Print help

        Renames:
              --rename <OLD=NEW>  Say what was renamed: `old=new`, or `old=` for what was not; may be repeated
              --renames <FILE>    File with such an answer on each line; a migration answers as it was answered itself
              --no-renames        Say that nothing else was renamed: what is gone is dropped, what is new is made

        Hazards:
              --deny <CODE>   Write nothing, and exit with 1, if there is this hazard; `all` for any
              --allow <CODE>  Let this hazard pass that the config or `--deny all` denies

        Branches:
              --head <REV>            Revision to put it on, where there are several heads; `base` starts a line of its own
              --splice                Put it on a revision that others revise already, and so start a branch
              --branch-label <LABEL>  Name for the branch that starts with it
              --depends-on <REV>      Revision or label of another branch that has to be there before it
              --rev-id <NAME>         Name for the revision and its file, instead of one made of time and message

        Common options:
          -u, --database-url <URL>  Database to work on: `postgres://…`, `mysql://…` or `sqlite://…` [env: DATABASE_URL]
          -s, --schema <NAME>       PostgreSQL schema to work in, first of the search path [env: DATABASE_SCHEMA=]
              --migrations <DIR>    Migration crate, or the folder that holds its `lib.rs`
              --entities <DIR>      Folder of entities to read instead of those that are linked in; may be given several times
              --reader <READER>     How to read entities that are not linked in [possible values: auto, source, probe]
              --config <FILE>       Config file to use instead of the nearest `seadrift.toml` [env: SEADRIFT_CONFIG=]
              --color <WHEN>        When to use colors [default: auto] [possible values: auto, always, never]
          -v, --verbose             Say more: what was found where, what is not managed
          -q, --quiet               Say less: no progress, no hints
        [exit 0]
    "#]]);
}

#[tokio::test]
async fn colors() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 0).on(&scratch);
    let check = |options: &[&str], variables: &[(&str, &str)]| {
        let mut command = project.command(&["check"]);
        command.args(options).envs(variables.iter().copied());
        project.finish(&mut command)
    };
    let plain = check(&[], &[]);
    assert_eq!(plain.code, Some(1));
    assert!(
        !plain.transcript().contains('\u{1b}'),
        "{}",
        plain.transcript()
    );

    let colored = check(&["--color", "always"], &[("NO_COLOR", "1")]);
    assert!(
        colored.stdout.contains("\u{1b}[32m+ table"),
        "{}",
        colored.transcript()
    );

    for (options, variables) in [
        (&["--color", "never"][..], &[("CLICOLOR_FORCE", "1")][..]),
        (&[], &[("NO_COLOR", "1")]),
        (&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]),
        (&[], &[("CLICOLOR_FORCE", "1")]),
        (&[], &[("TERM", "dumb")]),
    ] {
        let run = check(options, variables);
        let is_forced = options.is_empty() && variables == [("CLICOLOR_FORCE", "1")];
        assert_eq!(
            run.transcript().contains('\u{1b}'),
            is_forced,
            "{variables:?}"
        );
    }
}

/// The same on a terminal, where there is one to be had.
#[tokio::test]
async fn colors_on_a_terminal() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 0).on(&scratch);
    let on_a_terminal = |variables: &[(&str, &str)]| {
        let alone = project.command(&[]);
        let program = alone.get_program().to_str().unwrap();
        // `script` runs a command on a terminal of its own.
        let mut script = Command::new("script");
        script
            .args(["-qec", &format!("'{program}' check"), "/dev/null"])
            .current_dir(project.path("."))
            .env_clear();
        for (name, value) in alone.get_envs() {
            script.envs(value.map(|value| (name, value)));
        }
        script
            .env("TERM", "xterm")
            .envs(variables.iter().copied())
            .output()
    };
    let Ok(output) = on_a_terminal(&[]) else {
        eprintln!("skipped: no `script` to make a terminal with");
        return;
    };
    assert!(
        output.stdout.contains(&0x1b),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let output = on_a_terminal(&[("NO_COLOR", "1")]).unwrap();
    assert!(
        !output.stdout.contains(&0x1b),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// Nothing is cut to the width of a terminal.
#[tokio::test]
async fn width() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 0).on(&scratch);
    let mut narrow = project.command(&["check"]);
    narrow.env("COLUMNS", "20");
    let narrow = project.finish(&mut narrow);
    assert_eq!(narrow.transcript(), project.run(&["check"]).transcript());
}

/// A reader that goes away, as `head` does, ends the program and is no panic.
#[tokio::test]
async fn a_pipe_that_closes() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 0).on(&scratch);
    let mut command = project.command(&["check"]);
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let output = command.stdout(writer).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
}
