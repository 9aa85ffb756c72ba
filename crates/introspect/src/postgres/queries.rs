//! What is asked of PostgreSQL: a fixed number of queries, however many tables there are.
//!
//! Servers differ in what `pg_get_expr` and its like cost, and each call counts where there are thousands of objects.
//! So keys and plain indexes come as the column numbers that the catalog keeps, and the server writes SQL only for
//! what has an expression, a predicate or the like. Tables are told apart by their ids. Each join finds its rows by
//! an index of the catalog, so that a database that was never analysed is read as fast.

use crate::Scope;

/// The query of this text for a server of `version` (`150018` is 15.18) that is asked for the schemas with the ids
/// `schemas`, for the tables that `scope` reads.
pub(super) fn for_server(text: &str, version: i64, schemas: &str, scope: &Scope<'_>) -> String {
    let since = |first: i64, condition: &'static str| match version >= first {
        true => condition,
        false => "false",
    };
    let confdelsetcols = match version >= 150_000 {
        true => "c.confdelsetcols",
        false => "NULL::smallint[]",
    };
    let only = scope.condition("t.relname", |place| format!("${place}"));
    text.replace("{read}", READ)
        .replace("{only}", &only)
        .replace("{named columns}", NAMED_COLUMNS)
        .replace("{own collations}", OWN_COLLATIONS)
        .replace("{sequence options}", SEQUENCE_OPTIONS)
        .replace("{collation}", COLLATION)
        .replace("{nulls are equal}", since(150_000, "x.indnullsnotdistinct"))
        .replace("{set columns}", confdelsetcols)
        .replace("{is not enforced}", since(180_000, "NOT c.conenforced"))
        .replace("{has a period}", since(180_000, "c.conperiod"))
        .replace("{schemas}", schemas)
}

/// The schemas to read are those with the names that `{names}` stands for, and the connection's own. Until the transaction
/// ends, if there is one, nothing is compiled any more: what the server takes to be dear where there are thousands of tables
/// takes a third of a second to compile, and a tenth to run.
/// (<https://www.postgresql.org/docs/current/jit-decision.html>)
pub(super) const SERVER: &str = "
SELECT current_setting('server_version'), current_setting('server_version_num')::bigint, current_schema()::text,
    (SELECT string_agg(s.oid::text, ', ') FROM pg_catalog.pg_namespace AS s WHERE s.nspname IN ({names})),
    set_config('jit', 'off', true)";

/// Which tables are read. A partitioned table is one, whose options say how it is partitioned; a partition is part of
/// it. What an extension brings is the extension's, and left out by [`TABLES`]; other queries may tell of it.
const READ: &str =
    "t.relnamespace IN ({schemas}) AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND {only}";

/// What of the options of sequence `q` is not what the server takes by itself.
const SEQUENCE_OPTIONS: &str = "concat_ws(' ',
        CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END
            THEN 'START WITH ' || q.seqstart END,
        CASE WHEN q.seqincrement <> 1 THEN 'INCREMENT BY ' || q.seqincrement END,
        CASE WHEN q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1
            WHEN q.seqtypid = 'smallint'::regtype THEN -32768
            WHEN q.seqtypid = 'integer'::regtype THEN -2147483648
            ELSE -9223372036854775808 END
            THEN 'MINVALUE ' || q.seqmin END,
        CASE WHEN q.seqmax <> CASE WHEN q.seqincrement < 0 THEN -1
            WHEN q.seqtypid = 'smallint'::regtype THEN 32767
            WHEN q.seqtypid = 'integer'::regtype THEN 2147483647
            ELSE 9223372036854775807 END
            THEN 'MAXVALUE ' || q.seqmax END,
        CASE WHEN q.seqcache <> 1 THEN 'CACHE ' || q.seqcache END,
        CASE WHEN q.seqcycle THEN 'CYCLE' END)";

/// The numbers of the columns that index `x` depends on.
const NAMED_COLUMNS: &str = "(SELECT string_agg(DISTINCT p.refobjsubid::text, ' ') FROM pg_catalog.pg_depend AS p
        WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = x.indexrelid
            AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = x.indrelid AND p.refobjsubid > 0)";

/// Whether index `x` sorts by the collations that its columns have: looked up once for each, and most have one column.
const OWN_COLLATIONS: &str =
    "CROSS JOIN LATERAL (SELECT 0 = ALL (x.indcollation) OR CASE WHEN x.indnkeyatts = 1
        THEN x.indcollation[0] = (
            SELECT a.attcollation FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = x.indrelid AND a.attnum = x.indkey[0])
        ELSE (
            SELECT bool_and(k.collation_id = (
                SELECT a.attcollation FROM pg_catalog.pg_attribute AS a
                WHERE a.attrelid = x.indrelid AND a.attnum = k.attnum))
            FROM unnest(x.indkey[0:x.indnkeyatts - 1], x.indcollation) AS k (attnum, collation_id))
        END AS collations OFFSET 0) AS own";

/// The name of collation `l` of schema `ls` as SQL.
const COLLATION: &str = r#"CASE WHEN l.oid IS NOT NULL THEN
        CASE WHEN ls.nspname <> 'pg_catalog' THEN '"' || replace(ls.nspname, '"', '""') || '".' ELSE '' END
            || '"' || replace(l.collname, '"', '""') || '"' END"#;

/// The types that are not the server's own and no rows of tables, in whatever schema; an enum with a row for each of
/// its values, a domain with what `CREATE DOMAIN` takes behind its type. The name as SQL has a schema where the type is not found in the connection's own without.
pub(super) const TYPES: &str = "
SELECT y.oid::bigint, y.typarray::bigint, y.typtype::text, (y.typnamespace IN ({schemas}))::int::bigint,
    s.nspname::text, y.typname::text,
    CASE WHEN s.nspname = current_schema() THEN format_type(y.oid, NULL)
        ELSE format('%I.%I', s.nspname, y.typname) END,
    y.typbasetype::bigint, format_type(nullif(y.typbasetype, 0), y.typtypmod),
    CASE WHEN y.typtype = 'd' THEN concat_ws(' ',
        'COLLATE ' || {collation},
        CASE WHEN y.typnotnull THEN 'NOT NULL' END,
        'DEFAULT ' || pg_get_expr(y.typdefaultbin, 0),
        (SELECT string_agg(format('CONSTRAINT %I CHECK (%s)', c.conname, pg_get_expr(c.conbin, 0)), ' '
                ORDER BY c.conname)
            FROM pg_catalog.pg_constraint AS c WHERE c.contypid = y.oid AND c.contype = 'c')) END,
    e.enumlabel::text
FROM pg_catalog.pg_type AS y
JOIN pg_catalog.pg_namespace AS s ON s.oid = y.typnamespace
LEFT JOIN pg_catalog.pg_type AS b ON b.oid = y.typbasetype
LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = nullif(y.typcollation, b.typcollation) AND y.typtype = 'd'
LEFT JOIN pg_catalog.pg_namespace AS ls ON ls.oid = l.collnamespace
LEFT JOIN pg_catalog.pg_enum AS e ON e.enumtypid = y.oid
WHERE s.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND y.typisdefined
    AND CASE y.typtype
        WHEN 'b' THEN y.typcategory <> 'A'
        WHEN 'c' THEN y.typrelid IN (SELECT k.oid FROM pg_catalog.pg_class AS k WHERE k.relkind = 'c')
        ELSE true END
    AND y.oid NOT IN (
        SELECT d.objid FROM pg_catalog.pg_depend AS d
        WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
            AND d.classid = 'pg_catalog.pg_type'::regclass
    )
ORDER BY y.oid, e.enumsortorder";

/// The tables, each with what is worth a note.
pub(super) const TABLES: &str = "
SELECT t.oid::bigint, s.nspname::text, t.relname::text, d.description,
    CASE WHEN t.relkind = 'p' THEN pg_get_partkeydef(t.oid) END,
    concat_ws(',',
        CASE WHEN t.relkind = 'p' THEN 'partitioned table' END,
        CASE WHEN t.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i) THEN 'inheritance child' END,
        CASE WHEN t.reloftype <> 0 THEN 'typed table' END,
        CASE WHEN t.relpersistence = 'u' THEN 'unlogged table' END,
        CASE WHEN t.reloptions IS NOT NULL THEN 'storage options' END,
        CASE WHEN t.reltablespace <> 0 THEN 'tablespace' END,
        CASE WHEN t.relam NOT IN (SELECT m.oid FROM pg_catalog.pg_am AS m WHERE m.amname = 'heap') AND t.relam <> 0
            THEN 'access method' END,
        CASE WHEN t.relrowsecurity THEN 'row level security' END)
FROM pg_catalog.pg_class AS t
JOIN pg_catalog.pg_namespace AS s ON s.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_description AS d
    ON d.objoid = t.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
WHERE {read} AND t.oid NOT IN (
    SELECT d.objid FROM pg_catalog.pg_depend AS d
    WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
        AND d.classid = 'pg_catalog.pg_class'::regclass
)";

/// The columns, with the sequence behind an identity or serial one: a serial column is one whose default takes the
/// next value of a sequence that belongs to it. A default names no column, so that the server need not look at the
/// table to write it. In no order, so that the first rows come while the server still looks for the last. Where there is nothing to join, the key is NULL, which spares the server the search.
pub(super) const COLUMNS: &str = "
SELECT a.attrelid::bigint, a.attnum::bigint, a.attname::text, a.atttypid::bigint,
    format_type(a.atttypid, a.atttypmod), a.attnotnull::int::bigint, a.attidentity::text, a.attgenerated::text,
    CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)
        WHEN o.sequence IS NULL OR a.atttypid NOT IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype)
            THEN pg_get_expr(d.adbin, 0) END,
    (o.sequence IS NOT NULL)::int::bigint, CASE WHEN a.attidentity = '' THEN o.schema END, o.name, concat_ws(' ',
        CASE WHEN a.attidentity = '' AND o.type <> a.atttypid THEN 'AS ' || format_type(o.type, NULL) END,
        nullif(o.options, '')),
    {collation}, n.description
FROM pg_catalog.pg_class AS t
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = CASE WHEN a.atthasdef THEN a.attrelid END AND d.adnum = a.attnum
LEFT JOIN (
    SELECT p.refobjid AS owner, p.refobjsubid AS number, p.deptype, q.seqrelid AS sequence,
        s.nspname::text AS schema, r.relname::text AS name, q.seqtypid AS type, {sequence options} AS options
    FROM pg_catalog.pg_sequence AS q
    JOIN pg_catalog.pg_class AS r ON r.oid = q.seqrelid
    JOIN pg_catalog.pg_namespace AS s ON s.oid = r.relnamespace
    JOIN pg_catalog.pg_depend AS p ON p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = q.seqrelid
        AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')
) AS o ON o.owner = CASE WHEN a.atthasdef OR a.attidentity <> '' THEN a.attrelid END AND o.number = a.attnum AND (
    a.attidentity <> '' AND o.deptype = 'i' OR pg_get_expr(d.adbin, 0)
        = 'nextval(''' || replace(o.sequence::regclass::text, '''', '''''') || '''::regclass)'
)
LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = nullif(a.attcollation, y.typcollation)
LEFT JOIN pg_catalog.pg_namespace AS ls ON ls.oid = l.collnamespace
LEFT JOIN pg_catalog.pg_description AS n
    ON n.objoid = t.oid AND n.classoid = 'pg_catalog.pg_class'::regclass AND n.objsubid = a.attnum
WHERE {read}";

/// All constraints but unique ones, which are indexes; a foreign key with a row for each column that it points to. A
/// key to a partitioned table stands there once more for each partition, with `conparentid`. From version 18 on
/// `NOT NULL` is listed too, with the letter `n`.
pub(super) const CONSTRAINTS: &str = "
SELECT c.conrelid::bigint, coalesce(k.position = 1, true)::int::bigint, c.contype::text, c.conname::text,
    concat_ws(' ', array_to_string(c.conkey, ' '), CASE WHEN c.contype = 'x' THEN (
        SELECT {named columns} FROM pg_catalog.pg_index AS x WHERE x.indexrelid = c.conindid
    ) END),
    CASE c.contype WHEN 'c' THEN pg_get_expr(c.conbin, c.conrelid) WHEN 'x' THEN pg_get_constraintdef(c.oid) END,
    concat_ws(' ',
        CASE WHEN {has a period} THEN 'PERIOD' END,
        CASE WHEN c.confmatchtype = 'f' THEN 'MATCH FULL' END,
        CASE WHEN {set columns} IS NOT NULL THEN format('ON DELETE %s (%s)',
            CASE c.confdeltype WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END,
            (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY s.position)
                FROM unnest({set columns}) WITH ORDINALITY AS s (attnum, position)
                JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = s.attnum)) END,
        CASE WHEN c.contype = 'p' AND EXISTS (
            SELECT FROM pg_catalog.pg_index AS x WHERE x.indexrelid = c.conindid AND x.indnatts <> x.indnkeyatts
        ) THEN 'INCLUDE' END,
        CASE WHEN c.contype = 'c' AND c.connoinherit THEN 'NO INHERIT' END,
        CASE WHEN c.condeferrable THEN 'DEFERRABLE' END,
        CASE WHEN c.condeferred THEN 'INITIALLY DEFERRED' END,
        CASE WHEN {is not enforced} THEN 'NOT ENFORCED' WHEN NOT c.convalidated THEN 'NOT VALID' END),
    fs.nspname::text, ft.relname::text, c.confdeltype::text, c.confupdtype::text, (
        SELECT a.attname::text FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.confrelid AND a.attnum = k.attnum
    )
FROM pg_catalog.pg_class AS t
JOIN pg_catalog.pg_constraint AS c ON c.conrelid = t.oid AND c.contype IN ('p', 'c', 'x', 'f') AND c.conparentid = 0
LEFT JOIN pg_catalog.pg_class AS ft ON ft.oid = c.confrelid
LEFT JOIN pg_catalog.pg_namespace AS fs ON fs.oid = ft.relnamespace
LEFT JOIN LATERAL unnest(c.confkey) WITH ORDINALITY AS k (attnum, position) ON true
WHERE {read}
ORDER BY c.conrelid, c.conname, k.position";

/// The definition is NULL for a plain index, and empty for one that is no longer there: such functions see what was done
/// meanwhile. The columns that an expression or predicate names are NULL where there is none, and so are those of the
/// plain index that one is as good as. Of the server's `CREATE INDEX` the part behind the table's name is kept:
/// the name comes with a schema, and the index has to go where the table goes.
pub(super) const INDEXES: &str = "
SELECT x.indrelid::bigint, i.relname::text, x.indisunique::int::bigint, (c.oid IS NOT NULL)::int::bigint,
    x.indisvalid::int::bigint, x.indkey::text,
    CASE
        WHEN i.relam = (SELECT m.oid FROM pg_catalog.pg_am AS m WHERE m.amname = 'btree')
            AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL AND x.indnatts = x.indnkeyatts
            AND 0 = ALL (x.indoption) AND NOT {nulls are equal} AND NOT coalesce(c.condeferrable, false)
            AND x.indclass::oid[]
                <@ (SELECT array_agg(o.oid) FROM pg_catalog.pg_opclass AS o WHERE o.opcdefault)
            AND own.collations
            THEN NULL
        WHEN c.oid IS NULL THEN substr(coalesce(pg_get_indexdef(i.oid), ''), 1 + length(format(
            'CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN x.indisunique THEN 'UNIQUE ' END, i.relname,
            CASE WHEN i.relkind = 'I' THEN 'ONLY ' END, s.nspname, t.relname)))
        ELSE coalesce(pg_get_constraintdef(c.oid), '')
    END,
    CASE WHEN x.indpred IS NOT NULL OR x.indexprs IS NOT NULL THEN {named columns} END,
    CASE WHEN x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL AND own.collations
        THEN array_to_string((x.indkey::int2[])[0:x.indnkeyatts - 1], ' ') END
FROM pg_catalog.pg_class AS t
JOIN pg_catalog.pg_namespace AS s ON s.oid = t.relnamespace
JOIN pg_catalog.pg_index AS x ON x.indrelid = t.oid
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
LEFT JOIN pg_catalog.pg_constraint AS c
    ON c.conrelid = t.oid AND c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x')
{own collations}
WHERE {read} AND (c.contype IS NULL OR c.contype = 'u')
ORDER BY x.indrelid, i.relname";

/// What lies beside tables and types. A sequence comes with its options and, if a column owns it, with the table and
/// number of that column; what hangs on a table with the table.
pub(super) const OBJECTS: &str = "
WITH extension AS (
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend AS d
    WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
), relation AS (
    SELECT t.oid, s.nspname::text AS schema, t.relname::text AS name, t.relkind, t.relispartition
    FROM pg_catalog.pg_class AS t
    JOIN pg_catalog.pg_namespace AS s ON s.oid = t.relnamespace
    WHERE s.oid IN ({schemas}) AND t.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND t.oid NOT IN (
        SELECT e.objid FROM extension AS e WHERE e.classid = 'pg_catalog.pg_class'::regclass
    )
)
SELECT 'schema', NULL, s.nspname::text, NULL, NULL::bigint, NULL::bigint
FROM pg_catalog.pg_namespace AS s
WHERE s.nspname <> current_schema() AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema' AND (
    s.oid IN ({schemas}) OR s.oid NOT IN (
        SELECT e.objid FROM extension AS e WHERE e.classid = 'pg_catalog.pg_namespace'::regclass
    )
)
UNION ALL
SELECT 'extension', NULL, e.extname::text, NULL, NULL, NULL
FROM pg_catalog.pg_extension AS e
WHERE e.extname <> 'plpgsql'
UNION ALL
SELECT 'sequence', r.schema, r.name,
    concat_ws(' ', 'AS ' || nullif(format_type(q.seqtypid, NULL), 'bigint'), nullif({sequence options}, '')),
    p.refobjid::bigint, p.refobjsubid::bigint
FROM relation AS r
JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = r.oid
LEFT JOIN pg_catalog.pg_depend AS p ON p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = r.oid
    AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')
WHERE r.relkind = 'S'
UNION ALL
SELECT CASE WHEN r.relispartition THEN 'partition' WHEN r.relkind = 'v' THEN 'view'
        WHEN r.relkind = 'm' THEN 'materialized view' ELSE 'foreign table' END,
    r.schema, r.name, NULL, NULL, NULL
FROM relation AS r
WHERE r.relispartition OR r.relkind IN ('v', 'm', 'f')
UNION ALL
SELECT 'trigger', r.schema, g.tgname || ' on ' || r.name, NULL, r.oid::bigint, NULL
FROM pg_catalog.pg_trigger AS g
JOIN relation AS r ON r.oid = g.tgrelid
WHERE NOT g.tgisinternal AND NOT r.relispartition
UNION ALL
SELECT 'rule', r.schema, w.rulename || ' on ' || r.name, NULL, r.oid::bigint, NULL
FROM pg_catalog.pg_rewrite AS w
JOIN relation AS r ON r.oid = w.ev_class
WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', r.schema, y.polname || ' on ' || r.name, NULL, r.oid::bigint, NULL
FROM pg_catalog.pg_policy AS y
JOIN relation AS r ON r.oid = y.polrelid
UNION ALL
SELECT CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
    s.nspname::text, f.proname || '(' || oidvectortypes(f.proargtypes) || ')', NULL, NULL, NULL
FROM pg_catalog.pg_proc AS f
JOIN pg_catalog.pg_namespace AS s ON s.oid = f.pronamespace
WHERE s.oid IN ({schemas}) AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = f.oid AND d.deptype IN ('e', 'i')
)
UNION ALL
SELECT 'operator', s.nspname::text,
    format('%s (%s)', f.oprname, concat_ws(', ',
        format_type(nullif(f.oprleft, 0), NULL), format_type(nullif(f.oprright, 0), NULL))),
    NULL, NULL, NULL
FROM pg_catalog.pg_operator AS f
JOIN pg_catalog.pg_namespace AS s ON s.oid = f.oprnamespace
WHERE s.oid IN ({schemas}) AND f.oid NOT IN (
    SELECT e.objid FROM extension AS e WHERE e.classid = 'pg_catalog.pg_operator'::regclass
)
UNION ALL
SELECT 'collation', s.nspname::text, l.collname::text, NULL, NULL, NULL
FROM pg_catalog.pg_collation AS l
JOIN pg_catalog.pg_namespace AS s ON s.oid = l.collnamespace
WHERE s.oid IN ({schemas}) AND l.oid NOT IN (
    SELECT e.objid FROM extension AS e WHERE e.classid = 'pg_catalog.pg_collation'::regclass
)
UNION ALL
SELECT 'statistics', s.nspname::text, x.stxname::text, NULL, x.stxrelid::bigint, NULL
FROM pg_catalog.pg_statistic_ext AS x
JOIN pg_catalog.pg_namespace AS s ON s.oid = x.stxnamespace
WHERE s.oid IN ({schemas})
UNION ALL
SELECT 'event trigger', NULL, v.evtname::text, NULL, NULL, NULL
FROM pg_catalog.pg_event_trigger AS v
WHERE v.oid NOT IN (
    SELECT e.objid FROM extension AS e WHERE e.classid = 'pg_catalog.pg_event_trigger'::regclass
)";
