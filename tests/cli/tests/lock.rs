//! Lock files that cannot be read.

use std::fs;

use expect_test::expect;
use seadrift_testkit::{Backend, backends, scratch};

use super::project::{Project, state};

#[tokio::test]
async fn what_is_no_lock() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let mut project = Project::new("blog", 0).on(&scratch);
    assert_eq!(
        project.run(&["revision", "--autogenerate", "-m", "x"]).code,
        Some(0)
    );
    let lock = project.read("seadrift.lock");
    project.declare("bio");
    let before = state(&scratch).await;
    let conflict = lock.replacen(
        "[[table]]",
        "<<<<<<< ours\n[[table]]\n=======\n>>>>>>> theirs",
        1,
    );
    for (text, expected) in [
        (
            String::new(),
            expect![[r#"
                ! error: cannot read the lock file `seadrift.lock`: TOML parse error at line 1, column 1
                !   |
                ! 1 |
                !   | ^
                ! missing field `version`
                ! hint: nothing was written; take the file back from version control, or what was edited in it by hand
                [exit 2]
            "#]],
        ),
        (
            "version = 2\nnew = \"format\"\n".to_owned(),
            expect![[r#"
            ! error: cannot read the lock file `seadrift.lock`: it has version 2, and this seadrift reads versions up to 1
            ! hint: nothing was written; use the version of seadrift that wrote the file, or a newer one
            [exit 2]
        "#]],
        ),
        (
            "version = 0\n".to_owned(),
            expect![[r#"
            ! error: cannot read the lock file `seadrift.lock`: it has version 0, and this seadrift reads versions up to 1
            ! hint: nothing was written; use the version of seadrift that wrote the file, or a newer one
            [exit 2]
        "#]],
        ),
        (
            conflict,
            expect![[r#"
                ! error: cannot read the lock file `seadrift.lock`: a merge left its marks in it, the first in line 11
                ! hint: nothing was written; `merge` and `rebase` take both sides as they bring the branches together, and `lock merge` does no more than that
                [exit 2]
            "#]],
        ),
        (
            lock[..lock.len() / 2].to_owned(),
            expect![[r#"
                ! error: cannot read the lock file `seadrift.lock`: TOML parse error at line 16, column 17
                !    |
                ! 16 |     { name = "ti
                !    |                 ^
                ! unclosed inline table, expected `}`
                ! hint: nothing was written; take the file back from version control, or what was edited in it by hand
                [exit 2]
            "#]],
        ),
        (
            lock.replace("name = \"id\"", "nome = \"id\""),
            expect![[r#"
                ! error: cannot read the lock file `seadrift.lock`: TOML parse error at line 14, column 7
                !    |
                ! 14 |     { nome = "id", type = "integer", auto_increment = true },
                !    |       ^^^^
                ! unknown field `nome`, expected one of `name`, `type`, `nullable`, `auto_increment`, `default`, `identity`, `generated`, `collation`, `on_update`, `comment`, `extra`, `renamed_from`
                ! hint: nothing was written; take the file back from version control, or what was edited in it by hand
                [exit 2]
            "#]],
        ),
        (
            lock.replace("type = \"integer\"", "type = \"no such type\""),
            expect![[r#"
                ! error: cannot read the lock file `seadrift.lock`: TOML parse error at line 14, column 27
                !    |
                ! 14 |     { name = "id", type = "no such type", auto_increment = true },
                !    |                           ^^^^^^^^^^^^^^
                ! `no such type` is not a column type
                ! hint: nothing was written; take the file back from version control, or what was edited in it by hand
                [exit 2]
            "#]],
        ),
        (
            "\0".to_owned(),
            expect![[r#"
                ! error: cannot read the lock file `seadrift.lock`: TOML parse error at line 1, column 2
                !   |
                ! 1 |
                !   |  ^
                ! key with no value, expected `=`
                ! hint: nothing was written; take the file back from version control, or what was edited in it by hand
                [exit 2]
            "#]],
        ),
    ] {
        project.write("seadrift.lock", text);
        let check = project.refuses(&["check"]).is(&expected);
        let revision = project.refuses(&["revision", "--autogenerate", "-m", "y"]);
        assert_eq!(revision.transcript(), check.transcript());
    }
    assert_eq!(state(&scratch).await, before);
}

/// A table twice, as a careless merge leaves it.
#[tokio::test]
async fn a_table_twice() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("blog", 0).on(&scratch);
    assert_eq!(
        project.run(&["revision", "--autogenerate", "-m", "x"]).code,
        Some(0)
    );
    let lock = project.read("seadrift.lock");
    let (_, tables) = lock.split_once("[[table]]").unwrap();
    project.write("seadrift.lock", format!("{lock}\n[[table]]{tables}"));
    project.refuses(&["check"]).is(&expect![[r#"
        ! error: cannot read the lock file `seadrift.lock`: it has table `post` twice
        ! hint: nothing was written; take the file back from version control, or what was edited in it by hand
        [exit 2]
    "#]]);
}

#[test]
fn what_is_no_file() {
    let project = Project::new("blog", 0).with_url("sqlite::memory:");
    fs::create_dir(project.path("seadrift.lock")).unwrap();
    project
        .refuses(&["revision", "--autogenerate", "-m", "x"])
        .is(&expect![[r#"
            ! error: cannot read `seadrift.lock`: Is a directory (os error 21)
            [exit 2]
        "#]]);
    fs::remove_dir(project.path("seadrift.lock")).unwrap();
    project.write("seadrift.lock", b"# \xff\n");
    project
        .refuses(&["revision", "--autogenerate", "-m", "x"])
        .is(&expect![[r#"
            ! error: cannot read `seadrift.lock`: stream did not contain valid UTF-8
            [exit 2]
        "#]]);
}

/// What a link points to is written, and the link stays.
#[test]
fn a_link_stays_a_link() {
    let project = Project::new("blog", 0).with_url("sqlite::memory:");
    project.write("elsewhere.lock", "version = 1\n");
    std::os::unix::fs::symlink("elsewhere.lock", project.path("seadrift.lock")).unwrap();
    let run = project.run(&["revision", "--autogenerate", "-m", "x"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    assert!(project.path("seadrift.lock").is_symlink());
    assert!(project.read("elsewhere.lock").contains("name = \"user\""));
}

/// One that points to nothing is no reason to write somewhere else.
#[test]
fn a_link_to_nothing() {
    let project = Project::new("blog", 0).with_url("sqlite::memory:");
    std::os::unix::fs::symlink("nowhere.lock", project.path("seadrift.lock")).unwrap();
    project.run(&["revision", "--autogenerate", "-m", "x"]);
    assert!(project.path("seadrift.lock").is_symlink());
}

/// The lock of a revision whose files are gone says that what it dropped is dropped.
#[tokio::test]
async fn what_a_deleted_revision_dropped_is_not_forgotten() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::sql(&[]).on(&scratch);
        let revision = |name: &str| {
            project.in_place(&["revision", "--autogenerate", "-m", name, "--rev-id", name])
        };
        project.write_entities(&["user", "post"]);
        assert_eq!(revision("m1_create").code, Some(0));
        assert_eq!(project.in_place(&["upgrade"]).code, Some(0));
        let lock = project.read("migrations/seadrift.lock");
        project.write_entities(&["user"]);
        let first = revision("m2_drop");
        assert!(first.stdout.contains("- table  post"), "{}", first.stdout);
        fs::remove_dir_all(project.path("migrations/m2_drop")).unwrap();
        let before = project.files();
        for arguments in [
            &["revision", "--autogenerate", "-m", "again"][..],
            &["revision", "-m", "empty"],
        ] {
            project.in_place(arguments).is(&expect![[r#"
                ! error: the lock file `migrations/seadrift.lock` knows migrations that are gone: `m2_drop`
                ! hint: nothing was written, as the lock would have what they did: to write them anew, take back the lock from before them from version control; if they are to stay, take back their files; if they are to go, and what they did is done, run `lock update`
                [exit 2]
            "#]]);
        }
        assert!(project.files() == before);
        // What the hint says first: with the lock from before, all of it comes again.
        project.write("migrations/seadrift.lock", lock);
        let again = revision("m2_again");
        assert!(again.stdout.contains("- table  post"), "{}", again.stdout);
        // And last: who wants it gone says so.
        fs::remove_dir_all(project.path("migrations/m2_again")).unwrap();
        assert_eq!(project.in_place(&["lock", "update"]).code, Some(0));
        assert_eq!(revision("m2_other").code, Some(0));
    }
}

/// A file that got another name is not gone.
#[tokio::test]
async fn a_renamed_revision_is_there() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::sql(&[]).on(&scratch);
    project.write_entities(&["user"]);
    let revision = |name: &str| project.in_place(&["revision", "-m", name, "--rev-id", name]);
    let first = project.in_place(&["revision", "--autogenerate", "-m", "a", "--rev-id", "m1_a"]);
    assert_eq!(first.code, Some(0), "{}", first.transcript());
    fs::rename(
        project.path("migrations/m1_a"),
        project.path("migrations/m1_b"),
    )
    .unwrap();
    for file in ["up.sql", "down.sql"] {
        let path = format!("migrations/m1_b/{file}");
        project.write(&path, project.read(&path).replace("m1_a", "m1_b"));
    }
    let next = revision("m2_next");
    assert_eq!(next.code, Some(0), "{}", next.transcript());
}
