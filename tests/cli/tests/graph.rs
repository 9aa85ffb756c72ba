//! The graph of revisions: symbols, branches, merges, and what heads of files must not say.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use expect_test::expect;
use sea_orm::ConnectionTrait;
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::interrupted::Way;
use super::project::{Project, state};

/// Two branches, one of them labelled, and a line of its own that one depends on.
const HISTORY: [(&str, &str); 6] = [
    (
        "m1_start",
        "start\n\nRevision: m1_start\nRevises:  nothing\nCreated:  2026-01-01 00:00:00 UTC",
    ),
    (
        "m2_left",
        "left\n\nRevision: m2_left\nRevises:  m1_start\nLabels:   left\n\nChanges\n    + column user.bio: varchar\n    + table  tag (2 columns)",
    ),
    (
        "m3_job",
        "jobs\n\nRevision: m3_job\nRevises:  nothing\nLabels:   jobs",
    ),
    (
        "m4_right",
        "right\n\nRevision: m4_right\nRevises:  m1_start\nDepends:  jobs\n\nChanges\n    ~ column user.bio: varchar -> text",
    ),
    ("m5_more", "more\n\nRevision: m5_more\nRevises:  m2_left"),
    (
        "m6_merge",
        "merge\n\nRevision: m6_merge\nRevises:  m5_more, m4_right",
    ),
];

fn applied(transcript: &str) -> String {
    let lines = transcript.lines().filter_map(|line| {
        let line = line.strip_prefix("! ")?;
        let name = line
            .strip_prefix("upgrading ")
            .map(|name| format!("+{name}"));
        name.or_else(|| Some(format!("-{}", line.strip_prefix("downgrading ")?)))
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// The tables and the rows of the version table, which have to say the same.
async fn stands(scratch: &Scratch) -> String {
    let (database, versions) = state(scratch).await;
    let tables = database
        .schema
        .tables
        .keys()
        .map(|table| table.name.clone());
    let tables: BTreeSet<_> = tables.filter(|name| name != "seaql_migrations").collect();
    assert_eq!(tables, versions.iter().cloned().collect());
    versions.join(" ")
}

#[tokio::test]
async fn up_and_down_through_branches() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::of(&HISTORY).on(&scratch);
        for (arguments, steps, place) in [
            (
                &["upgrade", "left"][..],
                "+m1_start +m2_left",
                "m1_start m2_left",
            ),
            (&["upgrade", "+1"], "+m5_more", "m1_start m2_left m5_more"),
            (
                &["upgrade", "m4_right"],
                "+m3_job +m4_right",
                "m1_start m2_left m3_job m4_right m5_more",
            ),
            (
                &["downgrade", "left@-1"],
                "-m5_more",
                "m1_start m2_left m3_job m4_right",
            ),
            (
                &["upgrade", "heads"],
                "+m5_more +m6_merge",
                "m1_start m2_left m3_job m4_right m5_more m6_merge",
            ),
            (
                &["upgrade", "heads"],
                "",
                "m1_start m2_left m3_job m4_right m5_more m6_merge",
            ),
            // What depends on it goes with it, and what it stands on stays.
            (
                &["downgrade", "jobs@base"],
                "-m6_merge -m4_right -m3_job",
                "m1_start m2_left m5_more",
            ),
            (
                &["upgrade", "m6"],
                "+m3_job +m4_right +m6_merge",
                "m1_start m2_left m3_job m4_right m5_more m6_merge",
            ),
            (
                &["downgrade", "start"],
                "-m6_merge -m5_more -m4_right -m2_left",
                "m1_start m3_job",
            ),
            (&["downgrade", "base"], "-m3_job -m1_start", ""),
        ] {
            let dry = project.run(&[arguments, &["--dry-run"]].concat());
            assert_eq!(dry.code, Some(0), "{}", dry.transcript());
            let run = project.run(arguments);
            assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
            assert_eq!(applied(&run.transcript()), steps, "{arguments:?}");
            assert_eq!(stands(&scratch).await, place, "{arguments:?}");
            let would = dry.stdout.lines().filter_map(|line| line.rsplit_once(' '));
            let would: Vec<_> = would
                .map(|(_, name)| name)
                .filter(|name| name.starts_with('m'))
                .collect();
            let did: Vec<_> = steps.split_whitespace().map(|step| &step[1..]).collect();
            assert_eq!(would, did, "{arguments:?}");
        }
    }
}

#[tokio::test]
async fn what_could_be_several_is_refused() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::of(&HISTORY[..5]).on(&scratch);
    project.refuses(&["upgrade"]).is(&expect![[r#"
        ! error: `head` could be each of several heads: `m3_job`, `m4_right`, `m5_more`
        ! hint: `heads` means all of them, and `NAME@head` the one that follows on a revision or label; `merge` joins them, and `rebase` puts one on top of the other
        [exit 2]
    "#]]);
    project.refuses(&["upgrade", "+1"]).is(&expect![[r#"
        ! error: `+1` could go by way of `m1_start`, `m3_job`
        ! hint: name the revision to go to, or say which branch is meant: `NAME@+1`, with a revision or a label
        [exit 2]
    "#]]);
    project.refuses(&["upgrade", "app@head"]).is(&expect![[r#"
        ! error: `app` names no branch
        ! hint: in front of an `@` stands a revision or a label, of which there are `jobs`, `left`
        [exit 2]
    "#]]);
    project
        .refuses(&["upgrade", "left@m4_right"])
        .is(&expect![[r#"
            ! error: revision `m4_right` is not on branch `left`
            [exit 2]
        "#]]);
    project
        .refuses(&["upgrade", "m1_start:m2_left"])
        .is(&expect![[r#"
            ! error: `m1_start:m2_left` is a range, and one place is wanted here
            [exit 2]
        "#]]);
    assert_eq!(project.run(&["upgrade", "heads"]).code, Some(0));
    project.refuses(&["downgrade", "-1"]).is(&expect![[r#"
        ! error: `-1` could go by way of `m4_right`, `m5_more`
        ! hint: name the revision to go to, or say which branch is meant: `NAME@-1`, with a revision or a label
        [exit 2]
    "#]]);
    project.run(&["current"]).is(&expect![[r#"
        m4_right (head)
        m5_more (head)
        [exit 0]
    "#]]);
    project.run(&["downgrade", "m5_more@-1"]).is(&expect![[r#"
        reversed 1 revision, now at m2_left, m4_right
        ! downgrading m5_more
        [exit 0]
    "#]]);
    project.run(&["current"]).is(&expect![[r#"
        m2_left
        m4_right (head)
        (1 pending)
        [exit 0]
    "#]]);
    project.run(&["current", "--check-heads"]).is(&expect![[r#"
            m2_left
            m4_right (head)
            (1 pending)
            ! hint: the database is not on all heads; pending: m5_more
            [exit 1]
        "#]]);
    let check = project.run(&["check"]);
    assert_eq!(check.code, Some(1));
    let mut lines = check.stdout.lines();
    assert!(lines.any(|line| line == "several heads: m3_job, m4_right, m5_more"));
    project.refuses(&["revision", "-m", "x"]).is(&expect![[r#"
        ! error: `head` could be each of several heads: `m3_job`, `m4_right`, `m5_more`
        ! hint: `heads` means all of them, and `NAME@head` the one that follows on a revision or label; `merge` joins them, and `rebase` puts one on top of the other
        [exit 2]
    "#]]);
}

#[tokio::test]
async fn the_graph_in_words() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::of(&HISTORY).on(&scratch);
    assert_eq!(project.run(&["upgrade", "left"]).code, Some(0));
    project.run(&["history"]).is(&expect![[r#"
        m5_more, m4_right -> m6_merge (head) (merge point), merge
        m2_left -> m5_more, more
        m1_start -> m4_right, right
        base -> m3_job (jobs) (head) (needed by another), jobs
        m1_start -> m2_left (left), left
        base -> m1_start (branch point), start
        [exit 0]
    "#]]);
    project
        .run(&["history", "-i", "-r", "m1_start:m5_more"])
        .is(&expect![[r#"
            m2_left -> m5_more, more
            m1_start -> m2_left (left) (current), left
            base -> m1_start (branch point) (applied), start
            [exit 0]
        "#]]);
    project
        .run(&["history", "-r", "-1:current"])
        .is(&expect![[r#"
            m1_start -> m2_left (left), left
            base -> m1_start (branch point), start
            [exit 0]
        "#]]);
    project.run(&["history", "-r", "m5_more:"]).is(&expect![[r#"
            m5_more, m4_right -> m6_merge (head) (merge point), merge
            m2_left -> m5_more, more
            [exit 0]
        "#]]);
    project
        .run(&["history", "-v", "-r", "m2_left:m5_more"])
        .is(&expect![[r#"
            Revision: m5_more
            Revises:  m2_left
            Next:     m6_merge
            File:     src/m5_more.rs
            Message:  more

            Revision: m2_left (left)
            Revises:  m1_start
            Next:     m5_more
            File:     src/m2_left.rs
            Message:  left
              + column user.bio: varchar
              + table  tag (2 columns)
            [exit 0]
        "#]]);
    project
        .refuses(&["history", "-r", "m5_more:m4_right"])
        .is(&expect![[r#"
            ! error: there is no way up from `m5_more` to `m4_right`
            ! hint: a range goes from an older revision to one that follows on it
            [exit 2]
        "#]]);
    project
        .refuses(&["history", "-r", "m5_more"])
        .is(&expect![[r#"
            ! error: invalid value 'm5_more' for '--rev-range <FROM:TO>': `m5_more` is no range: that is `from:to`, `from:` or `:to`
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]]);
    project.run(&["heads"]).is(&expect![[r#"
        m3_job (jobs) (head) (needed by another), jobs
        m6_merge (head) (merge point), merge
        [exit 0]
    "#]]);
    project
        .run(&["heads", "--resolve-dependencies"])
        .is(&expect![[r#"
            m6_merge (head) (merge point), merge
            [exit 0]
        "#]]);
    project.run(&["branches"]).is(&expect![[r#"
        base -> m1_start (branch point), start
          -> m2_left (left)
          -> m4_right
        [exit 0]
    "#]]);
    project.run(&["show", "m4"]).is(&expect![[r#"
        Revision: m4_right
        Revises:  m1_start
        Depends:  jobs
        Next:     m6_merge
        File:     src/m4_right.rs
        Message:  right
          ~ column user.bio: varchar -> text
        [exit 0]
    "#]]);
    project.run(&["show", "current"]).is(&expect![[r#"
        Revision: m2_left (left)
        Revises:  m1_start
        Next:     m5_more
        File:     src/m2_left.rs
        Message:  left
          + column user.bio: varchar
          + table  tag (2 columns)
        [exit 0]
    "#]]);
    project.run(&["show", "base"]).is(&expect![[r#"
        ! `base` is before the first revision
        [exit 0]
    "#]]);
    project.refuses(&["show", "nobody"]).is(&expect![[r#"
        ! error: `nobody` names no revision
        ! hint: `history` lists all revisions; among them are `m2_left`, `m3_job`, `m4_right`, `m5_more`, `m6_merge`
        [exit 2]
    "#]]);
}

#[test]
fn an_editor_gets_the_file() {
    let mut project = Project::of(&HISTORY);
    project.refuses(&["edit", "m2_left"]).is(&expect![[r#"
        ! error: nobody says which editor to use
        ! hint: set `EDITOR` or `VISUAL`, as in `EDITOR=nano`
        [exit 2]
    "#]]);
    project.set("EDITOR", "false");
    project.refuses(&["edit", "m2_left"]).is(&expect![[r#"
        ! error: the editor `false` ended with exit status: 1
        ! hint: it is what `VISUAL` or else `EDITOR` says
        [exit 2]
    "#]]);
    project.set("EDITOR", "echo open");
    project.run(&["edit", "m2_left"]).is(&expect![[r#"
        open src/m2_left.rs
        [exit 0]
    "#]]);
    project.set("VISUAL", "no-such-editor");
    project.refuses(&["edit", "head"]).is(&expect![[r#"
        ! error: `head` could be each of several heads: `m3_job`, `m6_merge`
        ! hint: `heads` means all of them, and `NAME@head` the one that follows on a revision or label; `merge` joins them, and `rebase` puts one on top of the other
        [exit 2]
    "#]]);
}

#[tokio::test]
async fn stamps() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = Project::of(&HISTORY).on(&scratch);
        project.run(&["stamp", "left", "jobs"]).is(&expect![[r#"
              + m1_start
              + m2_left
              + m3_job
            stamped, now at m2_left, m3_job
            [exit 0]
        "#]]);
        project.run(&["stamp", "m5_more"]).is(&expect![[r#"
              + m5_more
            stamped, now at m3_job, m5_more
            [exit 0]
        "#]]);
        project.run(&["stamp", "m1_start"]).is(&expect![[r#"
              - m5_more
              - m2_left
            stamped, now at m1_start, m3_job
            [exit 0]
        "#]]);
        project.run(&["stamp", "m1_start"]).is(&expect![[r#"
            nothing to write, at m1_start, m3_job
            [exit 0]
        "#]]);
        // Nothing was run.
        let (database, versions) = state(&scratch).await;
        assert_eq!(database.schema.tables.len(), 1);
        assert_eq!(versions, ["m1_start", "m3_job"]);
        // What nobody knows is in the way, until it is forgotten.
        project.lists(&HISTORY[..2]);
        project.refuses(&["stamp", "left"]).is(&expect![[r#"
            ! error: the database has a revision that this project does not know: `m3_job`
            ! hint: the database belongs to another project or to a newer version of this one, or files were deleted
            [exit 2]
        "#]]);
        project.run(&["stamp", "--purge", "left"]).is(&expect![[r#"
                  + m1_start
                  + m2_left
                stamped, now at m2_left
                [exit 0]
            "#]]);
        assert_eq!(state(&scratch).await.1, ["m1_start", "m2_left"]);
        project.run(&["stamp", "base"]).is(&expect![[r#"
              - m2_left
              - m1_start
            stamped, now at base
            [exit 0]
        "#]]);
    }
}

#[test]
fn heads_are_merged() {
    let project = Project::of(&HISTORY[..5]);
    project
        .refuses(&["merge", "m2_left", "m5_more"])
        .is(&expect![[r#"
            ! error: revision `m2_left` is not a head
            ! hint: nothing was written; `heads` lists the heads, and `--splice` takes a revision that others revise already
            [exit 2]
        "#]]);
    project.refuses(&["merge", "m5_more"]).is(&expect![[r#"
        ! error: there is nothing to merge: `m5_more` is all there is
        ! hint: `merge` joins several heads; `heads` lists them
        [exit 2]
    "#]]);
    let run = project.run(&[
        "merge",
        "m5_more",
        "m4_right",
        "-m",
        "join them",
        "--branch-label",
        "both",
    ]);
    run.is(&expect![[r#"
        wrote src/m[TIME]_join_them.rs
        updated src/lib.rs
        ! warning: both sides touch column `user.bio`
        !   m2_left: + column user.bio: varchar
        !   m4_right: ~ column user.bio: varchar -> text
        ! next: review the file, then run `upgrade`
        [exit 0]
    "#]]);
    let file = project.read(&format!("src/{}.rs", generated(&project, "join_them")));
    expect![[r#"
        //! join them
        //!
        //! Revision: m[TIME]_join_them
        //! Revises:  m5_more, m4_right
        //! Labels:   both
    "#]]
    .assert_eq(&super::without_times(
        file.split_once("//! Created:").unwrap().0,
    ));
}

#[test]
fn a_revision_goes_where_it_is_put() {
    let project = Project::of(&HISTORY[..5]);
    project
        .refuses(&["revision", "-m", "x", "--head", "m2_left"])
        .is(&expect![[r#"
            ! error: revision `m2_left` is not a head
            ! hint: nothing was written; `heads` lists the heads, and `--splice` takes a revision that others revise already
            [exit 2]
        "#]]);
    project
        .refuses(&[
            "revision",
            "-m",
            "x",
            "--head",
            "base",
            "--branch-label",
            "left",
        ])
        .is(&expect![[r#"
            ! error: `left` is a label or a revision already
            ! hint: nothing was written; a label is made of letters, digits, `_`, `.` and `/`, and is no word of its own, as `head`
            [exit 2]
        "#]]);
    project
        .refuses(&[
            "revision",
            "-m",
            "x",
            "--head",
            "base",
            "--branch-label",
            "a-b",
        ])
        .is(&expect![[r#"
            ! error: `a-b` cannot be a label
            ! hint: nothing was written; a label is made of letters, digits, `_`, `.` and `/`, and is no word of its own, as `head`
            [exit 2]
        "#]]);
    project
        .refuses(&[
            "revision", "-m", "x", "--head", "base", "--rev-id", "m2_left",
        ])
        .is(&expect![[r#"
            ! error: `m2_left` is a revision already
            ! hint: nothing was written; the name is that of a module: small letters, digits and `_`, as in `m0001_add_user`
            [exit 2]
        "#]]);
    project
        .refuses(&[
            "revision", "-m", "x", "--head", "base", "--rev-id", "2-left",
        ])
        .is(&expect![[r#"
            ! error: `2-left` cannot be the name of a revision
            ! hint: nothing was written; the name is that of a module: small letters, digits and `_`, as in `m0001_add_user`
            [exit 2]
        "#]]);
    project
        .refuses(&["revision", "-m", "x", "--head", "base", "--rev-id", "match"])
        .is(&expect![[r#"
            ! error: `match` cannot be the name of a revision
            ! hint: nothing was written; the name is that of a module: small letters, digits and `_`, as in `m0001_add_user`
            [exit 2]
        "#]]);
    for (arguments, expected) in [
        (&["--head", "left@head"][..], "Revises:  m5_more"),
        (&["--head", "m2_left", "--splice"], "Revises:  m2_left"),
        (
            &["--head", "base", "--depends-on", "jobs"],
            "Revises:  nothing\n//! Depends:  jobs",
        ),
        (
            &[
                "--head",
                "m4",
                "--depends-on",
                "more",
                "--branch-label",
                "x",
                "--rev-id",
                "m0007_x",
            ],
            "Revises:  m4_right\n//! Depends:  m5_more\n//! Labels:   x",
        ),
    ] {
        let run = project.run(&[&["revision", "-m", "put it", "--dry-run"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        assert!(
            run.stdout.contains(expected),
            "{arguments:?}: {}",
            run.stdout
        );
    }
    let run = project.run(&[
        "revision",
        "-m",
        "x",
        "--head",
        "left@head",
        "--rev-id",
        "m0007_x",
    ]);
    run.is(&expect![[r#"
        wrote src/m0007_x.rs
        updated src/lib.rs
        ! next: review the file, then run `upgrade`
        [exit 0]
    "#]]);
}

/// Heads that somebody edited, files that were copied or are gone.
#[test]
fn a_graph_that_is_none() {
    let refuses = |revisions: &[(&str, &str)]| {
        let project = Project::of(revisions);
        let run = project.refuses(&["history"]);
        for arguments in [&["heads"][..], &["revision", "-m", "x"], &["merge"]] {
            assert_eq!(
                project.refuses(arguments).stderr,
                run.stderr,
                "{arguments:?}"
            );
        }
        run
    };
    refuses(&[("m1", "a\nRevises: m2"), ("m2", "b\nRevises: m1")]).is(&expect![[r#"
        ! error: revisions come after each other in a circle: `m1` after `m2` after `m1`
        ! hint: nothing was done; correct what the heads of their files say behind `Revises:` and `Depends:`
        [exit 2]
    "#]]);
    refuses(&[
        ("m1", "a\nRevision: m1\nRevises: nothing"),
        ("m2", "a\nRevision: m1\nRevises: nothing"),
    ])
    .is(&expect![[r#"
        ! error: there are two revisions `m1` (`src/m1.rs`, `src/m2.rs`)
        ! hint: nothing was done; give one of them another name, in its head too
        [exit 2]
    "#]]);
    refuses(&[
        ("m1", "a\nRevises: nothing"),
        ("m2", "b\n\nRevision: m3\nRevises: m1"),
    ])
    .is(&expect![[r#"
        ! error: the head of `src/m2.rs` is not right: line 3: it says revision `m3`, and the file is `m2`'s
        ! hint: nothing was done; correct that line, or take the file back from version control
        [exit 2]
    "#]]);
    refuses(&[("m2", "b\nRevises: m1")]).is(&expect![[r#"
        ! error: revision `m2` comes after `m1`, which is no migration of this project (`src/m2.rs`)
        ! hint: nothing was done; take the file that is missing back from version control, or correct the head
        [exit 2]
    "#]]);
    refuses(&[
        ("m1", "a\nRevises: nothing"),
        ("m2", "b\nRevises: m1\nRevises: nothing"),
    ])
    .is(&expect![[r#"
        ! error: the head of `src/m2.rs` is not right: line 3: `Revises:` stands there a second time
        ! hint: nothing was done; correct that line, or take the file back from version control
        [exit 2]
    "#]]);
    refuses(&[
        ("m1", "a\nRevises: nothing\nLabels: x"),
        ("m2", "b\nRevises: m1\nLabels: x"),
    ])
    .is(&expect![[r#"
        ! error: the label `x` stands at `m1`, `m2`
        ! hint: nothing was done; correct `Labels:` in the head of the file
        [exit 2]
    "#]]);
}

#[test]
fn a_file_without_a_head_revises_the_one_before() {
    let project = Project::of(&[
        ("m1", "by hand"),
        ("m2", ""),
        ("m3", "x\nRevises: m1"),
        ("m4", "last"),
    ]);
    project.run(&["history"]).is(&expect![[r#"
        m3 -> m4 (head), last
        m1 -> m3, x
        m1 -> m2 (head)
        base -> m1 (branch point), by hand
        [exit 0]
    "#]]);
}

#[tokio::test]
async fn a_failure_says_where() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project =
            Project::of(&[("m1_first", ""), ("m2_broken", ""), ("m3_last", "")]).on(&scratch);
        let run = project.refuses(&["upgrade"]);
        match backend {
            Backend::Sqlite => run.is(&expect![[r#"
                ! upgrading m1_first
                ! upgrading m2_broken
                ! error: revision `m2_broken` failed on the way up: no such table: nowhere
                !   at: INSERT INTO nowhere (id) VALUES (1)
                !   this engine commits every statement by itself; these ran before it and stay:
                !     CREATE TABLE "m2_broken" ( "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT )
                ! hint: these ran before it and stay: m1_first; undo by hand what stays and run `upgrade` again, or do the rest by hand and run `stamp m2_broken`
                [exit 2]
            "#]]),
            Backend::Postgres => run.is(&expect![[r#"
                ! upgrading m1_first
                ! upgrading m2_broken
                ! error: revision `m2_broken` failed on the way up: relation "nowhere" does not exist
                !   at: INSERT INTO nowhere (id) VALUES (1)
                !   it was rolled back
                ! hint: these ran before it and stay: m1_first; mend it and run `upgrade` again, which goes on from there
                [exit 2]
            "#]]),
            Backend::MySql => run.is(&expect![[r#"
                ! upgrading m1_first
                ! upgrading m2_broken
                ! error: revision `m2_broken` failed on the way up: Table '[DATABASE].nowhere' doesn't exist
                !   at: INSERT INTO nowhere (id) VALUES (1)
                !   this engine commits every statement by itself; these ran before it and stay:
                !     CREATE TABLE `m2_broken` ( `id` int NOT NULL PRIMARY KEY AUTO_INCREMENT )
                ! hint: these ran before it and stay: m1_first; undo by hand what stays and run `upgrade` again, or do the rest by hand and run `stamp m2_broken`
                [exit 2]
            "#]]),
        };
        let (database, versions) = state(&scratch).await;
        assert_eq!(versions, ["m1_first"]);
        let stays = database
            .schema
            .tables
            .keys()
            .any(|table| table.name == "m2_broken");
        assert_eq!(stays, backend != Backend::Postgres);
        // The version table is true, and the next run goes on from there.
        if stays {
            assert_eq!(project.run(&["stamp", "m2_broken"]).code, Some(0));
        } else {
            project.lists(&[("m1_first", ""), ("m3_last", "")]);
        }
        let run = project.run(&["upgrade"]);
        assert_eq!(applied(&run.transcript()), "+m3_last");
        stands(&scratch).await;
    }
}

#[tokio::test]
async fn a_version_table_with_other_columns() {
    for backend in backends() {
        for (table, reads) in [
            ("CREATE TABLE seaql_migrations (id integer)", false),
            (
                "CREATE TABLE seaql_migrations (version varchar(50) NOT NULL PRIMARY KEY)",
                true,
            ),
            (
                "CREATE TABLE seaql_migrations (version varchar(50) NOT NULL PRIMARY KEY, applied_at bigint NOT NULL, who \
                 varchar(9) NOT NULL CHECK (length(who) > 0))",
                true,
            ),
        ] {
            let scratch = scratch(backend).await.unwrap();
            scratch.execute(table).await;
            let project = Project::of(&[("m1_first", "")]).on(&scratch);
            let run = project.refuses(&["upgrade"]);
            let start = match reads {
                true => {
                    "error: nothing was run: the version table `seaql_migrations` takes no row: "
                }
                false => "error: the version table cannot be read: ",
            };
            assert!(
                run.stderr.starts_with(start),
                "{table}: {}",
                run.transcript()
            );
            let (database, _) = match reads {
                true => state(&scratch).await,
                false => continue,
            };
            assert_eq!(database.schema.tables.len(), 1, "{table}");
        }
    }
}

#[tokio::test]
async fn killed_in_the_middle() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let names = [("m1_first", ""), ("m2_slow", ""), ("m3_last", "")];
        let mut project = Project::of(&names).on(&scratch);
        let mut command = project.command(&["upgrade"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Until the second is under way.
        let mut said = child.stderr.take().unwrap();
        let reader = thread::spawn(move || {
            let mut text = String::new();
            let mut byte = [0];
            while !text.contains("upgrading m2_slow")
                && std::io::Read::read(&mut said, &mut byte).unwrap() > 0
            {
                text.push(byte[0] as char);
            }
        });
        reader.join().unwrap();
        if backend != Backend::Postgres {
            let until = Instant::now() + Duration::from_secs(30);
            let is_there = async || {
                let db = scratch.connect().await;
                let asked = db.execute_unprepared("SELECT * FROM m2_slow").await;
                db.close().await.unwrap();
                asked.is_ok()
            };
            while !is_there().await {
                assert!(Instant::now() < until);
                thread::sleep(Duration::from_millis(50));
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let (_, versions) = state(&scratch).await;
        assert_eq!(versions, ["m1_first"]);
        project.set("SEADRIFT_FIXTURE_HURRY", "1");
        if backend != Backend::Postgres {
            // Nobody could take back what it had done, and the next run says what is in the way.
            let run = project.refuses(&["upgrade"]);
            assert!(
                run.stderr.contains("\n  at: CREATE TABLE "),
                "{}",
                run.transcript()
            );
            scratch.execute("DROP TABLE m2_slow").await;
        }
        let run = project.run(&["upgrade"]);
        assert_eq!(
            applied(&run.transcript()),
            "+m2_slow +m3_last",
            "{}",
            run.transcript()
        );
        assert_eq!(stands(&scratch).await, "m1_first m2_slow m3_last");
    }
}

/// Two branches on one revision, whose heads somebody merged; only one of them is anywhere yet.
const FORKED: [(&str, &str); 4] = [
    (
        "m20260101_000000_start",
        "start\n\nRevision: m20260101_000000_start\nRevises:  nothing",
    ),
    (
        "m20260102_000000_mine",
        "mine\n\nRevision: m20260102_000000_mine\nRevises:  m20260101_000000_start\n\nChanges\n    + column user.bio: varchar",
    ),
    (
        "m20260103_000000_more",
        "more\n\nRevision: m20260103_000000_more\nRevises:  m20260102_000000_mine",
    ),
    (
        "m20260104_000000_theirs",
        "theirs\n\nRevision: m20260104_000000_theirs\nRevises:  m20260101_000000_start\n\nChanges\n    - table  user (6 columns)",
    ),
];

#[tokio::test]
async fn a_branch_is_put_on_the_other() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = Project::of(&FORKED).on(&scratch);
        project.refuses(&["rebase"]).is(&expect![[r#"
            ! error: cannot rebase: it could be `rebase m20260103_000000_more --onto m20260104_000000_theirs` or `rebase m20260104_000000_theirs --onto m20260103_000000_more`
            ! hint: nothing was written; `history` shows the branches, and `merge` joins them as they are
            [exit 2]
        "#]]);
        assert_eq!(project.run(&["upgrade", "theirs"]).code, Some(0));
        project.refuses(&["rebase", "theirs"]).is(&expect![[r#"
            ! error: cannot rebase: the database has `m20260104_000000_theirs` already
            ! hint: nothing was written; `history` shows the branches, and `merge` joins them as they are
            [exit 2]
        "#]]);
        project.refuses(&["rebase", "mine"]).is(&expect![[r#"
            ! error: revision `m20260102_000000_mine` is not a head
            ! hint: nothing was written; `heads` lists the heads, and `--splice` takes a revision that others revise already
            [exit 2]
        "#]]);
        let run = project.run(&["rebase"]);
        run.is(&expect![[r#"
            m20260102_000000_mine is m[TIME]_mine now
            m20260103_000000_more is m[TIME]_more now
            wrote src/m[TIME]_mine.rs
            wrote src/m[TIME]_more.rs
            wrote src/lib.rs
            ! warning: both sides touch table `user`
            !   m20260104_000000_theirs: - table  user (6 columns)
            !   m20260102_000000_mine: + column user.bio: varchar
            ! their statements are as they were: look whether they still fit, run `upgrade`, and let `check` say what is left
            [exit 0]
        "#]]);
        let (mine, more) = (generated(&project, "_mine"), generated(&project, "_more"));
        assert!(*"m20260104_000000_theirs" < *mine && mine < more);
        // The files, the list and the program say the same.
        let library = project.read("src/lib.rs");
        let listed = seadrift_render::migrator::list(&library, &|_| None).unwrap();
        let listed: Vec<_> = listed.iter().filter_map(|one| one.name()).collect();
        let names = [
            "m20260101_000000_start",
            "m20260104_000000_theirs",
            &mine,
            &more,
        ];
        assert_eq!(listed, names);
        super::message::is_formatted(&project.path("src/lib.rs"));
        project.set("SEADRIFT_FIXTURE_REVISIONS", &names.join(" "));
        project.refuses(&["rebase"]).is(&expect![[r#"
            ! error: cannot rebase: there is no other head to put it on
            ! hint: nothing was written; `history` shows the branches, and `merge` joins them as they are
            [exit 2]
        "#]]);
        project.run(&["history"]).is(&expect![[r#"
            m[TIME]_mine -> m[TIME]_more (head), more
            m20260104_000000_theirs -> m[TIME]_mine, mine
            m20260101_000000_start -> m20260104_000000_theirs, theirs
            base -> m20260101_000000_start, start
            [exit 0]
        "#]]);
        let run = project.run(&["upgrade"]);
        assert_eq!(
            applied(&run.transcript()),
            super::without_times(&format!("+{mine} +{more}"))
        );
        stands(&scratch).await;
    }
}

/// A database that goes away between two statements.
#[tokio::test]
async fn a_connection_that_breaks_in_the_middle() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        let names = [("m1_first", ""), ("m2_second", ""), ("m3_third", "")];
        let whole = {
            let scratch = scratch(backend).await.unwrap();
            let way = Way::new(scratch.url(), usize::MAX);
            let project = Project::of(&names).with_url(&way.url);
            assert_eq!(project.run(&["upgrade"]).code, Some(0));
            way.answered.load(Ordering::Relaxed)
        };
        for part in [4, 5, 6, 7, 8, 9] {
            let scratch = scratch(backend).await.unwrap();
            let way = Way::new(scratch.url(), whole * part / 10);
            let project = Project::of(&names).with_url(&way.url);
            let run = project.run(&["upgrade"]);
            assert_eq!(run.code, Some(2), "{}", run.transcript());
            let (database, versions) = state(&scratch).await;
            let is_there = |name: &&str| {
                database
                    .schema
                    .tables
                    .keys()
                    .any(|table| table.name == **name)
            };
            let there: Vec<_> = names
                .iter()
                .map(|(name, _)| *name)
                .filter(is_there)
                .collect();
            // What is written down was run. More than that ran only where a statement is for good at once.
            assert!(
                there.starts_with(&versions.iter().map(String::as_str).collect::<Vec<_>>()),
                "{there:?} {versions:?}"
            );
            match backend {
                Backend::Postgres => assert_eq!(there, versions),
                _ => assert!(there.len() <= versions.len() + 1, "{there:?} {versions:?}"),
            }
            let project = project.with_url(scratch.url());
            if there.len() > versions.len() {
                assert_eq!(
                    project.run(&["stamp", there[there.len() - 1]]).code,
                    Some(0)
                );
            }
            assert_eq!(project.run(&["upgrade"]).code, Some(0));
            stands(&scratch).await;
        }
    }
}

/// The same on a terminal, where there is one to be had: the branches are drawn.
#[test]
fn a_terminal_shows_the_graph() {
    let project = Project::of(&HISTORY);
    let alone = project.command(&[]);
    let program = alone.get_program().to_str().unwrap();
    // `script` runs a command on a terminal of its own.
    let mut script = Command::new("script");
    script
        .args(["-qec", &format!("'{program}' history"), "/dev/null"])
        .current_dir(project.path("."))
        .env_clear();
    for (name, value) in alone.get_envs() {
        script.envs(value.map(|value| (name, value)));
    }
    let Ok(output) = script.env("TERM", "xterm").output() else {
        eprintln!("skipped: no `script` to make a terminal with");
        return;
    };
    let shown = String::from_utf8(output.stdout).unwrap().replace('\r', "");
    expect![[r#"
        ●  m5_more, m4_right -> m6_merge (head) (merge point), merge
        ├─┐
        ● │  m2_left -> m5_more, more
        │ ●  m1_start -> m4_right, right
        │ │ ●  base -> m3_job (jobs) (head) (needed by another), jobs
        ● │  m1_start -> m2_left (left), left
        ├─┘
        ●  base -> m1_start (branch point), start
    "#]]
    .assert_eq(&shown);
}

/// The revision of this slug.
fn generated(project: &Project, slug: &str) -> String {
    let mut names = project.files().into_keys().filter_map(|path| {
        let name = path.file_stem()?.to_str()?.to_owned();
        name.ends_with(slug).then_some(name)
    });
    names.next().unwrap()
}
