//! How many rows of the database at hand hazards happen to.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, TransactionTrait};
use seadrift_plan::{Count, Plan, Rows};
use seadrift_schema::{Dialect, ObjectName};

/// So many rows are counted at most.
const MOST: u64 = 1_000_000;

/// One count takes no longer, as far as the server keeps to it: SQLite has no such limit.
const LONGEST: Duration = Duration::from_secs(2);

/// After so long, nothing more is counted.
const ALL_TOGETHER: Duration = Duration::from_secs(10);

/// Has the hazards of `plans` say how many rows they happen to in the database that `db` is connected to. Of rows that
/// cannot be counted, for want of a right or of time, nothing is said.
pub(crate) async fn rows<'a>(db: &DatabaseConnection, plans: impl Iterator<Item = &'a mut Plan>) {
    let begun = Instant::now();
    for plan in plans {
        for hazard in &mut plan.hazards {
            if begun.elapsed() > ALL_TOGETHER {
                return;
            }
            if let Some(rows) = &hazard.rows
                && let Ok(Some(count)) = counted(db, rows, plan.dialect, MOST).await
            {
                hazard.counted(count);
            }
        }
    }
}

async fn counted(
    db: &DatabaseConnection,
    rows: &Rows,
    dialect: Dialect,
    most: u64,
) -> Result<Option<Count>, DbErr> {
    // So that the limit on time is for this alone.
    let transaction = db.begin().await?;
    let count = async {
        if dialect == Dialect::Postgres {
            let limit = format!("SET LOCAL statement_timeout = {}", LONGEST.as_millis());
            transaction.execute_unprepared(&limit).await?;
        }
        let statement =
            Statement::from_string(db.get_database_backend(), select(rows, dialect, most));
        let Some(row) = transaction.query_one_raw(statement).await? else {
            return Ok(None);
        };
        let (rows, seen): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let number = |count: i64| u64::try_from(count).ok();
        Ok(number(rows)
            .zip(number(seen))
            .map(|(rows, seen)| match seen > most {
                true => Count::AtLeast(rows.saturating_sub(seen - most)),
                false => Count::Exactly(rows),
            }))
    };
    let count = count.await;
    transaction.rollback().await?;
    count
}

/// The query that counts `rows`, and how many it has looked at for that: one more than `most` at most.
fn select(rows: &Rows, dialect: Dialect, most: u64) -> String {
    let begin = match dialect {
        Dialect::MariaDb => format!(
            "SET STATEMENT max_statement_time = {} FOR SELECT",
            LONGEST.as_secs()
        ),
        Dialect::MySql => format!(
            "SELECT /*+ MAX_EXECUTION_TIME({}) SET_VAR(lock_wait_timeout = {}) */",
            LONGEST.as_millis(),
            LONGEST.as_secs()
        ),
        Dialect::Postgres | Dialect::Sqlite => "SELECT".to_owned(),
    };
    let integer = match dialect.is_mysql() {
        true => "signed",
        false => "bigint",
    };
    format!(
        "{begin} CAST(coalesce(sum(n), 0) AS {integer}), count(*) FROM ({} LIMIT {}) AS counted",
        each(rows, dialect),
        most + 1
    )
}

/// The query that has a row for each, or for several, with their number as `n`.
fn each(rows: &Rows, dialect: Dialect) -> String {
    let quote = |name: &String| dialect.quote(name);
    let of = |table: &ObjectName, condition: String| {
        format!(
            "SELECT 1 AS n FROM {} AS own WHERE {condition}",
            table.quoted(dialect)
        )
    };
    let no_null = |columns: &[String]| {
        let conditions: Vec<_> = columns
            .iter()
            .map(|column| format!("own.{} IS NOT NULL", quote(column)))
            .collect();
        conditions.join(" AND ")
    };
    match rows {
        Rows::Of { table } => of(table, "1 = 1".to_owned()),
        Rows::WithNull { table, column } => of(table, format!("{} IS NULL", quote(column))),
        Rows::WithValue { table, column } => of(table, format!("{} IS NOT NULL", quote(column))),
        Rows::Breaking { table, expression } => of(table, format!("NOT ({expression})")),
        Rows::Repeating { table, columns } => {
            let names: Vec<_> = columns.iter().map(quote).collect();
            format!(
                "SELECT count(*) AS n FROM {} AS own WHERE {} GROUP BY {} HAVING count(*) > 1",
                table.quoted(dialect),
                no_null(columns),
                names.join(", ")
            )
        }
        Rows::Orphaned {
            table,
            columns,
            references,
            referenced_columns,
        } => {
            let pairs: Vec<_> = columns
                .iter()
                .zip(referenced_columns)
                .map(|(own, other)| format!("other.{} = own.{}", quote(other), quote(own)))
                .collect();
            let other = format!(
                "SELECT 1 FROM {} AS other WHERE {}",
                references.quoted(dialect),
                pairs.join(" AND ")
            );
            of(
                table,
                format!("{} AND NOT EXISTS ({other})", no_null(columns)),
            )
        }
    }
}

#[cfg(all(test, feature = "sqlx-sqlite"))]
mod tests {
    use sea_orm::Database;

    use super::*;

    #[tokio::test]
    async fn each_kind_of_rows_is_counted() {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        db.execute_unprepared(
            "CREATE TABLE parent (a, b);
            INSERT INTO parent VALUES (1, 1), (1, 2);
            CREATE TABLE child (a, b);
            INSERT INTO child VALUES (1, 1), (1, 1), (1, 2), (1, 2), (2, 2), (NULL, 3);",
        )
        .await
        .unwrap();
        let table = ObjectName::new("child");
        let column = || "a".to_owned();
        let columns = vec!["a".to_owned(), "b".to_owned()];
        let all = Rows::Of {
            table: table.clone(),
        };
        for (rows, expected) in [
            (all.clone(), 6),
            (
                Rows::WithNull {
                    table: table.clone(),
                    column: column(),
                },
                1,
            ),
            (
                Rows::WithValue {
                    table: table.clone(),
                    column: column(),
                },
                5,
            ),
            (
                Rows::Repeating {
                    table: table.clone(),
                    columns: columns.clone(),
                },
                4,
            ),
            (
                Rows::Orphaned {
                    table: table.clone(),
                    columns: columns.clone(),
                    references: ObjectName::new("parent"),
                    referenced_columns: columns,
                },
                1,
            ),
            (
                Rows::Breaking {
                    table: table.clone(),
                    expression: "a = 1".to_owned(),
                },
                1,
            ),
        ] {
            let count = counted(&db, &rows, Dialect::Sqlite, MOST).await.unwrap();
            assert_eq!(count, Some(Count::Exactly(expected)), "{rows:?}");
        }
        for (most, expected) in [(5, Count::AtLeast(5)), (6, Count::Exactly(6))] {
            let count = counted(&db, &all, Dialect::Sqlite, most).await.unwrap();
            assert_eq!(count, Some(expected));
        }
        let missing = Rows::Of {
            table: ObjectName::new("nothing"),
        };
        assert!(counted(&db, &missing, Dialect::Sqlite, MOST).await.is_err());
    }
}
