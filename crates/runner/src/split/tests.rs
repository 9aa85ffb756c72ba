//! Where statements end, by example; by random files in `tests/laws/split.rs`.

use super::*;

fn texts(source: &str, dialect: Dialect) -> Vec<String> {
    let all = statements(source, dialect).unwrap();
    all.iter()
        .map(|one| format!("{}: {}", one.line, one.text))
        .collect()
}

#[test]
fn a_semicolon_in_quotes_or_a_comment_ends_nothing() {
    let source = "-- a; b\nSELECT 'a;''b', \"c;\" /* d; */;\n\n;SELECT 2";
    for dialect in [Dialect::Postgres, Dialect::MariaDb, Dialect::Sqlite] {
        assert_eq!(
            texts(source, dialect),
            ["2: SELECT 'a;''b', \"c;\" /* d; */", "4: SELECT 2"],
            "{dialect}"
        );
    }
}

#[test]
fn each_engine_has_quotes_of_its_own() {
    let postgres =
        "CREATE FUNCTION a() AS $b$x; $$ y;$b$;SELECT E'\\';', $1, '\\'; SELECT 1 /* /* ; */ ; */;";
    assert_eq!(
        texts(postgres, Dialect::Postgres),
        [
            "1: CREATE FUNCTION a() AS $b$x; $$ y;$b$",
            "1: SELECT E'\\';', $1, '\\'",
            "1: SELECT 1 /* /* ; */ ; */",
        ]
    );
    let mysql = "SELECT 'a\\';', `b;`; # c;\n/*!40101 SET a = 1 */;\nSELECT 5--1;";
    assert_eq!(
        texts(mysql, Dialect::MySql),
        [
            "1: SELECT 'a\\';', `b;`",
            "2: /*!40101 SET a = 1 */",
            "3: SELECT 5--1"
        ]
    );
    assert_eq!(texts("SELECT [a;b]; SELECT `c;`", Dialect::Sqlite).len(), 2);
    let doubled = "SELECT E'a''\\';b'; SELECT 2";
    assert_eq!(texts(doubled, Dialect::Postgres).len(), 2);
}

#[test]
fn comments_are_what_is_in_no_quotes() {
    for (source, dialect, expected) in [
        (
            "-- a\nSELECT '-- b', E'\\'-- c', $$-- d$$; /* e /* f */ g */\nSELECT 1 -- h",
            Dialect::Postgres,
            &["-- a\n", "/* e /* f */ g */", "-- h"][..],
        ),
        (
            "# a\nSELECT 5--1, '\\'# b', `# c`; /*! -- d */ /* e */",
            Dialect::MySql,
            &["# a\n", "/* e */"],
        ),
        ("SELECT [-- a], 1 # b;\n/* c", Dialect::Sqlite, &["/* c"]),
        ("-- a\nSELECT 'b\n-- c", Dialect::Sqlite, &["-- a\n"]),
    ] {
        assert_eq!(comments(source, dialect), expected, "{source}");
    }
}

#[test]
fn a_block_is_one_statement() {
    let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END";
    assert_eq!(
        texts(&format!("{trigger};\nSELECT 1;"), Dialect::Sqlite),
        [format!("1: {trigger}"), "2: SELECT 1".to_owned()]
    );
    let function = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
    assert_eq!(
        texts(&format!("{function}; BEGIN; COMMIT;"), Dialect::Postgres),
        [
            format!("1: {function}"),
            "1: BEGIN".to_owned(),
            "1: COMMIT".to_owned()
        ]
    );
    // Comments are no part of what it looks for.
    let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 3; -- over\nEND /* of it */";
    assert_eq!(
        texts(&format!("{trigger};\nSELECT 1;"), Dialect::Sqlite).len(),
        2
    );
    assert_eq!(
        texts(
            "DELIMITER $$\nCREATE TRIGGER t BEGIN SELECT 1; END$$\nSELECT 1$$",
            Dialect::MySql
        )[1..],
        ["2: CREATE TRIGGER t BEGIN SELECT 1; END", "3: SELECT 1"]
    );
    let source = "DELIMITER ;;\nCREATE TRIGGER t BEGIN SELECT 1; END ;;\nDELIMITER ;\nSELECT 1;";
    assert_eq!(
        texts(source, Dialect::MariaDb),
        [
            "1: DELIMITER ;;",
            "2: CREATE TRIGGER t BEGIN SELECT 1; END",
            "3: DELIMITER ;",
            "4: SELECT 1",
        ]
    );
}

#[test]
fn what_has_no_end_is_named_by_its_line() {
    for (source, dialect) in [
        ("SELECT 1;\nSELECT 'a;", Dialect::Sqlite),
        ("SELECT 1;\n/* a", Dialect::Postgres),
        ("SELECT 1;\nSELECT $a$ $b$", Dialect::Postgres),
        (
            "SELECT 1;\nCREATE TRIGGER t BEGIN SELECT 1; ",
            Dialect::Sqlite,
        ),
        ("SELECT 1;\nSELECT `a", Dialect::MySql),
    ] {
        let problem = statements(source, dialect).unwrap_err();
        assert!(
            matches!(problem, Unended { line: 2 }),
            "{source}: {problem}"
        );
    }
}

#[test]
fn commands_of_the_client_are_told_apart() {
    let all = statements(
        "\\restrict a\nSELECT 1;\n\\unrestrict a\n",
        Dialect::Postgres,
    )
    .unwrap();
    let are: Vec<_> = all.iter().map(|one| one.is_for_client).collect();
    assert_eq!(are, [true, false, true]);
    let all = statements(".bail on\nSELECT 1;", Dialect::Sqlite).unwrap();
    assert_eq!(all[0].words, [".BAIL", "ON"]);
}
