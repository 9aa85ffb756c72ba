//! Statements that would reach beyond the scratch database, or that only a client carries out.

use seadrift_schema::Dialect;

use seadrift_runner::split::Statement;

/// What makes a statement nothing for a scratch database.
pub(super) fn outside(statement: &Statement<'_>, dialect: Dialect) -> Option<&'static str> {
    if statement.is_for_client {
        return match is_harmless(statement) {
            true => None,
            false => Some("a command of the client"),
        };
    }
    let words: Vec<_> = statement.words.iter().map(String::as_str).collect();
    let of_server = ["DATABASE", "ROLE", "USER", "TABLESPACE", "GROUP"];
    match words.as_slice() {
        // A server has other databases, and logins.
        ["CREATE" | "DROP" | "ALTER", what, ..]
            if dialect != Dialect::Sqlite && of_server.contains(what) =>
        {
            // `ALTER USER MAPPING` and its like are of the database.
            match words.get(2) {
                Some(&"MAPPING") if *what == "USER" => None,
                _ => Some("what is of the server, not of a database,"),
            }
        }
        ["CREATE" | "DROP", "SCHEMA", ..] | ["USE", ..] if dialect.is_mysql() => {
            Some("another database")
        }
        ["CREATE", "OR", "REPLACE", "DATABASE" | "USER" | "ROLE", ..] if dialect.is_mysql() => {
            Some("what is of the server, not of a database,")
        }
        ["SET", "GLOBAL", ..] if dialect.is_mysql() => Some("a setting of the server"),
        ["ALTER", "SYSTEM", ..] if dialect == Dialect::Postgres => Some("a setting of the server"),
        ["ATTACH" | "DETACH", ..] | ["VACUUM", "INTO", ..] if dialect == Dialect::Sqlite => {
            Some("another database")
        }
        ["COPY", rest @ ..] if dialect == Dialect::Postgres && copies_from_client(rest) => {
            Some("what the client sends")
        }
        _ => None,
    }
}

/// Whether rows come from behind the statement, which only psql reads.
fn copies_from_client(words: &[&str]) -> bool {
    words.contains(&"STDIN") || !words.contains(&"FROM")
}

/// Whether a command of the client makes no difference here: what psql's dumps are framed with, what ends statements on
/// MySQL, and that a failure ends all.
fn is_harmless(statement: &Statement<'_>) -> bool {
    let word = statement.words.first().map(String::as_str);
    matches!(
        word,
        Some("\\RESTRICT" | "\\UNRESTRICT" | "DELIMITER" | ".BAIL")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use seadrift_runner::split::statements;

    #[test]
    fn what_reaches_beyond_is_told() {
        use Dialect::{MariaDb, Postgres, Sqlite};
        for (sql, dialect, is_outside) in [
            ("CREATE TABLE a (b int)", Postgres, false),
            ("create /* a */ database a", Postgres, true),
            ("CREATE ROLE a", Postgres, true),
            ("CREATE USER MAPPING FOR a SERVER b", Postgres, false),
            ("CREATE SCHEMA a", Postgres, false),
            ("COPY a (b) FROM stdin", Postgres, true),
            ("ALTER SYSTEM SET a = 1", Postgres, true),
            ("\\connect other", Postgres, true),
            ("\\restrict abc", Postgres, false),
            ("USE mysql", MariaDb, true),
            ("CREATE SCHEMA a", MariaDb, true),
            ("DROP USER a", MariaDb, true),
            ("CREATE OR REPLACE DATABASE a", MariaDb, true),
            ("CREATE TABLE `use` (a int)", MariaDb, false),
            ("ATTACH 'a.db' AS b", Sqlite, true),
            ("VACUUM INTO 'a.db'", Sqlite, true),
            ("VACUUM", Sqlite, false),
            (".open a.db", Sqlite, true),
            (".bail on", Sqlite, false),
        ] {
            let all = statements(sql, dialect).unwrap();
            let found = outside(&all[0], dialect).is_some();
            assert_eq!(found, is_outside, "{sql} on {dialect}");
        }
    }
}
