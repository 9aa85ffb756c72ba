//! Whatever the fixtures and examples declare is in step once it is made as declared: `check` finds nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use sea_orm::ConnectionTrait;
use seadrift_diff::{Context, Strict, diff};
use seadrift_introspect::server;
use seadrift_reflect::source::{self, Options};
use seadrift_render::sql;
use seadrift_schema::{Dialect, Schema, lock};
use seadrift_testkit::{Backend, backends, scratch};
use tokio::task::JoinSet;

use super::check::findings_of;
use super::project::Project;

/// How many are looked at at once.
const AT_ONCE: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    all(
        Backend::Postgres,
        expect![[r#"
            fixtures/cases/default/only-the-mysql-server-knows/entities.rs
            fixtures/cases/table/create-year/entities.rs
            fixtures/cases/type/domain-of-new-column/entities.rs
            fixtures/cases/type/domain/entities.rs
            fixtures/cases/type/mysql-integers/entities.rs
            fixtures/cases/type/mysql-set-loses-a-value/before.rs
            fixtures/cases/type/mysql-set-loses-a-value/entities.rs
            fixtures/cases/type/mysql-zerofill-kept/entities.rs
            fixtures/cases/type/mysql/entities.rs
            fixtures/entities/src/columns.rs
            fixtures/entities/src/expanded.rs
            fixtures/entities/src/relations.rs
            fixtures/entities/src/types.rs
        "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mysql() {
    all(
        Backend::MySql,
        expect![[r#"
            fixtures/cases/column/add-with-random-default/entities.rs
            fixtures/cases/default/json-and-uuid/entities.rs
            fixtures/cases/default/only-the-server-knows/entities.rs
            fixtures/cases/default/respelled-arrays/entities.rs
            fixtures/cases/enum/array-loses-value/before.rs
            fixtures/cases/enum/array-loses-value/entities.rs
            fixtures/cases/enum/array/entities.rs
            fixtures/cases/enum/in-other-schema-for-new-column/entities.rs
            fixtures/cases/enum/in-other-schema/entities.rs
            fixtures/cases/key/across-schemas/entities.rs
            fixtures/cases/names/longer-than-postgres-keeps/before.rs
            fixtures/cases/names/longer-than-postgres-keeps/entities.rs
            fixtures/cases/names/own-schema-said/entities.rs
            fixtures/cases/names/schema-changed/before.rs
            fixtures/cases/names/schema-changed/entities.rs
            fixtures/cases/names/schema/entities.rs
            fixtures/cases/online/index-of-another-schema/entities.rs
            fixtures/cases/rebuild/row-ids/entities.rs
            fixtures/cases/rebuild/without-rowid/before.rs
            fixtures/cases/rebuild/without-rowid/entities.rs
            fixtures/cases/type/array-added/entities.rs
            fixtures/cases/type/array-of-long-names/entities.rs
            fixtures/cases/type/array-of-longer-texts/before.rs
            fixtures/cases/type/array-of-longer-texts/entities.rs
            fixtures/cases/type/array/entities.rs
            fixtures/cases/type/custom-changed/entities.rs
            fixtures/cases/type/custom/entities.rs
            fixtures/cases/type/domain-of-new-column/entities.rs
            fixtures/cases/type/domain/entities.rs
            fixtures/cases/type/interval/entities.rs
            fixtures/cases/type/of-extensions/entities.rs
            fixtures/entities/src/columns.rs
            fixtures/entities/src/enums.rs
            fixtures/entities/src/expanded.rs
            fixtures/entities/src/newtypes.rs
            fixtures/entities/src/relations.rs
            fixtures/entities/src/types.rs
        "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    all(
        Backend::Sqlite,
        expect![[r#"
            fixtures/cases/default/json-and-uuid/entities.rs
            fixtures/cases/default/only-the-server-knows/entities.rs
            fixtures/cases/default/respelled-arrays/entities.rs
            fixtures/cases/enum/array-loses-value/before.rs
            fixtures/cases/enum/array-loses-value/entities.rs
            fixtures/cases/enum/array/entities.rs
            fixtures/cases/enum/in-other-schema-for-new-column/entities.rs
            fixtures/cases/enum/in-other-schema/entities.rs
            fixtures/cases/key/across-schemas/entities.rs
            fixtures/cases/names/own-schema-said/entities.rs
            fixtures/cases/names/schema-changed/before.rs
            fixtures/cases/names/schema-changed/entities.rs
            fixtures/cases/names/schema/entities.rs
            fixtures/cases/online/index-of-another-schema/entities.rs
            fixtures/cases/table/create-year/entities.rs
            fixtures/cases/type/array-added/entities.rs
            fixtures/cases/type/array-of-long-names/entities.rs
            fixtures/cases/type/array-of-longer-texts/before.rs
            fixtures/cases/type/array-of-longer-texts/entities.rs
            fixtures/cases/type/array/entities.rs
            fixtures/cases/type/custom-changed/entities.rs
            fixtures/cases/type/custom/entities.rs
            fixtures/cases/type/interval/entities.rs
            fixtures/cases/type/mysql-integers/entities.rs
            fixtures/cases/type/mysql-set-loses-a-value/before.rs
            fixtures/cases/type/mysql-set-loses-a-value/entities.rs
            fixtures/cases/type/mysql-zerofill-kept/entities.rs
            fixtures/cases/type/mysql/entities.rs
            fixtures/cases/type/of-extensions/entities.rs
            fixtures/entities/src/columns.rs
            fixtures/entities/src/enums.rs
            fixtures/entities/src/expanded.rs
            fixtures/entities/src/newtypes.rs
            fixtures/entities/src/relations.rs
            fixtures/entities/src/types.rs
        "#]],
    )
    .await;
}

/// Looks at all there is on `backend`, which does not take what `refused` lists.
async fn all(backend: Backend, refused: Expect) {
    if !backends().contains(&backend) {
        return;
    }
    let (mut failures, mut not_taken) = (vec![], BTreeSet::new());
    let mut waiting = declared().into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((name, path)) = waiting.next()
        {
            running.spawn(async move { (one(&path, backend).await, name) });
        }
        match running.join_next().await {
            Some(Ok((Ok(Outcome::InStep), _))) => {}
            Some(Ok((Ok(Outcome::Refused), name))) => {
                not_taken.insert(format!("{name}\n"));
            }
            Some(Ok((Err(failure), name))) => failures.push(format!("== {name}\n{failure}")),
            Some(Err(error)) => failures.push(error.to_string()),
            None => break,
        }
    }
    failures.sort();
    let count = failures.len();
    assert!(
        count == 0,
        "{count} fail on {backend}\n\n{}",
        failures.join("\n\n")
    );
    refused.assert_eq(&not_taken.into_iter().collect::<String>());
}

enum Outcome {
    InStep,
    /// The engine has no such type, schema, function or key.
    Refused,
}

/// Makes what the sources at `path` declare, and checks.
async fn one(path: &Path, backend: Backend) -> Result<Outcome, String> {
    let sources = source::read(&[path.to_owned()], &Options::default());
    let sources = sources.map_err(|errors| errors.to_string())?;
    let database = scratch(backend).await.ok_or("no database")?;
    let db = database.connect().await;
    let dialect = server(&db)
        .await
        .map_err(|error| error.to_string())?
        .dialect;
    let declared = match sources.read(dialect) {
        Ok((declared, _)) => declared,
        Err(_) => return Ok(Outcome::Refused),
    };
    let own_schema = match dialect {
        Dialect::Postgres => "public",
        _ => "main",
    };
    let context = Context {
        dialect,
        own_schema,
        lock: &Schema::default(),
        strict: Strict::default(),
        renames: &[],
        grants: &[],
    };
    let changes = match diff(&Schema::default(), &declared, &context) {
        Ok(changes) => changes,
        Err(_) => return Ok(Outcome::Refused),
    };
    let plan = seadrift_plan::plan(changes, &Schema::default(), dialect);
    let plan = plan.map_err(|error| error.to_string())?;
    for sql in sql::script(&plan.up, dialect) {
        if db.execute_unprepared(&sql).await.is_err() {
            return Ok(Outcome::Refused);
        }
    }
    db.close().await.map_err(|error| error.to_string())?;
    let project = Project::new("blog", 0).on(&database);
    project.write("seadrift.lock", lock::write(&declared));
    let path = path.to_str().ok_or("a path")?;
    let json = findings_of(&project, &["--entities", path]);
    match json["findings"] == serde_json::json!([]) {
        true => Ok(Outcome::InStep),
        false => Err(format!("{:#}", json["findings"])),
    }
}

/// The sources of entities that there are, each text once.
fn declared() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found: Vec<PathBuf> = vec![];
    for case in seadrift_testkit::cases(&root.join("fixtures/cases")).unwrap() {
        found.extend(["entities.rs", "before.rs"].map(|name| case.folder.join(name)));
    }
    let modules = fs::read_dir(root.join("fixtures/entities/src")).unwrap();
    found.extend(modules.map(|entry| entry.unwrap().path()));
    found.extend(
        [
            "examples/quickstart/entity/src",
            "fixtures/sea-orm-1/entity/src",
            "templates/project/entity/src",
            "tests/cli/tests/drift/shop",
        ]
        .map(|name| root.join(name)),
    );
    let mut texts = BTreeMap::new();
    for path in found.into_iter().filter(|path| path.exists()) {
        let text = match path.is_file() {
            true => fs::read_to_string(&path).unwrap(),
            false => path.display().to_string(),
        };
        let holds_entities = path.is_dir() || text.contains("DeriveEntityModel");
        if holds_entities {
            texts.entry(text).or_insert(path);
        }
    }
    let named = texts.into_values().map(|path| {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        (name, path)
    });
    named.collect()
}
