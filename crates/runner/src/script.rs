//! Migrations as SQL for an engine's own command-line client, without a database: what `upgrade` would run, version
//! table included.
//!
//! The start of a script brings its session to what sqlx makes of one, so that the same statements mean the same.

use std::fmt::Write as _;

use sea_orm::{
    DbBackend, Schema,
    sea_query::{
        MysqlQueryBuilder, PostgresQueryBuilder, SqliteQueryBuilder, TableCreateStatement,
    },
};
use sea_orm_migration::{MigratorTraitSelf, seaql_migrations};
use seadrift_schema::Dialect;

use crate::{Direction, Event, Gap, Migrations, Recording, World, has_transaction, record, sql};

/// What is written for whom.
#[derive(Debug)]
pub struct Script<'a> {
    /// The migrations, which have to be compiled in.
    pub migrations: &'a Migrations,
    /// The engine.
    pub dialect: Dialect,
    /// The PostgreSQL schema to work in.
    pub schema: Option<&'a str>,
}

/// A script, as far as it goes.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    /// Its text.
    pub sql: String,
    /// Why it ends before the last revision.
    pub stop: Option<Stop>,
}

/// A revision that cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Its name.
    pub revision: String,
    /// Why.
    pub gap: Gap,
}

impl Script<'_> {
    /// What takes a database that has the revisions `applied`, in this order, through `steps`.
    pub async fn run(&self, applied: &[String], steps: &[String], direction: Direction) -> Written {
        let backend = self.backend();
        let mut sql = self.start();
        let mut world = World::empty(backend);
        for revision in applied {
            // What cannot be written down here is not written: it only is not known what it leaves.
            if let Some(migration) = self.migrations.get(revision) {
                let _ = record(&*migration, Direction::Up, backend, &mut world).await;
            }
        }
        if direction == Direction::Up && applied.is_empty() && !steps.is_empty() {
            sql += &format!("\n{};\n", self.create_version_table());
        }
        if steps.is_empty() {
            sql += "\n-- Nothing to run.\n";
        }
        let mut here: Vec<&str> = applied.iter().map(String::as_str).collect();
        for revision in steps {
            let before = here.last().copied().unwrap_or("base");
            let heading = match direction {
                Direction::Up => format!("up: {before} -> {revision}"),
                Direction::Down => {
                    here.retain(|other| other != revision);
                    format!(
                        "down: {revision} -> {}",
                        here.last().copied().unwrap_or("base")
                    )
                }
            };
            sql += &format!("\n-- {}\n", comment(&heading));
            let step = self.step(revision, direction, &mut world).await;
            match step {
                Ok(step) => sql += &step,
                Err(gap) => {
                    sql += &format!(
                        "-- NOT WRITTEN: {}.\n-- Nothing of this revision and of those after it is in this script; run it against the database itself.\n",
                        comment(&gap.to_string())
                    );
                    let stop = Some(Stop {
                        revision: revision.clone(),
                        gap,
                    });
                    return Written { sql, stop };
                }
            }
            if direction == Direction::Up {
                here.push(revision);
            }
        }
        Written { sql, stop: None }
    }

    /// What makes a version table have the revisions `add` and not those of `remove`, or nothing else where `purge` is
    /// set. What is right already stays as it is.
    pub fn stamp(&self, add: &[String], remove: &[String], purge: bool) -> String {
        let table = self.quoted_table();
        let version = self.dialect.quote("version");
        let literals = |names: &[String]| {
            let literals: Vec<_> = names
                .iter()
                .map(|name| self.dialect.literal(name))
                .collect();
            literals.join(", ")
        };
        let mut sql = self.start();
        sql += &format!("\n{};\n\nBEGIN;\n", self.create_version_table());
        if purge {
            sql += &format!("DELETE FROM {table};\n");
        } else if !remove.is_empty() {
            sql += &format!(
                "DELETE FROM {table} WHERE {version} IN ({});\n",
                literals(remove)
            );
        }
        for revision in add {
            let insert = self.insert(revision);
            sql += &match self.dialect {
                Dialect::MySql | Dialect::MariaDb => {
                    format!("{};\n", insert.replacen("INSERT", "INSERT IGNORE", 1))
                }
                Dialect::Postgres | Dialect::Sqlite => {
                    format!("{insert} ON CONFLICT DO NOTHING;\n")
                }
            };
        }
        sql + "COMMIT;\n"
    }

    fn backend(&self) -> DbBackend {
        match self.dialect {
            Dialect::Postgres => DbBackend::Postgres,
            Dialect::MySql | Dialect::MariaDb => DbBackend::MySql,
            Dialect::Sqlite => DbBackend::Sqlite,
        }
    }

    /// How to run it, and what sqlx does at the start of a session.
    fn start(&self) -> String {
        let run = match self.dialect {
            Dialect::Postgres => "psql -v ON_ERROR_STOP=1 -f FILE",
            Dialect::MySql => "mysql < FILE",
            Dialect::MariaDb => "mariadb < FILE",
            Dialect::Sqlite => "sqlite3 DATABASE < FILE",
        };
        let mut sql = format!("-- For {}; run it with: {run}\n", self.dialect);
        sql += match self.dialect {
            Dialect::Postgres => {
                "SET client_encoding = 'UTF8';\nSET DateStyle = 'ISO, MDY';\nSET TimeZone = 'UTC';\n"
            }
            Dialect::MySql | Dialect::MariaDb => {
                "SET NAMES utf8mb4;\nSET time_zone = '+00:00';\n\
                 SET sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION');\n"
            }
            // It would go on after an error, and commit.
            Dialect::Sqlite => ".bail on\nPRAGMA foreign_keys = ON;\n",
        };
        if let (Some(schema), Dialect::Postgres) = (self.schema, self.dialect) {
            let schemas: Vec<_> = schema
                .split(',')
                .map(|schema| match schema.starts_with('"') {
                    true => schema.to_owned(),
                    false => self.dialect.quote(schema),
                })
                .collect();
            sql += &format!("SET search_path = {};\n", schemas.join(","));
        }
        sql
    }

    /// The statements of one revision and of its row.
    async fn step(
        &self,
        revision: &str,
        direction: Direction,
        world: &mut World,
    ) -> Result<String, Gap> {
        let backend = self.backend();
        let migration = self.migrations.get(revision);
        let migration = migration.ok_or_else(|| Gap::Fails("it is not compiled in".to_owned()))?;
        let mut recording = record(&*migration, direction, backend, world).await?;
        let row = match direction {
            Direction::Up => self.insert(revision),
            Direction::Down => format!(
                "DELETE FROM {} WHERE {} = {}",
                self.quoted_table(),
                self.dialect.quote("version"),
                self.dialect.literal(revision)
            ),
        };
        // Within the transaction that everything else is in.
        let has_transaction = has_transaction(&*migration, backend);
        let end = recording.events.len() - usize::from(has_transaction);
        recording.events.insert(end, Event::Statement(row));
        Ok(self.events(&recording))
    }

    fn events(&self, recording: &Recording) -> String {
        let mut sql = String::new();
        for assumed in &recording.assumed {
            sql += &format!("-- assumed: {}\n", comment(assumed));
        }
        let mut depth = 0usize;
        for event in &recording.events {
            let text = match event {
                Event::Statement(statement) => sql::terminated(self.backend(), statement),
                Event::Begin => {
                    depth += 1;
                    match depth {
                        1 => "BEGIN;".to_owned(),
                        _ => format!("SAVEPOINT inner_{depth};"),
                    }
                }
                Event::Commit | Event::Rollback => {
                    let is_kept = *event == Event::Commit;
                    depth = depth.saturating_sub(1);
                    match (depth, is_kept) {
                        (0, true) => "COMMIT;".to_owned(),
                        (0, false) => "ROLLBACK;".to_owned(),
                        (_, true) => format!("RELEASE SAVEPOINT inner_{};", depth + 1),
                        (_, false) => format!("ROLLBACK TO SAVEPOINT inner_{};", depth + 1),
                    }
                }
            };
            // Cannot fail: it is a string.
            let _ = writeln!(sql, "{text}");
        }
        sql
    }

    fn quoted_table(&self) -> String {
        self.dialect.quote(self.migrations.table())
    }

    /// As sea-orm-migration makes it.
    fn create_version_table(&self) -> String {
        let schema = Schema::new(self.backend());
        let mut create: TableCreateStatement =
            schema.create_table_from_entity(seaql_migrations::Entity);
        create
            .table(self.migrations.migration_table_name())
            .if_not_exists();
        match self.backend() {
            DbBackend::Postgres => create.to_string(PostgresQueryBuilder),
            DbBackend::MySql => create.to_string(MysqlQueryBuilder),
            _ => create.to_string(SqliteQueryBuilder),
        }
    }

    /// The row that says that `revision` is applied, at the time that the script runs.
    fn insert(&self, revision: &str) -> String {
        let now = match self.dialect {
            // A cast rounds, up to a second that has not come yet.
            Dialect::Postgres => "CAST(floor(extract(epoch FROM now())) AS bigint)",
            Dialect::MySql | Dialect::MariaDb => "UNIX_TIMESTAMP()",
            Dialect::Sqlite => "CAST(strftime('%s', 'now') AS INTEGER)",
        };
        format!(
            "INSERT INTO {} ({}, {}) VALUES ({}, {now})",
            self.quoted_table(),
            self.dialect.quote("version"),
            self.dialect.quote("applied_at"),
            self.dialect.literal(revision)
        )
    }
}

/// `text` so that it stays within the line of a comment.
fn comment(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}
