//! Messages that a file is named after and that stand in it.

use std::path::Path;
use std::process::Command;

use expect_test::expect;

use super::project::Project;

#[test]
fn a_message_without_a_letter() {
    let project = Project::new("blog", 0);
    for message in ["", " ", "…", "../..", "日本", "'; --"] {
        project
            .refuses(&["revision", "-m", message])
            .replaced(format!("message `{message}`"), "message `[MESSAGE]`")
            .is(&expect![[r#"
                ! error: the message `[MESSAGE]` has no letter and no digit that a file name could be made of
                ! hint: say in a few words what changes: `-m "add user table"`
                [exit 2]
            "#]]);
    }
}

#[test]
fn no_message() {
    let project = Project::new("blog", 0);
    project.refuses(&["revision"]).is(&expect![[r#"
        ! error: the following required arguments were not provided:
        !   --message <TEXT>
        !
        ! Usage: fixture revision --message <TEXT>
        !
        ! For more information, try '--help'.
        [exit 2]
    "#]]);
}

#[test]
fn a_hostile_message() {
    let long = "long ".repeat(60);
    let one_word = "x".repeat(300);
    for message in [
        "../x",
        "/etc/passwd",
        "C:\\x",
        ".hidden",
        "-rf",
        "don't \"do\" that",
        "first\nsecond\n\n//! third",
        "carriage\rreturn\r\nand newline",
        "a */ b /* c",
        "`x` ${y} $(z) {{ w }} {% v %}",
        "tab\tand \u{1b}[31mred\u{1b}[0m and \u{7f}",
        "right \u{202e}to left\u{2066} and \u{200b}nothing\u{feff}",
        "line\u{2028}separator\u{85}next",
        "mod",
        "lib",
        "&lt; <b> & 'x'",
        "trailing space ",
        "trailing backslash \\",
        &long,
        &one_word,
    ] {
        let project = Project::new("blog", 0);
        let before = project.files();
        let run = project.run(&["revision", &format!("--message={message}")]);
        assert_eq!(run.code, Some(0), "{message:?}: {}", run.transcript());

        let name = project.generated();
        let is_plain = name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        assert!(is_plain && name.len() <= 80, "{name}");
        assert!(project.path("src").join(format!("{name}.rs")).is_file());
        assert_eq!(project.files().len(), before.len() + 1, "{message:?}");
        is_formatted(&project.path("src/lib.rs"));
        head_compiles(&project.read(&format!("src/{name}.rs")));
    }
}

#[test]
fn two_in_one_second() {
    let project = Project::new("blog", 0);
    for _ in 0..4 {
        assert_eq!(project.run(&["revision", "-m", "same"]).code, Some(0));
    }
    // `lib.rs` too.
    assert_eq!(project.files().len(), 5);
    is_formatted(&project.path("src/lib.rs"));
    project.run(&["history"]).is(&expect![[r#"
        ! there are no revisions yet
        [exit 0]
    "#]]);
}

/// The list in `lib.rs` is as rustfmt has it, whatever the lengths of the names in it.
#[test]
fn a_list_of_any_lengths() {
    for length in [1, 13, 20, 21, 22, 23, 40] {
        let project = Project::new("blog", 0);
        for letter in ["a", "b", "c"] {
            let run = project.run(&["revision", "-m", &letter.repeat(length)]);
            assert_eq!(run.code, Some(0), "{}", run.transcript());
            is_formatted(&project.path("src/lib.rs"));
        }
    }
}

/// As `cargo fmt` would have it, which also follows the modules.
pub fn is_formatted(file: &Path) {
    for edition in ["2021", "2024"] {
        let output = Command::new("rustfmt")
            .args([
                "--check",
                "--config-path",
                "/dev/null",
                "--edition",
                edition,
            ])
            .arg(file)
            .output()
            .expect("rustfmt comes with the toolchain");
        assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// The comment that the file starts with, which rustc refuses where it could mislead a reader.
pub fn head_compiles(source: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lib.rs");
    let head = source.split_once("\nuse ").unwrap().0;
    std::fs::write(&file, head).unwrap();
    let output = Command::new("rustc")
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=metadata",
            "-Dwarnings",
        ])
        .arg("--out-dir")
        .args([folder.path(), &file])
        .output()
        .expect("rustc comes with the toolchain");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{head}");
}
