//! `seadrift.toml`: where it is found, what it says, and what is wrong with it.

use expect_test::expect;
use seadrift_testkit::{Backend, scratch};

use super::project::Project;

#[tokio::test]
async fn what_the_command_line_leaves_open_is_taken_from_it() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 0);
    project.run(&["current"]).is(&expect![[r#"
        ! error: no database is named
        ! hint: set `DATABASE_URL`, in the environment or in a `.env` file, or `database_url` in `seadrift.toml`, or pass `--database-url`
        [exit 2]
    "#]]);
    let url = scratch.url();
    project.write(
        "seadrift.toml",
        format!("database_url = \"{url}\"\nmigrations = \"src\"\n"),
    );
    project.run(&["current"]).is(&expect![[r#"
        base (head)
        [exit 0]
    "#]]);
    // From a folder below, to which its paths do not belong.
    let mut below = project.command(&["revision", "-m", "from below", "--dry-run"]);
    below.current_dir(project.path("src"));
    let run = project.finish(&mut below);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    // The environment comes first.
    let mut other = project.command(&["current"]);
    other.env("DATABASE_URL", "sqlite://none.db");
    project.finish(&mut other).is(&expect![[r#"
        ! error: cannot connect to `sqlite://none.db`: unable to open database file
        ! hint: if the file is to be made, add `?mode=rwc` to the URL
        [exit 2]
    "#]]);
}

#[test]
fn variables_and_other_files() {
    let project = Project::new("blog", 0);
    project.write(
        "other.toml",
        "database_url = \"sqlite://${FOLDER}/none.db\"\n",
    );
    project
        .refuses(&["current", "--config", "other.toml"])
        .is(&expect![[r#"
            ! error: cannot use the config `other.toml`: `database_url` names the variable `FOLDER`, which is not set
            ! hint: set it, in the environment or in a `.env` file; nothing was done
            [exit 2]
        "#]]);
    let mut command = project.command(&["current"]);
    command
        .env("SEADRIFT_CONFIG", "other.toml")
        .env("FOLDER", "a b");
    project.finish(&mut command).is(&expect![[r#"
        ! error: cannot connect to `sqlite://a%20b/none.db`: unable to open database file
        ! hint: if the file is to be made, add `?mode=rwc` to the URL
        [exit 2]
    "#]]);
    project
        .refuses(&["current", "--config", "none.toml"])
        .is(&expect![[r#"
            ! error: cannot read `none.toml`: No such file or directory (os error 2)
            [exit 2]
        "#]]);
}

#[test]
fn what_is_wrong_with_it() {
    let project = Project::new("blog", 0);
    for (text, expected) in [
        (
            "databse_url = \"postgres://me:secret@host/db\"\n",
            expect![[r#"
                ! error: cannot use the config `seadrift.toml`: line 1: unknown field `databse_url`, expected one of `database_url`, `schema`, `migrations`, `entities`, `reader`, `types`, `cfg`, `scratch_url`, `backends`, `compare`, `postgres`, `hazards`, `format`, `file_template`, `timezone`, `header`, `hooks`
                [exit 2]
            "#]],
        ),
        (
            "\n[compare]\nstrict = [\"typos\"]\n",
            expect![[r#"
            ! error: cannot use the config `seadrift.toml`: line 3: unknown variant `typos`, expected one of `types`, `actions`, `defaults`, `numbering`, `uniques`, `names`
            [exit 2]
        "#]],
        ),
        (
            "database_url = \"postgres://me:secret@host/db\n",
            expect![[r#"
                ! error: cannot use the config `seadrift.toml`: line 1: invalid basic string, expected `"`
                [exit 2]
            "#]],
        ),
        (
            "database_url = \"postgres://me:${PASSWORD@host/db\"\n",
            expect![[r#"
                ! error: cannot use the config `seadrift.toml`: `database_url` has a `${` without a `}`
                ! hint: a variable is written `${NAME}`; a `$` of the URL itself is written `%24`
                [exit 2]
            "#]],
        ),
        (
            "<<<<<<< HEAD\n",
            expect![[r#"
            ! error: cannot use the config `seadrift.toml`: line 1: key with no value, expected `=`
            [exit 2]
        "#]],
        ),
        (
            "schema = 3\n",
            expect![[r#"
            ! error: cannot use the config `seadrift.toml`: line 1: invalid type: integer `3`, expected a string
            [exit 2]
        "#]],
        ),
    ] {
        project.write("seadrift.toml", text);
        project.refuses(&["check"]).is(&expected);
    }
    project.write("seadrift.toml", b"schema = \"\xff\"\n");
    project.refuses(&["check"]).is(&expect![[r#"
        ! error: cannot read `seadrift.toml`: stream did not contain valid UTF-8
        [exit 2]
    "#]]);
}
