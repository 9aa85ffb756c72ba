//! What is asked of PostgreSQL. Every query but that for enum types reads the tables of [`READ`] alone.

/// The tables of the schemas that are read. A partition is part of its table, and what an extension brings is the
/// extension's.
pub(super) const READ: &str = "
WITH read AS (
    SELECT t.oid, s.nspname::text AS schema, t.relname::text AS name
    FROM pg_catalog.pg_class AS t
    JOIN pg_catalog.pg_namespace AS s ON s.oid = t.relnamespace
    WHERE s.nspname IN ({schemas}) AND t.relkind IN ('r', 'p') AND NOT t.relispartition
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e'
        )
)";

pub(super) const TABLES: &str = "
SELECT t.schema, t.name, obj_description(t.oid, 'pg_class')
FROM read AS t
ORDER BY t.schema, t.name";

/// An enum is found by its own name and by its array's, since `format_type` leaves out a schema of the search path.
/// A serial column is one whose default takes the next value of a sequence that belongs to it.
pub(super) const COLUMNS: &str = "
SELECT t.schema, t.name, a.attname::text, format_type(a.atttypid, a.atttypmod),
    es.nspname::text, e.typname::text, coalesce(e.typarray = a.atttypid, false)::int::bigint,
    (NOT a.attnotnull)::int::bigint,
    CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    (a.attidentity <> '' OR EXISTS (
        SELECT FROM pg_catalog.pg_depend AS uses
        JOIN pg_catalog.pg_depend AS owns ON owns.classid = uses.refclassid AND owns.objid = uses.refobjid
        WHERE uses.classid = 'pg_catalog.pg_attrdef'::regclass AND uses.objid = d.oid
            AND uses.refclassid = 'pg_catalog.pg_class'::regclass
            AND owns.refclassid = 'pg_catalog.pg_class'::regclass AND owns.deptype = 'a'
            AND owns.refobjid = a.attrelid AND owns.refobjsubid = a.attnum
            AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(''%''::regclass)'
    ))::int::bigint,
    col_description(t.oid, a.attnum)
FROM read AS t
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_type AS e ON e.typtype = 'e' AND a.atttypid IN (e.oid, e.typarray)
LEFT JOIN pg_catalog.pg_namespace AS es ON es.oid = e.typnamespace
ORDER BY t.schema, t.name, a.attnum";

pub(super) const PRIMARY_KEYS: &str = "
SELECT t.schema, t.name, c.conname::text, a.attname::text
FROM read AS t
JOIN pg_catalog.pg_constraint AS c ON c.conrelid = t.oid AND c.contype = 'p'
CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k (attnum, position)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum
ORDER BY t.schema, t.name, k.position";

/// The definition is NULL for a plain index. `indnullsnotdistinct` is there from version 15 on only. Of the
/// server's `CREATE INDEX` the part behind the table's name is kept: the name comes with a schema, and the index
/// has to go where the table goes.
pub(super) const INDEXES: &str = "
SELECT t.schema, t.name, (k.position = 1)::int::bigint, i.relname::text,
    x.indisunique::int::bigint, (c.oid IS NOT NULL)::int::bigint,
    CASE
        WHEN am.amname = 'btree' AND x.indpred IS NULL AND x.indnatts = x.indnkeyatts
            AND NOT coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false)
            AND NOT coalesce(c.condeferrable, false)
            AND bool_and(coalesce(k.flags = 0 AND k.collated = a.attcollation AND o.opcdefault, false))
                OVER (PARTITION BY i.oid)
            THEN NULL
        WHEN c.oid IS NULL THEN substr(pg_get_indexdef(i.oid), 1 + length(format(
            'CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN x.indisunique THEN 'UNIQUE ' END, i.relname,
            CASE WHEN i.relkind = 'I' THEN 'ONLY ' END, t.schema, t.name)))
        ELSE pg_get_constraintdef(c.oid)
    END,
    a.attname::text
FROM read AS t
JOIN pg_catalog.pg_index AS x ON x.indrelid = t.oid
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_am AS am ON am.oid = i.relam
LEFT JOIN pg_catalog.pg_constraint AS c
    ON c.conrelid = t.oid AND c.conindid = i.oid AND c.contype IN ('p', 'u', 'x')
CROSS JOIN LATERAL unnest(x.indkey, x.indclass, x.indcollation, x.indoption)
    WITH ORDINALITY AS k (attnum, opclass, collated, flags, position)
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum
LEFT JOIN pg_catalog.pg_opclass AS o ON o.oid = k.opclass
WHERE c.contype IS NULL OR c.contype = 'u'
ORDER BY t.schema, t.name, i.relname, k.position";

/// A key to a partitioned table stands there once more for each partition, with `conparentid`.
pub(super) const FOREIGN_KEYS: &str = "
SELECT t.schema, t.name, (k.position = 1)::int::bigint, c.conname::text, fs.nspname::text, ft.relname::text,
    c.confdeltype::text, c.confupdtype::text, a.attname::text, fa.attname::text
FROM read AS t
JOIN pg_catalog.pg_constraint AS c ON c.conrelid = t.oid AND c.contype = 'f' AND c.conparentid = 0
JOIN pg_catalog.pg_class AS ft ON ft.oid = c.confrelid
JOIN pg_catalog.pg_namespace AS fs ON fs.oid = ft.relnamespace
CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (attnum, referenced, position)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum
JOIN pg_catalog.pg_attribute AS fa ON fa.attrelid = ft.oid AND fa.attnum = k.referenced
ORDER BY t.schema, t.name, c.conname, k.position";

pub(super) const ENUMS: &str = "
SELECT s.nspname::text, e.typname::text, l.enumlabel::text
FROM pg_catalog.pg_type AS e
JOIN pg_catalog.pg_namespace AS s ON s.oid = e.typnamespace
LEFT JOIN pg_catalog.pg_enum AS l ON l.enumtypid = e.oid
WHERE e.typtype = 'e' AND (
    s.nspname IN ({schemas}) AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = e.oid AND d.deptype = 'e'
    )
    OR EXISTS (
        SELECT FROM read AS t
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE a.atttypid IN (e.oid, e.typarray)
    )
)
ORDER BY s.nspname, e.typname, l.enumsortorder";
