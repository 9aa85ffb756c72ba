//! What only the server can tell to be the same.

use seadrift_introspect::ask;
use seadrift_schema::{Column, Dialect, ObjectName, Schema, Table, Type};

use crate::support::*;

#[tokio::test]
async fn postgres_words_types_and_defaults() {
    with_database(POSTGRES, |scratch| async move {
        let create = "CREATE TABLE t (id int, a interval DEFAULT '60 minutes', b jsonb DEFAULT '{\"b\": 1, \"a\": 2}',
            c timestamptz(3), d text DEFAULT 'x')";
        run(&scratch.db, create).await;
        let other = |name: &str| Type::Other(name.to_owned());
        let mut wanted = [
            ("a", Type::Interval, Some("'1 hour'")),
            ("b", Type::JsonBinary, Some("'{\"a\":2,\"b\":1}'")),
            ("c", other("timestamptz (3)"), None),
            ("d", Type::Text, Some("'y'")),
        ];
        let settled = settled(&scratch, &wanted, Dialect::Postgres, "public").await;
        wanted[0].2 = Some("'01:00:00'");
        wanted[1].2 = Some("'{\"a\": 2, \"b\": 1}'");
        wanted[2].1 = other("timestamp(3) with time zone");
        assert_eq!(settled.columns, table(&wanted).columns);
    })
    .await;
}

#[tokio::test]
async fn mysql_words_defaults() {
    with_database(MYSQL, |scratch| async move {
        let create =
            "CREATE TABLE t (id int, a date DEFAULT (curdate()), b time DEFAULT '10:00:00',
            c datetime DEFAULT '2020-01-31 00:00:00', d varchar(9) DEFAULT '10:00:00')";
        run(&scratch.db, create).await;
        let database = read(&scratch).await;
        let mut wanted = [
            ("a", Type::Date, Some("current_date")),
            ("b", Type::Time, Some("'10:00'")),
            ("c", Type::DateTime, Some("'2020-01-31'")),
            ("d", Type::String(Some(9)), Some("'10:00'")),
        ];
        let dialect = database.server.dialect;
        let settled = settled(&scratch, &wanted, dialect, &database.own_schema).await;
        wanted[0].2 = Some("curdate()");
        wanted[1].2 = Some("'10:00:00'");
        wanted[2].2 = Some("'2020-01-31 00:00:00'");
        assert_eq!(settled.columns, table(&wanted).columns);
    })
    .await;
}

type Wanted = (&'static str, Type, Option<&'static str>);

/// Table `t` as the server words it.
async fn settled(
    scratch: &Scratch,
    wanted: &[Wanted],
    dialect: Dialect,
    own_schema: &str,
) -> Table {
    let mut desired = Schema::default();
    desired.tables.insert(ObjectName::new("t"), table(wanted));
    let actual = read(scratch).await.schema;
    let settled = ask::schema(&scratch.db, &actual, &desired, dialect, own_schema).await;
    settled.unwrap().tables[&ObjectName::new("t")].clone()
}

fn table(wanted: &[Wanted]) -> Table {
    let mut table = Table::new(ObjectName::new("t"));
    for (name, ty, default) in wanted {
        let mut column = Column::new(*name, ty.clone());
        column.nullable = true;
        column.default = default.map(|sql| sql.parse().unwrap());
        table.columns.push(column);
    }
    table
}
