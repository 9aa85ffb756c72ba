//! What the files of revisions are called, what stands on top of them, and what is run on them.

use std::time::{SystemTime, UNIX_EPOCH};

use expect_test::expect;
use seadrift_testkit::{Backend, scratch};

use super::project::Project;

fn with(config: &str) -> Project {
    let project = Project::new("blog", 0);
    project.write("seadrift.toml", config);
    project
}

#[test]
fn numbers_go_on() {
    let project = with("file_template = \"v{number}_{slug}\"\n");
    for message in ["first", "second one"] {
        let run = project.run(&["revision", "-m", message]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
    }
    // The program that runs knows none of them: what counts is what the list says.
    let rest = ["revision", "-m", "third", "--head", "v0001"];
    project.in_place(&rest).is(&expect![[r#"
        wrote src/v0003_third.rs
        updated src/lib.rs
        ! next: review the file, then run `upgrade`
        [exit 0]
    "#]]);
    project.in_place(&["history"]).is(&expect![[r#"
        v0001_first -> v0003_third (head), third
        base -> v0002_second_one (head), second one
        base -> v0001_first, first
        [exit 0]
    "#]]);
    project.write(
        "seadrift.toml",
        "file_template = \"m{date}_{number}_{slug}\"\n",
    );
    let run = project.in_place(&["revision", "-m", "fourth", "--head", "v0002"]);
    let name = run
        .stdout
        .lines()
        .next()
        .unwrap()
        .strip_prefix("wrote src/m")
        .unwrap();
    let (date, rest) = name.split_once('_').unwrap();
    assert!(
        date.len() == 8 && date.chars().all(|c| c.is_ascii_digit()),
        "{name}"
    );
    assert_eq!(rest, "0001_fourth.rs");
}

#[test]
fn a_template_keeps_the_order() {
    for (template, expected) in [
        (
            "m{date}_{slug}",
            expect![[r#"
            ! error: cannot use the config `seadrift.toml`: line 1: no names are made with `m{date}_{slug}`: names would not be in the order in which they were made: it takes `{number}`, or `{date}` and then `{time}` or `{number}`, before all else that changes
            [exit 2]
        "#]],
        ),
        (
            "m{slug}_{date}_{time}",
            expect![[r#"
            ! error: cannot use the config `seadrift.toml`: line 1: no names are made with `m{slug}_{date}_{time}`: names would not be in the order in which they were made: it takes `{number}`, or `{date}` and then `{time}` or `{number}`, before all else that changes
            [exit 2]
        "#]],
        ),
        (
            "m{number}_{sulg}",
            expect![[r#"
            ! error: cannot use the config `seadrift.toml`: line 1: no names are made with `m{number}_{sulg}`: `{sulg}` is nothing that a name is made of; there are `{date}`, `{time}`, `{number}` and `{slug}`
            [exit 2]
        "#]],
        ),
        (
            "m-{number}_{slug}",
            expect![[r#"
            ! error: cannot use the config `seadrift.toml`: line 1: no names are made with `m-{number}_{slug}`: `-` cannot stand in the name of a revision: it is made of small letters, digits and `_`
            [exit 2]
        "#]],
        ),
    ] {
        let project = with(&format!("file_template = \"{template}\"\n"));
        project.refuses(&["revision", "-m", "a"]).is(&expected);
    }
    // A folder with SQL may begin with a digit, and no module does.
    let project = with("file_template = \"{number}_{slug}\"\n");
    project.refuses(&["revision", "-m", "a"]).is(&expect![[r#"
        ! error: `0001_a` cannot be the name of a revision
        ! hint: nothing was written; the name is that of a module: small letters, digits and `_`, as in `m0001_add_user`
        [exit 2]
    "#]]);
    let project = Project::sql(&[]);
    project.write(
        "seadrift.toml",
        "format = \"sql\"\nfile_template = \"{number}_{slug}\"\n",
    );
    project.in_place(&["revision", "-m", "a"]).is(&expect![[r#"
            wrote migrations/0001_a/up.sql
            wrote migrations/0001_a/down.sql
            ! next: review the files, then run `upgrade`
            [exit 0]
        "#]]);
}

#[tokio::test]
async fn rebase_names_as_the_template_says() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let head = |revises: &str| format!("x\n\nRevises: {revises}");
    let (first, branch) = (head("nothing"), head("v0001_start"));
    let revisions = [
        ("v0001_start", first.as_str()),
        ("v0002_mine", branch.as_str()),
        ("v0003_theirs", branch.as_str()),
    ];
    let project = Project::of(&revisions).on(&scratch);
    project.write("seadrift.toml", "file_template = \"v{number}_{slug}\"\n");
    project.run(&["rebase", "v0002_mine"]).is(&expect![[r#"
        v0002_mine is v0004_mine now
        wrote src/v0004_mine.rs
        wrote src/lib.rs
        ! their statements are as they were: look whether they still fit, run `upgrade`, and let `check` say what is left
        [exit 0]
    "#]]);
}

/// The hour in the name of the file that a run wrote, as seconds of a day.
fn seconds(stdout: &str) -> i64 {
    let name = stdout.split("wrote src/").nth(1).unwrap();
    let time = &name[10..16];
    let two = |at: usize| time[at..at + 2].parse::<i64>().unwrap();
    two(0) * 3600 + two(2) * 60 + two(4)
}

#[test]
fn times_are_told_where_somebody_wants_them() {
    let mut project = with("timezone = \"+05:30\"\n");
    project.set("TZ", "ABC-03:00");
    for (arguments, offset, zone) in [
        (&["revision", "-m", "fixed"][..], 5 * 3600 + 1800, "+05:30"),
        (&["generate", "own", "--local-time"], 3 * 3600, "+03:00"),
        (&["generate", "universal", "--universal-time"], 0, "UTC"),
        (&["generate", "as_said"], 5 * 3600 + 1800, "+05:30"),
    ] {
        let output = project.command(arguments).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let there = (i64::try_from(now).unwrap() + offset) % 86_400;
        let late = (there - seconds(&stdout)).rem_euclid(86_400);
        assert!(late < 600, "{arguments:?}: {stdout}");
        let file = stdout
            .lines()
            .next()
            .unwrap()
            .strip_prefix("wrote ")
            .unwrap();
        let text = project.read(file);
        assert!(text.contains(&format!(" {zone}, seadrift ")), "{text}");
    }
    let project = with("timezone = \"Mars/Olympus\"\n");
    project.refuses(&["revision", "-m", "a"]).is(&expect![[r#"
        ! error: cannot use the config `seadrift.toml`: line 1: unknown time zone `Mars/Olympus`; it may be `utc`, `local`, or an offset such as `+02:00`
        [exit 2]
    "#]]);
}

#[test]
fn a_header_stands_on_top() {
    let project = with("header = \"\"\"\nCopyright of ours\nRevises: nobody's rights\n\"\"\"\n");
    let run = project.run(&["revision", "-m", "a", "--rev-id", "m1_a"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    let text = project.read("src/m1_a.rs");
    assert!(
        text.starts_with(
            "// Copyright of ours\n// Revises: nobody's rights\n\n//! a\n//!\n//! Revision: m1_a\n"
        ),
        "{text}"
    );

    let project = Project::sql(&[]);
    project.write(
        "seadrift.toml",
        "format = \"sql\"\nheader = \"Copyright of ours\\nRevises: nobody's rights\"\n",
    );
    let run = project.in_place(&["revision", "-m", "a", "--rev-id", "m1_a"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    let text = project.read("migrations/m1_a/up.sql");
    assert!(
        text.starts_with(
            "/* Copyright of ours\n   Revises: nobody's rights */\n\n-- a\n--\n-- Revision: m1_a\n"
        ),
        "{text}"
    );
    project.in_place(&["history"]).is(&expect![[r#"
        base -> m1_a (head), a
        [exit 0]
    "#]]);
}

#[test]
fn hooks_run_on_each_file() {
    let project = with(
        "[[hooks]]\ncommand = [\"sh\", \"-c\", 'echo \"// by a hook\" >> \"$0\"', \"{file}\"]\n\n\
         [[hooks]]\ncommand = \"grep -c hook\"\nformat = \"rust\"\n\n[[hooks]]\ncommand = \"false\"\nformat = \"sql\"\n",
    );
    project
        .run(&["revision", "-m", "a", "--rev-id", "m1_a"])
        .is(&expect![[r#"
            wrote src/m1_a.rs
            updated src/lib.rs
            ! 1
            ! next: review the file, then run `upgrade`
            [exit 0]
        "#]]);
    assert!(project.read("src/m1_a.rs").ends_with("}\n// by a hook\n"));
}

#[tokio::test]
async fn the_lock_knows_what_a_hook_made() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::sql(&[]).on(&scratch);
    project.write_entities(&["user"]);
    project.write(
        "seadrift.toml",
        "format = \"sql\"\n[[hooks]]\ncommand = [\"/bin/sh\", \"-c\", 'echo \"-- by a hook\" >> \"$0\"']\n",
    );
    let run = project.in_place(&["revision", "--autogenerate", "-m", "a"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    project.in_place(&["lock", "update"]).is(&expect![[r#"
        nothing to update: the lock knows the migrations as they are
        [exit 0]
    "#]]);
}

#[test]
fn a_hook_that_fails_leaves_the_file() {
    for (command, expected) in [
        (
            "[\"sh\", \"-c\", \"echo no; echo way >&2; exit 3\"]",
            expect![[r#"
                wrote src/m1_a.rs
                updated src/lib.rs
                ! no
                ! way
                ! error: everything was written, but the hook `sh -c echo no; echo way >&2; exit 3` ended with exit status: 3 on `src/m1_a.rs`
                ! hint: `src/m1_a.rs` is there as it is; mend it or the hook, and run the command by hand
                [exit 2]
            "#]],
        ),
        (
            "\"no-such-program --fast\"",
            expect![[r#"
            wrote src/m1_a.rs
            updated src/lib.rs
            ! error: everything was written, but the hook `no-such-program --fast` cannot be started: No such file or directory (os error 2)
            ! hint: `src/m1_a.rs` is there as it is; mend it or the hook, and run the command by hand
            [exit 2]
        "#]],
        ),
    ] {
        let project = with(&format!("[[hooks]]\ncommand = {command}\n"));
        project
            .run(&["revision", "-m", "a", "--rev-id", "m1_a"])
            .is(&expected);
        assert!(project.read("src/lib.rs").contains("m1_a::Migration"));
        assert!(project.path("src/m1_a.rs").is_file());
    }
    let project = with("[[hooks]]\ncommand = \" \"\n");
    project.refuses(&["revision", "-m", "a"]).is(&expect![[r#"
        ! error: cannot use the config `seadrift.toml`: line 2: the command is empty
        [exit 2]
    "#]]);
}
