//! Migrations of which there is no script, by the name of what keeps them from it.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, DbBackend, EntityTrait, Statement};
use sea_orm_migration::prelude::*;

/// A row, of which the database gives the key.
pub mod slice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "slice")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub cake_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub fn named(name: &str) -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(NoScript(name.to_owned()))]
}

struct NoScript(String);

impl MigrationName for NoScript {
    fn name(&self) -> &str {
        "m20260103_000000_no_script"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NoScript {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let backend = manager.get_database_backend();
        let sql = |sql: &str| Statement::from_string(backend, sql);
        match &*self.0 {
            "reads" => {
                for row in connection
                    .query_all_raw(sql("SELECT id FROM slice"))
                    .await?
                {
                    let id: i32 = row.try_get_by_index(0)?;
                    let update = format!("UPDATE slice SET cake_id = 1 WHERE id = {id}");
                    connection.execute_unprepared(&update).await?;
                }
            }
            // It goes on where it gets no answer.
            "reads-and-goes-on" => {
                let rows = connection.query_all_raw(sql("SELECT id FROM slice")).await;
                if rows.is_ok_and(|rows| !rows.is_empty()) {
                    connection.execute_unprepared("DELETE FROM slice").await?;
                }
            }
            "unwraps" => {
                let row = connection.query_one_raw(sql("SELECT id FROM slice")).await;
                row.unwrap().unwrap();
            }
            "repeats" => loop {
                let limited = match backend {
                    DbBackend::MySql => "DELETE FROM slice ORDER BY id LIMIT 1",
                    _ => "DELETE FROM slice WHERE id = (SELECT min(id) FROM slice)",
                };
                if connection
                    .execute_unprepared(limited)
                    .await?
                    .rows_affected()
                    == 0
                {
                    break;
                }
            },
            "counts" => {
                let update = "UPDATE slice SET cake_id = 1 WHERE id = 1000";
                if connection.execute_unprepared(update).await?.rows_affected() == 0 {
                    let insert = "INSERT INTO slice (id, cake_id) VALUES (1000, 1)";
                    connection.execute_unprepared(insert).await?;
                }
            }
            "keys" => {
                let slice = slice::ActiveModel {
                    cake_id: Set(1),
                    ..Default::default()
                };
                let first = slice::Entity::insert(slice).exec(connection).await?;
                let update = format!(
                    "UPDATE slice SET cake_id = 2 WHERE id = {}",
                    first.last_insert_id
                );
                connection.execute_unprepared(&update).await?;
            }
            "rows" => {
                let slice = slice::ActiveModel {
                    cake_id: Set(1),
                    ..Default::default()
                };
                slice.insert(connection).await?;
            }
            "values" => {
                let values = [1.into(), 2.into()];
                let insert = "INSERT INTO slice (id, cake_id) VALUES (%, %)";
                connection
                    .execute_raw(Statement::from_sql_and_values(backend, insert, values))
                    .await?;
            }
            "sleeps" => tokio::time::sleep(std::time::Duration::from_secs(600)).await,
            "slow" => {
                let slow = match backend {
                    DbBackend::Postgres => "SELECT pg_sleep(600)",
                    _ => "SELECT SLEEP(600)",
                };
                connection.execute_unprepared(slow).await?;
            }
            "fails" => return Err(DbErr::Custom("not on\na Monday".to_owned())),
            "panics" => panic!("it panics"),
            "no-way-back" => {
                connection
                    .execute_unprepared("UPDATE slice SET cake_id = 1")
                    .await?;
            }
            other => panic!("nothing is called `{other}`"),
        }
        Ok(())
    }
}
