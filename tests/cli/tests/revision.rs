//! Revisions that are pending, unknown, ambiguous, or fail.

use expect_test::expect;
use seadrift_testkit::{Backend, backends, scratch};

use super::project::{Project, state};

#[tokio::test]
async fn pending() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("blog", 2).on(&scratch);
        let before = state(&scratch).await;
        project
            .refuses(&["revision", "--autogenerate", "-m", "x"])
            .is(&expect![[r#"
                ! error: target database is not up to date
                ! hint: run `upgrade` first; pending: m20260101_000000_create_user, m20260102_000000_create_post
                [exit 2]
            "#]]);
        project.run(&["current"]).is(&expect![[r#"
            base (2 pending)
            [exit 0]
        "#]]);
        project.run(&["check"]).is(&expect![[r#"
            pending: m20260101_000000_create_user, m20260102_000000_create_post
            not compared: there is no lock file, and revisions are pending
            [exit 0]
        "#]]);
        assert_eq!(state(&scratch).await, before);
        assert_eq!(project.run(&["upgrade", "+1"]).code, Some(0));
        project
            .refuses(&["revision", "--autogenerate", "-m", "x"])
            .is(&expect![[r#"
                ! error: target database is not up to date
                ! hint: run `upgrade` first; pending: m20260102_000000_create_post
                [exit 2]
            "#]]);
    }
}

#[tokio::test]
async fn in_the_database_alone() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = Project::new("blog", 2).on(&scratch);
        assert_eq!(project.run(&["upgrade"]).code, Some(0));
        project.know(1);
        let before = state(&scratch).await;
        let expected = expect![[r#"
            ! error: the database has a revision that this project does not know: `m20260102_000000_create_post`
            ! hint: the database belongs to another project or to a newer version of this one, or files were deleted
            [exit 2]
        "#]];
        for arguments in [
            &["check"][..],
            &["current"],
            &["upgrade"],
            &["downgrade", "-1"],
            &["downgrade", "base"],
            &["revision", "--autogenerate", "-m", "x"],
        ] {
            project.refuses(arguments).is(&expected);
        }
        project.know(0);
        project.refuses(&["upgrade"]).is(&expect![[r#"
            ! error: the database has 2 revisions that this project does not know: `m20260101_000000_create_user`, `m20260102_000000_create_post`
            ! hint: the database belongs to another project or to a newer version of this one, or files were deleted
            [exit 2]
        "#]]);
        assert_eq!(state(&scratch).await, before);
    }
}

#[tokio::test]
async fn symbols() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 2).on(&scratch);
    assert_eq!(project.run(&["upgrade", "+1"]).code, Some(0));
    let before = state(&scratch).await;
    for (arguments, expected) in [
        (
            ["upgrade", "nonsense"],
            expect![[r#"
                ! error: `nonsense` names no revision
                ! hint: `history` lists all revisions; among them are `m20260101_000000_create_user`, `m20260102_000000_create_post`
                [exit 2]
            "#]],
        ),
        (
            ["upgrade", "create"],
            expect![[r#"
            ! error: `create` names several revisions: `m20260101_000000_create_user`, `m20260102_000000_create_post`
            [exit 2]
        "#]],
        ),
        (
            ["upgrade", ""],
            expect![[r#"
                ! error: `` names no revision
                ! hint: `history` lists all revisions; among them are `m20260101_000000_create_user`, `m20260102_000000_create_post`
                [exit 2]
            "#]],
        ),
        (
            ["upgrade", "%"],
            expect![[r#"
                ! error: `%` names no revision
                ! hint: `history` lists all revisions; among them are `m20260101_000000_create_user`, `m20260102_000000_create_post`
                [exit 2]
            "#]],
        ),
        (
            ["upgrade", "base"],
            expect![[r#"
                ! error: `base` is not a target here
                ! hint: `upgrade` takes `head`, `heads`, `+N`, or a revision
                [exit 2]
            "#]],
        ),
        (
            ["upgrade", "-1"],
            expect![[r#"
            ! error: unexpected argument '-1' found
            !
            !   tip: to pass '-1' as a value, use '-- -1'
            !
            ! Usage: fixture upgrade [OPTIONS] [REV]
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]],
        ),
        (
            ["upgrade", "+2"],
            expect![[r#"
                ! error: there is 1 revision to go up, not 2
                [exit 2]
            "#]],
        ),
        (
            ["upgrade", "+99999999999999999999999"],
            expect![[r#"
                ! error: `+99999999999999999999999` names no revision
                ! hint: `history` lists all revisions; among them are `m20260101_000000_create_user`, `m20260102_000000_create_post`
                [exit 2]
            "#]],
        ),
        (
            ["downgrade", "head"],
            expect![[r#"
                ! error: `head` is not a target here
                ! hint: `downgrade` takes `base`, `-N`, or a revision, which itself stays applied
                [exit 2]
            "#]],
        ),
        (
            ["downgrade", "+1"],
            expect![[r#"
                ! error: `+1` is not a target here
                ! hint: `downgrade` takes `base`, `-N`, or a revision, which itself stays applied
                [exit 2]
            "#]],
        ),
        (
            ["downgrade", "-2"],
            expect![[r#"
                ! error: there is 1 revision to go down, not 2
                [exit 2]
            "#]],
        ),
        (
            ["downgrade", "create_post"],
            expect![[r#"
            ! error: `m20260102_000000_create_post` is not applied, so there is no way down to it
            [exit 2]
        "#]],
        ),
        (
            ["downgrade", "m2026010"],
            expect![[r#"
            ! error: `m2026010` names several revisions: `m20260101_000000_create_user`, `m20260102_000000_create_post`
            [exit 2]
        "#]],
        ),
    ] {
        project.refuses(&arguments).is(&expected);
    }
    // A deployment that says where it wants to be may be run again.
    project.run(&["upgrade", "create_user"]).is(&expect![[r#"
        nothing to apply
        [exit 0]
    "#]]);
    assert_eq!(state(&scratch).await, before);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    project
        .refuses(&["upgrade", "create_user"])
        .is(&expect![[r#"
            ! error: `m20260101_000000_create_user` is applied already, so there is no way up to it
            [exit 2]
        "#]]);
}

#[tokio::test]
async fn there_and_back() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("blog", 2).on(&scratch);
        for (arguments, expected) in [
            (
                &["current"][..],
                expect![[r#"
                base (2 pending)
                [exit 0]
            "#]],
            ),
            (
                &["upgrade", "create_u"],
                expect![[r#"
                applied 1 revision, now at m20260101_000000_create_user
                ! upgrading m20260101_000000_create_user
                [exit 0]
            "#]],
            ),
            (
                &["current"],
                expect![[r#"
                m20260101_000000_create_user (1 pending)
                [exit 0]
            "#]],
            ),
            (
                &["upgrade"],
                expect![[r#"
                applied 1 revision, now at m20260102_000000_create_post
                ! upgrading m20260102_000000_create_post
                [exit 0]
            "#]],
            ),
            (
                &["upgrade"],
                expect![[r#"
                nothing to apply
                [exit 0]
            "#]],
            ),
            (
                &["check"],
                expect![[r#"
                no drift
                [exit 0]
            "#]],
            ),
            (
                &["history"],
                expect![[r#"
                m20260101_000000_create_user -> m20260102_000000_create_post (head), create post
                base -> m20260101_000000_create_user, create user
                [exit 0]
            "#]],
            ),
            (
                &["downgrade", "m20260101"],
                expect![[r#"
                reversed 1 revision, now at m20260101_000000_create_user
                ! downgrading m20260102_000000_create_post
                [exit 0]
            "#]],
            ),
            (
                &["downgrade", "-0"],
                expect![[r#"
                nothing to reverse
                [exit 0]
            "#]],
            ),
            (
                &["downgrade", "base"],
                expect![[r#"
                reversed 1 revision, now at base
                ! downgrading m20260101_000000_create_user
                [exit 0]
            "#]],
            ),
            (
                &["downgrade", "base"],
                expect![[r#"
                nothing to reverse
                [exit 0]
            "#]],
            ),
            (
                &["up"],
                expect![[r#"
                applied 2 revisions, now at m20260102_000000_create_post
                ! upgrading m20260101_000000_create_user
                ! upgrading m20260102_000000_create_post
                [exit 0]
            "#]],
            ),
        ] {
            project.run(arguments).is(&expected);
        }
    }
}

#[tokio::test]
async fn one_that_fails() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("blog", 3).on(&scratch);
        let run = project.refuses(&["upgrade"]).without(scratch.url());
        match backend {
            Backend::Sqlite => run.is(&expect![[r#"
                ! upgrading m20260101_000000_create_user
                ! upgrading m20260102_000000_create_post
                ! upgrading m20260103_000000_stumble
                ! error: revision `m20260103_000000_stumble` failed on the way up: no such table: no_such_table
                !   at: UPDATE no_such_table SET a = 1
                !   this engine commits every statement by itself; these ran before it and stay:
                !     CREATE TABLE "left_behind" ( "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT )
                ! hint: these ran before it and stay: m20260101_000000_create_user, m20260102_000000_create_post; undo by hand what stays and run `upgrade` again, or do the rest by hand and run `stamp m20260103_000000_stumble`
                [exit 2]
            "#]]),
            Backend::Postgres => run.is(&expect![[r#"
                ! upgrading m20260101_000000_create_user
                ! upgrading m20260102_000000_create_post
                ! upgrading m20260103_000000_stumble
                ! error: revision `m20260103_000000_stumble` failed on the way up: relation "no_such_table" does not exist
                !   at: UPDATE no_such_table SET a = 1
                !   it was rolled back
                ! hint: these ran before it and stay: m20260101_000000_create_user, m20260102_000000_create_post; mend it and run `upgrade` again, which goes on from there
                [exit 2]
            "#]]),
            Backend::MySql => run.is(&expect![[r#"
                ! upgrading m20260101_000000_create_user
                ! upgrading m20260102_000000_create_post
                ! upgrading m20260103_000000_stumble
                ! error: revision `m20260103_000000_stumble` failed on the way up: Table '[DATABASE].no_such_table' doesn't exist
                !   at: UPDATE no_such_table SET a = 1
                !   this engine commits every statement by itself; these ran before it and stay:
                !     CREATE TABLE `left_behind` ( `id` int NOT NULL PRIMARY KEY AUTO_INCREMENT )
                ! hint: these ran before it and stay: m20260101_000000_create_user, m20260102_000000_create_post; undo by hand what stays and run `upgrade` again, or do the rest by hand and run `stamp m20260103_000000_stumble`
                [exit 2]
            "#]]),
        };
        let (database, versions) = state(&scratch).await;
        assert_eq!(
            versions,
            [
                "m20260101_000000_create_user",
                "m20260102_000000_create_post"
            ]
        );
        let is_left = database
            .schema
            .tables
            .keys()
            .any(|table| table.name == "left_behind");
        assert_eq!(is_left, backend != Backend::Postgres, "{backend}");
    }
}
