//! Where statements end, for each engine's client.

use sea_orm::DatabaseBackend::{MySql, Postgres, Sqlite};

use super::*;

#[test]
fn a_statement_gets_the_end_that_it_lacks() {
    for (backend, sql, expected) in [
        (Postgres, "SELECT 1", "SELECT 1;"),
        (Postgres, " SELECT 1 ; \n", "SELECT 1 ;"),
        (Postgres, "SELECT ';'", "SELECT ';';"),
        (Postgres, "SELECT 1; -- done", "SELECT 1; -- done"),
        (Postgres, "SELECT 1 -- done;", "SELECT 1 -- done;\n;"),
        (Postgres, "SELECT 1 /* done; */", "SELECT 1 /* done; */;"),
        (Postgres, "-- nothing;", "-- nothing;"),
        (Postgres, "SELECT E'\\';'", "SELECT E'\\';';"),
        (Postgres, "SELECT '\\'", "SELECT '\\';"),
        (
            Postgres,
            "DO $a$ BEGIN; $$;$$ END $a$",
            "DO $a$ BEGIN; $$;$$ END $a$;",
        ),
        (Postgres, "/* /* ; */ ; */", "/* /* ; */ ; */"),
        (Sqlite, "SELECT [;], `;`, \";\"", "SELECT [;], `;`, \";\";"),
        (Sqlite, "SELECT 1 --x", "SELECT 1 --x\n;"),
        (MySql, "SELECT 1--1", "SELECT 1--1;"),
        (MySql, "SELECT 1 # x;", "SELECT 1 # x;\n;"),
        (MySql, "SELECT 'it\\'s;'", "SELECT 'it\\'s;';"),
        (
            MySql,
            "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)",
            "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);",
        ),
        (
            MySql,
            "CREATE TABLE `trigger` (a INT)",
            "CREATE TABLE `trigger` (a INT);",
        ),
        (
            MySql,
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; SET NEW.c = '$$'; END;",
            "DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; SET NEW.c = '$$'; END\n//\nDELIMITER ;",
        ),
        (
            MySql,
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1;",
        ),
    ] {
        assert_eq!(terminated(backend, sql), expected, "{backend:?} {sql}");
    }
}

/// Whatever is not SQL is still taken to pieces, and all of it.
#[test]
fn nothing_is_lost_of_what_is_no_sql() {
    for backend in [MySql, Postgres, Sqlite] {
        for sql in [
            "'", "\"a", "/*", "$", "$$", "E'\\", "[", "ä'ö", "--", "a\u{0}b", "`", "$1$",
        ] {
            let all: String = pieces(backend, sql)
                .iter()
                .map(|piece| piece.text)
                .collect();
            assert_eq!(all, sql.replace(' ', ""), "{backend:?} {sql}");
        }
    }
}
