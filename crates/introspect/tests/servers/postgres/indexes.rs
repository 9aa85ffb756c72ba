//! Indexes and unique constraints of PostgreSQL.

use sea_orm::ConnectionTrait;
use seadrift_schema::{Dialect, Index, IndexOrigin, ObjectName, Unmanaged};

use crate::support::*;

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
            without_columns(&parts.indexes),
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
        assert_eq!(without_columns(&table.indexes), expected);
        let known =
            |name, covers: &str, stands_for: &str| (name, covers.to_owned(), stands_for.to_owned());
        assert_eq!(
            in_definitions(&table.indexes),
            [
                known("Expression USING", "a b", ""),
                known("collated", "b", ""),
                known("covering", "c d", "c"),
                known("descending", "a c", "a c"),
                known("hashed", "c", "c"),
                known("including", "c d", "c"),
                known("inverted", "arr", "arr"),
                known("later", "d", "d"),
                known("nulls", "c", "c"),
                known("partial", "c E", ""),
                known("pattern", "a", "a"),
            ]
        );

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
        if super::major_version(&scratch).await < 15 {
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
async fn an_invalid_index_is_no_plain_one() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)",
        )
        .await;
        let sql = "CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)";
        scratch.db.execute_unprepared(sql).await.unwrap_err();
        let schema = read(&scratch).await.schema;
        let sql = r#"CREATE UNIQUE INDEX "broken" ON "t" USING btree (a)"#;
        assert_eq!(
            without_columns(&schema.tables[&ObjectName::new("t")].indexes),
            [defined("broken", true, IndexOrigin::Index, sql)]
        );
        let note = Unmanaged::new("invalid index", ObjectName::new("broken"));
        assert_eq!(schema.unmanaged, [note].into());
    })
    .await;
}

#[tokio::test]
async fn an_index_with_the_collation_of_its_column_is_plain() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE TABLE t (a text COLLATE "C", b text);
            CREATE INDEX own ON t (b, a);
            CREATE INDEX standard ON t (a COLLATE "default");"#,
        )
        .await;
        let sql = r#"CREATE INDEX "standard" ON "t" USING btree (a COLLATE "default")"#;
        assert_eq!(
            without_columns(&read_table(&scratch, "t").await.indexes),
            [
                index("own", &["b", "a"], false, IndexOrigin::Index),
                defined("standard", false, IndexOrigin::Index, sql),
            ]
        );
    })
    .await;
}
