//! Random pairs of schemas: what is created reads back as declared, a plan leads from one to the other and back, and
//! what is written depends on nothing but the schemas.
//!
//! Every run tries the same pairs, those of [`found`] and of `random.regressions` among them; `just fuzz` tries others. What a pair
//! cannot have yet is what [`build`] keeps to.

mod build;
mod draft;
mod extras;
mod found;
mod types;
mod words;

use std::cell::{Cell, RefCell};
use std::env;
use std::fmt::Write as _;
use std::process::Command;

use proptest::strategy::Strategy as _;
use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};
use seadrift_plan::{Hazard, Plan, online, plan};
use seadrift_render::{Head, migration, sql};
use seadrift_schema::{Change, Dialect, ObjectName, Schema, lock};
use seadrift_testkit::{Backend, difference};
use tokio::runtime::Runtime;

use crate::database::Database;
use crate::rows::{Rows, alike, kept};

/// How many pairs are tried on each backend, unless `SEADRIFT_LAWS_PAIRS` says.
const PAIRS: u32 = 200;

#[test]
fn sqlite() {
    try_pairs(Backend::Sqlite);
}

#[test]
fn postgres() {
    try_pairs(Backend::Postgres);
}

#[test]
fn mysql() {
    try_pairs(Backend::MySql);
}

fn try_pairs(backend: Backend) {
    let runtime = Runtime::new().unwrap();
    let Some(database) = runtime.block_on(Database::new(backend)) else {
        return;
    };
    let dialect = database.dialect;
    let database = RefCell::new(database);
    let (tried, kept, refused) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let migrations = RefCell::new(vec![]);
    let pairs = draft::draft().prop_map(|draft| {
        let schemas = build::build(&draft, dialect);
        let extras = extras::statements(&draft.extras, &schemas, dialect);
        Pair(schemas, dialect, extras)
    });
    let result = runner().run(&pairs, |pair| {
        let tried_out = runtime.block_on(holds(&mut database.borrow_mut(), &pair));
        tried.set(tried.get() + 1);
        match tried_out {
            Ok(Some((source, kept_rows))) => {
                migrations.borrow_mut().push(source);
                kept.set(kept.get() + u32::from(kept_rows));
            }
            Ok(None) => refused.set(refused.get() + 1),
            Err(reason) => return Err(TestCaseError::fail(reason)),
        }
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, pair)) => panic!("{pair:?}\n{reason}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    is_formatted(&migrations.take());
    let (tried, kept, refused) = (tried.get(), kept.get(), refused.get());
    eprintln!(
        "{backend}: {tried} pairs, of which {kept} took rows there and back, and {refused} were refused \
         because no value could be brought over"
    );
    assert!(refused * 4 < tried, "too many refusals to say something");
}

/// Tries the same pairs each time, unless it is said how many.
fn runner() -> TestRunner {
    let pairs = env::var("SEADRIFT_LAWS_PAIRS").ok();
    let cases = pairs.as_ref().map_or(PAIRS, |pairs| {
        pairs.parse().expect("SEADRIFT_LAWS_PAIRS is a number")
    });
    let config = Config {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "laws/random.regressions",
        ))),
        max_shrink_time: 60_000,
        ..Config::default()
    };
    match pairs {
        Some(_) => TestRunner::new(config),
        None => {
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            TestRunner::new_with_rng(config, rng)
        }
    }
}

/// Two schemas, shown as lock files, and what is made by hand beside the first.
#[derive(Clone)]
struct Pair([Schema; 2], Dialect, Vec<String>);

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [before, after] = &self.0;
        write!(
            f,
            "on {}\n--- before:\n{}\n--- after:\n{}\n--- by hand:\n{}",
            self.1,
            lock::write(before),
            lock::write(after),
            self.2.join(";\n")
        )
    }
}

/// The migration for a pair, and whether rows went there and back with tables that are made anew, or none where a type
/// has no way to another; or what is wrong.
async fn holds(database: &mut Database, pair: &Pair) -> Result<Option<(String, bool)>, String> {
    let Pair([before, after], dialect, _) = pair;
    let start = first_of(database, pair).await?;
    nothing_left(
        "what was created differs from what was declared",
        &database.diff(&start, before, before).await?,
    )?;

    let changes = database.diff(&start, after, before).await?;
    let plan_of =
        |changes: Vec<Change>| plan(changes, &start, *dialect).map_err(|error| error.to_string());
    let plan = match plan(changes, &start, *dialect) {
        Err(seadrift_plan::Error::NoCast(_)) => return Ok(None),
        plan => plan.map_err(|error| error.to_string())?,
    };
    if let Err(reason) = between_databases(database, pair, &plan, &start).await {
        return Err(format!("between two databases: {reason}"));
    }
    first_of(database, pair).await?;
    let source = migration(&[&plan], &HEAD);
    let [from, to, lock] = [&start, after, before].map(turned_around);
    for (from, to, lock) in [
        (&from, after, before),
        (&start, &to, before),
        (&start, after, &lock),
        (&from, &to, &lock),
    ] {
        let turned = plan_of(database.diff(from, to, lock).await?)?;
        if source != migration(&[&turned], &HEAD) {
            return Err("the plan depends on the order that keys are listed in".to_owned());
        }
    }
    let tried = async {
        let kept_rows = match dialect {
            Dialect::Sqlite => {
                let kept_rows =
                    sql::is_batch(&plan.up) && with_rows(database, &plan, &start).await?;
                there_and_back(database, pair, &plan, &start, None).await?;
                kept_rows
            }
            _ => {
                let rows = filled(database, &start).await?;
                let kept = there_and_back(database, pair, &plan, &start, Some(&rows)).await?;
                if !kept {
                    first_of(database, pair).await?;
                    there_and_back(database, pair, &plan, &start, None).await?;
                }
                if *dialect == Dialect::Postgres {
                    let rows = kept.then_some(&rows);
                    in_stages(database, pair, &plan, &start, rows).await?;
                }
                kept
            }
        };
        Ok::<_, String>(kept_rows)
    };
    match tried.await {
        Ok(kept_rows) => Ok(Some((source, kept_rows))),
        Err(reason) => {
            let mut shown = reason;
            for (way, changes) in [("up", &plan.up), ("down", &plan.down)] {
                write!(shown, "\n--- {way}:").unwrap();
                for statement in sql::script(changes, *dialect) {
                    write!(shown, "\n{statement};").unwrap();
                }
            }
            Err(shown)
        }
    }
}

/// Makes the first schema of `pair`, and what is made by hand, and returns what the database has then.
async fn first_of(database: &mut Database, pair: &Pair) -> Result<Schema, String> {
    let Pair([before, _], dialect, extras) = pair;
    let nothing = Schema::default();
    database.empty().await?;
    let changes = database.diff(&nothing, before, &nothing).await?;
    let create = plan(changes, &nothing, *dialect).map_err(|error| error.to_string())?;
    database.run(&create, &create.up).await?;
    for statement in extras {
        database.execute(statement).await?;
    }
    database.read().await
}

/// The codes of the hazards that say that rows may keep a plan from running.
const STOPPED_BY_ROWS: [&str; 7] = [
    "adds-required-column",
    "forbids-null",
    "narrows-type",
    "removes-enum-value",
    "requires-unique",
    "shifts-time",
    "validates-rows",
];

/// Rows in every table: two, or one where two would hold the same in a unique column.
async fn filled(database: &Database, start: &Schema) -> Result<Rows, String> {
    if database.fill(start, 2).await.is_err() {
        database.clear(start).await?;
        database.fill(start, 1).await?;
    }
    database.rows(start).await
}

/// The plan leads from one schema to the other and back, and keeps all `rows`. It may stop on rows, but then it has said
/// so, and where there are transactions it leaves everything as it was. Tells whether it ran.
async fn there_and_back(
    database: &Database,
    Pair([before, after], ..): &Pair,
    plan: &Plan,
    start: &Schema,
    rows: Option<&Rows>,
) -> Result<bool, String> {
    let is_whole = plan.dialect == Dialect::Postgres && !plan.outside_transaction;
    if let Err(reason) = database.run(plan, &plan.up).await {
        let Some(rows) = rows else { return Err(reason) };
        let is_said = |hazard: &Hazard| STOPPED_BY_ROWS.contains(&hazard.code);
        if !plan.hazards.iter().any(is_said) {
            return Err(format!(
                "rows stop the plan, and no hazard says so: {reason}"
            ));
        }
        if is_whole && (database.read().await? != *start || database.rows(start).await? != *rows) {
            return Err("a way up that failed left something else".to_owned());
        }
        return Ok(false);
    }
    let there = database.read().await?;
    for lock in [after, before] {
        nothing_left(
            "the plan leaves differences",
            &database.diff(&there, after, lock).await?,
        )?;
    }
    let meanwhile = match rows {
        Some(rows) => {
            let meanwhile = database.rows(&there).await?;
            meanwhile.lost_since(rows, |table| alike(start, &there, table, plan.dialect))?;
            Some(meanwhile)
        }
        None => None,
    };
    if let Err(reason) = database.run(plan, &plan.down).await {
        let Some(meanwhile) = meanwhile else {
            return Err(reason);
        };
        if is_whole
            && (database.read().await? != there || database.rows(&there).await? != meanwhile)
        {
            return Err("a way down that failed left something else".to_owned());
        }
        return Ok(false);
    }
    let back = database.read().await?;
    database
        .same(start, &back)
        .map_err(|difference| format!("down does not bring everything back:\n{difference}"))?;
    if let Some(rows) = rows {
        let is_of = |name: &str, hazard: &Hazard| {
            CHANGES_VALUES.contains(&hazard.code) && hazard.effect.contains(&format!("`{name}`"))
        };
        let unchanged = |table: &ObjectName| {
            let mut columns = kept(start, &there, table)?;
            columns.retain(|name| !plan.hazards.iter().any(|hazard| is_of(name, hazard)));
            Some(columns)
        };
        database.rows(&back).await?.lost_since(rows, unchanged)?;
    }
    Ok(true)
}

/// Between two databases, of which the second is what `plan` makes of the first, a plan leads there and back to the letter, and
/// none is needed where they are the same.
async fn between_databases(
    database: &mut Database,
    pair: &Pair,
    plan: &Plan,
    start: &Schema,
) -> Result<(), String> {
    nothing_left(
        "a database differs from itself",
        &database.diff_of_databases(start, start)?,
    )?;
    database.run(plan, &plan.up).await?;
    let end = database.read().await?;
    for [from, to] in [[start, &end], [&end, start]] {
        let changes = database.diff_of_databases(from, to)?;
        let whole = match seadrift_plan::plan(changes, from, plan.dialect) {
            // One way has a cast, and the other one none.
            Err(seadrift_plan::Error::NoCast(_)) => continue,
            whole => whole.map_err(|error| error.to_string())?,
        };
        first_of(database, pair).await?;
        if from != start {
            database.run(plan, &plan.up).await?;
        }
        let tried = async {
            database.run(&whole, &whole.up).await?;
            let there = database.read().await?;
            nothing_left(
                "the plan leaves differences",
                &database.diff_of_databases(&there, to)?,
            )?;
            database.run(&whole, &whole.down).await?;
            let back = database.read().await?;
            nothing_left(
                "the way back leaves differences",
                &database.diff_of_databases(&back, from)?,
            )
        };
        if let Err(reason) = tried.await {
            let mut shown = reason;
            for (way, changes) in [("up", &whole.up), ("down", &whole.down)] {
                write!(shown, "\n--- {way}:").unwrap();
                for statement in sql::script(changes, plan.dialect) {
                    write!(shown, "\n{statement};").unwrap();
                }
            }
            return Err(shown);
        }
    }
    Ok(())
}

/// The stages of `--online` lead where the plan does and back, in so many transactions, and keep all `rows`.
async fn in_stages(
    database: &Database,
    Pair([before, after], ..): &Pair,
    plan: &Plan,
    start: &Schema,
    rows: Option<&Rows>,
) -> Result<(), String> {
    let stages = online(plan, start).map_err(|error| error.to_string())?;
    for stage in &stages {
        database.run(&stage.plan, &stage.plan.up).await?;
    }
    let there = database.read().await?;
    for lock in [after, before] {
        nothing_left(
            "the stages leave differences",
            &database.diff(&there, after, lock).await?,
        )?;
    }
    if let Some(rows) = rows {
        let meanwhile = database.rows(&there).await?;
        meanwhile.lost_since(rows, |table| alike(start, &there, table, plan.dialect))?;
    }
    for stage in stages.iter().rev() {
        database.run(&stage.plan, &stage.plan.down).await?;
    }
    database
        .same(start, &database.read().await?)
        .map_err(|difference| format!("the stages do not bring everything back:\n{difference}"))
}

/// The codes of the hazards that say that values become others.
const CHANGES_VALUES: [&str; 2] = ["narrows-type", "shifts-time"];

/// A batch that rows keep from running leaves schema and rows as they were; one that runs loses no row. At the end the
/// database is as it was, without rows. Tells whether rows went there and back.
async fn with_rows(database: &Database, plan: &Plan, start: &Schema) -> Result<bool, String> {
    database.fill(start, 2).await?;
    let before = database.rows(start).await?;
    if database.run(plan, &plan.up).await.is_ok() {
        let there = database.read().await?;
        let rows = database.rows(&there).await?;
        rows.lost_since(&before, |table| alike(start, &there, table, plan.dialect))?;
        if database.run(plan, &plan.down).await.is_ok() {
            let back = database.rows(&database.read().await?).await?;
            back.lost_since(&before, |table| kept(start, &there, table))?;
            database.clear(start).await?;
            return Ok(true);
        } else {
            let stays = database.rows(&database.read().await?).await?;
            if database.read().await? != there || stays != rows {
                return Err("a way down that failed left something else".to_owned());
            }
            database.clear(&there).await?;
            database.run(plan, &plan.down).await?;
        }
    } else if database.read().await? != *start || database.rows(start).await? != before {
        return Err("a way up that failed left something else".to_owned());
    }
    database.clear(start).await?;
    Ok(false)
}

const HEAD: Head<'static> = Head {
    message: "random",
    revision: "m20260101_000000_random",
    revises: &[],
    depends_on: &[],
    labels: &[],
    created: "2026-01-01 00:00:00 UTC",
    server: Some("server"),
    answers: &[],
    allowed: &[],
    verifications: &[],
    api: seadrift_render::Api::V2,
};

fn nothing_left(what: &str, changes: &[Change]) -> Result<(), String> {
    if changes.is_empty() {
        Ok(())
    } else {
        Err(format!("{what}: {changes:#?}"))
    }
}

/// `schema` with its keys and indexes listed the other way around.
fn turned_around(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table.indexes.reverse();
        table.foreign_keys.reverse();
        table.checks.reverse();
        table.exclusions.reverse();
    }
    schema
}

/// What is written is Rust, and as `cargo fmt` would have it but where names are very long or their characters wide.
fn is_formatted(migrations: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..migrations.len())
        .map(|number| folder.path().join(format!("m{number}.rs")))
        .collect();
    for (file, source) in files.iter().zip(migrations) {
        std::fs::write(file, source).unwrap();
    }
    if files.is_empty() {
        return;
    }
    let output = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .args(&files)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    for (file, source) in files.iter().zip(migrations) {
        if !source.contains("日本") && !source.contains("a_name_that_needs") {
            let formatted = std::fs::read_to_string(file).unwrap();
            assert!(*source == formatted, "{}", difference(source, &formatted));
        }
    }
}
