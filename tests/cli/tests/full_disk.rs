//! A disk that fills up while files are written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::expect;

use super::project::Project;

/// With a limit on the size of a file, as `ulimit` has it.
#[test]
fn a_file_that_becomes_too_long() {
    let comment = "// What a long file is made of.\n".repeat(500);
    for (kilobytes, comment, expected) in [
        // Two tables are more than a kilobyte.
        (
            "1",
            "",
            expect![[r#"
            ! error: cannot write `src/m[TIME]_x.rs`: File too large (os error 27); nothing was changed
            [exit 2]
        "#]],
        ),
        (
            "8",
            comment.as_str(),
            expect![[r#"
            ! error: cannot write `src/lib.rs`: File too large (os error 27); nothing was changed
            [exit 2]
        "#]],
        ),
    ] {
        let mut project = Project::new("blog", 0).with_url("sqlite::memory:");
        project.write(
            "src/lib.rs",
            format!("{comment}{}", project.read("src/lib.rs")),
        );
        project.write("seadrift.lock", "version = 1\n");
        let limited = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\"");
        project.wrap(&["bash", "-c", &limited, "bash"]);
        project
            .refuses(&["revision", "--autogenerate", "-m", "x"])
            .is(&expected);
    }
}

/// A real one, small and ever less full, until everything fits.
#[test]
fn a_small_disk() {
    let project = Project::new("blog", 0).with_url("sqlite::memory:");
    let library = project.read("src/lib.rs");
    let Some(disk) = Disk::mount(project.path(".")) else {
        eprintln!("skipped: no disk of a small size can be mounted here");
        return;
    };
    fs::create_dir(disk.0.join("src")).unwrap();
    fs::write(disk.0.join("src/lib.rs"), library).unwrap();
    let mut refused = 0;
    for free in 0..16 {
        disk.fill_but(free);
        let before = project.files();
        let run = project.run(&["revision", "--autogenerate", "-m", "x"]);
        if run.code == Some(0) {
            break;
        }
        refused += 1;
        assert!(project.files() == before, "{}", run.transcript());
        assert!(
            run.stderr
                .contains("No space left on device (os error 28); nothing was changed"),
            "{}",
            run.transcript()
        );
    }
    // The migration, `lib.rs` and the lock.
    assert!(refused >= 3, "{refused}");
    assert!(project.path("seadrift.lock").is_file());
    drop(disk);
}

/// A disk of a few pages, until this is dropped.
struct Disk(PathBuf);

impl Disk {
    const PAGE: usize = 4096;

    fn mount(folder: PathBuf) -> Option<Self> {
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=128k", "tmpfs"])
            .arg(&folder)
            .output()
            .is_ok_and(|output| output.status.success());
        done.then_some(Self(folder))
    }

    /// Leaves so many pages free.
    fn fill_but(&self, free: usize) {
        let ballast = self.0.join("ballast");
        let mut pages = 0;
        fs::write(&ballast, "").unwrap();
        while append(&ballast, Self::PAGE) {
            pages += 1;
        }
        let file = fs::File::options().write(true).open(&ballast).unwrap();
        file.set_len((pages - free) as u64 * Self::PAGE as u64)
            .unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let output = Command::new("umount").arg(&self.0).output();
        if !output.is_ok_and(|output| output.status.success()) {
            eprintln!("{} stays mounted", self.0.display());
        }
    }
}

/// Whether so many bytes more fit into the file.
fn append(file: &Path, bytes: usize) -> bool {
    use std::io::Write as _;
    let mut file = fs::File::options().append(true).open(file).unwrap();
    file.write_all(&vec![0; bytes]).is_ok()
}
