//! Places to fill on SQLite, in databases with rows: what is filled there comes with the table that is made anew, or not at all.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use sea_orm_migration::SchemaManager;
use seadrift_cases::{COMPILED, Golden};
use seadrift_testkit::{Backend, Scratch, scratch};

use crate::cases::{generate::generate, load_case};

const CASE: &str = "rebuild/in-steps";

/// The starting database of the case, with rows that have no value for what the entities demand.
async fn start() -> (Scratch, DatabaseConnection, &'static Golden) {
    let compiled = COMPILED.iter().find(|case| case.name == CASE).unwrap();
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let case = load_case(CASE);
    generate(&case, compiled, &scratch).await.unwrap();
    scratch
        .execute("INSERT INTO user (name) VALUES (NULL); INSERT INTO post (id) VALUES (7), (9);")
        .await;
    let mut options = ConnectOptions::new(scratch.url());
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    (scratch, db, &compiled.migrations[0])
}

async fn all(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let ask = Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
    let rows = db.query_all_raw(ask).await.unwrap();
    let text = |row: &sea_orm::QueryResult| row.try_get_by_index::<Option<String>>(0);
    rows.iter()
        .map(|row| text(row).unwrap().unwrap_or_default())
        .collect()
}

async fn state(db: &DatabaseConnection) -> [Vec<String>; 3] {
    [
        all(db, "SELECT sql FROM sqlite_schema ORDER BY 1").await,
        all(db, "SELECT concat_ws(' ', id, name) FROM user ORDER BY id").await,
        all(db, "SELECT CAST(id AS text) FROM post ORDER BY id").await,
    ]
}

/// The SQL of the file's way forward, with the places filled in.
fn filled(golden: &Golden) -> String {
    let (_, up) = golden.source.split_once("const UP: &str = r#\"").unwrap();
    let (up, _) = up.split_once("\"#;").unwrap();
    let mut up = up.to_owned();
    for (place, filled) in [
        (
            r#"-- UPDATE "user" SET "name" = value WHERE "name" IS NULL;"#,
            r#"UPDATE "user" SET "name" = 'nobody' WHERE "name" IS NULL;"#,
        ),
        (
            r#"-- UPDATE "post" SET "title" = value WHERE "title" IS NULL;"#,
            r#"UPDATE "post" SET "title" = 'post ' || "id" WHERE "title" IS NULL;"#,
        ),
        (
            r#"-- UPDATE "post" SET "person_id" = value WHERE "person_id" IS NULL;"#,
            r#"UPDATE "post" SET "person_id" = 2 WHERE "person_id" IS NULL;"#,
        ),
    ] {
        assert!(up.contains(place), "{up}");
        up = up.replace(place, filled);
    }
    up
}

async fn run(db: &DatabaseConnection, sql: &str) -> Result<(), sea_orm::DbErr> {
    let whole = format!(
        "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; {sql} COMMIT; PRAGMA foreign_keys = ON;"
    );
    db.execute_unprepared(&whole).await.map(drop)
}

#[tokio::test]
async fn what_is_not_filled_changes_nothing() {
    let (_scratch, db, golden) = start().await;
    let before = state(&db).await;
    let failed = golden.migration.up(&SchemaManager::new(&db)).await;
    let error = failed.unwrap_err().to_string();
    assert!(error.contains("NOT NULL constraint failed"), "{error}");
    assert_eq!(state(&db).await, before);
}

#[tokio::test]
async fn what_is_filled_stays_on_the_way_back() {
    let (_scratch, db, golden) = start().await;
    run(&db, &filled(golden)).await.unwrap();
    let people = "SELECT concat_ws(' ', id, full_name) FROM person ORDER BY id";
    assert_eq!(all(&db, people).await, ["1 Ann", "2 Bob", "3 nobody"]);
    let posts = "SELECT concat_ws(' ', id, title, person_id) FROM post ORDER BY id";
    assert_eq!(all(&db, posts).await, ["7 post 7 2", "9 post 9 2"]);
    let refused = "INSERT INTO post (title, person_id) VALUES ('x', NULL)";
    assert!(db.execute_unprepared(refused).await.is_err());
    golden
        .migration
        .down(&SchemaManager::new(&db))
        .await
        .unwrap();
    let [_, users, posts] = state(&db).await;
    assert_eq!(users, ["1 Ann", "2 Bob", "3 nobody"]);
    assert_eq!(posts, ["7", "9"]);
}

/// What is filled with what does not fit, the transaction takes back with all else.
#[tokio::test]
async fn what_is_filled_badly_changes_nothing() {
    let (_scratch, db, golden) = start().await;
    let before = state(&db).await;
    let sql = filled(golden).replace("'post ' || \"id\"", "'twice'");
    let error = run(&db, &sql).await.unwrap_err().to_string();
    assert!(error.contains("UNIQUE constraint failed"), "{error}");
    db.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(state(&db).await, before);
    let sql = filled(golden).replace("SET \"person_id\" = 2", "SET \"person_id\" = 99");
    let error = run(&db, &sql).await.unwrap_err().to_string();
    assert!(error.contains("points to no row"), "{error}");
    db.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(state(&db).await, before);
}
