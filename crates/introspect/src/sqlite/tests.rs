//! Introspection of SQLite databases in memory.

use std::error::Error as _;

use sea_orm::{ConnectOptions, Database as SeaOrm, DatabaseConnection};
use seadrift_schema::{PrimaryKey, ReferentialAction, Type};

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
async fn columns_are_read_in_order() {
    let table = read_one(
        r#"CREATE TABLE t (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            "select" VARCHAR(20) NOT NULL DEFAULT 'it''s',
            b datetime_text DEFAULT CURRENT_TIMESTAMP,
            c text DEFAULT "quoted ""word""",
            d text DEFAULT word,
            e int DEFAULT (1 + 1),
            f int DEFAULT -5,
            g text DEFAULT NULL,
            h int AS (f + 1),
            i int AS (f + 1) STORED,
            j
        )"#,
    )
    .await;
    let text = |value: &str| Some(DefaultValue::Text(value.to_owned()));
    let expected = [
        ("id", Type::Integer, false, None),
        ("select", Type::String(Some(20)), false, text("it's")),
        (
            "b",
            Type::DateTime,
            true,
            Some(DefaultValue::CurrentTimestamp),
        ),
        ("c", Type::Text, true, text("quoted \"word\"")),
        ("d", Type::Text, true, text("word")),
        (
            "e",
            Type::Integer,
            true,
            Some(DefaultValue::Expression("1 + 1".into())),
        ),
        (
            "f",
            Type::Integer,
            true,
            Some(DefaultValue::Number("-5".into())),
        ),
        ("g", Type::Text, true, None),
        ("h", Type::Integer, true, None),
        ("i", Type::Integer, true, None),
        ("j", Type::Other(String::new()), true, None),
    ];
    let expected = expected.map(|(name, ty, nullable, default)| Column {
        nullable,
        default,
        auto_increment: name == "id",
        ..Column::new(name, ty)
    });
    assert_eq!(table.columns, expected);
}

#[tokio::test]
async fn only_the_row_id_numbers_itself() {
    let tables = read(
        "CREATE TABLE a (id INTEGER PRIMARY KEY);
        CREATE TABLE b (id INT PRIMARY KEY);
        CREATE TABLE c (id INTEGER PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE d (id INTEGER, x INTEGER, PRIMARY KEY (id, x));
        CREATE TABLE e (x TEXT PRIMARY KEY);",
    )
    .await;
    let numbered: Vec<_> = tables
        .values()
        .filter(|table| table.columns.iter().any(|column| column.auto_increment))
        .map(|table| table.name.to_string())
        .collect();
    assert_eq!(numbered, ["a"]);
    assert!(tables.values().all(|table| {
        let mut columns = table.columns.iter();
        table.primary_key.is_some() && columns.all(|column| !column.nullable)
    }));
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
    assert_eq!(
        table.indexes,
        [Index {
            name: "in'dex \"1\"".into(),
            columns: vec!["Ünï [c]".into(), "a b".into()],
            unique: true,
            origin: IndexOrigin::Index,
            definition: None,
        }]
    );
    let key = &tables[&ObjectName::new("Order")].foreign_keys[0];
    assert_eq!(key.references, odd);
    assert_eq!(key.referenced_columns, ["Ünï [c]"]);
}

#[tokio::test]
async fn tables_of_others_are_left_out() {
    let db = connect(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);
        CREATE TABLE sqlitex (a int);
        CREATE TABLE seaql_migrations (version text);
        CREATE TABLE other (a int REFERENCES seaql_migrations);
        CREATE VIRTUAL TABLE search USING fts5 (body);
        CREATE VIEW v AS SELECT 1 AS one;
        CREATE TEMPORARY TABLE temporary (a int);
        INSERT INTO t DEFAULT VALUES;
        ANALYZE;",
    )
    .await;
    let scope = Scope {
        schemas: &["app".to_owned()],
        ignored_tables: &["seaql_migrations".to_owned()],
    };
    let database = crate::introspect(&db, &scope).await.unwrap();
    let names: Vec<_> = database
        .schema
        .tables
        .keys()
        .map(|n| n.to_string())
        .collect();
    assert_eq!(names, ["other", "sqlitex", "t"]);
}

#[tokio::test]
async fn a_temporary_table_does_not_hide_one_of_the_same_name() {
    let table = read_one(
        "CREATE TABLE t (a int, UNIQUE (a)); CREATE TEMPORARY TABLE t (b int PRIMARY KEY);",
    )
    .await;
    assert_eq!(table.columns.len(), 1);
    assert_eq!(table.columns[0].name, "a");
    assert_eq!(table.primary_key, None);
    assert_eq!(table.indexes.len(), 1);
}

#[tokio::test]
async fn what_is_more_than_columns_ends_as_a_definition() {
    let table = read_one(
        "CREATE TABLE t (a text, b text COLLATE NOCASE, c int, UNIQUE (b, a));
        CREATE INDEX plain ON t (c, a);
        CREATE INDEX inherits ON t (b);
        CREATE INDEX collated ON t (a COLLATE NOCASE);
        CREATE INDEX descending ON t (a, c DESC);
        CREATE INDEX expression ON t (a, lower(b));
        CREATE UNIQUE INDEX partial ON t (a) WHERE c > 0;",
    )
    .await;
    let found: Vec<_> = table
        .indexes
        .iter()
        .map(|index| {
            (
                index.name.as_str(),
                index.columns.join(" "),
                index.unique,
                index.origin == IndexOrigin::Constraint,
                index.definition.as_deref(),
            )
        })
        .collect();
    let sql = |sql| (String::new(), Some(sql));
    let (collated, descending, expression, partial) = (
        sql("CREATE INDEX collated ON t (a COLLATE NOCASE)"),
        sql("CREATE INDEX descending ON t (a, c DESC)"),
        sql("CREATE INDEX expression ON t (a, lower(b))"),
        sql("CREATE UNIQUE INDEX partial ON t (a) WHERE c > 0"),
    );
    assert_eq!(
        found,
        [
            ("collated", collated.0, false, false, collated.1),
            ("descending", descending.0, false, false, descending.1),
            ("expression", expression.0, false, false, expression.1),
            ("inherits", "b".to_owned(), false, false, None),
            ("partial", partial.0, true, false, partial.1),
            ("plain", "c a".to_owned(), false, false, None),
            ("sqlite_autoindex_t_1", "b a".to_owned(), true, true, None),
        ]
    );
}

#[tokio::test]
async fn foreign_keys_keep_their_columns_together() {
    let tables = read(
        "CREATE TABLE parent (x int, y int, z int UNIQUE, PRIMARY KEY (y, x));
        CREATE TABLE child (
            a int, b int, c int,
            FOREIGN KEY (a, b) REFERENCES PARENT ON DELETE CASCADE ON UPDATE SET NULL,
            FOREIGN KEY (b, a) REFERENCES parent (X, Y) ON DELETE SET DEFAULT,
            FOREIGN KEY (c) REFERENCES parent (z) ON DELETE RESTRICT,
            FOREIGN KEY (c) REFERENCES missing
        );",
    )
    .await;
    let key = |columns: &[&str], to: &str, referenced: &[&str], on_delete, on_update| ForeignKey {
        name: None,
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        references: ObjectName::new(to),
        referenced_columns: referenced.iter().map(|c| (*c).to_owned()).collect(),
        on_delete: Some(on_delete),
        on_update: Some(on_update),
        clauses: None,
    };
    use ReferentialAction::*;
    assert_eq!(
        tables[&ObjectName::new("child")].foreign_keys,
        [
            key(&["a", "b"], "parent", &["y", "x"], Cascade, SetNull),
            key(&["b", "a"], "parent", &["x", "y"], SetDefault, NoAction),
            key(&["c"], "parent", &["z"], Restrict, NoAction),
            key(&["c"], "missing", &[], NoAction, NoAction),
        ]
    );
}

#[tokio::test]
async fn an_error_says_what_was_read_and_keeps_its_source() {
    let db = connect("").await;
    let catalog = Catalog::new(&db, Dialect::Sqlite.name());
    let rows = catalog.rows("the indexes", "SELECT nothing", &[]);
    let error = rows.await.map(|rows| rows.len()).unwrap_err();
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
