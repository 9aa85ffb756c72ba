//! What others do to a database while it is read.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    StreamTrait, TransactionTrait, prelude::async_trait::async_trait,
};
use seadrift_introspect::{Connection, Database, Error, Scope, introspect};
use seadrift_schema::ObjectName;

use crate::support::{MYSQL, POSTGRES, run, with_database};

/// A connection before whose statement of a number something else is run, on another connection.
struct Disturbed<'a, C> {
    db: &'a C,
    other: &'a DatabaseConnection,
    sql: &'static str,
    when: usize,
    statements: AtomicUsize,
}

#[async_trait]
impl<C: Connection> ConnectionTrait for Disturbed<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(self.db)
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.db.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.db.query_all_raw(statement).await
    }
}

impl<C: Connection> StreamTrait for Disturbed<'_, C> {
    type Stream<'b>
        = C::Stream<'b>
    where
        Self: 'b;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(self.db)
    }

    fn stream_raw<'b>(
        &'b self,
        statement: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'b>, DbErr>> + Send + 'b>> {
        Box::pin(async move {
            if self.statements.fetch_add(1, Ordering::Relaxed) == self.when {
                run(self.other, self.sql).await;
            }
            self.db.stream_raw(statement).await
        })
    }
}

const DROP: &str = "DROP TABLE gone";

/// Reads through `db` while `other` drops the table `gone` before the statement of number `when`.
async fn read(
    db: &impl Connection,
    other: &DatabaseConnection,
    when: usize,
) -> Result<Database, Error> {
    let disturbed = Disturbed {
        db,
        other,
        sql: DROP,
        when,
        statements: AtomicUsize::new(0),
    };
    introspect(&disturbed, &Scope::default()).await
}

/// Whether the database was read, with all of the table `gone` or nothing of it, and not refused with an error that says
/// what happened.
fn is_whole(read: Result<Database, Error>, before: &Database) -> bool {
    let gone = ObjectName::new("gone");
    match read {
        Ok(read) => {
            let table = read.schema.tables.get(&gone);
            assert!(table.is_none() || table == before.schema.tables.get(&gone));
            true
        }
        Err(Error::Changed { table, .. }) => {
            assert_eq!(table, gone);
            false
        }
        // PostgreSQL says so itself where an exclusion constraint has lost its index.
        Err(Error::Read { what, source, .. }) => {
            assert_eq!(what, "the constraints");
            assert!(
                source.to_string().contains("cache lookup failed for index"),
                "{source}"
            );
            false
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_table_that_is_dropped_from_mysql_is_read_in_full_or_not_at_all() {
    with_database(MYSQL, |scratch| async move {
        let mut outcomes = vec![];
        for when in 0..7 {
            run(
                &scratch.db,
                "CREATE TABLE stays (id int PRIMARY KEY);
                CREATE TABLE gone (id int PRIMARY KEY, a int CHECK (a > 0), KEY i (a),
                    FOREIGN KEY (a) REFERENCES stays (id) ON DELETE CASCADE)",
            )
            .await;
            let before = introspect(&scratch.db, &Scope::default()).await.unwrap();
            let read = read(&scratch.db, &scratch.db, when).await;
            outcomes.push(is_whole(read, &before));
            run(&scratch.db, "DROP TABLE stays").await;
        }
        // Before the settings and before the tables are read, it just is not there.
        assert_eq!(outcomes, [true, true, false, false, false, false, false]);
    })
    .await;
}

#[tokio::test]
async fn a_table_that_is_dropped_from_postgres_is_read_in_full_or_not_at_all() {
    with_database(POSTGRES, |scratch| async move {
        for (create, expected) in [
            // What the catalog keeps is there until the snapshot goes.
            (
                "CREATE TABLE gone (id serial PRIMARY KEY, a int UNIQUE DEFAULT 5)",
                [true; 7],
            ),
            // What only a function of the server can tell is not.
            (
                "CREATE TABLE gone (a int, CHECK (a > 0))",
                [true, false, false, false, false, true, true],
            ),
            (
                "CREATE TABLE gone (a int); CREATE INDEX i ON gone ((a + 1))",
                [true, false, false, false, false, false, true],
            ),
            (
                "CREATE TABLE gone (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
                [true, false, false, false, true, true, true],
            ),
            (
                "CREATE TABLE gone (a int, EXCLUDE USING btree (a WITH =))",
                [true, false, false, false, false, true, true],
            ),
        ] {
            let mut outcomes = vec![];
            for when in 0..7 {
                run(&scratch.db, create).await;
                let before = introspect(&scratch.db, &Scope::default()).await.unwrap();
                let transaction = scratch.db.begin().await.unwrap();
                transaction
                    .execute_unprepared("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await
                    .unwrap();
                let read = read(&transaction, &scratch.db, when).await;
                transaction.rollback().await.unwrap();
                outcomes.push(is_whole(read, &before));
            }
            assert_eq!(outcomes, expected, "{create}");
        }
    })
    .await;
}
