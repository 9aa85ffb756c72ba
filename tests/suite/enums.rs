//! A value that is new in an enum and a default at once, on the real server, with a failure in the middle (PostgreSQL).

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use sea_orm_migration::prelude::{MigrationName, MigratorTrait, async_trait};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use seadrift_cases::{COMPILED, Golden};
use seadrift_runner::{Graph, Migrations, Symbol};
use seadrift_testkit::{Backend, scratch};

use crate::cases::{generate::generate, load_case};

const CASE: &str = "together/new-enum-value-as-default";

fn golden(at: usize) -> &'static Golden {
    let compiled = COMPILED.iter().find(|case| case.name == CASE).unwrap();
    let mut goldens: Vec<_> = compiled.migrations.iter().collect();
    goldens.sort_by_key(|golden| golden.file);
    goldens[at]
}

struct Project;

/// One of the revisions that the case expects.
struct Revision(usize);

impl MigrationName for Revision {
    fn name(&self) -> &str {
        ["enum", "alter"][self.0]
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Revision {
    fn use_transaction(&self) -> Option<bool> {
        golden(self.0).migration.use_transaction()
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        golden(self.0).migration.up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        golden(self.0).migration.down(manager).await
    }
}

#[async_trait::async_trait]
impl MigratorTrait for Project {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Revision(0)), Box::new(Revision(1))]
    }
}

/// The values of the enum, the column's default and type.
async fn state(db: &DatabaseConnection) -> [String; 3] {
    let ask = "SELECT array_to_string(enum_range(NULL::mood), ' '), (SELECT string_agg(pg_get_expr(adbin, adrelid), ' ') \
               FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE attname = 'mood'), \
               (SELECT format_type(atttypid, -1) FROM pg_attribute WHERE attrelid = '\"user\"'::regclass AND attname = 'age')";
    let ask = Statement::from_string(db.get_database_backend(), ask);
    let row = db.query_one_raw(ask).await.unwrap().unwrap();
    [0, 1, 2].map(|at| {
        let text: Option<String> = row.try_get_by_index(at).unwrap();
        text.unwrap_or_default()
    })
}

#[tokio::test]
async fn a_value_is_there_or_all_that_uses_it() {
    let Some(scratch) = scratch(Backend::Postgres).await else {
        return;
    };
    let compiled = COMPILED.iter().find(|case| case.name == CASE).unwrap();
    generate(&load_case(CASE), compiled, &scratch)
        .await
        .unwrap();
    let db = scratch.connect().await;
    let migrations = Migrations::of::<Project>();
    let graph = Graph::chain(migrations.names()).unwrap();
    let head = Symbol::head();
    let upgrade = || seadrift_runner::upgrade(&db, &migrations, &graph, &head, |_| {});
    let before = state(&db).await;
    assert_eq!(before[1..], ["".to_owned(), "integer".to_owned()]);

    // The type of `age` changes after the default, and fails.
    let view = "CREATE VIEW ages AS SELECT age FROM \"user\"";
    db.execute_unprepared(view).await.unwrap();
    for _ in 0..2 {
        let error = upgrade().await.unwrap_err().to_string();
        assert!(error.contains("revision `alter` failed"), "{error}");
        let between = state(&db).await;
        assert_eq!(between[0], format!("{} new", before[0]));
        assert_eq!(
            between[1..],
            before[1..],
            "the default came with nothing else"
        );
    }
    db.execute_unprepared("DROP VIEW ages").await.unwrap();
    assert_eq!(upgrade().await.unwrap(), ["alter"]);
    let after = state(&db).await;
    assert_eq!(after[1..], ["'new'::mood".to_owned(), "bigint".to_owned()]);

    let base: Symbol = "base".parse().unwrap();
    seadrift_runner::downgrade(&db, &migrations, &graph, &base, |_| {})
        .await
        .unwrap();
    assert_eq!(state(&db).await, before);
}
