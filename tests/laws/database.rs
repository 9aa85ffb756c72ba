//! A scratch database that is used again and again, and what the laws do with it.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};
use seadrift_diff::{Context, Strict, diff};
use seadrift_introspect::{Scope, ask, introspect};
use seadrift_plan::Plan;
use seadrift_render::sql;
use seadrift_schema::{Change, Dialect, Schema, canonical};
use seadrift_testkit::{Backend, Scratch, difference, scratch};

use crate::{rows::Rows, values::value};

/// A scratch database and a connection to it.
pub struct Database {
    scratch: Scratch,
    db: DatabaseConnection,
    pub dialect: Dialect,
    own_schema: String,
}

impl Database {
    /// An empty one; `None`, said on stderr, where there is no server.
    pub async fn new(backend: Backend) -> Option<Self> {
        let scratch = scratch(backend).await?;
        let db = scratch.connect().await;
        let read = introspect(&db, &Scope::default())
            .await
            .expect("an empty database can be read");
        Some(Self {
            scratch,
            db,
            dialect: read.server.dialect,
            own_schema: read.own_schema,
        })
    }

    /// Takes everything away.
    pub async fn empty(&mut self) -> Result<(), String> {
        match self.dialect {
            Dialect::Postgres => {
                let anew = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;
                    DROP SCHEMA IF EXISTS \"else\"\"where\" CASCADE";
                execute(&self.db, anew).await
            }
            Dialect::MySql | Dialect::MariaDb => {
                let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = database()";
                let tables = Statement::from_string(self.db.get_database_backend(), tables);
                let tables = self.db.query_all_raw(tables).await;
                let mut names = vec![];
                for row in tables.map_err(|error| error.to_string())? {
                    let name: String = row.try_get_by_index(0).map_err(|e| e.to_string())?;
                    names.push(self.dialect.quote(&name));
                }
                if names.is_empty() {
                    return Ok(());
                }
                let drop = format!(
                    "SET foreign_key_checks = 0; DROP TABLE {}; SET foreign_key_checks = 1",
                    names.join(", ")
                );
                execute(&self.db, &drop).await
            }
            Dialect::Sqlite => {
                let backend = self.scratch.backend();
                *self = Self::new(backend).await.ok_or("no SQLite")?;
                Ok(())
            }
        }
    }

    /// Runs a statement.
    pub async fn execute(&self, statement: &str) -> Result<(), String> {
        execute(&self.db, statement).await
    }

    /// Runs a dump, on a connection of its own: what it sets there goes with it.
    pub async fn load(&self, dump: &str) -> Result<(), String> {
        let db = self.scratch.connect().await;
        let result = db.execute_unprepared(dump).await;
        db.close().await.ok();
        result.map(drop).map_err(|error| error.to_string())
    }

    /// What the database has.
    pub async fn read(&self) -> Result<Schema, String> {
        let scope = Scope {
            schemas: &["else\"where".to_owned()],
            ..Scope::default()
        };
        let read = introspect(&self.db, &scope).await;
        read.map(|read| read.schema)
            .map_err(|error| format!("it cannot be read: {error:?}"))
    }

    /// The changes from one schema to another as the server tells them, between which all counts.
    pub fn diff_of_databases(&self, from: &Schema, to: &Schema) -> Result<Vec<Change>, String> {
        let context = Context {
            dialect: self.dialect,
            own_schema: &self.own_schema,
            lock: from,
            strict: Strict::EVERYTHING,
            renames: &[],
            grants: &[],
        };
        diff(from, to, &context).map_err(|error| error.to_string())
    }

    /// The changes from one schema to another; what `lock` has is owned.
    pub async fn diff(
        &self,
        from: &Schema,
        to: &Schema,
        lock: &Schema,
    ) -> Result<Vec<Change>, String> {
        let context = Context {
            dialect: self.dialect,
            own_schema: &self.own_schema,
            lock,
            strict: Strict::default(),
            renames: &[],
            grants: &[],
        };
        let to = ask::schema(&self.db, from, to, self.dialect, &self.own_schema)
            .await
            .map_err(|error| error.to_string())?;
        diff(from, &to, &context).map_err(|error| error.to_string())
    }

    /// Carries changes out as a migration would.
    pub async fn run(&self, plan: &Plan, changes: &[Change]) -> Result<(), String> {
        let statements = sql::script(changes, self.dialect);
        if self.dialect == Dialect::Postgres && !plan.outside_transaction {
            let transaction = self.db.begin().await.map_err(|error| error.to_string())?;
            for statement in &statements {
                execute(&transaction, statement).await?;
            }
            transaction.commit().await.map_err(|e| e.to_string())
        } else {
            for statement in &statements {
                if let Err(error) = execute(&self.db, statement).await {
                    self.leave_batch(changes).await?;
                    return Err(error);
                }
            }
            Ok(())
        }
    }

    /// Undoes a batch that failed.
    async fn leave_batch(&self, changes: &[Change]) -> Result<(), String> {
        if !sql::is_batch(changes) {
            return Ok(());
        }
        // Fails where SQLite has done it by itself.
        let _ = execute(&self.db, "ROLLBACK").await;
        let back = "PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON";
        execute(&self.db, back).await
    }

    /// Puts so many rows, two at most, into each table. Rows of the same number hold the same, and so point to each
    /// other.
    pub async fn fill(&self, schema: &Schema, rows: u8) -> Result<(), String> {
        let mut script = String::new();
        for table in schema.tables.values() {
            let columns = table.columns.iter();
            let columns: Vec<_> = columns
                .filter(|column| column.generated.is_none())
                .collect();
            let names: Vec<_> = columns
                .iter()
                .map(|column| self.dialect.quote(&column.name))
                .collect();
            // Also where only the server numbers rows.
            let overriding = match self.dialect {
                Dialect::Postgres => " OVERRIDING SYSTEM VALUE",
                _ => "",
            };
            for number in 1..=rows {
                let values: Vec<_> = columns
                    .iter()
                    .map(|column| value(column, number, self.dialect))
                    .collect();
                script += &format!(
                    "INSERT INTO {} ({}){overriding} VALUES ({});",
                    table.name.quoted(self.dialect),
                    names.join(", "),
                    values.join(", ")
                );
            }
        }
        self.without_foreign_keys(&script).await
    }

    /// Takes the rows away again.
    pub async fn clear(&self, schema: &Schema) -> Result<(), String> {
        let mut script = String::new();
        for table in schema.tables.keys() {
            script += &format!("DELETE FROM {};", table.quoted(self.dialect));
        }
        self.without_foreign_keys(&script).await
    }

    /// Runs statements on rows in whatever order.
    async fn without_foreign_keys(&self, script: &str) -> Result<(), String> {
        let (off, on) = match self.dialect {
            Dialect::Sqlite => ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
            Dialect::MySql | Dialect::MariaDb => {
                ("SET foreign_key_checks = 0", "SET foreign_key_checks = 1")
            }
            Dialect::Postgres => (
                "SET session_replication_role = replica",
                "SET session_replication_role = DEFAULT",
            ),
        };
        let result = execute(&self.db, &format!("{off};{script}{on}")).await;
        if result.is_err() {
            execute(&self.db, on).await?;
        }
        result
    }

    /// What `schema` holds.
    pub async fn rows(&self, schema: &Schema) -> Result<Rows, String> {
        Rows::read(&self.db, schema, self.dialect).await
    }

    /// Whether two schemas are the same, the order of columns and keys aside: a column that comes back comes last.
    pub fn same(&self, one: &Schema, other: &Schema) -> Result<(), String> {
        let (one, other) = (self.settled(one)?, self.settled(other)?);
        if one == other {
            Ok(())
        } else {
            Err(difference(&one, &other))
        }
    }

    fn settled(&self, schema: &Schema) -> Result<String, String> {
        let mut schema = canonical::schema(schema, self.dialect, &self.own_schema)
            .map_err(|error| error.to_string())?
            .into_owned();
        canonical::forget_wording(&mut schema);
        for table in schema.tables.values_mut() {
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
            table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            table
                .foreign_keys
                .sort_by(|a, b| (&a.name, &a.columns).cmp(&(&b.name, &b.columns)));
        }
        Ok(format!("{schema:#?}\n"))
    }
}

async fn execute(db: &impl ConnectionTrait, sql: &str) -> Result<(), String> {
    let result = db.execute_unprepared(sql).await;
    result
        .map(drop)
        .map_err(|error| format!("{error}\nin: {sql}"))
}
