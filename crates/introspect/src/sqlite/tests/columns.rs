//! Columns: types, defaults, numbering, collations, what computes them.

use seadrift_schema::{Column, DefaultValue, Generated, Type};

use super::*;

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
            h
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
        ("h", Type::Other(String::new()), true, None),
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
async fn computed_columns_say_how() {
    let table = read_one(
        "CREATE TABLE t (
            a int,
            b int GENERATED ALWAYS AS (a + (1)) STORED,
            c text as (a || ')' /* ( */) NOT NULL UNIQUE,
            d AS ((a)) VIRTUAL
        )",
    )
    .await;
    let generated: Vec<_> = table.columns.iter().map(|c| c.generated.clone()).collect();
    let by = |expression: &str, stored| {
        let expression = expression.to_owned();
        Some(Box::new(Generated { expression, stored }))
    };
    let expected = [
        None,
        by("a + (1)", true),
        by("a || ')'", false),
        by("a", false),
    ];
    assert_eq!(generated, expected);
    assert_eq!(table.columns[1].ty, Type::Integer);
    assert!(!table.columns[2].nullable);
}

#[tokio::test]
async fn a_collation_is_said_where_it_is_not_binary() {
    let table = read_one(
        "CREATE TABLE t (a text COLLATE nocase, b text COLLATE Binary, c text COLLATE \"RTRIM\", d text)",
    )
    .await;
    let collations: Vec<_> = table
        .columns
        .iter()
        .map(|c| c.collation.as_deref())
        .collect();
    assert_eq!(collations, [Some("NOCASE"), None, Some("RTRIM"), None]);
}

#[tokio::test]
async fn a_descending_key_is_not_the_row_id() {
    let table = read_one("CREATE TABLE t (id INTEGER PRIMARY KEY DESC)").await;
    assert!(!table.columns[0].auto_increment);
    let table = read_one("CREATE TABLE t (id INTEGER, CONSTRAINT own PRIMARY KEY (id))").await;
    assert!(table.columns[0].auto_increment);
    assert_eq!(table.primary_key.unwrap().name.as_deref(), Some("own"));
}

#[tokio::test]
async fn altered_and_selected_tables_are_read() {
    let mut tables = read(
        "CREATE TABLE t (a int CHECK (a > 0));
        ALTER TABLE t ADD COLUMN b text COLLATE NOCASE DEFAULT '(' CHECK (b <> ')') REFERENCES u DEFERRABLE;
        ALTER TABLE t RENAME COLUMN a TO \"a (\";
        ALTER TABLE t RENAME TO \"t (\";
        CREATE TABLE copy AS SELECT * FROM \"t (\";",
    )
    .await;
    let table = tables.remove(&ObjectName::new("t (")).unwrap();
    let checks: Vec<_> = table.checks.iter().map(|c| c.expression.as_str()).collect();
    assert_eq!(checks, ["\"a (\" > 0", "b <> ')'"]);
    assert_eq!(table.columns[1].collation.as_deref(), Some("NOCASE"));
    assert_eq!(table.foreign_keys[0].clauses.as_deref(), Some("DEFERRABLE"));
    let copy = tables.remove(&ObjectName::new("copy")).unwrap();
    assert_eq!(copy.columns.len(), 2);
    assert_eq!(copy.checks, []);
}
