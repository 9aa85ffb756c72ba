//! What is asked of MySQL and MariaDB. Texts are cast, since some versions report them as binary. No two tables are
//! joined by a table's name: `information_schema` compares names without regard to case, and `User` and `user` may
//! both be there. Nothing is sorted that the reader sorts for less.

use crate::Scope;

/// The query of this text, for the tables that `scope` reads.
pub(super) fn for_scope(text: &str, scope: &Scope<'_>) -> String {
    text.replace("{read}", &scope.condition("TABLE_NAME", |_| "?".to_owned()))
}

/// What the server is, what tables in the current database get if nothing is said, and which columns of its catalog
/// only some servers have.
pub(super) const SETTINGS: &str = "
SELECT CAST(VERSION() AS CHAR), CAST(DATABASE() AS CHAR), CAST(@@default_storage_engine AS CHAR),
    CAST(@@collation_database AS CHAR), (
        SELECT CAST(GROUP_CONCAT(TABLE_NAME, '.', COLUMN_NAME SEPARATOR ' ') AS CHAR)
        FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME IN ('CHECK_CONSTRAINTS', 'STATISTICS')
            AND COLUMN_NAME IN ('CHECK_CLAUSE', 'LEVEL', 'EXPRESSION', 'IGNORED', 'IS_VISIBLE')
    )";

/// Views and MariaDB's sequences and tables with history are kinds of tables.
pub(super) const TABLES: &str = "
SELECT CAST(TABLE_NAME AS CHAR), CAST(TABLE_TYPE AS CHAR), CAST(ENGINE AS CHAR), CAST(TABLE_COLLATION AS CHAR),
    CAST(CREATE_OPTIONS AS CHAR), CAST(TABLE_COMMENT AS CHAR)
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND (TABLE_TYPE NOT IN ('BASE TABLE', 'SYSTEM VERSIONED') OR {read})";

pub(super) const COLUMNS: &str = "
SELECT CAST(TABLE_NAME AS CHAR), CAST(ORDINAL_POSITION AS SIGNED), CAST(COLUMN_NAME AS CHAR),
    CAST(COLUMN_TYPE AS CHAR), CAST(DATA_TYPE AS CHAR), CAST(IS_NULLABLE = 'YES' AS SIGNED),
    CAST(COLUMN_DEFAULT AS CHAR), CAST(EXTRA AS CHAR), CAST(GENERATION_EXPRESSION AS CHAR),
    CAST(COLLATION_NAME AS CHAR), CAST(COLUMN_COMMENT AS CHAR)
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = DATABASE() AND {read}";

/// On MariaDB, a check that was written with a column has the column's name.
pub(super) const MARIADB_CHECKS: &str = "
SELECT CAST(TABLE_NAME AS CHAR), CAST(CONSTRAINT_NAME AS CHAR), CAST(CHECK_CLAUSE AS CHAR),
    CAST({level} <> 'Column' AS SIGNED), NULL
FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE() AND {read}";

/// MySQL has one check of a name, in any case, in a database.
pub(super) const MYSQL_CHECKS: &str = "
SELECT CAST(t.TABLE_NAME AS CHAR), CAST(c.CONSTRAINT_NAME AS CHAR), CAST(c.CHECK_CLAUSE AS CHAR), 1,
    CAST(IF(t.ENFORCED = 'NO', 'NOT ENFORCED', NULL) AS CHAR)
FROM information_schema.CHECK_CONSTRAINTS AS c
JOIN information_schema.TABLE_CONSTRAINTS AS t ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA
    AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK'
WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND t.{read}
ORDER BY c.CONSTRAINT_NAME";

/// The index of a primary key is called `PRIMARY`, and no other is.
pub(super) const INDEXES: &str = "
SELECT CAST(TABLE_NAME AS CHAR), CAST(INDEX_NAME AS CHAR), CAST(SEQ_IN_INDEX AS SIGNED),
    CAST(NON_UNIQUE = 0 AS SIGNED), CAST(INDEX_TYPE AS CHAR), CAST(COLUMN_NAME AS CHAR),
    CAST({expression} AS CHAR), CAST(SUB_PART AS SIGNED), CAST(COALESCE(COLLATION = 'D', 0) AS SIGNED),
    CAST({hidden} AS SIGNED)
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE() AND {read}";

/// A row for each column of a foreign key with its place, and one with place zero that has what the key does on delete
/// and on update.
pub(super) const FOREIGN_KEYS: &str = "
SELECT CAST(TABLE_NAME AS CHAR), CAST(CONSTRAINT_NAME AS CHAR), CAST(ORDINAL_POSITION AS SIGNED),
    CAST(COLUMN_NAME AS CHAR), CAST(REFERENCED_COLUMN_NAME AS CHAR), CAST(REFERENCED_TABLE_SCHEMA AS CHAR),
    CAST(REFERENCED_TABLE_NAME AS CHAR)
FROM information_schema.KEY_COLUMN_USAGE
WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL AND {read}
UNION ALL
SELECT CAST(TABLE_NAME AS CHAR), CAST(CONSTRAINT_NAME AS CHAR), 0, CAST(DELETE_RULE AS CHAR),
    CAST(UPDATE_RULE AS CHAR), NULL, NULL
FROM information_schema.REFERENTIAL_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE() AND {read}";

/// What is no table, and the tables once more: nothing keeps others from making and dropping some meanwhile.
pub(super) const OTHERS: &str = "
SELECT CAST('trigger' AS CHAR), CAST(TRIGGER_NAME AS CHAR)
FROM information_schema.TRIGGERS
WHERE TRIGGER_SCHEMA = DATABASE()
UNION ALL
SELECT CAST(LOWER(ROUTINE_TYPE) AS CHAR), CAST(ROUTINE_NAME AS CHAR)
FROM information_schema.ROUTINES
WHERE ROUTINE_SCHEMA = DATABASE()
UNION ALL
SELECT CAST('event' AS CHAR), CAST(EVENT_NAME AS CHAR)
FROM information_schema.EVENTS
WHERE EVENT_SCHEMA = DATABASE()
UNION ALL
SELECT CAST('table' AS CHAR), CAST(TABLE_NAME AS CHAR)
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND {read}";
