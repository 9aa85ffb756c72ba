//! What `check` is given that it cannot go by: no lock, one that nobody can read, a database of somebody else. It says what is wrong and
//! what mends it, and writes nothing.

use std::fs;

use seadrift_testkit::{backends, scratch};
use serde_json::json;

use super::check::findings_of;
use super::drift::project::Shop;
use super::project::Project;
use super::run::Run;

const SCOPES: [&[&str]; 3] = [&[], &["--offline"], &["--no-entities"]];

/// Runs `check`, which has to give up with this error and this advice, and leave every file alone.
fn gives_up(project: &Project, scope: &[&str], error: &str, hint: &str) {
    let before = project.files();
    let run = project.in_place(&[&["check"], scope].concat());
    says(&run, error, hint);
    assert!(project.files() == before, "{scope:?} changed files");
}

fn says(run: &Run, error: &str, hint: &str) {
    assert_eq!(run.code, Some(2), "{}", run.transcript());
    assert_eq!(run.stdout, "", "{}", run.transcript());
    let (first, rest) = run
        .stderr
        .split_once("\nhint: ")
        .unwrap_or((&run.stderr, ""));
    assert!(
        first.starts_with("error: ") && first.contains(error),
        "{}",
        run.transcript()
    );
    assert!(rest.contains(hint), "{}", run.transcript());
}

#[tokio::test]
async fn locks() {
    for backend in backends() {
        let shop = Shop::new(backend).await;
        let (_scratch, project) = shop.opened().await;
        let lock = project.read("seadrift.lock");
        let line_of = |text: &str| lock.lines().position(|line| line.contains(text)).unwrap() + 1;

        let newer = lock.replace("version = 1", "version = 2\nmore = []");
        let edited = lock.replace("{ name = \"stock\", type", "{ name = \"stock\", tpye");
        let at = line_of("name = \"stock\"");
        let half = lock.replace(
            "    { name = \"stock\"",
            "<<<<<<< HEAD\n=======\n>>>>>>> other\n    { name = \"stock\"",
        );
        let torn = lock[..lock.len() / 2].to_owned();
        for (text, error, hint) in [
            (
                newer,
                "it has version 2, and this seadrift reads versions up to 1".to_owned(),
                "a newer one",
            ),
            (
                edited,
                format!("line {at}, column"),
                "take the file back from version control",
            ),
            (
                half,
                format!("a merge left its marks in it, the first in line {at}"),
                "`lock merge`",
            ),
            (
                torn,
                "TOML parse error".to_owned(),
                "take the file back from version control",
            ),
        ] {
            project.write("seadrift.lock", text);
            for scope in SCOPES {
                gives_up(&project, scope, &error, hint);
            }
        }

        // What was edited by hand and can be read counts, and is found.
        let without: Vec<_> = lock
            .lines()
            .filter(|line| !line.contains("name = \"stock\""))
            .collect();
        project.write("seadrift.lock", without.join("\n") + "\n");
        let found = findings_of(&project, &[]);
        assert_eq!(found["findings"].as_array().unwrap().len(), 1, "{found:#}");
        assert_eq!(found["findings"][0]["code"], "entity-changed");
        assert_eq!(found["findings"][0]["object"], "stock");

        // None at all: the entities are compared with the database, and what wants a lock says so.
        fs::remove_file(project.path("seadrift.lock")).unwrap();
        assert_eq!(findings_of(&project, &[])["findings"], json!([]));
        for scope in [&["--offline"][..], &["--no-entities"]] {
            gives_up(&project, scope, "there is no lock file", "`init`");
        }
    }
}

#[tokio::test]
async fn databases_of_others() {
    for backend in backends() {
        let shop = Shop::new(backend).await;
        let (mine, project) = shop.opened().await;
        // Another project has migrated it.
        let other = Project::of(&[("m1_theirs", "theirs")]).on(&mine);
        let stamp = other.run(&["stamp", "head", "--purge"]);
        assert_eq!(stamp.code, Some(0), "{}", stamp.transcript());
        for scope in [&[][..], &["--no-entities"]] {
            gives_up(
                &project,
                scope,
                "the database has a revision that this project does not know: `m1_theirs`",
                "the database belongs to another project",
            );
        }
        // Nobody has: everything is pending, and that may be wanted.
        let empty = scratch(backend).await.unwrap();
        let project = project.on(&empty);
        let found = findings_of(&project, &["--require-applied"]);
        let codes = found["findings"].as_array().unwrap().iter();
        let codes: Vec<_> = codes.map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["pending-revision"; 3]);
    }
}
