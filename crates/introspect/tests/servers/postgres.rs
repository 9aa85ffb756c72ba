//! Introspection of a PostgreSQL server.

use seadrift_introspect::{Error, Scope, introspect};
use seadrift_schema::{
    DefaultValue, Dialect, EnumType, ForeignKey, Index, IndexOrigin, ObjectName, PrimaryKey,
    ReferentialAction, Type,
};

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
                (
                    "d",
                    Type::TimestampWithTimeZone,
                    true,
                    Some(DefaultValue::CurrentTimestamp)
                ),
                (
                    "n",
                    Type::Decimal(Some((5, 2))),
                    true,
                    expression("'-1.5'::numeric")
                ),
                (
                    "m",
                    Type::Enum(mood.clone()),
                    true,
                    expression("'sad'::mood")
                ),
                (
                    "ms",
                    array(Type::Enum(mood)),
                    false,
                    expression("'{}'::mood[]")
                ),
                ("o", Type::Enum(other.clone()), true, None),
                ("os", array(Type::Enum(other)), true, None),
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
async fn keys_and_schemas_are_read() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE SCHEMA app;
            CREATE TABLE "o'dd ""Table"" `ü`" ("a b" int, "B" int, "ünï" int,
                CONSTRAINT "p k" PRIMARY KEY ("ünï", "a b"), UNIQUE ("B", "a b"));
            CREATE TABLE app."Order" (id int PRIMARY KEY, "group" int, "of" int,
                CONSTRAINT same FOREIGN KEY ("of", "group") REFERENCES "o'dd ""Table"" `ü`"
                    ON DELETE CASCADE ON UPDATE SET NULL);
            CREATE TABLE other (id int, CONSTRAINT same FOREIGN KEY (id) REFERENCES app."Order" (id)
                ON DELETE SET DEFAULT ON UPDATE RESTRICT);
            CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (9);
            CREATE TABLE of_parts (id int REFERENCES parts);
            CREATE VIEW view AS SELECT 1 AS one;
            CREATE MATERIALIZED VIEW stored AS SELECT 1 AS one;
            CREATE TABLE seaql_migrations (version text);"#,
        )
        .await;
        let schemas = ["app".to_owned(), "public".to_owned(), "none".to_owned()];
        let scope = Scope {
            schemas: &schemas,
            ignored_tables: &["seaql_migrations".to_owned()],
        };
        let schema = introspect(&scratch.db, &scope).await.unwrap().schema;
        let order = ObjectName::within("app", "Order");
        let odd = ObjectName::new(ODD);
        let named = ["of_parts", "other", "parts"].map(ObjectName::new);
        let mut names = vec![odd.clone(), order.clone()];
        names.extend(named);
        names.sort();
        assert_eq!(schema.tables.keys().cloned().collect::<Vec<_>>(), names);

        let table = &schema.tables[&odd];
        let key = PrimaryKey {
            name: Some("p k".into()),
            columns: strings(&["ünï", "a b"]),
        };
        assert_eq!(table.primary_key, Some(key));
        let key =
            |columns: &[&str], references, referenced: &[&str], on_delete, on_update| ForeignKey {
                name: Some("same".into()),
                columns: strings(columns),
                references,
                referenced_columns: strings(referenced),
                on_delete: Some(on_delete),
                on_update: Some(on_update),
                clauses: None,
            };
        use ReferentialAction::*;
        assert_eq!(
            schema.tables[&order].foreign_keys,
            [key(
                &["of", "group"],
                odd,
                &["ünï", "a b"],
                Cascade,
                SetNull
            )]
        );
        assert_eq!(
            schema.tables[&ObjectName::new("other")].foreign_keys,
            [key(&["id"], order.clone(), &["id"], SetDefault, Restrict)]
        );
        let of_parts = &schema.tables[&ObjectName::new("of_parts")];
        assert_eq!(of_parts.foreign_keys.len(), 1, "{of_parts:?}");

        // Without the other schema its table is not read, but a key to it is.
        let schema = read(&scratch).await.schema;
        assert!(!schema.tables.contains_key(&order));
        assert_eq!(
            schema.tables[&ObjectName::new("other")].foreign_keys[0].references,
            order
        );
    })
    .await;
}

#[tokio::test]
async fn indexes_are_read() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE TABLE "T t" (a text, b varchar(9), c int, d int, "E" int, arr int[],
                CONSTRAINT "u q" UNIQUE (c, "E"),
                CONSTRAINT including UNIQUE (c) INCLUDE (d),
                CONSTRAINT later UNIQUE (d) DEFERRABLE INITIALLY DEFERRED,
                EXCLUDE USING btree (a WITH =));
            CREATE INDEX plain ON "T t" ("E", a, b);
            CREATE UNIQUE INDEX "i""x ü" ON "T t" (d, c) WITH (fillfactor = 70);
            CREATE INDEX descending ON "T t" (a, c DESC);
            CREATE INDEX nulls ON "T t" (c NULLS FIRST);
            CREATE UNIQUE INDEX "Expression USING" ON "T t" (a, lower(b));
            CREATE UNIQUE INDEX partial ON "T t" (c) WHERE "E" > 0;
            CREATE INDEX pattern ON "T t" (a text_pattern_ops);
            CREATE INDEX collated ON "T t" (b COLLATE "C");
            CREATE INDEX covering ON "T t" (c) INCLUDE (d);
            CREATE INDEX hashed ON "T t" USING hash (c);
            CREATE INDEX inverted ON "T t" USING gin (arr);
            CREATE TABLE parts (id int, x int) PARTITION BY RANGE (id);
            CREATE INDEX parted ON parts (x DESC);"#,
        )
        .await;
        use IndexOrigin::Constraint;
        let parts = read_table(&scratch, "parts").await;
        let sql = r#"CREATE INDEX "parted" ON "parts" USING btree (x DESC)"#;
        assert_eq!(
            parts.indexes,
            [defined("parted", false, IndexOrigin::Index, sql)]
        );

        let on = r#"ON "T t" USING"#;
        let create = |name: &str, unique, rest: &str| {
            let word = if unique { "UNIQUE INDEX" } else { "INDEX" };
            let sql = format!(r#"CREATE {word} "{name}" {on} {rest}"#);
            defined(name, unique, IndexOrigin::Index, &sql)
        };
        let add = |name: &str, rest: &str| {
            let sql = format!(r#"ALTER TABLE "T t" ADD CONSTRAINT "{name}" UNIQUE {rest}"#);
            defined(name, true, Constraint, &sql)
        };
        let mut expected = vec![
            create("Expression USING", true, "btree (a, lower((b)::text))"),
            create("collated", false, "btree (b COLLATE \"C\")"),
            create("covering", false, "btree (c) INCLUDE (d)"),
            create("descending", false, "btree (a, c DESC)"),
            create("hashed", false, "hash (c)"),
            index("i\"x ü", &["d", "c"], true, IndexOrigin::Index),
            add("including", "(c) INCLUDE (d)"),
            create("inverted", false, "gin (arr)"),
            add("later", "(d) DEFERRABLE INITIALLY DEFERRED"),
            create("nulls", false, "btree (c NULLS FIRST)"),
            create("partial", true, "btree (c) WHERE (\"E\" > 0)"),
            create("pattern", false, "btree (a text_pattern_ops)"),
            index("plain", &["E", "a", "b"], false, IndexOrigin::Index),
            index("u q", &["c", "E"], true, Constraint),
        ];
        let mut table = read_table(&scratch, "T t").await;
        let by_name = |a: &Index, b: &Index| a.name.cmp(&b.name);
        table.indexes.sort_by(by_name);
        expected.sort_by(by_name);
        assert_eq!(table.indexes, expected);

        // What was read puts every index back as it was.
        for index in table
            .indexes
            .iter()
            .filter(|index| index.definition.is_some())
        {
            let name = Dialect::Postgres.quote(&index.name);
            let drop = match index.origin {
                Constraint => format!(r#"ALTER TABLE "T t" DROP CONSTRAINT {name}"#),
                _ => format!("DROP INDEX {name}"),
            };
            run(&scratch.db, &drop).await;
            run(&scratch.db, index.definition.as_ref().unwrap()).await;
        }
        let mut again = read_table(&scratch, "T t").await;
        again.indexes.sort_by(by_name);
        assert_eq!(again, table);
    })
    .await;
}

#[tokio::test]
async fn nulls_not_distinct_is_a_definition() {
    with_database(POSTGRES, |scratch| async move {
        run(&scratch.db, "CREATE TABLE t (a int, b int)").await;
        let version = read(&scratch).await.server.version;
        let major: u32 = version.split('.').next().unwrap().parse().unwrap();
        if major < 15 {
            return;
        }
        run(
            &scratch.db,
            "ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a);
            CREATE UNIQUE INDEX i ON t (b) NULLS NOT DISTINCT;",
        )
        .await;
        let definitions: Vec<_> = read_table(&scratch, "t")
            .await
            .indexes
            .into_iter()
            .map(|index| index.definition.unwrap())
            .collect();
        assert_eq!(
            definitions,
            [
                r#"CREATE UNIQUE INDEX "i" ON "t" USING btree (b) NULLS NOT DISTINCT"#,
                r#"ALTER TABLE "t" ADD CONSTRAINT "u" UNIQUE NULLS NOT DISTINCT (a)"#,
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn every_role_is_told_the_same() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            "CREATE TYPE mood AS ENUM ('a');
            CREATE TABLE u (id serial PRIMARY KEY, m mood DEFAULT 'a');
            CREATE TABLE t (id int PRIMARY KEY, u int REFERENCES u ON DELETE CASCADE, e text UNIQUE);
            CREATE INDEX i ON t (lower(e));",
        )
        .await;
        let owner = read(&scratch).await;
        let role = unique("seadrift_reader");
        run(&scratch.db, &format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'")).await;
        let db = scratch.connect_as(&role, "secret").await;
        let reader = introspect(&db, &Scope::default()).await;
        db.close().await.unwrap();
        run(&scratch.db, &format!("DROP ROLE {role}")).await;
        assert_eq!(reader.unwrap(), owner);
        assert_eq!(owner.schema.tables.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn no_schema_is_an_error() {
    with_database(POSTGRES, |scratch| async move {
        run(&scratch.db, "DROP SCHEMA public").await;
        let error = introspect(&scratch.db, &Scope::default())
            .await
            .unwrap_err();
        assert!(matches!(error, Error::NoSchema));
    })
    .await;
}
