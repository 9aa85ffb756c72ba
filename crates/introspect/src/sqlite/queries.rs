//! What is asked of SQLite. Pragmas are functions that give rows, so one query reads all tables.

/// Ordinary tables, without those that SQLite or a virtual table keeps for itself.
pub(super) const READ: &str = r"
WITH read AS (
    SELECT name, wr AS without_rowid
    FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
)";

pub(super) const TABLES: &str = "
SELECT name
FROM read";

/// Columns of kind 1 are a virtual table's. An `INTEGER PRIMARY KEY` is the row id, and SQLite numbers it; no other
/// name of an integer will do. (<https://sqlite.org/lang_createtable.html#rowid>)
pub(super) const COLUMNS: &str = "
SELECT t.name, c.name, c.type, c.\"notnull\" = 0 AND c.pk = 0,
    CASE WHEN c.hidden = 0 THEN c.dflt_value END,
    c.pk = 1 AND upper(c.type) = 'INTEGER' AND NOT t.without_rowid
        AND max(c.pk) OVER (PARTITION BY t.name) = 1
FROM read AS t
JOIN pragma_table_xinfo(t.name, 'main') AS c
WHERE c.hidden <> 1
ORDER BY t.name, c.cid";

pub(super) const PRIMARY_KEYS: &str = "
SELECT t.name, c.name
FROM read AS t
JOIN pragma_table_xinfo(t.name, 'main') AS c
WHERE c.pk > 0
ORDER BY t.name, c.pk";

/// A constraint has no statement. An index takes its column's collation unless it says another, and no pragma
/// tells a column's.
pub(super) const INDEXES: &str = "
SELECT t.name, c.seqno = 0, i.name, i.\"unique\", i.origin = 'u',
    CASE
        WHEN i.partial OR max(
            c.cid < 0 OR c.\"desc\" OR (c.coll <> 'BINARY' AND s.sql LIKE '%collate%')
        ) OVER (PARTITION BY i.name) THEN s.sql
    END,
    c.name
FROM read AS t
JOIN pragma_index_list(t.name, 'main') AS i
JOIN pragma_index_xinfo(i.name, 'main') AS c
LEFT JOIN main.sqlite_schema AS s ON s.type = 'index' AND s.name = i.name
WHERE i.origin <> 'pk' AND c.key
ORDER BY t.name, i.name, c.seqno";

/// The last key of a table comes first in SQLite's count.
pub(super) const FOREIGN_KEYS: &str = "
SELECT t.name, k.seq = 0, k.\"table\", k.on_delete, k.on_update, k.\"from\", k.\"to\"
FROM read AS t
JOIN pragma_foreign_key_list(t.name, 'main') AS k
ORDER BY t.name, k.id DESC, k.seq";
