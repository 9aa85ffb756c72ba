//! Columns and types of PostgreSQL.

use seadrift_introspect::{Scope, introspect};
use seadrift_schema::{Dialect, EnumType, Generated, ObjectName, Type};

use crate::support::*;

#[tokio::test]
async fn columns_are_read() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE SCHEMA "Types";
            CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
            ALTER TYPE mood ADD VALUE 'first' BEFORE 'sad';
            CREATE TYPE "Types"."Mood" AS ENUM ('a');
            CREATE TYPE "Types".unused AS ENUM ('b');
            CREATE TYPE empty AS ENUM ();
            CREATE DOMAIN email AS text NOT NULL;
            CREATE SEQUENCE shared;
            CREATE TABLE t (
                "select" serial,
                gone int,
                "B b" bigint GENERATED ALWAYS AS IDENTITY,
                s varchar(20) NOT NULL DEFAULT 'it''s \x',
                d timestamptz DEFAULT now(),
                n numeric(5, 2) DEFAULT -1.5,
                m mood DEFAULT 'sad',
                ms mood[] NOT NULL DEFAULT '{}',
                o "Types"."Mood",
                os "Types"."Mood"[],
                e email,
                x int DEFAULT nextval('shared'),
                y text DEFAULT nextval('shared')::text || 'x',
                g int GENERATED ALWAYS AS (gone2 + 1) STORED,
                gone2 int,
                h smallserial,
                matrix int[][],
                p numeric DEFAULT nextval('shared')
            );
            ALTER TABLE t DROP COLUMN gone;
            ALTER SEQUENCE shared OWNED BY t.p;
            COMMENT ON TABLE t IS 'it''s a "table"';
            COMMENT ON COLUMN t.s IS 'näme';"#,
        )
        .await;
        let database = read(&scratch).await;
        assert_eq!(database.server.dialect, Dialect::Postgres);
        assert!(
            !database.server.version.contains(' '),
            "{}",
            database.server
        );
        assert_eq!(database.own_schema, "public");

        let mood = EnumType {
            name: ObjectName::new("mood"),
            values: strings(&["first", "sad", "it's ok"]),
        };
        let other = EnumType {
            name: ObjectName::within("Types", "Mood"),
            values: strings(&["a"]),
        };
        let empty = EnumType {
            name: ObjectName::new("empty"),
            values: vec![],
        };
        let enums: Vec<_> = database.schema.enums.values().cloned().collect();
        assert_eq!(enums, [empty, mood.clone(), other.clone()]);

        let table = &database.schema.tables[&ObjectName::new("t")];
        let array = |ty| Type::Array(Box::new(ty));
        assert_eq!(
            columns(table),
            [
                ("select", Type::Integer, false, None),
                ("B b", Type::BigInteger, false, None),
                (
                    "s",
                    Type::String(Some(20)),
                    false,
                    expression(r"'it''s \x'::character varying")
                ),
                ("d", Type::TimestampWithTimeZone, true, expression("now()")),
                (
                    "n",
                    Type::Decimal(Some((5, 2))),
                    true,
                    expression("'-1.5'::numeric")
                ),
                (
                    "m",
                    Type::from(mood.clone()),
                    true,
                    expression("'sad'::mood")
                ),
                (
                    "ms",
                    array(Type::from(mood)),
                    false,
                    expression("'{}'::mood[]")
                ),
                ("o", Type::from(other.clone()), true, None),
                ("os", array(Type::from(other)), true, None),
                ("e", Type::Other("email".into()), true, None),
                (
                    "x",
                    Type::Integer,
                    true,
                    expression("nextval('shared'::regclass)")
                ),
                (
                    "y",
                    Type::Text,
                    true,
                    expression("(nextval('shared'::regclass))::text || 'x'::text"),
                ),
                ("g", Type::Integer, true, None),
                ("gone2", Type::Integer, true, None),
                ("h", Type::SmallInteger, false, None),
                ("matrix", array(Type::Integer), true, None),
                (
                    "p",
                    Type::Decimal(None),
                    true,
                    expression("nextval('shared'::regclass)")
                ),
            ]
        );
        let numbered: Vec<_> = table.columns.iter().filter(|c| c.auto_increment).collect();
        let names: Vec<_> = numbered.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["select", "B b", "h"]);
        assert_eq!(table.comment.as_deref(), Some("it's a \"table\""));
        assert_eq!(table.column("s").unwrap().comment.as_deref(), Some("näme"));
    })
    .await;
}

#[tokio::test]
async fn identity_is_read_with_its_options() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            "CREATE TABLE always (a int GENERATED ALWAYS AS IDENTITY);
            CREATE TABLE by_default (a smallint GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 32767 START 1));
            CREATE TABLE options (a bigint GENERATED BY DEFAULT AS IDENTITY
                (START 100 INCREMENT 5 MINVALUE 10 MAXVALUE 9000 CACHE 20 CYCLE));
            CREATE TABLE down (a int GENERATED ALWAYS AS IDENTITY (INCREMENT -1));
            CREATE TABLE serial (a serial);",
        )
        .await;
        let tables = read(&scratch).await.schema.tables;
        let identity = |table: &str| {
            let column = &tables[&ObjectName::new(table)].columns[0];
            assert!(column.auto_increment && column.default.is_none(), "{column:?}");
            let identity = column.identity.clone();
            identity.map(|identity| (identity.always, identity.options))
        };
        assert_eq!(identity("always"), Some((true, None)));
        assert_eq!(identity("by_default"), Some((false, None)));
        let options = "START WITH 100 INCREMENT BY 5 MINVALUE 10 MAXVALUE 9000 CACHE 20 CYCLE";
        assert_eq!(identity("options"), Some((false, Some(options.to_owned()))));
        let options = Some("INCREMENT BY -1".to_owned());
        assert_eq!(identity("down"), Some((true, options)));
        assert_eq!(identity("serial"), Some((false, None)));
    })
    .await;
}

#[tokio::test]
async fn what_computes_a_column_is_read() {
    with_database(POSTGRES, |scratch| async move {
        let mut sql = "CREATE TABLE t (a int, b text,
            sum int GENERATED ALWAYS AS ((a + 1) * 2) STORED,
            length int GENERATED ALWAYS AS (length(b || ')')) STORED"
            .to_owned();
        let has_virtual = super::major_version(&scratch).await >= 18;
        if has_virtual {
            sql += ", virtual int GENERATED ALWAYS AS (a * 2)";
        }
        run(&scratch.db, &(sql + ")")).await;
        let table = read_table(&scratch, "t").await;
        let generated = |column: &str| table.column(column).unwrap().generated.clone();
        let computed = |expression: &str, stored| {
            let expression = expression.to_owned();
            Some(Box::new(Generated { expression, stored }))
        };
        assert_eq!(generated("a"), None);
        assert_eq!(generated("sum"), computed("(a + 1) * 2", true));
        let length = "length((b || ')'::text))";
        assert_eq!(generated("length"), computed(length, true));
        assert_eq!(table.column("sum").unwrap().default, None);
        if has_virtual {
            assert_eq!(generated("virtual"), computed("a * 2", false));
        }
    })
    .await;
}

#[tokio::test]
async fn collations_are_read_where_they_are_not_the_types_own() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE COLLATION "My "" order" FROM "C";
            CREATE DOMAIN plain AS text COLLATE "C";
            CREATE TABLE t (a text, b text COLLATE "C", c text COLLATE "My "" order", d plain, e name,
                f text COLLATE "default", g plain COLLATE "POSIX");"#,
        )
        .await;
        let database = read(&scratch).await;
        let table = &database.schema.tables[&ObjectName::new("t")];
        let collations: Vec<_> = table.columns.iter().map(|c| c.collation.as_deref()).collect();
        assert_eq!(
            collations,
            [
                None,
                Some(r#""C""#),
                Some(r#""public"."My "" order""#),
                None,
                None,
                None,
                Some(r#""POSIX""#)
            ]
        );
        assert_eq!(
            database.schema.domains[&ObjectName::new("plain")],
            r#"text COLLATE "C""#
        );
    })
    .await;
}

#[tokio::test]
async fn domains_are_read_and_named_as_sql_names_them() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE SCHEMA "Other";
            CREATE SCHEMA far;
            CREATE TYPE mood AS ENUM ('a');
            CREATE DOMAIN far.base AS int;
            CREATE DOMAIN "Other"."E mail" AS varchar(20) NOT NULL DEFAULT 'a@b'
                CONSTRAINT "has an @" CHECK (VALUE LIKE '%@%') CONSTRAINT short CHECK (length(VALUE) < 9);
            CREATE DOMAIN "order" AS far.base;
            CREATE DOMAIN moods AS mood[];
            CREATE DOMAIN far.unused AS int;
            CREATE DOMAIN uuid AS int;
            CREATE TYPE "Pair" AS (a int, b int);
            CREATE TABLE t (a "Other"."E mail", b "Other"."E mail"[], c "order", d moods, e moods[], f public.uuid,
                g "Pair", h "Pair"[], i far.base, j box, k information_schema.sql_identifier);"#,
        )
        .await;
        let scope = Scope {
            schemas: &["Other".to_owned()],
            ..Scope::default()
        };
        let schema = introspect(&scratch.db, &scope).await.unwrap().schema;
        let table = &schema.tables[&ObjectName::new("t")];
        let other = |text: &str| Type::Other(text.to_owned());
        let array = |ty| Type::Array(Box::new(ty));
        let types: Vec<_> = table.columns.iter().map(|c| c.ty.clone()).collect();
        assert_eq!(
            types,
            [
                other(r#""Other"."E mail""#),
                array(other(r#""Other"."E mail""#)),
                other(r#""order""#),
                other("moods"),
                array(other("moods")),
                other("public.uuid"),
                other(r#""Pair""#),
                array(other(r#""Pair""#)),
                other("far.base"),
                other("box"),
                other("information_schema.sql_identifier"),
            ]
        );
        // One that no read schema has is read where something there needs it.
        let domain = |name: ObjectName, definition: &str| (name, definition.to_owned());
        let email = "character varying(20) NOT NULL DEFAULT 'a@b'::character varying \
            CONSTRAINT \"has an @\" CHECK (((VALUE)::text ~~ '%@%'::text)) \
            CONSTRAINT short CHECK ((length((VALUE)::text) < 9))";
        let domains = [
            domain(ObjectName::within("Other", "E mail"), email),
            domain(ObjectName::within("far", "base"), "integer"),
            domain(ObjectName::new("moods"), "mood[]"),
            domain(ObjectName::new("order"), "far.base"),
            domain(ObjectName::new("uuid"), "integer"),
        ];
        assert_eq!(schema.domains, domains.into());
        assert!(schema.enums.contains_key(&ObjectName::new("mood")));

        // What was read makes the domain again.
        run(
            &scratch.db,
            &format!(r#"DROP DOMAIN "Other"."E mail" CASCADE; CREATE DOMAIN "Other"."E mail" AS {email}"#),
        )
        .await;
        let again = introspect(&scratch.db, &scope).await.unwrap().schema;
        assert_eq!(again.domains, schema.domains);
    })
    .await;
}
