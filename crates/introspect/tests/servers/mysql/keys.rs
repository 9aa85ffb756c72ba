//! Keys, indexes and checks of a MySQL or MariaDB server.

use seadrift_schema::{
    Check, Dialect, IndexOrigin, ObjectName, PrimaryKey, ReferentialAction, Table, Type,
};

use super::*;

#[tokio::test]
async fn keys_are_read() {
    with_database(MYSQL, |scratch| async move {
        run(&scratch.db, MYSQL_KEYS).await;
        run(&scratch.db, "CREATE VIEW v AS SELECT 1 AS one").await;
        let scope = Scope {
            ignored_tables: &["order_".to_owned()],
            ..Scope::default()
        };
        let tables = introspect(&scratch.db, &scope).await.unwrap().schema.tables;
        let odd = ObjectName::new(ODD);
        let order = ObjectName::new("Order");
        assert_eq!(tables.keys().collect::<Vec<_>>(), [&order, &odd]);
        let key = PrimaryKey {
            name: None,
            columns: strings(&["ünï", "a b"]),
        };
        assert_eq!(tables[&odd].primary_key, Some(key));
        let unique = index("u q", &["B", "a b"], true, IndexOrigin::Index);
        assert_eq!(tables[&odd].indexes, [unique]);
        let long = "f`k (1) ON DELETE";
        assert_eq!(
            tables[&order].indexes,
            [
                index(long, &["of", "group"], false, IndexOrigin::ForeignKey),
                index("own", &["mine", "of"], false, IndexOrigin::Index),
            ]
        );
        let key = &tables[&order].foreign_keys[0];
        assert_eq!(key.name.as_deref(), Some(long));
        assert_eq!(key.columns, ["of", "group"]);
        assert_eq!(key.references, odd);
        assert_eq!(key.referenced_columns, ["ünï", "a b"]);
        assert_eq!(key.on_delete, Some(ReferentialAction::Cascade));
        assert_eq!(key.on_update, Some(ReferentialAction::SetNull));
        let served = &tables[&order].foreign_keys[1];
        assert_eq!(served.name.as_deref(), Some("served"));
        assert!(served.on_delete.is_some() && served.on_update.is_some());
    })
    .await;
}

#[tokio::test]
async fn indexes_are_read() {
    with_database(MYSQL, |scratch| async move {
        run(
            &scratch.db,
            "CREATE TABLE t (a varchar(50), b text, c int, d int, p point NOT NULL,
                KEY plain (d, c), UNIQUE KEY uniq (c, a), UNIQUE KEY short (a(3), c),
                FULLTEXT KEY words (b), SPATIAL KEY place (p))",
        )
        .await;
        let dialect = read(&scratch).await.server.dialect;
        if dialect == Dialect::MariaDb {
            // A unique key over a whole text is a hash on MariaDB, and refused on MySQL.
            run(&scratch.db, "CREATE UNIQUE INDEX whole ON t (b)").await;
        }
        let table = read_table(&scratch, "t").await;
        use IndexOrigin::Index;
        let mut expected = vec![
            defined(
                "place",
                false,
                Index,
                "CREATE SPATIAL INDEX `place` ON `t` (`p`)",
            ),
            index("plain", &["d", "c"], false, Index),
            defined(
                "short",
                true,
                Index,
                "CREATE UNIQUE INDEX `short` ON `t` (`a`(3), `c`)",
            ),
            index("uniq", &["c", "a"], true, Index),
            defined(
                "words",
                false,
                Index,
                "CREATE FULLTEXT INDEX `words` ON `t` (`b`)",
            ),
        ];
        if dialect == Dialect::MariaDb {
            let sql = "CREATE UNIQUE INDEX `whole` USING HASH ON `t` (`b`)";
            expected.insert(4, defined("whole", true, Index, sql));
        }
        assert_eq!(without_columns(&table.indexes), expected);

        for index in &table.indexes {
            if let Some(definition) = &index.definition {
                run(&scratch.db, &format!("DROP INDEX {} ON t", index.name)).await;
                run(&scratch.db, definition).await;
            }
        }
        assert_eq!(read_table(&scratch, "t").await, table);
    })
    .await;
}

#[tokio::test]
async fn tables_that_differ_by_case_are_kept_apart() {
    with_database(MYSQL, |scratch| async move {
        run(&scratch.db, "CREATE TABLE T (a int, b int, KEY i (a, b))").await;
        let sql = "CREATE TABLE t (c int, d int, e int, KEY i (d, c))";
        // A server that folds case has only one such table, and nothing to tell apart.
        if sea_orm::ConnectionTrait::execute_unprepared(&scratch.db, sql)
            .await
            .is_err()
        {
            return;
        }
        let columns = |table: &Table| {
            let columns: Vec<_> = table.columns.iter().map(|c| c.name.clone()).collect();
            (columns.concat(), table.indexes[0].columns.concat())
        };
        assert_eq!(
            columns(&read_table(&scratch, "T").await),
            ("ab".into(), "ab".into())
        );
        assert_eq!(
            columns(&read_table(&scratch, "t").await),
            ("cde".into(), "dc".into())
        );
    })
    .await;
}

#[tokio::test]
async fn an_index_that_the_server_leaves_aside_says_so() {
    with_database(MYSQL, |scratch| async move {
        let word = match read(&scratch).await.server.dialect {
            Dialect::MariaDb => "IGNORED",
            _ => "INVISIBLE",
        };
        let sql =
            format!("CREATE TABLE t (a int, b int, KEY aside (a) {word}, KEY down (a DESC, b))");
        run(&scratch.db, &sql).await;
        let table = read_table(&scratch, "t").await;
        let (aside, down) = (
            format!("CREATE INDEX `aside` ON `t` (`a`) {word}"),
            "CREATE INDEX `down` ON `t` (`a` DESC, `b`)",
        );
        let expected = [
            defined("aside", false, IndexOrigin::Index, &aside),
            defined("down", false, IndexOrigin::Index, down),
        ];
        assert_eq!(without_columns(&table.indexes), expected);
        run(&scratch.db, "DROP INDEX aside ON t").await;
        run(&scratch.db, &aside).await;
        assert_eq!(read_table(&scratch, "t").await, table);
    })
    .await;
}

#[tokio::test]
async fn checks_are_read() {
    with_database(MYSQL, |scratch| async move {
        run(
            &scratch.db,
            r"CREATE TABLE t (
                a int CHECK (a > 0),
                b int,
                v varchar(20),
                j json,
                k longtext,
                m varchar(99) CHECK (json_valid(m)),
                CONSTRAINT `x ``y` CHECK ((a > b or (b < 0))),
                CONSTRAINT text CHECK (v <> 'it''s (\\)'),
                CONSTRAINT valid CHECK (json_valid(k))
            )",
        )
        .await;
        let database = read(&scratch).await;
        let table = &database.schema.tables[&ObjectName::new("t")];
        assert!(table.checks.iter().all(|check| check.clauses.is_none()));
        let expression = |name: &str| {
            let is_named = |check: &&Check| check.name.as_deref() == Some(name);
            let check = table.checks.iter().find(is_named);
            check.unwrap().expression.clone()
        };
        assert_eq!(table.checks.len(), 5);
        assert!(expression("text").ends_with(r"'it''s (\\)'"));
        assert_eq!(expression("valid"), "json_valid(`k`)");
        assert_eq!(table.column("j").unwrap().ty, Type::Json);
        if database.server.dialect == Dialect::MariaDb {
            assert_eq!(expression("x `y"), "`a` > `b` or `b` < 0");
            // Such a check has the column's name.
            assert_eq!(expression("a"), "`a` > 0");
            assert_eq!(expression("m"), "json_valid(`m`)");
        }
        for check in &table.checks {
            run(&scratch.db, "CREATE TABLE again (LIKE t)").await;
            let add = format!("ALTER TABLE again ADD CHECK ({})", check.expression);
            run(&scratch.db, &add).await;
            run(&scratch.db, "DROP TABLE again").await;
        }
    })
    .await;
}
