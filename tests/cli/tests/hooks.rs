//! Hooks of git: by the real pre-commit, and plain ones by `just install-hooks`, on real repositories.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::expect;
use seadrift_testkit::Backend;

use super::check::in_step;
use super::project::Project;
use super::run::Run;

/// The folder of the programs that `scripts/test` installs; `None`, said on stderr, where there are none. A panic then when
/// `CI=true`.
fn tools() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools/bin");
    let folder = env::var_os("SEADRIFT_TEST_TOOLS").map_or(beside.into(), PathBuf::from);
    let is_there = ["pre-commit", "just"]
        .iter()
        .all(|name| folder.join(name).is_file());
    if is_there {
        return Some(folder);
    }
    let is_ci = env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(
        !is_ci,
        "CI=true, and no `pre-commit` and `just` in {}",
        folder.display()
    );
    eprintln!("skipped: no `pre-commit` and `just`; scripts/test installs them");
    None
}

/// A project that is in step, in a repository of its own.
struct Repository {
    project: Project,
    path: String,
}

impl Repository {
    async fn new(tools: &Path) -> Self {
        let (_scratch, project) = in_step(Backend::Sqlite).await;
        fs::create_dir(project.path(".bin")).unwrap();
        symlink(
            env!("CARGO_BIN_EXE_hand-over"),
            project.path(".bin/seadrift"),
        )
        .unwrap();
        project.write(".gitignore", ".*\n!.pre-commit-config.yaml\n");
        let path = format!(
            "{}:{}:{}",
            project.path(".bin").display(),
            tools.display(),
            env::var("PATH").unwrap()
        );
        let repository = Self { project, path };
        repository.does("git", &["init", "-q"]);
        repository
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Run {
        self.run_in(&self.project.path(""), program, arguments)
    }

    fn run_in(&self, folder: &Path, program: &str, arguments: &[&str]) -> Run {
        let home = self.project.path(".home");
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", &home)
            .env("PRE_COMMIT_HOME", home.join("pre-commit"))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "me")))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "me@localhost")));
        self.project.finish(&mut command)
    }

    fn does(&self, program: &str, arguments: &[&str]) -> Run {
        let run = self.run(program, arguments);
        assert_eq!(
            run.code,
            Some(0),
            "{program} {arguments:?}: {}",
            run.transcript()
        );
        run
    }

    /// Commits everything, if the hooks let it.
    fn commit(&self) -> Run {
        self.does("git", &["add", "-A"]);
        self.run("git", &["commit", "-q", "-m", "more"])
    }
}

const REVISION: &str = "m20260103_000000_drop_posts";

/// A migration as it is generated that drops a table, with `allowed` in its head, and in the list and the lock.
fn drop_posts(project: &Project, allowed: &str) {
    let head = format!(
        "//! drop posts\n//!\n//! Revision: {REVISION}\n//! Revises:  m20260102_000000_create_post\n\
         //! Created:  2026-01-03 00:00:00 UTC, seadrift 0.1.0, SQLite 3.51.3\n{allowed}//!\n//! Changes\n//!     - table  post\n\
         //!\n//! Hazards\n//!     deletes-data  post: dropping the table deletes its rows, and `down` cannot bring them back\n\n\
         use sea_orm_migration::prelude::*;\n"
    );
    project.write(&format!("src/{REVISION}.rs"), head);
    let library = project.read("src/lib.rs");
    if !library.contains(REVISION) {
        let library = seadrift_render::migrator::add(&library, REVISION).unwrap();
        project.write("src/lib.rs", library);
    }
    let update = project.in_place(&["lock", "update"]);
    assert_eq!(update.code, Some(0), "{}", update.transcript());
}

/// What the hooks let pass, and what they do not.
fn stops_what_is_not_in_step(repository: &Repository) {
    let project = &repository.project;
    // The first commit of all.
    let first = repository.commit();
    assert_eq!(first.code, Some(0), "{}", first.transcript());

    let fine = project.read("entity/src/user.rs");
    project.write_entities(&["user_with_bio", "post"]);
    let drift = repository.commit();
    assert_eq!(drift.code, Some(1), "{}", drift.transcript());
    let said = drift.transcript();
    assert!(
        said.contains("drift: the entities declare what no migration brings"),
        "{said}"
    );
    assert!(said.contains("+ column user.bio: varchar"), "{said}");
    project.write("entity/src/user.rs", fine);

    drop_posts(project, "");
    let risk = repository.commit();
    assert_eq!(risk.code, Some(1), "{}", risk.transcript());
    let said = risk.transcript();
    assert!(
        said.contains("post: dropping the table deletes its rows"),
        "{said}"
    );
    assert!(said.contains("nothing is said about a backup"), "{said}");
    drop_posts(project, "//! Allowed:  deletes-data, no-backup\n");
    let meant = repository.commit();
    assert_eq!(meant.code, Some(0), "{}", meant.transcript());

    // What is committed is no longer new.
    project.write("entity/src/more.rs", "// nothing\n");
    let again = repository.commit();
    assert_eq!(again.code, Some(0), "{}", again.transcript());
}

/// The hooks of this repository, as another one takes them by its address.
#[tokio::test]
async fn by_pre_commit() {
    let Some(tools) = tools() else { return };
    let repository = Repository::new(&tools).await;
    let hooks = repository.project.path(".hooks");
    fs::create_dir(&hooks).unwrap();
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.pre-commit-hooks.yaml");
    fs::copy(list, hooks.join(".pre-commit-hooks.yaml")).unwrap();
    for arguments in [
        &["init", "-q"][..],
        &["add", "-A"],
        &["commit", "-q", "-m", "hooks"],
    ] {
        let run = repository.run_in(&hooks, "git", arguments);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
    }
    let revision = repository.run_in(&hooks, "git", &["rev-parse", "HEAD"]);
    let config = format!(
        "repos:\n  - repo: file://{}\n    rev: {}\n    hooks:\n      - id: seadrift-check\n      - id: seadrift-lint\n",
        hooks.display(),
        revision.stdout.trim()
    );
    repository.project.write(".pre-commit-config.yaml", config);
    let list = repository.does(
        "pre-commit",
        &["validate-manifest", ".hooks/.pre-commit-hooks.yaml"],
    );
    assert_eq!(list.transcript(), "[exit 0]\n");
    repository.does("pre-commit", &["install"]);
    stops_what_is_not_in_step(&repository);
    let all = repository.does("pre-commit", &["run", "--all-files"]);
    all.is(&expect![[r#"
        entities and migrations are in step......................................Passed
        what new migrations risk is meant........................................Passed
        [exit 0]
    "#]]);
}

/// The local hooks that `init` writes.
#[tokio::test]
async fn by_init() {
    let Some(tools) = tools() else { return };
    let repository = Repository::new(&tools).await;
    let config = repository.project.read(".pre-commit-config.yaml");
    assert!(config.contains("id: seadrift-lint"), "{config}");
    repository.does("pre-commit", &["install"]);
    stops_what_is_not_in_step(&repository);
}

/// A plain hook, by the recipe that `init` writes.
#[tokio::test]
async fn by_just() {
    let Some(tools) = tools() else { return };
    let repository = Repository::new(&tools).await;
    repository.does("just", &["install-hooks"]).is(&expect![[r#"
        wrote .git/hooks/pre-commit
        [exit 0]
    "#]]);
    stops_what_is_not_in_step(&repository);
    repository.run("just", &["install-hooks"]).is(&expect![[r#"
        ! left as it is: .git/hooks/pre-commit is there already
        ! error: recipe `install-hooks` failed with exit code 1
        [exit 1]
    "#]]);
}

/// The examples of the page are YAML, and say what seadrift takes.
#[test]
fn the_examples() {
    let Some(tools) = tools() else { return };
    let page =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ci.md")).unwrap();
    let blocks: Vec<_> = page
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(blocks.len(), 3);
    let mut commands = 0;
    let project = Project::new("blog", 0);
    for block in blocks {
        project.write("block.yaml", block);
        let load = "import yaml; assert yaml.safe_load(open('block.yaml'))";
        let mut python = Command::new(tools.join("python"));
        let run = project.finish(python.args(["-c", load]).current_dir(project.path("")));
        assert_eq!(run.code, Some(0), "{block}: {}", run.transcript());
        for line in block.lines() {
            let Some((_, words)) = line.split_once("seadrift ") else {
                continue;
            };
            // GitHub's own expressions are one word to it.
            let words = words.replace("${{ github.base_ref }}", "main");
            let words = words.split(" > ").next().unwrap().split_whitespace();
            let mut words: Vec<_> = words.collect();
            words.push("--help");
            let run = project.in_place(&words);
            assert_eq!(run.code, Some(0), "{line}: {}", run.transcript());
            commands += 1;
        }
    }
    assert_eq!(commands, 6);
}
