//! How many statements introspection takes.

use std::pin::Pin;
use std::sync::Mutex;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, ExecResult,
    QueryResult, Statement, StreamTrait, prelude::async_trait::async_trait,
};
use seadrift_introspect::{Scope, introspect};

use crate::support::{MYSQL, POSTGRES, run, with_database};

/// A connection that keeps what is asked of it.
struct Asked<'a> {
    db: &'a DatabaseConnection,
    statements: Mutex<Vec<String>>,
}

impl Asked<'_> {
    fn keep(&self, sql: impl ToString) -> &DatabaseConnection {
        self.statements.lock().unwrap().push(sql.to_string());
        self.db
    }
}

#[async_trait]
impl ConnectionTrait for Asked<'_> {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(self.db)
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.keep(&statement).execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.keep(sql).execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.keep(&statement).query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.keep(&statement).query_all_raw(statement).await
    }
}

impl StreamTrait for Asked<'_> {
    type Stream<'b>
        = <DatabaseConnection as StreamTrait>::Stream<'b>
    where
        Self: 'b;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(self.db)
    }

    fn stream_raw<'b>(
        &'b self,
        statement: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'b>, DbErr>> + Send + 'b>> {
        self.keep(&statement).stream_raw(statement)
    }
}

/// How many statements introspection of the database takes.
pub async fn statements_asked(db: &DatabaseConnection) -> usize {
    statements(db).await.len()
}

async fn statements(db: &DatabaseConnection) -> Vec<String> {
    let asked = Asked {
        db,
        statements: Mutex::default(),
    };
    introspect(&asked, &Scope::default()).await.unwrap();
    asked.statements.into_inner().unwrap()
}

/// The statements that it takes to read a database without a table, with one, and with a lot of them.
async fn statements_by_size(db: &DatabaseConnection) -> Vec<usize> {
    let mut counts = vec![statements_asked(db).await];
    for place in 0..30 {
        let create = format!(
            "CREATE TABLE t{place} (id integer PRIMARY KEY, a varchar(9), b integer CHECK (b > 0), UNIQUE (a),
                FOREIGN KEY (b) REFERENCES t{place} (id));
            CREATE INDEX i{place} ON t{place} (b, a)"
        );
        run(db, &create).await;
        if place == 0 {
            counts.push(statements_asked(db).await);
        }
    }
    counts.push(statements_asked(db).await);
    counts
}

#[tokio::test]
async fn sqlite_is_asked_as_often_for_many_tables() {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let db = Database::connect(options).await.unwrap();
    assert_eq!(statements_by_size(&db).await, [2, 2, 2]);
}

#[tokio::test]
async fn mysql_is_asked_as_often_for_many_tables() {
    with_database(MYSQL, |scratch| async move {
        assert_eq!(statements_by_size(&scratch.db).await, [7, 7, 7]);
    })
    .await;
}

#[tokio::test]
async fn postgres_is_asked_as_often_for_many_tables() {
    with_database(POSTGRES, |scratch| async move {
        assert_eq!(statements_by_size(&scratch.db).await, [7, 7, 7]);
    })
    .await;
}

/// How many rows PostgreSQL looks at to answer `sql`, by its own plan.
async fn rows_visited(db: &DatabaseConnection, sql: &str) -> f64 {
    let explain = format!("EXPLAIN (ANALYZE, TIMING OFF) {sql}");
    let explain = Statement::from_string(db.get_database_backend(), explain);
    let (mut visited, mut loops) = (0.0, 1.0);
    for row in db.query_all_raw(explain).await.unwrap() {
        let line: String = row.try_get_by_index(0).unwrap();
        let number = |before: &str| -> Option<f64> {
            let (_, rest) = line.split_once(before)?;
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
            rest[..end.unwrap_or(rest.len())].parse().ok()
        };
        if let Some(rows) = number("(actual rows=") {
            loops = number("loops=").unwrap();
            visited += rows * loops;
        } else if line.contains("Rows Removed by") {
            visited += number(": ").unwrap() * loops;
        }
    }
    visited
}

/// Without statistics, PostgreSQL takes a catalog for as small as it was when the database was made, and would gladly go
/// through one catalog for each row of another.
#[tokio::test]
async fn a_postgres_database_that_was_never_analysed_takes_no_more_for_each_table() {
    with_database(POSTGRES, |scratch| async move {
        let mut visited = vec![];
        for round in 0..2 {
            for place in 0..150 {
                let table = format!("t{round}_{place}");
                let create = format!(
                    "CREATE TABLE {table} (id serial PRIMARY KEY, a text UNIQUE DEFAULT 'x', b int CHECK (b > 0),
                        FOREIGN KEY (b) REFERENCES {table} (id));
                    CREATE INDEX ON {table} (b, a);
                    CREATE INDEX ON {table} (lower(a));
                    COMMENT ON TABLE {table} IS 'x'"
                );
                run(&scratch.db, &create).await;
            }
            let mut rows = 0.0;
            for sql in statements(&scratch.db).await {
                rows += rows_visited(&scratch.db, &sql).await;
            }
            visited.push(rows);
        }
        let [once, twice] = visited.try_into().unwrap();
        assert!(once > 150.0 * 10.0, "{once}");
        assert!(twice < 2.5 * once, "{once} rows become {twice}");
    })
    .await;
}
