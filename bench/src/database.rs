//! The databases that are read: made by SeaORM itself from the entities.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, EntityName, Schema};
use seadrift_testkit::{Backend, Scratch};

use crate::entity::{self, Entity};

/// Fills `scratch` with the tables of so many entities.
pub async fn fill(scratch: &Scratch, tables: usize) -> Result<(), DbErr> {
    let db = scratch.connect().await;
    // PostgreSQL locks whatever a text of several statements touches until its end.
    let at_once = match scratch.backend() {
        Backend::Sqlite => usize::MAX,
        Backend::Postgres => 20,
        Backend::MySql => 1,
    };
    let all: Vec<Entity> = entity::all(tables).collect();
    for some in all.chunks(at_once.min(tables.max(1))) {
        let sql: Vec<String> = some
            .iter()
            .flat_map(|entity| statements(&db, *entity))
            .collect();
        let sql = match scratch.backend() {
            Backend::Sqlite => format!("BEGIN; {}; COMMIT", sql.join("; ")),
            _ => sql.join("; "),
        };
        db.execute_unprepared(&sql).await?;
    }
    // What a server does by itself sooner or later would else be done while it is measured.
    if scratch.backend() == Backend::Postgres {
        db.execute_unprepared("VACUUM ANALYZE").await?;
    }
    db.close().await
}

/// What makes the table of `entity`.
fn statements(db: &DatabaseConnection, entity: Entity) -> Vec<String> {
    let backend = db.get_database_backend();
    let schema = Schema::new(backend);
    let table = schema.create_table_from_entity(entity);
    let mut sql = vec![backend.build(&table).to_string()];
    let indexes = schema.create_index_from_entity(entity);
    sql.extend(indexes.iter().map(|index| backend.build(index).to_string()));
    if let (sea_orm::DbBackend::Postgres, Some(comment)) = (backend, entity.comment()) {
        let table = entity.table_name();
        sql.push(format!("COMMENT ON TABLE {table} IS '{comment}'"));
    }
    sql
}
