//! Two branches that both added revisions, in a real repository of git: what stands in the lock then, and what makes one of both.

use std::process::Command;

use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, backends};

use super::check::findings_of;
use super::drift::project::Shop;
use super::project::Project;
use super::run::Run;

/// The shop under version control, with git to be found.
async fn repository(shop: &Shop) -> (Scratch, Project) {
    let (scratch, mut project) = shop.opened().await;
    repository_of(&mut project);
    (scratch, project)
}

/// Puts the project under version control.
pub fn repository_of(project: &mut Project) {
    let path = std::env::var("PATH").unwrap();
    project.set("PATH", &path);
    project.set("HOME", project.path("").to_str().unwrap());
    project.write(".gitignore", "*.db*\n");
    git(project, &["init", "--quiet", "--initial-branch=main"]);
    git(project, &["config", "user.name", "Somebody"]);
    git(project, &["config", "user.email", "somebody@example.org"]);
    commit(project, "start");
}

/// Runs git, which has to do it.
pub fn git(project: &Project, arguments: &[&str]) -> String {
    let run = try_git(project, arguments);
    assert_eq!(run.code, Some(0), "git {arguments:?}: {}", run.transcript());
    run.stdout
}

fn try_git(project: &Project, arguments: &[&str]) -> Run {
    let mut command = Command::new("git");
    command
        .args(arguments)
        .current_dir(project.path(""))
        .env("HOME", project.path(""))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR");
    project.finish(&mut command)
}

pub fn commit(project: &Project, message: &str) {
    git(project, &["add", "--all"]);
    git(project, &["commit", "--quiet", "--message", message]);
}

/// A branch off `main` on which `file` has `to` instead of `from`, and a revision that brings it.
fn branch(project: &Project, name: &str, time: &str, edits: &[(&str, &str, &str)]) {
    git(project, &["checkout", "--quiet", "-b", name, "main"]);
    for (file, from, to) in edits {
        let source = project.read(file);
        assert_eq!(source.matches(from).count(), 1, "{from} in {source}");
        project.write(file, source.replace(from, to));
    }
    let id = format!("m202602{time}_000000_{name}");
    let revision = ["revision", "--autogenerate", "--rev-id", &id, "-m", name];
    let run = project.in_place(&[&revision[..], &["--no-renames"]].concat());
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    commit(project, name);
}

const CUSTOMER: &str = "entity/src/customer.rs";
const PRODUCT: &str = "entity/src/product.rs";
const AGE: &str = "    pub age: i32,\n";
const STOCK: &str = "    pub stock: i32,\n";
const BIO: &str = "    pub age: i32,\n    pub bio: Option<i32>,\n";
const WEIGHT: &str = "    pub stock: i32,\n    pub weight: Option<i32>,\n";

/// Two branches, of which each changes a table of its own.
fn apart(project: &Project) {
    branch(project, "bio", "01", &[(CUSTOMER, AGE, BIO)]);
    branch(project, "weight", "02", &[(PRODUCT, STOCK, WEIGHT)]);
}

/// Leaves the lines of both sides.
fn keep_both(project: &Project, name: &str) {
    let text = project.read(name);
    let lines = text.lines().filter(|line| {
        let marks = ["<<<<<<<", "=======", ">>>>>>>"];
        !marks.iter().any(|mark| line.starts_with(mark))
    });
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    project.write(name, text);
}

/// The lock knows both revisions, and everything is in step but for what is pending.
fn is_merged(project: &Project) {
    let lock = project.read("seadrift.lock");
    for part in ["_bio\"", "_weight\"", "name = \"bio\"", "name = \"weight\""] {
        assert_eq!(lock.matches(part).count(), 1, "{part} in {lock}");
    }
    let codes = findings_of(project, &["--offline"])["findings"].clone();
    let codes: Vec<_> = codes
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].clone())
        .collect();
    assert!(
        codes.iter().all(|code| code == "several-heads"),
        "{codes:?}"
    );
}

/// A driver that cannot be run leaves our side as if nothing were wrong.
#[tokio::test]
async fn a_driver_that_is_not_there() {
    let shop = Shop::new(Backend::Sqlite).await;
    let (_scratch, project) = repository(&shop).await;
    project.write(".gitattributes", "seadrift.lock merge=seadrift\n");
    commit(&project, "attributes");
    let driver = "no-such-seadrift lock merge %O %A %B %P";
    git(&project, &["config", "merge.seadrift.driver", driver]);
    apart(&project);
    let merge = try_git(&project, &["merge", "bio"]);
    assert_eq!(merge.code, Some(1), "{}", merge.transcript());
    assert!(!project.read("seadrift.lock").contains("<<<<<<<"));
    keep_both(&project, "src/lib.rs");
    let run = project.in_place(&["merge"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    is_merged(&project);
}

#[tokio::test]
async fn a_merge_without_a_driver() {
    for backend in backends() {
        let shop = Shop::new(backend).await;
        let (_scratch, project) = repository(&shop).await;
        apart(&project);
        let merge = try_git(&project, &["merge", "bio"]);
        assert_eq!(merge.code, Some(1), "{}", merge.transcript());
        if backend == Backend::Sqlite {
            let lock = project.read("seadrift.lock");
            let lines = lock.lines();
            let lines = lines.skip_while(|line| !line.starts_with("migrations"));
            let shown: Vec<_> = lines.take_while(|line| *line != "]").collect();
            let mut masked = String::new();
            for line in shown {
                let (line, _) = line.split_once(", checksum").unwrap_or((line, ""));
                masked += &format!("{line}\n");
            }
            expect![[r#"
                migrations = [
                    { name = "m20260101_000000_create_shop"
                    { name = "m20260102_000000_second"
                    { name = "m20260103_000000_third"
                <<<<<<< HEAD
                    { name = "m20260202_000000_weight"
                =======
                    { name = "m20260201_000000_bio"
                >>>>>>> bio
            "#]]
            .assert_eq(&masked);
        }

        // Everybody else says so.
        let before = project.files();
        for arguments in [
            &["check"][..],
            &["check", "--offline"],
            &["revision", "--autogenerate", "-m", "x"],
            &["lock", "update"],
        ] {
            let run = project.in_place(arguments);
            assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.transcript());
            assert!(
                run.stderr.contains("merge conflict (line "),
                "{}",
                run.transcript()
            );
        }
        keep_both(&project, "src/lib.rs");
        let line = project.read("seadrift.lock");
        let line = line
            .lines()
            .position(|line| line.starts_with("<<<<<<<"))
            .unwrap()
            + 1;
        for arguments in [
            &["check"][..],
            &["check", "--offline"],
            &["check", "--no-entities"],
            &["revision", "-m", "x", "--head", "m20260201_000000_bio"],
            &["lock", "update"],
            &[
                "diff",
                "lock:seadrift.lock",
                "entities",
                "--dialect",
                "sqlite",
            ],
        ] {
            let run = project.in_place(arguments);
            assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.transcript());
            let said = format!("a merge left its marks in it, the first in line {line}");
            assert!(
                run.stderr.contains(&said),
                "{arguments:?}: {}",
                run.transcript()
            );
            assert!(
                run.stderr
                    .contains("hint: nothing was written; `merge` and `rebase`")
            );
        }
        assert_eq!(before.len(), project.files().len());

        // `merge` takes both sides, and joins the two.
        let run = project.in_place(&["merge"]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        is_merged(&project);
        let found = findings_of(&project, &["--offline"]);
        assert_eq!(found["findings"], serde_json::json!([]));
        commit(&project, "merged");
    }
}

#[tokio::test]
async fn a_rebase_takes_both_sides() {
    for backend in backends() {
        let shop = Shop::new(backend).await;
        let (_scratch, project) = repository(&shop).await;
        apart(&project);
        assert_eq!(try_git(&project, &["merge", "bio"]).code, Some(1));
        keep_both(&project, "src/lib.rs");
        let run = project.in_place(&["rebase", "m20260201_000000_bio"]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        is_merged(&project);
        let found = findings_of(&project, &["--offline"]);
        assert_eq!(found["findings"], serde_json::json!([]));
    }
}

#[tokio::test]
async fn the_driver_merges_what_commutes() {
    for backend in backends() {
        let shop = Shop::new(backend).await;
        let (_scratch, project) = repository(&shop).await;
        let init = project.in_place(&["init", "--merge-driver", "--yes"]);
        assert_eq!(init.code, Some(0), "{}", init.transcript());
        if backend == Backend::Sqlite {
            let program = env!("CARGO_BIN_EXE_hand-over");
            let shown = init.transcript().replace(program, "[SEADRIFT]");
            expect![[r#"
                wrote .gitattributes
                git config merge.seadrift.name 'merge what two locks declare'
                git config merge.seadrift.driver '"[SEADRIFT]" lock merge %O %A %B %P'
                ! the configuration is that of this clone; in every other one, run `init --merge-driver` again
                [exit 0]
            "#]].assert_eq(&shown);
            expect![[r#"
                seadrift.lock merge=seadrift
                /src/lib.rs merge=union
            "#]]
            .assert_eq(&project.read(".gitattributes"));
            let again = project.in_place(&["init", "--merge-driver"]);
            again.is(&expect![[r#"
                ! the configuration is that of this clone; in every other one, run `init --merge-driver` again
                [exit 0]
            "#]]);
        }
        commit(&project, "driver");
        apart(&project);
        let merge = try_git(&project, &["merge", "--no-edit", "bio"]);
        assert_eq!(merge.code, Some(0), "{}", merge.transcript());
        is_merged(&project);
        let merged = project.in_place(&["merge"]);
        assert_eq!(merged.code, Some(0), "{}", merged.transcript());
        let found = findings_of(&project, &["--offline"]);
        assert_eq!(found["findings"], serde_json::json!([]));
    }
}

/// Both sides changed one table; where the parts are others, `merge` takes both all the same.
#[tokio::test]
async fn the_driver_leaves_marks_where_both_sides_meet() {
    let shop = Shop::new(Backend::Sqlite).await;
    let (_scratch, project) = repository(&shop).await;
    let init = project.in_place(&["init", "--merge-driver", "--yes"]);
    assert_eq!(init.code, Some(0), "{}", init.transcript());
    commit(&project, "driver");
    branch(&project, "bio", "01", &[(CUSTOMER, AGE, BIO)]);
    let moved = "    pub mood: Mood,\n    pub weight: Option<i32>,\n";
    branch(
        &project,
        "weight",
        "02",
        &[(CUSTOMER, "    pub mood: Mood,\n", moved)],
    );
    let merge = try_git(&project, &["merge", "bio"]);
    assert_eq!(merge.code, Some(1), "{}", merge.transcript());
    let lock = project.read("seadrift.lock");
    let (_, lock) = lock.split_once("\n<<<<<<<").unwrap();
    let (conflict, rest) = lock.split_once("\n>>>>>>>").unwrap();
    assert!(!rest.contains("<<<<<<<"));
    expect![[r#"
        <<<<<<< ours
            { name = "mood", type = "enum mood('happy', 'sad')" },
            { name = "weight", type = "integer", nullable = true },
        =======
            { name = "bio", type = "integer", nullable = true },
            { name = "mood", type = "enum mood('happy', 'sad')" },
        >>>>>>>"#]]
    .assert_eq(&format!("<<<<<<<{conflict}\n>>>>>>>"));
    let check = project.in_place(&["check", "--offline"]);
    assert_eq!(check.code, Some(2), "{}", check.transcript());
    // Git had a conflict in the entity as well.
    keep_both(&project, CUSTOMER);
    let run = project.in_place(&["lock", "merge"]);
    run.is(&expect![[r#"
        updated seadrift.lock: both sides are in it
        ! warning: both sides changed table `customer`
        ! next: `merge` joins the revisions, or `rebase` puts one branch on top
        [exit 0]
    "#]]);
    is_merged(&project);
    project.in_place(&["lock", "merge"]).is(&expect![[r#"
        nothing to merge: seadrift.lock has no marks of a merge
        [exit 0]
    "#]]);
}

/// What both sides say differently of one column, nobody can know.
#[tokio::test]
async fn what_nobody_can_know() {
    let shop = Shop::new(Backend::Sqlite).await;
    let (_scratch, project) = repository(&shop).await;
    let other = |ty| format!("    pub stock: {ty},\n");
    branch(&project, "bio", "01", &[(PRODUCT, STOCK, &other("String"))]);
    branch(
        &project,
        "weight",
        "02",
        &[(PRODUCT, STOCK, &other("Option<i32>"))],
    );
    assert_eq!(try_git(&project, &["merge", "bio"]).code, Some(1));
    keep_both(&project, "src/lib.rs");
    let before = project.files();
    for arguments in [&["lock", "merge"][..], &["merge"]] {
        let run = project.in_place(arguments);
        assert_eq!(run.code, Some(2), "{}", run.transcript());
        assert!(
            run.stderr.contains(
                "both sides of `seadrift.lock` changed column `stock` of table `product`"
            ),
            "{}",
            run.transcript()
        );
    }
    project.in_place(&["lock", "merge"]).is(&expect![[r#"
        ! error: both sides of `seadrift.lock` changed column `stock` of table `product`
        ! hint: nothing was written; keep one side of each in the lock by hand, what the entities declare now, and leave the other marks to this command
        [exit 2]
    "#]]);
    assert!(project.files() == before);
}

/// The driver by itself, as git calls it.
#[tokio::test]
async fn what_the_driver_cannot_read() {
    let shop = Shop::new(Backend::Sqlite).await;
    let (_scratch, project) = repository(&shop).await;
    let lock = project.read("seadrift.lock");
    project.write("base", &lock);
    project.write("ours", &lock);
    project.write("theirs", lock.replace("version = 1", "version = 2"));
    let run = project.in_place(&["lock", "merge", "base", "ours", "theirs", "seadrift.lock"]);
    run.is(&expect![[r#"
        ! error: cannot read the lock file `seadrift.lock`: it has version 2, and this seadrift reads versions up to 1
        ! hint: nothing was written; use the version of seadrift that wrote the file, or a newer one
        [exit 2]
    "#]]);
    // Git did what it does by itself.
    assert!(project.read("ours").contains("version = 2"));
    // Both sides are new.
    project.write("base", "");
    project.write("ours", &lock);
    project.write("theirs", &lock);
    let run = project.in_place(&["lock", "merge", "base", "ours", "theirs"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    assert_eq!(project.read("ours"), lock);
    let usage = project.in_place(&["lock", "merge", "base"]);
    assert_eq!(usage.code, Some(2));
}
