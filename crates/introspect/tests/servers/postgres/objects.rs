//! What lies beside the tables of a PostgreSQL database.

use seadrift_introspect::{Scope, introspect};
use seadrift_schema::ObjectName;

use crate::support::*;

#[tokio::test]
async fn sequences_that_number_no_column_are_read() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE SCHEMA app;
            CREATE SCHEMA far;
            CREATE SEQUENCE plain;
            CREATE SEQUENCE app."All" AS int START 5 INCREMENT -2 MINVALUE -100 MAXVALUE 10 CACHE 3 CYCLE;
            CREATE SEQUENCE small AS smallint INCREMENT -1;
            CREATE SEQUENCE far.unread;
            CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY, c int DEFAULT nextval('plain'), d numeric);
            CREATE SEQUENCE owned OWNED BY t.d;
            ALTER TABLE t ALTER d SET DEFAULT nextval('owned');
            CREATE TABLE ignored (a serial);"#,
        )
        .await;
        let scope = Scope {
            schemas: &["app".to_owned()],
            ignored_tables: &["ignored".to_owned()],
..Scope::default()
        };
        let schema = introspect(&scratch.db, &scope).await.unwrap().schema;
        let all = "AS integer START WITH 5 INCREMENT BY -2 MINVALUE -100 MAXVALUE 10 CACHE 3 CYCLE";
        let sequences = [
            (ObjectName::new("plain"), ""),
            (ObjectName::within("app", "All"), all),
            (ObjectName::new("small"), "AS smallint INCREMENT BY -1"),
            // It has to stand before the table that has it in a default.
            (ObjectName::new("owned"), ""),
        ];
        let sequences = sequences.map(|(name, options)| (name, options.to_owned()));
        assert_eq!(schema.sequences, sequences.into());
        assert_eq!(schema.schemas, strings(&["app", "far"]).into_iter().collect());

        // What was read makes the sequence again.
        run(
            &scratch.db,
            &format!(r#"DROP SEQUENCE app."All"; CREATE SEQUENCE app."All" {all}"#),
        )
        .await;
        let again = introspect(&scratch.db, &scope).await.unwrap().schema;
        assert_eq!(again, schema);
    })
    .await;
}

#[tokio::test]
async fn what_an_extension_brings_is_left_out() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            "CREATE EXTENSION citext;
            CREATE TABLE t (a citext, b citext[]);
            CREATE TABLE theirs (id serial, a text CHECK (a <> ''), m int);
            CREATE INDEX ON theirs (lower(a));
            CREATE VIEW their_view AS SELECT 1 AS one;
            CREATE TYPE their_enum AS ENUM ('a');
            CREATE DOMAIN their_domain AS int;
            CREATE FUNCTION their_function() RETURNS int LANGUAGE sql AS 'SELECT 1';
            ALTER EXTENSION citext ADD TABLE theirs;
            ALTER EXTENSION citext ADD VIEW their_view;
            ALTER EXTENSION citext ADD TYPE their_enum;
            ALTER EXTENSION citext ADD DOMAIN their_domain;
            ALTER EXTENSION citext ADD FUNCTION their_function();
            ALTER TABLE t ADD c their_enum, ADD d their_domain;",
        )
        .await;
        let schema = read(&scratch).await.schema;
        assert_eq!(schema.extensions, ["citext".to_owned()].into());
        assert_eq!(
            schema.tables.keys().collect::<Vec<_>>(),
            [&ObjectName::new("t")]
        );
        let table = &schema.tables[&ObjectName::new("t")];
        let types: Vec<_> = table
            .columns
            .iter()
            .map(|column| column.ty.to_string())
            .collect();
        assert_eq!(
            types,
            [
                "other citext",
                "array other citext",
                "other their_enum",
                "other their_domain"
            ]
        );
        assert!(
            schema.enums.is_empty() && schema.domains.is_empty(),
            "{schema:?}"
        );
        assert!(schema.sequences.is_empty(), "{schema:?}");
        assert!(schema.unmanaged.is_empty(), "{schema:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_left_alone_is_listed() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE SCHEMA app;
            CREATE SCHEMA far;
            CREATE TABLE t (id int PRIMARY KEY, a int) WITH (fillfactor = 70);
            CREATE TABLE child (more int) INHERITS (t);
            CREATE UNLOGGED TABLE quick (id int);
            CREATE TABLE parts (id int) PARTITION BY RANGE (id);
            CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (9);
            CREATE VIEW app."View" AS SELECT id FROM t;
            CREATE VIEW far.unread AS SELECT 1 AS one;
            CREATE MATERIALIZED VIEW stored AS SELECT 1 AS one;
            CREATE FOREIGN DATA WRAPPER nothing;
            CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
            CREATE FOREIGN TABLE abroad (id int) SERVER nowhere;
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE FUNCTION add(a int, b numeric(5, 2) DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE PROCEDURE act() LANGUAGE sql AS 'SELECT 1';
            CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
            CREATE TRIGGER "Touch" BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE TRIGGER touch AFTER UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE RULE keep AS ON DELETE TO t DO INSTEAD NOTHING;
            ALTER TABLE t ENABLE ROW LEVEL SECURITY;
            CREATE POLICY mine ON t USING (id > 0);
            CREATE TYPE pair AS (a int, b int);
            CREATE TYPE span AS RANGE (subtype = int);
            CREATE STATISTICS related ON id, a FROM t;
            CREATE COLLATION own FROM "C";
            CREATE OPERATOR <-> (FUNCTION = int4mi, LEFTARG = int, RIGHTARG = int);
            CREATE TABLE seaql_migrations (version text);
            CREATE TRIGGER touch BEFORE UPDATE ON seaql_migrations FOR EACH ROW EXECUTE FUNCTION touch();"#,
        )
        .await;
        let scope = Scope {
            schemas: &["app".to_owned()],
            ignored_tables: &["seaql_migrations".to_owned()],
..Scope::default()
        };
        let schema = introspect(&scratch.db, &scope).await.unwrap().schema;
        let tables: Vec<_> = schema.tables.keys().map(ToString::to_string).collect();
        assert_eq!(tables, ["child", "parts", "quick", "t"]);
        let parts = &schema.tables[&ObjectName::new("parts")];
        assert_eq!(parts.options.as_deref(), Some("PARTITION BY RANGE (id)"));
        let listed: Vec<_> = schema
            .unmanaged
            .iter()
            .map(|object| format!("{} {}", object.kind, object.name))
            .collect();
        assert_eq!(
            listed,
            [
                r#"aggregate "total(integer)""#,
                "collation own",
                "composite type pair",
                "foreign table abroad",
                r#"function "add(integer, numeric)""#,
                r#"function "touch()""#,
                "inheritance child child",
                "materialized view stored",
                r#"operator "<-> (integer, integer)""#,
                "partition part",
                "partitioned table parts",
                r#"policy "mine on t""#,
                r#"procedure "act()""#,
                "range type span",
                "row level security t",
                r#"rule "keep on t""#,
                "statistics related",
                "storage options t",
                r#"trigger "Touch on t""#,
                r#"trigger "touch on parts""#,
                "unlogged table quick",
                r#"view app."View""#,
            ]
        );
    })
    .await;
}
