//! Migrations that use what sea-orm-migration has.

use sea_orm::{ActiveValue::Set, DbBackend, EntityTrait};

use sea_orm_migration::{prelude::*, schema::*};

use super::no_script::slice;

pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Tables),
        Box::new(Rows),
        Box::new(Trigger),
        Box::new(Outside),
        Box::new(Careful),
        Box::new(Inside),
        Box::new(Last),
    ]
}

macro_rules! named {
    ($($migration:ident = $name:literal;)*) => {$(
        pub struct $migration;
        impl MigrationName for $migration {
            fn name(&self) -> &str { $name }
        }
    )*};
}

named! {
    Tables = "m20260101_000000_tables";
    Rows = "m20260102_000000_rows";
    Trigger = "m20260103_000000_trigger";
    Outside = "m20260104_000000_outside";
    Careful = "m20260105_000000_careful";
    Inside = "m20260106_000000_inside";
    Last = "m20260107_000000_last";
    BeforeRebuild = "m20251231_000000_before_rebuild";
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !manager.has_table("cake; or \"pie\"").await? {
            let table = Table::create()
                .table("cake; or \"pie\"")
                .col(pk_auto("id"))
                .col(string_uniq("name"))
                .col(text_null("it's"))
                .take();
            manager.create_table(table).await?;
        }
        // It is there now.
        if !manager.has_table("cake; or \"pie\"").await? {
            return Err(DbErr::Custom("the table is not there".to_owned()));
        }
        let table = Table::create()
            .table("slice")
            .col(pk_auto("id"))
            .col(integer("cake_id"))
            .foreign_key(
                ForeignKey::create()
                    .name("fk-slice-cake")
                    .from("slice", "cake_id")
                    .to("cake; or \"pie\"", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .take();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("slice").take())
            .await?;
        manager
            .drop_table(Table::drop().table("cake; or \"pie\"").take())
            .await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Rows {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (id, name, note) in [
            (1, "it's; a \\ \"cake\" -- no comment", None),
            (2, "line\nbreak; $1 ? %s :x /* */", Some("ä🍰\t\\'")),
            (3, "-- '", Some("")),
        ] {
            let insert = Query::insert()
                .into_table("cake; or \"pie\"")
                .columns(["id", "name", "it's"])
                .values_panic([Expr::val(id), Expr::val(name), Expr::val(note)])
                .take();
            manager.execute(insert).await?;
        }
        let within = manager.begin().await?;
        let insert = |id: i32, cake: i32| {
            Query::insert()
                .into_table("slice")
                .columns(["id", "cake_id"])
                .values_panic([id.into(), cake.into()])
                .take()
        };
        within.execute(insert(1, 1)).await?;
        {
            let undone = within.begin().await?;
            undone.execute(insert(2, 2)).await?;
            // It is dropped, and so undone.
        }
        within.execute(insert(3, 3)).await?;
        within.commit().await?;
        let several = "INSERT INTO slice (id, cake_id) VALUES (4, 1); -- the first;\n\
                       INSERT INTO slice (id, cake_id) VALUES (5, 1) -- the second;";
        manager.get_connection().execute_unprepared(several).await?;
        // Nobody asks for the row.
        let slice = slice::ActiveModel {
            id: Set(6),
            cake_id: Set(2),
        };
        let insert = slice::Entity::insert(slice);
        insert
            .exec_without_returning(manager.get_connection())
            .await?;
        // How many rows there were is nothing to it.
        let delete = Query::delete()
            .from_table("slice")
            .and_where(Expr::col("id").eq(5))
            .take();
        manager.execute(delete).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .execute(Query::delete().from_table("slice").take())
            .await?;
        manager
            .execute(Query::delete().from_table("cake; or \"pie\"").take())
            .await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Trigger {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let sql = match manager.get_database_backend() {
            DbBackend::Postgres => {
                "CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$\n\
                 BEGIN NEW.id = NEW.id + 0; RETURN NEW; END $$;\n\
                 CREATE TRIGGER note BEFORE INSERT ON slice FOR EACH ROW EXECUTE FUNCTION note()"
            }
            DbBackend::MySql => {
                "CREATE TRIGGER note BEFORE INSERT ON slice FOR EACH ROW\n\
                 BEGIN SET NEW.id = NEW.id + 0; SET NEW.cake_id = NEW.cake_id; END"
            }
            _ => {
                "CREATE TRIGGER note AFTER INSERT ON slice BEGIN\n\
                 UPDATE slice SET id = id; UPDATE slice SET cake_id = cake_id; END"
            }
        };
        connection.execute_unprepared(sql).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let sql = match manager.get_database_backend() {
            DbBackend::Postgres => "DROP TRIGGER note ON slice; DROP FUNCTION note()",
            _ => "DROP TRIGGER note",
        };
        connection.execute_unprepared(sql).await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Outside {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let concurrently = match manager.get_database_backend() {
            DbBackend::Postgres => "CONCURRENTLY",
            _ => "",
        };
        let sql = format!("CREATE INDEX {concurrently} \"idx-slice-cake\" ON slice (cake_id)");
        let sql = match manager.get_database_backend() {
            DbBackend::MySql => sql.replace('"', "`"),
            _ => sql,
        };
        manager.get_connection().execute_unprepared(&sql).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // MySQL has it for the foreign key, too.
        if manager.get_database_backend() == DbBackend::MySql {
            return Ok(());
        }
        let sql = "DROP INDEX \"idx-slice-cake\"";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Careful {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !manager.has_column("slice", "cake_id").await?
            || !manager.has_index("slice", "idx-slice-cake").await?
            || manager.has_table("nowhere").await?
        {
            return Err(DbErr::Custom("it is not as it was".to_owned()));
        }
        if !manager.has_column("slice", "size").await? {
            let table = Table::alter()
                .table("slice")
                .add_column(integer("size").default(7))
                .take();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("slice").drop_column("size").take();
        manager.alter_table(table).await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Inside {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "UPDATE slice SET size = size + 1";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "UPDATE slice SET size = size - 1";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Last {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create().table("last").col(pk_auto("id")).take();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("last").take()).await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for BeforeRebuild {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = include_str!("../../../../../fixtures/cases/rebuild/children/before.sql");
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "DROP TABLE draft; DROP TABLE post; DROP TABLE user";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
