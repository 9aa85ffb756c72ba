//! Keys and checks.

use seadrift_schema::{Check, ForeignKey, IndexOrigin, ReferentialAction};

use super::*;

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
async fn foreign_keys_keep_their_names_and_clauses() {
    let table = read_one(
        "CREATE TABLE t (
            id INTEGER PRIMARY KEY,
            a int CONSTRAINT \"first key\" REFERENCES t ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED,
            b int REFERENCES t (id),
            CONSTRAINT third FOREIGN KEY (a, b) REFERENCES t (b, a) MATCH FULL
        )",
    )
    .await;
    let found: Vec<_> = table
        .foreign_keys
        .iter()
        .map(|key| {
            (
                key.columns.join(" "),
                key.name.as_deref(),
                key.clauses.as_deref(),
            )
        })
        .collect();
    let deferred = Some("DEFERRABLE INITIALLY DEFERRED");
    assert_eq!(
        found,
        [
            ("a".to_owned(), Some("first key"), deferred),
            ("b".to_owned(), None, None),
            ("a b".to_owned(), Some("third"), Some("MATCH FULL")),
        ]
    );
}

#[tokio::test]
async fn checks_of_columns_and_of_the_table_are_one_list() {
    let table = read_one(
        "CREATE TABLE t (
            a int CHECK (a > 0) CONSTRAINT small CHECK (a < 10),
            b text CHECK (json_valid(b)),
            CHECK (a <> 5 OR b = 'it''s (')
        )",
    )
    .await;
    let check = |name: Option<&str>, expression: &str, columns: &[&str]| Check {
        name: name.map(str::to_owned),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        ..Check::new(expression)
    };
    assert_eq!(
        table.checks,
        [
            check(None, "a > 0", &["a"]),
            check(Some("small"), "a < 10", &["a"]),
            check(None, "json_valid(b)", &["b"]),
            check(None, "a <> 5 OR b = 'it''s ('", &["a", "b"]),
        ]
    );
}

#[tokio::test]
async fn names_of_unique_constraints_are_kept() {
    let table = read_one(
        "CREATE TABLE t (
            a text, b text COLLATE NOCASE UNIQUE, c text,
            CONSTRAINT \"u 1\" UNIQUE (C, a),
            CONSTRAINT collated UNIQUE (a COLLATE NOCASE),
            CONSTRAINT primary_ PRIMARY KEY (a)
        )",
    )
    .await;
    let found: Vec<_> = table
        .indexes
        .iter()
        .map(|index| {
            assert_eq!(index.origin, IndexOrigin::Constraint);
            (
                index.name.as_str(),
                index.columns.join(" "),
                index.definition.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "collated",
                "a".to_owned(),
                Some("UNIQUE (a COLLATE NOCASE)")
            ),
            ("sqlite_autoindex_t_1", "b".to_owned(), None),
            ("u 1", "c a".to_owned(), None),
        ]
    );
    assert_eq!(table.primary_key.unwrap().name.as_deref(), Some("primary_"));
}
