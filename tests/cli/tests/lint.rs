//! What revisions risk, and what about them is no good habit: `lint`.

use std::process::Command;

use expect_test::expect;
use seadrift_testkit::{Backend, backends, scratch};

use super::check::{found_by, in_step, lines};
use super::project::Project;
use super::scripted;

const FIRST: (&str, &str, &str, &str) = (
    "m20260103_000000_first",
    "add the rest",
    "CREATE TABLE cake (id integer NOT NULL PRIMARY KEY, name varchar(255) NOT NULL)\nCREATE INDEX by_name ON cake (name)",
    "DROP TABLE cake",
);

/// A project with two migrations of the fixture, the first of these, and one that does `up` and `down`.
fn project_with(backend: Backend, head: &str, up: &str, down: &str) -> Project {
    let mut project = Project::new("blog", 2);
    project.writes(&[FIRST, ("m20260104_000000_by_hand", head, up, down)]);
    project.set(
        "DATABASE_URL",
        &format!("{}://localhost/nobody", scheme(backend)),
    );
    project
}

fn scheme(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
        Backend::MySql => "mysql",
    }
}

fn found(project: &Project, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["lint", "--format", "json"];
    all.extend(arguments);
    let findings = found_by(&project.run(&all));
    let lines = lines(&findings).into_iter();
    lines.map(|line| line.replacen(" error ", " ", 1)).collect()
}

/// No server is asked: what the SQL of each engine is, is known without one.
#[test]
fn each_is_found_once_and_may_be_allowed() {
    const REVISION: &str = "m20260104_000000_by_hand";
    let long = "n".repeat(70);
    let long_index = format!("CREATE INDEX {long} ON cake (id)");
    let drop_long_index = format!("DROP INDEX {long}");
    for backend in backends() {
        for (up, down, code, what) in [
            (
                "ALTER TABLE cake DROP COLUMN name",
                "ALTER TABLE cake ADD COLUMN name integer",
                "deletes-data",
                "cake: dropping `name` deletes what it holds, and `down` cannot bring it back",
            ),
            (
                "ALTER TABLE cake ADD COLUMN size integer NOT NULL",
                "ALTER TABLE cake DROP COLUMN size",
                "adds-required-column",
                "cake: ",
            ),
            (
                "ALTER TABLE cake RENAME COLUMN name TO title",
                "ALTER TABLE cake RENAME COLUMN title TO name",
                "renames-column",
                "cake: ",
            ),
            (
                "DELETE FROM cake WHERE id = 7",
                "SELECT 1",
                "deletes-data",
                "cake: deleting rows of it, and `down` cannot bring them back",
            ),
            (
                "ALTER TABLE cake ADD COLUMN size integer\nUPDATE cake SET name = 'x'",
                "ALTER TABLE cake DROP COLUMN size",
                "mixes-data-and-schema",
                "it changes tables, and rows of cake",
            ),
            (
                "ALTER TABLE cake ADD COLUMN size integer",
                "",
                "no-down",
                "its `down` is empty",
            ),
            (
                "ALTER TABLE cake ADD COLUMN size integer",
                "FAIL",
                "no-down",
                "its `down` does nothing but fail",
            ),
            (
                "ALTER TABLE cake ADD COLUMN size integer",
                "PANIC",
                "no-down",
                "its `down` does nothing but fail",
            ),
            (&long_index, &drop_long_index, "long-name", "`nnnnnnnnnn"),
        ] {
            let is_here = match code {
                "long-name" => backend != Backend::Sqlite,
                _ => true,
            };
            let arguments = [REVISION];
            let project = project_with(backend, "do it", up, down);
            let expected = format!("{code} {REVISION}: {what}");
            let mut findings = found(&project, &arguments);
            // PostgreSQL keeps others waiting while it makes an index.
            findings.retain(|one| !one.starts_with("locks-table"));
            assert_eq!(
                findings.len(),
                usize::from(is_here),
                "{backend:?} {up}: {findings:?}"
            );
            assert!(
                findings.iter().all(|one| one.starts_with(&expected)),
                "{findings:?}"
            );
            if !is_here {
                continue;
            }
            let allow = [REVISION, "--allow", code, "--allow", "locks-table"];
            assert_eq!(found(&project, &allow), [""; 0], "{backend:?} {up}");
            let head = format!("do it\n\nAllowed: {code}, locks-table");
            let project = project_with(backend, &head, up, down);
            assert_eq!(found(&project, &arguments), [""; 0], "{backend:?} {up}");
            // What the config lets pass, the command line denies.
            let project = project_with(backend, "do it", up, down);
            let config = format!("[hazards]\nallow = [\"{code}\", \"locks-table\"]\n");
            project.write("seadrift.toml", config);
            assert_eq!(found(&project, &arguments), [""; 0], "{backend:?} {up}");
            assert_eq!(
                found(&project, &[REVISION, "--deny", code]).len(),
                1,
                "{up}"
            );
        }
    }
}

#[test]
fn dropped_tables_and_messages() {
    for backend in backends() {
        let drop = ("DROP TABLE cake", FIRST.2);
        let both = [
            "deletes-data m20260104_000000_by_hand: cake: dropping the table deletes its rows, and `down` cannot bring them back",
            "no-backup m20260104_000000_by_hand: cake: the table is dropped, and nothing is said about a backup",
        ];
        let project = project_with(backend, "drop it", drop.0, drop.1);
        assert_eq!(found(&project, &["m20260104"]), both);
        let project = project_with(
            backend,
            "drop it\n\nA backup is in the safe.",
            drop.0,
            drop.1,
        );
        assert_eq!(found(&project, &["m20260104"]), both[..1]);

        let add = "ALTER TABLE cake ADD COLUMN size integer";
        let back = "ALTER TABLE cake DROP COLUMN size";
        let head = "\n\nRevision: m20260104_000000_by_hand\nRevises: m20260103_000000_first";
        let project = project_with(backend, head, add, back);
        let empty = "empty-message m20260104_000000_by_hand: the first line of its head is empty";
        assert_eq!(found(&project, &["m20260104"]), [empty]);
        let mut project = Project::new("blog", 0);
        project.writes(&[(
            "m20260105_000000",
            "",
            "CREATE TABLE a (id integer)",
            "DROP TABLE a",
        )]);
        let empty =
            "empty-message m20260105_000000: neither its head nor its name says what it is for";
        let dialect = scripted::dialect(backend);
        assert_eq!(found(&project, &["--dialect", dialect]), [empty]);
    }
}

/// Those that are pending, or new, or named, or all.
#[tokio::test]
async fn which_revisions() {
    for backend in backends() {
        let (_scratch, mut project) = in_step(backend).await;
        let second = (
            "m20260104_000000_second",
            "second",
            "DROP TABLE post",
            "SELECT 1",
        );
        let third = (
            "m20260105_000000_third",
            "third",
            "ALTER TABLE cake DROP COLUMN name",
            "ALTER TABLE cake ADD COLUMN name integer",
        );
        project.writes(&[FIRST, second]);
        let upgrade = project.run(&["upgrade"]);
        assert_eq!(upgrade.code, Some(0), "{}", upgrade.transcript());
        project.writes(&[FIRST, second, third]);
        let revisions = |arguments: &[&str]| {
            let mut names: Vec<_> = found(&project, arguments)
                .iter()
                .map(|line| line.split([' ', ':']).nth(1).unwrap().to_owned())
                .collect();
            names.sort();
            names.dedup();
            names
        };
        assert_eq!(revisions(&[]), ["m20260105_000000_third"]);
        assert_eq!(revisions(&["second"]), ["m20260104_000000_second"]);
        assert_eq!(revisions(&["m20260104", "head"]).len(), 2);
        assert_eq!(revisions(&["--all"]).len(), 2);
        let lock = project.run(&["lock", "update"]);
        assert_eq!(lock.code, Some(0), "{}", lock.transcript());
        assert_eq!(revisions(&["--since", "seadrift.lock"]), [""; 0]);

        // What was new when the lock was committed.
        let without = project.read("seadrift.lock");
        let without: String = without
            .lines()
            .filter(|line| !line.contains("_third"))
            .map(|line| format!("{line}\n"))
            .collect();
        project.write("before.lock", without);
        assert_eq!(
            revisions(&["--since", "before.lock"]),
            ["m20260105_000000_third"]
        );
        git(&project, &["init", "-q"]);
        git(&project, &["add", "-A"]);
        assert_eq!(
            revisions(&["--since", "before.lock"]),
            ["m20260105_000000_third"]
        );
        git(&project, &["commit", "-q", "-m", "all"]);
        assert_eq!(revisions(&["--since", "HEAD"]), [""; 0]);

        let unknown = project.refuses(&["lint", "m1999"]);
        assert!(
            unknown.stderr.starts_with("error: "),
            "{}",
            unknown.transcript()
        );
        assert!(unknown.stderr.contains("m1999"), "{}", unknown.transcript());
        let unknown = project.refuses(&["lint", "--since", "nowhere"]);
        assert!(
            unknown.stderr.contains("`nowhere` is neither"),
            "{}",
            unknown.transcript()
        );
        let unknown = project.refuses(&["lint", "--deny", "deletes-dat"]);
        assert!(
            unknown.stderr.contains("the nearest is `deletes-data`"),
            "{}",
            unknown.transcript()
        );
    }
}

fn git(project: &Project, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=me", "-c", "user.email=me@localhost"])
        .args(arguments)
        .current_dir(project.path(""));
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What cannot be known is said.
#[test]
fn what_is_not_looked_at() {
    for backend in backends() {
        let project = project_with(backend, "go", "FROBNICATE cake", "SELECT 1");
        project.run(&["lint", "m20260104"]).is(&expect![[r#"
            not looked at: m20260104_000000_by_hand: it is not understood: FROBNICATE cake
            no findings in 1 revision
            [exit 0]
        "#]]);
        let project = project_with(backend, "go", "PANIC", "PANIC");
        let run = project.run(&["lint", "m20260104"]);
        assert_eq!(run.code, Some(1), "{}", run.transcript());
        let line = "not looked at: m20260104_000000_by_hand: what comes after: it fails without a database: it panics\n";
        assert!(run.stdout.contains(line), "{}", run.transcript());
        let project = project_with(backend, "go", "DROP TABLE cake", "SELECT 1");
        project
            .in_place(&["lint", "--no-build", "m20260104"])
            .is(&expect![[r#"
            not looked at: m20260104_000000_by_hand: its SQL, which only a build tells
            no findings in 1 revision
            [exit 0]
        "#]]);
    }
    // A migration crate that does not call seadrift tells nothing by being built.
    let project = project_with(Backend::Sqlite, "go", "DROP TABLE cake", "SELECT 1");
    let manifest = "[package]\nname = \"migration\"\n\n[dependencies]\nsea-orm-migration = \"2\"\n";
    project.write("Cargo.toml", manifest);
    project.in_place(&["lint", "m20260104"]).is(&expect![[r#"
        not looked at: m20260104_000000_by_hand: its SQL, which only a build tells
        no findings in 1 revision
        [exit 0]
    "#]]);
    let project = Project::new("blog", 2);
    project.refuses(&["lint"]).is(&expect![[r#"
        ! error: nobody says for which engine the SQL is to be
        ! hint: pass `--dialect postgres`, `mysql`, `mariadb` or `sqlite`, or a database URL
        [exit 2]
    "#]]);
}

/// The head of a generated file and its SQL tell the same, and it is told once; the head alone is enough where it is as it was written.
#[tokio::test]
async fn generated_files() {
    for backend in backends() {
        let database = scratch(backend).await.unwrap();
        let project = Project::new("blog", 0).on(&database);
        let first = project.run(&["revision", "--autogenerate", "-m", "make all"]);
        assert_eq!(first.code, Some(0), "{}", first.transcript());
        let (code, heads) = (project.generated(), ["lint", "--no-build", "--all"]);
        project.in_place(&heads).is(&expect![[r#"
            no findings in 1 revision
            [exit 0]
        "#]]);
        let path = format!("src/{code}.rs");
        let source = project.read(&path);
        let head = "//! Hazards\n//!     deletes-data  post: dropping the table deletes its rows\n//!\n//! Verified";
        let with_hazard = source.replacen("//! Verified", head, 1).replacen(
            "//! Changes\n",
            "//! Changes\n//!     - table  post\n",
            1,
        );
        assert_ne!(with_hazard, source);
        project.write(&path, with_hazard);
        assert_eq!(project.in_place(&["lock", "update"]).code, Some(0));
        let run = project
            .in_place(&["lint", "--no-build", "--all"])
            .replaced(&code, "[REVISION]");
        run.is(&expect![[r#"
            deletes-data: revisions have this hazard
              m[TIME]_make_all: post: dropping the table deletes its rows (src/m[TIME]_make_all.rs:14)
            no-backup: revisions drop a table and say nothing about a backup
              m[TIME]_make_all: post: the table is dropped, and nothing is said about a backup (src/m[TIME]_make_all.rs:51)
            ! hint: docs/hazards/deletes-data.md of seadrift tells what to do; where it is meant, say so in the head of the file: `Allowed: deletes-data`
            ! hint: say in a comment of the file where a backup is, or that none is needed
            [exit 1]
        "#]]);
    }
}

/// By-hand migrations of all kinds are read on every engine, and nothing of them is passed over in silence.
#[test]
fn migrations_by_hand() {
    for backend in backends() {
        let dialect = ["lint", "--all", "--dialect", scripted::dialect(backend)];
        let mut command = scripted::command("by-hand", "", &dialect);
        let project = Project::new("blog", 0);
        let run = project.finish(command.current_dir(project.path("")));
        let expected = match backend {
            Backend::Sqlite => expect![[r#"
                deletes-data: revisions have this hazard
                  m20260102_000000_rows: slice: deleting rows of it, and `down` cannot bring them back
                ! hint: make sure that nobody misses them, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data`
                [exit 1]
            "#]],
            Backend::Postgres => expect![[r#"
                builds-index: revisions have this hazard
                  m20260104_000000_outside: slice: building the index `idx-slice-cake` reads the table twice, and waits for every transaction that is under way
                deletes-data: revisions have this hazard
                  m20260102_000000_rows: slice: deleting rows of it, and `down` cannot bring them back
                ! hint: run it when the server has time, and see that no transaction stays open; where it is meant, say so in the head of the file: `Allowed: builds-index`
                ! hint: make sure that nobody misses them, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data`
                [exit 1]
            "#]],
            Backend::MySql => expect![[r#"
                deletes-data: revisions have this hazard
                  m20260102_000000_rows: slice: deleting rows of it, and `down` cannot bring them back
                no-down: revisions have no way down
                  m20260104_000000_outside: its `down` is empty
                ! hint: make sure that nobody misses them, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data`
                ! hint: write a `down`; where there can be none, say so in the head of the file: `Allowed: no-down`
                [exit 1]
            "#]],
        };
        run.is(&expected);
    }
}

/// Each format says it.
#[test]
fn formats() {
    let project = project_with(
        Backend::Postgres,
        "do it",
        "ALTER TABLE cake DROP COLUMN name",
        "ALTER TABLE cake ADD COLUMN name integer",
    );
    project.run(&["lint", "m20260104"]).is(&expect![[r#"
        deletes-data: revisions have this hazard
          m20260104_000000_by_hand: cake: dropping `name` deletes what it holds, and `down` cannot bring it back (src/m20260104_000000_by_hand.rs)
        ! hint: make sure that nothing reads the column, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data`
        [exit 1]
    "#]]);
    project
        .run(&["lint", "m20260104", "--format", "github"])
        .is(&expect![[r#"
            ::error file=src/m20260104_000000_by_hand.rs,title=deletes-data::m20260104_000000_by_hand: cake: dropping `name` deletes what it holds, and `down` cannot bring it back%0Ait loses, stops or keeps waiting something on a database with rows and readers; docs/hazards has a page for it%0Ahint: make sure that nothing reads the column, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data`
            [exit 1]
        "#]]);
    project
        .run(&["lint", "m20260104", "--format", "markdown"])
        .is(&expect![[r#"
            ### seadrift: 1 finding

            | level | what | where | what to do |
            | --- | --- | --- | --- |
            | error | **deletes-data** m20260104\_000000\_by\_hand: cake: dropping `name` deletes what it holds, and `down` cannot bring it back | src/m20260104\_000000\_by\_hand.rs | make sure that nothing reads the column, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data` |
            [exit 1]
        "#]]);
    let sarif = project.run(&["lint", "m20260104", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif.stdout).unwrap();
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "deletes-data");
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "deletes-data");
}
