//! That nobody waits for what `--online` writes: another connection writes to the table while a stage holds its locks.
//!
//! Whoever would have to wait fails at once by `lock_timeout`, so that nothing here depends on how fast anything is.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, TransactionTrait};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use seadrift_cases::COMPILED;
use seadrift_introspect::{Scope, introspect};
use seadrift_plan::{Stage, Work, online, plan};
use seadrift_render::sql;
use seadrift_schema::{Change, Dialect, Index, IndexOrigin, ObjectName};
use seadrift_testkit::{Backend, Scratch, scratch};
use tokio::time::sleep;

use crate::cases::load_case;

/// The starting database of a case under `online/`.
async fn start(name: &str) -> Option<Scratch> {
    let scratch = scratch(Backend::Postgres).await?;
    let case = load_case(&format!("online/{name}"));
    let before = case.before(Backend::Postgres).expect("the case has rows");
    scratch.execute(&before).await;
    Some(scratch)
}

/// The migrations of a case, in order.
fn migrations(name: &str) -> Vec<&'static (dyn MigrationTrait + Sync)> {
    let name = format!("online/{name}");
    let case = COMPILED.iter().find(|case| case.name == name);
    let mut goldens: Vec<_> = case.expect("the case is there").migrations.iter().collect();
    goldens.sort_by_key(|golden| golden.file);
    goldens.iter().map(|golden| golden.migration).collect()
}

/// Runs `statement` on a connection that waits for nobody.
async fn at_once(scratch: &Scratch, statement: &str) -> Result<(), DbErr> {
    let db = scratch.connect().await;
    let patience = "SET lock_timeout = '50ms'; ";
    let result = db
        .execute_unprepared(&format!("{patience}{statement}"))
        .await;
    db.close().await.unwrap();
    result.map(drop)
}

async fn waits(scratch: &Scratch, statement: &str) -> bool {
    match at_once(scratch, statement).await {
        Ok(()) => false,
        Err(error) => {
            assert!(error.to_string().contains("lock timeout"), "{error}");
            true
        }
    }
}

const WRITES: [&str; 3] = [
    "INSERT INTO post (user_id) VALUES (1)",
    "UPDATE post SET user_id = 1 WHERE id = 1",
    "UPDATE \"user\" SET id = id",
];

#[tokio::test]
async fn rows_are_validated_while_others_write() {
    let Some(scratch) = start("key").await else {
        return;
    };
    let db = scratch.connect().await;
    let stages = migrations("key");
    let [alter, index, validate] = stages[..] else {
        panic!("{} stages", stages.len());
    };
    let transaction = db.begin().await.unwrap();
    alter.up(&SchemaManager::new(&transaction)).await.unwrap();
    // Were it one transaction, its locks would be held while rows are read.
    assert!(waits(&scratch, WRITES[0]).await);
    transaction.commit().await.unwrap();
    assert_eq!(index.use_transaction(), Some(false));
    index.up(&SchemaManager::new(&db)).await.unwrap();

    assert_ne!(validate.use_transaction(), Some(false));
    let transaction = db.begin().await.unwrap();
    validate
        .up(&SchemaManager::new(&transaction))
        .await
        .unwrap();
    for write in WRITES {
        assert!(!waits(&scratch, write).await, "{write}");
    }
    transaction.commit().await.unwrap();
}

/// A check that is validated keeps nobody out, and `SET NOT NULL` takes its word.
#[tokio::test]
async fn null_is_looked_for_while_others_write() {
    let Some(scratch) = start("not-null").await else {
        return;
    };
    let db = scratch.connect().await;
    let stages = migrations("not-null");
    stages[0].up(&SchemaManager::new(&db)).await.unwrap();
    let case = load_case("online/not-null");
    let sql = std::fs::read_to_string(case.expected(Backend::Postgres, "postgres", "sql")).unwrap();
    let (_, sql) = sql.split_once("-- 2_validate\n").unwrap();
    let (looking, settled): (Vec<_>, Vec<_>) =
        sql.lines().partition(|line| line.contains(" VALIDATE "));
    assert!(!looking.is_empty() && sql.starts_with(&looking.join("\n")));

    let transaction = db.begin().await.unwrap();
    for statement in looking {
        transaction.execute_unprepared(statement).await.unwrap();
    }
    let write = "UPDATE \"us\"\"er\" SET karma = karma + 1";
    assert!(!waits(&scratch, write).await);
    for statement in settled {
        let before = rows_read(&transaction).await;
        transaction.execute_unprepared(statement).await.unwrap();
        assert_eq!(rows_read(&transaction).await, before, "{statement}");
    }
    assert!(waits(&scratch, write).await);
    transaction.rollback().await.unwrap();
}

/// How often this transaction has read the table from one end to the other.
async fn rows_read(db: &impl ConnectionTrait) -> i64 {
    let ask = "SELECT coalesce(seq_scan, 0) FROM pg_stat_xact_user_tables WHERE relname = 'us\"er'";
    let ask = Statement::from_string(db.get_database_backend(), ask);
    let row = db.query_one_raw(ask).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// While an index is being made, which waits for a writer that is not done, others write; for a plain one they wait.
#[tokio::test]
async fn indexes_are_built_while_others_write() {
    let Some(scratch) = start("key").await else {
        return;
    };
    let db = scratch.connect().await;
    let stages = migrations("key");
    stages[0].up(&SchemaManager::new(&db)).await.unwrap();
    for (is_online, lock) in [(false, "ShareLock"), (true, "ShareUpdateExclusiveLock")] {
        let writer = db.begin().await.unwrap();
        writer.execute_unprepared(WRITES[0]).await.unwrap();
        let builder = scratch.connect().await;
        let index = stages[1];
        let building = tokio::spawn(async move {
            match is_online {
                true => index.up(&SchemaManager::new(&builder)).await,
                false => {
                    let plain = "CREATE INDEX plain ON post (user_id)";
                    builder.execute_unprepared(plain).await.map(drop)
                }
            }
        });
        let watcher = scratch.connect().await;
        until_there(&watcher, lock).await;
        assert_eq!(waits(&scratch, WRITES[1]).await, !is_online, "{lock}");
        assert!(!building.is_finished());
        writer.commit().await.unwrap();
        building.await.unwrap().unwrap();
    }
}

/// Waits until somebody has, or wants, this lock on the posts.
async fn until_there(db: &DatabaseConnection, lock: &str) {
    let ask = format!(
        "SELECT count(*) FROM pg_locks WHERE relation = 'post'::regclass AND mode = '{lock}'"
    );
    for _ in 0..3000 {
        let ask = Statement::from_string(db.get_database_backend(), &ask);
        let row = db.query_one_raw(ask).await.unwrap().unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() > 0 {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody takes {lock}");
}

/// An index that cannot be built is not valid and stays behind. When the rows are mended, the same file makes it.
#[tokio::test]
async fn what_failed_is_run_again() {
    let Some(scratch) = start("index").await else {
        return;
    };
    let db = scratch.connect().await;
    db.execute_unprepared(
        "INSERT INTO post (slug, title, author, day) VALUES ('a', 't', 3, '2026-01-01')",
    )
    .await
    .unwrap();
    let [migration] = migrations("index")[..] else {
        panic!("one file");
    };
    let manager = SchemaManager::new(&db);
    let error = migration.up(&manager).await.unwrap_err();
    assert!(error.to_string().contains("idx-post-slug"), "{error}");
    assert_eq!(invalid(&db).await, 1);
    db.execute_unprepared("UPDATE post SET slug = 'c' WHERE author = 3")
        .await
        .unwrap();
    migration.up(&manager).await.unwrap();
    assert_eq!(invalid(&db).await, 0);
    migration.down(&manager).await.unwrap();
    migration.down(&manager).await.unwrap();
}

/// How many indexes are not valid.
async fn invalid(db: &DatabaseConnection) -> i64 {
    let ask = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    let ask = Statement::from_string(db.get_database_backend(), ask);
    let row = db.query_one_raw(ask).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// The primary key and unique constraints of a table, in the server's words.
async fn keys(db: &DatabaseConnection, table: &str) -> Vec<String> {
    let ask = format!(
        "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
         WHERE conrelid = '{table}'::regclass AND contype IN ('p', 'u') ORDER BY 1"
    );
    let ask = Statement::from_string(db.get_database_backend(), ask);
    let rows = db.query_all_raw(ask).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

/// Of two primary keys in one file, the second one cannot be made. When the rows are mended, the same file makes both.
#[tokio::test]
async fn a_primary_key_that_failed_is_made_again() {
    let Some(scratch) = start("primary-key").await else {
        return;
    };
    let db = scratch.connect().await;
    let twice = "INSERT INTO post VALUES (1, 'again')";
    db.execute_unprepared(twice).await.unwrap();
    let [index, alter, validate] = migrations("primary-key")[..] else {
        panic!("three files");
    };
    assert_eq!(index.use_transaction(), Some(false));
    let manager = SchemaManager::new(&db);
    for _ in 0..2 {
        let error = index.up(&manager).await.unwrap_err().to_string();
        assert!(error.contains("could not create unique index"), "{error}");
        assert_eq!(keys(&db, "part").await, ["pk-part PRIMARY KEY (id, kind)"]);
        assert!(keys(&db, "post").await.is_empty());
    }
    let mend = "DELETE FROM post WHERE title = 'again'";
    db.execute_unprepared(mend).await.unwrap();
    for _ in 0..2 {
        index.up(&manager).await.unwrap();
        assert_eq!(keys(&db, "part").await, ["pk-part PRIMARY KEY (id, kind)"]);
        assert_eq!(keys(&db, "post").await, ["post_pkey PRIMARY KEY (id)"]);
        assert_eq!(invalid(&db).await, 0);
    }
    alter.up(&manager).await.unwrap();
    validate.up(&manager).await.unwrap();
    validate.down(&manager).await.unwrap();
    alter.down(&manager).await.unwrap();
    index.down(&manager).await.unwrap();
    assert_eq!(keys(&db, "part").await, ["part_pkey PRIMARY KEY (id)"]);
    assert!(keys(&db, "post").await.is_empty());
}

/// While the index of a primary key is built, others write; the plain way, they wait.
#[tokio::test]
async fn a_primary_key_is_built_while_others_write() {
    let Some(scratch) = start("primary-key").await else {
        return;
    };
    let db = scratch.connect().await;
    let writer = db.begin().await.unwrap();
    let write = "INSERT INTO post VALUES (3, 'c')";
    writer.execute_unprepared(write).await.unwrap();
    let builder = scratch.connect().await;
    let index = migrations("primary-key")[0];
    let building = tokio::spawn(async move { index.up(&SchemaManager::new(&builder)).await });
    until_there(&scratch.connect().await, "ShareUpdateExclusiveLock").await;
    assert!(!waits(&scratch, "UPDATE post SET title = 'x' WHERE id = 1").await);
    assert!(!building.is_finished());
    writer.commit().await.unwrap();
    building.await.unwrap().unwrap();
    assert_eq!(keys(&db, "post").await, ["post_pkey PRIMARY KEY (id)"]);

    let transaction = db.begin().await.unwrap();
    let plain = "ALTER TABLE part DROP CONSTRAINT \"pk-part\", ADD PRIMARY KEY (id)";
    transaction.execute_unprepared(plain).await.unwrap();
    assert!(waits(&scratch, "SELECT FROM part").await);
    transaction.rollback().await.unwrap();
}

/// No entity has a unique constraint made, but one that stood on a column which is made anew comes back.
#[tokio::test]
async fn a_unique_constraint_is_made_of_an_index() {
    let Some(scratch) = start("primary-key").await else {
        return;
    };
    let db = scratch.connect().await;
    let schema = introspect(&db, &Scope::default()).await.unwrap().schema;
    let index = Index {
        unique: true,
        origin: IndexOrigin::Constraint,
        ..Index::new("post_once", vec!["title".to_owned(), "id".to_owned()])
    };
    let table = ObjectName::new("post");
    let create = Change::CreateIndex { table, index };
    let plan = plan(vec![create], &schema, Dialect::Postgres).unwrap();
    let [Stage { work, plan }] = &online(&plan, &schema).unwrap()[..] else {
        panic!("one stage");
    };
    assert_eq!(*work, Work::Index);
    assert!(plan.outside_transaction);
    let run = async |changes: &[Change]| {
        for statement in sql::script(changes, plan.dialect) {
            db.execute_unprepared(&statement).await.unwrap();
        }
    };
    // However far it came before.
    for _ in 0..2 {
        run(&plan.up).await;
        assert_eq!(keys(&db, "post").await, ["post_once UNIQUE (title, id)"]);
    }
    run(&plan.down).await;
    assert!(keys(&db, "post").await.is_empty());
    let after = introspect(&db, &Scope::default()).await.unwrap().schema;
    assert_eq!(after, schema);
}
