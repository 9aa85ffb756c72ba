//! Columns of a MySQL or MariaDB server.

use seadrift_schema::{Column, DefaultValue, EnumType, Generated, ObjectName, Type};

use super::*;

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
                ("h", Type::from(choice), true, text("it's")),
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

#[tokio::test]
async fn computed_columns_say_how() {
    with_database(MYSQL, |scratch| async move {
        run(
            &scratch.db,
            r"CREATE TABLE t (
                a int,
                v varchar(20),
                b int AS (a + 1) STORED,
                c int GENERATED ALWAYS AS ((a * (2))) VIRTUAL COMMENT 'twice',
                d varchar(50) AS (concat(v, 'it''s (\\ \n')) VIRTUAL,
                e int AS (abs(a)) STORED UNIQUE
            )",
        )
        .await;
        let table = read_table(&scratch, "t").await;
        let generated = |name: &str| {
            let column = table.column(name).unwrap();
            assert_eq!(column.default, None);
            let generated = column.generated.as_ref();
            generated.map(|how| (how.expression.as_str(), how.stored))
        };
        assert_eq!(generated("a"), None);
        assert_eq!(generated("b"), Some(("`a` + 1", true)));
        assert_eq!(generated("c"), Some(("`a` * 2", false)));
        let (expression, stored) = generated("d").unwrap();
        assert!(expression.starts_with("concat(`v`,"), "{expression}");
        assert!(expression.ends_with(r"'it''s (\\ \n')"), "{expression}");
        assert!(!stored);
        assert_eq!(generated("e"), Some(("abs(`a`)", true)));

        // What is read makes the same column again.
        let Generated { expression, .. } = *table.column("d").unwrap().generated.clone().unwrap();
        let again = format!("ALTER TABLE t ADD COLUMN f varchar(50) AS ({expression}) VIRTUAL");
        run(&scratch.db, &again).await;
        let table = read_table(&scratch, "t").await;
        let generated = |name: &str| table.column(name).unwrap().generated.clone();
        assert_eq!(generated("f"), generated("d"));
    })
    .await;
}

#[tokio::test]
async fn columns_say_what_sets_them_on_update() {
    with_database(MYSQL, |scratch| async move {
        run(
            &scratch.db,
            "CREATE TABLE t (
                a datetime DEFAULT current_timestamp ON UPDATE current_timestamp,
                b datetime(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
                c timestamp NULL ON UPDATE current_timestamp,
                d datetime DEFAULT current_timestamp,
                e varchar(40) DEFAULT 'on update current_timestamp()' COMMENT 'on update current_timestamp()'
            )",
        )
        .await;
        let table = read_table(&scratch, "t").await;
        let on_update: Vec<_> = table.columns.iter().map(|c| c.on_update.as_deref()).collect();
        let now = Some("CURRENT_TIMESTAMP");
        let exact = Some("CURRENT_TIMESTAMP(6)");
        assert_eq!(on_update, [now, exact, now, None, None]);
        assert_eq!(table.columns[1].ty, Type::Other("datetime(6)".into()));
    })
    .await;
}

#[tokio::test]
async fn a_collation_is_said_where_it_is_not_the_tables() {
    with_database(MYSQL, |scratch| async move {
        run(
            &scratch.db,
            "CREATE TABLE t (
                a varchar(20),
                b varchar(20) COLLATE latin1_bin,
                c text CHARACTER SET latin1,
                d enum('x') COLLATE utf8mb4_bin,
                e json,
                f int,
                g varchar(20) COLLATE utf8mb4_unicode_ci
            ) COLLATE utf8mb4_unicode_ci",
        )
        .await;
        let table = read_table(&scratch, "t").await;
        let collation = |column: &Column| column.collation.clone().unwrap_or_default();
        let collations: Vec<_> = table.columns.iter().map(collation).collect();
        let expected = [
            "",
            "latin1_bin",
            "latin1_swedish_ci",
            "utf8mb4_bin",
            "",
            "",
            "",
        ];
        assert_eq!(collations, expected);
    })
    .await;
}
