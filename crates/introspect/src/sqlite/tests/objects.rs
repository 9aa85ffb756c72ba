//! Which tables are read, and what else is seen.

use super::*;

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
        ..Scope::default()
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
async fn what_is_no_table_is_seen() {
    let db = connect(
        "CREATE TABLE t (a int);
        CREATE TABLE hidden (a int);
        CREATE VIEW \"v 'x\"\"\" AS SELECT 1 AS one;
        CREATE VIEW broken AS SELECT * FROM nowhere;
        CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;
        CREATE TEMPORARY VIEW passing AS SELECT 1 AS one;
        CREATE VIRTUAL TABLE search USING fts5 (body);",
    )
    .await;
    let scope = Scope {
        ignored_tables: &["hidden".to_owned()],
        ..Scope::default()
    };
    let schema = crate::introspect(&db, &scope).await.unwrap().schema;
    let seen: Vec<_> = schema
        .unmanaged
        .iter()
        .map(|object| (object.kind.as_str(), object.name.name.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("shadow table", "search_config"),
            ("shadow table", "search_content"),
            ("shadow table", "search_data"),
            ("shadow table", "search_docsize"),
            ("shadow table", "search_idx"),
            ("trigger", "tr"),
            ("view", "broken"),
            ("view", "v 'x\""),
            ("virtual table", "search"),
        ]
    );
    assert_eq!(schema.tables.len(), 1);
}

#[tokio::test]
async fn options_are_said() {
    let tables = read(
        "CREATE TABLE a (x int);
        CREATE TABLE b (x int) STRICT;
        CREATE TABLE c (x int PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE d (x int PRIMARY KEY) without /* , */ rowid, strict;",
    )
    .await;
    let options: Vec<_> = tables
        .values()
        .map(|table| table.options.as_deref())
        .collect();
    let expected = [
        None,
        Some("STRICT"),
        Some("WITHOUT ROWID"),
        Some("STRICT, WITHOUT ROWID"),
    ];
    assert_eq!(options, expected);
}
