//! Introspection of a PostgreSQL server.

mod columns;
mod indexes;
mod keys;
mod objects;

use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use seadrift_introspect::{Error, Scope, introspect};

use crate::support::*;

/// The server's version up to the first point.
async fn major_version(scratch: &Scratch) -> u32 {
    let version = read(scratch).await.server.version;
    version.split('.').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn every_role_is_told_the_same() {
    with_database(POSTGRES, |scratch| async move {
        run(
            &scratch.db,
            "CREATE TYPE mood AS ENUM ('a');
            CREATE DOMAIN positive AS int CHECK (VALUE > 0);
            CREATE TABLE u (id serial PRIMARY KEY, m mood DEFAULT 'a', n int GENERATED ALWAYS AS IDENTITY (START 5));
            CREATE TABLE t (id int PRIMARY KEY, u int REFERENCES u ON DELETE CASCADE DEFERRABLE, e text UNIQUE,
                p positive, g int GENERATED ALWAYS AS (u + 1) STORED, CHECK (u > 1), EXCLUDE USING btree (u WITH =));
            CREATE INDEX i ON t (lower(e));
            CREATE SEQUENCE s START 3;
            CREATE VIEW v AS SELECT 1 AS one;
            ALTER TABLE t ENABLE ROW LEVEL SECURITY;
            CREATE POLICY mine ON t USING (u > 1);",
        )
        .await;
        let owner = read(&scratch).await;
        let role = unique("seadrift_reader");
        run(&scratch.db, &format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'")).await;
        let db = scratch.connect_as(&role, "secret").await;
        let reader = introspect(&db, &Scope::default()).await;
        db.close().await.unwrap();
        run(&scratch.db, &format!("DROP ROLE {role}")).await;
        assert_eq!(reader.unwrap(), owner);
        assert_eq!(owner.schema.tables.len(), 2);
        assert_eq!(owner.schema.sequences.len(), 1);
        assert_eq!(owner.schema.unmanaged.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn no_schema_is_an_error() {
    with_database(POSTGRES, |scratch| async move {
        run(&scratch.db, "DROP SCHEMA public").await;
        let error = introspect(&scratch.db, &Scope::default())
            .await
            .unwrap_err();
        assert!(matches!(error, Error::NoSchema));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_compiled_until_the_transaction_ends() {
    async fn jit(db: &impl ConnectionTrait) -> String {
        let show = Statement::from_string(db.get_database_backend(), "SHOW jit");
        let row = db.query_one_raw(show).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }
    with_database(POSTGRES, |scratch| async move {
        let db = &scratch.db;
        let transaction = db.begin().await.unwrap();
        transaction
            .execute_unprepared("SET jit = on")
            .await
            .unwrap();
        introspect(&transaction, &Scope::default()).await.unwrap();
        assert_eq!(jit(&transaction).await, "off");
        transaction.commit().await.unwrap();
        assert_eq!(jit(db).await, "on");
        introspect(db, &Scope::default()).await.unwrap();
        assert_eq!(jit(db).await, "on");
    })
    .await;
}
