//! What is made of statements.

use super::*;

const POSTGRES: &[Dialect] = &[Dialect::Postgres];
const MYSQL: &[Dialect] = &[Dialect::MySql, Dialect::MariaDb];
const SQLITE: &[Dialect] = &[Dialect::Sqlite];
const ALL: &[Dialect] = &[
    Dialect::Postgres,
    Dialect::MySql,
    Dialect::MariaDb,
    Dialect::Sqlite,
];

pub(super) fn own_schema(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "public",
        Dialect::Sqlite => "main",
        Dialect::MySql | Dialect::MariaDb => "",
    }
}

/// What is there before.
const BEFORE: &str = "
    CREATE TABLE cake (id integer NOT NULL PRIMARY KEY, name varchar(255) NOT NULL, price integer, CONSTRAINT dear CHECK (price > 0));
    CREATE TABLE slice (id integer NOT NULL PRIMARY KEY, cake_id integer NOT NULL, CONSTRAINT fk_cake FOREIGN KEY (cake_id) REFERENCES cake (id));
    CREATE INDEX by_price ON cake (price);
";

fn read(dialect: Dialect, sql: &str) -> Does {
    let mut reader = Reader::new(dialect, own_schema(dialect));
    let before = reader.read([BEFORE]);
    assert_eq!(before.unread, [""; 0], "{dialect}");
    assert_eq!(before.hazards(dialect), [], "{dialect}");
    reader.read([sql])
}

/// The hazards, each as its code and what it happens to.
fn hazards_of(does: &Does, dialect: Dialect) -> Vec<String> {
    let hazards = does.hazards(dialect).into_iter();
    let line = |hazard: Hazard| {
        let subject = hazard
            .effect
            .split(": ")
            .next()
            .unwrap_or_default()
            .to_owned();
        format!("{} {subject}", hazard.code)
    };
    hazards.map(line).collect()
}

#[test]
fn statements_have_the_hazards_of_what_they_do() {
    let mut wrong = vec![];
    for (dialects, sql, expected) in [
        (ALL, "DROP TABLE slice", &["deletes-data slice"][..]),
        (POSTGRES, "DROP TABLE public.slice", &["deletes-data slice"]),
        (POSTGRES, "DROP TABLE Slice", &["deletes-data slice"]),
        (
            POSTGRES,
            "DROP TABLE other.\"Slice\"",
            &["deletes-data other.\"Slice\""],
        ),
        (
            ALL,
            "ALTER TABLE cake DROP COLUMN name",
            &["deletes-data cake"],
        ),
        (ALL, "ALTER TABLE cake ADD COLUMN size integer", &[]),
        (
            ALL,
            "ALTER TABLE cake ADD COLUMN size integer NOT NULL",
            &["adds-required-column cake"],
        ),
        (
            ALL,
            "ALTER TABLE cake ADD COLUMN size integer NOT NULL DEFAULT 1",
            &[],
        ),
        (
            ALL,
            "ALTER TABLE cake ADD COLUMN size integer NOT NULL DEFAULT -1",
            &[],
        ),
        (
            ALL,
            "ALTER TABLE cake RENAME TO pie",
            &["renames-table cake"],
        ),
        (
            ALL,
            "ALTER TABLE cake RENAME COLUMN name TO title",
            &["renames-column cake"],
        ),
        (
            POSTGRES,
            "CREATE INDEX by_name ON cake (name)",
            &["locks-table cake"],
        ),
        (
            POSTGRES,
            "CREATE INDEX CONCURRENTLY by_name ON cake (name)",
            &["builds-index cake"],
        ),
        (MYSQL, "CREATE INDEX by_name ON cake (name)", &[]),
        (
            POSTGRES,
            "CREATE UNIQUE INDEX by_name ON cake (name)",
            &["requires-unique cake", "locks-table cake"],
        ),
        (
            SQLITE,
            "CREATE UNIQUE INDEX by_name ON cake (name)",
            &["requires-unique cake"],
        ),
        (POSTGRES, "DROP INDEX by_price", &["drops-index cake"]),
        (MYSQL, "DROP INDEX by_price ON cake", &["drops-index cake"]),
        (
            MYSQL,
            "ALTER TABLE cake DROP INDEX by_price",
            &["drops-index cake"],
        ),
        (
            POSTGRES,
            "ALTER TABLE cake ALTER COLUMN price SET NOT NULL",
            &["forbids-null cake", "locks-table cake"],
        ),
        (
            POSTGRES,
            "ALTER TABLE cake ALTER COLUMN name SET NOT NULL",
            &[],
        ),
        (
            POSTGRES,
            "ALTER TABLE cake ALTER COLUMN price TYPE bigint USING price::bigint",
            &[
                "rewrites-table cake",
                "forgets-statistics cake",
                "changes-type cake",
            ],
        ),
        (
            POSTGRES,
            "ALTER TABLE cake ALTER COLUMN name TYPE text",
            &["forgets-statistics cake"],
        ),
        (
            POSTGRES,
            "ALTER TABLE cake ALTER COLUMN name TYPE varchar(20)",
            &[
                "narrows-type cake",
                "rewrites-table cake",
                "forgets-statistics cake",
            ],
        ),
        (
            MYSQL,
            "ALTER TABLE cake MODIFY COLUMN price integer NOT NULL",
            &["forbids-null cake"],
        ),
        (
            MYSQL,
            "ALTER TABLE cake CHANGE COLUMN name title varchar(255) NOT NULL",
            &["renames-column cake"],
        ),
        (
            POSTGRES,
            "ALTER TABLE slice ADD CONSTRAINT other FOREIGN KEY (id) REFERENCES cake (id)",
            &["validates-rows slice", "locks-table slice"],
        ),
        (
            POSTGRES,
            "ALTER TABLE slice ADD CONSTRAINT other FOREIGN KEY (id) REFERENCES cake (id) NOT VALID",
            &[],
        ),
        (
            POSTGRES,
            "ALTER TABLE slice DROP CONSTRAINT fk_cake",
            &["drops-constraint slice"],
        ),
        (
            MYSQL,
            "ALTER TABLE slice DROP FOREIGN KEY fk_cake",
            &["drops-constraint slice"],
        ),
        (
            POSTGRES,
            "ALTER TABLE cake DROP CONSTRAINT dear",
            &["drops-constraint cake"],
        ),
        (
            POSTGRES,
            "ALTER TABLE cake DROP CONSTRAINT unheard_of",
            &["drops-constraint cake"],
        ),
        (
            POSTGRES,
            "ALTER TABLE cake DROP CONSTRAINT cake_pkey",
            &["changes-primary-key cake"],
        ),
        (
            POSTGRES,
            "ALTER TYPE mood RENAME VALUE 'sad' TO 'low'",
            &["renames-enum mood"],
        ),
        (POSTGRES, "ALTER TYPE mood ADD VALUE 'fine'", &[]),
        (
            ALL,
            "DELETE FROM cake WHERE price = 0",
            &["deletes-data cake"],
        ),
        (
            POSTGRES,
            "WITH gone AS (DELETE FROM cake RETURNING *) SELECT 1",
            &["deletes-data cake"],
        ),
        (
            POSTGRES,
            "TRUNCATE cake, slice",
            &["deletes-data cake", "deletes-data slice"],
        ),
        (ALL, "UPDATE cake SET price = 1", &[]),
        // What it makes itself has no rows.
        (
            ALL,
            "CREATE TABLE tin (id integer); CREATE UNIQUE INDEX i ON tin (id); DROP TABLE tin",
            &[],
        ),
        (ALL, "CREATE TABLE tin (id integer); DELETE FROM tin", &[]),
        (
            ALL,
            "DROP TABLE slice; CREATE TABLE slice (id integer)",
            &["deletes-data slice"],
        ),
    ] {
        for &dialect in dialects {
            let does = read(dialect, sql);
            let found = hazards_of(&does, dialect);
            if found != expected || !does.unread.is_empty() {
                wrong.push(format!("{dialect}: {sql}: {found:?} {:?}", does.unread));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// The rows stay where a table is made anew from them.
#[test]
fn a_table_made_anew_is_not_dropped() {
    let column =
        ", cake_id integer NOT NULL, CONSTRAINT fk_cake FOREIGN KEY (cake_id) REFERENCES cake (id)";
    let id = "id integer NOT NULL PRIMARY KEY";
    let aside = &format!(
        "ALTER TABLE slice RENAME TO old; CREATE TABLE slice ({id}{column});
         INSERT INTO slice SELECT id, cake_id FROM old; DROP TABLE old"
    );
    let beside = &format!(
        "CREATE TABLE new ({id}{column}); INSERT INTO new (id, cake_id) SELECT id, cake_id FROM slice;
         DROP TABLE slice; ALTER TABLE new RENAME TO slice"
    );
    for sql in [aside, beside] {
        let does = read(Dialect::Sqlite, sql);
        assert_eq!(
            hazards_of(&does, Dialect::Sqlite),
            ["rebuilds-table slice"],
            "{sql}"
        );
        assert!(does.writes.is_empty(), "{sql}");
        assert_eq!(does.drops().count(), 0);
        let without = sql.replace(column, "").replace(", cake_id", "");
        let does = read(Dialect::Sqlite, &without);
        let both = ["rebuilds-table slice", "deletes-data slice"];
        assert_eq!(hazards_of(&does, Dialect::Sqlite), both, "{without}");
        let does = read(Dialect::Postgres, &without);
        assert_eq!(
            hazards_of(&does, Dialect::Postgres),
            ["deletes-data slice"],
            "{without}"
        );
    }
    // Not all of them stay.
    let some = beside.replace("FROM slice", "FROM slice WHERE id > 1");
    let does = read(Dialect::Sqlite, &some);
    assert!(hazards_of(&does, Dialect::Sqlite).contains(&"deletes-data slice".to_owned()));
}

#[test]
fn rows_are_written_where_there_are_any() {
    for (sql, expected) in [
        ("UPDATE cake SET price = 1", &["cake"][..]),
        ("INSERT INTO cake (id, name) VALUES (1, 'x')", &["cake"]),
        (
            "CREATE TABLE tin (id integer); INSERT INTO tin VALUES (1)",
            &[],
        ),
        (
            "ALTER TABLE cake ADD COLUMN size integer; UPDATE cake SET size = 1",
            &[],
        ),
        (
            "ALTER TABLE cake ADD COLUMN size integer; UPDATE cake SET size = 1, price = 2",
            &["cake"],
        ),
    ] {
        for &dialect in ALL {
            let writes: Vec<_> = read(dialect, sql)
                .writes
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(writes, expected, "{dialect}: {sql}");
        }
    }
}

#[test]
fn what_is_not_understood_is_said() {
    let does = read(Dialect::Postgres, "FROBNICATE cake; DROP TABLE slice");
    assert_eq!(does.unread, ["it is not understood: FROBNICATE cake"]);
    assert_eq!(hazards_of(&does, Dialect::Postgres), ["deletes-data slice"]);
    let does = read(
        Dialect::Postgres,
        "ALTER TABLE cake ALTER COLUMN other TYPE text",
    );
    assert_eq!(does.unread.len(), 1, "{:?}", does.unread);
    assert!(does.unread[0].starts_with("what the column was before is not known: "));
    let does = read(Dialect::Postgres, "CREATE ROLE baker");
    assert!(
        does.unread[0].starts_with("what it risks is not known: "),
        "{:?}",
        does.unread
    );
    for sql in ["PRAGMA foreign_keys = ON", "SELECT 1", "BEGIN"] {
        assert_eq!(read(Dialect::Sqlite, sql).unread, [""; 0], "{sql}");
    }
    // Whatever somebody writes.
    for sql in [
        "",
        ";",
        "'",
        "/*",
        "$$",
        "ALTER TABLE",
        "DROP TABLE \"",
        "\u{0}",
        "(((((((",
    ] {
        for &dialect in ALL {
            read(dialect, sql);
        }
    }
    read(
        Dialect::Postgres,
        &format!("SELECT {}1", "(".repeat(100_000)),
    );
}

#[test]
fn names_are_as_long_as_the_server_keeps_them() {
    let name = |length| "n".repeat(length);
    let umlauts = "ä".repeat(40);
    for (dialect, name, is_long) in [
        (Dialect::Postgres, name(63), false),
        (Dialect::Postgres, name(64), true),
        (Dialect::Postgres, umlauts.clone(), true),
        (Dialect::MySql, name(64), false),
        (Dialect::MySql, name(65), true),
        (Dialect::MySql, umlauts, false),
        (Dialect::Sqlite, name(200), false),
    ] {
        let sql = format!("CREATE INDEX {} ON cake (price)", dialect.quote(&name));
        let does = read(dialect, &sql);
        assert_eq!(does.long_names.len(), usize::from(is_long), "{sql}");
        let sql = format!(
            "INSERT INTO cake (id, name) SELECT 1, 'x' AS {}",
            dialect.quote(&name)
        );
        assert!(read(dialect, &sql).long_names.is_empty(), "{sql}");
    }
}
