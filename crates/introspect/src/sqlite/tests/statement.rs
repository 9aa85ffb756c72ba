//! What is read from the text of a `CREATE TABLE`.

use super::{
    create_table::{CreateTable, References, Unique, read},
    tokens::random_text,
};
use seadrift_schema::Check;

fn checks(sql: &str) -> Vec<(Option<String>, String)> {
    let checks = read(sql).checks.into_iter();
    checks.map(|check| (check.name, check.expression)).collect()
}

fn check(name: &str, expression: &str) -> (Option<String>, String) {
    let name = Some(name.to_owned()).filter(|name| !name.is_empty());
    (name, expression.to_owned())
}

#[test]
fn checks_are_found_among_everything_else() {
    let found = checks(
        r#"CREATE TABLE "CHECK (" /* CHECK (no) */ (
            "check" int CHECK ("check" > 0) CONSTRAINT "a b" CHECK (("check" < 9)), -- CHECK (no)
            key text DEFAULT 'CHECK (no)' check(key <> 'it''s )' AND [key] <> ')'),
            [as] int DEFAULT (CASE WHEN 1 THEN 2 END) CHECK ([as] IN (1, 2)),
            t "VARCHAR CHECK (9)",
            CONSTRAINT 'quoted' CHECK (f(a, (b))),
            CONSTRAINT one CHECK (a) CONSTRAINT two CHECK (b) CHECK (c
                -- why
                > 0)
        )"#,
    );
    assert_eq!(
        found,
        [
            check("", "\"check\" > 0"),
            check("a b", "\"check\" < 9"),
            check("", "key <> 'it''s )' AND [key] <> ')'"),
            check("", "[as] IN (1, 2)"),
            check("quoted", "f(a, (b))"),
            check("one", "a"),
            check("two", "b"),
            check("", "c > 0"),
        ]
    );
}

#[test]
fn a_name_belongs_to_the_next_constraint_only() {
    let table = read(
        "CREATE TABLE t (
            a int CONSTRAINT nn NOT NULL CHECK (a > 0),
            b int CONSTRAINT d DEFAULT 1 UNIQUE,
            c int CONSTRAINT pk PRIMARY KEY CONSTRAINT fk REFERENCES u CONSTRAINT dangling,
            d int UNIQUE
        )",
    );
    assert_eq!(table.checks[0].name, None);
    assert_eq!(table.primary_key.as_deref(), Some("pk"));
    assert_eq!(table.references[0].name.as_deref(), Some("fk"));
    assert!(table.uniques.iter().all(|unique| unique.name.is_none()));
}

#[test]
fn columns_say_collation_and_expression() {
    let table = read(
        r#"CREATE TABLE t (
            a text collate nocase NOT NULL,
            "b ""c" COLLATE "my own" DEFAULT (x COLLATE rtrim),
            d DEFAULT collate,
            e int GENERATED ALWAYS AS (a || ')') STORED,
            f int AS ((length(a)) + (1)) COLLATE binary,
            as_ int,
            g DEFAULT -5 COLLATE RTRIM,
            PRIMARY KEY (a COLLATE rtrim)
        )"#,
    );
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| {
            (
                column.name.as_str(),
                column.collation.as_deref(),
                column.generated.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("a", Some("NOCASE"), None),
            ("b \"c", Some("\"my own\""), None),
            ("d", None, None),
            ("e", None, Some("a || ')'")),
            ("f", Some("BINARY"), Some("(length(a)) + (1)")),
            ("as_", None, None),
            ("g", Some("RTRIM"), None),
        ]
    );
}

#[test]
fn foreign_keys_say_name_and_clauses() {
    let key = |name: &str, columns: &[&str], clauses: &[&str]| References {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        clauses: clauses.iter().map(|c| (*c).to_owned()).collect(),
    };
    let table = read(
        "CREATE TABLE t (
            a int REFERENCES u ON DELETE SET DEFAULT deferrable /* x */ initially deferred,
            b int CONSTRAINT \"k 1\" REFERENCES u(id) NOT NULL NOT DEFERRABLE,
            match int REFERENCES u MATCH full ON UPDATE NO ACTION CHECK (match),
            c MATCH,
            CONSTRAINT k2 FOREIGN KEY (a, [b c]) REFERENCES u (x, y) ON DELETE CASCADE MATCH SIMPLE DEFERRABLE,
            FOREIGN KEY (a) REFERENCES \"references\" (id)
        )",
    );
    assert_eq!(
        table.references,
        [
            key("", &["a"], &["DEFERRABLE INITIALLY DEFERRED"]),
            key("k 1", &["b"], &["NOT DEFERRABLE"]),
            key("", &["match"], &["MATCH FULL"]),
            key("k2", &["a", "b c"], &["MATCH SIMPLE", "DEFERRABLE"]),
            key("", &["a"], &[]),
        ]
    );
    assert_eq!(table.checks.len(), 1);
}

#[test]
fn unique_constraints_say_name_and_columns() {
    let unique = |name: &str, columns: &[&str], definition: &str| Unique {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        definition: definition.to_owned(),
    };
    let table = read(
        "CREATE TABLE t (a text UNIQUE, b CONSTRAINT \"u b\" UNIQUE ON CONFLICT REPLACE,
            CONSTRAINT uab UNIQUE (a COLLATE NOCASE, \"b\" DESC) UNIQUE (b, a) ON CONFLICT IGNORE)",
    );
    assert_eq!(
        table.uniques,
        [
            unique("", &["a"], "UNIQUE"),
            unique("u b", &["b"], "UNIQUE"),
            unique("uab", &["a", "b"], "UNIQUE (a COLLATE NOCASE, \"b\" DESC)"),
            unique("", &["b", "a"], "UNIQUE (b, a)"),
        ]
    );
}

#[test]
fn a_statement_may_end_anywhere() {
    assert_eq!(read(""), CreateTable::default());
    assert_eq!(read("CREATE TABLE t"), CreateTable::default());
    let sql = "CREATE TABLE t (a int CONSTRAINT c CHECK (a > '(') COLLATE nocase AS (1) DEFAULT -1 \
        REFERENCES u (x) ON DELETE SET NULL MATCH full NOT DEFERRABLE INITIALLY IMMEDIATE, \
        CONSTRAINT k FOREIGN KEY (a, \"b\") REFERENCES u, UNIQUE (a COLLATE [x y]))";
    for end in 0..=sql.len() {
        read(&sql[..end]);
    }
    let cut = "CREATE TABLE t (a CHECK (a > 'open";
    assert_eq!(read(cut).checks, [Check::new("a > 'open")]);
}

#[test]
fn any_text_is_read() {
    for seed in 0..20_000 {
        read(&random_text(seed));
        read(&format!("CREATE TABLE t (a {}", random_text(seed)));
    }
}
