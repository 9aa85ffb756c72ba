//! A list of tables: the others are not read.

use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use seadrift_introspect::{Scope, introspect};
use seadrift_schema::Table;

use crate::support::{MYSQL, ODD, POSTGRES, run, strings, with_database};

/// Tables that every engine takes, with everything that a table may have; the name `odd` is quoted for the engine.
fn tables(odd: &str) -> String {
    format!(
        "CREATE TABLE a (id integer PRIMARY KEY, n integer NOT NULL CHECK (n > 0), u varchar(9) UNIQUE);
        CREATE TABLE {odd} (id integer PRIMARY KEY, a integer, FOREIGN KEY (a) REFERENCES a (id));
        CREATE TABLE A_ (id integer PRIMARY KEY, a integer CHECK (a > 1), FOREIGN KEY (a) REFERENCES a (id));
        CREATE INDEX i ON a (n);
        CREATE INDEX i2 ON A_ (a);
        CREATE VIEW v AS SELECT 1 AS one;"
    )
}

async fn only_listed_tables_are_read(db: &DatabaseConnection) {
    let read = async |names: Option<&[String]>, ignored: &[String]| {
        let scope = Scope {
            ignored_tables: ignored,
            tables: names,
            ..Scope::default()
        };
        introspect(db, &scope).await.unwrap().schema
    };
    let all = read(None, &[]).await;
    assert_eq!(all.tables.len(), 3);
    let (one, odd) = (strings(&["a"]), strings(&[ODD, "a", "missing"]));
    for (listed, ignored, expected) in [
        (&one[..], &[][..], &["a"][..]),
        (&odd, &[], &["a", ODD]),
        (&odd, &one, &[ODD]),
        // Names are as the database spells them.
        (&strings(&["MISSING", "' OR 1 = 1 --"]), &[], &[]),
        (&[], &[], &[]),
    ] {
        let read = read(Some(listed), ignored).await;
        let names: Vec<_> = read.tables.keys().map(|name| name.name.as_str()).collect();
        assert_eq!(names, expected);
        for table in read.tables.values() {
            assert_eq!(Some(table), all.tables.get(&table.name));
        }
        // Views are no tables, and are told of.
        assert_eq!(read.unmanaged, all.unmanaged);
    }
    let keys = |table: &Table| (table.indexes.len(), table.checks.len());
    assert_eq!(all.tables.values().map(keys).max(), Some((2, 1)));
}

#[tokio::test]
async fn sqlite_reads_only_listed_tables() {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let db = Database::connect(options).await.unwrap();
    run(&db, &tables("\"o'dd \"\"Table\"\" `ü`\"")).await;
    only_listed_tables_are_read(&db).await;
}

#[tokio::test]
async fn mysql_reads_only_listed_tables() {
    with_database(MYSQL, |scratch| async move {
        run(&scratch.db, &tables("`o'dd \"Table\" ``ü```")).await;
        only_listed_tables_are_read(&scratch.db).await;
    })
    .await;
}

#[tokio::test]
async fn postgres_reads_only_listed_tables() {
    with_database(POSTGRES, |scratch| async move {
        run(&scratch.db, &tables("\"o'dd \"\"Table\"\" `ü`\"")).await;
        only_listed_tables_are_read(&scratch.db).await;
    })
    .await;
}
