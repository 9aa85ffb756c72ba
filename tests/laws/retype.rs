//! What the servers do when a column gets another type, for every pair of types: the statements run where a plan is made,
//! and the table is written anew where the hazards say so.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, Statement, TransactionTrait,
};
use seadrift_plan::{Error, Plan, plan};
use seadrift_render::sql;
use seadrift_schema::{Change, Column, Dialect, ObjectName, Schema, Type, canonical};
use seadrift_testkit::{Backend, scratch};

const POSTGRES: [&str; 45] = [
    "char(3)",
    "char(5)",
    "string",
    "string(20)",
    "string(30)",
    "text",
    "blob",
    "small_integer",
    "integer",
    "big_integer",
    "float",
    "double",
    "decimal",
    "decimal(10, 2)",
    "decimal(12, 2)",
    "decimal(10, 4)",
    "date_time",
    "timestamp_with_time_zone",
    "other timestamp(3) without time zone",
    "other timestamp(3) with time zone",
    "other time(3) without time zone",
    "time",
    "date",
    "interval",
    "bit(3)",
    "bit(5)",
    "var_bit(3)",
    "var_bit(5)",
    "boolean",
    "money",
    "json",
    "json_binary",
    "uuid",
    "enum mood('a', 'b')",
    "enum state('a', 'c')",
    "array integer",
    "array big_integer",
    "array string(20)",
    "array string(30)",
    "array text",
    "array boolean",
    "array enum mood('a', 'b')",
    "cidr",
    "inet",
    "mac_addr",
];

const MYSQL: [&str; 33] = [
    "char(3)",
    "char(5)",
    "string(20)",
    "string(40)",
    "string(63)",
    "string(64)",
    "string(255)",
    "string(300)",
    "text",
    "other mediumtext",
    "blob",
    "tiny_integer",
    "integer",
    "big_integer",
    "unsigned",
    "float",
    "double",
    "decimal(10, 2)",
    "decimal(12, 2)",
    "date_time",
    "timestamp",
    "other datetime(3)",
    "time",
    "date",
    "binary(16)",
    "var_binary(20)",
    "var_binary(255)",
    "var_binary(256)",
    "boolean",
    "json",
    "enum \"\"('a', 'b')",
    "enum \"\"('a', 'b', 'c')",
    "enum \"\"('a', 'c', 'b')",
];

#[tokio::test]
async fn postgres() {
    let Some(scratch) = scratch(Backend::Postgres).await else {
        return;
    };
    let db = scratch.connect().await;
    let enums = "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE state AS ENUM ('a', 'c')";
    run(&db, enums).await.unwrap();
    let mut wrong = vec![];
    for (from, to) in pairs(&POSTGRES, Dialect::Postgres) {
        let transaction = db.begin().await.unwrap();
        if let Err(error) = try_postgres(&transaction, &from, &to).await {
            wrong.push(format!("{} -> {}: {error}", from.ty, to.ty));
        }
        transaction.rollback().await.unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn try_postgres(db: &DatabaseTransaction, from: &Column, to: &Column) -> Result<(), String> {
    let dialect = Dialect::Postgres;
    // In UTC, a time without a zone and one with it are the same bytes.
    run(db, "SET LOCAL timezone TO 'Europe/Berlin'").await?;
    run(db, &create(from, dialect)).await?;
    match plan(vec![alter(from, to)], &Schema::default(), dialect) {
        Ok(plan) => {
            let before = file(db).await;
            all(db, &plan.up, dialect).await?;
            agree(&plan, before != file(db).await)?;
            all(db, &plan.down, dialect).await
        }
        Err(Error::NoCast(refusals)) => {
            let is_missing = refusals.iter().any(|it| it.reason.contains("no cast from"));
            let ty = canonical::sql_type(&to.ty, dialect).unwrap();
            let plain = format!("ALTER TABLE it ALTER COLUMN it TYPE {ty} USING it::{ty}");
            match run(db, &plain).await {
                Ok(()) if is_missing => Err("it is refused, and there is a cast".to_owned()),
                _ => Ok(()),
            }
        }
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn mysql() {
    let Some(scratch) = scratch(Backend::MySql).await else {
        return;
    };
    let db = scratch.connect().await;
    let dialect = seadrift_introspect::server(&db).await.unwrap().dialect;
    let mut wrong = vec![];
    for (from, to) in pairs(&MYSQL, dialect) {
        if let Err(error) = try_mysql(&db, &from, &to, dialect).await {
            wrong.push(format!("{} -> {}: {error}", from.ty, to.ty));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn try_mysql(
    db: &DatabaseConnection,
    from: &Column,
    to: &Column,
    dialect: Dialect,
) -> Result<(), String> {
    // A table without a row is never copied.
    run(
        db,
        &format!("{}; INSERT INTO it VALUES (NULL)", create(from, dialect)),
    )
    .await?;
    let plan = plan(vec![alter(from, to)], &Schema::default(), dialect).unwrap();
    let statements = sql::statements(&plan.up[0], dialect);
    let in_place = format!("{}, ALGORITHM=INPLACE, LOCK=NONE", statements[0]);
    let is_copied = run(db, &in_place).await.is_err();
    if is_copied {
        all(db, &plan.up, dialect).await?;
    }
    agree(&plan, is_copied)
}

/// Whether the hazards say what happened to the table.
fn agree(plan: &Plan, is_rewritten: bool) -> Result<(), String> {
    let is_said = plan
        .hazards
        .iter()
        .any(|hazard| hazard.code == "rewrites-table");
    match is_rewritten == is_said {
        true => Ok(()),
        false => Err(format!("rewritten is {is_rewritten}, said is {is_said}")),
    }
}

/// Every column of one type with every one of another.
fn pairs(types: &[&str], dialect: Dialect) -> Vec<(Column, Column)> {
    let column = |ty: &str| {
        let mut column = Column::new(
            "it",
            canonical::ty(&ty.parse::<Type>().unwrap(), dialect).unwrap(),
        );
        column.nullable = true;
        column
    };
    let pairs = types
        .iter()
        .flat_map(|from| types.iter().map(move |to| (from, to)));
    pairs
        .filter(|(from, to)| from != to)
        .map(|(from, to)| (column(from), column(to)))
        .collect()
}

fn alter(from: &Column, to: &Column) -> Change {
    Change::AlterColumn {
        table: ObjectName::new("it"),
        from: from.clone(),
        to: to.clone(),
    }
}

fn create(column: &Column, dialect: Dialect) -> String {
    let ty = canonical::sql_type(&column.ty, dialect).unwrap();
    format!("DROP TABLE IF EXISTS it; CREATE TABLE it (it {ty} NULL)")
}

/// The file that PostgreSQL keeps the table in, which is another one when it was written anew.
async fn file(db: &impl ConnectionTrait) -> i64 {
    let sql = "SELECT relfilenode::bigint FROM pg_class WHERE oid = 'it'::regclass";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_one_raw(statement)
        .await
        .unwrap()
        .unwrap()
        .try_get_by_index(0)
        .unwrap()
}

async fn all(
    db: &impl ConnectionTrait,
    changes: &[Change],
    dialect: Dialect,
) -> Result<(), String> {
    for statement in changes
        .iter()
        .flat_map(|change| sql::statements(change, dialect))
    {
        run(db, &statement)
            .await
            .map_err(|error| format!("{error} in {statement}"))?;
    }
    Ok(())
}

async fn run(db: &impl ConnectionTrait, sql: &str) -> Result<(), String> {
    db.execute_unprepared(sql)
        .await
        .map(drop)
        .map_err(|error| error.to_string())
}
