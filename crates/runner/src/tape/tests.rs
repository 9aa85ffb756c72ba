//! What migrations do on a connection that only writes down.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{
    ConnectionTrait,
    DatabaseBackend::{MySql, Postgres, Sqlite},
    DbBackend, Statement,
    sea_query::{Expr, ExprTrait, Query, Table},
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, schema::pk_auto,
};

use super::*;

const BACKENDS: [DbBackend; 3] = [MySql, Postgres, Sqlite];

/// A migration that does what its name says.
struct Named(&'static str);

impl MigrationName for Named {
    fn name(&self) -> &str {
        self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Named {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let backend = manager.get_database_backend();
        match self.0 {
            "asks" => {
                for table in ["a", "b"] {
                    if !manager.has_table(table).await? {
                        let create = Table::create().table(table).col(pk_auto("id")).take();
                        manager.create_table(create).await?;
                    }
                    assert!(manager.has_table(table).await?);
                    assert!(manager.has_column(table, "id").await?);
                    assert!(!manager.has_index(table, "none").await?);
                }
                manager.drop_table(Table::drop().table("a").take()).await?;
                assert!(!manager.has_table("a").await?);
            }
            "undoes" => {
                let within = manager.begin().await?;
                let create = Table::create().table("c").col(pk_auto("id")).take();
                within.create_table(create).await?;
                drop(within);
                // MySQL commits when a table is made.
                assert_eq!(manager.has_table("c").await?, backend == MySql);
            }
            // What it writes differs each time, whatever it is told.
            "counts by itself" => {
                static NUMBER: AtomicU64 = AtomicU64::new(0);
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let insert = format!("INSERT INTO a VALUES ({number}, 'at {number} o''clock')");
                connection.execute_unprepared(&insert).await?;
            }
            "fails without rows" => {
                let update = Query::update()
                    .table("a")
                    .value("id", 1)
                    .and_where(Expr::col("id").eq(2))
                    .take();
                if connection.execute(&update).await?.rows_affected() == 0 {
                    return Err(DbErr::RecordNotUpdated);
                }
                connection.execute_unprepared("UPDATE a SET id = 3").await?;
            }
            "too many values" => {
                let sql = "INSERT INTO a VALUES (1)";
                let insert = Statement::from_sql_and_values(backend, sql, [1.into()]);
                connection.execute_raw(insert).await?;
            }
            other => panic!("nothing is called `{other}`"),
        }
        Ok(())
    }
}

async fn recorded(name: &'static str, backend: DbBackend) -> Result<Recording, Gap> {
    let mut world = World::empty(backend);
    record(&Named(name), Direction::Up, backend, &mut world).await
}

fn statements(recording: &Recording) -> Vec<&str> {
    let text = |event: &'_ Event| matches!(event, Event::Statement(_));
    recording
        .events
        .iter()
        .filter(|event| text(event))
        .map(|event| match event {
            Event::Statement(sql) => sql.as_str(),
            _ => "",
        })
        .collect()
}

#[tokio::test]
async fn what_was_made_is_there() {
    for backend in BACKENDS {
        let recording = recorded("asks", backend).await.unwrap();
        let statements = statements(&recording);
        assert_eq!(statements.len(), 3, "{statements:?}");
        assert!(statements[0].starts_with("CREATE TABLE"), "{statements:?}");
        assert!(statements[2].starts_with("DROP TABLE"), "{statements:?}");
        assert_eq!(
            recording.assumed,
            ["there is no table `a`", "there is no table `b`"]
        );
        let is_within = recording.events.first() == Some(&Event::Begin);
        assert_eq!(is_within, backend == Postgres);
        assert_eq!(is_within, recording.events.last() == Some(&Event::Commit));
    }
}

/// The next migration finds what the one before it left.
#[tokio::test]
async fn what_one_leaves_the_next_finds() {
    for backend in BACKENDS {
        let mut world = World::empty(backend);
        for expected in [3, 2] {
            let recording = record(&Named("asks"), Direction::Up, backend, &mut world).await;
            assert_eq!(statements(&recording.unwrap()).len(), expected);
        }
    }
}

#[tokio::test]
async fn what_is_undone_is_not_there() {
    for backend in BACKENDS {
        let recording = recorded("undoes", backend).await.unwrap();
        assert!(recording.events.contains(&Event::Rollback));
    }
}

#[tokio::test]
async fn what_differs_by_itself_depends_on_nothing() {
    for backend in BACKENDS {
        let recording = recorded("counts by itself", backend).await.unwrap();
        assert_eq!(statements(&recording).len(), 1);
    }
}

/// Where no row may be missing, the script may be run only where none is, as the migration itself.
#[tokio::test]
async fn what_fails_without_rows() {
    for backend in BACKENDS {
        let recording = recorded("fails without rows", backend).await.unwrap();
        assert_eq!(statements(&recording).len(), 2);
    }
}

#[tokio::test]
async fn values_without_a_place() {
    for backend in BACKENDS {
        let gap = recorded("too many values", backend).await.unwrap_err();
        assert_eq!(gap, Gap::Values("INSERT INTO a VALUES (1)".to_owned()));
    }
}

#[tokio::test]
async fn no_way_back() {
    for backend in BACKENDS {
        let mut world = World::empty(backend);
        let gap = record(&Named("asks"), Direction::Down, backend, &mut world).await;
        assert!(matches!(gap, Err(Gap::Fails(_))), "{gap:?}");
    }
}
