//! Introspection of a MySQL or MariaDB server.

use seadrift_introspect::{Scope, introspect};
use seadrift_schema::{
    DefaultValue, Dialect, EnumType, IndexOrigin, ObjectName, PrimaryKey, ReferentialAction, Table,
    Type,
};

use crate::support::*;

#[tokio::test]
async fn columns_are_read() {
    with_database(MYSQL, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE TABLE t (
                id bigint unsigned PRIMARY KEY AUTO_INCREMENT,
                `select x``"ü` varchar(20) NOT NULL DEFAULT 'it''s \\ "q" \n' COMMENT 'it''s',
                b varchar(9) DEFAULT '007',
                c varchar(9) DEFAULT NULL,
                d varchar(9) NOT NULL DEFAULT '',
                e int DEFAULT -5,
                f bit(3) DEFAULT b'101',
                g datetime DEFAULT current_timestamp ON UPDATE current_timestamp,
                h enum('a', 'it''s') DEFAULT 'it''s',
                i json,
                j longtext,
                k int AS (e + 1) STORED,
                l int AS (e + 1),
                m decimal(5, 2) DEFAULT 1.50,
                n bool NOT NULL DEFAULT true,
                o varchar(9) DEFAULT 'NULL',
                p date DEFAULT '2020-01-01'
            ) COMMENT 'it''s a "table"'"#,
        )
        .await;
        let database = read(&scratch).await;
        assert!(database.server.dialect.is_mysql());
        assert_eq!(database.own_schema, scratch.name);
        let table = &database.schema.tables[&ObjectName::new("t")];
        let choice = EnumType {
            name: ObjectName::new(""),
            values: strings(&["a", "it's"]),
        };
        assert_eq!(
            columns(table),
            [
                ("id", Type::BigUnsigned, false, None),
                (
                    "select x`\"ü",
                    Type::String(Some(20)),
                    false,
                    text("it's \\ \"q\" \n")
                ),
                ("b", Type::String(Some(9)), true, text("007")),
                ("c", Type::String(Some(9)), true, None),
                ("d", Type::String(Some(9)), false, text("")),
                ("e", Type::Integer, true, number("-5")),
                ("f", Type::Bit(Some(3)), true, expression("b'101'")),
                (
                    "g",
                    Type::DateTime,
                    true,
                    Some(DefaultValue::CurrentTimestamp)
                ),
                ("h", Type::Enum(choice), true, text("it's")),
                ("i", Type::Json, true, None),
                ("j", Type::Other("longtext".into()), true, None),
                ("k", Type::Integer, true, None),
                ("l", Type::Integer, true, None),
                ("m", Type::Decimal(Some((5, 2))), true, number("1.50")),
                ("n", Type::Boolean, false, number("1")),
                ("o", Type::String(Some(9)), true, text("NULL")),
                ("p", Type::Date, true, text("2020-01-01")),
            ]
        );
        assert_eq!(table.comment.as_deref(), Some("it's a \"table\""));
        assert_eq!(table.columns[1].comment.as_deref(), Some("it's"));
        let numbered = table.columns.iter().filter(|column| column.auto_increment);
        assert_eq!(numbered.count(), 1);
        assert!(table.columns[0].auto_increment);
    })
    .await;
}

#[tokio::test]
async fn every_integer_may_number_rows() {
    with_database(MYSQL, |scratch| async move {
        let types = [
            "smallint",
            "mediumint",
            "mediumint unsigned",
            "int(5) unsigned zerofill",
        ];
        for (place, ty) in types.into_iter().enumerate() {
            let sql = format!("CREATE TABLE t{place} (id {ty} AUTO_INCREMENT PRIMARY KEY)");
            run(&scratch.db, &sql).await;
        }
        let tables = read(&scratch).await.schema.tables;
        assert_eq!(tables.len(), types.len());
        for table in tables.values() {
            assert!(table.columns[0].auto_increment, "{table:?}");
        }
    })
    .await;
}

/// The keys that the tests for MySQL read, with names of every kind.
const MYSQL_KEYS: &str = r#"
    CREATE TABLE `o'dd "Table" ``ü``` (`a b` int, `B` int, `ünï` int, PRIMARY KEY (`ünï`, `a b`),
        UNIQUE KEY `u q` (`B`, `a b`));
    CREATE TABLE `Order` (`group` int, `of` int, `mine` int,
        CONSTRAINT `f``k (1) ON DELETE` FOREIGN KEY (`of`, `group`) REFERENCES `o'dd "Table" ``ü``` (`ünï`, `a b`)
            ON DELETE CASCADE ON UPDATE SET NULL,
        KEY own (`mine`, `of`),
        CONSTRAINT served FOREIGN KEY (`mine`) REFERENCES `o'dd "Table" ``ü``` (`B`));
    CREATE TABLE `order_` (a int);"#;

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
        assert_eq!(table.indexes, expected);

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
async fn a_reader_is_told_the_same() {
    with_database(MYSQL, |scratch| async move {
        run(&scratch.db, MYSQL_KEYS).await;
        run(&scratch.db, "CREATE TABLE j (j json DEFAULT NULL)").await;
        let owner = read(&scratch).await;
        // User names are short here, and one without a host can be hidden by an anonymous local one.
        let user = unique("r")
            .replace('_', "")
            .chars()
            .rev()
            .take(16)
            .collect::<String>();
        let hosts = ["localhost", "%"];
        for host in hosts {
            let name = &scratch.name;
            run(
                &scratch.db,
                &format!("CREATE USER '{user}'@'{host}' IDENTIFIED BY 'secret'"),
            )
            .await;
            run(
                &scratch.db,
                &format!("GRANT SELECT ON {name}.* TO '{user}'@'{host}'"),
            )
            .await;
        }
        let db = scratch.connect_as(&user, "secret").await;
        let reader = introspect(&db, &Scope::default()).await;
        db.close().await.unwrap();
        for host in hosts {
            run(&scratch.db, &format!("DROP USER '{user}'@'{host}'")).await;
        }
        assert_eq!(reader.unwrap(), owner);
    })
    .await;
}
