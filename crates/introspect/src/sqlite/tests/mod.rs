//! Introspection of SQLite databases in memory.

mod columns;
mod constraints;
mod indexes;
mod objects;
mod statement;
mod tokens;

use std::error::Error as _;

use sea_orm::{ConnectOptions, ConnectionTrait, Database as SeaOrm, DatabaseConnection};
use seadrift_schema::{Index, PrimaryKey};

use super::*;

async fn connect(sql: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let db = SeaOrm::connect(options).await.unwrap();
    db.execute_unprepared(sql).await.unwrap();
    db
}

async fn read(sql: &str) -> Tables {
    let db = connect(sql).await;
    let database = crate::introspect(&db, &Scope::default()).await.unwrap();
    assert_eq!(database.own_schema, "main");
    assert!(database.schema.enums.is_empty());
    database.schema.tables
}

async fn read_one(sql: &str) -> Table {
    let tables: Vec<_> = read(sql).await.into_values().collect();
    let [table] = tables.try_into().unwrap();
    table
}

#[tokio::test]
async fn the_server_is_sqlite() {
    let db = connect("").await;
    let server = crate::server(&db).await.unwrap();
    assert_eq!(server.dialect, Dialect::Sqlite);
    assert!(server.version.starts_with("3."), "{server}");
}

#[tokio::test]
async fn an_error_says_what_was_read_and_keeps_its_source() {
    let db = connect("").await;
    let catalog = Catalog::new(&db, Dialect::Sqlite.name());
    let error = catalog.row("the indexes", "SELECT nothing").await;
    let error = error.map(drop).unwrap_err();
    assert_eq!(
        error.to_string(),
        "reading the indexes of the SQLite database failed"
    );
    assert!(error.source().unwrap().to_string().contains("nothing"));

    let mut row = catalog.row("the tables", "SELECT NULL").await.unwrap();
    assert!(matches!(
        row.text(),
        Err(Error::Read {
            what: "the tables",
            ..
        })
    ));
    assert!(row.text().is_err());
    assert!(catalog.row("the tables", "SELECT 1 WHERE 0").await.is_err());
}

#[tokio::test]
async fn names_may_be_anything() {
    let tables = read(
        r#"CREATE TABLE "o'brien ""x"" `y`" ("a b" int, "Ünï [c]" int, "select" int, PRIMARY KEY ("select", "a b"));
        CREATE UNIQUE INDEX "in'dex ""1""" ON "o'brien ""x"" `y`" ("Ünï [c]", "a b");
        CREATE TABLE "Order" ("group" int REFERENCES "o'brien ""x"" `y`" ("Ünï [c]"));"#,
    )
    .await;
    let odd = ObjectName::new("o'brien \"x\" `y`");
    let table = &tables[&odd];
    let key = PrimaryKey {
        name: None,
        columns: vec!["select".into(), "a b".into()],
    };
    assert_eq!(table.primary_key, Some(key));
    let mut index = Index::new("in'dex \"1\"", vec!["Ünï [c]".into(), "a b".into()]);
    index.unique = true;
    assert_eq!(table.indexes, [index]);
    let key = &tables[&ObjectName::new("Order")].foreign_keys[0];
    assert_eq!(key.references, odd);
    assert_eq!(key.referenced_columns, ["Ünï [c]"]);
}
