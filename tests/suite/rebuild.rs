//! SQLite tables that are made anew, on databases with rows: what is kept, and what stays when it fails.

use std::env;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use expect_test::expect;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement,
    TransactionTrait,
};
use sea_orm_migration::prelude::{MigrationName, MigratorTrait, async_trait};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use seadrift_runner::{Graph, Migrations, Symbol};
use seadrift_testkit::{Backend, Case, Scratch, scratch};

use crate::cases::generate::generate;
use crate::cases::load_case;
use seadrift_cases::{COMPILED, Compiled};

const CONNECTIONS: u32 = 5;

/// A database as a case has it at the start, a pool of connections to it, and the case's migration.
struct Start {
    scratch: Scratch,
    db: DatabaseConnection,
    migration: &'static (dyn MigrationTrait + Sync),
}

impl Start {
    async fn of(name: &str, rows: &str) -> Self {
        let case: Case = load_case(name);
        let compiled: &Compiled = COMPILED.iter().find(|case| case.name == name).unwrap();
        let scratch = scratch(Backend::Sqlite).await.unwrap();
        generate(&case, compiled, &scratch).await.unwrap();
        scratch.execute(rows).await;
        Self {
            db: pool(scratch.url(), CONNECTIONS).await,
            scratch,
            migration: golden(name),
        }
    }

    async fn up(&self) -> Result<(), String> {
        let up = self.migration.up(&SchemaManager::new(&self.db)).await;
        up.map_err(|error| error.to_string())
    }

    async fn down(&self) -> Result<(), String> {
        let down = self.migration.down(&SchemaManager::new(&self.db)).await;
        down.map_err(|error| error.to_string())
    }

    /// Sees that `up` fails with `message` and leaves everything as it was, and that it works after `mended`.
    async fn fails(&self, message: &str, mended: &str) {
        let before = state(&self.db).await;
        for _ in 0..CONNECTIONS {
            let error = self.up().await.unwrap_err();
            assert!(error.contains(message), "{error}");
        }
        assert_eq!(state(&self.db).await, before);
        self.pool_is_in_order(1).await;
        self.db.execute_unprepared(mended).await.unwrap();
        let mended = state(&self.db).await;
        self.up().await.unwrap();
        assert_ne!(state(&self.db).await, mended);
        self.pool_is_in_order(1).await;
    }

    /// Sees that no connection is in a transaction, and that foreign keys are on or off.
    async fn pool_is_in_order(&self, foreign_keys: i32) {
        let mut all = vec![];
        for _ in 0..CONNECTIONS {
            // This fails in an open transaction. All at once are all connections.
            let connection = self.db.begin().await.unwrap();
            let pragmas = ["foreign_keys", "legacy_alter_table"];
            let mut found = vec![];
            for pragma in pragmas {
                let ask = format!("PRAGMA {pragma}");
                let ask = Statement::from_string(sea_orm::DbBackend::Sqlite, ask);
                let row = connection.query_one_raw(ask).await.unwrap().unwrap();
                found.push(row.try_get_by_index::<i32>(0).unwrap());
            }
            assert_eq!(found, [foreign_keys, 0]);
            all.push(connection);
        }
        for connection in all {
            connection.rollback().await.unwrap();
        }
    }

    fn file(&self) -> PathBuf {
        let url = url::Url::parse(self.scratch.url()).unwrap();
        PathBuf::from(url.path())
    }
}

/// The migration that a case expects on SQLite.
fn golden(name: &str) -> &'static (dyn MigrationTrait + Sync) {
    let compiled = COMPILED.iter().find(|case| case.name == name).unwrap();
    let file = load_case(name).expected(Backend::Sqlite, "migration", "rs");
    let mut migrations = compiled.migrations.iter();
    let golden = migrations.find(|golden| file.ends_with(golden.file));
    golden.unwrap().migration
}

async fn pool(url: &str, connections: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn all(db: &impl ConnectionTrait, sql: &str) -> Vec<String> {
    let ask = Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
    let rows = db.query_all_raw(ask).await.unwrap();
    let texts = rows
        .iter()
        .map(|row| row.try_get_by_index::<Option<String>>(0));
    texts
        .map(|text| text.unwrap().unwrap_or_default())
        .collect()
}

/// All statements and all rows.
async fn state(db: &DatabaseConnection) -> Vec<String> {
    let mut state = all(
        db,
        "SELECT concat_ws(' ', type, name, tbl_name, sql) FROM sqlite_schema ORDER BY 1",
    )
    .await;
    for table in all(
        db,
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1",
    )
    .await
    {
        let columns = all(
            db,
            &format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_xinfo('{table}')"),
        )
        .await;
        let rows = format!(
            "SELECT concat_ws(' ', '{table}', {}) FROM \"{table}\" ORDER BY 1",
            columns.join(", ")
        );
        state.extend(all(db, &rows).await);
    }
    state
}

#[tokio::test]
async fn a_row_that_holds_null() {
    let start = Start::of(
        "column/not-null",
        "INSERT INTO \"user\" (\"id\", \"age\") VALUES (1, NULL), (2, 9)",
    )
    .await;
    let mended = "UPDATE \"user\" SET \"age\" = 3 WHERE \"id\" = 1";
    start.fails("NOT NULL constraint failed", mended).await;
}

#[tokio::test]
async fn rows_that_repeat_a_value() {
    let start = Start::of(
        "rebuild/renamed-column",
        "INSERT INTO \"user\" VALUES (3, 'ann', 1)",
    )
    .await;
    let mended = "UPDATE \"user\" SET name = 'ann 2' WHERE id = 3";
    start.fails("UNIQUE constraint failed", mended).await;
}

#[tokio::test]
async fn a_row_that_points_to_no_row() {
    let start = Start::of(
        "key/add",
        "INSERT INTO \"user\" VALUES (1); INSERT INTO \"post\" VALUES (1, 1), (2, 7)",
    )
    .await;
    let mended = "UPDATE \"post\" SET \"user_id\" = 1";
    start.fails("a row of post points to no row", mended).await;
}

#[tokio::test]
async fn a_view_that_is_not_in_order() {
    let view = "CREATE VIEW bad AS SELECT missing FROM \"user\"";
    let start = Start::of("rebuild/keeps-everything", view).await;
    start.fails("error in view bad", "DROP VIEW bad").await;
}

#[tokio::test]
async fn what_would_be_lost() {
    for (unknown, mended) in [
        (
            "ALTER TABLE \"user\" ADD COLUMN more",
            "ALTER TABLE \"user\" DROP COLUMN more",
        ),
        ("CREATE INDEX more ON \"user\" (id)", "DROP INDEX more"),
        (
            "CREATE TRIGGER more AFTER DELETE ON \"user\" BEGIN DELETE FROM post; END",
            "DROP TRIGGER more",
        ),
    ] {
        let start = Start::of("rebuild/children", unknown).await;
        start.fails("user has what would be lost", mended).await;
    }
}

#[tokio::test]
async fn a_locked_file() {
    let mut start = Start::of("column/nullable", "").await;
    start.db = pool(start.scratch.url(), 1).await;
    start
        .db
        .execute_unprepared("PRAGMA busy_timeout = 50")
        .await
        .unwrap();
    let other = pool(start.scratch.url(), 1).await;
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let error = start.up().await.unwrap_err();
    assert!(error.contains("database is locked"), "{error}");
    other.execute_unprepared("ROLLBACK").await.unwrap();
    start.up().await.unwrap();
}

#[tokio::test]
async fn within_a_transaction_nothing_is_done() {
    let start = Start::of("rebuild/children", "").await;
    let before = state(&start.db).await;
    let transaction = start.db.begin().await.unwrap();
    let error = start
        .migration
        .up(&SchemaManager::new(&transaction))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, DbErr::Migration(text) if text.contains("within a transaction")),
        "{error}"
    );
    transaction
        .execute_unprepared("DELETE FROM draft")
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(state(&start.db).await, before);
    start.pool_is_in_order(1).await;
}

#[tokio::test]
async fn foreign_keys_that_were_off_stay_off() {
    let mut start = Start::of("rebuild/children", "").await;
    start.db = pool(start.scratch.url(), 1).await;
    start
        .db
        .execute_unprepared("PRAGMA foreign_keys = OFF")
        .await
        .unwrap();
    start.up().await.unwrap();
    start.down().await.unwrap();
    assert_eq!(
        all(
            &start.db,
            "SELECT foreign_keys || '' FROM pragma_foreign_keys"
        )
        .await,
        ["0"]
    );
}

/// The same without what says nothing: quotes, white space, a comment, the table's name before a column's.
fn plain(state: Vec<String>) -> Vec<String> {
    let plain = |line: String| {
        let line = line.replace('"', "").replace("user.karma", "karma");
        let line = line.replace("-- never given out twice", "");
        let words: Vec<_> = line.split_whitespace().collect();
        words.join(" ").replace("( ", "(").replace(" )", ")")
    };
    state.into_iter().map(plain).collect()
}

#[tokio::test]
async fn everything_goes_on_working() {
    let start = Start::of("rebuild/keeps-everything", "").await;
    let before = plain(state(&start.db).await);
    start.up().await.unwrap();
    start.pool_is_in_order(1).await;
    let there = plain(state(&start.db).await);
    let changed: Vec<_> = before.iter().filter(|line| !there.contains(line)).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(
        changed[0].starts_with("table user user CREATE TABLE"),
        "{changed:?}"
    );
    let transaction = start.db.begin().await.unwrap();
    for sql in [
        "INSERT INTO \"user\" (email, age) VALUES ('dan@x', 70)",
        "INSERT INTO post (user_id) SELECT max(id) FROM \"user\"",
        "INSERT INTO post (user_id) VALUES (5)",
        "DELETE FROM adult WHERE id = 1",
        "DELETE FROM \"user\" WHERE id = 5",
    ] {
        transaction.execute_unprepared(sql).await.unwrap();
    }
    // The number of the row that was deleted before is not given out again.
    assert_eq!(
        all(&transaction, "SELECT id || email FROM \"user\"").await,
        ["10dan@x"]
    );
    assert_eq!(
        all(&transaction, "SELECT user_id || '' FROM post").await,
        ["10"]
    );
    let log = [
        "came: Ann@x",
        "came: bob@school",
        "came: cem@x",
        "came: dan@x",
        "young: bob@school",
        "young: bob@school",
        "young: bob@school",
    ];
    assert_eq!(
        all(&transaction, "SELECT line FROM log ORDER BY 1").await,
        log
    );
    for (sql, message) in [
        (
            "INSERT INTO \"user\" (email, age) VALUES ('DAN@X', 70)",
            "UNIQUE",
        ),
        (
            "INSERT INTO \"user\" (email, age) VALUES ('eve@x', 70)",
            "no transaction",
        ),
    ] {
        // The constraint's own ROLLBACK ends the transaction.
        let error = transaction
            .execute_unprepared(sql)
            .await
            .err()
            .map(|error| error.to_string());
        match error {
            Some(error) => assert!(error.contains(message), "{error}"),
            None => transaction
                .execute_unprepared("DELETE FROM \"user\" WHERE email = 'eve@x'; BEGIN")
                .await
                .map(drop)
                .unwrap(),
        }
    }
    transaction.rollback().await.unwrap();
}

#[tokio::test]
async fn down_brings_back_what_was_written() {
    for name in [
        "rebuild/keeps-everything",
        "rebuild/without-rowid",
        "rebuild/strict",
        "rebuild/row-ids",
        "rebuild/primary-key",
    ] {
        let start = Start::of(name, "").await;
        let before = plain(state(&start.db).await);
        start.up().await.unwrap();
        start.down().await.unwrap();
        let after = plain(state(&start.db).await);
        let lost: Vec<_> = before.iter().filter(|line| !after.contains(line)).collect();
        assert!(lost.is_empty(), "{name}: {lost:#?}\n{after:#?}");
    }
}

/// A project with one revision, the golden one of a case.
struct Project;

struct Revision;

impl MigrationName for Revision {
    fn name(&self) -> &str {
        "not_null"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Revision {
    fn use_transaction(&self) -> Option<bool> {
        golden("column/not-null").use_transaction()
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        golden("column/not-null").up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        golden("column/not-null").down(manager).await
    }
}

#[async_trait::async_trait]
impl MigratorTrait for Project {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Revision)]
    }
}

#[tokio::test]
async fn an_upgrade_that_fails_says_what_is_there() {
    let row = "INSERT INTO \"user\" (\"id\", \"age\") VALUES (1, NULL)";
    let start = Start::of("column/not-null", row).await;
    let migrations = Migrations::of::<Project>();
    let graph = Graph::chain(migrations.names()).unwrap();
    let (db, head) = (&start.db, Symbol::head());
    let upgrade = || seadrift_runner::upgrade(db, &migrations, &graph, &head, |_| {});
    expect![[r#"
        revision `not_null` failed on the way up: NOT NULL constraint failed: seadrift_new_user.age
          it sees to its transactions by itself: one that makes a table anew has changed nothing"#]]
    .assert_eq(&upgrade().await.unwrap_err().to_string());
    start
        .db
        .execute_unprepared("UPDATE \"user\" SET \"age\" = 3")
        .await
        .unwrap();
    assert_eq!(upgrade().await.unwrap(), ["not_null"]);
}

/// The database that the killed process works on.
const KILLED: &str = "SEADRIFT_TEST_KILLED";

#[tokio::test]
async fn a_process_that_is_killed() {
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
        INSERT INTO \"user\" SELECT i, i % 90 FROM n";
    let start = Start::of("column/nullable", rows).await;
    let before = all(
        &start.db,
        "SELECT sql || (SELECT sum(id * age) FROM \"user\") FROM sqlite_schema",
    )
    .await;
    let size = start.file().metadata().unwrap().len();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["rebuild::killed", "--exact", "--ignored"])
        .env(KILLED, start.scratch.url())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    // The new table is written to the file while it grows beyond what is kept in memory.
    while start.file().metadata().unwrap().len() == size {
        assert!(child.try_wait().unwrap().is_none(), "it was done too soon");
        assert!(Instant::now() < deadline, "nothing happens");
        thread::sleep(Duration::from_micros(200));
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    let journal = PathBuf::from(format!("{}-journal", start.file().display()));
    assert!(journal.exists(), "it was done already");
    let db = pool(start.scratch.url(), 1).await;
    let after = all(
        &db,
        "SELECT sql || (SELECT sum(id * age) FROM \"user\") FROM sqlite_schema",
    )
    .await;
    assert_eq!(after, before);
    assert_eq!(all(&db, "PRAGMA integrity_check").await, ["ok"]);
    start.up().await.unwrap();
}

#[tokio::test]
#[ignore = "it is killed by the test above"]
async fn killed() {
    let Ok(url) = env::var(KILLED) else { return };
    let db = pool(&url, 1).await;
    let nullable = golden("column/nullable");
    nullable.up(&SchemaManager::new(&db)).await.unwrap();
}
