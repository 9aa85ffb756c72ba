//! Keys, checks and exclusion constraints of PostgreSQL.

use seadrift_introspect::{Scope, introspect};
use seadrift_schema::{
    Check, Dialect, Exclusion, ForeignKey, ObjectName, PrimaryKey, ReferentialAction,
};

use crate::support::*;

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
            ..Scope::default()
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
async fn checks_and_exclusion_constraints_are_read() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE TABLE t (a int NOT NULL, b text NOT NULL CHECK (b <> ''),
                CONSTRAINT "Odd name" CHECK (a > 0 AND (b = '(' OR b = ')')),
                CONSTRAINT mine CHECK (a < 9) NO INHERIT,
                CONSTRAINT once EXCLUDE USING btree (a WITH =, (lower(b)) WITH =) WHERE (a > 5)
                    DEFERRABLE INITIALLY DEFERRED);
            ALTER TABLE t ADD CONSTRAINT unproved CHECK (a <> 7) NOT VALID;"#,
        )
        .await;
        let is_18 = super::major_version(&scratch).await >= 18;
        if is_18 {
            let sql = "ALTER TABLE t ADD CONSTRAINT unwatched CHECK (a <> 8) NOT ENFORCED";
            run(&scratch.db, sql).await;
        }
        let table = read_table(&scratch, "t").await;
        let check = |name: &str, expression: &str, clauses: Option<&str>| Check {
            name: Some(name.to_owned()),
            clauses: clauses.map(str::to_owned),
            columns: match expression {
                either if either.contains(" AND ") => strings(&["a", "b"]),
                of_one => strings(&[&of_one[..1]]),
            },
            ..Check::new(expression)
        };
        let either = "(a > 0) AND ((b = '('::text) OR (b = ')'::text))";
        let mut expected = vec![
            check("Odd name", either, None),
            check("mine", "a < 9", Some("NO INHERIT")),
            check("t_b_check", "b <> ''::text", None),
            check("unproved", "a <> 7", Some("NOT VALID")),
        ];
        if is_18 {
            expected.push(check("unwatched", "a <> 8", Some("NOT ENFORCED")));
        }
        let mut checks = table.checks.clone();
        checks.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(checks, expected);
        let definition = "EXCLUDE USING btree (a WITH =, lower(b) WITH =) WHERE ((a > 5)) \
            DEFERRABLE INITIALLY DEFERRED";
        let once = Exclusion {
            name: "once".into(),
            definition: definition.into(),
            columns: strings(&["a", "b"]),
        };
        assert_eq!(table.exclusions, [once]);
        assert_eq!(table.indexes, []);

        // What was read makes every constraint again.
        for check in &table.checks {
            let name = Dialect::Postgres.quote(check.name.as_ref().unwrap());
            let (expression, clauses) = (&check.expression, check.clauses.as_deref());
            let clauses = clauses.unwrap_or_default();
            let sql = format!(
                "ALTER TABLE t DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({expression}) {clauses}"
            );
            run(&scratch.db, &sql).await;
        }
        let sql = format!("ALTER TABLE t DROP CONSTRAINT once, ADD CONSTRAINT once {definition}");
        run(&scratch.db, &sql).await;
        assert_eq!(read_table(&scratch, "t").await, table);
    })
    .await;
}

#[tokio::test]
async fn what_else_is_said_of_a_foreign_key_is_read() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE TABLE t (a int, b int, PRIMARY KEY (a, b), UNIQUE (b, a));
            CREATE TABLE u (x int, "y y" int,
                CONSTRAINT f1 FOREIGN KEY (x, "y y") REFERENCES t,
                CONSTRAINT f2 FOREIGN KEY (x, "y y") REFERENCES t (b, a) MATCH FULL DEFERRABLE,
                CONSTRAINT f3 FOREIGN KEY ("y y", x) REFERENCES t DEFERRABLE INITIALLY DEFERRED);
            ALTER TABLE u ADD CONSTRAINT f4 FOREIGN KEY (x, "y y") REFERENCES t NOT VALID;"#,
        )
        .await;
        let mut expected = vec![
            ("f1", None),
            ("f2", Some("MATCH FULL DEFERRABLE")),
            ("f3", Some("DEFERRABLE INITIALLY DEFERRED")),
            ("f4", Some("NOT VALID")),
        ];
        let version = super::major_version(&scratch).await;
        if version >= 15 {
            let sql = r#"ALTER TABLE u ADD CONSTRAINT f5 FOREIGN KEY (x, "y y") REFERENCES t
                ON DELETE SET NULL ("y y") DEFERRABLE"#;
            run(&scratch.db, sql).await;
            expected.push(("f5", Some(r#"ON DELETE SET NULL ("y y") DEFERRABLE"#)));
        }
        let keys = read_table(&scratch, "u").await.foreign_keys;
        let clauses: Vec<_> = keys
            .iter()
            .map(|key| (key.name.as_deref().unwrap(), key.clauses.as_deref()))
            .collect();
        assert_eq!(clauses, expected);
        assert_eq!(keys[1].columns, ["x", "y y"]);
        assert_eq!(keys[1].referenced_columns, ["b", "a"]);
        assert_eq!(keys[2].columns, ["y y", "x"]);
        if version >= 15 {
            assert_eq!(keys[4].on_delete, Some(ReferentialAction::SetNull));
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_key_cannot_say_is_noted() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            "CREATE TABLE later (a int, CONSTRAINT later_key PRIMARY KEY (a) DEFERRABLE);
            CREATE TABLE more (a int, b int, CONSTRAINT more_key PRIMARY KEY (a) INCLUDE (b));",
        )
        .await;
        let options = "primary key options";
        let mut expected = vec![
            (options, "later_key on later"),
            (options, "more_key on more"),
        ];
        if super::major_version(&scratch).await >= 18 {
            run(
                &scratch.db,
                "CREATE TABLE spans (a int4range, s int4range,
                    CONSTRAINT spans_key PRIMARY KEY (a, s WITHOUT OVERLAPS));
                CREATE TABLE of_spans (a int4range, s int4range,
                    CONSTRAINT f FOREIGN KEY (a, PERIOD s) REFERENCES spans (a, PERIOD s));",
            )
            .await;
            expected.push((options, "spans_key on spans"));
            expected.push(("temporal foreign key", "f on of_spans"));
        }
        let schema = read(&scratch).await.schema;
        let noted: Vec<_> = schema
            .unmanaged
            .iter()
            .map(|object| (object.kind.as_str(), object.name.name.as_str()))
            .collect();
        assert_eq!(noted, expected);
        let key = schema.tables[&ObjectName::new("more")].primary_key.clone();
        assert_eq!(key.unwrap().columns, ["a"]);
    })
    .await;
}
