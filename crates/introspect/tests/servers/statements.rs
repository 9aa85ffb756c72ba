//! How many statements introspection takes.

use std::sync::atomic::{AtomicUsize, Ordering};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, ExecResult,
    QueryResult, Statement, prelude::async_trait::async_trait,
};
use seadrift_introspect::{Scope, introspect};

use crate::support::{MYSQL, POSTGRES, run, with_database};

/// A connection that counts what is asked of it.
struct Counting<'a> {
    db: &'a DatabaseConnection,
    statements: AtomicUsize,
}

impl Counting<'_> {
    fn count(&self) -> &DatabaseConnection {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.db
    }
}

#[async_trait]
impl ConnectionTrait for Counting<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count().execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.count().execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.count().query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count().query_all_raw(statement).await
    }
}

/// How many statements introspection of the database takes.
pub async fn statements_asked(db: &DatabaseConnection) -> usize {
    let counting = Counting {
        db,
        statements: AtomicUsize::new(0),
    };
    introspect(&counting, &Scope::default()).await.unwrap();
    counting.statements.into_inner()
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
