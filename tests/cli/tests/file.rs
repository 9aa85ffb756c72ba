//! Folders and files that cannot be written.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use expect_test::expect;

use super::project::Project;

/// A project whose program runs as a user for whom permissions count.
fn as_a_user(project: &mut Project, reachable: &Path) {
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if is_root {
        fs::set_permissions(reachable, Permissions::from_mode(0o755)).unwrap();
        project.copy_program(reachable);
        project.wrap(&[
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
        ]);
    }
}

fn set_mode(project: &Project, name: &str, mode: u32) {
    fs::set_permissions(project.path(name), Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_read_only_folder() {
    let reachable = tempfile::tempdir().unwrap();
    let mut project = Project::new("blog", 0).with_url("sqlite::memory:");
    as_a_user(&mut project, reachable.path());
    set_mode(&project, "src", 0o555);
    project.refuses(&["revision", "-m", "x"]).is(&expect![[r#"
        ! error: cannot write `src/m[TIME]_x.rs`: Permission denied (os error 13); nothing was changed
        [exit 2]
    "#]]);
    project
        .refuses(&["revision", "--autogenerate", "-m", "x"])
        .is(&expect![[r#"
            ! error: cannot write `src/m[TIME]_x.rs`: Permission denied (os error 13); nothing was changed
            [exit 2]
        "#]]);
    set_mode(&project, "src", 0o755);
}

/// The folder of the lock, after the migration's own could be written.
#[test]
fn a_read_only_folder_of_the_lock() {
    let reachable = tempfile::tempdir().unwrap();
    let mut project = Project::new("blog", 0).with_url("sqlite::memory:");
    as_a_user(&mut project, reachable.path());
    set_mode(&project, "src", 0o777);
    set_mode(&project, ".", 0o555);
    project
        .refuses(&["revision", "--autogenerate", "-m", "x"])
        .is(&expect![[r#"
            ! error: cannot write `seadrift.lock`: Permission denied (os error 13); nothing was changed
            [exit 2]
        "#]]);
    set_mode(&project, ".", 0o755);
}

#[test]
fn a_read_only_file() {
    let project = Project::new("blog", 0).with_url("sqlite::memory:");
    set_mode(&project, "src/lib.rs", 0o444);
    project.refuses(&["revision", "-m", "x"]).is(&expect![[r#"
        ! error: cannot write `src/lib.rs`: it is read-only; nothing was changed
        [exit 2]
    "#]]);
    set_mode(&project, "src/lib.rs", 0o644);
    project.write("seadrift.lock", "version = 1\n");
    set_mode(&project, "seadrift.lock", 0o444);
    project
        .refuses(&["revision", "--autogenerate", "-m", "x"])
        .is(&expect![[r#"
            ! error: cannot write `seadrift.lock`: it is read-only; nothing was changed
            [exit 2]
        "#]]);
}

#[test]
fn a_file_that_may_not_be_read() {
    let reachable = tempfile::tempdir().unwrap();
    let mut project = Project::new("blog", 0).with_url("sqlite::memory:");
    as_a_user(&mut project, reachable.path());
    let refuses = |arguments: &[&str]| {
        let run = project.run(arguments);
        assert_eq!(run.code, Some(2), "{}", run.transcript());
        run
    };
    set_mode(&project, "src/lib.rs", 0o000);
    refuses(&["revision", "-m", "x"]).is(&expect![[r#"
        ! error: cannot read `src/lib.rs`: Permission denied (os error 13)
        [exit 2]
    "#]]);
    set_mode(&project, "src/lib.rs", 0o644);
    project.write("seadrift.lock", "version = 1\n");
    set_mode(&project, "seadrift.lock", 0o000);
    refuses(&["check"]).is(&expect![[r#"
        ! error: cannot read `seadrift.lock`: Permission denied (os error 13)
        [exit 2]
    "#]]);
}

/// What is written keeps the permissions of what was there.
#[test]
fn permissions_stay() {
    let project = Project::new("blog", 0);
    set_mode(&project, "src/lib.rs", 0o664);
    assert_eq!(project.run(&["revision", "-m", "x"]).code, Some(0));
    let mode = fs::metadata(project.path("src/lib.rs"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o664);
}
