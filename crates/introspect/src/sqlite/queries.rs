//! What is asked of SQLite. Pragmas are functions that give rows, and JSON makes one row of what they tell of a table:
//! reading rows is the larger part of the time.

use crate::Scope;

/// The query of this text, for the tables that `scope` reads.
pub(super) fn for_scope(text: &str, name: &str, scope: &Scope<'_>) -> String {
    text.replace(
        "{read}",
        &scope.condition(name, |place| format!("?{place}")),
    )
}

/// The version of the library, and the statements that made everything. A constraint's index has none.
pub(super) const STATEMENTS: &str = "
SELECT 'version' AS type, 'sqlite' AS name, '' AS tbl_name, sqlite_version() AS sql
UNION ALL
SELECT type, name, tbl_name, sql
FROM main.sqlite_schema
WHERE type = 'view' OR {read}";

/// Tables and views, without those that SQLite keeps for itself, and what the pragmas tell of each table. The order
/// within a list is no promise of SQLite's, so that each element says its place.
pub(super) const TABLES: &str = r#"
SELECT l.name, l.type, l.strict, l.wr,
    CASE WHEN l.type = 'table' THEN (
        SELECT json_group_array(json_array(c.cid, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden))
        FROM pragma_table_xinfo(l.name, 'main') AS c
    ) ELSE '[]' END,
    CASE WHEN l.type = 'table' THEN (
        SELECT json_group_array(json_array(i.name, i."unique", i.origin, i.partial, (
            SELECT json_group_array(json_array(k.seqno, k.name, k."desc", k.coll))
            FROM pragma_index_xinfo(i.name, 'main') AS k
            WHERE k.key
        )))
        FROM pragma_index_list(l.name, 'main') AS i
    ) ELSE '[]' END,
    CASE WHEN l.type = 'table' THEN (
        SELECT json_group_array(json_array(k.id, k.seq, k."table", k."from", k."to", k.on_delete, k.on_update))
        FROM pragma_foreign_key_list(l.name, 'main') AS k
    ) ELSE '[]' END
FROM pragma_table_list AS l
WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND (l.type <> 'table' OR {read})"#;
