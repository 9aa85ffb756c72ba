//! Introspection against sea-schema's own discovery, on what that reads correctly: tables, columns by name,
//! nullability, the columns of primary keys, foreign keys with their targets.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{MYSQL, POSTGRES, run, with_database};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use sea_schema::{mysql, postgres, sqlite};
use seadrift_introspect::{Scope, introspect};

/// Tables that every engine takes.
const TABLES: &str = "
    CREATE TABLE country (code char(2) PRIMARY KEY, name varchar(80) NOT NULL, motto text);
    CREATE TABLE city (
        country char(2) NOT NULL,
        number integer NOT NULL,
        name varchar(80) NOT NULL,
        twin_country char(2),
        twin_number integer,
        founded date,
        PRIMARY KEY (country, number),
        CONSTRAINT city_country FOREIGN KEY (country) REFERENCES country (code) ON DELETE CASCADE,
        CONSTRAINT city_twin FOREIGN KEY (twin_country, twin_number) REFERENCES city (country, number)
    );
    CREATE TABLE visit (id integer NOT NULL PRIMARY KEY, at timestamp NULL, note text NOT NULL);
    CREATE TABLE log (line text);";

/// What is compared of a table.
#[derive(Debug, Default, PartialEq)]
struct Facts {
    /// Whether each column takes NULL.
    columns: BTreeMap<String, bool>,
    primary_key: BTreeSet<String>,
    /// Columns, target, target columns.
    foreign_keys: BTreeSet<(Vec<String>, String, Vec<String>)>,
}

async fn ours(db: &DatabaseConnection) -> BTreeMap<String, Facts> {
    let tables = introspect(db, &Scope::default())
        .await
        .unwrap()
        .schema
        .tables;
    let facts = |table: seadrift_schema::Table| Facts {
        columns: table
            .columns
            .into_iter()
            .map(|c| (c.name, c.nullable))
            .collect(),
        primary_key: table
            .primary_key
            .into_iter()
            .flat_map(|key| key.columns)
            .collect(),
        foreign_keys: table
            .foreign_keys
            .into_iter()
            .map(|key| (key.columns, key.references.name, key.referenced_columns))
            .collect(),
    };
    tables
        .into_iter()
        .map(|(name, table)| (name.name, facts(table)))
        .collect()
}

#[tokio::test]
async fn sqlite_agrees() {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let db = Database::connect(options).await.unwrap();
    run(&db, TABLES).await;
    let pool = db.get_sqlite_connection_pool().clone();
    let discovery = sqlite::discovery::SchemaDiscovery::new(pool);
    let theirs = discovery
        .discover()
        .await
        .unwrap()
        .tables
        .into_iter()
        .map(|table| {
            let facts = Facts {
                columns: table
                    .columns
                    .iter()
                    .map(|c| (c.name.clone(), !c.not_null))
                    .collect(),
                primary_key: table
                    .columns
                    .into_iter()
                    .filter(|column| column.primary_key)
                    .map(|column| column.name)
                    .collect(),
                foreign_keys: table
                    .foreign_keys
                    .into_iter()
                    .map(|key| (key.from, key.table, key.to))
                    .collect(),
            };
            (table.name, facts)
        });
    assert_eq!(ours(&db).await, theirs.collect());
}

#[tokio::test]
async fn postgres_agrees() {
    with_database(POSTGRES, |scratch| async move {
        run(&scratch.db, TABLES).await;
        let pool = scratch.db.get_postgres_connection_pool().clone();
        let discovery = postgres::discovery::SchemaDiscovery::new(pool, "public");
        let theirs = discovery
            .discover()
            .await
            .unwrap()
            .tables
            .into_iter()
            .map(|table| {
                let facts = Facts {
                    columns: table
                        .columns
                        .into_iter()
                        .map(|column| (column.name, column.not_null.is_none()))
                        .collect(),
                    primary_key: table
                        .primary_key_constraints
                        .into_iter()
                        .flat_map(|key| key.columns)
                        .collect(),
                    foreign_keys: table
                        .reference_constraints
                        .into_iter()
                        .map(|key| (key.columns, key.table, key.foreign_columns))
                        .collect(),
                };
                (table.info.name, facts)
            });
        assert_eq!(ours(&scratch.db).await, theirs.collect());
    })
    .await;
}

#[tokio::test]
async fn mysql_agrees() {
    with_database(MYSQL, |scratch| async move {
        run(&scratch.db, TABLES).await;
        let pool = scratch.db.get_mysql_connection_pool().clone();
        let discovery = mysql::discovery::SchemaDiscovery::new(pool, &scratch.name);
        let theirs = discovery
            .discover()
            .await
            .unwrap()
            .tables
            .into_iter()
            .map(|table| {
                let is_key = |column: &&mysql::def::ColumnInfo| {
                    matches!(column.key, mysql::def::ColumnKey::Primary)
                };
                let facts = Facts {
                    columns: table
                        .columns
                        .iter()
                        .map(|c| (c.name.clone(), c.null))
                        .collect(),
                    primary_key: table
                        .columns
                        .iter()
                        .filter(is_key)
                        .map(|column| column.name.clone())
                        .collect(),
                    foreign_keys: table
                        .foreign_keys
                        .into_iter()
                        .map(|key| (key.columns, key.referenced_table, key.referenced_columns))
                        .collect(),
                };
                (table.info.name, facts)
            });
        assert_eq!(ours(&scratch.db).await, theirs.collect());
    })
    .await;
}
