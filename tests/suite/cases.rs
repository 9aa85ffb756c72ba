//! The cases under `fixtures/cases/`, each a round trip on every backend it is for.
//!
//! To add one: make the folder with `case.toml`, what was before, and `entities.rs` with ordinary entities and
//!
//! ```ignore
//! pub fn entities() -> seadrift_reflect::Entities {
//!     seadrift_reflect::entities![user::Entity]
//! }
//! ```
//!
//! then run `SEADRIFT_BLESS=1 cargo test -p seadrift-tests cases` with all servers there, read what came out as a
//! reviewer would, and run the tests again: only now is the new migration compiled in. `SEADRIFT_CASE=column/drop`
//! runs the cases that have this in their name alone.

pub mod generate;
mod round_trip;
#[path = "../rows.rs"]
pub mod rows;

use std::any::Any;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use seadrift_cases::{COMPILED, Compiled};
use seadrift_testkit::{Backend, Case, backends, is_blessing, scratch};
use tokio::sync::OnceCell;
use tokio::task::{JoinError, JoinSet};

/// How many cases run on a server at once.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    run(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    run(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql() {
    run(Backend::MySql).await;
}

/// What seadrift writes is as `cargo fmt` would have it, in projects of either edition.
#[test]
fn formatted() {
    let files: Vec<PathBuf> = load()
        .iter()
        .flat_map(|case| [case.folder.clone(), case.folder.join("expected")])
        .filter_map(|folder| folder.read_dir().ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    for edition in ["2021", "2024"] {
        let output = Command::new("rustfmt")
            .args(["--check", "--config-path", "/dev/null"])
            .args(["--edition", edition])
            .args(&files)
            .output()
            .expect("rustfmt comes with the toolchain");
        assert!(
            output.status.success(),
            "edition {edition}:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Runs all cases that are for `backend`, and reports all that fail.
async fn run(backend: Backend) {
    static BLESSED: OnceCell<Vec<String>> = OnceCell::const_new();
    if is_blessing() {
        let failures = BLESSED.get_or_init(bless).await;
        assert!(
            failures.is_empty(),
            "not blessed\n\n{}",
            failures.join("\n\n")
        );
    }
    if !backends().contains(&backend) {
        return;
    }
    let cases: Vec<_> = load()
        .into_iter()
        .filter(|case| case.config.backends.contains(&backend))
        // One file for several needs all of them.
        .filter(|case| {
            let mut needed = case.config.backends.iter();
            !case.config.together || needed.all(|backend| backends().contains(backend))
        })
        .collect();
    let count = cases.len();
    let failures = each(cases, move |case| async move {
        round_trip::run(&case, compiled(&case), backend).await
    })
    .await;
    assert!(
        failures.is_empty(),
        "{} of {count} cases fail on {backend}\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

/// Makes what comes out of every case what is expected, and returns what fails. All backends of a case are needed
/// to know which files they share.
async fn bless() -> Vec<String> {
    if backends() != Backend::ALL {
        return vec!["blessing needs every backend".to_owned()];
    }
    each(load(), |case| async move {
        let mut outcomes = vec![];
        for &backend in &case.config.backends {
            let database = scratch(backend).await.ok_or("no database")?;
            let generated = generate::generate(&case, compiled(&case), &database).await?;
            outcomes.push((backend, generated.outputs));
        }
        case.bless(&outcomes)
    })
    .await
}

/// Does `work` with every case, some at once, and returns what failed, by the name of the case.
async fn each<F, W>(cases: Vec<Case>, work: W) -> Vec<String>
where
    F: Future<Output = Result<(), String>> + Send + 'static,
    W: Fn(Arc<Case>) -> F,
{
    let mut failures = vec![];
    let mut running = JoinSet::new();
    let mut waiting = cases.into_iter();
    loop {
        while running.len() < AT_ONCE
            && let Some(case) = waiting.next()
        {
            let name = case.name.clone();
            let work = tokio::spawn(work(Arc::new(case)));
            running.spawn(async move {
                (
                    name,
                    work.await.unwrap_or_else(|error| Err(panicked(error))),
                )
            });
        }
        match running.join_next().await {
            Some(Ok((name, Err(failure)))) => failures.push(format!("== {name}\n{failure}")),
            Some(Ok((_, Ok(())))) => {}
            Some(Err(error)) => failures.push(panicked(error)),
            None => break,
        }
    }
    failures.sort();
    failures
}

/// The case of that name.
pub fn load_case(name: &str) -> Case {
    let (area, case) = name.split_once('/').expect("a name has two parts");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases");
    let folder = root.join(area).join(case);
    Case::load(name.to_owned(), folder).unwrap_or_else(|error| panic!("{error}"))
}

/// The cases that were asked for.
fn load() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases");
    let wanted = env::var("SEADRIFT_CASE").unwrap_or_default();
    let mut cases = seadrift_testkit::cases(&root).unwrap_or_else(|error| panic!("{error}"));
    cases.retain(|case| case.name.contains(&wanted));
    assert!(!cases.is_empty(), "no case has `{wanted}` in its name");
    cases
}

fn compiled(case: &Case) -> &'static Compiled {
    COMPILED
        .iter()
        .find(|compiled| compiled.name == case.name)
        .unwrap_or_else(|| panic!("{} is not compiled in", case.name))
}

fn panicked(error: JoinError) -> String {
    let payload: Box<dyn Any + Send> = match error.try_into_panic() {
        Ok(payload) => payload,
        Err(error) => return error.to_string(),
    };
    let text = payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
    format!("panicked: {}", text.unwrap_or_default())
}
