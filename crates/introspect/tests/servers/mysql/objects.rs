//! Options of tables, what else a MySQL or MariaDB server has, and what a reader is told.

use seadrift_schema::Dialect;

use super::*;

#[tokio::test]
async fn options_are_what_a_plain_table_does_not_get() {
    with_database(MYSQL, |scratch| async move {
        run(
            &scratch.db,
            "ALTER DATABASE COLLATE utf8mb4_unicode_ci;
            CREATE TABLE a_plain (a varchar(9)) COLLATE utf8mb4_unicode_ci;
            CREATE TABLE b_other (a int) ENGINE MyISAM DEFAULT CHARACTER SET latin1 CHECKSUM 1 MAX_ROWS 50;
            CREATE TABLE c_collated (a int) COLLATE utf8mb4_bin;
            CREATE TABLE d_compressed (a int) ROW_FORMAT COMPRESSED KEY_BLOCK_SIZE 8;
            CREATE TABLE e_parts (a int) PARTITION BY HASH (a) PARTITIONS 2;",
        )
        .await;
        let tables = read(&scratch).await.schema.tables;
        let option = |name: &str| {
            let options = tables[&ObjectName::new(name)].options.as_deref();
            options.map(str::to_ascii_lowercase).unwrap_or_default()
        };
        assert_eq!(option("a_plain"), "");
        assert_eq!(
            option("b_other"),
            "engine=myisam collate=latin1_swedish_ci max_rows=50 checksum=1"
        );
        assert_eq!(option("c_collated"), "collate=utf8mb4_bin");
        assert_eq!(option("d_compressed"), "row_format=compressed key_block_size=8");
        assert_eq!(option("e_parts"), "");
        for table in tables.values() {
            let options = table.options.as_deref().unwrap_or_default();
            run(&scratch.db, &format!("CREATE TABLE again (a int) {options}")).await;
            assert_eq!(read_table(&scratch, "again").await.options, table.options);
            run(&scratch.db, "DROP TABLE again").await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_plain_table_is_seen() {
    with_database(MYSQL, |scratch| async move {
        run(
            &scratch.db,
            r#"CREATE TABLE t (a int);
            CREATE TABLE parts (a int) PARTITION BY HASH (a) PARTITIONS 2;
            CREATE VIEW `v 'x"``` AS SELECT 1 AS one;
            CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;
            CREATE PROCEDURE pr() SELECT 1;
            CREATE FUNCTION fn() RETURNS int DETERMINISTIC RETURN 1;
            CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1"#,
        )
        .await;
        let mut expected = vec![
            "event ev",
            "function fn",
            "partitioning parts",
            "procedure pr",
            "trigger tr",
            "view \"v 'x\"\"`\"",
        ];
        if read(&scratch).await.server.dialect == Dialect::MariaDb {
            run(
                &scratch.db,
                "CREATE SEQUENCE sq START 5;
                CREATE TABLE old (a int) WITH SYSTEM VERSIONING;
                CREATE TABLE older (a int, s timestamp(6) GENERATED ALWAYS AS ROW START,
                    e timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING",
            )
            .await;
            let old = ["sequence sq", "system versioning old", "system versioning older"];
            expected.splice(4..4, old);
        }
        let schema = read(&scratch).await.schema;
        let seen: Vec<_> = schema
            .unmanaged
            .iter()
            .map(|object| format!("{} {}", object.kind, object.name))
            .collect();
        assert_eq!(seen, expected);
        let names: Vec<_> = schema.tables.keys().map(|name| name.to_string()).collect();
        // Tables with partitions or a history are tables still.
        let tables = if seen.len() > 6 { vec!["old", "older", "parts", "t"] } else { vec!["parts", "t"] };
        assert_eq!(names, tables);
    })
    .await;
}

/// Runs `test` as a user that may only read.
async fn as_reader<T, F>(scratch: &Scratch, test: impl FnOnce(DatabaseConnection) -> F) -> T
where
    F: Future<Output = T>,
{
    // User names are short here, and one without a host can be hidden by an anonymous local one.
    let name = unique("r").replace('_', "");
    let user: String = name.chars().rev().take(16).collect();
    let hosts = ["localhost", "%"];
    for host in hosts {
        let create = format!("CREATE USER '{user}'@'{host}' IDENTIFIED BY 'secret'");
        run(&scratch.db, &create).await;
        let grant = format!("GRANT SELECT ON {}.* TO '{user}'@'{host}'", scratch.name);
        run(&scratch.db, &grant).await;
    }
    let db = scratch.connect_as(&user, "secret").await;
    let outcome = test(db.clone()).await;
    db.close().await.unwrap();
    for host in hosts {
        run(&scratch.db, &format!("DROP USER '{user}'@'{host}'")).await;
    }
    outcome
}

#[tokio::test]
async fn a_reader_is_told_the_same() {
    with_database(MYSQL, |scratch| async move {
        run(&scratch.db, MYSQL_KEYS).await;
        run(
            &scratch.db,
            "CREATE TABLE j (j json DEFAULT NULL, a int CHECK (a > 0), b int AS (a + 1), KEY (a DESC)) ENGINE MyISAM",
        )
        .await;
        let owner = read(&scratch).await;
        let reader = as_reader(&scratch, async |db| introspect(&db, &Scope::default()).await).await;
        assert_eq!(reader.unwrap(), owner);
    })
    .await;
}

#[tokio::test]
async fn a_reader_asks_as_often_for_many_tables() {
    with_database(MYSQL, |scratch| async move {
        if read(&scratch).await.server.dialect != Dialect::MariaDb {
            return;
        }
        let mut counts = vec![];
        for tables in [1, 30] {
            for place in 0..tables {
                let create = format!(
                    "CREATE TABLE t{tables}_{place} (id int PRIMARY KEY, up int,
                        FOREIGN KEY (up) REFERENCES t{tables}_{place} (id) ON DELETE CASCADE)"
                );
                run(&scratch.db, &create).await;
            }
            let count = as_reader(&scratch, async |db| statements_asked(&db).await).await;
            counts.push(count);
        }
        // One more than its owner, who is told of the foreign keys at once.
        assert_eq!(counts, [8, 8]);
    })
    .await;
}
