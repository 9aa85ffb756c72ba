//! A project whose migrations are Rust and SQL, built by cargo as its users do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{
    quickstart::{alone, in_a_project_of_its_own},
    run::Run,
};

struct Project(PathBuf);

impl Project {
    fn runs(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hand-over"));
        command.args(arguments).current_dir(&self.0);
        in_a_project_of_its_own(&mut command).env("DATABASE_URL", "sqlite://app.db?mode=rwc");
        Run::new(command.output().unwrap())
    }

    fn does(&self, arguments: &[&str]) -> String {
        let run = self.runs(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
        run.transcript()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join("migration/src").join(name)
    }

    fn append(&self, name: &str, text: &str) {
        let path = self.path(name);
        let before = fs::read_to_string(&path).unwrap();
        fs::write(path, before + text).unwrap();
    }
}

#[test]
fn the_migration_crate_runs_all() {
    let _alone = alone();
    let folder = TempDir::new().unwrap();
    let outside = Project(folder.path().to_owned());
    outside.does(&["init", "app"]);
    let project = Project(folder.path().join("app"));
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    fs::copy(workspace, project.0.join("Cargo.lock")).unwrap();
    project.does(&[
        "revision",
        "--autogenerate",
        "-m",
        "create user",
        "--rev-id",
        "m1_user",
    ]);
    project.does(&[
        "revision", "-m", "log", "--format", "sql", "--rev-id", "m2_log",
    ]);
    project.append("m2_log/up.sql", "\nCREATE TABLE log (id INTEGER);\n");
    project.append("m2_log/down.sql", "\nDROP TABLE log;\n");
    let up = project.does(&["upgrade"]);
    assert!(up.contains("applied 2 revisions, now at m2_log"), "{up}");
    project.does(&["downgrade", "m1_user"]);

    // What is in a file is compiled in: another text is another program.
    project.append("m2_log/up.sql", "INSERT INTO nowhere VALUES (1);\n");
    let failed = project.runs(&["upgrade"]);
    assert_eq!(failed.code, Some(2));
    let said = failed.stderr;
    assert!(
        said.contains("at m2_log/up.sql:8: INSERT INTO nowhere VALUES (1)"),
        "{said}"
    );

    // What is wrong with a folder is an error of the compiler.
    fs::write(project.path("m2_log/up.postgre.sql"), "").unwrap();
    project.append("lib.rs", "\n");
    let mut build = Command::new(env!("CARGO"));
    build
        .args(["check", "--quiet", "-p", "migration"])
        .current_dir(&project.0);
    let output = in_a_project_of_its_own(&mut build).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("`up.postgre.sql` names no engine that there is"),
        "{said}"
    );
}
