//! Scratch databases on every backend: there, empty, and gone.

use sea_orm::{ConnectionTrait, Database, Statement};
use seadrift_testkit::{
    Backend, Rights, Scratch, backends, scratch, version, with_database, with_password,
};

async fn tables(database: &Scratch) -> Vec<String> {
    let query = match database.backend() {
        Backend::Sqlite => "SELECT name FROM sqlite_master",
        Backend::Postgres => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
        }
        Backend::MySql => {
            "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE()"
        }
    };
    let connection = database.connect().await;
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

/// Whether `url` can be connected to and the statement run.
async fn runs(url: &str, sql: &str) -> bool {
    match Database::connect(url).await {
        Ok(connection) => connection.execute_unprepared(sql).await.is_ok(),
        Err(_) => false,
    }
}

async fn comes_and_goes(backend: Backend) {
    let Some(database) = scratch(backend).await else {
        return;
    };
    assert_eq!(tables(&database).await, Vec::<String>::new());
    database
        .execute("CREATE TABLE a (id INT); INSERT INTO a VALUES (1); CREATE TABLE b (id INT);")
        .await;
    let mut found = tables(&database).await;
    found.sort();
    assert_eq!(found, ["a", "b"]);

    let other = scratch(backend).await.unwrap();
    assert_eq!(tables(&other).await, Vec::<String>::new());

    // An open transaction does not keep the database.
    let connection = database.connect().await;
    let transaction = sea_orm::TransactionTrait::begin(&connection).await.unwrap();
    transaction
        .execute_unprepared("INSERT INTO a VALUES (2)")
        .await
        .unwrap();
    let url = database.url().replace("mode=rwc", "mode=rw");
    drop(database);
    assert!(!runs(&url, "SELECT 1").await);
    assert!(runs(other.url(), "SELECT 1").await);
}

#[tokio::test]
async fn sqlite_comes_and_goes() {
    comes_and_goes(Backend::Sqlite).await;
}

#[tokio::test]
async fn postgres_comes_and_goes() {
    comes_and_goes(Backend::Postgres).await;
}

#[tokio::test]
async fn mysql_comes_and_goes() {
    comes_and_goes(Backend::MySql).await;
}

#[tokio::test]
async fn a_panicking_test_leaves_nothing() {
    for backend in backends() {
        let (send, receive) = std::sync::mpsc::channel();
        let task = tokio::spawn(async move {
            let database = scratch(backend).await.unwrap();
            let url = database.url().replace("mode=rwc", "mode=rw");
            send.send(url).unwrap();
            database.execute("SELECT 1; no statement").await;
        });
        assert!(task.await.unwrap_err().is_panic());
        assert!(!runs(&receive.recv().unwrap(), "SELECT 1").await);
    }
}

#[tokio::test]
async fn roles_have_their_rights_and_no_others() {
    for backend in backends() {
        let database = scratch(backend).await.unwrap();
        let owner = database.role(Rights::Own).await;
        assert!(runs(&owner, "CREATE TABLE a (id INT)").await, "{backend}");
        let reader = database.role(Rights::Read).await;
        let nobody = database.role(Rights::None).await;

        assert!(runs(&reader, "SELECT * FROM a").await, "{backend}");
        assert!(!runs(&reader, "INSERT INTO a VALUES (1)").await);
        assert!(!runs(&reader, "CREATE TABLE b (id INT)").await);
        assert!(!runs(&nobody, "CREATE TABLE b (id INT)").await);
        assert!(runs(&owner, "ALTER TABLE a ADD COLUMN note INT").await);
        if backend != Backend::Sqlite {
            assert!(!runs(&nobody, "SELECT * FROM a").await, "{backend}");
            assert!(!runs(&owner, "CREATE DATABASE seadrift_more").await);
        }
        drop(database);
        assert!(!runs(&reader, "SELECT 1").await);
    }
}

#[tokio::test]
async fn wrong_urls_do_not_connect() {
    for backend in backends() {
        let database = scratch(backend).await.unwrap();
        let missing = with_database(database.url(), "no_such_db");
        assert!(!runs(&missing, "SELECT 1").await, "{backend}");
        if backend != Backend::Sqlite {
            let refused = with_password(database.url(), "wrong");
            assert!(!runs(&refused, "SELECT 1").await, "{backend}");
        }
    }
}

#[tokio::test]
async fn versions_are_told() {
    for backend in backends() {
        let version = version(backend).await.unwrap();
        let (name, number) = version.split_once(' ').unwrap();
        assert!(["SQLite", "PostgreSQL", "MySQL", "MariaDB"].contains(&name));
        assert!(number.starts_with(|c: char| c.is_ascii_digit()), "{number}");
    }
}
