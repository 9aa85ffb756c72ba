//! `lib.rs` files that a migration cannot be added to.

use std::fs;

use expect_test::expect;
use seadrift_testkit::{Backend, scratch};

use super::project::{LIBRARY, Project};

#[tokio::test]
async fn what_no_migration_can_be_added_to() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let a_function = LIBRARY.replace("vec![]", "list()");
    let in_a_variable = LIBRARY.replace("vec![]", "let list = list();\n        list");
    let in_another_file = "mod migrator;\n\npub use migrator::Migrator;\n".to_owned();
    let conflict = format!("<<<<<<< ours\n{LIBRARY}=======\n>>>>>>> theirs\n");
    for (library, expected) in [
        (
            String::new(),
            expect![[r#"
            ! error: cannot add the migration to `src/lib.rs`: it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`
            ! hint: nothing was written; the list should look like `fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![…] }`
            [exit 2]
        "#]],
        ),
        (
            a_function,
            expect![[r#"
            ! error: cannot add the migration to `src/lib.rs`: it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`
            ! hint: nothing was written; the list should look like `fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![…] }`
            [exit 2]
        "#]],
        ),
        (
            in_a_variable,
            expect![[r#"
            ! error: cannot add the migration to `src/lib.rs`: it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`
            ! hint: nothing was written; the list should look like `fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![…] }`
            [exit 2]
        "#]],
        ),
        (
            in_another_file,
            expect![[r#"
            ! error: cannot add the migration to `src/lib.rs`: it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`
            ! hint: nothing was written; the list should look like `fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![…] }`
            [exit 2]
        "#]],
        ),
        (
            LIBRARY.replace("fn migrations", "fn migrations("),
            expect![[r#"
                ! error: cannot add the migration to `src/lib.rs`: it is not Rust: cannot parse string into token stream (line 10)
                ! hint: nothing was written; the crate has to build first
                [exit 2]
            "#]],
        ),
        (
            conflict,
            expect![[r#"
            ! error: cannot add the migration to `src/lib.rs`: it has the marks of a merge conflict (line 1)
            ! hint: nothing was written; resolve the conflict first
            [exit 2]
        "#]],
        ),
        (
            "\u{feff}fn main() {}".to_owned(),
            expect![[r#"
            ! error: cannot add the migration to `src/lib.rs`: it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`
            ! hint: nothing was written; the list should look like `fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![…] }`
            [exit 2]
        "#]],
        ),
    ] {
        let project = Project::new("blog", 0).on(&scratch);
        project.write("src/lib.rs", library);
        let empty = project.refuses(&["revision", "-m", "x"]).is(&expected);
        let generated = project.refuses(&["revision", "--autogenerate", "-m", "x"]);
        assert_eq!(generated.transcript(), empty.transcript());
        let dry = project.refuses(&["revision", "-m", "x", "--dry-run"]);
        assert_eq!(dry.transcript(), empty.transcript());
    }
}

#[test]
fn what_is_no_text() {
    let project = Project::new("blog", 0);
    project.write("src/lib.rs", b"// \xff\xfe\n");
    project.refuses(&["revision", "-m", "x"]).is(&expect![[r#"
        ! error: cannot read `src/lib.rs`: stream did not contain valid UTF-8
        [exit 2]
    "#]]);
}

#[test]
fn no_library() {
    let project = Project::new("blog", 2);
    fs::remove_file(project.path("src/lib.rs")).unwrap();
    project.refuses(&["revision", "-m", "x"]).is(&expect![[r#"
        ! error: no migration crate is found: there is no `src/lib.rs` in `migration` or `.`
        ! hint: run this in the project, or pass `--migrations DIR`
        [exit 2]
    "#]]);
    project
        .refuses(&["revision", "-m", "x", "--migrations", "."])
        .is(&expect![[r#"
            ! error: no migration crate is found: there is no `src/lib.rs` in `.`
            ! hint: run this in the project, or pass `--migrations DIR`
            [exit 2]
        "#]]);
    project
        .refuses(&["revision", "-m", "x", "--migrations", "no/such/folder"])
        .is(&expect![[r#"
            ! error: no migration crate is found: there is no `src/lib.rs` in `no/such/folder`
            ! hint: run this in the project, or pass `--migrations DIR`
            [exit 2]
        "#]]);
    project
        .refuses(&["check", "--migrations", "src/lib.rs"])
        .is(&expect![[r#"
            ! error: no migration crate is found: there is no `src/lib.rs` in `src/lib.rs`
            ! hint: run this in the project, or pass `--migrations DIR`
            [exit 2]
        "#]]);
    // What a deployed program can do without sources.
    project.run(&["history"]).is(&expect![[r#"
        m20260101_000000_create_user -> m20260102_000000_create_post (head)
        base -> m20260101_000000_create_user
        [exit 0]
    "#]]);
}

/// Whichever of the crate's folders is named, its lock is the same one.
#[test]
fn a_folder_may_be_the_crate_or_its_sources() {
    let project = Project::new("blog", 0).with_url("sqlite::memory:");
    let mut locks = vec![];
    for folder in ["", ".", "src", "./src/"] {
        let mut arguments = vec!["revision", "--autogenerate", "-m", "x"];
        if !folder.is_empty() {
            arguments.extend(["--migrations", folder]);
        }
        let run = project.run(&arguments);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        locks.push(seadrift_schema::lock::read(&project.read("seadrift.lock")).unwrap());
        fs::remove_file(project.path("seadrift.lock")).unwrap();
    }
    assert!(locks.windows(2).all(|two| two[0] == two[1]));
    // `lib.rs` and four migrations.
    assert_eq!(project.files().len(), 5);
}

/// A folder of another name may hold the sources alone, with the lock beside them.
#[test]
fn a_folder_of_migrations() {
    let project = Project::new("blog", 0).with_url("sqlite::memory:");
    fs::rename(project.path("src"), project.path("steps")).unwrap();
    let run = project.run(&[
        "revision",
        "--autogenerate",
        "-m",
        "x",
        "--migrations",
        "steps",
    ]);
    run.is(&expect![[r#"
        wrote steps/m[TIME]_x.rs
        updated steps/lib.rs
        updated steps/seadrift.lock
          + table  user (3 columns)
          + index  user (email) unique
          + table  post (3 columns)
        Verified: up, then down, left no difference on a scratch database.
        ! next: review the file, then run `upgrade`
        [exit 0]
    "#]]);
    assert!(project.path("steps/seadrift.lock").is_file());
}
